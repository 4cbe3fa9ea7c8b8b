/**
 * Idempotence on the client's side (TransactionManager without transactions, KIP-98, KIP-360): sequences are given out
 * when a batch is first drained, a retry keeps its own, and where a gap cannot be closed the producer raises its
 * epoch by itself and numbers that partition's batches from 0 again. Only ever used by an idempotent producer.
 * Left out: exhaustion of epochs and of 31-bit sequences.
 */
import type { KafkaError } from '#sim/brokers/kafka/protocol.ts';
import { isRetriable } from '#sim/brokers/kafka/client/retriable-errors.ts';
import type { Batch, PartitionQueue, ProducerState } from '#sim/brokers/kafka/client/producer-state.ts';

/** Batches of a partition that hold a sequence, wherever they are, in the order of their sequences. */
function sequencedBatches(s: ProducerState, index: number, queue: PartitionQueue): Batch[] {
  const found = queue.waiting.filter((batch) => batch.baseSequence >= 0);
  for (const request of s.requests) {
    for (const batch of request.batches) {
      if (batch.queue === index && batch.baseSequence >= 0 && !batch.done) found.push(batch);
    }
  }
  return found.sort((a, b) => a.baseSequence - b.baseSequence);
}

function startAtBeginning(s: ProducerState, index: number, queue: PartitionQueue): void {
  let sequence = 0;
  for (const batch of sequencedBatches(s, index, queue)) {
    batch.baseSequence = sequence;
    batch.epoch = s.epoch;
    batch.sequenceReset = true;
    sequence += batch.count;
  }
  queue.nextSequence = sequence;
  queue.lastAcked = -1;
  queue.epoch = s.epoch;
}

/** Partitions whose doubtful batches have all ended are cleared up; a gap that remains raises the epoch. */
export function resolveSequences(s: ProducerState): void {
  for (const queue of s.queues) {
    if (queue.unresolved < 0 || queue.sequenced > 0) continue;
    queue.unresolved = -1;
    if (queue.nextSequence !== queue.lastAcked + 1) requestBump(s, queue);
  }
  // a transactional producer gets a new epoch from its coordinator alone
  if (!s.bump || s.producerId < 0 || s.transaction !== null) return;
  s.bump = false;
  s.epoch += 1;
  s.queues.forEach((queue, index) => {
    if (!queue.rewrite) return;
    queue.rewrite = false;
    queue.unresolved = -1;
    startAtBeginning(s, index, queue);
  });
}

function requestBump(s: ProducerState, queue: PartitionQueue): void {
  s.bump = true;
  queue.rewrite = true;
}

/** Whether the partition's first batch has to wait (RecordAccumulator#shouldStopDrainBatchesForPartition). */
export function mustWait(s: ProducerState, index: number, queue: PartitionQueue, first: Batch): boolean {
  if (s.producerId < 0) return true;
  if (first.baseSequence < 0) {
    return queue.unresolved >= 0 || (queue.sequenced > 0 && queue.epoch !== s.epoch);
  }
  const oldest = sequencedBatches(s, index, queue)[0];
  return oldest !== undefined && oldest.baseSequence !== first.baseSequence;
}

/** Gives a batch that is drained for the first time its sequence. */
export function assignSequence(s: ProducerState, index: number, queue: PartitionQueue, batch: Batch): void {
  if (batch.baseSequence >= 0) return;
  if (queue.epoch !== s.epoch) startAtBeginning(s, index, queue);
  batch.baseSequence = queue.nextSequence;
  batch.epoch = s.epoch;
  queue.nextSequence += batch.count;
  queue.sequenced += 1;
}

export function acknowledge(queue: PartitionQueue, batch: Batch): void {
  if (batch.baseSequence < 0) return;
  const last = batch.baseSequence + batch.count - 1;
  if (last > queue.lastAcked) queue.lastAcked = last;
  if (!batch.done) queue.sequenced -= 1;
}

/** Whether the batch may be sent again after `error` (TransactionManager#canRetry). */
export function canRetrySequenced(
  s: ProducerState,
  queue: PartitionQueue,
  batch: Batch,
  error: KafkaError,
): boolean {
  if (error === 'UNKNOWN_PRODUCER_ID') {
    if (!batch.sequenceReset) requestBump(s, queue);
    return true;
  }
  if (error !== 'OUT_OF_ORDER_SEQUENCE_NUMBER') return isRetriable(error);
  const next = batch.baseSequence === queue.lastAcked + 1;
  if (queue.unresolved < 0 && (batch.sequenceReset || !next)) return true;
  if (queue.unresolved < 0 || queue.unresolved === batch.baseSequence) requestBump(s, queue);
  return s.transaction === null;
}

/** A batch has been given up. `adjust`: the broker's answer was final, so its sequences were not taken. */
export function giveUp(s: ProducerState, queue: PartitionQueue, batch: Batch, adjust: boolean): void {
  if (batch.baseSequence < 0) return;
  if (!batch.done) queue.sequenced -= 1;
  if (adjust) requestBump(s, queue);
}

/** A batch that had been sent has expired: nothing new goes to its partition until the others have ended. */
export function markUnresolved(queue: PartitionQueue, batch: Batch): void {
  if (batch.baseSequence < 0) return;
  const next = batch.baseSequence + batch.count;
  if (next > queue.unresolved) queue.unresolved = next;
}

/** Puts a batch that is to be retried back among the waiting ones: before the first with a later sequence or none. */
export function insertInOrder(queue: PartitionQueue, batch: Batch): void {
  let at = 0;
  while (at < queue.waiting.length) {
    const other = queue.waiting[at] as Batch;
    if (other.baseSequence < 0 || other.baseSequence > batch.baseSequence) break;
    at += 1;
  }
  queue.waiting.splice(at, 0, batch);
}
