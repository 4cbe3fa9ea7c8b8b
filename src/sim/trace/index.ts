/**
 * An index over stored blocks: finds records by seq, by time, by entity and by what they are about, and walks causes
 * back to their roots. Grows with the trace (`extend`), holds eight bytes a record in typed arrays, and copies no
 * record. Under level `window` the oldest records are gone: they are not found.
 */
import { ensureInt, intAt, intColumn, pushInt, type IntColumn } from '#sim/base/column.ts';
import { ENTITY, KIND, LID, MID, rowAt, type Block, type Row } from '#sim/trace/block.ts';
import { Kind, RECORD_FLOATS, RECORD_WORDS, type KindName } from '#sim/trace/vocabulary.ts';

export class TraceIndex {
  private blocks: readonly Block[] = [];
  /** Seq of the first record that was ever indexed, and of the next one to index. */
  private first = -1;
  private next = 0;
  /** By entity: its records' seqs, ascending. */
  private readonly ofEntity: IntColumn[] = [];
  /** By lid: seq of the last record about it; by record: seq of the one before it about the same. */
  private readonly lastOfLid = intColumn('mutable');
  private readonly beforeOfLid = intColumn('append');

  /** Takes in what has been added since the last call; `blocks` are ascending and the last one may have grown. */
  extend(blocks: readonly Block[]): void {
    this.blocks = blocks;
    for (const block of blocks) {
      if (this.first < 0 && block.count > 0) this.first = this.next = block.first;
      for (let row = Math.max(0, this.next - block.first); row < block.count; row += 1) this.add(block, row);
    }
  }

  private add(block: Block, row: number): void {
    const seq = block.first + row;
    const base = row * RECORD_WORDS;
    const entity = block.ints[base + ENTITY] as number;
    if (entity >= 0) pushInt((this.ofEntity[entity] ??= intColumn('append')), seq);
    const lid = block.ints[base + LID] as number;
    // Records that a window dropped before they were indexed leave a gap.
    while (this.first + this.beforeOfLid.length < seq) pushInt(this.beforeOfLid, -1);
    pushInt(this.beforeOfLid, lid < 0 ? -1 : intAt(this.lastOfLid, lid));
    if (lid >= 0) {
      ensureInt(this.lastOfLid, lid + 1, -1);
      this.lastOfLid.data[lid] = seq;
    }
    this.next = seq + 1;
  }

  /** Seq after the last record. */
  get end(): number {
    return this.next;
  }

  /** Seq of the oldest record that is still there. */
  get start(): number {
    return this.blocks[0]?.first ?? 0;
  }

  row(seq: number): Row | null {
    const block = this.blockOf(seq);
    return block === null ? null : rowAt(block, seq - block.first);
  }

  private blockOf(seq: number): Block | null {
    if (seq < 0) return null;
    let low = 0;
    let high = this.blocks.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const block = this.blocks[middle] as Block;
      if (seq < block.first) high = middle - 1;
      else if (seq >= block.first + block.count) low = middle + 1;
      else return block;
    }
    return null;
  }

  /** Seq of the first record at or after `time`; `end` where there is none. */
  firstAt(time: number): number {
    let low = this.start;
    let high = this.end;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.timeOf(middle) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private timeOf(seq: number): number {
    const block = this.blockOf(seq);
    return block === null ? -1 : (block.floats[(seq - block.first) * RECORD_FLOATS] as number);
  }

  /** Seqs of an entity's records in `from` (included) to `to` (excluded), ascending. */
  entityRecords(entity: number, from = this.start, to = this.end): Int32Array {
    const seqs = this.ofEntity[entity];
    if (seqs === undefined) return new Int32Array(0);
    return seqs.data.slice(rowOf(seqs, Math.max(from, this.start)), rowOf(seqs, to));
  }

  /** Seqs of the records about a logical event, ascending. */
  eventRecords(lid: number): number[] {
    const found: number[] = [];
    for (
      let seq = intAt(this.lastOfLid, lid);
      seq >= this.start;
      seq = intAt(this.beforeOfLid, seq - this.first)
    ) {
      found.push(seq);
    }
    return found.reverse();
  }

  /** Seqs of the records about one physical message of that event, ascending. */
  messageRecords(mid: number, lid: number): number[] {
    return this.eventRecords(lid).filter((seq) => this.word(seq, MID) === mid);
  }

  /** Seq of the next record of a kind at or after `from`; -1 where there is none. */
  nextOfKind(kind: KindName, from: number): number {
    for (let seq = Math.max(from, this.start); seq < this.end; seq += 1) {
      if (this.word(seq, KIND) === Kind[kind]) return seq;
    }
    return -1;
  }

  private word(seq: number, word: number): number {
    const block = this.blockOf(seq);
    return block === null ? -1 : (block.ints[(seq - block.first) * RECORD_WORDS + word] as number);
  }

  /** The way back from a record to its root along `cause`: the record itself first. Ends early at a dropped record. */
  path(seq: number): number[] {
    const found: number[] = [];
    for (let row = this.row(seq); row !== null; row = this.row(row.cause)) found.push(row.seq);
    return found;
  }

  /** Everything that a record rests on, through `cause` and `also`, itself included; ascending. */
  causes(seq: number): number[] {
    const found = new Set<number>();
    const waiting = [seq];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (found.has(next)) continue;
      const row = this.row(next);
      if (row === null) continue;
      found.add(next);
      waiting.push(row.cause, row.also);
    }
    return [...found].sort((a, b) => a - b);
  }
}

/** Row of the first seq at or after `seq`. */
function rowOf(seqs: IntColumn, seq: number): number {
  let low = 0;
  let high = seqs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((seqs.data[middle] as number) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
