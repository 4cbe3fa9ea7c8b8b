/**
 * V03 effect-once (safety; with `required` liveness too). For the claimed effect, each business key and each group, the
 * effect takes place at most once, judged at each `effect` record (for a table: at each `database` record of an insert,
 * which is written when the row is committed; updates are not counted). With `required`, each confirmed event whose handler has the effect must at quiescence have had it: by business
 * key where `per` alone is the record's key, else by event, where a handler that ended well without it is taken at its
 * word (it recognised a duplicate). Missing ones are `lost`; before quiescence the verdict is unknown.
 *
 * An effect by a member of an older generation counts like any other, and the anomaly says so.
 * `count` is how often the effect took place on that key; `totals` counts the surplus.
 */
import { ensureInt, intAt, intColumn, type IntColumn } from '#sim/base/column.ts';
import {
  addPair,
  counted,
  createBook,
  enter,
  eventSubjectText,
  list,
  type AnomalyBook,
} from '#sim/checkers/anomaly-book.ts';
import { nameOf } from '#sim/base/names.ts';
import type { CheckContract, EffectOnceSpec, TableContract } from '#sim/checkers/contract.ts';
import { byteAt, byteColumn, ensureBytes, type ByteColumn } from '#sim/checkers/byte-column.ts';
import { createTerrain, type Terrain } from '#sim/checkers/terrain.ts';
import type { Checker, CheckResult, RunEnd } from '#sim/checkers/verdict.ts';
import { RequiredEffects } from '#sim/checkers/required-effects.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import { A, B, C, E, ENTITY, F, KIND, LID, type Block } from '#sim/trace/block.ts';
import { idOf, look } from '#sim/trace/dimensions.ts';
import type { History } from '#sim/trace/history.ts';
import type { KindName } from '#sim/trace/vocabulary.ts';
import { Kind, ProcessState, RECORD_FLOATS, RECORD_WORDS } from '#sim/trace/vocabulary.ts';

interface EffectOnceState {
  /** By business key × (groups + 1) + group row (the last row: no group): (seq + 1) × 2 + zombie of the first, 0 = none. */
  readonly first: IntColumn;
  /** By group row: the newest generation that was assigned; the last crash or pause of one of its processes. */
  readonly generation: Int32Array;
  readonly down: Int32Array;
  readonly book: AnomalyBook;
  /** By event: 1 where it brought the effect about; kept only where the effect is owed by event. */
  readonly brought: ByteColumn;
  effects: number;
  surplus: number;
}

export class EffectOnceChecker implements Checker {
  readonly check = 'effect-once';
  readonly kinds: readonly KindName[];
  readonly apart: readonly (readonly KindName[])[] = [['effect']];
  readonly id: string;
  state: EffectOnceState;
  private readonly spec: EffectOnceSpec;
  private readonly contract: CheckContract;
  private readonly catalog: Catalog;
  private readonly terrain: Terrain;
  private readonly effect: number;
  private readonly table: TableContract | null;
  private readonly tableName: number;
  private readonly required: RequiredEffects | null;
  private readonly byEvent: boolean;

  constructor(
    spec: EffectOnceSpec & { readonly id: string },
    contract: CheckContract,
    catalog: Catalog,
    history: History,
  ) {
    this.id = spec.id;
    this.spec = spec;
    this.contract = contract;
    this.catalog = catalog;
    const groups = contract.groups.filter((group) =>
      group.handlers.some((one) => one.effects.includes(spec.effect)),
    );
    this.terrain = createTerrain(
      contract,
      catalog,
      groups.map((group) => group.name),
    );
    this.effect = idOf(catalog.names, spec.effect);
    this.table = contract.tables.find((table) => table.effect === spec.effect) ?? null;
    this.tableName = this.table === null ? -1 : idOf(catalog.names, this.table.table);
    this.required = spec.required
      ? new RequiredEffects(spec, contract, catalog, history, this.terrain)
      : null;
    this.byEvent = this.required?.byEvent === true;
    this.kinds = [this.table === null ? 'effect' : 'database', 'assign', 'process'];
    this.state = {
      first: intColumn('mutable', history.capacity * (this.terrain.groupCount + 1)),
      generation: new Int32Array(this.terrain.groupCount).fill(-1),
      down: new Int32Array(this.terrain.groupCount).fill(-1),
      book: createBook(),
      brought: byteColumn(),
      effects: 0,
      surplus: 0,
    };
  }

  fold(block: Block, rows: Int32Array, count: number): void {
    const ints = block.ints;
    const s = this.state;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      const base = row * RECORD_WORDS;
      switch (ints[base + KIND] as number) {
        case Kind.effect: {
          if (ints[base + A] !== this.effect) break;
          const g = look(this.terrain.groupRows, ints[base + C] as number);
          const zombie =
            g >= 0 &&
            (ints[base + F] as number) >= 0 &&
            (ints[base + F] as number) < (s.generation[g] as number);
          this.occurred(block, row, ints[base + LID] as number, ints[base + B] as number, g, zombie ? 1 : 0);
          break;
        }
        case Kind.database:
          if (ints[base + B] === this.tableName && ints[base + ENTITY] === this.table?.database) {
            this.written(block, row, base);
          }
          break;
        case Kind.assign: {
          const g = look(this.terrain.groupRows, ints[base + A] as number);
          const generation = ints[base + E] as number;
          if (g >= 0 && generation > (s.generation[g] as number)) s.generation[g] = generation;
          break;
        }
        case Kind.process: {
          const g = look(this.terrain.groupOfEntity, ints[base + ENTITY] as number);
          const state = ints[base + A] as number;
          if (g >= 0 && (state === ProcessState.crashed || state === ProcessState.paused))
            s.down[g] = block.first + row;
          break;
        }
      }
    }
  }

  /** A `database` record is written when its row takes effect: within a transaction, at the commit. */
  private written(block: Block, row: number, base: number): void {
    const ints = block.ints;
    if (nameOf(this.catalog.names, ints[base + A] as number) !== 'insert') return;
    const g = look(this.terrain.groupOfEntity, ints[base + E] as number);
    this.occurred(block, row, ints[base + LID] as number, ints[base + C] as number, g, 0);
  }

  private occurred(block: Block, row: number, lid: number, key: number, g: number, zombie: number): void {
    const s = this.state;
    const seq = block.first + row;
    s.effects += 1;
    if (this.byEvent && lid >= 0) {
      if (lid >= s.brought.length) ensureBytes(s.brought, lid + 1);
      s.brought.data[lid] = 1;
    }
    if (key < 0) return;
    const width = this.terrain.groupCount + 1;
    const index = key * width + (g < 0 ? width - 1 : g);
    if (index >= s.first.length) ensureInt(s.first, index + 1);
    const known = s.first.data[index] as number;
    if (known === 0) {
      s.first.data[index] = (seq + 1) * 2 + zombie;
      return;
    }
    s.surplus += 1;
    const entry = enter(s.book, 'duplicate', key, g, seq, block.floats[row * RECORD_FLOATS] as number);
    if (entry === null) return;
    entry.count = entry.violations + 1;
    const first = (known >> 1) - 1;
    if (zombie === 1 || (known & 1) === 1)
      entry.note = 'one of them by a member that the group had left behind (zombie)';
    // the first repetition is explained; further ones are only counted
    if (entry.violations > 1) return;
    const produced = intAt(this.catalog.events.produced, lid);
    addPair(entry, produced, first);
    addPair(entry, produced, seq);
    const down = g < 0 ? -1 : (s.down[g] as number);
    if (down > first) addPair(entry, down, seq);
  }

  verdict(end: RunEnd): CheckResult {
    const s = this.state;
    const missing = createBook();
    const width = this.terrain.groupCount + 1;
    const absent =
      this.required?.missing(
        (key, g) => intAt(s.first, key * width + g, 0) !== 0,
        (lid) => byteAt(s.brought, lid) === 1,
        missing,
      ) ?? 0;
    const listed = list(
      end.quiescent ? [s.book, missing] : [s.book],
      (subject) => eventSubjectText(this.catalog, this.contract, subject),
      (g) => this.terrain.groups[g]?.name ?? '-',
    );
    const lost = end.quiescent ? absent : 0;
    const parts: string[] = [];
    if (s.surplus > 0)
      parts.push(`${this.spec.effect} took place ${counted(s.surplus, 'time', 'times')} too often`);
    if (lost > 0) parts.push(`${counted(lost, 'business', 'businesses')} never had ${this.spec.effect}`);
    return {
      id: this.id,
      checker: this.check,
      of: this.spec.effect,
      ...listed,
      verdict: s.surplus + lost > 0 ? 'invalid' : absent > 0 ? 'unknown' : 'valid',
      reason:
        parts.length > 0
          ? `${parts.join('; ')}.`
          : absent > 0
            ? `${this.spec.effect} is still to come for ${counted(absent, 'business', 'businesses')}.`
            : `${this.spec.effect} took place ${counted(s.effects, 'time', 'times')}, never twice per ${this.spec.per}.`,
    };
  }
}
