/**
 * A parsed scenario: what the world is built from. Plain data without Maps; everything that has a name is an array
 * sorted by name in code-unit order, so that the order of keys in a file never matters. Durations and points in time
 * are integer microseconds, sizes integer bytes, probabilities and rates exact ratios of integers. Every reference by
 * name has been checked. What the file says in its own words is `document` (see schema.ts).
 */
import type { FieldTable } from '#sim/brokers/rabbitmq/config/field-table.ts';
import type { RabbitTopology } from '#sim/brokers/rabbitmq/config/topology.ts';
import type { Step } from '#sim/scenario/program.ts';
import type { CheckSpec, Expectation, GoalTerm } from '#sim/scenario/claims.ts';
import type { FaultSpec } from '#sim/scenario/fault.ts';
import type { Distribution, Problem, Ratio, Template } from '#sim/scenario/values.ts';
import type { ScenarioDocument } from '#sim/scenario/schema.ts';

/** A value under a broker's or client's own configuration name, as written. */
export type ConfigValue = string | number | boolean | null | readonly string[];

/** Settings as written, under the family's own names, keys in code-unit order. */
export type ConfigSet = Readonly<Record<string, ConfigValue>>;

export interface Scenario {
  readonly title: string;
  readonly question: string;
  readonly about: string;
  readonly seed: number;
  /** Virtual time at which the run ends at the latest. */
  readonly horizon: number;
  readonly data: readonly DataItem[];
  readonly events: readonly EventType[];
  readonly brokers: readonly BrokerSpec[];
  /** The broker that this run uses; null where the file has none. */
  readonly on: string | null;
  readonly carry: readonly CarrySpec[];
  readonly stores: readonly StoreSpec[];
  readonly services: readonly ServiceSpec[];
  readonly links: readonly LinkSpec[];
  /** In the file's order; `id` is `fault-1`, `fault-2`, … */
  readonly faults: readonly FaultSpec[];
  readonly checks: readonly CheckSpec[];
  readonly goal: readonly GoalTerm[] | null;
  readonly expect: readonly Expectation[];
  /** Known settings and parts that the models do not act on yet, and doubts that do not stop a run. */
  readonly warnings: readonly Problem[];
  /** The file's own words, after migration. */
  readonly document: ScenarioDocument;
}

/** A generator of business items; a producer draws one new item an arrival of each that its program uses. */
export interface DataItem {
  readonly name: string;
  readonly fields: readonly DataField[];
}

export type DataField = { readonly name: string; readonly field: string } & Generator;

/** `field` above is the full name (`order.id`), `name` the short one (`id`). */
export type Generator =
  /** `prefix-1`, `prefix-2`, … over all producers of the item. */
  | { readonly kind: 'sequence'; readonly prefix: string }
  /** Uniform over `min`…`max`, both included. */
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  /** `prefix-1` … `prefix-of`; rank r with weight r^-s. */
  | { readonly kind: 'zipf'; readonly prefix: string; readonly of: number; readonly s: number }
  | {
      readonly kind: 'choice';
      readonly values: readonly { readonly value: string; readonly weight: number }[];
    };

export type FieldType = 'id' | 'money' | 'integer' | 'text';

export interface EventType {
  readonly name: string;
  readonly version: string;
  readonly fields: readonly { readonly name: string; readonly type: FieldType }[];
  readonly sizeBytes: number;
  /** Records without a value: on a compacted topic they delete their key. */
  readonly tombstone: boolean;
}

export interface BrokerSpec {
  readonly name: string;
  readonly kind: 'kafka' | 'rabbitmq' | 'memory';
  /** The version whose defaults hold: `4.0`, `4.0.0-SNAPSHOT`, or `4.2` for share groups. */
  readonly version: string;
  readonly nodes: number;
  /** `kafka-1`, … */
  readonly nodeNames: readonly string[];
  readonly config: ConfigSet;
  /** Groups that are configured on their own, by name. */
  readonly groups: readonly { readonly name: string; readonly config: ConfigSet }[];
  readonly topics: readonly TopicSpec[];
  /** RabbitMQ's own parts; `topics` are then its queues and exchanges as the trace calls them. */
  readonly rabbit: RabbitTopology | null;
}

/** How a program's publishes meet an exchange. */
export interface RabbitRouteSpec {
  readonly exchange: string;
  /** Its pieces, between which the event's key stands. */
  readonly routingKey: readonly string[];
  readonly mandatory: boolean;
  readonly persistent: boolean;
  readonly priority: number | null;
  /** ms */
  readonly expiration: number | null;
  readonly confirms: boolean;
}

/** How a service consumes a queue. */
export interface RabbitConsumeSpec {
  readonly queue: string;
  readonly prefetch: number;
  readonly noAck: boolean;
  readonly exclusive: boolean;
  readonly args: FieldTable;
}

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  /** By partition: the nodes that have a copy, by their place in `nodeNames`; null in a cluster of one node. */
  readonly replicas: readonly (readonly number[])[] | null;
  readonly config: ConfigSet;
}

export interface CarrySpec {
  readonly broker: string;
  readonly publish: readonly PublishRoute[];
  readonly consume: readonly ConsumeSpec[];
}

export interface PublishRoute {
  readonly event: string;
  readonly topic: string;
  /** Null: records without a key. */
  readonly key: Template | null;
  /** On RabbitMQ; `topic` is then what the trace calls the exchange. */
  readonly rabbit: RabbitRouteSpec | null;
}

export interface ConsumeSpec {
  readonly service: string;
  readonly topics: readonly string[];
  readonly group: string;
  /** Whether the group shares its partitions (KIP-932). */
  readonly share: boolean;
  /** Consumer configuration as written. */
  readonly config: ConfigSet;
  /** On RabbitMQ; `topics` are then the queue and the exchanges that lead to it, `group` the queue. */
  readonly rabbit: RabbitConsumeSpec | null;
}

export type StoreSpec = ExternalApiSpec | DatabaseSpec;

export interface ExternalApiSpec {
  readonly kind: 'external-api';
  readonly name: string;
  readonly operations: readonly OperationSpec[];
}

export interface OperationSpec {
  readonly name: string;
  /** `cards.charge` */
  readonly effect: string;
  readonly latency: Distribution;
  /** In the file's order, which is the order in which they are tried. */
  readonly fails: readonly FailureSpec[];
  readonly idempotencyKey: 'ignored' | 'honoured';
}

/** One way to fail: exactly one of `rate` (each attempt) and `nth` (the nth attempt at this operation) is set. */
export interface FailureSpec {
  readonly error: string;
  readonly rate: Ratio | null;
  readonly nth: number | null;
  /** Whether the caller may know that it certainly did not happen. */
  readonly definite: boolean;
  /** Whether the effect takes place all the same; never with `definite`. */
  readonly happens: boolean;
}

export interface DatabaseSpec {
  readonly kind: 'database';
  readonly name: string;
  /** Of each statement outside a transaction, and of each statement and the commit inside one. */
  readonly latency: Distribution;
  readonly tables: readonly TableSpec[];
  /** Ways in which a commit fails. */
  readonly fails: readonly FailureSpec[];
}

export interface TableSpec {
  readonly name: string;
  /** `ledger.orders` */
  readonly effect: string;
  /** Each entry is one unique key: the columns whose values together must not repeat. `key` is the row's key. */
  readonly unique: readonly (readonly string[])[];
}

export interface ServiceSpec {
  readonly name: string;
  readonly instances: number;
  /** `payment-1`, `payment-2`, …; a single instance is `checkout-1`. */
  readonly instanceNames: readonly string[];
  readonly startAt: number;
  readonly clock: ClockSpec;
  /** Handlers (or arrivals) that one instance works on at the same time. */
  readonly concurrency: number;
  /** How long a process that crashed by itself stays away; crashes by a fault say their own time. */
  readonly restart: number | 'never';
  /** Whether event types without a handler are meant to be passed over. */
  readonly ignore: boolean;
  /** Configuration of its producer as written. */
  readonly config: ConfigSet;
  readonly onError: OnError;
  readonly driven: Driven;
}

export interface ClockSpec {
  /** Microseconds ahead of virtual time; negative is behind. */
  readonly skew: number;
  /** Gain per microsecond of virtual time; `200ppm` is 200/1000000. */
  readonly drift: Ratio;
}

export type Driven =
  | {
      readonly by: 'every';
      readonly arrivals: Arrivals;
      /** Number of arrivals over all instances after which it stops. */
      readonly limit: number | null;
      /** Point in time after which nothing arrives. */
      readonly until: number | null;
      /** Data items of which one is drawn an arrival. */
      readonly draws: readonly string[];
      readonly do: readonly Step[];
    }
  | { readonly by: 'on'; readonly handlers: readonly Handler[] };

export interface Handler {
  readonly event: string;
  readonly do: readonly Step[];
}

/** Gaps are exact ratios in microseconds: `3/s` is 1000000/3. Rates are those of the whole service. */
export type Arrivals =
  | { readonly kind: 'poisson'; readonly gapMean: Ratio }
  | { readonly kind: 'constant'; readonly gap: Ratio }
  /** Poisson with `gapMean` for `burst`, then nothing for `pause`, and again. */
  | { readonly kind: 'bursty'; readonly gapMean: Ratio; readonly burst: number; readonly pause: number };

export type OnError =
  | { readonly do: 'poll-on' }
  | { readonly do: 'crash' }
  | { readonly do: 'seek-back' }
  | { readonly do: 'nack' }
  | {
      readonly do: 'retry';
      readonly in: 'place';
      /** In total, the first one included. */
      readonly deliveries: number;
      readonly backoff: Backoff;
      /** `drop` settles the record and says so in the trace. */
      readonly then: 'poll-on' | 'crash' | 'seek-back' | 'nack' | 'drop';
    };

/** The nth pause is `first` × `factor`^(n−1), at most `max`. */
export interface Backoff {
  readonly first: number;
  readonly factor: number;
  readonly max: number;
}

export interface LinkSpec {
  /** Names of services, instances, brokers, nodes or stores; sorted. */
  readonly between: readonly [string, string];
  readonly latency: Distribution | null;
  readonly bytesPerSecond: number | null;
}
