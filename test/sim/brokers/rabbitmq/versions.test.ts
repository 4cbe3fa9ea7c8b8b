import { describe, expect, it } from 'vitest';
import type { FieldTable } from '#sim/brokers/rabbitmq/config/field-table.ts';
import type { RabbitVersion } from '#sim/brokers/rabbitmq/config/version-rules.ts';
import { isProtocolError } from '#sim/brokers/rabbitmq/config/protocol-error.ts';
import { headersOf, textContent } from '#sim/brokers/rabbitmq/message.ts';
import { perform, type Answer, type Method } from '#sim/brokers/rabbitmq/methods.ts';
import {
  createNode,
  endConnection,
  finish,
  openChannel,
  openConnection,
  passTime,
} from '#sim/brokers/rabbitmq/node.ts';
import type { BrokerState, Channel } from '#sim/brokers/rabbitmq/state.ts';

interface Client {
  readonly b: BrokerState;
  readonly channel: Channel;
  say(method: Method): Answer;
}

function client(version: RabbitVersion): Client {
  const b = createNode(version);
  const channel = openChannel(b, openConnection(b));
  return {
    b,
    channel,
    say(method) {
      const answer = perform(b, channel, method);
      if (isProtocolError(answer)) throw new Error(answer.replyText);
      return answer;
    },
  };
}

function declare(one: Client, queue: string, args: FieldTable = {}, durable = true): void {
  const plain = { passive: false, generated: '', exclusive: false, autoDelete: false };
  one.say({ method: 'queue.declare', queue, durable, args, ...plain });
}

function put(one: Client, queue: string, body: string, properties: FieldTable = {}): void {
  const content = textContent(body, properties);
  one.say({ method: 'basic.publish', exchange: '', routingKey: queue, mandatory: false, content });
}

function take(
  one: Client,
  queue: string,
  noAck = true,
): { body: string; headers: FieldTable; tag: number } | null {
  const answer = one.say({ method: 'basic.get', queue, noAck });
  if (answer.of !== 'message') return null;
  const { message, deliveryTag } = answer.got;
  return { body: message.body, headers: headersOf(message.properties), tag: deliveryTag };
}

function delivered({ b }: Client): string[] {
  return b.frames.flatMap((frame) =>
    frame.frame === 'basic.deliver' ? [`${frame.consumerTag} ${frame.message.body}`] : [],
  );
}

const QUORUM = { 'x-queue-type': 'quorum' };

describe('3.10 and 4.3 differ', () => {
  it.each([
    ['3.10', 30],
    ['4.3', 21],
  ] as const)(
    '[RABBIT-QUORUM-3] %s: without a limit in so many words a message survives %i lost consumers at most',
    (version, most) => {
      const one = client(version);
      declare(one, 'qq', QUORUM);
      put(one, 'qq', 'm');
      let deliveries = 0;
      while (deliveries < 30) {
        const connection = openConnection(one.b);
        const got = perform(one.b, openChannel(one.b, connection), {
          method: 'basic.get',
          queue: 'qq',
          noAck: false,
        });
        if (isProtocolError(got) || got.of !== 'message') break;
        deliveries += 1;
        endConnection(one.b, connection);
        finish(one.b);
      }
      expect(deliveries).toBe(most);
    },
  );

  it.each([
    ['3.10', null],
    ['4.3', 'm'],
  ] as const)('[RABBIT-QUORUM-4] %s: nacked more often than the limit says: %s', (version, left) => {
    const one = client(version);
    declare(one, 'qq', { ...QUORUM, 'x-delivery-limit': 1 });
    put(one, 'qq', 'm');
    for (let i = 0; i < 5; i += 1) {
      const got = take(one, 'qq', false);
      if (got === null) break;
      one.say({ method: 'basic.nack', deliveryTag: got.tag, multiple: false, requeue: true });
    }
    expect(take(one, 'qq')?.body ?? null).toBe(left);
  });

  it.each([
    ['3.10', ['low', 'high']],
    ['4.3', ['high', 'low']],
  ] as const)('[RABBIT-QUORUM-8] %s: a quorum queue gives %j', (version, order) => {
    const one = client(version);
    declare(one, 'qq', QUORUM);
    put(one, 'qq', 'low', { priority: 1 });
    put(one, 'qq', 'high', { priority: 9 });
    expect([take(one, 'qq')?.body, take(one, 'qq')?.body]).toEqual(order);
  });

  it.each([
    ['3.10', ['A m1', 'A m2', 'A m3']],
    ['4.3', ['A m1', 'B m2', 'B m3']],
  ] as const)(
    '[RABBIT-SAC-4] %s: a higher priority arrives while the active one holds a message: %j',
    (version, told) => {
      const one = client(version);
      declare(one, 'qq', { ...QUORUM, 'x-single-active-consumer': true });
      one.say({ method: 'basic.qos', prefetchCount: 1, global: false });
      const consume = (consumerTag: string, priority: number): void => {
        const args = { 'x-priority': priority };
        one.say({ method: 'basic.consume', queue: 'qq', consumerTag, noAck: false, exclusive: false, args });
      };
      consume('A', 0);
      for (const body of ['m1', 'm2', 'm3']) put(one, 'qq', body);
      consume('B', 1);
      for (const deliveryTag of [1, 2, 3]) one.say({ method: 'basic.ack', deliveryTag, multiple: false });
      expect(delivered(one)).toEqual(told);
    },
  );

  it('[RABBIT-SAC-4] 4.3: one that holds nothing makes way at once, and waits ahead of its equals', () => {
    const one = client('4.3');
    declare(one, 'qq', { ...QUORUM, 'x-single-active-consumer': true });
    const consume = (consumerTag: string, priority: number): void => {
      const args = { 'x-priority': priority };
      one.say({ method: 'basic.consume', queue: 'qq', consumerTag, noAck: true, exclusive: false, args });
    };
    consume('A', 0);
    consume('B', 0);
    consume('C', 1);
    put(one, 'qq', 'm1');
    one.say({ method: 'basic.cancel', consumerTag: 'C' });
    put(one, 'qq', 'm2');
    expect(delivered(one)).toEqual(['C m1', 'A m2']);
  });

  it.each([
    ['3.10', ['c', 'a', 'b']],
    ['4.3', ['c', 'b', 'a']],
  ] as const)('[RABBIT-DEATH-3] %s: after the third death the history says %j', (version, queues) => {
    const one = client(version);
    const next: Record<string, string> = { a: 'b', b: 'c', c: 'end' };
    for (const [queue, to] of Object.entries(next))
      declare(one, queue, { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': to });
    declare(one, 'end');
    put(one, 'a', 'm');
    for (const queue of Object.keys(next)) {
      const deliveryTag = take(one, queue, false)?.tag ?? 0;
      one.say({ method: 'basic.nack', deliveryTag, multiple: false, requeue: false });
      finish(one.b);
    }
    const deaths = take(one, 'end')?.headers['x-death'] as readonly FieldTable[];
    expect(deaths.map((death) => death['queue'])).toEqual(queues);
  });

  it.each([
    ['3.10', false],
    ['4.3', true],
  ] as const)('[RABBIT-QUEUE-9] %s refuses a transient queue that is shared: %s', (version, refused) => {
    const attempt = (): void => {
      declare(client(version), 'q', {}, false);
    };
    if (refused) expect(attempt).toThrow('transient_nonexcl_queues');
    else expect(attempt).not.toThrow();
  });

  it.each([
    ['3.10', 2],
    ['4.3', 4],
  ] as const)('[RABBIT-PREFETCH-5] %s: two consumers under a global window of 2 hold %i', (version, held) => {
    const one = client(version);
    declare(one, 'q');
    one.say({ method: 'basic.qos', prefetchCount: 2, global: true });
    for (const consumerTag of ['A', 'B'])
      one.say({ method: 'basic.consume', queue: 'q', consumerTag, noAck: false, exclusive: false, args: {} });
    for (let i = 0; i < 6; i += 1) put(one, 'q', `m${i}`);
    expect(one.channel.unacked).toHaveLength(held);
  });

  it.each([
    ['3.10', 5, false],
    ['4.3', 1, true],
  ] as const)(
    '[RABBIT-DEATH-7] [RABBIT-DEATH-8] %s: a published history counts on to %i; last death shown: %s',
    (version, count, last) => {
      const one = client(version);
      declare(one, 'dlq');
      declare(one, 'q', { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'dlq' });
      const history = [{ count: 4, queue: 'q', reason: 'rejected', exchange: '', 'routing-keys': ['q'] }];
      put(one, 'q', 'm', { headers: { 'x-death': history } });
      one.say({
        method: 'basic.nack',
        deliveryTag: take(one, 'q', false)?.tag ?? 0,
        multiple: false,
        requeue: false,
      });
      const headers = take(one, 'dlq')?.headers ?? {};
      expect(headers['x-death']).toEqual([expect.objectContaining({ count })]);
      expect(headers['x-last-death-queue']).toBe(last ? 'q' : undefined);
    },
  );

  it.each([
    ['3.10', 'quorum', 'channel.close'],
    ['3.10', 'classic', 'channel.close'],
    ['4.3', 'quorum', 'basic.cancel'],
    ['4.3', 'classic', undefined],
  ] as const)(
    '[RABBIT-TIMEOUT-1] [RABBIT-TIMEOUT-2] %s, %s queue: a delivery held too long ends in %s',
    (version, type, frame) => {
      const one = client(version);
      declare(one, 'q', { 'x-queue-type': type });
      one.say({
        method: 'basic.consume',
        queue: 'q',
        consumerTag: 'A',
        noAck: false,
        exclusive: false,
        args: {},
      });
      put(one, 'q', 'm');
      one.b.frames = [];
      passTime(one.b, 2 * 3_600_000_000);
      expect(one.b.frames[0]?.frame).toBe(frame);
      const queue = one.b.queues.get('q');
      expect(queue !== undefined && queue.type !== 'stream' && queue.readyCount).toBe(
        frame === undefined ? 0 : 1,
      );
    },
  );

  it.each([
    ['3.10', 0],
    ['4.3', 1],
  ] as const)('[RABBIT-STREAM-9] %s: dead letters in a stream: %i', (version, count) => {
    const one = client(version);
    declare(one, 'st', { 'x-queue-type': 'stream' });
    declare(one, 'q', { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'st' });
    put(one, 'q', 'm');
    one.say({
      method: 'basic.nack',
      deliveryTag: take(one, 'q', false)?.tag ?? 0,
      multiple: false,
      requeue: false,
    });
    const stream = one.b.queues.get('st');
    expect(stream?.type === 'stream' && stream.entries.length).toBe(count);
  });
});
