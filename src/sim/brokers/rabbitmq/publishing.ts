/**
 * basic.publish and what comes back for it: returns, then confirms. A confirm says that every queue that the message
 * was routed to has it; one rejection makes it a nack at once. Disk writes take no time of their own here.
 * Source: rabbit_channel: basic.publish, deliver_to_queues, rabbit_confirms (3.10.8). Rules: RABBIT-PUBLISH.
 */
import { forgetPublishedDeaths } from '#sim/brokers/rabbitmq/dead-letter.ts';
import { expirationFault, makeMessage, type Content } from '#sim/brokers/rabbitmq/message.ts';
import {
  notFound,
  protocolError,
  resource,
  type ProtocolError,
} from '#sim/brokers/rabbitmq/config/protocol-error.ts';
import { publishTo } from '#sim/brokers/rabbitmq/queues.ts';
import { route } from '#sim/brokers/rabbitmq/routing.ts';
import type { BrokerState, Channel } from '#sim/brokers/rabbitmq/state.ts';
import { rulesOf } from '#sim/brokers/rabbitmq/config/version-rules.ts';

export interface Publication {
  readonly exchange: string;
  readonly routingKey: string;
  readonly mandatory: boolean;
  readonly content: Content;
}

const USER = 'guest';

/** What became of it, for the trace: to how many queues it was routed. */
export interface Routed {
  readonly queues: number;
  /** Sequence number on the channel, 0 without confirms. */
  readonly seq: number;
}

export function publish(b: BrokerState, channel: Channel, publication: Publication): Routed | ProtocolError {
  const { exchange: name, routingKey, mandatory, content } = publication;
  const { maxMessageSize } = rulesOf(b.version);
  if (content.size > maxMessageSize) {
    const what = `message size ${content.size} is larger than configured max size ${maxMessageSize}`;
    return protocolError('PRECONDITION_FAILED', what);
  }
  const exchange = b.exchanges.get(name);
  if (exchange === undefined) return notFound('exchange', name);
  if (exchange.internal)
    return protocolError('ACCESS_REFUSED', `cannot publish to internal ${resource('exchange', name)}`);
  const fault = propertyFault(content);
  if (fault !== null) return fault;
  const properties = forgetPublishedDeaths(b, content.properties);
  const message = makeMessage(name, routingKey, { ...content, properties });
  if ('replyCode' in message) return message;
  let seq = 0;
  if (channel.confirm) {
    seq = channel.publishSeq;
    channel.publishSeq += 1;
  }
  const targets = route(b, exchange, message);
  if (targets.length === 0) {
    b.told?.push({
      what: 'unroutable',
      queue: '',
      message,
      seq: mandatory ? 1 : 0,
      reason: '',
      cause: message.cause,
    });
    if (mandatory) b.frames.push({ frame: 'basic.return', channel: channel.id, message }); // [RABBIT-PUBLISH-2]
    if (seq > 0) channel.confirmed.push(seq); // [RABBIT-PUBLISH-3]
    return { queues: 0, seq };
  }
  let rejected = false;
  for (const target of targets) {
    const queue = b.queues.get(target);
    if (queue !== undefined && !publishTo(b, queue, message, channel.id)) rejected = true;
  }
  // [RABBIT-PUBLISH-4]
  if (seq > 0) (rejected ? channel.rejected : channel.confirmed).push(seq);
  return { queues: targets.length, seq };
}

function propertyFault({ properties }: Content): ProtocolError | null {
  const claimed = properties['userId'];
  if (typeof claimed === 'string' && claimed !== USER) {
    const what = `user_id property set to '${claimed}' but authenticated user was '${USER}'`;
    return protocolError('PRECONDITION_FAILED', what);
  }
  const fault = expirationFault(properties);
  if (fault === null) return null;
  const written = String(properties['expiration']);
  return protocolError('PRECONDITION_FAILED', `invalid expiration '${written}': ${fault}`);
}

/** Confirms go out in the order of their numbers, acks before nacks, behind what was sent before. */
export function flushConfirms(b: BrokerState): void {
  for (const channel of b.channels.values()) {
    if (channel.confirmed.length === 0 && channel.rejected.length === 0) continue;
    const ordered = (list: number[]): number[] => list.sort((x, y) => x - y);
    for (const seq of ordered(channel.confirmed))
      b.frames.push({ frame: 'basic.ack', channel: channel.id, seq });
    for (const seq of ordered(channel.rejected))
      b.frames.push({ frame: 'basic.nack', channel: channel.id, seq });
    channel.confirmed = [];
    channel.rejected = [];
  }
}
