/**
 * basic.ack, nack, reject, recover: delivery tags of one channel, settled with their queues. A tag that is not there
 * closes the channel, also with `multiple`. Source: rabbit_channel: collect_acks, settle_acks, internal_reject,
 * foreach_per_queue, recover (3.10.8). Rules: SPEC.md, RABBIT-ACK.
 */
import { compareNames } from '#sim/base/names.ts';
import { ackClassic, discardClassic, requeueClassic } from '#sim/brokers/rabbitmq/classic-queue.ts';
import { openLimit } from '#sim/brokers/rabbitmq/consuming.ts';
import { protocolError, resource, type ProtocolError } from '#sim/brokers/rabbitmq/config/protocol-error.ts';
import { requeueQuorum, settleQuorum } from '#sim/brokers/rabbitmq/quorum-queue.ts';
import type { BrokerState, Channel, Pending } from '#sim/brokers/rabbitmq/state.ts';
import { creditReader } from '#sim/brokers/rabbitmq/stream-queue.ts';

export type Settlement = 'ack' | 'requeue' | 'discard';

/** [RABBIT-ACK-2] [RABBIT-ACK-3] The pending deliveries that a tag stands for, oldest first. */
function collect(channel: Channel, deliveryTag: number, multiple: boolean): Pending[] | ProtocolError {
  if (deliveryTag === 0 && multiple) {
    const all = channel.unacked;
    channel.unacked = [];
    return all;
  }
  const at = channel.unacked.findIndex((pending) => pending.deliveryTag === deliveryTag);
  if (at < 0) return protocolError('PRECONDITION_FAILED', `unknown delivery tag ${deliveryTag}`);
  return multiple ? channel.unacked.splice(0, at + 1) : channel.unacked.splice(at, 1);
}

export function settle(
  b: BrokerState,
  channel: Channel,
  settlement: Settlement,
  deliveryTag: number,
  multiple: boolean,
): ProtocolError | null {
  const collected = collect(channel, deliveryTag, multiple);
  if ('replyCode' in collected) return collected;
  return settlePending(b, channel, settlement, collected);
}

/** basic.recover: everything goes back, to whoever is next. Without requeue it is not implemented. [RABBIT-ACK-6] */
export function recover(b: BrokerState, channel: Channel, requeue: boolean): ProtocolError | null {
  if (!requeue) return protocolError('NOT_IMPLEMENTED', 'requeue=false');
  const all = channel.unacked;
  channel.unacked = [];
  return settlePending(b, channel, 'requeue', all);
}

interface Batch {
  readonly queue: string;
  readonly tag: string | null;
  /** A get's own delivery tag, by which it is told from others; -1 for a consumer's. */
  readonly got: number;
  readonly ids: number[];
}

/** By queue and consumer, in the order of their names; gets come first, each for itself. */
function batches(collected: readonly Pending[]): Batch[] {
  const found = new Map<string, Batch>();
  for (const { queue, tag, deliveryTag, id } of collected) {
    const got = tag === null ? deliveryTag : -1;
    const key = `${queue}\u0000${tag ?? ''}\u0000${got}`;
    const batch = found.get(key);
    if (batch === undefined) found.set(key, { queue, tag, got, ids: [id] });
    else batch.ids.push(id);
  }
  return [...found.values()].sort(
    (x, y) =>
      compareNames(x.queue, y.queue) ||
      Number(y.tag === null) - Number(x.tag === null) ||
      x.got - y.got ||
      compareNames(x.tag ?? '', y.tag ?? ''),
  );
}

function settlePending(
  b: BrokerState,
  channel: Channel,
  settlement: Settlement,
  collected: readonly Pending[],
): ProtocolError | null {
  for (const { queue: name, tag, got, ids } of batches(collected)) {
    const queue = b.queues.get(name);
    if (queue === undefined) continue; // [RABBIT-ACK-4] its queue is gone: nothing to settle
    switch (queue.type) {
      case 'classic':
        if (settlement === 'ack') ackClassic(b, queue, channel.id, ids);
        else if (settlement === 'requeue') requeueClassic(b, queue, channel.id, ids);
        else discardClassic(b, queue, channel.id, ids);
        break;
      case 'quorum': {
        const key = tag ?? String(got);
        if (settlement === 'requeue') requeueQuorum(b, queue, channel.id, key, ids);
        else settleQuorum(b, queue, channel.id, key, ids, settlement === 'discard');
        break;
      }
      case 'stream':
        if (settlement !== 'ack') {
          const what = `basic.nack and basic.reject not supported by stream queues ${resource('queue', name)}`;
          return protocolError('NOT_IMPLEMENTED', what); // [RABBIT-STREAM-6]
        }
        creditReader(b, queue, channel.id, tag ?? '', ids.length);
        break;
    }
  }
  giveVolume(b, channel, collected);
  return null;
}

/** Deliveries to consumers count towards the channel's limit, gets do not. */
function giveVolume(b: BrokerState, channel: Channel, collected: readonly Pending[]): void {
  if (channel.limit === 0) return;
  let count = 0;
  for (const { tag } of collected) if (tag !== null) count += 1;
  if (count === 0) return;
  channel.volume = channel.volume === 0 ? 0 : channel.volume - count;
  openLimit(b, channel);
}
