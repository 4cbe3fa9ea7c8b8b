/**
 * What a broker node is made of: the constants that it is built with, and its state, split into what a crash leaves
 * (logs, producer ids, what stands in __consumer_offsets) and what it takes away (parked fetches, live groups).
 */
import type { Catalog } from '#sim/messaging/catalog.ts';
import type { BrokerSettings } from '#sim/brokers/kafka/broker-settings.ts';
import type { ConsumerGroup } from '#sim/brokers/kafka/consumer-group.ts';
import type { Group, PersistedGroup } from '#sim/brokers/kafka/group.ts';
import type { Metadata } from '#sim/brokers/kafka/metadata.ts';
import type { Growth } from '#sim/brokers/kafka/growth.ts';
import type { PartitionLog } from '#sim/brokers/kafka/partition-log.ts';
import type { NodeReplication } from '#sim/brokers/kafka/replication/node-replication.ts';
import type { TransactionsState } from '#sim/brokers/kafka/transactions/transaction-metadata.ts';
import type { FetchRequest } from '#sim/brokers/kafka/protocol.ts';
import type { LogPolicy } from '#sim/brokers/kafka/retention/log-policy.ts';
import type { RemovalReasons } from '#sim/brokers/kafka/retention/reasons.ts';

/** Everything that does not change while the broker lives. */
export interface BrokerEnv {
  readonly catalog: Catalog;
  readonly metadata: Metadata;
  /** Entity of this node. */
  readonly node: number;
  readonly settings: BrokerSettings;
  /** By partition row: the largest batch that is accepted. */
  readonly maxBatchBytes: readonly number[];
  /** Name ids of the event types whose records have no value, and the words for why records leave a log. */
  readonly tombstones: ReadonlySet<number>;
  readonly reasons: RemovalReasons;
  /** What topics do with old records, for those where it can matter in the run. */
  readonly policies: readonly LogPolicy[];
}

/** A fetch that waits for data. */
export interface ParkedFetch {
  readonly id: number;
  readonly from: number;
  readonly correlation: number;
  readonly request: FetchRequest;
  readonly timer: number;
}

export interface BrokerState {
  /** Durable. By partition row; null where another node leads. */
  readonly logs: (PartitionLog | null)[];
  /** Durable. How many producer ids this node has handed out. */
  producerIds: number;
  /** Durable. Member ids handed out, by client id: real ones are random, these must only never come again. */
  readonly memberIds: Map<string, number>;
  /** Durable: the records of __consumer_offsets, by group name. */
  readonly persisted: Map<string, PersistedGroup>;
  /** Durable but for its timers: groups of the new protocol, by name. A name has a group of one protocol only. */
  readonly consumerGroups: Map<string, ConsumerGroup>;
  /** False from a crash to the next start: packets that arrive then find nobody. */
  up: boolean;
  /** Volatile. */
  parked: ParkedFetch[];
  /** Volatile. Living members that were put out of their group and have not come back: for `busy` alone. */
  unaware: Set<number>;
  parkedIds: number;
  groups: Map<string, Group>;
  /** What the node keeps of transactions, as their coordinator and as a leader. */
  readonly transactions: TransactionsState;
  /** Copies, roles and what waits for other nodes; null in a cluster of one. */
  readonly replication: NodeReplication | null;
  /** Null in a cluster whose topics keep their partitions. */
  readonly growth: Growth | null;
}
