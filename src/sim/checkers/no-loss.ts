/**
 * V01 no-loss (liveness). For each event that a broker confirmed and each judged group subscribed to the topic that it
 * was appended to, the group has an `effect` of it, a handler of it that ended well, a committed row written on its
 * behalf, or a `skipped` that the scenario declares.
 *
 * At quiescence every confirmed event without that is lost. Before, it is lost for certain where the group's committed
 * offset has passed it, the consumer has read past it since its position was last set, and no running handler has it in
 * hand; other events are still on their way: unknown. The kind is `skipped` where the service has no handler for it and
 * does not say so, or its handler failed and a commit passed over it, else `lost`. A produce that was refused, never
 * answered or sent with acks=0 (confirm with offset -1: the client's word, not the broker's) may vanish.
 * Left out: truncation and retention (one replica, nothing expires).
 */
import {
  ensureFloat,
  ensureInt,
  floatAt,
  floatColumn,
  intAt,
  intColumn,
  pushFloat,
  pushInt,
} from '#sim/base/column.ts';
import type { FloatColumn, IntColumn } from '#sim/base/column.ts';
import { nameOf } from '#sim/base/names.ts';
import {
  addPair,
  counted,
  createBook,
  enter,
  eventSubject,
  eventSubjectText,
  list,
  type AnomalyBook,
} from '#sim/checkers/anomaly-book.ts';
import { byteAt, byteColumn, ensureBytes, type ByteColumn } from '#sim/checkers/byte-column.ts';
import { committedRows, type OpenRows } from '#sim/checkers/committed-rows.ts';
import type { CheckContract, NoLossSpec } from '#sim/checkers/contract.ts';
import { createTerrain, look, partitionRow, slotOf, type Terrain } from '#sim/checkers/terrain.ts';
import type { Checker, CheckResult, RunEnd } from '#sim/checkers/verdict.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import { A, B, C, D, ENTITY, KIND, LID, type Block } from '#sim/trace/block.ts';
import type { KindName } from '#sim/trace/vocabulary.ts';
import { Kind, Outcome, ProcessState, RECORD_FLOATS, RECORD_WORDS } from '#sim/trace/vocabulary.ts';

/** Of an event. */
const CONFIRMED = 1;
const APPENDED = 2;
const APPENDED_AGAIN = 4;
/** Of an event in a group. */
const SERVED = 1;
const FAILED = 2;
const UNKNOWN_TYPE = 4;

interface NoLossState {
  readonly events: ByteColumn;
  readonly confirmedSeq: IntColumn;
  readonly confirmedAt: FloatColumn;
  /** By event × groups + group row. */
  readonly inGroup: ByteColumn;
  /** Its last `deliver`, `handled` or `skipped` there. */
  readonly touched: IntColumn;
  /** By partition row, by offset: the event. */
  readonly log: readonly IntColumn[];
  /** By slot: last committed offset; how far commits have been looked at; last offset that a consumer has read. */
  readonly committed: Int32Array;
  readonly scanned: Int32Array;
  readonly reached: Int32Array;
  /** Events that a commit passed before they were served, and the commit. */
  readonly passed: IntColumn;
  readonly passedSeq: IntColumn;
  readonly passedAt: FloatColumn;
  /** By entity: what its running handlers have in hand. */
  readonly hands: number[][];
  /** What was in a hand when its process crashed, and the crash. */
  readonly dropped: IntColumn;
  readonly droppedSeq: IntColumn;
  readonly open: OpenRows;
  unanswered: number;
}

const KINDS_READ: readonly KindName[] = [
  'append',
  'confirm',
  'deliver',
  'effect',
  'handled',
  'skipped',
  'commit',
  'position',
  'process',
  'database',
  'transaction',
];

export class NoLossChecker implements Checker {
  readonly check = 'no-loss';
  readonly kinds = KINDS_READ;
  readonly id: string;
  state: NoLossState;
  private readonly contract: CheckContract;
  private readonly catalog: Catalog;
  private readonly terrain: Terrain;
  private readonly declared: ReadonlySet<string>;

  constructor(spec: NoLossSpec & { readonly id: string }, contract: CheckContract, catalog: Catalog) {
    this.id = spec.id;
    this.contract = contract;
    this.catalog = catalog;
    this.terrain = createTerrain(contract, catalog, spec.groups);
    this.declared = new Set(contract.declaredSkips);
    const slots = this.terrain.subscribed.length;
    this.state = {
      events: byteColumn(),
      confirmedSeq: intColumn('mutable'),
      confirmedAt: floatColumn('mutable'),
      inGroup: byteColumn(),
      touched: intColumn('mutable'),
      log: this.terrain.partitionNames.map(() => intColumn('append')),
      committed: new Int32Array(slots),
      scanned: new Int32Array(slots),
      reached: new Int32Array(slots).fill(-1),
      passed: intColumn('append'),
      passedSeq: intColumn('append'),
      passedAt: floatColumn('append'),
      hands: contract.entityNames.map(() => []),
      dropped: intColumn('append'),
      droppedSeq: intColumn('append'),
      open: new Map(),
      unanswered: 0,
    };
  }

  fold(block: Block, rows: Int32Array, count: number): void {
    const ints = block.ints;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      const base = row * RECORD_WORDS;
      const lid = ints[base + LID] as number;
      switch (ints[base + KIND] as number) {
        case Kind.append:
          this.append(lid, ints[base + A] as number, ints[base + B] as number, ints[base + C] as number);
          break;
        case Kind.confirm:
          this.confirm(block, row, base, lid);
          break;
        case Kind.deliver:
          this.deliver(block.first + row, base, lid, ints);
          break;
        case Kind.effect:
          this.serve(lid, look(this.terrain.groupRows, ints[base + C] as number), SERVED, -1);
          break;
        case Kind.handled:
          this.handled(block.first + row, base, lid, ints);
          break;
        case Kind.skipped: {
          const declared = this.declared.has(nameOf(this.catalog.names, ints[base + B] as number));
          const g = look(this.terrain.groupRows, ints[base + A] as number);
          this.serve(lid, g, declared ? SERVED : UNKNOWN_TYPE, block.first + row);
          break;
        }
        case Kind.commit:
          this.commit(block, row, base);
          break;
        case Kind.position: {
          const slot = slotOf(
            this.terrain,
            ints[base + A] as number,
            ints[base + B] as number,
            ints[base + C] as number,
          );
          if (slot >= 0) this.state.reached[slot] = (ints[base + D] as number) - 1;
          break;
        }
        case Kind.process:
          if (ints[base + A] === ProcessState.crashed)
            this.crashed(ints[base + ENTITY] as number, block.first + row);
          break;
        default:
          for (const written of committedRows(this.state.open, this.catalog, block, row)) {
            this.serve(written.lid, look(this.terrain.groupOfEntity, written.actor), SERVED, -1);
          }
      }
    }
  }

  private append(lid: number, topic: number, partition: number, offset: number): void {
    const s = this.state;
    const p = partitionRow(this.terrain, topic, partition);
    if (p < 0 || lid < 0) return;
    const log = s.log[p] as IntColumn;
    while (log.length < offset) pushInt(log, -1);
    if (log.length > offset) return;
    pushInt(log, lid);
    ensureBytes(s.events, lid + 1);
    const flags = s.events.data[lid] as number;
    s.events.data[lid] = flags | APPENDED | ((flags & APPENDED) !== 0 ? APPENDED_AGAIN : 0);
  }

  private confirm(block: Block, row: number, base: number, lid: number): void {
    const s = this.state;
    const ints = block.ints;
    const p = partitionRow(this.terrain, ints[base + A] as number, ints[base + B] as number);
    if ((ints[base + C] as number) < 0) {
      s.unanswered += 1;
      return;
    }
    if (p < 0 || lid < 0 || (this.terrain.readers[p] as Int32Array).length === 0) return;
    ensureBytes(s.events, lid + 1);
    if (((s.events.data[lid] as number) & CONFIRMED) !== 0) return;
    s.events.data[lid] = (s.events.data[lid] as number) | CONFIRMED;
    ensureInt(s.confirmedSeq, lid + 1, -1);
    ensureFloat(s.confirmedAt, lid + 1);
    s.confirmedSeq.data[lid] = block.first + row;
    s.confirmedAt.data[lid] = block.floats[row * RECORD_FLOATS] as number;
  }

  private deliver(seq: number, base: number, lid: number, ints: Int32Array): void {
    const s = this.state;
    const terrain = this.terrain;
    const slot = slotOf(
      terrain,
      ints[base + A] as number,
      ints[base + B] as number,
      ints[base + C] as number,
    );
    if (slot < 0 || lid < 0) return;
    const index = lid * terrain.groupCount + (terrain.groupRows[ints[base + A] as number] as number);
    s.reached[slot] = ints[base + D] as number;
    ensureInt(s.touched, index + 1, -1);
    s.touched.data[index] = seq;
    const hand = s.hands[ints[base + ENTITY] as number];
    if (hand !== undefined) hand.push(index);
  }

  private handled(seq: number, base: number, lid: number, ints: Int32Array): void {
    const g = look(this.terrain.groupRows, ints[base + A] as number);
    if (g < 0 || lid < 0) return;
    const outcome = ints[base + B] as number;
    const flag = outcome === Outcome.ok ? SERVED : outcome === Outcome.failed ? FAILED : 0;
    this.serve(lid, g, flag, seq);
    const hand = this.state.hands[ints[base + ENTITY] as number];
    if (hand === undefined) return;
    const at = hand.indexOf(lid * this.terrain.groupCount + g);
    if (at === hand.length - 1) hand.length = at < 0 ? 0 : at;
    else if (at >= 0) hand.splice(at, 1);
  }

  private serve(lid: number, g: number, flag: number, seq: number): void {
    if (g < 0 || lid < 0) return;
    const s = this.state;
    const index = lid * this.terrain.groupCount + g;
    ensureBytes(s.inGroup, index + 1);
    s.inGroup.data[index] = (s.inGroup.data[index] as number) | flag;
    if (seq < 0) return;
    ensureInt(s.touched, index + 1, -1);
    s.touched.data[index] = seq;
  }

  private commit(block: Block, row: number, base: number): void {
    const s = this.state;
    const ints = block.ints;
    const terrain = this.terrain;
    const slot = slotOf(
      terrain,
      ints[base + A] as number,
      ints[base + B] as number,
      ints[base + C] as number,
    );
    if (slot < 0) return;
    const g = terrain.groupRows[ints[base + A] as number] as number;
    const log = s.log[slot - g * terrain.partitionCount] as IntColumn;
    const to = ints[base + D] as number;
    s.committed[slot] = to;
    const end = to < log.length ? to : log.length;
    for (let offset = s.scanned[slot] as number; offset < end; offset += 1) {
      const lid = log.data[offset] as number;
      const index = lid * terrain.groupCount + g;
      if (lid < 0 || (byteAt(s.inGroup, index) & SERVED) !== 0) continue;
      pushInt(s.passed, index);
      pushInt(s.passedSeq, block.first + row);
      pushFloat(s.passedAt, block.floats[row * RECORD_FLOATS] as number);
    }
    if (end > (s.scanned[slot] as number)) s.scanned[slot] = end;
  }

  private crashed(entity: number, seq: number): void {
    const s = this.state;
    const hand = s.hands[entity];
    if (hand === undefined) return;
    for (const index of hand) {
      pushInt(s.dropped, index);
      pushInt(s.droppedSeq, seq);
    }
    hand.length = 0;
  }

  verdict(end: RunEnd): CheckResult {
    const s = this.state;
    const terrain = this.terrain;
    const book = createBook();
    const inHand = new Set(s.hands.flat());
    const coming = end.quiescent ? new Set<number>() : this.comingAgain(inHand);
    const unserved = new Set<number>();
    let pending = 0;
    let confirmed = 0;
    for (let p = 0; p < terrain.partitionCount; p += 1) {
      const log = s.log[p] as IntColumn;
      for (const g of terrain.readers[p] as Int32Array) {
        const slot = g * terrain.partitionCount + p;
        for (let offset = 0; offset < log.length; offset += 1) {
          const lid = log.data[offset] as number;
          if (lid < 0 || (byteAt(s.events, lid) & CONFIRMED) === 0) continue;
          const index = lid * terrain.groupCount + g;
          confirmed += 1;
          if ((byteAt(s.inGroup, index) & SERVED) !== 0 || unserved.has(index)) continue;
          if (!end.quiescent && (coming.has(index) || this.isComing(slot, offset, index, inHand)))
            pending += 1;
          else unserved.add(index);
        }
      }
    }
    const noCopies = this.neverAppended();
    this.write(book, unserved, noCopies);
    const listed = list(
      [book],
      (subject) => eventSubjectText(this.catalog, this.contract, subject),
      (g) => this.groupName(g),
    );
    const lost = unserved.size + noCopies.length;
    const unanswered =
      s.unanswered === 0
        ? ''
        : ` ${counted(s.unanswered, 'publish', 'publishes')} with acks=0 promised nothing.`;
    const reason =
      lost > 0
        ? `${counted(lost, 'confirmed event was', 'confirmed events were')} never handled by a group that is subscribed to it.`
        : pending > 0
          ? `${counted(pending, 'confirmed event is', 'confirmed events are')} still on their way.`
          : `Every confirmed event was handled in every group (${confirmed} to handle).`;
    return {
      id: this.id,
      checker: this.check,
      of: null,
      ...listed,
      verdict: lost > 0 ? 'invalid' : pending > 0 ? 'unknown' : 'valid',
      reason: reason + unanswered,
    };
  }

  /** Not passed yet, not read yet, or in a hand: this copy may still be served. */
  private isComing(slot: number, offset: number, index: number, inHand: ReadonlySet<number>): boolean {
    const s = this.state;
    return (
      offset >= (s.committed[slot] as number) || offset > (s.reached[slot] as number) || inHand.has(index)
    );
  }

  /** Events that stand in the log more than once and of which some copy is still to come. */
  private comingAgain(inHand: ReadonlySet<number>): Set<number> {
    const s = this.state;
    const coming = new Set<number>();
    for (let p = 0; p < this.terrain.partitionCount; p += 1) {
      const log = s.log[p] as IntColumn;
      for (let offset = 0; offset < log.length; offset += 1) {
        const lid = log.data[offset] as number;
        if (lid < 0 || (byteAt(s.events, lid) & APPENDED_AGAIN) === 0) continue;
        for (const g of this.terrain.readers[p] as Int32Array) {
          const index = lid * this.terrain.groupCount + g;
          if (this.isComing(g * this.terrain.partitionCount + p, offset, index, inHand)) coming.add(index);
        }
      }
    }
    return coming;
  }

  private neverAppended(): number[] {
    const events = this.state.events;
    const found: number[] = [];
    for (let lid = 0; lid < events.length; lid += 1) {
      if (((events.data[lid] as number) & (CONFIRMED | APPENDED)) === CONFIRMED) found.push(lid);
    }
    return found;
  }

  private write(book: AnomalyBook, unserved: ReadonlySet<number>, noCopies: readonly number[]): void {
    const s = this.state;
    const passedRow = rowsOf(s.passed, unserved);
    const droppedRow = rowsOf(s.dropped, unserved);
    for (const index of unserved) {
      const g = index % this.terrain.groupCount;
      const lid = (index - g) / this.terrain.groupCount;
      const passed = passedRow.get(index) ?? -1;
      const flags = byteAt(s.inGroup, index);
      const skipped = (flags & UNKNOWN_TYPE) !== 0 || ((flags & FAILED) !== 0 && passed >= 0);
      const seq = passed >= 0 ? intAt(s.passedSeq, passed) : intAt(s.confirmedSeq, lid);
      const at = passed >= 0 ? floatAt(s.passedAt, passed) : floatAt(s.confirmedAt, lid);
      const entry = enter(book, skipped ? 'skipped' : 'lost', eventSubject(this.catalog, lid), g, seq, at);
      if (entry === null || entry.violations > 1) continue;
      const produced = intAt(this.catalog.events.produced, lid);
      const touched = intAt(s.touched, index);
      const dropped = intAt(s.droppedSeq, droppedRow.get(index) ?? -1);
      entry.note = noteOf(flags, passed >= 0, touched >= 0, dropped >= 0);
      addPair(entry, produced, touched >= 0 ? touched : seq);
      addPair(entry, produced, seq);
      addPair(entry, dropped, dropped);
    }
    for (const lid of noCopies) {
      const seq = intAt(s.confirmedSeq, lid);
      const entry = enter(
        book,
        'lost',
        eventSubject(this.catalog, lid),
        -1,
        seq,
        floatAt(s.confirmedAt, lid),
      );
      if (entry === null || entry.violations > 1) continue;
      entry.note = 'confirmed, but never appended';
      addPair(entry, intAt(this.catalog.events.produced, lid), seq);
    }
  }

  private groupName(g: number): string {
    return this.terrain.groups[g]?.name ?? '-';
  }
}

/** Where each of the wanted stands in a column, first occurrence. */
function rowsOf(column: IntColumn, wanted: ReadonlySet<number>): Map<number, number> {
  const rows = new Map<number, number>();
  if (wanted.size === 0) return rows;
  for (let row = 0; row < column.length; row += 1) {
    const index = column.data[row] as number;
    if (wanted.has(index) && !rows.has(index)) rows.set(index, row);
  }
  return rows;
}

function noteOf(flags: number, passed: boolean, touched: boolean, dropped: boolean): string {
  if ((flags & UNKNOWN_TYPE) !== 0) return 'the service has no handler for it';
  if ((flags & FAILED) !== 0)
    return passed ? 'its handler failed, and a later commit passed over it' : 'its handler failed';
  if (dropped)
    return passed
      ? 'in hand when the process crashed, and committed already'
      : 'in hand when the process crashed';
  if (!touched)
    return passed ? 'committed without having been handed to a handler' : 'never handed to a handler';
  return passed ? 'committed, but its handler never ended' : 'its handler never ended';
}
