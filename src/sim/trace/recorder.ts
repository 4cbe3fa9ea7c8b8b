/**
 * The recorder: every record is written once, goes to the digest, to every fold and to every trigger, and is stored
 * or not by level. `full` stores all, `window` the last blocks, `none` nothing; digest, verdicts and triggers are the
 * same at every level. Folds are told block by block (and whenever somebody asks, through `settle`).
 */
import type { Recorder } from '#sim/kernel/entity.ts';
import { BLOCK_RECORDS, copyBlock, createBlock, type Block } from '#sim/trace/block.ts';
import { createDigest, digestRecord, type DigestState } from '#sim/trace/digest.ts';
import type { Fold } from '#sim/trace/fold.ts';
import { SortedRows } from '#sim/trace/sorted-rows.ts';
import { KINDS, RECORD_FLOATS, RECORD_WORDS } from '#sim/trace/vocabulary.ts';

export type TraceLevel = 'full' | 'window' | 'none';

/** How many full blocks a `window` keeps behind the current one: the last 65,536 records. */
const WINDOW_BLOCKS = 32;

export interface RecorderState {
  /** The block being written. */
  current: Block;
  /** Rows of the current block that the folds have seen. */
  settled: number;
  digest: DigestState;
}

export interface RecorderCheckpoint extends RecorderState {
  readonly stored: readonly Block[];
}

/** Called for each record of a watched kind, at once. */
export type Watcher = (seq: number, block: Block, row: number) => void;

export class TraceRecorder implements Recorder {
  state: RecorderState = { current: createBlock(0), settled: 0, digest: createDigest() };
  readonly level: TraceLevel;
  /** Finished blocks that the level keeps. */
  stored: Block[] = [];
  private readonly withDigest: boolean;
  private folds: readonly Fold[] = [];
  private readonly sorting = new SortedRows();
  private readonly watched = new Uint8Array(KINDS);
  private watcher: Watcher | null = null;

  /** The current block and its two views: what `write` needs of the state, at hand. */
  private block: Block = this.state.current;
  private ints: Int32Array = this.block.ints;
  private floats: Float64Array = this.block.floats;
  private lanes: DigestState = this.state.digest;

  constructor(level: TraceLevel, withDigest = true) {
    this.level = level;
    this.withDigest = withDigest;
  }

  attach(folds: readonly Fold[]): void {
    this.folds = folds;
    this.sorting.attach(folds);
  }

  get attached(): readonly Fold[] {
    return this.folds;
  }

  /** Calls `watcher` at once for every record of these kinds: fault triggers listen here. */
  watch(kinds: readonly number[], watcher: Watcher): void {
    for (const kind of kinds) this.watched[kind] = 1;
    this.watcher = watcher;
  }

  /** Seq of the next record. */
  get records(): number {
    return this.state.current.first + this.state.current.count;
  }

  write(
    kind: number,
    entity: number,
    at: number,
    cause: number,
    also: number,
    mid: number,
    lid: number,
    a: number,
    b: number,
    c: number,
    d: number,
    e: number,
    f: number,
    value: number,
  ): number {
    let block = this.block;
    if (block.count === BLOCK_RECORDS) {
      this.turnOver();
      block = this.block;
    }
    const row = block.count;
    block.count = row + 1;
    const { ints, floats } = this;
    const base = row * RECORD_WORDS;
    floats[row * RECORD_FLOATS] = at;
    floats[row * RECORD_FLOATS + 1] = value;
    ints[base + 4] = kind;
    ints[base + 5] = entity;
    ints[base + 6] = cause;
    ints[base + 7] = also;
    ints[base + 8] = mid;
    ints[base + 9] = lid;
    ints[base + 10] = a;
    ints[base + 11] = b;
    ints[base + 12] = c;
    ints[base + 13] = d;
    ints[base + 14] = e;
    ints[base + 15] = f;
    if (this.withDigest)
      digestRecord(this.lanes, ints, base, kind, entity, cause, also, mid, lid, a, b, c, d, e, f);
    const seq = block.first + row;
    if (this.watched[kind] === 1 && this.watcher !== null) this.watcher(seq, block, row);
    return seq;
  }

  /** Brings the folds up to the last record. */
  settle(): void {
    const { current, settled } = this.state;
    const to = current.count;
    if (settled === to) return;
    if (this.folds.length > 0) this.sorting.tell(current, settled, to);
    this.state.settled = to;
  }

  private continueIn(block: Block): void {
    this.state.current = block;
    this.block = block;
    this.ints = block.ints;
    this.floats = block.floats;
  }

  private turnOver(): void {
    this.settle();
    const full = this.state.current;
    const first = full.first + full.count;
    this.state.settled = 0;
    if (this.level === 'none') {
      full.first = first;
      full.count = 0;
      return;
    }
    this.stored.push(full);
    if (this.level === 'window' && this.stored.length > WINDOW_BLOCKS) this.stored.shift();
    this.continueIn(createBlock(first));
  }

  /** A copy of everything that decides how recording goes on. Stored blocks are never written again and are shared. */
  checkpoint(): RecorderCheckpoint {
    this.settle();
    const { current, settled, digest } = this.state;
    return { current: copyBlock(current), settled, digest: digest.slice(), stored: [...this.stored] };
  }

  restore(from: RecorderCheckpoint): void {
    this.state = { current: from.current, settled: from.settled, digest: from.digest.slice() };
    this.lanes = this.state.digest;
    this.continueIn(copyBlock(from.current));
    this.stored = [...from.stored];
  }

  /** Every stored block, the current one included. */
  blocks(): readonly Block[] {
    return [...this.stored, this.state.current];
  }
}
