/**
 * What no-loss (V01) says of confirmed events that an election took away: they stood in a former leader's log, the new
 * leader's does not have them, and no other copy is left. Lost to every subscribed group that had not handled them.
 * The chain goes from the crash over the election to the new leader, and to the replica that cut its copy off.
 */
import { intAt } from '#sim/base/column.ts';
import { addPair, enter, eventSubject, type AnomalyBook } from '#sim/checkers/anomaly-book.ts';
import type { NoLossState } from '#sim/checkers/no-loss-state.ts';
import type { Terrain } from '#sim/checkers/terrain.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import {
  confirmedAt,
  confirmedSeq,
  copiesOf,
  servedSeq,
  serviceRow,
  type History,
} from '#sim/trace/history.ts';

/** An event that is lost to a group (row among the judged), and which of the history's cuts says so. */
export interface CutEvent {
  readonly lid: number;
  readonly g: number;
  readonly cut: number;
}

export function lostToElections(history: History, terrain: Terrain): CutEvent[] {
  const { state } = history;
  const found = new Map<number, CutEvent>();
  for (let cut = 0; cut < state.cutOff.length; cut += 1) {
    const lid = intAt(state.cutOff, cut);
    if (confirmedSeq(state, lid) < 0 || copiesOf(state, lid) > 0) continue;
    for (const g of terrain.readers[intAt(state.cutOffIn, cut)] as Int32Array) {
      const row = serviceRow(history, lid, terrain.contractRows[g] as number);
      if (servedSeq(state, row) < 0) found.set(row, { lid, g, cut });
    }
  }
  return [...found.values()];
}

export function writeCut(
  book: AnomalyBook,
  { truncations }: NoLossState,
  { state }: History,
  catalog: Catalog,
  events: readonly CutEvent[],
): void {
  for (const { lid, g, cut } of events) {
    const lead = intAt(state.cutOffSeq, cut);
    const confirmed = confirmedSeq(state, lid);
    const seq = Math.max(lead, confirmed);
    const entry = enter(book, 'lost', eventSubject(catalog, lid), g, seq, confirmedAt(state, lid));
    if (entry === null || entry.violations > 1) continue;
    entry.note = 'confirmed by a leader, and not in the log of the one that followed it';
    addPair(entry, intAt(catalog.events.produced, lid), confirmed);
    addPair(entry, lead, lead);
    const p = intAt(state.cutOffIn, cut);
    const at = intAt(state.cutOffAt, cut);
    const truncation = truncations.find(
      (one) => one.p === p && one.seq > lead && one.offset <= at && at < one.end,
    );
    if (truncation !== undefined) addPair(entry, truncation.seq, truncation.seq);
  }
}
