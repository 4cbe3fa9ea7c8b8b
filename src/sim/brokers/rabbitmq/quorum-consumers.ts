/**
 * The consumers of a quorum queue: credit is the prefetch (2000 without one), served in turn within a priority, a
 * single active one if asked for. One basic.get that is not acknowledged counts as a consumer too.
 * Source: rabbit_fifo update_consumer, cancel_consumer, activate_next_consumer (3.10.8, 4.3). Rules: SPEC.md,
 * RABBIT-QUORUM, RABBIT-SAC.
 */
import { rulesOf } from '#sim/brokers/rabbitmq/config/version-rules.ts';
import type { BrokerState, QuorumConsumer, QuorumQueue } from '#sim/brokers/rabbitmq/state.ts';

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
export function keepOrRemove(b: BrokerState, queue: QuorumQueue, consumer: QuorumConsumer): void {
  const key = consumerKey(consumer.channel, consumer.tag);
  if (consumer.once && consumer.credit === 0) {
    if (consumer.checkedOut.size > 0) return;
    queue.consumers.delete(key);
    queue.lastActive = b.now;
    return;
  }
  if (consumer.status === 'quiescing' && consumer.checkedOut.size === 0) {
    stepBack(queue, consumer);
    return;
  }
  if (queue.consumers.has(key)) serve(queue, consumer);
}

export function addQuorumConsumer(b: BrokerState, queue: QuorumQueue, consumer: QuorumConsumer): void {
  if (queue.settings.singleActive && activeOf(queue) !== null) {
    queue.waiting.push(consumer);
    if (!rulesOf(b.version).singleActiveByPriority) return;
    sortWaiting(queue);
    activateNext(b, queue);
    return;
  }
  const known = queue.consumers.get(consumerKey(consumer.channel, consumer.tag));
  enter(queue, known === undefined ? consumer : resumed(known, consumer));
}

function enter(queue: QuorumQueue, consumer: QuorumConsumer): void {
  queue.consumers.set(consumerKey(consumer.channel, consumer.tag), consumer);
  serve(queue, consumer);
}

/** [RABBIT-QUORUM-9] A tag that comes again still has what it had not settled, and that takes of its credit. */
function resumed(known: QuorumConsumer, consumer: QuorumConsumer): QuorumConsumer {
  const { nextId, checkedOut } = known;
  return { ...consumer, nextId, checkedOut, credit: Math.max(0, consumer.credit - checkedOut.size) };
}

function activeOf(queue: QuorumQueue): QuorumConsumer | null {
  for (const consumer of queue.consumers.values()) if (consumer.status !== 'cancelled') return consumer;
  return null;
}

function sortWaiting(queue: QuorumQueue): void {
  queue.waiting.sort((x, y) => y.priority - x.priority || y.credit - x.credit);
}

/** The active one joins those that wait: ahead of its equals, for it came before them. */
function stepBack(queue: QuorumQueue, active: QuorumConsumer): void {
  queue.consumers.delete(consumerKey(active.channel, active.tag));
  active.status = 'up';
  queue.waiting.unshift(active);
  sortWaiting(queue);
}

/** [RABBIT-SAC-4] It makes way at once if it holds nothing, else once it has settled what it holds. */
function makeWay(queue: QuorumQueue, active: QuorumConsumer, next: QuorumConsumer): void {
  if (next.priority <= active.priority) return;
  if (active.checkedOut.size === 0) stepBack(queue, active);
  else active.status = 'quiescing';
}

/** [RABBIT-SAC-2] The one that has waited longest. */
export function activateNext(b: BrokerState, queue: QuorumQueue): void {
  if (!queue.settings.singleActive) return;
  const [first] = queue.waiting;
  const active = activeOf(queue);
  if (active !== null && first !== undefined && rulesOf(b.version).singleActiveByPriority)
    makeWay(queue, active, first);
  if (activeOf(queue) !== null) return;
  const next = queue.waiting.shift();
  if (next === undefined) return;
  const known = queue.consumers.get(consumerKey(next.channel, next.tag));
  if (known === undefined) enter(queue, next);
  // its turn passes while the cancelled one of its name is still there
  else known.once = false;
}

/** basic.cancel: what it has stays with it until it is settled. */
export function cancelQuorumConsumer(b: BrokerState, queue: QuorumQueue, channel: number, tag: string): void {
  const consumer = queue.consumers.get(consumerKey(channel, tag));
  if (consumer === undefined) {
    queue.waiting = queue.waiting.filter((one) => one.channel !== channel || one.tag !== tag);
    return;
  }
  consumer.status = 'cancelled';
  consumer.once = true;
  consumer.credit = 0;
  keepOrRemove(b, queue, consumer);
  activateNext(b, queue);
}

/** A settled message gives its credit back, but to one that is there for once. */
export function giveBack(consumer: QuorumConsumer, count: number): void {
  if (!consumer.once) consumer.credit += count;
}
