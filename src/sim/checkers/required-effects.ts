/**
 * The second half of V03: which effects must have taken place at quiescence. One is owed for each confirmed event whose
 * handler has the effect, in each group that handles it; by business key where the record's key is the business key,
 * else by event.
 */
import { intAt } from '#sim/base/column.ts';
import { addPair, enter, eventSubject, type AnomalyBook } from '#sim/checkers/anomaly-book.ts';
import type { CheckContract, EffectOnceSpec } from '#sim/checkers/contract.ts';
import type { Terrain } from '#sim/checkers/terrain.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import { idOf, look, tableOf } from '#sim/trace/dimensions.ts';
import {
  confirmedAt,
  confirmedSeq,
  eventCount,
  handledSeq,
  serviceRow,
  type History,
} from '#sim/trace/history.ts';

export class RequiredEffects {
  private readonly catalog: Catalog;
  private readonly history: History;
  private readonly terrain: Terrain;
  /** By name id of an event type: 1 = by key, 0 = by event, -1 = its handlers do not have the effect. */
  private readonly types: Int32Array;
  /** By group row: name ids of the event types for which it owes the effect. */
  private readonly owed: readonly ReadonlySet<number>[];

  constructor(
    spec: EffectOnceSpec,
    contract: CheckContract,
    catalog: Catalog,
    history: History,
    terrain: Terrain,
  ) {
    this.catalog = catalog;
    this.history = history;
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

  /** Whether some event type owes the effect by event: its record's key is not the business key. */
  get byEvent(): boolean {
    return this.types.includes(0);
  }

  /**
   * How many are missing, each business once in each group. `has` tells whether (key, group row) had the effect,
   * `occurred` whether the event itself brought it about.
   */
  missing(
    has: (key: number, g: number) => boolean,
    occurred: (lid: number) => boolean,
    book: AnomalyBook,
  ): number {
    const { state } = this.history;
    const seen = new Set<number>();
    const groups = this.terrain.groupCount;
    let missing = 0;
    for (let lid = 0; lid < eventCount(state); lid += 1) {
      const seq = confirmedSeq(state, lid);
      if (seq < 0) continue;
      const key = intAt(this.catalog.events.key, lid);
      const type = intAt(this.catalog.events.type, lid);
      const byKey = key >= 0 && look(this.types, type) === 1;
      for (let g = 0; g < groups; g += 1) {
        if (this.owed[g]?.has(type) !== true) continue;
        if (byKey ? has(key, g) || seen.has(key * groups + g) : occurred(lid) || this.handled(lid)) continue;
        if (byKey) seen.add(key * groups + g);
        missing += 1;
        const entry = enter(book, 'lost', eventSubject(this.catalog, lid), g, seq, confirmedAt(state, lid));
        if (entry !== null && entry.violations === 1) {
          entry.note = 'required, and never took place';
          addPair(entry, intAt(this.catalog.events.produced, lid), seq);
        }
      }
    }
    return missing;
  }

  /** Whether a handler of it ended well in one of the groups. */
  private handled(lid: number): boolean {
    const { contractRows } = this.terrain;
    return contractRows.some((g) => handledSeq(this.history.state, serviceRow(this.history, lid, g)) >= 0);
  }
}
