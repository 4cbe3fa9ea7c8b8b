/**
 * What a node keeps of replication: its copy of each partition that it has a replica of and the role that it plays there,
 * the requests that wait for other replicas, its fetchers, and what the controller last told it. A copy that it leads
 * stands in the node's `logs`, one that it does not lead stands here: a log is in one place only. Logs, leader epochs and
 * the node's incarnation survive a crash; roles and requests do not. Null for a cluster of one node.
 * Rules: SPEC.md, KAFKA-REPLICA, KAFKA-CLUSTER.
 */
import type { PartitionLog } from '#sim/brokers/kafka/partition-log.ts';
import type { ProduceResult } from '#sim/brokers/kafka/protocol.ts';
import type { ClusterImage, ReplicaFetchRequest } from '#sim/brokers/kafka/replication/cluster-protocol.ts';
import { unknownFollowers } from '#sim/brokers/kafka/replication/in-sync-set.ts';
import type { LeaderEpoch } from '#sim/brokers/kafka/replication/leader-epochs.ts';
import type {
  LedPartition,
  ReplicationSettings,
} from '#sim/brokers/kafka/replication/replicated-partition.ts';

/** What does not change; times in µs. Nodes go by their entities. */
export interface ReplicationParts {
  readonly self: number;
  readonly controller: number;
  readonly nodes: readonly number[];
  /** By partition row. */
  readonly placement: readonly (readonly number[])[];
  readonly settings: readonly ReplicationSettings[];
  /** replica.fetch.wait.max.ms, replica.fetch.backoff.ms, broker.heartbeat.interval.ms, broker.session.timeout.ms */
  readonly fetchWait: number;
  readonly fetchBackoff: number;
  readonly heartbeatInterval: number;
  readonly sessionTimeout: number;
  /** Half of replica.lag.time.max.ms: how often the leader looks for laggards. */
  readonly lagCheck: number;
}

/** A node's replica of one partition. */
export interface NodeReplica {
  readonly row: number;
  /** -1 = nobody that this node knows of. */
  leader: number;
  /** -1 = not told yet. */
  leaderEpoch: number;
  readonly epochs: LeaderEpoch[];
  /** The copy, while this node does not lead. */
  followed: PartitionLog | null;
  /** While it leads. */
  led: Led | null;
  /** After a failed fetch it is left alone until then. */
  fetchNotBefore: number;
}

export interface Led extends LedPartition {
  /** An in-sync set that the controller has been asked for and has not answered; null = none. */
  proposed: readonly number[] | null;
}

/** A Produce request with acks=all that waits for replicas. */
export interface PendingProduce {
  readonly id: number;
  readonly from: number;
  readonly correlation: number;
  readonly results: ProduceResult[];
  /** By result: the ticket that it waits for, -1 = it does not. */
  readonly tickets: number[];
  readonly timer: number;
}

/** A follower's fetch that waits for data. */
export interface ParkedReplicaFetch {
  readonly id: number;
  readonly from: number;
  readonly correlation: number;
  readonly request: ReplicaFetchRequest;
  readonly timer: number;
}

/** Fetches from one leader all that this node follows there. */
export interface Fetcher {
  /** Of the fetch under way, -1 = none. */
  correlation: number;
  asked: readonly { readonly row: number; readonly offset: number; readonly epoch: number }[];
  timer: number;
}

export interface NodeReplication {
  readonly parts: ReplicationParts;
  /** By partition row; null where the node has no replica. */
  readonly replicas: (NodeReplica | null)[];
  /** What the cluster is, as far as this node knows. */
  image: ClusterImage;
  registered: boolean;
  incarnation: number;
  registrationFailures: number;
  heartbeatTimer: number;
  /** Tickets, ids and correlations given out. */
  numbers: number;
  pending: PendingProduce[];
  parked: ParkedReplicaFetch[];
  /** By the leader's place among the nodes. */
  fetchers: Fetcher[];
}

const idleFetcher = (): Fetcher => ({ correlation: -1, asked: [], timer: -1 });

/** The state in which a cluster begins: every replica in sync, the first one of each partition leads it. */
export function createNodeReplication(
  parts: ReplicationParts,
  newLog: (row: number) => PartitionLog,
  image: ClusterImage,
): NodeReplication {
  const replicas = parts.placement.map((placed, row): NodeReplica | null => {
    if (!placed.includes(parts.self)) return null;
    const { leader, leaderEpoch } = image.partitions[row] ?? { leader: -1, leaderEpoch: -1 };
    const leads = leader === parts.self;
    return {
      row,
      leader,
      leaderEpoch,
      epochs: leads ? [{ epoch: 0, start: 0 }] : [],
      followed: leads ? null : replicated(newLog(row)),
      led: leads ? newLed(placed, parts.self, placed, [], 0, 0) : null,
      fetchNotBefore: 0,
    };
  });
  return {
    parts,
    replicas,
    image,
    registered: true,
    incarnation: 0,
    registrationFailures: 0,
    heartbeatTimer: -1,
    numbers: 0,
    pending: [],
    parked: [],
    fetchers: parts.nodes.map(idleFetcher),
  };
}

/** A log that has followers, or a leader, counts what is replicated by itself. */
export function replicated(log: PartitionLog): PartitionLog {
  if (log.replicatedTo < 0) log.replicatedTo = 0;
  return log;
}

export function newLed(
  replicas: readonly number[],
  self: number,
  isr: readonly number[],
  fenced: readonly number[],
  epochStart: number,
  now: number,
): Led {
  const followers = unknownFollowers(replicas, self, isr, now);
  const idle = { waiting: [], completed: [], proposed: null };
  return { replicas, isr: [...isr], fenced, followers, epochStart, ...idle };
}

/** [KAFKA-CLUSTER-2] The process is gone: logs and epochs stay, nobody leads or follows, nothing waits. */
export function forgetRoles(repl: NodeReplication, logs: (PartitionLog | null)[]): void {
  repl.registered = false;
  repl.incarnation += 1;
  repl.registrationFailures = 0;
  repl.heartbeatTimer = -1;
  repl.pending = [];
  repl.parked = [];
  repl.fetchers = repl.parts.nodes.map(idleFetcher);
  for (const replica of repl.replicas) {
    if (replica === null) continue;
    putAside(replica, logs);
    replica.leader = -1;
    replica.leaderEpoch = -1;
    replica.fetchNotBefore = 0;
  }
}

/** It leads no longer: its log moves over to those that it does not lead. */
export function putAside(replica: NodeReplica, logs: (PartitionLog | null)[]): void {
  if (replica.led === null) return;
  replica.led = null;
  replica.followed = logs[replica.row] ?? null;
  logs[replica.row] = null;
}
