/**
 * Takes the end of a log away, as a follower does with records that its leader does not have (UnifiedLog#truncateTo,
 * ProducerStateManager#truncateAndReload at the recorded commit). What producers and transactions are known to have done
 * there is forgotten with it; of the five batches a producer is remembered by, older ones that had been dropped come back
 * only with the next copy of the leader's. Rules: SPEC.md, KAFKA-REPLICA.
 */
import { cutColumn } from '#sim/base/column.ts';
import { batchOf, highWatermark, logEnd, type PartitionLog } from '#sim/brokers/kafka/partition-log.ts';
import { cutKept } from '#sim/brokers/kafka/retention/cut-kept.ts';
import { NO_OFFSET } from '#sim/brokers/kafka/producer-history.ts';
import {
  noteMarker,
  noteTransactional,
  releaseReplicated,
} from '#sim/brokers/kafka/transactions/partition-transactions.ts';

/** Takes the batches from `end` on away; how many records that were. */
export function truncateLog(log: PartitionLog, end: number): number {
  const removed = logEnd(log) - end;
  if (removed <= 0) return 0;
  const batches = batchOf(log, end);
  cutColumn(log.mids, end - log.base);
  cutColumn(log.appended, end - log.base);
  cutColumn(log.batchEnds, batches);
  cutColumn(log.batchBytes, batches);
  if (log.kept !== null) cutKept(log, log.kept, end);
  if (highWatermark(log) > end) log.replicatedTo = end;
  forgetBatches(log, end);
  replayTransactions(log, end);
  forgetStrangers(log);
  return removed;
}

function forgetBatches(log: PartitionLog, end: number): void {
  for (const { batches } of log.producers.values()) {
    let kept = batches.length;
    while (kept > 0 && (batches[kept - 1]?.baseOffset ?? 0) >= end) kept -= 1;
    batches.length = kept;
  }
}

/** Who has nothing left here is a stranger again. */
function forgetStrangers(log: PartitionLog): void {
  for (const [producerId, { batches, openSince, coordinatorEpoch }] of log.producers) {
    const known = batches.length > 0 || openSince !== NO_OFFSET || coordinatorEpoch >= 0;
    if (!known) log.producers.delete(producerId);
  }
}

/** Tells the story of transactions again from the batches and markers that are left. */
function replayTransactions(log: PartitionLog, end: number): void {
  const told = log.transactions;
  if (told === null) return;
  log.transactions = null;
  for (const history of log.producers.values()) history.openSince = NO_OFFSET;
  const markers = told.markers.filter(({ offset }) => offset < end);
  let next = 0;
  const noteMarkersBelow = (offset: number): void => {
    for (let marker = markers[next]; marker !== undefined && marker.offset < offset; marker = markers[next]) {
      noteMarker(log, marker);
      next += 1;
    }
  };
  for (const batch of told.batches) {
    if (batch.firstOffset >= end) break;
    noteMarkersBelow(batch.firstOffset);
    noteTransactional(log, batch);
  }
  noteMarkersBelow(end);
  releaseReplicated(log);
}
