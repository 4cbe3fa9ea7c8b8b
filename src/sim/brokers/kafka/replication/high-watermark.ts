/**
 * How far a leader's log counts as replicated, and the requests that this answers (Partition#maybeIncrementLeaderHW,
 * #checkEnoughReplicasReachOffset at the recorded commit). Left out: the time limit of a request that waits.
 * Rules: SPEC.md, KAFKA-REPLICA.
 */
import type { SimTime } from '#sim/base/time.ts';
import { highWatermark, logEnd, type PartitionLog } from '#sim/brokers/kafka/partition-log.ts';
import type { KafkaError } from '#sim/brokers/kafka/protocol.ts';
import { isCaughtUp } from '#sim/brokers/kafka/replication/follower-progress.ts';
import type {
  LedPartition,
  ReplicationSettings,
} from '#sim/brokers/kafka/replication/replicated-partition.ts';
import { releaseReplicated } from '#sim/brokers/kafka/transactions/partition-transactions.ts';

/** [KAFKA-REPLICA-6] Whether as many are in sync as the minimum asks for. */
export function hasMinInSync(partition: LedPartition, settings: ReplicationSettings): boolean {
  const { minInSync, rules } = settings;
  const replicas = partition.replicas.length;
  const minimum = rules.minIsrCappedByReplicas ? Math.min(minInSync, replicas) : minInSync;
  return partition.isr.length >= minimum;
}

/**
 * [KAFKA-REPLICA-2] The smallest log end among the leader and those in sync, or alive and caught up, that it knows of. It
 * never falls. Waiting requests that it reaches are answered. `log` is the leader's.
 */
export function raiseHighWatermark(
  partition: LedPartition,
  log: PartitionLog,
  settings: ReplicationSettings,
  now: SimTime,
): void {
  const enough = hasMinInSync(partition, settings);
  if (!enough && settings.rules.highWatermarkBelowMinIsr === 'frozen') return; // [KAFKA-REPLICA-7]
  const end = logEnd(log);
  let least = end;
  for (const follower of partition.followers) {
    if (follower.logEnd >= least) continue;
    const alive = !partition.fenced.includes(follower.broker);
    const joins = alive && isCaughtUp(follower, end, settings.maxLag, now);
    if (joins || partition.isr.includes(follower.broker)) least = follower.logEnd;
  }
  if (least <= highWatermark(log)) return;
  log.replicatedTo = least;
  releaseReplicated(log);
  const error = enough ? 'NONE' : 'NOT_ENOUGH_REPLICAS_AFTER_APPEND';
  answerWaiting(partition, least, error);
}

/** Answers the requests up to `reached`; without an error name their answer never comes. */
export function answerWaiting(partition: LedPartition, reached: number, error: KafkaError | null): void {
  const { waiting, completed } = partition;
  for (const { ticket, end } of waiting) if (end <= reached) completed.push({ ticket, error });
  partition.waiting = waiting.filter(({ end }) => end > reached);
}
