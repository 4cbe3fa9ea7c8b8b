/**
 * The Java client's KafkaProducer within its process: publish appends to a partition's batch and returns; the sender
 * (producer-sender) carries batches to the brokers; here answers, timeouts and broken connections end them or send
 * them back to wait. Everything is in memory: a crash loses it, and the process that follows is a new session with a
 * new producer id. A refusal is `definite` unless an attempt ended without an answer that rules out its writing.
 * Transactions stand in producer-transactions. Left out: compression, splitting of batches that a broker finds too large.
 * Source: KafkaProducer, Sender, RecordAccumulator, NetworkClient (clients, commit 1eb7644); rules in SPEC.md.
 */
import { assert } from '#sim/base/assert.ts';
import { intern } from '#sim/base/names.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import { BACKGROUND, type Event } from '#sim/kernel/queue.ts';
import type { ProducerClient, ProducerListener } from '#sim/messaging/client-face.ts';
import * as emit from '#sim/trace/emit.ts';
import { backoff } from '#sim/brokers/kafka/client/exponential-backoff.ts';
import {
  answered,
  completeUnanswered,
  disconnect,
  expire,
} from '#sim/brokers/kafka/client/producer-outcome.ts';
import {
  admit,
  BLOCKED_TIMER,
  blockedTooLong,
  bufferFor,
  lackMemory,
} from '#sim/brokers/kafka/client/producer-memory.ts';
import { leadersTold, PRODUCER_METADATA_AGE } from '#sim/brokers/kafka/client/producer-leaders.ts';
import {
  BATCH_OVERHEAD,
  DEADLINE_TIMER,
  send,
  type SenderParts,
} from '#sim/brokers/kafka/client/producer-sender.ts';
import { SEND_TIMER, wakeAt } from '#sim/brokers/kafka/client/producer-wake.ts';
import {
  advance,
  transactionAnswered,
  TRANSACTION_DEADLINE,
  TRANSACTION_TIMER,
  transactionLost,
} from '#sim/brokers/kafka/client/producer-transaction-requests.ts';
import {
  beginTransaction,
  completeTransaction,
  enlistOffsets,
  initialised,
} from '#sim/brokers/kafka/client/producer-transactions.ts';
import type {
  GroupSettlement,
  ProducerTransaction,
} from '#sim/brokers/kafka/client/producer-transaction-state.ts';
import {
  emptyProducer,
  layOut,
  type Batch,
  type BlockedSend,
  type PartitionQueue,
  type ProducerOptions,
  type ProducerState,
  type RouteTarget,
} from '#sim/brokers/kafka/client/producer-state.ts';
import {
  createKeyBytes,
  partitionLoad,
  partitionOfKey,
  stickyAppend,
  switchPartition,
  type KeyBytes,
  type StickyPartition,
} from '#sim/brokers/kafka/partitioner.ts';
import type { MetadataResponse } from '#sim/brokers/kafka/replication/cluster-protocol.ts';
import type { TransactionResponse } from '#sim/brokers/kafka/transactions/transaction-protocol.ts';
import {
  ADD_OFFSETS_TO_TXN_RESPONSE,
  ADD_PARTITIONS_TO_TXN_RESPONSE,
  END_TXN_RESPONSE,
  INIT_PRODUCER_ID_RESPONSE,
  METADATA_RESPONSE,
  PRODUCE_RESPONSE,
  TXN_OFFSET_COMMIT_RESPONSE,
  type InitProducerIdResponse,
  type ProduceResponse,
} from '#sim/brokers/kafka/protocol.ts';

/** A batch begins with room for half as many records again as the partition's last one had, and these. */
const SPARE_ROOM = 4;

function isTransactionAnswer(kind: number): boolean {
  return (
    kind === ADD_PARTITIONS_TO_TXN_RESPONSE ||
    kind === ADD_OFFSETS_TO_TXN_RESPONSE ||
    kind === TXN_OFFSET_COMMIT_RESPONSE ||
    kind === END_TXN_RESPONSE
  );
}

export class KafkaProducer implements ProducerClient {
  state: ProducerState;
  readonly parts: SenderParts;
  readonly listener: ProducerListener;
  private readonly stream: number;
  /** Bytes of key prefixes, made again at will: not part of the state. */
  private readonly keyBytes: KeyBytes = createKeyBytes();

  constructor(options: ProducerOptions) {
    const layout = layOut(options.metadata, options.routes);
    const { catalog, metadata, config, stream } = options;
    this.parts = { catalog, metadata, config, layout, stream };
    this.listener = options.listener;
    this.stream = options.stream;
    this.state = emptyProducer(layout, 0, this.transactional);
  }

  owns(kind: number): boolean {
    const bare = kind & ~BACKGROUND;
    return (
      (bare >= 64 && bare < 96) ||
      bare === PRODUCE_RESPONSE ||
      bare === INIT_PRODUCER_ID_RESPONSE ||
      bare === METADATA_RESPONSE ||
      isTransactionAnswer(bare)
    );
  }

  private get transactional(): boolean {
    const { transactions } = this.parts.config;
    return transactions !== null && transactions !== undefined;
  }

  /** The sender begins; an idempotent one asks for its producer id before there is anything to send. */
  start(ctx: Ctx): void {
    this.crashed();
    this.state.running = true;
    this.send(ctx);
  }

  crashed(): void {
    this.state = emptyProducer(this.parts.layout, this.state.correlation, this.transactional);
  }

  /** Timers that came due meanwhile follow by themselves. */
  resumed(_ctx: Ctx): void {}

  /** Lets everything that is buffered go at once; the program waits until `busy` is false (KafkaProducer#close). */
  close(ctx: Ctx): void {
    this.state.closing = true;
    this.send(ctx);
  }

  busy(_now: number): boolean {
    const s = this.state;
    if (s.requests.length > 0 || s.blocked.length > 0) return true;
    if (s.unplaced !== null && s.unplaced.length > 0) return true;
    if (s.transaction !== null && (s.transaction.request !== null || s.transaction.call !== null))
      return true;
    for (let i = 0; i < s.queues.length; i += 1) {
      if ((s.queues[i] as PartitionQueue).waiting.length > 0) return true;
    }
    return false;
  }

  publish(ctx: Ctx, mid: number, lid: number, route: number, token: number): void {
    const s = this.state;
    const target = this.parts.layout.targets[route];
    assert(
      target !== undefined && target.partitions > 0,
      '[KAFKA-CLIENT-40] a route leads to a topic of the cluster',
    );
    const { transaction } = s;
    if (transaction !== null && transaction.state !== 'IN_TRANSACTION') {
      const code = transaction.code === '' ? 'INVALID_TXN_STATE' : transaction.code;
      this.refuseOne(ctx, target.topic, mid, lid, token, code);
      return;
    }
    if (s.unplaced !== null) {
      s.unplaced.push({ mid, lid, route, token }); // [KAFKA-GROWTH-3] nothing is known of the topic yet
      return;
    }
    const { catalog } = this.parts;
    const partitions = s.known === null ? target.partitions : (s.known[target.sticky] as number);
    const key = catalog.events.key.data[lid] as number;
    const number =
      key >= 0
        ? partitionOfKey(this.keyBytes, catalog.keys, catalog.names, key, partitions)
        : this.stickyPartition(ctx, target);
    const queue = s.queues[target.firstQueue + number] as PartitionQueue;
    const bytes = target.recordBytes;
    const { config } = this.parts;
    if (bytes + BATCH_OVERHEAD > config.maxRequestSize) {
      this.refuseOne(ctx, queue.topic, mid, lid, token, 'MESSAGE_TOO_LARGE');
      return;
    }
    const waiting = queue.waiting;
    let batch = waiting.length > 0 ? (waiting[waiting.length - 1] as Batch) : null;
    if (
      batch === null ||
      batch.baseSequence >= 0 ||
      batch.attempts > 0 ||
      batch.bytes + bytes > config.batchSize
    ) {
      const size = bufferFor(config, bytes + BATCH_OVERHEAD);
      if (s.buffered + size > config.bufferMemory || s.blocked.length > 0) {
        lackMemory(this, ctx, { mid, lid, route, token, size }, bytes + BATCH_OVERHEAD);
        return;
      }
      s.buffered += size;
      batch = this.openBatch(ctx, target.firstQueue + number, queue);
    }
    const row = batch.count;
    if (row === batch.mids.length) growBatch(batch);
    batch.mids[row] = mid;
    if (token >= 0 && batch.tokens === null) batch.tokens = new Int32Array(batch.mids.length).fill(-1);
    if (batch.tokens !== null) batch.tokens[row] = token;
    batch.count = row + 1;
    batch.bytes += bytes;
    if (batch.bytes >= config.batchSize) wakeAt(s, ctx, ctx.now);
    if (key < 0) this.fillSticky(ctx, target, queue, bytes);
  }

  /** What was published before anything was known of the topics. */
  private placeHeldUp(ctx: Ctx): void {
    const s = this.state;
    const { unplaced } = s;
    s.unplaced = null;
    if (unplaced === null) return;
    for (const { mid, lid, route, token } of unplaced) {
      if (this.state === s) this.publish(ctx, mid, lid, route, token);
    }
  }

  private openBatch(ctx: Ctx, index: number, queue: PartitionQueue): Batch {
    const s = this.state;
    const batch: Batch = {
      queue: index,
      mids: new Int32Array(queue.lastCount + (queue.lastCount >> 1) + SPARE_ROOM),
      tokens: null,
      count: 0,
      bytes: BATCH_OVERHEAD,
      created: ctx.now,
      attempts: 0,
      retryAt: 0,
      lastCode: -1,
      baseSequence: -1,
      epoch: -1,
      sequenceReset: false,
      uncertain: false,
      done: false,
    };
    queue.waiting.push(batch);
    wakeAt(s, ctx, queue.waiting.length > 1 ? ctx.now : ctx.now + this.parts.config.linger);
    this.armDeadline(ctx, Infinity);
    return batch;
  }

  /** [KAFKA-CLIENT-71] The send() that came last has not returned. */
  blocked(): boolean {
    const { blocked } = this.state;
    if (blocked.length === 0) return false;
    const last = blocked[blocked.length - 1] as BlockedSend;
    return last.token < 0 && last.gate < 0;
  }

  awaitReturn(token: number): void {
    const last = this.state.blocked.at(-1);
    if (last !== undefined) last.gate = token;
  }

  refuseOne(ctx: Ctx, topic: number, mid: number, lid: number, token: number, error: string): void {
    const code = intern(this.parts.catalog.names, error);
    emit.refuse(ctx, mid, lid, topic, code, 1);
    if (token >= 0) this.listener.published(ctx, token, { code, definite: true });
  }

  /** The partition of records without a key (KIP-480, KIP-794). */
  private stickyPartition(ctx: Ctx, target: RouteTarget): number {
    const sticky = this.state.sticky[target.sticky] as StickyPartition;
    if (sticky.partition < 0) this.switchSticky(ctx, target, sticky);
    return sticky.partition;
  }

  private fillSticky(ctx: Ctx, target: RouteTarget, queue: PartitionQueue, bytes: number): void {
    const sticky = this.state.sticky[target.sticky] as StickyPartition;
    const { batchSize } = this.parts.config;
    const ready = (queue.waiting[queue.waiting.length - 1] as Batch).bytes >= batchSize;
    if (stickyAppend(sticky, bytes, batchSize, ready)) this.switchSticky(ctx, target, sticky);
  }

  private switchSticky(ctx: Ctx, target: RouteTarget, sticky: StickyPartition): void {
    const sizes: number[] = [];
    const numbers: number[] = [];
    const count = this.state.known?.[target.sticky] ?? target.partitions;
    for (let i = 0; i < count; i += 1) {
      sizes.push((this.state.queues[target.firstQueue + i] as PartitionQueue).waiting.length);
      numbers.push(i);
    }
    const load = this.parts.config.adaptivePartitioning ? partitionLoad(sizes, numbers, count) : null;
    switchPartition(sticky, count, load, ctx.random(this.stream).next());
  }

  handle(event: Event, ctx: Ctx): void {
    const s = this.state;
    if (!s.running) return;
    if (event.kind === SEND_TIMER) {
      s.sendTimer = -1;
      this.send(ctx);
    } else if (event.kind === PRODUCE_RESPONSE) {
      if (answered(this, ctx, event.a, event.data as ProduceResponse)) this.send(ctx);
    } else if (event.kind === BLOCKED_TIMER) {
      blockedTooLong(this, ctx, event.a);
    } else if (event.kind === DEADLINE_TIMER) {
      s.deadlineTimer = -1;
      this.checkDeadlines(ctx);
    } else if (event.kind === INIT_PRODUCER_ID_RESPONSE && event.a === s.init) {
      this.initialised(ctx, event.data as InitProducerIdResponse);
    } else if (event.kind === METADATA_RESPONSE) {
      if (leadersTold(this.parts, s, ctx, event.a, event.data as MetadataResponse)) {
        this.placeHeldUp(ctx);
        this.send(ctx);
      }
    } else if (event.kind === PRODUCER_METADATA_AGE && s.view !== null) {
      s.view.ageTimer = -1;
      s.view.wanted = true;
      this.send(ctx);
    } else if (s.transaction !== null) this.handleTransaction(event, ctx, s.transaction);
  }

  private handleTransaction(event: Event, ctx: Ctx, transaction: ProducerTransaction): void {
    if (event.kind === TRANSACTION_TIMER) {
      transaction.timer = -1;
      advance(this, ctx);
    } else if (event.kind === TRANSACTION_DEADLINE) {
      transactionLost(this, ctx, (correlation) => correlation === event.a);
    } else if (isTransactionAnswer(event.kind & ~BACKGROUND)) {
      transactionAnswered(this, ctx, event.a, event.data as TransactionResponse);
    }
  }

  begin(ctx: Ctx, token: number): void {
    beginTransaction(this, ctx, this.transaction, token);
  }

  enlist(ctx: Ctx, settlement: unknown, token: number): void {
    enlistOffsets(this, ctx, this.transaction, settlement as GroupSettlement | null, token);
  }

  complete(ctx: Ctx, commit: boolean, token: number): void {
    completeTransaction(this, ctx, this.transaction, commit, token);
    if (this.state.blocked.length > 0) admit(this, ctx);
  }

  private get transaction(): ProducerTransaction {
    const { transaction } = this.state;
    assert(transaction !== null, '[KAFKA-CLIENT-60] a producer with a transactional.id');
    return transaction;
  }

  reset(peer: number, ctx: Ctx): void {
    const node = this.parts.metadata.nodes.indexOf(peer);
    if (!this.state.running) return;
    transactionLost(this, ctx, (_, asked) => asked === peer);
    if (node >= 0 && this.state.running && disconnect(this, ctx, node, 'NETWORK_EXCEPTION')) this.send(ctx);
  }

  private send(ctx: Ctx): void {
    const s = this.state;
    if (s.blocked.length > 0) {
      admit(this, ctx);
      if (this.state !== s) return;
    }
    const unanswered = send(this.parts, s, ctx);
    if (unanswered.length > 0) {
      if (!completeUnanswered(this, ctx, unanswered)) return;
      if (s.blocked.length > 0) admit(this, ctx);
    }
    if (s.transaction !== null && this.state === s) advance(this, ctx);
  }

  private initialised(ctx: Ctx, response: InitProducerIdResponse): void {
    const s = this.state;
    const { config } = this.parts;
    s.init = -1;
    if (response.error === 'NONE') {
      s.producerId = response.producerId;
      s.epoch = response.producerEpoch;
      s.initFailures = 0;
    } else {
      s.initNotBefore = ctx.now + backoff(config.retryBackoff, config.retryBackoffMax, s.initFailures);
      s.initFailures += 1;
    }
    if (!initialised(this, ctx, response.error)) return;
    this.send(ctx);
  }

  /** Requests that are overdue break their connection; batches past delivery.timeout.ms are given up. */
  private checkDeadlines(ctx: Ctx): void {
    const s = this.state;
    for (let node = 0; node < s.nodes.length; node += 1) {
      const overdue =
        s.requests.some((request) => request.node === node && request.deadline <= ctx.now) ||
        (s.init >= 0 && s.initNode === node && s.initDeadline <= ctx.now) ||
        (s.view !== null && s.view.place === node && s.view.deadline <= ctx.now);
      if (overdue && !disconnect(this, ctx, node, 'REQUEST_TIMED_OUT')) return;
    }
    if (!expire(this, ctx)) return;
    this.send(ctx);
    if (this.state === s && this.busy(ctx.now))
      this.armDeadline(ctx, nextDeadline(s, this.parts.config.deliveryTimeout));
  }

  /** No deadline that comes up later can be earlier than this one, so that the timer need not be moved until it fires. */
  private armDeadline(ctx: Ctx, at: number): void {
    const s = this.state;
    if (s.deadlineTimer >= 0) return;
    const { requestTimeout, deliveryTimeout } = this.parts.config;
    const pause = Math.min(at - ctx.now, requestTimeout, deliveryTimeout);
    s.deadlineTimer = ctx.schedule(Math.max(pause, 0), DEADLINE_TIMER);
  }
}

/** The earliest of all request and delivery deadlines. */
function nextDeadline(s: ProducerState, deliveryTimeout: number): number {
  let next = s.init >= 0 ? s.initDeadline : Infinity;
  if (s.view !== null && s.view.deadline < next) next = s.view.deadline;
  const of = (batch: Batch): void => {
    if (!batch.done && batch.created + deliveryTimeout < next) next = batch.created + deliveryTimeout;
  };
  // only the head of a queue is looked at (RecordAccumulator#expiredBatches): a retry that went before an older batch hides it
  for (const { waiting } of s.queues) if (waiting.length > 0) of(waiting[0] as Batch);
  for (const request of s.requests) {
    if (request.deadline < next) next = request.deadline;
    request.batches.forEach(of);
  }
  return next;
}

function growBatch(batch: Batch): void {
  const mids = new Int32Array(batch.mids.length * 2);
  mids.set(batch.mids);
  batch.mids = mids;
  if (batch.tokens === null) return;
  const tokens = new Int32Array(mids.length).fill(-1);
  tokens.set(batch.tokens);
  batch.tokens = tokens;
}
