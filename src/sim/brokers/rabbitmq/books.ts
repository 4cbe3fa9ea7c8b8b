/**
 * A queue's books and what the trace is told: every message that came into a queue is ready, unacknowledged, or has
 * left it for a reason that stands here. [RABBIT-BOOKS-1]
 */
import type { Happening, LossReason } from '#sim/brokers/rabbitmq/frames.ts';
import type { Message } from '#sim/brokers/rabbitmq/message.ts';
import type { BrokerState, Entry, Queue, QueueCommon } from '#sim/brokers/rabbitmq/state.ts';

export function note(queue: QueueCommon, what: string, count = 1): void {
  queue.books.set(what, (queue.books.get(what) ?? 0) + count);
}

export function tell(
  b: BrokerState,
  what: Happening['what'],
  queue: Queue,
  message: Message,
  seq: number,
  reason: LossReason | '',
  cause: number,
): void {
  if (reason !== '') note(queue, `${what}: ${reason}`);
  else note(queue, what);
  b.told?.push({ what, queue: queue.name, message, seq, reason, cause });
}

/** An entry leaves its queue by the hand of a consumer. */
export function tellEntry(b: BrokerState, what: 'acknowledge' | 'requeue', queue: Queue, entry: Entry): void {
  tell(b, what, queue, entry.message, entry.seq, '', entry.cause);
}
