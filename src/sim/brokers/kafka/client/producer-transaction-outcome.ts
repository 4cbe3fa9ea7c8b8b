/**
 * How the program's calls about its transaction end: well, in an error that leaves only the abort (ABORTABLE_ERROR), or in
 * one that leaves nothing (FATAL_ERROR): then the program has to make a new producer (TransactionManager). Each function
 * that tells the program something returns false where the process died of it. Rules: SPEC.md, KAFKA-CLIENT-61.
 */
import { assert } from '#sim/base/assert.ts';
import { intern } from '#sim/base/names.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import type { ProducerHost } from '#sim/brokers/kafka/client/producer-outcome.ts';
import type { ProducerState } from '#sim/brokers/kafka/client/producer-state.ts';
import type { ProducerTransaction } from '#sim/brokers/kafka/client/producer-transaction-state.ts';
import { transitionAllowed, type TransactionState } from '#sim/brokers/kafka/client/transaction-states.ts';

export function enter(t: ProducerTransaction, state: TransactionState): void {
  assert(
    t.state === state || transitionAllowed(t.state, state, '4.0'),
    `[KAFKA-TXN-11] a producer goes from ${t.state} to ${state}`,
  );
  t.state = state;
}

/** The program's call ends: false where the process died of hearing so. */
export function finish(host: ProducerHost, ctx: Ctx, t: ProducerTransaction, error: string): boolean {
  const { call } = t;
  if (call === null) return true;
  const s = host.state;
  t.call = null;
  const code = error === '' ? -1 : intern(host.parts.catalog.names, error);
  host.listener.published(ctx, call.token, { code, definite: true });
  return host.state === s;
}

/** [KAFKA-CLIENT-62] A new epoch: every partition's sequences begin at 0. */
export function startSequences(s: ProducerState): void {
  s.bump = false;
  for (const queue of s.queues) {
    queue.rewrite = false;
    queue.unresolved = -1;
  }
}

/** [KAFKA-CLIENT-61] A batch of the transaction was given up: nothing is left but to abort. */
export function batchFailed(host: ProducerHost, ctx: Ctx, error: string): boolean {
  const t = host.state.transaction;
  if (t === null) return true;
  if (t.state === 'IN_TRANSACTION' || t.state === 'COMMITTING_TRANSACTION')
    return abortable(host, ctx, t, error);
  return true;
}

export function abortable(host: ProducerHost, ctx: Ctx, t: ProducerTransaction, error: string): boolean {
  enter(t, 'ABORTABLE_ERROR');
  t.code = error;
  t.settlement = null;
  host.state.flushing = false;
  return finish(host, ctx, t, error);
}

/** [KAFKA-CLIENT-61] Fenced, or not known: this producer will never write again. */
export function fatal(host: ProducerHost, ctx: Ctx, t: ProducerTransaction, error: string): boolean {
  enter(t, 'FATAL_ERROR');
  t.code = error;
  t.settlement = null;
  host.state.flushing = false;
  return finish(host, ctx, t, error);
}
