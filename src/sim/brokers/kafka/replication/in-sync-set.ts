/**
 * Who is in sync with the leader, and who leads: followers that catch up or fall behind, brokers that die or come back
 * (Partition#maybeExpandIsr, #maybeShrinkIsr, #makeLeader at the recorded commit). Left out: the checkpoint of the high
 * watermark (it survives a crash as it was). Rules: SPEC.md, KAFKA-REPLICA.
 */
import type { SimTime } from '#sim/base/time.ts';
import { highWatermark, logEnd, type PartitionLog } from '#sim/brokers/kafka/partition-log.ts';
import { reconsider } from '#sim/brokers/kafka/replication/election.ts';
import {
  isCaughtUp,
  unknownFollower,
  type FollowerProgress,
} from '#sim/brokers/kafka/replication/follower-progress.ts';
import { answerWaiting, raiseHighWatermark } from '#sim/brokers/kafka/replication/high-watermark.ts';
import { noteEpoch } from '#sim/brokers/kafka/replication/leader-epochs.ts';
import { replicaOf } from '#sim/brokers/kafka/replication/replicated-partition.ts';
import type {
  LedPartition,
  ReplicatedPartition,
  ReplicationSettings,
} from '#sim/brokers/kafka/replication/replicated-partition.ts';

/** [KAFKA-REPLICA-4] Whether a follower has reached the high watermark, and this leader's epoch. */
export function mayJoin(partition: LedPartition, progress: FollowerProgress, log: PartitionLog): boolean {
  const { broker, logEnd: reported } = progress;
  if (partition.isr.includes(broker) || partition.fenced.includes(broker)) return false;
  return reported >= highWatermark(log) && reported >= partition.epochStart;
}

/** [KAFKA-REPLICA-8] Followers in the in-sync set that have been behind for too long. */
export function laggards(
  partition: LedPartition,
  log: PartitionLog,
  settings: ReplicationSettings,
  now: SimTime,
): number[] {
  const end = logEnd(log);
  return partition.followers
    .filter((one) => partition.isr.includes(one.broker) && !isCaughtUp(one, end, settings.maxLag, now))
    .map(({ broker }) => broker);
}

/** The leader's check: takes the laggards out of the in-sync set. */
export function checkInSync(
  partition: ReplicatedPartition,
  settings: ReplicationSettings,
  now: SimTime,
): number[] {
  const leader = replicaOf(partition, partition.leader);
  if (leader === undefined) return [];
  const removed = laggards(partition, leader.log, settings, now);
  if (removed.length === 0) return removed;
  partition.isr = partition.isr.filter((broker) => !removed.includes(broker));
  raiseHighWatermark(partition, leader.log, settings, now);
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
  if (replicaOf(partition, broker) === undefined) return false;
  const others = partition.fenced.filter((one) => one !== broker);
  partition.fenced = alive ? others : [...others, broker];
  if (!alive && partition.leader === broker) answerWaiting(partition, Number.MAX_SAFE_INTEGER, null);
  const isAlive = (one: number): boolean => !partition.fenced.includes(one);
  const { changed, unclean } = reconsider(partition, isAlive, settings.uncleanElection);
  if (changed) takeOver(partition, now);
  const leader = replicaOf(partition, partition.leader);
  if (leader !== undefined) raiseHighWatermark(partition, leader.log, settings, now);
  return unclean;
}

/** [KAFKA-REPLICA-9] A new leader begins its epoch at its log end and has heard of nobody yet. */
function takeOver(partition: ReplicatedPartition, now: SimTime): void {
  const { leader, leaderEpoch, isr, replicas } = partition;
  const log = replicaOf(partition, leader);
  partition.followers = unknownFollowers(replicas, leader, isr, now);
  if (log === undefined) return;
  partition.epochStart = logEnd(log.log);
  noteEpoch(log.epochs, leaderEpoch, partition.epochStart);
}

/** The others, of whom a new leader has not heard. */
export function unknownFollowers(
  replicas: readonly number[],
  leader: number | null,
  isr: readonly number[],
  now: SimTime,
): FollowerProgress[] {
  const others = replicas.filter((broker) => broker !== leader);
  return others.map((broker) => unknownFollower(broker, isr.includes(broker), now));
}
