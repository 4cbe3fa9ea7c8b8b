/**
 * Transactions in a producer's process (TransactionManager; KIP-98, KIP-447, KIP-890): initTransactions when the process
 * starts, then begin, send, sendOffsetsToTransaction, commit or abort, one transaction at a time. The requests stand in
 * producer-transaction-requests. Left out: max.block.ms, which bounds how long the calls wait. Rules: SPEC.md.
 */
import { intern } from '#sim/base/names.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import * as emit from '#sim/trace/emit.ts';
import { giveBack } from '#sim/brokers/kafka/client/producer-memory.ts';
import type { ProducerHost } from '#sim/brokers/kafka/client/producer-outcome.ts';
import {
  enter,
  fatal,
  finish,
  startSequences,
} from '#sim/brokers/kafka/client/producer-transaction-outcome.ts';
import { advance } from '#sim/brokers/kafka/client/producer-transaction-requests.ts';
import type {
  GroupSettlement,
  ProducerTransaction,
} from '#sim/brokers/kafka/client/producer-transaction-state.ts';
import { wakeAt } from '#sim/brokers/kafka/client/producer-wake.ts';
import { isRetriable } from '#sim/brokers/kafka/client/retriable-errors.ts';
import type * as protocol from '#sim/brokers/kafka/protocol.ts';

/** beginTransaction, once initTransactions is over. */
export function beginTransaction(host: ProducerHost, ctx: Ctx, t: ProducerTransaction, token: number): void {
  t.call = { of: 'begin', token };
  if (t.state === 'READY') {
    begin(t);
    finish(host, ctx, t, '');
  } else if (t.state !== 'UNINITIALIZED' && t.state !== 'INITIALIZING') {
    finish(host, ctx, t, t.code === '' ? 'INVALID_TXN_STATE' : t.code);
  }
}

function begin(t: ProducerTransaction): void {
  enter(t, 'IN_TRANSACTION');
  t.begun = false;
  t.added = [];
  t.addedGroup = '';
}

/** The answer to InitProducerId: who waits to begin does, or learns that it never will. */
export function initialised(host: ProducerHost, ctx: Ctx, error: protocol.KafkaError): boolean {
  const t = host.state.transaction;
  if (t === null) return true;
  if (error !== 'NONE') return isRetriable(error) ? true : fatal(host, ctx, t, error);
  if (t.state === 'UNINITIALIZED') enter(t, 'INITIALIZING');
  enter(t, 'READY');
  startSequences(host.state);
  if (t.call?.of === 'begin') begin(t);
  return finish(host, ctx, t, '');
}

/** sendOffsetsToTransaction. */
export function enlistOffsets(
  host: ProducerHost,
  ctx: Ctx,
  t: ProducerTransaction,
  settlement: GroupSettlement | null,
  token: number,
): void {
  t.call = { of: 'offsets', token };
  if (t.state !== 'IN_TRANSACTION') finish(host, ctx, t, t.code === '' ? 'INVALID_TXN_STATE' : t.code);
  else if (settlement === null || settlement.offsets.length === 0) finish(host, ctx, t, '');
  else {
    t.settlement = settlement;
    advance(host, ctx);
  }
}

/** commitTransaction and abortTransaction: what is buffered is sent before the one, given up before the other. */
export function completeTransaction(
  host: ProducerHost,
  ctx: Ctx,
  t: ProducerTransaction,
  commit: boolean,
  token: number,
): void {
  t.call = { of: commit ? 'commit' : 'abort', token };
  const open = t.state === 'IN_TRANSACTION' || (!commit && t.state === 'ABORTABLE_ERROR');
  if (!open) {
    finish(host, ctx, t, t.code === '' ? 'INVALID_TXN_STATE' : t.code);
    return;
  }
  enter(t, commit ? 'COMMITTING_TRANSACTION' : 'ABORTING_TRANSACTION');
  t.settlement = null;
  if (commit) {
    host.state.flushing = true;
    wakeAt(host.state, ctx, ctx.now);
  } else if (!giveUpBuffered(host, ctx)) return;
  advance(host, ctx);
}

/** RecordAccumulator#abortUndrainedBatches: what has no sequence yet was never sent. */
function giveUpBuffered(host: ProducerHost, ctx: Ctx): boolean {
  const s = host.state;
  const code = intern(host.parts.catalog.names, 'TRANSACTION_ABORTED');
  const lids = host.parts.catalog.messages.lid.data;
  for (const queue of s.queues) {
    const dropped = queue.waiting.filter(({ baseSequence }) => baseSequence < 0);
    queue.waiting = queue.waiting.filter(({ baseSequence }) => baseSequence >= 0);
    for (const batch of dropped) {
      batch.done = true;
      for (let i = 0; i < batch.count; i += 1) {
        const mid = batch.mids[i] as number;
        emit.refuse(ctx, mid, lids[mid] as number, queue.topic, code, 1);
        const token = batch.tokens === null ? -1 : (batch.tokens[i] as number);
        if (token < 0) continue;
        host.listener.published(ctx, token, { code, definite: true });
        if (host.state !== s) return false;
      }
      giveBack(host.parts.config, s, batch);
    }
  }
  return true;
}
