/**
 * Faults as the nemesis acts on them: what is done, to whom, when, for how long. Vocabulary after Jepsen's nemeses and
 * Toxiproxy's toxics. Names have been resolved to processes and entities; the scenario's own form is compiled by run.
 */
import type { CompiledDistribution } from '#sim/kernel/distribution.ts';

/** The processes that a fault hits; `trigger` = that of the entity whose record set it off. */
export type Victims =
  { readonly kind: 'processes'; readonly processes: readonly number[] } | { readonly kind: 'trigger' };

export type Action =
  /** `lasts` null: until the end of the run. */
  | { readonly do: 'crash'; readonly victims: Victims; readonly lasts: number | null }
  | { readonly do: 'restart'; readonly victims: Victims }
  | { readonly do: 'pause'; readonly victims: Victims; readonly lasts: number | null }
  | { readonly do: 'slow'; readonly victims: Victims; readonly factor: number; readonly lasts: number | null }
  /** TCP holds what is sent until the partition heals. Each pair is one direction. */
  | {
      readonly do: 'partition';
      readonly cuts: readonly { readonly from: readonly number[]; readonly to: readonly number[] }[];
      readonly lasts: number | null;
    }
  | {
      readonly do: 'latency';
      readonly entities: readonly number[];
      readonly by: CompiledDistribution;
      readonly lasts: number | null;
    }
  /** The next packet of one of these kinds from `from` to whoever asked is lost. */
  | { readonly do: 'drop'; readonly from: number; readonly kinds: readonly number[] }
  | { readonly do: 'deploy'; readonly service: number; readonly revision: number }
  /** Name id of the topic, -1 = none of the run's; how many partitions it is to have. */
  | { readonly do: 'alter'; readonly topic: number; readonly partitions: number };

/** A field of a record that must have a value: `word` is its place in the row (trace/block). */
export interface FieldMatch {
  readonly word: number;
  readonly value: number;
}

export type Trigger =
  | { readonly by: 'time'; readonly at: number }
  | {
      readonly by: 'record';
      readonly kind: number;
      /** Records of these entities only; null = of any. */
      readonly entities: readonly number[] | null;
      readonly match: readonly FieldMatch[];
      /** Only the nth match; null = by chance. */
      readonly nth: number | null;
      readonly chance: { readonly num: number; readonly den: number } | null;
      /** Only from `from` to `until` (µs); null = always. */
      readonly window: { readonly from: number; readonly until: number } | null;
    };

export interface Fault {
  /** Place in the file, from 1. */
  readonly number: number;
  /** Word and target for the trace: `crash`, `payment`. */
  readonly word: string;
  readonly target: string;
  readonly trigger: Trigger;
  readonly action: Action;
  /** Row of the fault's own stream. */
  readonly stream: number;
}
