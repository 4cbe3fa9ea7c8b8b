/**
 * One partition with all its replicas: what the leader writes, what followers fetch, the high watermark and the in-sync
 * set that follow from it, acknowledgements (cluster/Partition, AbstractFetcherThread at the recorded commit). The
 * decisions of the controller take no time here. Left out: the checkpoint of the high watermark (it survives a crash as it
 * was), a follower that is behind the leader's log start, the time limit of a produce request that waits.
 * Rules: SPEC.md, KAFKA-REPLICA.
 */
import { pushInt } from '#sim/base/column.ts';
import type { SimTime } from '#sim/base/time.ts';
import { createPartitionLog, endBatch, highWatermark, logEnd } from '#sim/brokers/kafka/partition-log.ts';
import type { KafkaError } from '#sim/brokers/kafka/protocol.ts';
import { reconsider, type PartitionRegistration } from '#sim/brokers/kafka/replication/election.ts';
import {
  isCaughtUp,
  reportFetch,
  unknownFollower,
  type FollowerProgress,
} from '#sim/brokers/kafka/replication/follower-progress.ts';
import { cutEpochs, endOfEpoch, epochAt, noteEpoch } from '#sim/brokers/kafka/replication/leader-epochs.ts';
import { copyLog, type ReplicaLog } from '#sim/brokers/kafka/replication/log-copy.ts';
import { truncateLog } from '#sim/brokers/kafka/replication/log-truncation.ts';
import { releaseReplicated } from '#sim/brokers/kafka/transactions/partition-transactions.ts';
import type { VersionRules } from '#sim/brokers/kafka/version-rules.ts';

interface Replica extends ReplicaLog {
  readonly broker: number;
  alive: boolean;
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

export interface ReplicatedPartition extends PartitionRegistration {
  readonly replicaLogs: readonly Replica[];
  /** What the leader knows of the others. */
  followers: FollowerProgress[];
  /** Where the leader's epoch began in its log. */
  epochStart: number;
  waiting: WaitingProduce[];
  tickets: number;
  /** Requests that have been answered and not been asked for. */
  completed: CompletedProduce[];
}

export interface CompletedProduce {
  readonly ticket: number;
  /** Null where the answer never came: the broker died. */
  readonly error: KafkaError | null;
}

export interface ProduceOutcome {
  readonly error: KafkaError;
  readonly baseOffset: number;
  /** Of a request that waits; -1 of one that is answered. */
  readonly ticket: number;
}

export interface FollowerFetch {
  readonly fetchOffset: number;
  readonly fetched: number;
  readonly truncated: number;
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
    return { broker, log, epochs: [], alive: true };
  });
  const followers = others.map((broker) => {
    const follower = unknownFollower(broker, true, now);
    reportFetch(follower, 0, 0, now);
    return follower;
  });
  const registration = { replicas, leader, leaderEpoch: 0, isr: [...replicas] };
  const idle = { waiting: [], tickets: 0, completed: [] };
  return { ...registration, ...idle, replicaLogs, followers, epochStart: 0 };
}

export function replicaOf(partition: ReplicatedPartition, broker: number | null): Replica | undefined {
  return partition.replicaLogs.find((replica) => replica.broker === broker);
}

/** [KAFKA-REPLICA-6] */
function effectiveMinInSync({ replicas }: ReplicatedPartition, settings: ReplicationSettings): number {
  return settings.rules.minIsrCappedByReplicas
    ? Math.min(settings.minInSync, replicas.length)
    : settings.minInSync;
}

/** A produce request at the leader. `acks` -1 waits for the high watermark; the others are answered at once. */
export function produceTo(
  partition: ReplicatedPartition,
  settings: ReplicationSettings,
  acks: number,
  mids: readonly number[],
  bytes: number,
  now: SimTime,
): ProduceOutcome {
  const leader = replicaOf(partition, partition.leader);
  if (leader === undefined) return { error: 'LEADER_NOT_AVAILABLE', baseOffset: -1, ticket: -1 };
  const enough = partition.isr.length >= effectiveMinInSync(partition, settings);
  if (acks === -1 && !enough) return { error: 'NOT_ENOUGH_REPLICAS', baseOffset: -1, ticket: -1 }; // [KAFKA-REPLICA-5]
  const baseOffset = logEnd(leader.log);
  noteEpoch(leader.epochs, partition.leaderEpoch, baseOffset);
  for (const mid of mids) {
    pushInt(leader.log.mids, mid);
    pushInt(leader.log.appended, -1);
  }
  endBatch(leader.log, bytes);
  const end = logEnd(leader.log);
  raiseHighWatermark(partition, settings, now);
  if (acks !== -1 || highWatermark(leader.log) >= end) return { error: 'NONE', baseOffset, ticket: -1 };
  partition.tickets += 1;
  partition.waiting.push({ ticket: partition.tickets, end });
  return { error: 'NONE', baseOffset, ticket: partition.tickets };
}

/**
 * [KAFKA-REPLICA-1] A follower's fetch reports its log end, on which the leader acts, and brings what the leader has above
 * it. Null where there is nobody to fetch from.
 */
export function fetchFromLeader(
  partition: ReplicatedPartition,
  settings: ReplicationSettings,
  broker: number,
  now: SimTime,
): FollowerFetch | null {
  const leader = replicaOf(partition, partition.leader);
  const follower = replicaOf(partition, broker);
  const progress = partition.followers.find((one) => one.broker === broker);
  if (leader === undefined || !follower?.alive || progress === undefined) return null;
  const truncated = truncateToLeader(leader, follower);
  const fetchOffset = logEnd(follower.log);
  const answered = highWatermark(leader.log); // [KAFKA-REPLICA-3] as it was before this fetch
  reportFetch(progress, fetchOffset, logEnd(leader.log), now);
  expandInSync(partition, progress, leader);
  raiseHighWatermark(partition, settings, now);
  const fetched = copyLog(leader, follower);
  follower.log.replicatedTo = Math.min(answered, logEnd(follower.log));
  releaseReplicated(follower.log);
  return { fetchOffset, fetched, truncated };
}

/** [KAFKA-REPLICA-11] Cuts the follower's log where it departs from the leader's, epoch by epoch. */
function truncateToLeader(leader: ReplicaLog, follower: ReplicaLog): number {
  let removed = 0;
  for (;;) {
    const end = logEnd(follower.log);
    const last = epochAt(follower.epochs, end - 1);
    if (last < 0) return removed;
    const theirs = endOfEpoch(leader.epochs, last, logEnd(leader.log));
    if (theirs.epoch === last && theirs.start >= end) return removed;
    const own = endOfEpoch(follower.epochs, theirs.epoch, end).start;
    const cut = Math.min(theirs.start, own);
    if (cut >= end) return removed;
    removed += truncateLog(follower.log, cut);
    cutEpochs(follower.epochs, cut);
  }
}

/** [KAFKA-REPLICA-4] A follower that has reached the high watermark, and this leader's epoch, is in sync again. */
function expandInSync(partition: ReplicatedPartition, progress: FollowerProgress, leader: ReplicaLog): void {
  const { broker, logEnd: reported } = progress;
  if (partition.isr.includes(broker)) return;
  if (reported >= highWatermark(leader.log) && reported >= partition.epochStart) partition.isr.push(broker);
}

/**
 * [KAFKA-REPLICA-2] The smallest log end among the leader and those in sync, or alive and caught up, that it knows of. It
 * never falls. Waiting requests that it reaches are answered.
 */
function raiseHighWatermark(
  partition: ReplicatedPartition,
  settings: ReplicationSettings,
  now: SimTime,
): void {
  const leader = replicaOf(partition, partition.leader);
  if (leader === undefined) return;
  const enough = partition.isr.length >= effectiveMinInSync(partition, settings);
  if (!enough && settings.rules.highWatermarkBelowMinIsr === 'frozen') return; // [KAFKA-REPLICA-7]
  const end = logEnd(leader.log);
  let least = end;
  for (const follower of partition.followers) {
    if (follower.logEnd >= least) continue;
    const alive = replicaOf(partition, follower.broker)?.alive === true;
    const joins = alive && isCaughtUp(follower, end, settings.maxLag, now);
    if (joins || partition.isr.includes(follower.broker)) least = follower.logEnd;
  }
  if (least <= highWatermark(leader.log)) return;
  leader.log.replicatedTo = least;
  releaseReplicated(leader.log);
  const error = enough ? 'NONE' : 'NOT_ENOUGH_REPLICAS_AFTER_APPEND';
  answerWaiting(partition, least, error);
}

function answerWaiting(partition: ReplicatedPartition, reached: number, error: KafkaError | null): void {
  const { waiting, completed } = partition;
  for (const { ticket, end } of waiting) if (end <= reached) completed.push({ ticket, error });
  partition.waiting = waiting.filter(({ end }) => end > reached);
}

/** [KAFKA-REPLICA-8] The leader's check: takes followers that have been behind for too long out of the in-sync set. */
export function checkInSync(
  partition: ReplicatedPartition,
  settings: ReplicationSettings,
  now: SimTime,
): number[] {
  const leader = replicaOf(partition, partition.leader);
  if (leader === undefined) return [];
  const end = logEnd(leader.log);
  const removed = partition.followers
    .filter((one) => partition.isr.includes(one.broker) && !isCaughtUp(one, end, settings.maxLag, now))
    .map(({ broker }) => broker);
  if (removed.length === 0) return removed;
  partition.isr = partition.isr.filter((broker) => !removed.includes(broker));
  raiseHighWatermark(partition, settings, now);
  return removed;
}

/** A broker goes down or comes back; whether an unclean election followed. */
export function setAlive(
  partition: ReplicatedPartition,
  settings: ReplicationSettings,
  broker: number,
  alive: boolean,
  now: SimTime,
): boolean {
  const replica = replicaOf(partition, broker);
  if (replica === undefined) return false;
  replica.alive = alive;
  if (!alive && partition.leader === broker) answerWaiting(partition, Number.MAX_SAFE_INTEGER, null);
  const isAlive = (one: number): boolean => replicaOf(partition, one)?.alive === true;
  const { changed, unclean } = reconsider(partition, isAlive, settings.uncleanElection);
  if (changed) takeOver(partition, now);
  raiseHighWatermark(partition, settings, now);
  return unclean;
}

/** [KAFKA-REPLICA-9] A new leader begins its epoch at its log end and has heard of nobody yet. */
function takeOver(partition: ReplicatedPartition, now: SimTime): void {
  const { leader, leaderEpoch, isr, replicas } = partition;
  const log = replicaOf(partition, leader);
  partition.followers = replicas
    .filter((broker) => broker !== leader)
    .map((broker) => unknownFollower(broker, isr.includes(broker), now));
  if (log === undefined) return;
  partition.epochStart = logEnd(log.log);
  noteEpoch(log.epochs, leaderEpoch, partition.epochStart);
}
