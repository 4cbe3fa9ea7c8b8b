/** A message goes to a channel: delivery tag, the channel's own list of what is unacknowledged, the frame. */
import { present } from '#sim/base/assert.ts';
import type { Message } from '#sim/brokers/rabbitmq/message.ts';
import type { BrokerState, Channel, Queue } from '#sim/brokers/rabbitmq/state.ts';

export function channelOf(b: BrokerState, id: number): Channel {
  return present(b.channels.get(id), '[RABBIT-CHANNEL-1] a queue knows a channel that is gone');
}

export function tickInterval(b: BrokerState): number {
  return (b.env.get('channel_tick_interval') ?? 60_000) * 1000;
}

/** A channel that did nothing for so long hibernates; with nothing to watch its ticks end, and begin anew with its use. */
const HIBERNATES = 1_000_000;

/** [RABBIT-TIMEOUT-1] */
export function wakeChannel(b: BrokerState, channel: Channel): void {
  if (channel.unacked.length === 0) {
    const interval = tickInterval(b);
    if (b.now - channel.usedAt >= HIBERNATES) channel.tickAt = b.now + interval;
    else if (channel.tickAt <= b.now) {
      channel.tickAt += Math.ceil((b.now - channel.tickAt + 1) / interval) * interval;
    }
  }
  channel.usedAt = b.now;
}

/** The next delivery tag of the channel; the delivery is kept where it must be acknowledged. */
export function takeTag(
  b: BrokerState,
  channel: Channel,
  queue: string,
  id: number,
  tag: string | null,
  ackRequired: boolean,
): number {
  wakeChannel(b, channel);
  const deliveryTag = channel.nextTag;
  channel.nextTag += 1;
  if (ackRequired) channel.unacked.push({ deliveryTag, queue, id, tag, at: b.now });
  return deliveryTag;
}

export interface Sent {
  readonly queue: Queue;
  readonly message: Message;
  /** What an acknowledgement will name: see `Pending`. */
  readonly id: number;
  readonly seq: number;
  readonly redelivered: boolean;
  readonly cause: number;
}

export function deliver(
  b: BrokerState,
  channelId: number,
  consumerTag: string,
  ackRequired: boolean,
  { queue, message, id, seq, redelivered, cause }: Sent,
): void {
  const channel = channelOf(b, channelId);
  const deliveryTag = takeTag(b, channel, queue.name, id, consumerTag, ackRequired);
  b.frames.push({
    frame: 'basic.deliver',
    channel: channelId,
    consumerTag,
    deliveryTag,
    redelivered,
    message,
    queue: queue.name,
    seq,
    cause,
  });
}

/** What basic.get answers. */
export interface Got {
  readonly message: Message;
  readonly id: number;
  readonly seq: number;
  readonly redelivered: boolean;
  /** Messages still ready. */
  readonly left: number;
  readonly cause: number;
}
