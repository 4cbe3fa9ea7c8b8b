import { describe, expect, it } from 'vitest';
import { bodies, talk } from './conversation.ts';

describe('exchanges and bindings', () => {
  it('[RABBIT-EXCHANGE-1] an unknown type is 503 and takes the connection along', () => {
    const say = talk();
    const told = say('exchange.declare', { exchange: 'x', type: 'foo' });
    expect(told.error).toEqual({ closed: 'connection or channel already gone' });
    const [close] = told.events?.['k1'] ?? [];
    expect(close).toEqual({
      ev: 'connection.close',
      replyCode: 503,
      replyText: "COMMAND_INVALID - unknown exchange type 'foo'",
    });
    expect(say('channel.open', { ch: 'c2' }).error?.closed).toBe('connection or channel already gone');
  });

  it.each([
    [
      'exchange.declare',
      { exchange: 'amq.own', type: 'direct' },
      "exchange name 'amq.own' contains reserved prefix 'amq.*'",
    ],
    ['queue.declare', { queue: 'amq.own' }, "queue name 'amq.own' contains reserved prefix 'amq.*'"],
    [
      'exchange.delete',
      { exchange: 'amq.direct' },
      "deletion of system exchange 'amq.direct' in vhost '/' not allowed",
    ],
    [
      'queue.bind',
      { queue: 'q', exchange: '', routingKey: 'k' },
      'operation not permitted on the default exchange',
    ],
  ])('[RABBIT-EXCHANGE-2] %s of a reserved name is 403', (op, step, why) => {
    const say = talk();
    expect(say(op, step).error).toEqual({
      replyCode: 403,
      replyText: `ACCESS_REFUSED - ${why}`,
      closed: 'channel',
    });
  });

  it('[RABBIT-EXCHANGE-3] a binding needs both ends, the source first', () => {
    const say = talk();
    const missing = say('queue.bind', { queue: 'q', exchange: 'x', routingKey: 'k' });
    expect(missing.error?.replyText).toBe("NOT_FOUND - no exchange 'x' in vhost '/'");
    say('channel.open', { ch: 'c2' });
    const queue = say('queue.bind', { ch: 'c2', queue: 'q', exchange: 'amq.direct', routingKey: 'k' });
    expect(queue.error?.replyText).toBe("NOT_FOUND - no queue 'q' in vhost '/'");
  });

  it('[RABBIT-EXCHANGE-3] a headers binding with a strange x-match is 406', () => {
    const say = talk();
    say('queue.declare', { queue: 'q' });
    const args = { queue: 'q', exchange: 'amq.headers', routingKey: '', arguments: { 'x-match': 'most' } };
    expect(say('queue.bind', args).error?.replyText).toBe(
      'PRECONDITION_FAILED - Invalid x-match field value <<"most">>; expected all, any, all-with-x, or any-with-x',
    );
  });

  it('[RABBIT-EXCHANGE-4] if-unused refuses while it is a source; deleting nothing is no error', () => {
    const say = talk();
    say('exchange.declare', { exchange: 'x', type: 'fanout' });
    say('queue.declare', { queue: 'q' });
    say('queue.bind', { queue: 'q', exchange: 'x', routingKey: '' });
    const used = say('exchange.delete', { exchange: 'x', ifUnused: true });
    expect(used.error?.replyText).toBe("PRECONDITION_FAILED - exchange 'x' in vhost '/' in use");
    say('channel.open', { ch: 'c2' });
    expect(say('exchange.delete', { ch: 'c2', exchange: 'nothing' }).reply).toBe('ok');
  });

  it('[RABBIT-EXCHANGE-5] a chain of auto-delete exchanges goes with the queue at its end', () => {
    const say = talk();
    for (const exchange of ['a', 'b'])
      say('exchange.declare', { exchange, type: 'fanout', autoDelete: true });
    say('queue.declare', { queue: 'q' });
    say('exchange.bind', { source: 'a', destination: 'b', routingKey: '' });
    say('queue.bind', { queue: 'q', exchange: 'b', routingKey: '' });
    say('queue.delete', { queue: 'q' });
    const gone = say('exchange.declare', { exchange: 'a', type: null, passive: true });
    expect(gone.error?.replyCode).toBe(404);
  });

  it('[RABBIT-EXCHANGE-6] unbinding what is not bound is no error', () => {
    const say = talk();
    expect(say('queue.unbind', { queue: 'q', exchange: 'x', routingKey: 'k' }).reply).toBe('ok');
  });

  it('[RABBIT-ROUTE-5] the alternate exchange takes what matched nothing, and mandatory is satisfied', () => {
    const say = talk();
    say('exchange.declare', { exchange: 'rest', type: 'fanout' });
    say('exchange.declare', { exchange: 'x', type: 'direct', arguments: { 'alternate-exchange': 'rest' } });
    say('queue.declare', { queue: 'q' });
    say('queue.bind', { queue: 'q', exchange: 'rest', routingKey: '' });
    const told = say('basic.publish', { exchange: 'x', routingKey: 'none', body: 'm', mandatory: true });
    expect(told.events).toBeUndefined();
    expect(say.drain('q')).toEqual(['m']);
  });

  it('[RABBIT-ROUTE-6] publishing to an internal exchange is 403', () => {
    const say = talk();
    say('exchange.declare', { exchange: 'x', type: 'fanout', internal: true });
    const told = say('basic.publish', { exchange: 'x', routingKey: '', body: 'm' });
    expect(told.events?.['c1']).toEqual([
      {
        ev: 'channel.close',
        replyCode: 403,
        replyText: "ACCESS_REFUSED - cannot publish to internal exchange 'x' in vhost '/'",
      },
    ]);
  });
});

describe('queues', () => {
  it('[RABBIT-QUEUE-2] an empty name is the channel latest queue, and the key of its binding', () => {
    const say = talk();
    expect(say('basic.get', { queue: '' }).error?.replyText).toBe('NOT_FOUND - no previously declared queue');
    say('channel.open', { ch: 'c1' });
    say('queue.declare', { queue: 'q' });
    say('queue.bind', { queue: '', exchange: 'amq.direct', routingKey: '' });
    say('basic.publish', { exchange: 'amq.direct', routingKey: 'q', body: 'm' });
    expect(say('basic.get', { queue: '', noAck: true }).reply).toMatchObject({ body: 'm' });
  });

  it('[RABBIT-QUEUE-5] an auto-delete queue goes with its last consumer, not before its first', () => {
    const say = talk();
    say('queue.declare', { queue: 'q', autoDelete: true });
    say('wait', { ms: 5000 });
    expect(say.counts('q')).toEqual({ messageCount: 0, consumerCount: 0 });
    say('basic.consume', { queue: 'q', consumerTag: 'A' });
    say('basic.cancel', { consumerTag: 'A' });
    expect(say.counts('q')).toEqual({ absent: true, replyCode: 404 });
  });

  it('[RABBIT-QUEUE-6] consumers of a deleted queue are cancelled; if-empty and if-unused refuse', () => {
    const say = talk();
    say('queue.declare', { queue: 'q' });
    say('channel.open', { ch: 'c2' });
    say('basic.consume', { ch: 'c2', queue: 'q', consumerTag: 'A' });
    const used = say('queue.delete', { queue: 'q', ifUnused: true });
    expect(used.error?.replyText).toBe("PRECONDITION_FAILED - queue 'q' in vhost '/' in use");
    say('channel.open', { ch: 'c1' });
    const gone = say('queue.delete', { queue: 'q' });
    expect(gone).toEqual({
      reply: { messageCount: 0 },
      events: { c2: [{ ev: 'basic.cancel', consumerTag: 'A' }] },
    });
    expect(say('queue.delete', { queue: 'q' }).reply).toEqual({ messageCount: 0 });
  });

  it('[RABBIT-ARGS-1] each bad value is named with its fault', () => {
    const fault = (args: Record<string, unknown>): string => {
      const text = talk()('queue.declare', { queue: 'q', arguments: args }).error?.replyText ?? '';
      return text
        .replace('PRECONDITION_FAILED - invalid arg ', '')
        .replace(" for queue 'q' in vhost '/': ", ' ');
    };
    expect(fault({ 'x-expires': 0 })).toBe("'x-expires' {value_zero,0}");
    expect(fault({ 'x-message-ttl': -1 })).toBe("'x-message-ttl' {value_negative,-1}");
    expect(fault({ 'x-max-length': 'ten' })).toBe('\'x-max-length\' "expected integer, got longstr"');
    expect(fault({ 'x-overflow': 'drop-tail' })).toBe("'x-overflow' invalid_overflow");
    expect(fault({ 'x-max-priority': 300 })).toBe("'x-max-priority' {max_value_exceeded,300}");
    expect(fault({ 'x-queue-type': 'lazy' })).toBe("'x-queue-type' \"unsupported queue type 'lazy'\"");
    expect(fault({ 'x-dead-letter-routing-key': 'k' })).toBe(
      "'x-dead-letter-routing-key' routing_key_but_no_dlx_defined",
    );
  });

  it('[RABBIT-ARGS-4] exclusiveness is looked at before durable', () => {
    const say = talk();
    say('queue.declare', { queue: 'q', durable: false });
    expect(say('queue.declare', { queue: 'q', exclusive: true }).error?.replyCode).toBe(405);
    say('channel.open', { ch: 'c1' });
    expect(say('queue.declare', { queue: 'q' }).error?.replyText).toBe(
      "PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'q' in vhost '/': received 'true' but current is 'false'",
    );
  });

  it('[RABBIT-ARGS-4] a queue of another type is inequivalent, classic in so many words is not', () => {
    const say = talk();
    say('queue.declare', { queue: 'q' });
    expect(
      say('queue.declare', { queue: 'q', arguments: { 'x-queue-type': 'classic' } }).error,
    ).toBeUndefined();
    expect(
      say('queue.declare', { queue: 'q', arguments: { 'x-queue-type': 'quorum' } }).error?.replyText,
    ).toBe(
      "PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'q' in vhost '/': received the value 'quorum' of type 'longstr' but current is none",
    );
  });

  it('[RABBIT-CHANNEL-5] a reply text is cut at 255 bytes', () => {
    const say = talk();
    const queue = 'q'.repeat(80);
    say('queue.declare', { queue, exclusive: true });
    say('connection.open', { conn: 'k2' });
    say('channel.open', { conn: 'k2', ch: 'c2' });
    const text = say('basic.get', { ch: 'c2', queue }).error?.replyText ?? '';
    expect(text).toHaveLength(255);
    expect(text.endsWith('...')).toBe(true);
  });

  it('[RABBIT-TTL-6] asking for a queue renews its lease', () => {
    const say = talk();
    say('queue.declare', { queue: 'q', arguments: { 'x-expires': 1000 } });
    for (let i = 0; i < 4; i += 1) {
      say('wait', { ms: 600 });
      expect(say.counts('q')).toEqual({ messageCount: 0, consumerCount: 0 });
    }
    say('wait', { ms: 1100 });
    expect(say.counts('q')).toEqual({ absent: true, replyCode: 404 });
  });

  it('[RABBIT-CONSUMER-5] a consumer tag in use is 530', () => {
    const say = talk();
    say('queue.declare', { queue: 'q' });
    say('basic.consume', { queue: 'q', consumerTag: 'A' });
    const told = say('basic.consume', { queue: 'q', consumerTag: 'A' });
    expect(told.events?.['k1']?.[0]?.['replyText']).toBe("NOT_ALLOWED - attempt to reuse consumer tag 'A'");
    expect(bodies(told)).toEqual([]);
  });
});
