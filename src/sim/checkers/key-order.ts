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
import { createTerrain, idOf, look, type Terrain } from '#sim/checkers/terrain.ts';
import type { Checker, CheckResult } from '#sim/checkers/verdict.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import { A, B, C, ENTITY, KIND, LID, type Block } from '#sim/trace/block.ts';
import type { KindName } from '#sim/trace/vocabulary.ts';
import { Kind, Outcome, RECORD_FLOATS, RECORD_WORDS } from '#sim/trace/vocabulary.ts';

/** A line is the events of one producer, topic and key; a lane is a line in one group: line × groups + group row. */
interface KeyOrderState {
  /** By key: its first line + 1, 0 = none. By line: key, producer, topic, next line of the key + 1. */
  readonly lineOfKey: IntColumn;
  readonly lineKey: IntColumn;
  readonly lineProducer: IntColumn;
  readonly lineTopic: IntColumn;
  readonly lineNext: IntColumn;
  /** By event: line + 1, and seq of its produce. */
  readonly lineOf: IntColumn;
  readonly produced: IntColumn;
  /** By event × groups + group row: 0 = not worked on, 1 = first of its lane, else the event before it + 2. */
  readonly before: IntColumn;
  /** By lane: the last event worked on + 1; the highest seq of a produce so far, + 1; the record of its work. */
  readonly last: IntColumn;
  readonly highest: IntColumn;
  readonly highestWork: IntColumn;
  /** By lane: row in `book` + 1 (or -1 where the list was full) where something was inverted. */
  readonly inverted: Map<number, number>;
  readonly book: AnomalyBook;
}

const KINDS_READ: readonly KindName[] = ['produce', 'effect', 'handled'];

export class KeyOrderChecker implements Checker {
  readonly check = 'key-order';
  readonly kinds = KINDS_READ;
  readonly id: string;
  state: KeyOrderState;
  private readonly contract: CheckContract;
  private readonly catalog: Catalog;
  private readonly terrain: Terrain;
  /** By group row: name ids of the event types whose handlers have effects. */
  private readonly withEffects: readonly Int32Array[];

  constructor(spec: KeyOrderSpec & { readonly id: string }, contract: CheckContract, catalog: Catalog) {
    this.id = spec.id;
    this.contract = contract;
    this.catalog = catalog;
    this.terrain = createTerrain(contract, catalog, spec.groups);
    this.withEffects = this.terrain.groups.map((group) =>
      Int32Array.from(
        group.handlers
          .filter((handler) => handler.effects.length > 0)
          .map((handler) => idOf(catalog.names, handler.event)),
      ),
    );
    const column = (): IntColumn => intColumn('mutable');
    this.state = {
      lineOfKey: column(),
      lineKey: intColumn('append'),
      lineProducer: intColumn('append'),
      lineTopic: intColumn('append'),
      lineNext: intColumn('append'),
      lineOf: column(),
      produced: column(),
      before: column(),
      last: column(),
      highest: column(),
      highestWork: column(),
      inverted: new Map(),
      book: createBook(),
    };
  }

  fold(block: Block, rows: Int32Array, count: number): void {
    const ints = block.ints;
    const groupRows = this.terrain.groupRows;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      const base = row * RECORD_WORDS;
      const lid = ints[base + LID] as number;
      switch (ints[base + KIND] as number) {
        case Kind.produce:
          this.announced(
            lid,
            block.first + row,
            ints[base + ENTITY] as number,
            ints[base + A] as number,
            ints[base + B] as number,
          );
          break;
        case Kind.effect:
          this.worked(block, row, lid, look(groupRows, ints[base + C] as number));
          break;
        case Kind.handled: {
          const g = look(groupRows, ints[base + A] as number);
          if (ints[base + B] === Outcome.ok && !this.hasEffects(g, lid)) this.worked(block, row, lid, g);
          break;
        }
      }
    }
  }

  private hasEffects(g: number, lid: number): boolean {
    const types = this.withEffects[g];
    return types !== undefined && types.includes(intAt(this.catalog.events.type, lid));
  }

  private announced(lid: number, seq: number, producer: number, topic: number, key: number): void {
    const s = this.state;
    if (key < 0 || lid < 0 || intAt(s.lineOf, lid, 0) !== 0) return;
    ensureInt(s.lineOf, lid + 1);
    ensureInt(s.produced, lid + 1);
    s.lineOf.data[lid] = this.line(key, producer, topic) + 1;
    s.produced.data[lid] = seq;
  }

  private line(key: number, producer: number, topic: number): number {
    const s = this.state;
    ensureInt(s.lineOfKey, key + 1);
    const head = s.lineOfKey.data[key] as number;
    for (let line = head - 1; line >= 0; line = (s.lineNext.data[line] as number) - 1) {
      if (s.lineProducer.data[line] === producer && s.lineTopic.data[line] === topic) return line;
    }
    pushInt(s.lineKey, key);
    pushInt(s.lineProducer, producer);
    pushInt(s.lineTopic, topic);
    const line = pushInt(s.lineNext, head);
    s.lineOfKey.data[key] = line + 1;
    return line;
  }

  private worked(block: Block, row: number, lid: number, g: number): void {
    const s = this.state;
    if (g < 0 || lid < 0) return;
    const line = intAt(s.lineOf, lid, 0) - 1;
    if (line < 0) return;
    const groups = this.terrain.groupCount;
    const index = lid * groups + g;
    const lane = line * groups + g;
    ensureInt(s.before, index + 1);
    if (s.before.data[index] !== 0) return;
    ensureInt(s.last, lane + 1);
    ensureInt(s.highest, lane + 1);
    ensureInt(s.highestWork, lane + 1);
    s.before.data[index] = (s.last.data[lane] as number) + 1;
    s.last.data[lane] = lid + 1;
    const produced = s.produced.data[lid] as number;
    if (produced + 1 > (s.highest.data[lane] as number)) {
      s.highest.data[lane] = produced + 1;
      s.highestWork.data[lane] = block.first + row;
    } else this.invert(lane, produced, block.first + row, block.floats[row * RECORD_FLOATS] as number);
  }

  private invert(lane: number, produced: number, seq: number, at: number): void {
    const s = this.state;
    if (s.inverted.has(lane)) return;
    const g = lane % this.terrain.groupCount;
    const key = intAt(s.lineKey, (lane - g) / this.terrain.groupCount);
    const entry = enter(s.book, 'reordered', key, g, seq, at);
    s.inverted.set(lane, entry === null ? -1 : s.book.entries.indexOf(entry) + 1);
    if (entry === null) return;
    addPair(entry, intAt(s.highest, lane) - 1, intAt(s.highestWork, lane));
    addPair(entry, produced, seq);
  }

  /** Inverted pairs of one lane, counted from the chain of its events. */
  private pairsOf(lane: number): number {
    const s = this.state;
    const groups = this.terrain.groupCount;
    const g = lane % groups;
    const backwards: number[] = [];
    let lid = (s.last.data[lane] as number) - 1;
    while (lid >= 0) {
      backwards.push(-(s.produced.data[lid] as number));
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
