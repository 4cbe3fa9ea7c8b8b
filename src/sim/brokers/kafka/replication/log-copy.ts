/**
 * What a follower takes over with a fetch: the leader's batches from its own log end on, whole, with the epochs of the
 * leaders that wrote them and what the leader's log knows of their producers and transactions. Rules: SPEC.md,
 * KAFKA-REPLICA.
 */
import { floatAt, intAt, pushFloat, pushInt } from '#sim/base/column.ts';
import { batchOf, logEnd, type PartitionLog } from '#sim/brokers/kafka/partition-log.ts';
import { epochAt, noteEpoch, type LeaderEpoch } from '#sim/brokers/kafka/replication/leader-epochs.ts';
import { noteMarker, noteTransactional } from '#sim/brokers/kafka/transactions/partition-transactions.ts';

/** A replica's log and the epochs in it. */
export interface ReplicaLog {
  readonly log: PartitionLog;
  readonly epochs: LeaderEpoch[];
}

/** Copies what `source` has above the log end of `target`; how many records that was. */
export function copyLog(source: ReplicaLog, target: ReplicaLog): number {
  const from = logEnd(target.log);
  const to = logEnd(source.log);
  const firstBatch = batchOf(source.log, from);
  for (let offset = from; offset < to; offset += 1) {
    noteEpoch(target.epochs, epochAt(source.epochs, offset), offset);
    pushInt(target.log.mids, intAt(source.log.mids, offset - source.log.base));
    pushInt(target.log.appended, intAt(source.log.appended, offset - source.log.base));
  }
  const before = floatAt(source.log.batchBytes, firstBatch - 1, 0);
  const own = floatAt(target.log.batchBytes, target.log.batchBytes.length - 1, 0);
  for (let batch = firstBatch; batch < source.log.batchEnds.length; batch += 1) {
    pushInt(target.log.batchEnds, intAt(source.log.batchEnds, batch));
    pushFloat(target.log.batchBytes, own + floatAt(source.log.batchBytes, batch) - before);
  }
  copyTransactions(source.log, target.log, from);
  copyProducers(source.log, target.log);
  return to - from;
}

/** With the leader's whole log a follower knows of its producers what the leader knows. */
function copyProducers(source: PartitionLog, target: PartitionLog): void {
  for (const [producerId, history] of source.producers) {
    target.producers.set(producerId, { ...history, batches: [...history.batches] });
  }
}

/** Batches and markers in the order of the log: a producer's transaction ends before its next one begins. */
function copyTransactions(source: PartitionLog, target: PartitionLog, from: number): void {
  if (source.transactions === null) return;
  const markers = source.transactions.markers.filter(({ offset }) => offset >= from);
  let next = 0;
  const noteMarkersBelow = (offset: number): void => {
    for (let marker = markers[next]; marker !== undefined && marker.offset < offset; marker = markers[next]) {
      noteMarker(target, marker);
      next += 1;
    }
  };
  for (const batch of source.transactions.batches) {
    if (batch.firstOffset < from) continue;
    noteMarkersBelow(batch.firstOffset);
    noteTransactional(target, batch);
  }
  noteMarkersBelow(logEnd(source));
}
