/**
 * buffer.memory and max.block.ms: a batch takes its buffer when it is opened (batch.size, or the first record's size
 * where that is more) and gives it back when it has ended; a send() that finds too little left blocks until there is
 * enough or max.block.ms have passed. Who has waited longest goes first, whatever it needs, and nobody overtakes it.
 * Left out: the time that send() waits for metadata, which this producer has from the start.
 * Source: BufferPool#allocate, RecordAccumulator#append, KafkaProducer#ensureValidRecordSize and #doSend; configuration
 * reference, buffer.memory and max.block.ms; KIP-91 (what send() blocks is no part of delivery.timeout.ms).
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import type { Ended } from '#sim/messaging/client-face.ts';
import type { ProducerHost } from '#sim/brokers/kafka/client/producer-outcome.ts';
import type {
  Batch,
  BlockedSend,
  ProducerSettings,
  ProducerState,
  RouteTarget,
} from '#sim/brokers/kafka/client/producer-state.ts';

/** a mid: max.block.ms are over for the send() of it. */
export const BLOCKED_TIMER = 69;

const RETURNED: Ended = { code: -1, definite: true };

/** The producer as those who wait for memory see it. */
export interface SendingHost extends ProducerHost {
  publish(ctx: Ctx, mid: number, lid: number, route: number, token: number): void;
  refuseOne(ctx: Ctx, topic: number, mid: number, lid: number, token: number, error: string): void;
}

/** How large a buffer a batch gets whose first record takes `bytes`, the batch's own included. */
export function bufferFor(config: ProducerSettings, bytes: number): number {
  return bytes > config.batchSize ? bytes : config.batchSize;
}

/** [KAFKA-CLIENT-70] The batch has ended. One that is larger than batch.size has one record, and took what that takes. */
export function giveBack(config: ProducerSettings, s: ProducerState, batch: Batch): void {
  s.buffered -= bufferFor(config, batch.bytes);
}

/** [KAFKA-CLIENT-71] The send() blocks, unless waiting is of no use or not wanted. `bytes`: the record in a batch of its own. */
export function lackMemory(
  host: SendingHost,
  ctx: Ctx,
  send: Pick<BlockedSend, 'mid' | 'lid' | 'route' | 'token' | 'size'>,
  bytes: number,
): void {
  const { config, layout } = host.parts;
  const { mid, lid, route, token, size } = send;
  const { topic } = layout.targets[route] as RouteTarget;
  if (bytes > config.bufferMemory) host.refuseOne(ctx, topic, mid, lid, token, 'MESSAGE_TOO_LARGE');
  else if (size > config.bufferMemory)
    host.refuseOne(ctx, topic, mid, lid, token, 'IllegalArgumentException');
  else if (config.maxBlock === 0) host.refuseOne(ctx, topic, mid, lid, token, 'BufferExhaustedException');
  else {
    const timer = ctx.schedule(config.maxBlock, BLOCKED_TIMER, mid);
    host.state.blocked.push({ mid, lid, route, token, size, gate: -1, timer });
  }
}

/** Memory has been given back: those who have waited longest go on, each as if it called send() now. */
export function admit(host: SendingHost, ctx: Ctx): void {
  const s = host.state;
  const { config } = host.parts;
  const { cause } = ctx;
  while (host.state === s) {
    const [send, ...others] = s.blocked;
    if (send === undefined || s.buffered + send.size > config.bufferMemory) return;
    ctx.cancel(send.timer);
    ctx.cause = cause;
    // nobody stands before it any more
    s.blocked = [];
    host.publish(ctx, send.mid, send.lid, send.route, send.token);
    s.blocked = others.concat(s.blocked);
    if (host.state === s && send.gate >= 0) host.listener.published(ctx, send.gate, RETURNED);
  }
}

/** [KAFKA-CLIENT-72] Nothing of it has been sent. A program that does not look at what became of it just goes on. */
export function blockedTooLong(host: SendingHost, ctx: Ctx, mid: number): void {
  const s = host.state;
  const at = s.blocked.findIndex((send) => send.mid === mid);
  const send = s.blocked[at];
  if (send === undefined) return;
  s.blocked.splice(at, 1);
  const { topic } = host.parts.layout.targets[send.route] as RouteTarget;
  host.refuseOne(ctx, topic, mid, send.lid, send.token, 'BufferExhaustedException');
  if (send.gate >= 0 && host.state === s) host.listener.published(ctx, send.gate, RETURNED);
  admit(host, ctx);
}
