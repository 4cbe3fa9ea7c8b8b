/**
 * What a leader is asked for: to write records, and by its followers for what they lack (Partition#appendRecordsToLeader,
 * #fetchRecords, AbstractFetcherThread at the recorded commit). Left out: limits on the size of a fetch, a follower that is
 * behind the leader's log start. Rules: SPEC.md, KAFKA-REPLICA.
 */
import { pushInt } from '#sim/base/column.ts';
import type { SimTime } from '#sim/base/time.ts';
import { endBatch, highWatermark, logEnd } from '#sim/brokers/kafka/partition-log.ts';
import type { KafkaError } from '#sim/brokers/kafka/protocol.ts';
import { reportFetch } from '#sim/brokers/kafka/replication/follower-progress.ts';
import { hasMinInSync, raiseHighWatermark } from '#sim/brokers/kafka/replication/high-watermark.ts';
import { mayJoin } from '#sim/brokers/kafka/replication/in-sync-set.ts';
import { cutEpochs, epochAt, noteEpoch } from '#sim/brokers/kafka/replication/leader-epochs.ts';
import { copyLog, cutAt, divergence, type ReplicaLog } from '#sim/brokers/kafka/replication/log-copy.ts';
import { truncateLog } from '#sim/brokers/kafka/replication/log-truncation.ts';
import { replicaOf } from '#sim/brokers/kafka/replication/replicated-partition.ts';
import type {
  ReplicatedPartition,
  ReplicationSettings,
} from '#sim/brokers/kafka/replication/replicated-partition.ts';
import { releaseReplicated } from '#sim/brokers/kafka/transactions/partition-transactions.ts';

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
  if (acks === -1 && !hasMinInSync(partition, settings))
    return { error: 'NOT_ENOUGH_REPLICAS', baseOffset: -1, ticket: -1 }; // [KAFKA-REPLICA-5]
  const baseOffset = logEnd(leader.log);
  noteEpoch(leader.epochs, partition.leaderEpoch, baseOffset);
  for (const mid of mids) {
    pushInt(leader.log.mids, mid);
    pushInt(leader.log.appended, -1);
  }
  endBatch(leader.log, bytes);
  const end = logEnd(leader.log);
  raiseHighWatermark(partition, leader.log, settings, now);
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
  if (leader === undefined || follower === undefined || progress === undefined) return null;
  if (partition.fenced.includes(broker)) return null;
  const truncated = truncateToLeader(leader, follower);
  const fetchOffset = logEnd(follower.log);
  const answered = highWatermark(leader.log); // [KAFKA-REPLICA-3] as it was before this fetch
  reportFetch(progress, fetchOffset, logEnd(leader.log), now);
  if (mayJoin(partition, progress, leader.log)) partition.isr.push(broker);
  raiseHighWatermark(partition, leader.log, settings, now);
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
    const theirs = divergence(leader, end, epochAt(follower.epochs, end - 1));
    if (theirs === null) return removed;
    const cut = cutAt(follower, theirs);
    if (cut >= end) return removed;
    removed += truncateLog(follower.log, cut);
    cutEpochs(follower.epochs, cut);
  }
}
