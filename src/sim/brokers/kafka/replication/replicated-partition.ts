/**
 * One partition with all its replicas, as one piece of state: every replica's log, what the leader knows of the others, the
 * in-sync set, the requests that wait (cluster/Partition at the recorded commit). What happens to it stands in
 * `leader-requests`, `high-watermark` and `in-sync-set`. The controller's decisions take no time here.
 * Rules: SPEC.md, KAFKA-REPLICA.
 */
import type { SimTime } from '#sim/base/time.ts';
import { createPartitionLog } from '#sim/brokers/kafka/partition-log.ts';
import type { KafkaError } from '#sim/brokers/kafka/protocol.ts';
import type { PartitionRegistration } from '#sim/brokers/kafka/replication/election.ts';
import { reportFetch, unknownFollower } from '#sim/brokers/kafka/replication/follower-progress.ts';
import type { FollowerProgress } from '#sim/brokers/kafka/replication/follower-progress.ts';
import type { ReplicaLog } from '#sim/brokers/kafka/replication/log-copy.ts';
import type { VersionRules } from '#sim/brokers/kafka/version-rules.ts';

interface Replica extends ReplicaLog {
  readonly broker: number;
}

/** A produce request with acks=all that waits for the high watermark to reach `end`. */
interface WaitingProduce {
  readonly ticket: number;
  readonly end: number;
}

export interface ReplicationSettings {
  readonly rules: VersionRules;
  /** `min.insync.replicas`, `replica.lag.time.max.ms`, `unclean.leader.election.enable`. */
  readonly minInSync: number;
  readonly maxLag: number;
  readonly uncleanElection: boolean;
}

/** A partition as its leader has it, beside the log itself. */
export interface LedPartition {
  /** Brokers that have the partition, in the order of preference. */
  readonly replicas: readonly number[];
  isr: number[];
  /** Brokers that are known not to live. */
  fenced: readonly number[];
  /** What the leader knows of the others. */
  followers: FollowerProgress[];
  /** Where the leader's epoch began in its log. */
  epochStart: number;
  waiting: WaitingProduce[];
  /** Requests that have been answered and not been asked for. */
  completed: CompletedProduce[];
}

/** All of a partition, seen from nowhere in particular. */
export interface ReplicatedPartition extends LedPartition, PartitionRegistration {
  readonly replicaLogs: readonly Replica[];
  isr: number[];
  tickets: number;
}

export interface CompletedProduce {
  readonly ticket: number;
  /** Null where the answer never came: the broker died. */
  readonly error: KafkaError | null;
}

/** A partition in which every replica is in sync and the leader has heard of all of them. */
export function createReplicatedPartition(
  replicas: readonly number[],
  leader: number,
  now: SimTime,
): ReplicatedPartition {
  const others = replicas.filter((broker) => broker !== leader);
  const replicaLogs = replicas.map((broker): Replica => {
    const log = createPartitionLog(0, 0, 0);
    log.replicatedTo = 0;
    return { broker, log, epochs: [] };
  });
  const followers = others.map((broker) => {
    const follower = unknownFollower(broker, true, now);
    reportFetch(follower, 0, 0, now);
    return follower;
  });
  const registration = { replicas, leader, leaderEpoch: 0, isr: [...replicas], fenced: [] };
  const idle = { waiting: [], tickets: 0, completed: [] };
  return { ...registration, ...idle, replicaLogs, followers, epochStart: 0 };
}

export function replicaOf(partition: ReplicatedPartition, broker: number | null): Replica | undefined {
  return partition.replicaLogs.find((replica) => replica.broker === broker);
}
