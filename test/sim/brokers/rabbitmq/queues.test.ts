/** What single kinds of queue do that no recording shows. */
import { describe, expect, it } from 'vitest';
import { bodies, talk, type Talk } from './conversation.ts';

function queue(say: Talk, name: string, args: Record<string, unknown> = {}): void {
  say('queue.declare', { queue: name, arguments: args });
}

describe('quorum queues', () => {
  it('[RABBIT-TTL-7] expire at a tick, and declares do not renew them', () => {
    const say = talk();
    queue(say, 'qq', { 'x-queue-type': 'quorum', 'x-expires': 2000 });
    say('wait', { ms: 4000 });
    expect(say.counts('qq')).toMatchObject({ messageCount: 0 });
    say('wait', { ms: 1500 });
    expect(say.counts('qq')).toMatchObject({ absent: true });
  });

  it('[RABBIT-QUORUM-7] at least once holds a dead letter until there is a queue for it', () => {
    const say = talk();
    queue(say, 'qq', {
      'x-queue-type': 'quorum',
      'x-dead-letter-exchange': 'amq.fanout',
      'x-dead-letter-strategy': 'at-least-once',
      'x-overflow': 'reject-publish',
    });
    say.put('qq', 'm');
    say('basic.get', { queue: 'qq' });
    say('basic.reject', { deliveryTag: 1, requeue: false });
    queue(say, 'dead');
    say('queue.bind', { queue: 'dead', exchange: 'amq.fanout', routingKey: '' });
    expect(say.drain('dead')).toEqual([]);
    say('wait', { ms: 180_000 });
    expect(say.drain('dead')).toEqual(['m']);
  });
});

describe('streams', () => {
  it('[RABBIT-STREAM-8] retention takes whole segments and never the last', () => {
    const say = talk();
    const sizes = { 'x-max-length-bytes': 25, 'x-stream-max-segment-size-bytes': 10 };
    queue(say, 's', { 'x-queue-type': 'stream', ...sizes });
    say.put('s', 'aaaaa', 'bbbbb', 'ccccc', 'ddddd', 'eeeee', 'fffff', 'ggggg');
    say('basic.qos', { prefetchCount: 10 });
    const step = { queue: 's', consumerTag: 'A', arguments: { 'x-stream-offset': 'first' } };
    expect(bodies(say('basic.consume', step))).toEqual(['ccccc', 'ddddd', 'eeeee', 'fffff', 'ggggg']);
  });
});

describe('arguments of basic.consume', () => {
  it('[RABBIT-ARGS-3] are checked as those of a queue', () => {
    const say = talk();
    queue(say, 'q');
    const step = { queue: 'q', consumerTag: 'A', arguments: { 'x-priority': 'high' } };
    expect(say('basic.consume', step).error).toMatchObject({ replyCode: 406, closed: 'channel' });
  });
});

describe('channels', () => {
  it('[RABBIT-CHANNEL-1] what a closed channel consumed is ready again, and nothing is sent to it', () => {
    const say = talk();
    queue(say, 'q');
    say('channel.open', { ch: 'c2' });
    say('basic.consume', { ch: 'c2', queue: 'q', consumerTag: 'A' });
    say.put('q', 'm1');
    say('channel.close', { ch: 'c2' });
    say.put('q', 'm2');
    expect(say.counts('q')).toMatchObject({ messageCount: 2, consumerCount: 0 });
    expect(say.drain('q')).toEqual(['m1', 'm2']);
  });
});
