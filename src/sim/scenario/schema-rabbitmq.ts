/**
 * The schema of what is RabbitMQ's own: a node with its exchanges, queues, bindings and policies under their names, or
 * RabbitMQ's exported definitions; how events are published to an exchange, and how a service consumes a queue.
 */
import { LIMITS } from '#sim/scenario/limits.ts';
import {
  Bool,
  byName,
  closed,
  Config,
  Integer,
  List,
  Literal,
  Optional,
  Size,
  Template,
  Text,
  Unsafe,
  words,
} from '#sim/scenario/schema-words.ts';

const NAME = '^[A-Za-z0-9._:-]{1,200}$';

function flag(description: string) {
  return Optional(Bool({ title: 'true or false', description }));
}

const name = Text({ title: 'a name', maxLength: 200 });
const key = Text({ title: 'a routing key', maxLength: 255 });

const Exchange = closed('an exchange', 'Its type and arguments.', {
  type: words('an exchange type', 'How it routes.', 'direct', 'fanout', 'topic', 'headers'),
  durable: flag('Whether it survives a restart; default true.'),
  autoDelete: flag('Whether it goes with its last binding; default false.'),
  internal: flag('Whether clients may not publish to it; default false.'),
  arguments: Optional(Config),
});

const Queue = closed('a queue', 'Durability and arguments.', {
  durable: flag('Whether it survives a restart; default true.'),
  autoDelete: flag('Whether it goes with its last consumer; default false.'),
  arguments: Optional(Config),
});

const Binding = closed('a binding', 'From an exchange to a queue, or to another exchange.', {
  source: name,
  destination: name,
  to: Optional(words('what it leads to', 'Default queue.', 'queue', 'exchange')),
  routingKey: Optional(key),
  arguments: Optional(Config),
});

const Policy = closed('a policy', 'Arguments for whatever its pattern fits.', {
  pattern: Text({ title: 'a regular expression', maxLength: 200 }),
  applyTo: Optional(
    words(
      'what it applies to',
      'Default all.',
      'all',
      'queues',
      'exchanges',
      'classic_queues',
      'quorum_queues',
      'streams',
    ),
  ),
  priority: Optional(Integer({ title: 'a priority', minimum: -1_000_000, maximum: 1_000_000 })),
  definition: Config,
});

export const RabbitBroker = closed('a RabbitMQ node', 'Exchanges, queues, bindings, version and settings.', {
  kind: Literal('rabbitmq', { description: 'The family.' }),
  version: Optional(words('a version of RabbitMQ', 'Whose rules hold; default "3.10".', '3.10', '4.3')),
  exchanges: Optional(byName('exchanges', 'By name.', NAME, Exchange)),
  queues: Optional(byName('queues', 'By name.', NAME, Queue)),
  bindings: Optional(
    List(Binding, {
      title: 'bindings',
      description: 'Which messages go from where to where.',
      maxItems: LIMITS.partitionsInAll,
    }),
  ),
  policies: Optional(byName('policies', 'By name.', NAME, Policy)),
  definitions: Optional(
    Unsafe<Readonly<Record<string, unknown>>>({
      title: "RabbitMQ's exported definitions",
      description: 'As `rabbitmqctl export_definitions` writes them; what is said above is added to them.',
      type: 'object',
    }),
  ),
  disk: Optional(Size),
  config: Optional(Config),
});

export const RabbitRoute = closed(
  'a route to an exchange',
  'Exchange and routing key; "" is the default exchange.',
  {
    exchange: Text({ title: 'an exchange', maxLength: 200 }),
    routingKey: Optional(
      Text({
        title: 'a routing key',
        description: 'May name {event.type} and {key}; default {key}.',
        maxLength: 255,
        examples: ['orders.placed', '{event.type}'],
      }),
    ),
    key: Optional(Template),
    mandatory: flag('Whether a message that no queue gets is returned; default false.'),
    persistent: flag('deliveryMode 2; default true.'),
    priority: Optional(Integer({ title: 'a priority', minimum: 0, maximum: 255 })),
    expiration: Optional(Integer({ title: 'milliseconds', minimum: 0, maximum: 315_360_000_000 })),
    confirms: flag(
      'Whether the broker confirms it; default true. One route without them switches the channel’s off.',
    ),
  },
);

export const RabbitSubscription = closed('a queue to consume', 'Queue, prefetch and acknowledgement.', {
  queue: Text({ title: 'a queue', description: 'One of the queues of this broker.', maxLength: 200 }),
  prefetch: Optional(
    Integer({
      title: 'a prefetch',
      description: 'Unacknowledged messages that a consumer may hold; default 0: no limit.',
      minimum: 0,
      maximum: 65_535,
    }),
  ),
  ack: Optional(
    words('how it acknowledges', 'manual (default): `settle`; auto: sent is acknowledged.', 'manual', 'auto'),
  ),
  exclusive: flag('Whether it wants to be the only one; default false.'),
  arguments: Optional(Config),
  config: Optional(Config),
});
