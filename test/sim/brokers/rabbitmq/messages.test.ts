import { describe, expect, it } from 'vitest';
import { textContent } from '#sim/brokers/rabbitmq/message.ts';
import { perform } from '#sim/brokers/rabbitmq/methods.ts';
import { createNode, openChannel, openConnection } from '#sim/brokers/rabbitmq/node.ts';
import { isProtocolError } from '#sim/brokers/rabbitmq/config/protocol-error.ts';
import { bodies, talk, type Talk } from './conversation.ts';

function queue(say: Talk, name: string, args: Record<string, unknown> = {}): void {
  say('queue.declare', { queue: name, arguments: args });
}

function deaths(say: Talk, name: string): Record<string, unknown>[] {
  const { messages } = say('observe.drain', { queue: name }).reply as {
    messages: { properties: { headers: { 'x-death': Record<string, unknown>[] } } }[];
  };
  return messages.flatMap(({ properties }) => properties.headers['x-death']);
}

describe('publishing', () => {
  it('[RABBIT-PUBLISH-2] [RABBIT-PUBLISH-3] unroutable: returned first, then acked', () => {
    const say = talk();
    say('channel.open', { ch: 'c2', confirm: true });
    const told = say('basic.publish', {
      ch: 'c2',
      exchange: '',
      routingKey: 'nobody',
      body: 'm',
      mandatory: true,
    });
    expect(told.events?.['c2']?.map(({ ev }) => ev)).toEqual(['basic.return', 'basic.ack']);
  });

  it.each([
    ['3.10', 20 * 1_048_576, false],
    ['4.3', 20 * 1_048_576, true],
  ] as const)('[RABBIT-PUBLISH-5] %s: a body of %i bytes is refused: %s', (version, size, refused) => {
    const b = createNode(version);
    const channel = openChannel(b, openConnection(b));
    const content = { ...textContent('', {}), size };
    const method = {
      method: 'basic.publish',
      exchange: '',
      routingKey: 'q',
      mandatory: false,
      content,
    } as const;
    expect(isProtocolError(perform(b, channel, method))).toBe(refused);
  });

  it.each([
    ['abc', 'no_integer'],
    ['12s', '{leftover_string,"s"}'],
    ['-1', '{value_negative,-1}'],
  ])('[RABBIT-TTL-2] expiration %s is 406', (expiration, fault) => {
    const say = talk();
    queue(say, 'q');
    const step = { exchange: '', routingKey: 'q', body: 'm', properties: { expiration } };
    expect(say('basic.publish', step).events?.['c1']?.[0]?.['replyText']).toBe(
      `PRECONDITION_FAILED - invalid expiration '${expiration}': ${fault}`,
    );
  });
});

describe('acknowledgements', () => {
  it('[RABBIT-ACK-3] a second ack closes the channel, and what was outstanding comes back', () => {
    const say = talk();
    queue(say, 'q');
    say.put('q', 'm1', 'm2');
    say('basic.consume', { queue: 'q', consumerTag: 'A' });
    say('basic.ack', { deliveryTag: 1 });
    const told = say('basic.ack', { deliveryTag: 1 });
    expect(told.events?.['c1']).toEqual([
      { ev: 'channel.close', replyCode: 406, replyText: 'PRECONDITION_FAILED - unknown delivery tag 1' },
    ]);
    expect(say.drain('q')).toEqual(['m2']);
  });

  it('[RABBIT-ACK-3] multiple needs a tag that is outstanding, too', () => {
    const say = talk();
    queue(say, 'q');
    say.put('q', 'm1', 'm2');
    say('basic.consume', { queue: 'q', consumerTag: 'A' });
    const told = say('basic.ack', { deliveryTag: 9, multiple: true });
    expect(told.events?.['c1']?.[0]?.['replyCode']).toBe(406);
  });

  it('[RABBIT-ACK-4] acking what belonged to a deleted queue is no error', () => {
    const say = talk();
    queue(say, 'q');
    say.put('q', 'm1');
    say('basic.get', { queue: 'q' });
    say('queue.delete', { queue: 'q' });
    expect(say('basic.ack', { deliveryTag: 1 }).events).toBeUndefined();
  });

  it('[RABBIT-ACK-6] recover gives everything back in its place; without requeue it is 540', () => {
    const say = talk();
    queue(say, 'q');
    say.put('q', 'm1', 'm2', 'm3');
    say('basic.get', { queue: 'q' });
    say('basic.get', { queue: 'q' });
    say('basic.recover', { requeue: true });
    expect(say.drain('q')).toEqual(['m1', 'm2', 'm3']);
    expect(say('basic.recover', { requeue: false }).events?.['k1']?.[0]?.['replyCode']).toBe(540);
  });

  it('[RABBIT-TIMEOUT-1] a delivery that nobody acknowledges closes the channel at a tick', () => {
    const say = talk();
    say('broker.setenv', { key: 'consumer_timeout', value: 1000 });
    say('broker.setenv', { key: 'channel_tick_interval', value: 300 });
    say('channel.open', { ch: 'c2' });
    queue(say, 'q');
    say('basic.consume', { ch: 'c2', queue: 'q', consumerTag: 'A' });
    say.put('q', 'm1');
    expect(say('wait', { ms: 500 }).events).toBeUndefined();
    expect(say('wait', { ms: 1500 }).events?.['c2']).toEqual([
      {
        ev: 'channel.close',
        replyCode: 406,
        replyText:
          'PRECONDITION_FAILED - delivery acknowledgement on channel 2 timed out. Timeout value used: 1000 ms. This timeout value can be configured, see consumers doc guide to learn more',
      },
    ]);
    expect(say.drain('q')).toEqual(['m1']);
  });
});

describe('consumers', () => {
  it('[RABBIT-CONSUMER-1] without prefetch the first consumer takes the whole backlog', () => {
    const say = talk();
    queue(say, 'q');
    say.put('q', 'm1', 'm2', 'm3');
    say('channel.open', { ch: 'c2' });
    expect(bodies(say('basic.consume', { queue: 'q', consumerTag: 'A' }))).toEqual(['m1', 'm2', 'm3']);
    expect(say('basic.consume', { ch: 'c2', queue: 'q', consumerTag: 'B' }).events).toBeUndefined();
  });

  it('[RABBIT-PREFETCH-5] a quorum queue refuses a channel with a global window and closes its connection', () => {
    const say = talk();
    queue(say, 'qq', { 'x-queue-type': 'quorum' });
    say('basic.qos', { prefetchCount: 5, global: true });
    const told = say('basic.consume', { queue: 'qq', consumerTag: 'A' });
    expect(told.events?.['k1']?.[0]).toMatchObject({
      replyCode: 540,
      replyText: "NOT_IMPLEMENTED - queue 'qq' in vhost '/' does not support global qos",
    });
  });

  it('[RABBIT-SAC-3] after a cancel the backlog waits for something to happen, then comes first', () => {
    const say = talk();
    queue(say, 'q', { 'x-single-active-consumer': true });
    say('channel.open', { ch: 'c2' });
    say('basic.qos', { prefetchCount: 1 });
    say('basic.consume', { queue: 'q', consumerTag: 'A' });
    say('basic.consume', { ch: 'c2', queue: 'q', consumerTag: 'B' });
    say.put('q', 'm1', 'm2', 'm3');
    expect(say('basic.cancel', { consumerTag: 'A' }).events).toBeUndefined();
    const told = say('basic.publish', { exchange: '', routingKey: 'q', body: 'm4' });
    expect(bodies(told, 'c2')).toEqual(['m2', 'm3', 'm4']);
  });
});

describe('a tag that comes again', () => {
  it('[RABBIT-QUORUM-9] still has what it had not settled, and that takes of its window', () => {
    const say = talk();
    queue(say, 'q', { 'x-queue-type': 'quorum' });
    say('basic.qos', { prefetchCount: 2 });
    say('basic.consume', { queue: 'q', consumerTag: 'A' });
    say.put('q', 'm1');
    say('basic.cancel', { consumerTag: 'A' });
    say.put('q', 'm2', 'm3');
    expect(bodies(say('basic.consume', { queue: 'q', consumerTag: 'A' }))).toEqual(['m2']);
    expect(bodies(say('basic.ack', { deliveryTag: 1 }))).toEqual(['m3']);
  });
});

describe('limits and priorities', () => {
  it('[RABBIT-PRIORITY-3] drop-head throws the highest priority away', () => {
    const say = talk();
    queue(say, 'q', { 'x-max-priority': 5, 'x-max-length': 2 });
    const put = (body: string, priority: number): void => {
      say('basic.publish', { exchange: '', routingKey: 'q', body, properties: { priority } });
    };
    put('low', 1);
    put('high', 5);
    put('middle', 3);
    expect(say.drain('q')).toEqual(['middle', 'low']);
  });

  it('[RABBIT-LENGTH-5] what a waiting consumer takes at once counts for nothing', () => {
    const say = talk();
    queue(say, 'q', { 'x-max-length': 1 });
    say('basic.consume', { queue: 'q', consumerTag: 'A' });
    say.put('q', 'm1', 'm2', 'm3');
    expect(say('basic.nack', { deliveryTag: 3, multiple: true }).events?.['c1']).toHaveLength(1);
  });
});

describe('dead letters', () => {
  it('[RABBIT-DEATH-1] [RABBIT-DEATH-2] dying again in the same way counts, with its first keys', () => {
    const say = talk();
    queue(say, 'q', { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'q' });
    say.put('q', 'm');
    for (let tag = 1; tag <= 3; tag += 1) {
      say('basic.get', { queue: 'q' });
      say('basic.reject', { deliveryTag: tag, requeue: false });
    }
    expect(deaths(say, 'q')).toEqual([
      expect.objectContaining({
        count: 3,
        queue: 'q',
        reason: 'rejected',
        exchange: '',
        'routing-keys': ['q'],
      }),
    ]);
  });

  it('[RABBIT-DEATH-2] a retry ladder: the latest death first, the count of a known one goes up', () => {
    const say = talk();
    queue(say, 'work', { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'wait' });
    queue(say, 'wait', {
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': 'work',
      'x-message-ttl': 300,
    });
    say.put('work', 'm');
    for (let tag = 1; tag <= 2; tag += 1) {
      say('basic.get', { queue: 'work' });
      say('basic.reject', { deliveryTag: tag, requeue: false });
      say('wait', { ms: 400 });
    }
    const seen = deaths(say, 'work').map(({ queue: at, reason, count }) => [at, reason, count]);
    expect(seen).toEqual([
      ['wait', 'expired', 2],
      ['work', 'rejected', 2],
    ]);
  });

  it('[RABBIT-DEATH-4] a maxlen cycle onto itself ends at once', () => {
    const say = talk();
    queue(say, 'q', { 'x-max-length': 1, 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'q' });
    say.put('q', 'm1', 'm2');
    expect(say.drain('q')).toEqual(['m2']);
  });

  it('[RABBIT-DEATH-5] a key of its own takes CC away and keeps it in the history', () => {
    const say = talk();
    queue(say, 'dlq');
    queue(say, 'q', { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'dlq' });
    const properties = { CC: ['other'], headers: { a: 1 } };
    say('basic.publish', { exchange: '', routingKey: 'q', body: 'm', properties });
    say('basic.get', { queue: 'q' });
    say('basic.reject', { deliveryTag: 1, requeue: false });
    const got = say('basic.get', { queue: 'dlq', noAck: true }).reply as {
      properties: { headers: Record<string, unknown> };
    };
    expect(got.properties.headers).not.toHaveProperty('CC');
    expect(got.properties.headers['a']).toBe(1);
    expect(got.properties.headers['x-death']).toEqual([
      expect.objectContaining({ 'routing-keys': ['q', 'other'] }),
    ]);
  });

  it('[RABBIT-DEATH-7] 3.10 goes on counting in a history that a client publishes', () => {
    const say = talk();
    queue(say, 'dlq');
    queue(say, 'q', { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'dlq' });
    const history = [{ count: 4, queue: 'q', reason: 'rejected', exchange: '', 'routing-keys': ['q'] }];
    const properties = { headers: { 'x-death': history } };
    say('basic.publish', { exchange: '', routingKey: 'q', body: 'm', properties });
    say('basic.get', { queue: 'q' });
    say('basic.reject', { deliveryTag: 1, requeue: false });
    expect(deaths(say, 'dlq')).toEqual([expect.objectContaining({ count: 5 })]);
  });
});

describe('quorum queues', () => {
  it('[RABBIT-QUORUM-2] without a limit, too, a closed channel returns to the head', () => {
    const say = talk();
    queue(say, 'qq', { 'x-queue-type': 'quorum' });
    say.put('qq', 'm1', 'm2', 'm3');
    say('basic.get', { queue: 'qq' });
    say('basic.get', { queue: 'qq' });
    say('channel.close');
    expect(say.drain('qq')).toEqual(['m1', 'm2', 'm3']);
  });

  it('[RABBIT-QUORUM-3] a lost connection counts as a delivery; past the limit the reason is delivery_limit', () => {
    const say = talk();
    queue(say, 'dlq');
    queue(say, 'qq', {
      'x-queue-type': 'quorum',
      'x-delivery-limit': 1,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': 'dlq',
    });
    say.put('qq', 'm');
    for (const conn of ['k2', 'k3']) {
      say('connection.open', { conn });
      say('channel.open', { conn, ch: conn });
      say('basic.get', { ch: conn, queue: 'qq' });
      say('connection.drop', { conn });
    }
    expect(say.drain('qq')).toEqual([]);
    expect(deaths(say, 'dlq')).toEqual([expect.objectContaining({ reason: 'delivery_limit', queue: 'qq' })]);
  });

  it('[RABBIT-QUORUM-6] reject-publish takes one above the limit, then nacks until well below', () => {
    const say = talk();
    queue(say, 'qq', { 'x-queue-type': 'quorum', 'x-max-length': 2, 'x-overflow': 'reject-publish' });
    say('channel.open', { ch: 'p', confirm: true });
    const put = (body: string): unknown =>
      say('basic.publish', { ch: 'p', exchange: '', routingKey: 'qq', body }).events?.['p']?.[0]?.['ev'];
    expect(['a', 'b', 'c', 'd'].map(put)).toEqual(['basic.ack', 'basic.ack', 'basic.ack', 'basic.nack']);
    say('basic.get', { queue: 'qq', noAck: true });
    expect(put('e')).toBe('basic.nack');
    say('basic.get', { queue: 'qq', noAck: true });
    expect(put('f')).toBe('basic.ack');
  });

  it('[RABBIT-QUEUE-7] an unsettled get counts as a consumer', () => {
    const say = talk();
    queue(say, 'qq', { 'x-queue-type': 'quorum' });
    say.put('qq', 'm');
    say('basic.get', { queue: 'qq' });
    expect(say.counts('qq')).toEqual({ messageCount: 0, consumerCount: 1 });
  });
});

describe('streams', () => {
  function stream(say: Talk): void {
    queue(say, 'st', { 'x-queue-type': 'stream' });
    say.put('st', 'm1', 'm2', 'm3');
    say('basic.qos', { prefetchCount: 2 });
  }

  it('[RABBIT-STREAM-3] last begins at the last chunk, a timestamp at the first chunk from then on', () => {
    const say = talk();
    stream(say);
    const from = (consumerTag: string, offset: unknown): unknown[] =>
      bodies(say('basic.consume', { queue: 'st', consumerTag, arguments: { 'x-stream-offset': offset } }));
    expect(from('A', 'last')).toEqual(['m3']);
    expect(from('B', { '!': 'timestamp', value: 0 })).toEqual(['m1', 'm2']);
    expect(from('C', '1h')).toEqual(['m1', 'm2']);
  });

  it('[RABBIT-STREAM-5] an acknowledgement is credit', () => {
    const say = talk();
    stream(say);
    const step = { queue: 'st', consumerTag: 'A', arguments: { 'x-stream-offset': 'first' } };
    expect(bodies(say('basic.consume', step))).toEqual(['m1', 'm2']);
    expect(bodies(say('basic.ack', { deliveryTag: 1 }))).toEqual(['m3']);
  });

  it('[RABBIT-STREAM-6] a nack closes the connection', () => {
    const say = talk();
    stream(say);
    say('basic.consume', { queue: 'st', consumerTag: 'A', arguments: { 'x-stream-offset': 'first' } });
    expect(say('basic.nack', { deliveryTag: 1 }).events?.['k1']?.[0]?.['replyCode']).toBe(540);
  });
});
