/**
 * The small values of a scenario: problems, exact ratios, durations' distributions, templates and conditions.
 * Nothing here is ever evaluated as code: a template is text with holes, a condition one comparison.
 */

/** One thing wrong, for its author: where (JSON pointer), what, and what to do. */
export interface Problem {
  readonly pointer: string;
  readonly sentence: string;
  readonly hint?: string;
}

/** `num / den`, both integers, `den` positive, in lowest terms. */
export interface Ratio {
  readonly num: number;
  readonly den: number;
}

/** Microseconds everywhere. */
export type Distribution =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'uniform'; readonly min: number; readonly max: number }
  | { readonly kind: 'exponential'; readonly mean: number }
  | { readonly kind: 'lognormal'; readonly median: number; readonly p99: number }
  /** `max` null: without a cap. */
  | { readonly kind: 'pareto'; readonly min: number; readonly shape: number; readonly max: number | null }
  /** Each value equally likely; in the file's order. */
  | { readonly kind: 'empirical'; readonly values: readonly number[] };

export type EventAttribute = 'id' | 'type' | 'key';

export type Segment =
  | { readonly text: string }
  /** A field of the drawn item or of the event at hand: `order.id`. */
  | { readonly field: string }
  | { readonly event: EventAttribute }
  /** A column of a row that a `read` step put into `row`; `key` is the row's key. */
  | { readonly row: string; readonly column: string };

/** The pieces joined; a template of one hole keeps the hole's type. */
export type Template = readonly Segment[];

export type Comparison = 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte';

export type Condition =
  /** The nth time that this step is reached in this service, over all instances. */
  | { readonly kind: 'nth'; readonly nth: number }
  | {
      readonly kind: 'field';
      /** Never plain text. */
      readonly operand: Segment;
      readonly compare: Comparison;
      readonly value: string | number;
    }
  /** Which delivery of this message this is; the first is 1. */
  | { readonly kind: 'delivery'; readonly compare: Comparison; readonly value: number }
  /** Drawn from (seed, step, item, attempt). */
  | { readonly kind: 'probability'; readonly probability: Ratio }
  /** Whether the `read` step that filled `row` found one. */
  | { readonly kind: 'found'; readonly row: string; readonly found: boolean }
  | { readonly kind: 'all'; readonly of: readonly Condition[] };
