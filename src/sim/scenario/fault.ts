/**
 * Faults as data: what is hit, when, for how long. Vocabulary after Jepsen's nemeses and Toxiproxy's toxics. A service's
 * name with a step trigger means the instance that took the step; without one, all its instances.
 */
import type { ConfigSet, Handler, OnError } from '#sim/scenario/scenario.ts';
import type { Distribution, Ratio } from '#sim/scenario/values.ts';

/** What a fault hits: `service`, `broker` and `store` mean all their processes. */
export interface FaultTarget {
  readonly kind: 'service' | 'instance' | 'broker' | 'node' | 'controller' | 'store';
  readonly name: string;
}

/** Exactly one of `nth` and `probability` is set where a trigger counts matches. */
export type Trigger =
  | { readonly by: 'at'; readonly at: number }
  | {
      readonly by: 'step';
      readonly side: 'before' | 'after';
      readonly service: string;
      /** A step's `point`. */
      readonly point: string;
      readonly nth: number | null;
      readonly probability: Ratio | null;
    }
  | {
      readonly by: 'record';
      /** A kind of trace record. */
      readonly kind: string;
      /** Further fields that must be equal, sorted by name. */
      readonly match: readonly { readonly field: string; readonly value: string | number | boolean }[];
      readonly nth: number | null;
      readonly probability: Ratio | null;
    };

interface Timed {
  readonly id: string;
  readonly trigger: Trigger;
}

export type FaultSpec =
  /** `lasts` null: it stays away until the end. */
  | (Timed & { readonly fault: 'crash'; readonly target: FaultTarget; readonly lasts: number | null })
  | (Timed & { readonly fault: 'restart'; readonly target: FaultTarget })
  | (Timed & { readonly fault: 'pause'; readonly target: FaultTarget; readonly lasts: number })
  | (Timed & {
      readonly fault: 'slow';
      readonly target: FaultTarget;
      /** Work takes this many times as long. */
      readonly by: Ratio;
      readonly lasts: number | null;
    })
  | (Timed & {
      readonly fault: 'partition';
      readonly sides: readonly [readonly FaultTarget[], readonly FaultTarget[]];
      /** `forward`: what the first side sends to the second is lost; `backward`: the other way. */
      readonly direction: 'both' | 'forward' | 'backward';
      readonly lasts: number | null;
    })
  /** Added to everything that goes to or from the target. */
  | (Timed & {
      readonly fault: 'latency';
      readonly target: FaultTarget;
      readonly by: Distribution;
      readonly lasts: number | null;
    })
  /** The effect takes place, its answer is lost. */
  | {
      readonly fault: 'drop';
      readonly id: string;
      readonly what: 'response';
      readonly store: string;
      readonly operation: string;
      readonly nth: number | null;
      readonly probability: Ratio | null;
      /** Only while this lasts; null: always. */
      readonly window: { readonly at: number; readonly lasts: number | null } | null;
    }
  /** All instances restart with the new program or settings; null: unchanged. */
  | (Timed & {
      readonly fault: 'deploy';
      readonly service: string;
      readonly handlers: readonly Handler[] | null;
      readonly onError: OnError | null;
      /** Producer configuration. */
      readonly config: ConfigSet | null;
      /** Consumer configuration. */
      readonly consumerConfig: ConfigSet | null;
    })
  /** The topic has this many partitions from then on. */
  | (Timed & {
      readonly fault: 'alter';
      readonly broker: string;
      readonly topic: string;
      readonly partitions: number;
    });
