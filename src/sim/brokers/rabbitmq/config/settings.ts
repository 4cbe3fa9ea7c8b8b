/**
 * RabbitMQ's settings and arguments as one table: name, type, default by version, bounds, meaning, and whether a model
 * acts on it: what the schema, the inspector and the documentation read. Sources: rabbitmq.conf.example, the
 * documentation's "Optional Arguments" and "Policies", amqp-client's ConnectionFactory.
 */
import type { RabbitVersion } from '#sim/brokers/rabbitmq/config/version-rules.ts';

export type RabbitKind = 'node' | 'queue' | 'exchange' | 'consumer' | 'client';

export interface RabbitSetting {
  readonly kind: RabbitKind;
  readonly name: string;
  readonly type: 'INT' | 'STRING' | 'BOOLEAN' | 'TABLE';
  readonly default: string | number | boolean | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly words: readonly string[] | null;
  readonly unit: string;
  readonly meaning: string;
  readonly modelled: boolean;
}

/** A star: a model acts on it. name | type | default | bounds | unit | meaning */
const ROWS: Readonly<Record<RabbitKind, string>> = {
  node: `
* consumer_timeout | INT | 1800000 | 1.. | ms | How long a delivery may stay unacknowledged before its channel is closed.
* channel_tick_interval | INT | 60000 | 1.. | ms | How often a channel looks for deliveries that took too long.
* heartbeat | INT | 60000 | 1.. | ms | A peer that says nothing for two of these is taken for dead (in rabbitmq.conf in seconds).
* vm_memory_high_watermark.absolute | INT | null | 0.. | bytes | Above this the memory alarm blocks publishers.
  disk_free_limit.absolute | INT | 50000000 | 0.. | bytes | Below this the disk alarm blocks publishers.
  default_queue_type | STRING | classic | =classic/quorum/stream | | Type of queues that name none.
  queue_index_embed_msgs_below | INT | 4096 | 0.. | bytes | Smaller messages are kept in the index.
  channel_max | INT | 2047 | 0.. | | Channels on one connection.`,
  queue: `
* x-queue-type | STRING | classic | =classic/quorum/stream | | Kind of queue.
* x-expires | INT | null | 1.. | ms | The queue goes when nobody has used it for so long.
* x-message-ttl | INT | null | 0.. | ms | How long a message may wait.
* x-max-length | INT | null | 0.. | | Ready messages that the queue keeps at most.
* x-max-length-bytes | INT | null | 0.. | bytes | Bytes of ready bodies that it keeps at most.
* x-overflow | STRING | drop-head | =drop-head/reject-publish/reject-publish-dlx | | Which message goes when the queue is full.
* x-dead-letter-exchange | STRING | null | - | | Where rejected, expired and dropped messages go.
* x-dead-letter-routing-key | STRING | null | - | | Their routing key there, instead of their own.
* x-dead-letter-strategy | STRING | at-most-once | =at-most-once/at-least-once | | Whether a dead letter waits until a queue has taken it.
* x-max-priority | INT | null | 0..255 | | Priorities of a classic queue.
* x-single-active-consumer | BOOLEAN | false | - | | Only one consumer is served at a time.
* x-delivery-limit | INT | ? | -1.. | | Returns after which a quorum queue gives a message up.
* x-max-age | STRING | null | - | | How long a stream keeps its segments.
* x-stream-max-segment-size-bytes | INT | 500000000 | 0..3000000000 | bytes | Size at which a stream begins a new segment.
  x-queue-mode | STRING | default | =default/lazy | | Whether messages go to disk at once.
  x-queue-version | INT | 1 | 1..2 | | How a classic queue stores its messages.
  x-queue-leader-locator | STRING | client-local | =client-local/balanced | | Where the leader is placed.
  x-quorum-initial-group-size | INT | 3 | 1.. | | Members of a quorum queue.
  x-initial-cluster-size | INT | null | 1.. | | Members of a stream.`,
  exchange: `
* alternate-exchange | STRING | null | - | | Takes what no binding matches.`,
  consumer: `
* x-priority | INT | 0 | .. | | Consumers of a higher priority are served first.
* x-stream-offset | STRING | next | - | | Where a stream is read from: first, last, next, an offset, a timestamp, an age.
  x-cancel-on-ha-failover | BOOLEAN | false | - | | Cancel instead of consuming on after a failover.`,
  client: `
* prefetch | INT | 0 | 0..65535 | | How many unacknowledged messages the consumer may hold; 0 is no limit.
* network-recovery-interval | INT | 5000 | 1.. | ms | Pause before a broken connection is opened again.
* requested-heartbeat | INT | 60000 | 1.. | ms | See heartbeat.
* publisher-confirms | BOOLEAN | true | - | | Whether the broker confirms publishes.`,
};

const DELIVERY_LIMIT: Readonly<Record<RabbitVersion, number | null>> = { '3.10': null, '4.3': 20 };

function readRow(kind: RabbitKind, line: string, version: RabbitVersion): RabbitSetting {
  const [name = '', type = '', initial = '', bounds = '', unit = '', meaning = ''] = line
    .replace(/^\*/, '')
    .split(' | ')
    .map((part) => part.trim());
  const [low = '', high = ''] = bounds.includes('..') ? bounds.split('..') : [];
  const fallback = initial === '?' ? DELIVERY_LIMIT[version] : readDefault(type, initial);
  return {
    kind,
    name,
    type: type as RabbitSetting['type'],
    default: fallback,
    min: low === '' ? null : Number(low),
    max: high === '' ? null : Number(high),
    words: bounds.startsWith('=') ? bounds.slice(1).split('/') : null,
    unit,
    meaning,
    modelled: line.startsWith('*'),
  };
}

function readDefault(type: string, text: string): string | number | boolean | null {
  if (text === 'null') return null;
  if (type === 'INT') return Number(text);
  return type === 'BOOLEAN' ? text === 'true' : text;
}

export function rabbitSettings(kind: RabbitKind, version: RabbitVersion): RabbitSetting[] {
  return ROWS[kind]
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => readRow(kind, line, version));
}

export function rabbitSetting(kind: RabbitKind, name: string, version: RabbitVersion): RabbitSetting | null {
  return rabbitSettings(kind, version).find((setting) => setting.name === name) ?? null;
}

/** What is wrong with a value, in one sentence; null where nothing is. */
export function settingFault(setting: RabbitSetting, value: unknown): string | null {
  const { name, type, min, max, words } = setting;
  if (type === 'BOOLEAN') return typeof value === 'boolean' ? null : `${name} is true or false.`;
  if (type === 'INT') {
    if (typeof value !== 'number' || !Number.isInteger(value)) return `${name} is a whole number.`;
    if (min !== null && value < min) return `${name} must be at least ${min}.`;
    return max !== null && value > max ? `${name} must be no more than ${max}.` : null;
  }
  if (typeof value !== 'string') return name === 'x-stream-offset' ? null : `${name} is a text.`;
  return words !== null && !words.includes(value) ? `${name} is one of ${words.join(', ')}.` : null;
}
