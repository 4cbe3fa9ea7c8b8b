/**
 * V05 key-order (safety). For each group and key, take the first sign of work on each event (its `effect`, or a handler
 * that ended well where the handler has no effects) in step order; it must follow the order in which one producer
 * announced them (the order of `produce` records of the same entity, topic and key).
 * Gaps are no-loss's business, repetitions effect-once's. `count` is the number of inverted pairs of a key, the first
 * violating record the first that came after a later event of its key. Events of different producers or topics and
 * events without a key have no order that a log could keep.
 */
import { ensureInt, intAt, intColumn, pushInt, type IntColumn } from '#sim/base/column.ts';
import {
  addPair,
  counted,
  createBook,
  enter,
  eventSubjectText,
  list,
  type AnomalyBook,
} from '#sim/checkers/anomaly-book.ts';
import type { CheckContract, KeyOrderSpec } from '#sim/checkers/contract.ts';
import { invertedPairs } from '#sim/checkers/inverted-pairs.ts';
import { createTerrain, type Terrain } from '#sim/checkers/terrain.ts';
import type { Checker, CheckResult } from '#sim/checkers/verdict.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import { A, B, C, ENTITY, KIND, LID, type Block } from '#sim/trace/block.ts';
import { idOf, look, tableOf } from '#sim/trace/dimensions.ts';
import { endOfRun } from '#sim/trace/fold.ts';
import type { KindName } from '#sim/trace/vocabulary.ts';
import { Kind, Outcome, RECORD_FLOATS, RECORD_WORDS } from '#sim/trace/vocabulary.ts';

/** A line is the events of one producer, topic and key; a lane is a line in one group: line × groups + group row. */
interface KeyOrderState {
  /** By key: its first line + 1, 0 = none. */
  readonly lineOfKey: IntColumn;
  /** By line: LINE numbers: key, producer, topic, next line of the key + 1. */
  readonly lines: IntColumn;
  /** By event: its line + 1, 0 = none. */
  readonly events: IntColumn;
  /** By event × groups + group row: 0 = not worked on, 1 = first of its lane, else the event before it + 2. */
  readonly before: IntColumn;
  /** By lane: LANE numbers: the last event worked on + 1; the latest produce so far, its seq + 1; the record of its work. */
  readonly lanes: IntColumn;
  /** By lane: row in `book` + 1 (or -1 where the list was full) where something was inverted. */
  readonly inverted: Map<number, number>;
  readonly book: AnomalyBook;
}

const LINE = 4;
const LANE = 3;

export class KeyOrderChecker implements Checker {
  readonly check = 'key-order';
  readonly kinds: readonly KindName[];
  /** An event is announced before any work on it, so all announcements may come first. */
  readonly apart: readonly (readonly KindName[])[];
  readonly id: string;
  state: KeyOrderState;
  private readonly contract: CheckContract;
  private readonly catalog: Catalog;
  private readonly terrain: Terrain;
  /** By group row, by name id of an event type: 1 where its handler has effects. */
  private readonly withEffects: readonly Int32Array[];

  constructor(
    spec: KeyOrderSpec & { readonly id: string },
    contract: CheckContract,
    catalog: Catalog,
    capacity = 64,
  ) {
    this.id = spec.id;
    this.contract = contract;
    this.catalog = catalog;
    this.terrain = createTerrain(contract, catalog, spec.groups);
    this.withEffects = this.terrain.groups.map((group) => {
      const handlers = group.handlers.filter((handler) => handler.effects.length > 0);
      const types = handlers.map((handler) => idOf(catalog.names, handler.event));
      return tableOf(types, () => 1);
    });
    // where every handler has effects, how it ends says nothing more
    const silent = this.terrain.groups.some(({ handlers }) =>
      handlers.some((one) => one.effects.length === 0),
    );
    this.kinds = silent ? ['produce', 'effect', 'handled'] : ['produce', 'effect'];
    this.apart = silent ? [] : [['produce'], ['effect']];
    const { groupCount } = this.terrain;
    this.state = {
      lineOfKey: intColumn('mutable', capacity),
      lines: intColumn('append', capacity * LINE),
      events: intColumn('mutable', capacity),
      before: intColumn('mutable', capacity * groupCount),
      lanes: intColumn('mutable', capacity * groupCount * LANE),
      inverted: new Map(),
      book: createBook(),
    };
  }

  fold(block: Block, rows: Int32Array, count: number): void {
    for (let from = 0; from < count;) {
      const to = endOfRun(block, rows, from, count);
      const kind = block.ints[(rows[from] as number) * RECORD_WORDS + KIND] as number;
      if (kind === Kind.produce) this.announced(block, rows, from, to);
      else if (kind === Kind.effect) this.effected(block, rows, from, to);
      else for (let i = from; i < to; i += 1) this.handled(block, rows[i] as number);
      from = to;
    }
  }

  private effected(block: Block, rows: Int32Array, from: number, to: number): void {
    const { ints } = block;
    for (let i = from; i < to; i += 1) {
      const row = rows[i] as number;
      const base = row * RECORD_WORDS;
      this.worked(
        block,
        row,
        ints[base + LID] as number,
        look(this.terrain.groupRows, ints[base + C] as number),
      );
    }
  }

  private handled(block: Block, row: number): void {
    const base = row * RECORD_WORDS;
    const lid = block.ints[base + LID] as number;
    const g = look(this.terrain.groupRows, block.ints[base + A] as number);
    if (block.ints[base + B] === Outcome.ok && !this.hasEffects(g, lid)) this.worked(block, row, lid, g);
  }

  private hasEffects(g: number, lid: number): boolean {
    const types = this.withEffects[g];
    return types !== undefined && look(types, intAt(this.catalog.events.type, lid)) === 1;
  }

  private announced(block: Block, rows: Int32Array, from: number, to: number): void {
    const { ints } = block;
    const { events } = this.state;
    for (let i = from; i < to; i += 1) {
      const base = (rows[i] as number) * RECORD_WORDS;
      const lid = ints[base + LID] as number;
      const key = ints[base + B] as number;
      if (key < 0 || lid < 0) continue;
      if (lid >= events.length) ensureInt(events, lid + 1);
      else if (events.data[lid] !== 0) continue;
      events.data[lid] = this.line(key, ints[base + ENTITY] as number, ints[base + A] as number) + 1;
    }
  }

  private line(key: number, producer: number, topic: number): number {
    const { lineOfKey, lines } = this.state;
    if (key >= lineOfKey.length) ensureInt(lineOfKey, key + 1);
    const head = lineOfKey.data[key] as number;
    for (let line = head - 1; line >= 0; line = (lines.data[line * LINE + 3] as number) - 1) {
      if (lines.data[line * LINE + 1] === producer && lines.data[line * LINE + 2] === topic) return line;
    }
    const line = lines.length / LINE;
    pushInt(lines, key);
    pushInt(lines, producer);
    pushInt(lines, topic);
    pushInt(lines, head);
    lineOfKey.data[key] = line + 1;
    return line;
  }

  private worked(block: Block, row: number, lid: number, g: number): void {
    const { events, before, lanes } = this.state;
    if (g < 0 || lid < 0) return;
    const line = intAt(events, lid, 0) - 1;
    if (line < 0) return;
    const groups = this.terrain.groupCount;
    const index = lid * groups + g;
    const lane = line * groups + g;
    if (index >= before.length) ensureInt(before, index + 1);
    if (before.data[index] !== 0) return;
    const base = lane * LANE;
    if (base >= lanes.length) ensureInt(lanes, base + LANE);
    before.data[index] = (lanes.data[base] as number) + 1;
    lanes.data[base] = lid + 1;
    const produced = intAt(this.catalog.events.produced, lid);
    if (produced + 1 > (lanes.data[base + 1] as number)) {
      lanes.data[base + 1] = produced + 1;
      lanes.data[base + 2] = block.first + row;
    } else this.invert(lane, produced, block.first + row, block.floats[row * RECORD_FLOATS] as number);
  }

  private invert(lane: number, produced: number, seq: number, at: number): void {
    const s = this.state;
    if (s.inverted.has(lane)) return;
    const g = lane % this.terrain.groupCount;
    const line = (lane - g) / this.terrain.groupCount;
    const entry = enter(s.book, 'reordered', intAt(s.lines, line * LINE), g, seq, at);
    s.inverted.set(lane, entry === null ? -1 : s.book.entries.indexOf(entry) + 1);
    if (entry === null) return;
    addPair(entry, intAt(s.lanes, lane * LANE + 1) - 1, intAt(s.lanes, lane * LANE + 2));
    addPair(entry, produced, seq);
  }

  /** Inverted pairs of one lane, counted from the chain of its events. */
  private pairsOf(lane: number): number {
    const s = this.state;
    const groups = this.terrain.groupCount;
    const g = lane % groups;
    const backwards: number[] = [];
    let lid = (s.lanes.data[lane * LANE] as number) - 1;
    while (lid >= 0) {
      backwards.push(-intAt(this.catalog.events.produced, lid));
      lid = (s.before.data[lid * groups + g] as number) - 2;
    }
    return invertedPairs(backwards);
  }

  verdict(): CheckResult {
    const s = this.state;
    const pairs = s.book.entries.map(() => 0);
    let total = 0;
    for (const [lane, row] of s.inverted) {
      const count = this.pairsOf(lane);
      total += count;
      if (row > 0) pairs[row - 1] = (pairs[row - 1] ?? 0) + count;
    }
    const entries = s.book.entries.map((entry, row) => ({
      ...entry,
      count: pairs[row] ?? 0,
      violations: pairs[row] ?? 0,
    }));
    const listed = list(
      [{ ...s.book, entries, totals: new Map(total > 0 ? [['reordered' as const, total]] : []) }],
      (subject) => eventSubjectText(this.catalog, this.contract, subject),
      (g) => this.terrain.groups[g]?.name ?? '-',
    );
    return {
      id: this.id,
      checker: this.check,
      of: null,
      ...listed,
      verdict: total > 0 ? 'invalid' : 'valid',
      reason:
        total > 0
          ? `${counted(total, 'pair', 'pairs')} of events of one key and producer ${total === 1 ? 'was' : 'were'} worked on in the wrong order.`
          : 'Every key was worked on in the order in which its events were announced.',
    };
  }
}
