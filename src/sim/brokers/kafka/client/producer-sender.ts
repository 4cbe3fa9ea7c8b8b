/**
 * The sender thread (Sender, RecordAccumulator#ready and #drain): which nodes have something to be sent, one batch a
 * partition in one Produce request a node, at most max.in.flight of them, and when to look again. A node is ready as
 * soon as one of its partitions is (full batch, linger over, back-off over); then every partition's first batch goes.
 * While anybody waits for memory nothing lingers. Left out: throttling, adaptive partitioning.
 */
import { BACKGROUND } from '#sim/kernel/queue.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import { addMessage, type Catalog } from '#sim/messaging/catalog.ts';
import * as emit from '#sim/trace/emit.ts';
import { assignSequence, mustWait, resolveSequences } from '#sim/brokers/kafka/client/producer-sequences.ts';
import { lookUpLeaders } from '#sim/brokers/kafka/client/producer-leaders.ts';
import { mustAdd } from '#sim/brokers/kafka/client/producer-transaction-state.ts';
import type {
  Batch,
  PartitionQueue,
  ProducerLayout,
  ProducerSettings,
  ProducerState,
} from '#sim/brokers/kafka/client/producer-state.ts';
import { wakeAt } from '#sim/brokers/kafka/client/producer-wake.ts';
import type { Metadata } from '#sim/brokers/kafka/metadata.ts';
import {
  INIT_PRODUCER_ID,
  PRODUCE,
  type InitProducerIdRequest,
  type ProduceBatch,
  type ProduceRequest,
} from '#sim/brokers/kafka/protocol.ts';

/** Request and delivery deadlines; `busy` says whether anything hangs on it. */
export const DEADLINE_TIMER = 65 | BACKGROUND;

/** A batch's own bytes on the wire before its first record (DefaultRecordBatch.RECORD_BATCH_OVERHEAD). */
export const BATCH_OVERHEAD = 61;

const NOTHING: readonly Batch[] = [];

export interface SenderParts {
  readonly catalog: Catalog;
  readonly metadata: Metadata;
  readonly config: ProducerSettings;
  readonly layout: ProducerLayout;
  /** Row of the producer's own random stream. */
  readonly stream: number;
}

/** When the batch may go, whatever its node does: back-off for a retry, else linger, and a full one at once. */
function readyAt(p: SenderParts, s: ProducerState, queue: PartitionQueue, batch: Batch): number {
  if (batch.attempts > 0) {
    return batch.retryAt;
  }
  if (s.closing || s.flushing || queue.waiting.length > 1 || batch.bytes >= p.config.batchSize) return 0;
  if (s.blocked.length > 0) return 0;
  return batch.created + p.config.linger;
}

/**
 * One round: everything that can be sent is sent; then the timer is set for what cannot yet. Returns the batches that
 * nobody will answer (acks 0).
 */
export function send(p: SenderParts, s: ProducerState, ctx: Ctx): readonly Batch[] {
  if (s.view !== null) lookUpLeaders(p, s, ctx);
  if (p.config.idempotence) {
    resolveSequences(s);
    if (s.producerId < 0) {
      askForProducerId(p, s, ctx);
      return NOTHING;
    }
  }
  let next = Infinity;
  let unanswered = NOTHING;
  for (let node = 0; node < s.nodes.length; node += 1) {
    for (;;) {
      const at = nodeReadyAt(p, s, node, ctx.now);
      if (at > ctx.now) {
        if (at < next) next = at;
        break;
      }
      const batches = drain(p, s, node, ctx.now);
      if (batches.length === 0) break;
      sendRequest(p, s, ctx, node, batches);
      if (p.config.acks === 0) unanswered = unanswered.length === 0 ? batches : [...unanswered, ...batches];
    }
  }
  if (next !== Infinity) wakeAt(s, ctx, next);
  return unanswered;
}

/** When something can go to the node; Infinity where an answer has to come first. */
function nodeReadyAt(p: SenderParts, s: ProducerState, node: number, now: number): number {
  const link = s.nodes[node];
  if (link === undefined || link.inFlight >= p.config.maxInFlight) return Infinity;
  let earliest = Infinity;
  for (const index of s.queuesOfNode[node] ?? []) {
    const queue = s.queues[index] as PartitionQueue;
    const first = queue.waiting[0];
    if (first === undefined) continue;
    const at = readyAt(p, s, queue, first);
    if (at >= earliest) continue;
    if (at <= now && p.config.idempotence && heldBack(p, s, index, queue, first)) continue;
    earliest = at;
  }
  return earliest === Infinity ? Infinity : Math.max(earliest, link.downUntil);
}

/** A sequence has to come first, or the transaction has to know the partition (transaction.version 1). */
function heldBack(
  p: SenderParts,
  s: ProducerState,
  index: number,
  queue: PartitionQueue,
  first: Batch,
): boolean {
  const { transactions } = p.config;
  if (
    transactions !== null &&
    transactions !== undefined &&
    mustAdd(s.transaction, transactions.version, queue.row)
  )
    return true;
  return mustWait(s, index, queue, first);
}

function drain(p: SenderParts, s: ProducerState, node: number, now: number): Batch[] {
  const indexes = s.queuesOfNode[node] ?? [];
  const link = s.nodes[node];
  const drained: Batch[] = [];
  if (link === undefined) return drained;
  let size = 0;
  for (let i = 0; i < indexes.length; i += 1) {
    const index = indexes[(link.drainIndex + i) % indexes.length] as number;
    const queue = s.queues[index] as PartitionQueue;
    const first = queue.waiting[0];
    if (first === undefined) continue;
    if (first.attempts > 0 && readyAt(p, s, queue, first) > now) continue;
    if (size + first.bytes > p.config.maxRequestSize && drained.length > 0) {
      link.drainIndex = (link.drainIndex + i) % indexes.length;
      return drained;
    }
    if (p.config.idempotence) {
      if (heldBack(p, s, index, queue, first)) continue;
      // a Produce request of this model has one epoch; a batch that was numbered under another goes by itself
      const epoch = first.baseSequence < 0 ? s.epoch : first.epoch;
      if (drained.length > 0 && (drained[0] as Batch).epoch !== epoch) continue;
      assignSequence(s, index, queue, first);
    }
    queue.waiting.shift();
    size += first.bytes;
    drained.push(first);
  }
  return drained;
}

function sendRequest(p: SenderParts, s: ProducerState, ctx: Ctx, node: number, batches: Batch[]): void {
  const wire: ProduceBatch[] = [];
  let bytes = 0;
  for (const batch of batches) {
    const queue = s.queues[batch.queue] as PartitionQueue;
    if (batch.attempts > 0) resendAs(p, ctx, queue, batch);
    if (batch.mids.length !== batch.count) batch.mids = batch.mids.slice(0, batch.count);
    queue.lastCount = batch.count;
    bytes += batch.bytes;
    wire.push({
      partition: queue.row,
      mids: batch.mids,
      baseSequence: batch.baseSequence,
      bytes: batch.bytes,
    });
  }
  s.correlation += 1;
  const request: ProduceRequest = {
    acks: p.config.acks,
    timeout: p.config.requestTimeout,
    producerId: s.producerId,
    producerEpoch: p.config.idempotence ? (batches[0] as Batch).epoch : -1,
    batches: wire,
    transactionalId: p.config.transactions?.id,
  };
  if (s.transaction !== null) s.transaction.begun = true;
  if (p.config.acks !== 0) {
    s.requests.push({
      correlation: s.correlation,
      node,
      deadline: ctx.now + p.config.requestTimeout,
      batches,
      answer: null,
    });
    const link = s.nodes[node];
    if (link !== undefined) link.inFlight += 1;
  }
  ctx.send(p.metadata.nodes[node] as number, PRODUCE, s.correlation, 0, 0, 0, 0, request, bytes);
}

/** A resend is new physical copies of the same events. */
function resendAs(p: SenderParts, ctx: Ctx, queue: PartitionQueue, batch: Batch): void {
  const lids = p.catalog.messages.lid;
  const copies = new Int32Array(batch.count);
  for (let i = 0; i < batch.count; i += 1) {
    const lid = lids.data[batch.mids[i] as number] as number;
    const mid = addMessage(p.catalog, lid, batch.attempts);
    copies[i] = mid;
    emit.retry(ctx, mid, lid, queue.topic, queue.partition, batch.lastCode, batch.attempts);
  }
  batch.mids = copies;
}

function askForProducerId(p: SenderParts, s: ProducerState, ctx: Ctx): void {
  if (s.init >= 0) return;
  const { transactions } = p.config;
  if (transactions !== null && transactions !== undefined) {
    if (s.transaction?.state === 'FATAL_ERROR') return;
    s.initNode = p.metadata.nodes.indexOf(p.metadata.coordinatorOf(transactions.id));
  }
  const notBefore = Math.max(s.initNotBefore, s.nodes[s.initNode]?.downUntil ?? 0);
  if (notBefore > ctx.now) {
    wakeAt(s, ctx, notBefore);
    return;
  }
  s.correlation += 1;
  s.init = s.correlation;
  s.initDeadline = ctx.now + p.config.requestTimeout;
  const request: InitProducerIdRequest | null =
    transactions === null || transactions === undefined
      ? null
      : { transactionalId: transactions.id, transactionTimeout: transactions.timeout, entity: ctx.self };
  ctx.send(p.metadata.nodes[s.initNode] as number, INIT_PRODUCER_ID, s.init, 0, 0, 0, 0, request);
}
