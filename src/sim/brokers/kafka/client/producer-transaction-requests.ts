/**
 * The requests of a transaction, one at a time (Sender#maybeSendAndPollTransactionalRequest, TransactionManager's request
 * handlers): partitions and groups for version 1, offsets, and the end once nothing is buffered or in flight. What can be
 * tried again is, with back-off. Rules: SPEC.md, KAFKA-CLIENT-62 to 64.
 */
import { assert } from '#sim/base/assert.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import { BACKGROUND } from '#sim/kernel/queue.ts';
import { backoff } from '#sim/brokers/kafka/client/exponential-backoff.ts';
import type { ProducerHost } from '#sim/brokers/kafka/client/producer-outcome.ts';
import type { ProducerState, TransactionalSettings } from '#sim/brokers/kafka/client/producer-state.ts';
import {
  abortable,
  enter,
  fatal,
  finish,
  startSequences,
} from '#sim/brokers/kafka/client/producer-transaction-outcome.ts';
import {
  mustAdd,
  type ProducerTransaction,
  type RequestOf,
} from '#sim/brokers/kafka/client/producer-transaction-state.ts';
import { wakeAt } from '#sim/brokers/kafka/client/producer-wake.ts';
import { isRetriable } from '#sim/brokers/kafka/client/retriable-errors.ts';
import * as protocol from '#sim/brokers/kafka/protocol.ts';
import type {
  AddPartitionsToTxnRequest,
  EndTxnResponse,
  TransactionResponse,
} from '#sim/brokers/kafka/transactions/transaction-protocol.ts';

/** A request is to be sent, or sent again. */
export const TRANSACTION_TIMER = 66;
/** A request has gone unanswered for request.timeout.ms; `busy` says that it hangs. */
export const TRANSACTION_DEADLINE = 67 | BACKGROUND;

function settingsOf(host: ProducerHost): TransactionalSettings {
  const { transactions } = host.parts.config;
  assert(transactions !== null && transactions !== undefined, '[KAFKA-CLIENT-60] a transactional producer');
  return transactions;
}

function idle(s: ProducerState): boolean {
  return s.requests.length === 0 && s.queues.every(({ waiting }) => waiting.length === 0);
}

/** Sends the next request about the transaction, if one is due and none is under way. */
export function advance(host: ProducerHost, ctx: Ctx): void {
  const s = host.state;
  const t = s.transaction;
  if (t === null || t.request !== null || t.timer >= 0) return;
  const open =
    t.state === 'IN_TRANSACTION' ||
    t.state === 'COMMITTING_TRANSACTION' ||
    t.state === 'ABORTING_TRANSACTION';
  if (!open || s.producerId < 0) return;
  const { version } = settingsOf(host);
  const rows = s.queues.filter((queue) => queue.waiting.length > 0 && mustAdd(t, version, queue.row));
  if (rows.length > 0 && t.state !== 'ABORTING_TRANSACTION') {
    sendRequest(
      host,
      ctx,
      t,
      'add-partitions',
      rows.map(({ row }) => row),
    );
  } else if (t.settlement !== null) {
    const first = version < 2 && t.addedGroup !== t.settlement.group;
    sendRequest(host, ctx, t, first ? 'add-offsets' : 'offsets', []);
  } else if (t.state !== 'IN_TRANSACTION' && idle(s)) {
    if (t.begun) sendRequest(host, ctx, t, 'end', []);
    else ended(host, ctx, t);
  }
}

function sendRequest(
  host: ProducerHost,
  ctx: Ctx,
  t: ProducerTransaction,
  of: RequestOf,
  rows: number[],
): void {
  const s = host.state;
  const { config, metadata } = host.parts;
  const { id } = settingsOf(host);
  s.correlation += 1;
  const node = metadata.coordinatorOf(of === 'offsets' ? (t.settlement?.group ?? '') : id);
  const deadline = ctx.schedule(config.requestTimeout, TRANSACTION_DEADLINE, s.correlation);
  t.request = { of, correlation: s.correlation, node, rows, deadline };
  t.begun = true;
  const who = { transactionalId: id, producerId: s.producerId, producerEpoch: s.epoch };
  switch (of) {
    case 'add-partitions': {
      const request: AddPartitionsToTxnRequest = { ...who, partitions: rows, groups: [], verifyOnly: false };
      ctx.send(node, protocol.ADD_PARTITIONS_TO_TXN, s.correlation, 0, 0, 0, 0, request);
      return;
    }
    case 'add-offsets': {
      const request = { ...who, group: t.settlement?.group ?? '' };
      ctx.send(node, protocol.ADD_OFFSETS_TO_TXN, s.correlation, 0, 0, 0, 0, request);
      return;
    }
    case 'offsets':
      ctx.send(node, protocol.TXN_OFFSET_COMMIT, s.correlation, 0, 0, 0, 0, { ...who, ...t.settlement });
      return;
    case 'end': {
      const commit = t.state === 'COMMITTING_TRANSACTION';
      ctx.send(node, protocol.END_TXN, s.correlation, 0, 0, 0, 0, { ...who, commit });
      return;
    }
  }
}

/** The answer to a request about the transaction: false where the process died of it. */
export function transactionAnswered(
  host: ProducerHost,
  ctx: Ctx,
  correlation: number,
  response: TransactionResponse,
): boolean {
  const s = host.state;
  const t = s.transaction;
  if (t === null || t.request === null || t.request.correlation !== correlation) return true;
  const { of, rows, deadline } = t.request;
  ctx.cancel(deadline);
  t.request = null;
  const { error } = response;
  if (error !== 'NONE') return requestFailed(host, ctx, t, of, error);
  t.failures = 0;
  switch (of) {
    case 'add-partitions':
      t.added.push(...rows);
      wakeAt(s, ctx, ctx.now);
      break;
    case 'add-offsets':
      t.addedGroup = t.settlement?.group ?? '';
      break;
    case 'offsets':
      t.settlement = null;
      if (t.call?.of === 'offsets' && !finish(host, ctx, t, '')) return false;
      break;
    case 'end': {
      const { producerId, producerEpoch } = response as EndTxnResponse;
      if (producerEpoch >= 0) {
        s.producerId = producerId;
        s.epoch = producerEpoch;
        startSequences(s);
      }
      return ended(host, ctx, t);
    }
  }
  advance(host, ctx);
  return true;
}

/** The transaction is over. A gap in the sequences that version 1 leaves behind takes a new epoch to be closed. */
function ended(host: ProducerHost, ctx: Ctx, t: ProducerTransaction): boolean {
  const s = host.state;
  s.flushing = false;
  t.code = '';
  if (s.bump) {
    enter(t, 'INITIALIZING');
    s.producerId = -1;
    wakeAt(s, ctx, ctx.now);
  } else enter(t, 'READY');
  return finish(host, ctx, t, '');
}

/** A request about the transaction was refused: it is tried again, or the transaction or the producer is done for. */
function requestFailed(
  host: ProducerHost,
  ctx: Ctx,
  t: ProducerTransaction,
  of: RequestOf,
  error: protocol.KafkaError,
): boolean {
  if (isRetriable(error)) {
    const { retryBackoff, retryBackoffMax } = host.parts.config;
    t.timer = ctx.schedule(backoff(retryBackoff, retryBackoffMax, t.failures), TRANSACTION_TIMER);
    t.failures += 1;
    return true;
  }
  if (error === 'INVALID_PRODUCER_EPOCH') return fatal(host, ctx, t, 'PRODUCER_FENCED');
  const aboutMember =
    error === 'UNKNOWN_MEMBER_ID' ||
    error === 'ILLEGAL_GENERATION' ||
    error === 'FENCED_INSTANCE_ID' ||
    error === 'STALE_MEMBER_EPOCH' ||
    error === 'FENCED_MEMBER_EPOCH' ||
    error === 'TRANSACTION_ABORTABLE';
  if (of !== 'end' && aboutMember) return abortable(host, ctx, t, error);
  return fatal(host, ctx, t, error);
}

/** The connection that a request went over is gone, or has been silent for too long: nobody knows what became of it. */
export function transactionLost(
  host: ProducerHost,
  ctx: Ctx,
  lost: (correlation: number, node: number) => boolean,
): void {
  const t = host.state.transaction;
  if (t === null || t.request === null || !lost(t.request.correlation, t.request.node)) return;
  const { of, deadline } = t.request;
  ctx.cancel(deadline);
  t.request = null;
  requestFailed(host, ctx, t, of, 'NETWORK_EXCEPTION');
}
