/** What no-loss (V01) remembers of a trace besides its history: commits and what they passed over. Plain data. */
import { floatColumn, intColumn, type FloatColumn, type IntColumn } from '#sim/base/column.ts';
import { createDepartures, type Departures } from '#sim/checkers/departures.ts';
import { createWithdrawals, type Withdrawals } from '#sim/checkers/withdrawals.ts';
import type { Terrain } from '#sim/checkers/terrain.ts';

export interface NoLossState {
  /** What replicas have cut off: partition row, the new end, the former one, and the record. */
  readonly truncations: {
    readonly p: number;
    readonly offset: number;
    readonly end: number;
    readonly seq: number;
  }[];
  /** By slot: last committed offset; how far commits have been looked at. */
  readonly committed: Int32Array;
  readonly scanned: Int32Array;
  /** Events in a group (history's rows) that a commit passed before they were served; the commit, and its time. */
  readonly passed: IntColumn;
  readonly passedSeq: IntColumn;
  readonly passedAt: FloatColumn;
  /** What left the logs, and which positions jumped. */
  readonly departures: Departures;
  /** What transactions took back; null where the scenario has none. */
  readonly withdrawals: Withdrawals | null;
}

export function createNoLossState(terrain: Terrain, transactional: boolean): NoLossState {
  const slots = terrain.subscribed.length;
  return {
    truncations: [],
    committed: new Int32Array(slots),
    scanned: new Int32Array(slots),
    passed: intColumn('append'),
    passedSeq: intColumn('append'),
    passedAt: floatColumn('append'),
    departures: createDepartures(terrain.partitionCount),
    withdrawals: transactional ? createWithdrawals(terrain.partitionCount) : null,
  };
}
