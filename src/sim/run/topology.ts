/**
 * What stands still while a run moves: the parts of a scenario, how they are connected, their programs as rows of named
 * steps, their settings with default and meaning, what is planned to go wrong and what is claimed. Plain data for
 * whoever draws a system; built once from the parsed scenario (run/describe), never changed by the run.
 */

/** One setting as it is in force: under its real name, beside its default, with what it means. */
export interface ConfigRow {
  readonly name: string;
  /** As it reads in a file. */
  readonly value: string;
  readonly default: string;
  /** The file says it. */
  readonly written: boolean;
  /** One sentence. */
  readonly meaning: string;
  /** `ms`, `bytes` … or ''. */
  readonly unit: string;
  /** `1 to 5`, `at least 0`, `classic | consumer`; absent or '' where there are none. */
  readonly bounds?: string;
  /** False: known and accepted, but the models do not act on it. */
  readonly modelled: boolean;
}

/** A process: an entity of the trace. */
export interface InstanceTopology {
  /** `payment-1` */
  readonly name: string;
  /** Its number in the trace's records. */
  readonly entity: number;
}

export interface StepTopology {
  /** `charge`, `transaction/insert`: as short as it can be. */
  readonly name: string;
  /** `payment/charge`: as records of kind `step` and faults name it. Its crash points are `point#before`, `point#after`. */
  readonly point: string;
  readonly verb: string;
  /** What it does to what: `cards.charge`, `payment.completed`, `ledger`; '' where the verb says it all. */
  readonly object: string;
  /** 0 = a step of the row, 1 = inside a transaction or a `when` … */
  readonly depth: number;
}

export interface ProgramTopology {
  /** Event type that it handles; null = it runs at each arrival. */
  readonly event: string | null;
  readonly steps: readonly StepTopology[];
}

export interface ServiceTopology {
  readonly name: string;
  readonly instances: readonly InstanceTopology[];
  readonly concurrency: number;
  /** `poisson, 5/s` for a source; '' otherwise. */
  readonly arrivals: string;
  readonly programs: readonly ProgramTopology[];
  /** Consumer group; null where it consumes nothing. */
  readonly group: string | null;
  readonly consumes: readonly string[];
  readonly publishes: readonly { readonly event: string; readonly topic: string }[];
  /** Settings of its producer and of its consumer; empty where it has none. */
  readonly producerConfig: readonly ConfigRow[];
  readonly consumerConfig: readonly ConfigRow[];
}

export interface TopicTopology {
  readonly name: string;
  /** The most that there are during the run; and how many at first, where a fault adds some. */
  readonly partitions: number;
  readonly partitionsAtFirst?: number;
  /** By partition: name of the node that leads at first. */
  readonly leaders: readonly string[];
  /** By partition: names of the nodes that have a copy, in the order of preference. */
  readonly replicas: readonly (readonly string[])[];
  readonly config: readonly ConfigRow[];
}

export interface BrokerTopology {
  readonly name: string;
  readonly kind: 'kafka' | 'rabbitmq' | 'memory';
  readonly version: string;
  readonly nodes: readonly InstanceTopology[];
  readonly topics: readonly TopicTopology[];
  readonly config: readonly ConfigRow[];
}

export type StoreTopology =
  | {
      readonly kind: 'external-api';
      readonly name: string;
      readonly entity: number;
      readonly operations: readonly {
        readonly name: string;
        /** `cards.charge`, as effect records name it. */
        readonly effect: string;
        readonly latency: string;
        readonly honoursKeys: boolean;
      }[];
    }
  | {
      readonly kind: 'database';
      readonly name: string;
      readonly entity: number;
      readonly latency: string;
      readonly tables: readonly {
        readonly name: string;
        /** `ledger.orders`, as database records name it. */
        readonly effect: string;
        readonly unique: readonly (readonly string[])[];
      }[];
    };

/** Who speaks to whom. `service` and `to` are names of parts; `topic`, operation or table say which of its doors. */
export interface LinkTopology {
  readonly kind: 'publish' | 'consume' | 'call' | 'statement';
  readonly service: string;
  /** Broker or store. */
  readonly to: string;
  /** Topic, effect or table. */
  readonly at: string;
  /** `500 µs each way`, or as the file says. */
  readonly latency: string;
}

export interface GroupTopology {
  readonly name: string;
  readonly services: readonly string[];
  readonly topics: readonly string[];
}

export interface FaultTopology {
  /** As records of kind `fault` number it, from 1; its place in the file is `number - 1`. */
  readonly number: number;
  /** `crash`, `pause` … */
  readonly kind: string;
  readonly target: string;
  /** Planned start (µs) where its trigger is a time. */
  readonly at: number | null;
  /** `after payment/charge, 3rd time`; '' where `at` says it. */
  readonly trigger: string;
  /** µs; null = until the end, or a moment. */
  readonly lasts: number | null;
}

export interface CheckTopology {
  /** The claim's name in the file, by which reports and `expect` speak of it. */
  readonly id: string;
  readonly check: string;
  /** What the file means it to end as; null = nothing said (valid). */
  readonly expect: 'valid' | 'invalid' | 'unknown' | null;
}

export interface EventTopology {
  readonly name: string;
  readonly fields: readonly string[];
  readonly sizeBytes: number;
}

export interface Topology {
  readonly title: string;
  readonly question: string;
  readonly about: string;
  readonly seed: number;
  /** µs */
  readonly horizon: number;
  /** By entity. */
  readonly entityNames: readonly string[];
  readonly events: readonly EventTopology[];
  /** The broker that the run uses and no other. */
  readonly brokers: readonly BrokerTopology[];
  readonly services: readonly ServiceTopology[];
  readonly stores: readonly StoreTopology[];
  readonly groups: readonly GroupTopology[];
  readonly links: readonly LinkTopology[];
  readonly faults: readonly FaultTopology[];
  readonly checks: readonly CheckTopology[];
  /** Packet kinds by number, as records of kind `send` carry them: `Produce`, `Fetch response`, `call` … */
  readonly packets: readonly (readonly [number, string])[];
}
