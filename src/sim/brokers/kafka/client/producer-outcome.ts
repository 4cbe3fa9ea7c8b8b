/**
 * How a batch ends: acknowledged, sent back to wait for a retry, or given up (Sender#completeBatch, #failBatch,
 * NetworkClient's timeouts and disconnects). Each function that tells the program something returns false where the
 * process died of it: the caller must then leave everything as it is.
 */
import { intern, nameOf } from '#sim/base/names.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import type { Ended, ProducerListener } from '#sim/messaging/client-face.ts';
import * as emit from '#sim/trace/emit.ts';
import { outdates } from '#sim/brokers/kafka/client/cluster-view.ts';
import { giveBack } from '#sim/brokers/kafka/client/producer-memory.ts';
import { leadersInDoubt } from '#sim/brokers/kafka/client/producer-leaders.ts';
import { backoff, jittered } from '#sim/brokers/kafka/client/exponential-backoff.ts';
import {
  acknowledge,
  canRetrySequenced,
  giveUp,
  insertInOrder,
  markUnresolved,
} from '#sim/brokers/kafka/client/producer-sequences.ts';
import { batchFailed } from '#sim/brokers/kafka/client/producer-transaction-outcome.ts';
import type { SenderParts } from '#sim/brokers/kafka/client/producer-sender.ts';
import type {
  Batch,
  PartitionQueue,
  ProduceInFlight,
  ProducerState,
} from '#sim/brokers/kafka/client/producer-state.ts';
import { isRetriable, leavesUnknown } from '#sim/brokers/kafka/client/retriable-errors.ts';
import type { KafkaError, ProduceResponse, ProduceResult } from '#sim/brokers/kafka/protocol.ts';

const WENT_WELL: Ended = { code: -1, definite: true };

/** The producer as its outcomes see it; `state` is another object once the process has died. */
export interface ProducerHost {
  state: ProducerState;
  readonly parts: SenderParts;
  readonly listener: ProducerListener;
}

/**
 * An answer has come. Answers on a connection are read in the order of the requests: where an earlier one is missing,
 * this one waits behind it until the connection breaks, and is never read then.
 */
export function answered(
  host: ProducerHost,
  ctx: Ctx,
  correlation: number,
  response: ProduceResponse,
): boolean {
  const s = host.state;
  const found = s.requests.find((request) => request.correlation === correlation);
  if (found === undefined) return true;
  found.answer = response;
  const cause = ctx.cause;
  for (;;) {
    const row = s.requests.findIndex(({ node }) => node === found.node);
    const first = s.requests[row];
    if (first === undefined || first.answer === null) return true;
    s.requests.splice(row, 1);
    if (!end(host, ctx, first, first.answer, cause)) return false;
  }
}

/** Every batch of an answered request ends. */
function end(
  host: ProducerHost,
  ctx: Ctx,
  request: ProduceInFlight,
  response: ProduceResponse,
  cause: number,
): boolean {
  const s = host.state;
  const link = s.nodes[request.node];
  if (link !== undefined) {
    link.inFlight -= 1;
    link.failures = 0;
  }
  for (let i = 0; i < request.batches.length; i += 1) {
    const batch = request.batches[i] as Batch;
    const result = resultOf(response, (s.queues[batch.queue] as PartitionQueue).row, i);
    const alive =
      result.error === 'NONE'
        ? complete(host, ctx, batch, result, cause)
        : fail(host, ctx, batch, result.error, cause);
    if (!alive) return false;
  }
  return true;
}

/** Results come in the order of the request's batches. */
function resultOf(response: ProduceResponse, row: number, index: number): ProduceResult {
  const expected = response.results[index];
  if (expected !== undefined && expected.partition === row) return expected;
  for (const result of response.results) if (result.partition === row) return result;
  return { partition: row, error: 'NETWORK_EXCEPTION', baseOffset: -1, duplicate: false, appended: -1 };
}

/** The batch has been written (or, with acks 0, sent). */
function complete(host: ProducerHost, ctx: Ctx, batch: Batch, result: ProduceResult, cause: number): boolean {
  const s = host.state;
  const queue = s.queues[batch.queue] as PartitionQueue;
  acknowledge(queue, batch);
  if (batch.done) return true;
  const { mids, tokens, count } = batch;
  const lids = host.parts.catalog.messages.lid.data;
  const { topic, partition } = queue;
  const { baseOffset, appended } = result;
  const duplicate = result.duplicate ? 1 : 0;
  for (let i = 0; i < count; i += 1) {
    const mid = mids[i] as number;
    // the records of a batch are appended one after the other, so their seqs follow the first one's
    emit.confirm(
      ctx,
      mid,
      lids[mid] as number,
      topic,
      partition,
      baseOffset < 0 ? -1 : baseOffset + i,
      duplicate,
      appended < 0 ? cause : appended + i,
    );
    if (tokens !== null && (tokens[i] as number) >= 0) {
      host.listener.published(ctx, tokens[i] as number, WENT_WELL);
      if (host.state !== s) return false;
    }
  }
  giveBack(host.parts.config, s, batch);
  return true;
}

/** acks 0: what has been sent counts as done; nobody will say where it was written, or whether. */
export function completeUnanswered(host: ProducerHost, ctx: Ctx, batches: readonly Batch[]): boolean {
  const s = host.state;
  const lids = host.parts.catalog.messages.lid.data;
  const produced = host.parts.catalog.events.produced.data;
  for (const batch of batches) {
    const queue = s.queues[batch.queue] as PartitionQueue;
    for (let i = 0; i < batch.count; i += 1) {
      const mid = batch.mids[i] as number;
      const lid = lids[mid] as number;
      emit.confirm(ctx, mid, lid, queue.topic, queue.partition, -1, 0, produced[lid] as number);
      const token = batch.tokens === null ? -1 : (batch.tokens[i] as number);
      if (token < 0) continue;
      host.listener.published(ctx, token, WENT_WELL);
      if (host.state !== s) return false;
    }
    giveBack(host.parts.config, s, batch);
  }
  return true;
}

/** An attempt has failed: the batch waits for its next one, or is given up. */
function fail(host: ProducerHost, ctx: Ctx, batch: Batch, error: KafkaError, cause: number): boolean {
  const s = host.state;
  const { config, catalog } = host.parts;
  const queue = s.queues[batch.queue] as PartitionQueue;
  if (leavesUnknown(error)) batch.uncertain = true;
  // [KAFKA-CLUSTER-6] said before the write, or after it by a leader that gave way while acks=all waited
  if (error === 'NOT_LEADER_OR_FOLLOWER' && config.acks === -1) batch.uncertain = true;
  if (s.view !== null && outdates(error)) s.view.wanted = true;
  if (batch.done) return true;
  if (canRetry(host, queue, batch, error, ctx.now)) {
    batch.attempts += 1;
    // keyed by what fails, so that no other draw of the producer depends on whether anything does
    const luck = ctx.randomOf(host.parts.stream, batch.queue, s.correlation, batch.attempts);
    const { retryBackoff, retryBackoffMax } = config;
    batch.retryAt = ctx.now + jittered(retryBackoff, retryBackoffMax, batch.attempts - 1, luck.next());
    batch.lastCode = intern(catalog.names, error);
    if (config.idempotence) insertInOrder(queue, batch);
    else queue.waiting.unshift(batch);
    return true;
  }
  if (error === 'DUPLICATE_SEQUENCE_NUMBER') {
    return complete(
      host,
      ctx,
      batch,
      { partition: queue.row, error: 'NONE', baseOffset: -1, duplicate: true, appended: -1 },
      cause,
    );
  }
  giveUp(s, queue, batch, batch.attempts < config.retries);
  return refuse(host, ctx, batch, intern(catalog.names, error), cause);
}

function canRetry(
  host: ProducerHost,
  queue: PartitionQueue,
  batch: Batch,
  error: KafkaError,
  now: number,
): boolean {
  const { config } = host.parts;
  if (now - batch.created >= config.deliveryTimeout || batch.attempts >= config.retries) return false;
  return config.idempotence ? canRetrySequenced(host.state, queue, batch, error) : isRetriable(error);
}

/** Tells the program that every record of the batch has failed. */
function refuse(host: ProducerHost, ctx: Ctx, batch: Batch, code: number, cause: number): boolean {
  const s = host.state;
  batch.done = true;
  const { topic } = s.queues[batch.queue] as PartitionQueue;
  const lids = host.parts.catalog.messages.lid.data;
  const definite = !batch.uncertain;
  for (let i = 0; i < batch.count; i += 1) {
    const mid = batch.mids[i] as number;
    emit.refuse(ctx, mid, lids[mid] as number, topic, code, definite ? 1 : 0, cause);
    const token = batch.tokens === null ? -1 : (batch.tokens[i] as number);
    if (token < 0) continue;
    host.listener.published(ctx, token, { code, definite });
    if (host.state !== s) return false;
  }
  giveBack(host.parts.config, s, batch);
  return s.transaction === null || batchFailed(host, ctx, nameOf(host.parts.catalog.names, code));
}

/** The connection to a node is gone: everything in flight on it failed, and it is left alone for a while. */
export function disconnect(host: ProducerHost, ctx: Ctx, node: number, error: KafkaError): boolean {
  const s = host.state;
  const { config } = host.parts;
  const cause = ctx.cause;
  const link = s.nodes[node];
  if (link === undefined) return true;
  if (s.view !== null) leadersInDoubt(host.parts, s, ctx, node);
  link.inFlight = 0;
  link.downUntil = ctx.now + backoff(config.reconnectBackoff, config.reconnectBackoffMax, link.failures);
  link.failures += 1;
  if (s.init >= 0 && s.initNode === node) {
    s.init = -1;
    s.initNode = (node + 1) % s.nodes.length;
    s.initNotBefore = ctx.now + backoff(config.retryBackoff, config.retryBackoffMax, s.initFailures);
    s.initFailures += 1;
  }
  const lost = s.requests.filter((request) => request.node === node);
  s.requests = s.requests.filter((request) => request.node !== node);
  for (const request of lost) {
    for (const batch of request.batches) {
      if (!fail(host, ctx, batch, error, cause)) return false;
    }
  }
  return true;
}

/** Gives up what has not been acknowledged within delivery.timeout.ms of its publish, in flight or waiting. */
export function expire(host: ProducerHost, ctx: Ctx): boolean {
  const s = host.state;
  const cause = ctx.cause;
  const limit = ctx.now - host.parts.config.deliveryTimeout;
  const code = intern(host.parts.catalog.names, 'REQUEST_TIMED_OUT');
  const expired: Batch[] = [];
  for (const queue of s.queues) {
    while (queue.waiting.length > 0 && (queue.waiting[0] as Batch).created <= limit)
      expired.push(queue.waiting.shift() as Batch);
  }
  for (const request of s.requests) {
    for (const batch of request.batches) {
      if (batch.done || batch.created > limit) continue;
      batch.uncertain = true;
      expired.push(batch);
    }
  }
  for (const batch of expired) {
    const queue = s.queues[batch.queue] as PartitionQueue;
    giveUp(s, queue, batch, false);
    if (batch.attempts > 0) markUnresolved(queue, batch);
    if (!refuse(host, ctx, batch, code, cause)) return false;
  }
  return true;
}
