/**
 * What a file claims: the invariants that its run is judged by, what a lesson's reader must reach, and the verdicts that
 * it is meant to show. Names of checks as in the list of invariants (V01 `no-loss` …); `id` is the name under which
 * `expect` speaks of a check: its `as`, else its name.
 */
import type { Comparison } from '#sim/scenario/values.ts';

export type CheckSpec = { readonly id: string } &
  /** `groups` null: every consumer group of the file. */
  (
    | { readonly check: 'no-loss'; readonly groups: readonly string[] | null }
    | {
        readonly check: 'effect-once';
        /** `cards.charge` or `ledger.orders` */
        readonly effect: string;
        /** The field whose values count as the same business: `order.id`. */
        readonly per: string;
        /** Whether none at all is a violation too. */
        readonly required: boolean;
      }
    | { readonly check: 'key-order'; readonly groups: readonly string[] | null }
    | { readonly check: 'commit-safety'; readonly groups: readonly string[] | null }
    | {
        readonly check: 'outbox';
        /** The business table, `ledger.orders`. */
        readonly table: string;
        readonly event: string;
        /** The event's field that equals the row's key. */
        readonly per: string;
      }
    | { readonly check: 'exclusive-assignment'; readonly groups: readonly string[] | null }
    | { readonly check: 'no-phantom-effect'; readonly groups: readonly string[] | null }
    | {
        readonly check: 'progress';
        readonly groups: readonly string[] | null;
        /** Null: the session timeout plus twice the longest handler. */
        readonly window: number | null;
        readonly maxDeliveries: number | null;
      }
  );

export type GoalTerm =
  | {
      readonly term: 'anomaly';
      readonly anomaly: string;
      readonly of: string | null;
      readonly compare: Comparison;
      readonly value: number;
    }
  /** A trace record of this kind was seen. */
  | { readonly term: 'seen'; readonly kind: string }
  | { readonly term: 'verdict'; readonly check: string; readonly verdict: Verdict };

export type Verdict = 'valid' | 'invalid' | 'unknown';

export interface Expectation {
  readonly check: string;
  readonly verdict: Verdict;
  /** Kinds of anomaly that must be named, no others; null: not said. Sorted. */
  readonly anomalies: readonly string[] | null;
}
