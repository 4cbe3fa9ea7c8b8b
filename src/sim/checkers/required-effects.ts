/**
 * The second half of V03: which effects must have taken place at quiescence. One is owed for each confirmed event whose
 * handler has the effect, in each group that handles it; by business key where the record's key is the business key,
 * else by event.
 */
import { ensureFloat, floatAt, floatColumn, intAt, intColumn } from '#sim/base/column.ts';
import type { FloatColumn, IntColumn } from '#sim/base/column.ts';
import { addPair, enter, eventSubject, type AnomalyBook } from '#sim/checkers/anomaly-book.ts';
import { byteAt, byteColumn, ensureBytes, type ByteColumn } from '#sim/checkers/byte-column.ts';
import type { CheckContract, EffectOnceSpec } from '#sim/checkers/contract.ts';
import { noteSeq, seqAt } from '#sim/checkers/seq-column.ts';
import { idOf, look, tableOf, type Terrain } from '#sim/checkers/terrain.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import { A, B, C, KIND, LID, type Block } from '#sim/trace/block.ts';
import type { KindName } from '#sim/trace/vocabulary.ts';
import { Kind, Outcome, RECORD_FLOATS, RECORD_WORDS } from '#sim/trace/vocabulary.ts';

export interface RequiredState {
  /** By event: its first confirmation by a broker, -1 = none. */
  readonly confirmedSeq: IntColumn;
  readonly confirmedAt: FloatColumn;
  /** By event: 1 where it had its effect, or its handler ended well. */
  readonly fulfilled: ByteColumn;
}

export class RequiredEffects {
  readonly kinds: readonly KindName[] = ['confirm', 'handled'];
  private readonly catalog: Catalog;
  private readonly terrain: Terrain;
  /** By name id of an event type: 1 = by key, 0 = by event, -1 = its handlers do not have the effect. */
  private readonly types: Int32Array;
  /** By group row: name ids of the event types for which it owes the effect. */
  private readonly owed: readonly ReadonlySet<number>[];

  constructor(spec: EffectOnceSpec, contract: CheckContract, catalog: Catalog, terrain: Terrain) {
    this.catalog = catalog;
    this.terrain = terrain;
    const types = contract.events.filter((type) =>
      terrain.groups.some((group) =>
        group.handlers.some(
          (handler) => handler.event === type.name && handler.effects.includes(spec.effect),
        ),
      ),
    );
    this.owed = terrain.groups.map(
      (group) =>
        new Set(
          group.handlers
            .filter((handler) => handler.effects.includes(spec.effect))
            .map((handler) => idOf(catalog.names, handler.event)),
        ),
    );
    this.types = tableOf(
      types.map((type) => idOf(catalog.names, type.name)),
      (row) => (types[row]?.keyField === spec.per ? 1 : 0),
    );
  }

  create(): RequiredState {
    return {
      confirmedSeq: intColumn('mutable'),
      confirmedAt: floatColumn('mutable'),
      fulfilled: byteColumn(),
    };
  }

  take(state: RequiredState, block: Block, row: number): void {
    const ints = block.ints;
    const base = row * RECORD_WORDS;
    const lid = ints[base + LID] as number;
    if (ints[base + KIND] === Kind.handled) {
      const ok = ints[base + B] === Outcome.ok && look(this.terrain.groupRows, ints[base + A] as number) >= 0;
      if (ok) this.occurred(state, lid);
      return;
    }
    if ((ints[base + C] as number) < 0 || look(this.types, intAt(this.catalog.events.type, lid)) < 0) return;
    if (seqAt(state.confirmedSeq, lid) >= 0) return;
    if (lid >= state.confirmedAt.length) ensureFloat(state.confirmedAt, lid + 1);
    noteSeq(state.confirmedSeq, lid, block.first + row);
    state.confirmedAt.data[lid] = block.floats[row * RECORD_FLOATS] as number;
  }

  occurred(state: RequiredState, lid: number): void {
    if (lid < 0) return;
    if (lid >= state.fulfilled.length) ensureBytes(state.fulfilled, lid + 1);
    state.fulfilled.data[lid] = 1;
  }

  /** How many are missing, each business once in each group; `has` tells whether (key, group row) had the effect. */
  missing(state: RequiredState, has: (key: number, g: number) => boolean, book: AnomalyBook): number {
    const seen = new Set<number>();
    const groups = this.terrain.groupCount;
    let missing = 0;
    for (let lid = 0; lid < state.confirmedSeq.length; lid += 1) {
      const seq = seqAt(state.confirmedSeq, lid);
      if (seq < 0) continue;
      const key = intAt(this.catalog.events.key, lid);
      const type = intAt(this.catalog.events.type, lid);
      const byKey = key >= 0 && look(this.types, type) === 1;
      for (let g = 0; g < groups; g += 1) {
        if (this.owed[g]?.has(type) !== true) continue;
        if (byKey ? has(key, g) || seen.has(key * groups + g) : byteAt(state.fulfilled, lid) === 1) continue;
        if (byKey) seen.add(key * groups + g);
        missing += 1;
        const entry = enter(
          book,
          'lost',
          eventSubject(this.catalog, lid),
          g,
          seq,
          floatAt(state.confirmedAt, lid),
        );
        if (entry !== null && entry.violations === 1) {
          entry.note = 'required, and never took place';
          addPair(entry, intAt(this.catalog.events.produced, lid), seq);
        }
      }
    }
    return missing;
  }
}
