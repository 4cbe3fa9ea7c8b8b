/**
 * Who is in sync with the leader, and who leads: followers that catch up or fall behind, brokers that die or come back
 * (Partition#maybeExpandIsr, #maybeShrinkIsr, #makeLeader at the recorded commit). Left out: the checkpoint of the high
 * watermark (it survives a crash as it was). Rules: SPEC.md, KAFKA-REPLICA.
 */
import type { SimTime } from '#sim/base/time.ts';
import { highWatermark, logEnd } from '#sim/brokers/kafka/partition-log.ts';
import { reconsider } from '#sim/brokers/kafka/replication/election.ts';
import {
  isCaughtUp,
  unknownFollower,
  type FollowerProgress,
} from '#sim/brokers/kafka/replication/follower-progress.ts';
import { answerWaiting, raiseHighWatermark } from '#sim/brokers/kafka/replication/high-watermark.ts';
import { noteEpoch } from '#sim/brokers/kafka/replication/leader-epochs.ts';
import type { ReplicaLog } from '#sim/brokers/kafka/replication/log-copy.ts';
import { replicaOf } from '#sim/brokers/kafka/replication/replicated-partition.ts';
import type {
  ReplicatedPartition,
  ReplicationSettings,
} from '#sim/brokers/kafka/replication/replicated-partition.ts';

/** [KAFKA-REPLICA-4] A follower that has reached the high watermark, and this leader's epoch, is in sync again. */
export function expandInSync(
  partition: ReplicatedPartition,
  progress: FollowerProgress,
  leader: ReplicaLog,
): void {
  const { broker, logEnd: reported } = progress;
  if (partition.isr.includes(broker)) return;
  if (reported >= highWatermark(leader.log) && reported >= partition.epochStart) partition.isr.push(broker);
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
