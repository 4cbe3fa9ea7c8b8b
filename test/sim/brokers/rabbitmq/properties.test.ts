import { describe, expect, it } from 'vitest';
import { NO_FIELDS } from '#sim/brokers/rabbitmq/config/field-table.ts';
import { entriesOf } from '#sim/brokers/rabbitmq/line.ts';
import { textContent } from '#sim/brokers/rabbitmq/message.ts';
import { perform, type Method } from '#sim/brokers/rabbitmq/methods.ts';
import {
  createNode,
  endConnection,
  finish,
  openChannel,
  openConnection,
  passTime,
  restart,
} from '#sim/brokers/rabbitmq/node.ts';
import { isProtocolError } from '#sim/brokers/rabbitmq/config/protocol-error.ts';
import type { BrokerState, Entry, Queue } from '#sim/brokers/rabbitmq/state.ts';
import { RABBIT_VERSIONS, type RabbitVersion } from '#sim/brokers/rabbitmq/config/version-rules.ts';

/** A small generator of its own: the test's luck, printed with a failure by its seed. */
function luck(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761 + 1;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 374_761_393) >>> 0;
    return state % below;
  };
}

const QUEUES: readonly (readonly [name: string, args: Record<string, string | number | boolean>])[] = [
  ['plain', {}],
  ['short', { 'x-max-length': 3, 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'dead' }],
  ['reject', { 'x-max-length': 2, 'x-overflow': 'reject-publish' }],
  ['ttl', { 'x-message-ttl': 400, 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'plain' }],
  ['prio', { 'x-max-priority': 3, 'x-max-length-bytes': 12 }],
  ['sac', { 'x-single-active-consumer': true }],
  ['quorum', { 'x-queue-type': 'quorum', 'x-delivery-limit': 2, 'x-dead-letter-exchange': 'amq.fanout' }],
  ['dead', {}],
];

function unackedOf(queue: Queue): Entry[] {
  if (queue.type === 'classic') {
    return [...queue.channels.values()].flatMap(({ unacked }) => unacked.map(({ entry }) => entry));
  }
  if (queue.type === 'stream') return [];
  return [...queue.consumers.values()].flatMap(({ checkedOut }) => [...checkedOut.values()]);
}

function readyOf(queue: Queue): Entry[] {
  if (queue.type === 'stream') return [];
  return entriesOf(queue.type === 'classic' ? queue.lines : [...queue.returns, ...queue.lines]);
}

/** [RABBIT-BOOKS-1] */
function checkBooks(b: BrokerState): void {
  for (const queue of b.queues.values()) {
    let left = 0;
    for (const [what, count] of queue.books) {
      if (/^(acknowledge|drop|dead letter|held)/.test(what)) left += count;
    }
    const entered = queue.books.get('enqueue') ?? 0;
    const here = readyOf(queue).length + unackedOf(queue).length;
    expect([queue.name, entered], JSON.stringify([...queue.books])).toEqual([queue.name, left + here]);
    if (queue.type !== 'stream') expect(queue.readyCount).toBe(readyOf(queue).length);
  }
}

function checkWindows(b: BrokerState): void {
  for (const queue of b.queues.values()) {
    if (queue.type === 'classic') {
      for (const { credits } of queue.channels.values())
        for (const credit of credits.values()) expect(credit).toBeGreaterThanOrEqual(0);
    } else if (queue.type === 'quorum') {
      for (const { credit } of queue.consumers.values()) expect(credit).toBeGreaterThanOrEqual(0);
    }
  }
}

/** [RABBIT-CLASSIC-1] Whatever came back, what is ready stands in order of arrival. */
function checkOrder(b: BrokerState): void {
  for (const queue of b.queues.values()) {
    if (queue.type !== 'classic') continue;
    for (const line of queue.lines) {
      const seqs = entriesOf([line]).map(({ seq }) => seq);
      expect(seqs).toEqual([...seqs].sort((x, y) => x - y));
    }
  }
}

interface Play {
  readonly b: BrokerState;
  readonly pick: (below: number) => number;
  connections: number[];
  made: number;
}

function aMethod(play: Play): Method {
  const { b, pick } = play;
  const queue = QUEUES[pick(QUEUES.length)]?.[0] ?? 'plain';
  switch (pick(9)) {
    case 0:
    case 1:
    case 2: {
      const properties = { deliveryMode: 1 + pick(2), priority: pick(6) };
      play.made += 1;
      const content = textContent(`m${play.made}`, properties);
      return { method: 'basic.publish', exchange: '', routingKey: queue, mandatory: pick(2) === 0, content };
    }
    case 3:
      return { method: 'basic.get', queue, noAck: pick(3) === 0 };
    case 4: {
      const consumerTag = `t${pick(1000)}`;
      return {
        method: 'basic.consume',
        queue,
        consumerTag,
        noAck: pick(3) === 0,
        exclusive: false,
        args: NO_FIELDS,
      };
    }
    case 5:
      return { method: 'basic.qos', prefetchCount: 1 + pick(3), global: pick(4) === 0 };
    default: {
      const channel = [...b.channels.values()][pick(b.channels.size)];
      const pending = channel?.unacked[pick(Math.max(1, channel.unacked.length))];
      const deliveryTag = pending?.deliveryTag ?? 0;
      const multiple = pending === undefined || pick(4) === 0;
      if (pick(2) === 0) return { method: 'basic.ack', deliveryTag, multiple };
      return { method: 'basic.nack', deliveryTag, multiple, requeue: pick(2) === 0 };
    }
  }
}

function begin(version: RabbitVersion, seed: number): Play {
  const b = createNode(version);
  const play: Play = { b, pick: luck(seed), connections: [], made: 0 };
  connect(play);
  const channel = [...b.channels.values()][0];
  if (channel === undefined) throw new Error('no channel');
  for (const [queue, args] of QUEUES) {
    const method = { method: 'queue.declare', queue, passive: false, generated: '' } as const;
    const made = perform(b, channel, { ...method, durable: true, exclusive: false, autoDelete: false, args });
    expect(isProtocolError(made)).toBe(false);
  }
  const binding = {
    source: 'amq.fanout',
    kind: 'queue',
    destination: 'dead',
    routingKey: '',
    args: {},
  } as const;
  perform(b, channel, { method: 'bind', binding });
  return play;
}

function connect(play: Play): void {
  const connection = openConnection(play.b);
  play.connections.push(connection);
  openChannel(play.b, connection).confirm = true;
  openChannel(play.b, connection);
}

function move(play: Play): void {
  const { b, pick } = play;
  const chance = pick(40);
  if (chance === 0) {
    const at = pick(play.connections.length);
    endConnection(b, play.connections.splice(at, 1)[0] ?? -1);
    finish(b);
  } else if (chance === 1) passTime(b, b.now + 200_000);
  else if (chance === 2 && pick(4) === 0) {
    restart(b);
    play.connections = [];
  }
  if (b.channels.size < 3) connect(play);
  const method = aMethod(play);
  const owner = [...b.channels.values()].find(
    ({ unacked }) =>
      'deliveryTag' in method && unacked.some(({ deliveryTag }) => deliveryTag === method.deliveryTag),
  );
  const channel = owner ?? [...b.channels.values()][pick(b.channels.size)];
  if (channel !== undefined) perform(b, channel, method);
  b.frames = [];
}

describe.each(RABBIT_VERSIONS)('whatever is said to a %s node', (version) => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    '[RABBIT-BOOKS-1] [RABBIT-CLASSIC-1] books, order and windows hold: seed %i',
    (seed) => {
      const play = begin(version, seed);
      for (let i = 0; i < 400; i += 1) {
        move(play);
        checkBooks(play.b);
        checkOrder(play.b);
        checkWindows(play.b);
      }
      expect(play.made).toBeGreaterThan(50);
    },
  );
});

describe('the property itself', () => {
  it('notices a message that vanishes', () => {
    const play = begin('3.10', 1);
    const channel = [...play.b.channels.values()][0];
    if (channel === undefined) throw new Error('no channel');
    const content = textContent('m', NO_FIELDS);
    perform(play.b, channel, {
      method: 'basic.publish',
      exchange: '',
      routingKey: 'plain',
      mandatory: false,
      content,
    });
    const queue = play.b.queues.get('plain');
    if (queue?.type !== 'classic') throw new Error('no queue');
    queue.lines.forEach((line) => line.items.pop());
    expect(() => {
      checkBooks(play.b);
    }).toThrow();
  });
});
