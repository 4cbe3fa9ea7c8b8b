/**
 * What a checker says: valid, invalid or unknown with one plain sentence, and every anomaly by name with the first
 * record that violates the invariant and the pairs of records whose causal connection explains it (causal-chain).
 */
import type { CheckName } from '#sim/checkers/contract.ts';
import type { Fold } from '#sim/trace/fold.ts';

export type Verdict = 'valid' | 'invalid' | 'unknown';

/** How the run stands when it is judged; a run that goes on is judged with `quiescent` false. */
export interface RunEnd {
  /** Sources stopped, faults healed, nothing pending but periodic protocol timers: what has not happened never will. */
  readonly quiescent: boolean;
  readonly at: number;
}

/**
 * - `lost`: promised and never done. `skipped`: passed over by a commit or by a handler that does not know it.
 * - `duplicate`: done more than once. `reordered`: done before what was announced earlier. `ghost`: announced without
 *   having taken place, or done on account of that. `stuck`: no progress, or the same record over and over.
 * - `zombie`: done by a member that the group has left behind. `overlap`: two owners in one generation.
 * - `stale-commit`: a commit of an older generation was accepted.
 */
export type AnomalyKind =
  'lost' | 'skipped' | 'duplicate' | 'reordered' | 'ghost' | 'stuck' | 'zombie' | 'overlap' | 'stale-commit';

/** Records whose connection by causes matters; where none exists, and where both are the same, both are plain facts. */
export interface Pair {
  readonly from: number;
  readonly to: number;
}

export interface Anomaly {
  readonly kind: AnomalyKind;
  /** How many: lost events, effects on that key (2 = twice), inverted pairs, stale commits … */
  readonly count: number;
  /** `order-17`, `checkout-1/17` for an event without a key, `orders-3` for a partition. */
  readonly subject: string;
  /** Consumer group, null where there is none. */
  readonly group: string | null;
  /** What the kind alone does not say; may be empty. */
  readonly note: string;
  readonly first: { readonly seq: number; readonly at: number };
  readonly pairs: readonly Pair[];
}

export interface CheckResult {
  /** The claim's id, and the checker's name. */
  readonly id: string;
  readonly checker: CheckName;
  /** The effect or table that the claim is about, null where it is about groups. */
  readonly of: string | null;
  readonly verdict: Verdict;
  readonly reason: string;
  /** In the order of their first records, at most a hundred. */
  readonly anomalies: readonly Anomaly[];
  /** Violations beyond those listed. */
  readonly more: number;
  /** All violations by kind; an effect that took place three times counts two. */
  readonly totals: readonly { readonly kind: AnomalyKind; readonly count: number }[];
}

export interface Checker extends Fold {
  readonly id: string;
  readonly check: CheckName;
  /** Judges what it has seen so far; changes nothing. */
  verdict(end: RunEnd): CheckResult;
}
