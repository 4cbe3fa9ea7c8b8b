/**
 * Produce requests with acks=all that wait until the in-sync replicas have their records (DelayedProduce): answered when
 * the high watermark has passed all of them, when the node leads no longer, or after the request's own timeout with
 * REQUEST_TIMED_OUT, which says nothing about the records. Rules: SPEC.md, KAFKA-REPLICA-5, KAFKA-CLUSTER.
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import type { BrokerState } from '#sim/brokers/kafka/broker-state.ts';
import { highWatermark } from '#sim/brokers/kafka/partition-log.ts';
import {
  PRODUCE_RESPONSE,
  type KafkaError,
  type ProduceRequest,
  type ProduceResponse,
  type ProduceResult,
} from '#sim/brokers/kafka/protocol.ts';
import { hasMinInSync } from '#sim/brokers/kafka/replication/high-watermark.ts';
import type {
  Led,
  NodeReplication,
  PendingProduce,
} from '#sim/brokers/kafka/replication/node-replication.ts';
import type { ReplicationSettings } from '#sim/brokers/kafka/replication/replicated-partition.ts';

export const PRODUCE_WAIT_OVER = 186;

/** [KAFKA-REPLICA-5] Whether the partition takes an acks=all write. */
export function takesWrites(repl: NodeReplication, row: number): boolean {
  const led = repl.replicas[row]?.led ?? null;
  return led === null || hasMinInSync(led, repl.parts.settings[row] as ReplicationSettings);
}

/** Parks the answer of a request whose records are not yet replicated; false where they are. */
export function parkProduce(
  state: BrokerState,
  repl: NodeReplication,
  ctx: Ctx,
  from: number,
  correlation: number,
  request: ProduceRequest,
  results: ProduceResult[],
): boolean {
  if (request.acks !== -1) return false;
  const tickets = results.map((result, i) => {
    const log = state.logs[result.partition];
    const led = repl.replicas[result.partition]?.led;
    if (result.error !== 'NONE' || !log || !led) return -1;
    const end = result.baseOffset + (request.batches[i]?.mids.length ?? 0);
    if (highWatermark(log) >= end) return -1;
    repl.numbers += 1;
    led.waiting.push({ ticket: repl.numbers, end });
    return repl.numbers;
  });
  if (tickets.every((ticket) => ticket < 0)) return false;
  repl.numbers += 1;
  const timer = ctx.schedule(request.timeout ?? REQUEST_TIMEOUT, PRODUCE_WAIT_OVER, repl.numbers);
  repl.pending.push({ id: repl.numbers, from, correlation, results, tickets, timer });
  return true;
}

/** request.timeout.ms of a client that does not say. */
const REQUEST_TIMEOUT = 30_000_000;

/** Hands on what has become of the waiting writes of one partition. */
export function settlePending(repl: NodeReplication, led: Led, ctx: Ctx): void {
  if (led.completed.length === 0) return;
  const cause = ctx.cause;
  for (const { ticket, error } of led.completed) {
    const pending = repl.pending.find(({ tickets }) => tickets.includes(ticket));
    if (pending === undefined) continue;
    end(pending, ticket, error ?? 'NETWORK_EXCEPTION');
    if (pending.tickets.some((open) => open >= 0)) continue;
    ctx.cancel(pending.timer);
    ctx.cause = cause;
    respond(repl, ctx, pending);
  }
  led.completed = [];
  ctx.cause = cause;
}

function end(pending: PendingProduce, ticket: number, error: KafkaError): void {
  const row = pending.tickets.indexOf(ticket);
  pending.tickets[row] = -1;
  const result = pending.results[row];
  if (result !== undefined && error !== 'NONE') pending.results[row] = { ...result, error };
}

function respond(repl: NodeReplication, ctx: Ctx, pending: PendingProduce): void {
  repl.pending = repl.pending.filter((other) => other !== pending);
  const response: ProduceResponse = { results: pending.results };
  ctx.send(pending.from, PRODUCE_RESPONSE, pending.correlation, 0, 0, 0, 0, response);
}

/** [KAFKA-CLUSTER-6] The request's time is over: the records stand in the log all the same. */
export function produceOverdue(repl: NodeReplication, ctx: Ctx, id: number): void {
  const pending = repl.pending.find((waiting) => waiting.id === id);
  if (pending === undefined) return;
  for (const replica of repl.replicas) {
    if (!replica?.led) continue;
    replica.led.waiting = replica.led.waiting.filter(({ ticket }) => !pending.tickets.includes(ticket));
  }
  for (const ticket of [...pending.tickets]) if (ticket >= 0) end(pending, ticket, 'REQUEST_TIMED_OUT');
  respond(repl, ctx, pending);
}

/** Nobody hears the answers that `peer` waits for. */
export function forgetProducer(repl: NodeReplication, ctx: Ctx, peer: number): void {
  for (const { from, timer } of repl.pending) if (from === peer) ctx.cancel(timer);
  repl.pending = repl.pending.filter(({ from }) => from !== peer);
}
