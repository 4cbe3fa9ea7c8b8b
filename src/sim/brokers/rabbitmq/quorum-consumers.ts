/**
 * The consumers of a quorum queue: credit is the prefetch (2000 without one), served in turn within a priority, a
 * single active one if asked for. One basic.get that is not acknowledged counts as a consumer too.
 * Source: rabbit_fifo update_consumer, cancel_consumer, activate_next_consumer (3.10.8). Rules: SPEC.md, RABBIT-QUORUM.
 */
import type { QuorumConsumer, QuorumQueue } from '#sim/brokers/rabbitmq/state.ts';

/** A prefetch of 0 is no limit; the queue makes it large. */
const UNLIMITED = 2000;

export function consumerKey(channel: number, tag: string): string {
  return `${channel} ${tag}`;
}

export function createQuorumConsumer(
  channel: number,
  tag: string,
  ackRequired: boolean,
  priority: number,
  prefetch: number,
): QuorumConsumer {
  const credit = prefetch === 0 ? UNLIMITED : prefetch;
  const own = { channel, tag, ackRequired, priority, credit, nextId: 0 };
  return { ...own, checkedOut: new Map(), status: 'up', once: false };
}

/** Steps into the turn if it can take something and is not in it yet. */
export function serve(queue: QuorumQueue, consumer: QuorumConsumer): void {
  if (consumer.status !== 'up' || consumer.credit <= 0) return;
  const key = consumerKey(consumer.channel, consumer.tag);
  if (queue.service.includes(key)) return;
  let at = queue.service.length;
  while (at > 0 && priorityAt(queue, at - 1) < consumer.priority) at -= 1;
  queue.service.splice(at, 0, key);
}

function priorityAt(queue: QuorumQueue, row: number): number {
  return queue.consumers.get(queue.service[row] ?? '')?.priority ?? 0;
}

/** Kept as it now is, or gone where it was there for once and has nothing left. */
export function keepOrRemove(queue: QuorumQueue, consumer: QuorumConsumer, now: number): void {
  const key = consumerKey(consumer.channel, consumer.tag);
  if (consumer.once && consumer.credit === 0) {
    if (consumer.checkedOut.size > 0) return;
    queue.consumers.delete(key);
    queue.lastActive = now;
    return;
  }
  if (queue.consumers.has(key)) serve(queue, consumer);
}

export function addQuorumConsumer(queue: QuorumQueue, consumer: QuorumConsumer): void {
  if (queue.settings.singleActive && activeOf(queue) !== null) {
    queue.waiting.push(consumer);
    return;
  }
  queue.consumers.set(consumerKey(consumer.channel, consumer.tag), consumer);
  serve(queue, consumer);
}

function activeOf(queue: QuorumQueue): QuorumConsumer | null {
  for (const consumer of queue.consumers.values()) if (consumer.status === 'up') return consumer;
  return null;
}

/** [RABBIT-SAC-2] The one that has waited longest. */
export function activateNext(queue: QuorumQueue): void {
  if (!queue.settings.singleActive || activeOf(queue) !== null) return;
  const next = queue.waiting.shift();
  if (next === undefined) return;
  queue.consumers.set(consumerKey(next.channel, next.tag), next);
  serve(queue, next);
}

/** basic.cancel: what it has stays with it until it is settled. */
export function cancelQuorumConsumer(queue: QuorumQueue, channel: number, tag: string, now: number): void {
  const consumer = queue.consumers.get(consumerKey(channel, tag));
  if (consumer === undefined) {
    queue.waiting = queue.waiting.filter((one) => one.channel !== channel || one.tag !== tag);
    return;
  }
  consumer.status = 'cancelled';
  consumer.once = true;
  consumer.credit = 0;
  keepOrRemove(queue, consumer, now);
  activateNext(queue);
}

/** A settled message gives its credit back, but to one that is there for once. */
export function giveBack(consumer: QuorumConsumer, count: number): void {
  if (!consumer.once) consumer.credit += count;
}
