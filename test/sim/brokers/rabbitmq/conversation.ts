/** A conversation with a fresh node in the recordings' own words, short enough for tests. */
import { createRabbitCase } from '#sim/brokers/rabbitmq/verbs.ts';

export type Step = Record<string, unknown>;
export interface Told {
  readonly reply?: unknown;
  readonly error?: { readonly replyCode?: number; readonly replyText?: string; readonly closed?: string };
  readonly events?: Readonly<Record<string, readonly Record<string, unknown>[]>>;
}

export interface Talk {
  (op: string, step?: Step): Told;
  /** Publishes texts through the default exchange. */
  put(queue: string, ...bodies: readonly string[]): void;
  /** Bodies of what is ready, taken away. */
  drain(queue: string): string[];
  counts(queue: string): unknown;
}

/** Connection k1 with channel c1 is open; `ch` is c1 unless a step says otherwise. */
export function talk(): Talk {
  const one = createRabbitCase('test', {});
  const say = (op: string, step: Step = {}): Told => {
    const told = one.do({ op, ch: 'c1', conn: 'k1', ...step });
    if (told === 'not-modelled') throw new Error(`${op} is not modelled`);
    return told;
  };
  say('connection.open');
  say('channel.open');
  return Object.assign(say, {
    put(queue: string, ...bodies: readonly string[]) {
      for (const body of bodies) say('basic.publish', { ch: 'c1', exchange: '', routingKey: queue, body });
    },
    drain(queue: string) {
      const { messages } = say('observe.drain', { queue }).reply as { messages: { body: string }[] };
      return messages.map(({ body }) => body);
    },
    counts(queue: string) {
      return say('observe.queue', { queue }).reply;
    },
  });
}

export function bodies(told: Told, receiver = 'c1'): unknown[] {
  return (told.events?.[receiver] ?? []).filter(({ ev }) => ev === 'basic.deliver').map(({ body }) => body);
}
