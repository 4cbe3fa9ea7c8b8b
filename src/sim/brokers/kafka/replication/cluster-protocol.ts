/**
 * What nodes and their controller say to each other, and a follower to its leader: Fetch with a replica id,
 * BrokerRegistration, BrokerHeartbeat, AlterPartition, and the records of the metadata log, which here are sent to every
 * living broker as the whole state of the cluster at a version. Clients get the same picture by Metadata.
 */
import type { KafkaError } from '#sim/brokers/kafka/protocol.ts';
import type { LeaderEpoch } from '#sim/brokers/kafka/replication/leader-epochs.ts';
import type { LogSlice } from '#sim/brokers/kafka/replication/log-copy.ts';

/** A partition as the controller has it. */
export interface PartitionImage {
  /** -1 = nobody. */
  readonly leader: number;
  /** -1 = it does not exist yet. */
  readonly leaderEpoch: number;
  readonly isr: readonly number[];
}

/** The cluster after the controller's `version`th decision. */
export interface ClusterImage {
  readonly version: number;
  /** Nodes that do not live, as far as the controller knows. */
  readonly fenced: readonly number[];
  /** By partition row. */
  readonly partitions: readonly PartitionImage[];
}

export interface ReplicaFetchPartition {
  readonly partition: number;
  readonly offset: number;
  /** Epoch of the last record that the follower has, -1 = it has none. */
  readonly lastFetchedEpoch: number;
  /** The epoch of the leader that the follower means. */
  readonly leaderEpoch: number;
}

export interface ReplicaFetchRequest {
  readonly partitions: readonly ReplicaFetchPartition[];
}

export interface ReplicaFetchedPartition {
  readonly partition: number;
  readonly error: KafkaError;
  /** Where the leader's log departs from the follower's; null where it goes on from it. */
  readonly diverging: LeaderEpoch | null;
  /** What comes next; null = nothing. */
  readonly slice: LogSlice | null;
  readonly highWatermark: number;
}

export interface ReplicaFetchResponse {
  readonly partitions: readonly ReplicaFetchedPartition[];
}

/** The answer to a registration: DUPLICATE while the former incarnation has not run out. */
export interface BrokerRegistrationResponse {
  readonly registered: boolean;
  readonly image: ClusterImage | null;
}

export interface AlterPartitionRequest {
  readonly partition: number;
  readonly leaderEpoch: number;
  readonly isr: readonly number[];
}

export interface AlterPartitionResponse {
  readonly partition: number;
  readonly leaderEpoch: number;
  readonly error: KafkaError;
}

/** OffsetForLeaderEpoch: where the epochs of a client's last records end in the leader's log. */
export interface EpochEndRequest {
  readonly partitions: readonly { readonly partition: number; readonly epoch: number }[];
}

export interface EpochEndResponse {
  readonly partitions: readonly {
    readonly partition: number;
    readonly error: KafkaError;
    /** The epoch up to the one asked for that the leader has, and where it ends; -1 after an error. */
    readonly epoch: number;
    readonly end: number;
  }[];
}

/** Says how often it asks, in a cluster whose topics are given partitions: no real request does. */
export interface MetadataRequest {
  /** metadata.max.age.ms, in µs. */
  readonly maxAge?: number;
}

/** To a client: leader (-1 = nobody) and leader epoch (-1 = no such partition) by partition row. */
export interface MetadataResponse {
  readonly leaders: readonly { readonly leader: number; readonly epoch: number }[];
}
