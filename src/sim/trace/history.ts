/**
 * What the trace says of each event, and of each event in each consumer group: the fold that checkers and metrics share,
 * told before them, so that each keeps only what is its own.
 *
 * Folds are told a block at a time: while one of them reads a row, the history may stand up to a block further. What
 * must be known as of a row is therefore kept as the seq of its first time (`servedSeq < seq`); the rest is for verdicts.
 * A group has served an event by an effect, a handler that ended well, or a skip that the scenario declares.
 * A log is what its leader has: records that a new leader does not have are cut off. Left out: retention (it has records
 * of its own).
 */
import { cutColumn, ensureFloat, ensureInt, intAt, pushInt, type IntColumn } from '#sim/base/column.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import { A, B, C, D, E, ENTITY, KIND, LID, type Block } from '#sim/trace/block.ts';
import { completingSteps, isCompleting, type CompletingSteps } from '#sim/trace/completing-steps.ts';
import { createDimensions, look, partitionRow, type Dimensions, type Scope } from '#sim/trace/dimensions.ts';
import { endOfRun, type Fold } from '#sim/trace/fold.ts';
import {
  COMPLETED,
  CONFIRMED,
  CONFIRMED_IN,
  COPIES,
  createHistoryState,
  DELIVERIES,
  EVENT,
  FAILED,
  FLAGS,
  HANDLED,
  SERVED,
  SERVICE,
  TOUCHED,
  UNDECLARED_SKIP,
  type HistoryState,
} from '#sim/trace/history-state.ts';
import type { KindName } from '#sim/trace/vocabulary.ts';
import { Kind, Outcome, Phase, ProcessState, RECORD_FLOATS, RECORD_WORDS } from '#sim/trace/vocabulary.ts';

const KINDS_READ: readonly KindName[] = [
  'produce',
  'append',
  'confirm',
  'deliver',
  'effect',
  'handled',
  'skipped',
  'position',
  'process',
  'lead',
];

/** What is noted of these is the same in whatever order the groups come. */
const APART: readonly (readonly KindName[])[] = [
  ['produce'],
  ['append'],
  ['confirm'],
  ['deliver', 'handled'],
  ['effect'],
];

export class History implements Fold {
  readonly kinds: readonly KindName[];
  readonly apart: readonly (readonly KindName[])[];
  readonly dimensions: Dimensions;
  /** How many events are expected. */
  readonly capacity: number;
  state: HistoryState;
  private readonly declared: Uint8Array;
  private readonly completing: CompletingSteps;
  private readonly catalog: Catalog;

  /** `capacity`: how many events are expected, so that columns need not grow. */
  constructor(scope: Scope, catalog: Catalog, capacity = 64) {
    const dimensions = createDimensions(scope, catalog.names);
    this.dimensions = dimensions;
    this.capacity = capacity;
    this.catalog = catalog;
    this.completing = completingSteps(scope.groups, catalog.names);
    const steps = this.completing.length > 0;
    this.kinds = steps ? [...KINDS_READ, 'step'] : KINDS_READ;
    this.apart = steps ? [...APART, ['step']] : APART;
    this.declared = Uint8Array.from(catalog.names.list, (name) =>
      scope.declaredSkips.includes(name) ? 1 : 0,
    );
    this.state = createHistoryState(dimensions, capacity);
  }

  fold(block: Block, rows: Int32Array, count: number): void {
    for (let from = 0; from < count;) {
      const kind = block.ints[(rows[from] as number) * RECORD_WORDS + KIND] as number;
      const to = endOfRun(block, rows, from, count, kind === Kind.deliver ? Kind.handled : -1);
      switch (kind) {
        case Kind.produce:
          this.announced(block, rows, from, to);
          break;
        case Kind.append:
          this.appended(block, rows, from, to);
          break;
        case Kind.confirm:
          this.confirmed(block, rows, from, to);
          break;
        case Kind.deliver:
        case Kind.handled:
          this.inService(block, rows, from, to);
          break;
        case Kind.effect:
          this.effected(block, rows, from, to);
          break;
        case Kind.step:
          this.stepped(block, rows, from, to);
          break;
        default:
          for (let i = from; i < to; i += 1) this.seldom(block, rows[i] as number);
      }
      from = to;
    }
  }

  private seldom(block: Block, row: number): void {
    const { ints } = block;
    const base = row * RECORD_WORDS;
    const seq = block.first + row;
    switch (ints[base + KIND] as number) {
      case Kind.skipped:
        this.skipped(ints[base + LID] as number, seq, base, ints);
        break;
      case Kind.position: {
        const slot = this.slot(ints, base);
        if (slot >= 0) this.state.reached[slot] = (ints[base + D] as number) - 1;
        break;
      }
      case Kind.process:
        if (ints[base + A] === ProcessState.crashed) this.crashed(ints[base + ENTITY] as number, seq);
        break;
      case Kind.lead:
        this.led(seq, base, ints);
        break;
    }
  }

  /** Makes the event's row exist. */
  private eventRow(lid: number): number {
    const { events, times } = this.state;
    const row = lid * EVENT;
    if (row >= events.length) {
      ensureInt(events, row + EVENT);
      ensureFloat(times, lid * 2 + 2);
    }
    return row;
  }

  /** Makes the row of the event in the group exist; where it begins. */
  private rowIn(lid: number, g: number): number {
    const { inGroups } = this.state;
    const row = (lid * this.dimensions.groupCount + g) * SERVICE;
    if (row >= inGroups.length) ensureInt(inGroups, row + SERVICE);
    return row;
  }

  private slot(ints: Int32Array, base: number): number {
    const g = look(this.dimensions.groupRows, ints[base + A] as number);
    const p = partitionRow(this.dimensions, ints[base + B] as number, ints[base + C] as number);
    return g < 0 || p < 0 ? -1 : g * this.dimensions.partitionCount + p;
  }

  private announced(block: Block, rows: Int32Array, from: number, to: number): void {
    const { ints, floats } = block;
    const { times } = this.state;
    for (let i = from; i < to; i += 1) {
      const row = rows[i] as number;
      const lid = ints[row * RECORD_WORDS + LID] as number;
      if (lid < 0) continue;
      if (lid * 2 >= times.length) this.eventRow(lid);
      const { data } = times;
      if (data[lid * 2] === 0) data[lid * 2] = (floats[row * RECORD_FLOATS] as number) + 1;
    }
  }

  private appended(block: Block, rows: Int32Array, from: number, to: number): void {
    const { ints } = block;
    const { logs, epochs, events } = this.state;
    for (let i = from; i < to; i += 1) {
      const row = rows[i] as number;
      const base = row * RECORD_WORDS;
      const lid = ints[base + LID] as number;
      const p = partitionRow(this.dimensions, ints[base + A] as number, ints[base + B] as number);
      if (lid < 0 || p < 0) continue;
      const log = logs[p] as IntColumn;
      const offset = ints[base + C] as number;
      if ((ints[base + E] as number) < (epochs[p] as number)) {
        this.cut(lid, p, offset);
        continue;
      }
      while (log.length < offset) pushInt(log, -1);
      if (log.length > offset) continue;
      pushInt(log, lid);
      const at = this.eventRow(lid);
      const { data } = events;
      data[at + COPIES] = (data[at + COPIES] as number) + 1;
    }
  }

  /** A partition's log is its new leader's, which ends at `offset`. */
  private led(seq: number, base: number, ints: Int32Array): void {
    const p = partitionRow(this.dimensions, ints[base + A] as number, ints[base + B] as number);
    if (p < 0) return;
    const s = this.state;
    const log = s.logs[p] as IntColumn;
    const end = ints[base + C] as number;
    s.epochs[p] = ints[base + D] as number;
    s.ledSeq[p] = seq;
    for (let offset = end; offset < log.length; offset += 1) {
      const lid = log.data[offset] as number;
      if (lid < 0) continue;
      const copies = lid * EVENT + COPIES;
      s.events.data[copies] = (s.events.data[copies] as number) - 1;
      this.cut(lid, p, offset);
    }
    cutColumn(log, end);
  }

  /** A record that is not in the log of the partition's latest leader, or that a former one still wrote. */
  private cut(lid: number, p: number, offset: number): void {
    const s = this.state;
    this.eventRow(lid);
    pushInt(s.cutOff, lid);
    pushInt(s.cutOffSeq, s.ledSeq[p] as number);
    pushInt(s.cutOffIn, p);
    pushInt(s.cutOffAt, offset);
  }

  private confirmed(block: Block, rows: Int32Array, from: number, to: number): void {
    const { ints, floats } = block;
    const { events, times } = this.state;
    for (let i = from; i < to; i += 1) {
      const row = rows[i] as number;
      const base = row * RECORD_WORDS;
      const lid = ints[base + LID] as number;
      if ((ints[base + C] as number) < 0) {
        this.state.unanswered += 1;
        continue;
      }
      if (lid < 0) continue;
      const at = this.eventRow(lid);
      const { data } = events;
      if (data[at + CONFIRMED] !== 0) continue;
      data[at + CONFIRMED] = block.first + row + 1;
      data[at + CONFIRMED_IN] =
        partitionRow(this.dimensions, ints[base + A] as number, ints[base + B] as number) + 1;
      times.data[lid * 2 + 1] = floats[row * RECORD_FLOATS] as number;
    }
  }

  /** Deliveries and the ends of their handlers. */
  private inService(block: Block, rows: Int32Array, from: number, to: number): void {
    const { ints } = block;
    const { groupRows } = this.dimensions;
    for (let i = from; i < to; i += 1) {
      const row = rows[i] as number;
      const base = row * RECORD_WORDS;
      const lid = ints[base + LID] as number;
      const g = look(groupRows, ints[base + A] as number);
      if (g < 0 || lid < 0) continue;
      if (ints[base + KIND] === Kind.deliver) this.delivered(lid, g, block.first + row, base, ints);
      else
        this.handled(lid, g, block.first + row, base, ints, block.floats[row * RECORD_FLOATS + 1] as number);
    }
  }

  private delivered(lid: number, g: number, seq: number, base: number, ints: Int32Array): void {
    const s = this.state;
    const at = this.rowIn(lid, g);
    const { data } = s.inGroups;
    data[at + TOUCHED] = seq + 1;
    const deliveries = (data[at + DELIVERIES] as number) + FLAGS;
    data[at + DELIVERIES] = deliveries;
    s.delivered[g] = (s.delivered[g] as number) + 1;
    if (deliveries >= 2 * FLAGS) this.again(g, deliveries >> 3);
    const hand = s.hands[ints[base + ENTITY] as number];
    if (hand !== undefined) hand.push(at);
    const slot = this.slot(ints, base);
    if (slot < 0) return;
    const offset = ints[base + D] as number;
    s.reached[slot] = offset;
    if (offset >= (s.read[slot] as number)) s.read[slot] = offset + 1;
  }

  private again(g: number, times: number): void {
    const { redelivered, mostDeliveries } = this.state;
    redelivered[g] = (redelivered[g] as number) + 1;
    if (times > (mostDeliveries[g] as number)) mostDeliveries[g] = times;
  }

  private served(at: number, seq: number): void {
    const { data } = this.state.inGroups;
    const known = data[at + SERVED] as number;
    if (known === 0 || seq + 1 < known) data[at + SERVED] = seq + 1;
  }

  private effected(block: Block, rows: Int32Array, from: number, to: number): void {
    const { ints } = block;
    const { groupRows } = this.dimensions;
    for (let i = from; i < to; i += 1) {
      const row = rows[i] as number;
      const base = row * RECORD_WORDS;
      const lid = ints[base + LID] as number;
      const g = look(groupRows, ints[base + C] as number);
      if (g >= 0 && lid >= 0) this.served(this.rowIn(lid, g), block.first + row);
    }
  }

  private stepped(block: Block, rows: Int32Array, from: number, to: number): void {
    const { ints } = block;
    for (let i = from; i < to; i += 1) {
      const base = (rows[i] as number) * RECORD_WORDS;
      const lid = ints[base + LID] as number;
      if (lid < 0 || ints[base + B] !== Phase.before) continue;
      const g = look(this.dimensions.groupRows, ints[base + C] as number);
      const type = intAt(this.catalog.events.type, lid);
      if (g < 0 || !isCompleting(this.completing, ints[base + A] as number, g, type)) continue;
      const at = this.rowIn(lid, g) + DELIVERIES;
      const { data } = this.state.inGroups;
      data[at] = (data[at] as number) | COMPLETED;
    }
  }

  private handled(lid: number, g: number, seq: number, base: number, ints: Int32Array, took: number): void {
    const { longest, inGroups } = this.state;
    const at = this.rowIn(lid, g);
    const { data } = inGroups;
    if (took > (longest[g] as number)) longest[g] = took;
    this.letGo(ints[base + ENTITY] as number, at);
    const outcome = ints[base + B] as number;
    if (outcome === Outcome.ok) {
      this.served(at, seq);
      if (data[at + HANDLED] === 0) data[at + HANDLED] = seq + 1;
      return;
    }
    data[at + TOUCHED] = seq + 1;
    if (outcome === Outcome.failed) this.fail(at, FAILED, seq);
  }

  private skipped(lid: number, seq: number, base: number, ints: Int32Array): void {
    const g = look(this.dimensions.groupRows, ints[base + A] as number);
    if (g < 0 || lid < 0) return;
    const row = this.rowIn(lid, g);
    this.state.inGroups.data[row + TOUCHED] = seq + 1;
    if (this.declared[ints[base + B] as number] === 1) this.served(row, seq);
    else this.fail(row, UNDECLARED_SKIP, seq);
    this.letGo(ints[base + ENTITY] as number, row);
  }

  private fail(row: number, flag: number, seq: number): void {
    const { inGroups, failures } = this.state;
    inGroups.data[row + DELIVERIES] = (inGroups.data[row + DELIVERIES] as number) | flag;
    const known = failures.get(row);
    if (known === undefined) failures.set(row, [seq]);
    else known.push(seq);
  }

  private letGo(entity: number, row: number): void {
    const hand = this.state.hands[entity];
    if (hand === undefined || hand.length === 0) return;
    if (hand[hand.length - 1] === row) {
      hand.pop();
      return;
    }
    const at = hand.indexOf(row);
    if (at >= 0) hand.splice(at, 1);
  }

  private crashed(entity: number, seq: number): void {
    const { hands, dropped, droppedSeq } = this.state;
    const hand = hands[entity];
    if (hand === undefined) return;
    for (const row of hand) {
      pushInt(dropped, row);
      pushInt(droppedSeq, seq);
    }
    hand.length = 0;
  }
}

/** How many events the history knows of. */
export function eventCount(s: HistoryState): number {
  return s.events.length / EVENT;
}

function eventWord(s: HistoryState, lid: number, word: number): number {
  const at = lid * EVENT + word;
  return lid >= 0 && at < s.events.length ? (s.events.data[at] as number) : 0;
}

/** Seq of the event's first confirmation by a broker, -1 = none. */
export function confirmedSeq(s: HistoryState, lid: number): number {
  return eventWord(s, lid, CONFIRMED) - 1;
}

/** Row of the partition that the first confirmation named, -1 = none. */
export function confirmedIn(s: HistoryState, lid: number): number {
  return eventWord(s, lid, CONFIRMED_IN) - 1;
}

/** When the event was first confirmed; 0 where it was not. */
export function confirmedAt(s: HistoryState, lid: number): number {
  return lid * 2 + 1 < s.times.length ? (s.times.data[lid * 2 + 1] as number) : 0;
}

/** When the event was announced, -1 = it was not. */
export function announcedAt(s: HistoryState, lid: number): number {
  return lid >= 0 && lid * 2 < s.times.length ? (s.times.data[lid * 2] as number) - 1 : -1;
}

/** In how many places of the logs the event stands or stood. */
export function copiesOf(s: HistoryState, lid: number): number {
  return eventWord(s, lid, COPIES);
}

function serviceWord(s: HistoryState, row: number, word: number): number {
  return row >= 0 && row < s.inGroups.length ? (s.inGroups.data[row + word] as number) : 0;
}

/** Where the event's row in a group begins: what the functions below take. */
export function serviceRow(history: History, lid: number, g: number): number {
  return lid < 0 ? -1 : (lid * history.dimensions.groupCount + g) * SERVICE;
}

/** The event and the group of a row. */
export function ofServiceRow(history: History, row: number): { readonly lid: number; readonly g: number } {
  const index = row / SERVICE;
  const g = index % history.dimensions.groupCount;
  return { lid: (index - g) / history.dimensions.groupCount, g };
}

/** Seq of the first sign that the group has served the event, -1 = none. */
export function servedSeq(s: HistoryState, row: number): number {
  return serviceWord(s, row, SERVED) - 1;
}

/** Seq of its first handler that ended well, -1 = none. */
export function handledSeq(s: HistoryState, row: number): number {
  return serviceWord(s, row, HANDLED) - 1;
}

/** Seq of its last deliver, skip, or handler that did not end well, -1 = none. */
export function touchedSeq(s: HistoryState, row: number): number {
  return serviceWord(s, row, TOUCHED) - 1;
}

/** How often it was handed to a handler of the group. */
export function deliveriesOf(s: HistoryState, row: number): number {
  return serviceWord(s, row, DELIVERIES) >> 3;
}

/** At most how often any event was handed to a handler of the group. */
export function mostDeliveries(history: History, g: number): number {
  const most = history.state.mostDeliveries[g] as number;
  return most === 0 ? 1 : most;
}

/** FAILED and UNDECLARED_SKIP. */
export function troubleOf(s: HistoryState, row: number): number {
  return serviceWord(s, row, DELIVERIES) & (FAILED | UNDECLARED_SKIP);
}

/** Whether a step began that completes its handling: once it is committed, nothing of it is owed. */
export function isCompleted(s: HistoryState, row: number): boolean {
  return (serviceWord(s, row, DELIVERIES) & COMPLETED) !== 0;
}

/** The last failure or undeclared skip of it before `seq`, -1 = none. */
export function failureBefore(s: HistoryState, row: number, seq: number): number {
  let last = -1;
  for (const one of s.failures.get(row) ?? []) if (one < seq) last = one;
  return last;
}
