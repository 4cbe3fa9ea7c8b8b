/**
 * The schema of the system: data, events, brokers, how they carry events, stores, services, links. What a system does
 * (services) is kept apart from the broker that carries it (brokers, carry).
 */
import {
  byName,
  closed,
  Config,
  define,
  Bool,
  Distribution,
  Duration,
  Integer,
  List,
  Literal,
  Num,
  Optional,
  Ordinal,
  pair,
  PLAIN_NAME,
  Text,
  Union,
  Unsafe,
  words,
  DOTTED_NAME,
  Rate,
  SignedDuration,
  Size,
  Template,
  type Definitions,
} from '#sim/scenario/schema-words.ts';
import { OnErrorSchema, Steps } from '#sim/scenario/schema-program.ts';
import { LIMITS } from '#sim/scenario/limits.ts';
import { RabbitBroker, RabbitRoute, RabbitSubscription } from '#sim/scenario/schema-rabbitmq.ts';
import type { Static } from 'typebox';

const defs: Definitions = {};
export const systemDefinitions = defs;

const integer = Integer({ title: 'a whole number', minimum: -LIMITS.integer, maximum: LIMITS.integer });

const Generator = define(
  defs,
  'generator',
  Union(
    [
      Literal('sequence', { description: 'item-1, item-2, … named after the item.' }),
      closed('integer', 'Whole numbers, each equally likely, both bounds included.', {
        integer: pair('two whole numbers', 'Lower and upper bound.', integer),
      }),
      closed('zipf', 'field-1 … field-of; rank r comes with weight r^-s, so that few are hot.', {
        zipf: closed('of and s', 'How many values, and how skewed.', {
          of: Integer({
            title: 'a number of values',
            description: 'How many different ones.',
            minimum: 1,
            maximum: 1_000_000,
          }),
          s: Num({
            title: 'an exponent',
            description: '0 is uniform, 1.1 is a typical hot set.',
            minimum: 0,
            maximum: 10,
          }),
        }),
      }),
      closed('choice', 'One of several texts, equally likely or by weight.', {
        choice: Union(
          [
            List(Text({ maxLength: 200 }), { minItems: 1, maxItems: 1000 }),
            Unsafe<Record<string, number>>({
              type: 'object',
              minProperties: 1,
              additionalProperties: { title: 'a weight', type: 'integer', minimum: 1, maximum: 1_000_000 },
            }),
          ],
          {
            title: 'a list of texts, or texts with weights',
            description: 'Equally likely, or by whole-number weight.',
            examples: [['EUR', 'USD']],
          },
        ),
      }),
    ],
    {
      title: 'a generator',
      description: 'How the values of a field are made: sequence, integer, zipf or choice.',
      examples: ['sequence', { integer: [500, 20000] }],
    },
  ),
);

export const Data = byName(
  'data items',
  'Generators of business data. Each arrival draws one new item of each kind that its program uses. Money is integer minor units.',
  PLAIN_NAME,
  byName('a data item', 'Its fields.', PLAIN_NAME, Generator),
);

export const Events = byName(
  'event types',
  'What is published. An event carries the fields listed and no others.',
  DOTTED_NAME,
  closed('an event type', 'Version, fields and size.', {
    version: Optional(
      Text({ title: 'a version', description: 'Of this event type; default "1.0".', maxLength: 40 }),
    ),
    fields: byName(
      'fields',
      'Names as item.field, each with its type.',
      '^[A-Za-z][A-Za-z0-9_-]*\\.[A-Za-z][A-Za-z0-9_-]*$',
      words('a field type', 'Money is integer minor units.', 'id', 'money', 'integer', 'text'),
    ),
    size: Optional(Size),
    tombstone: Optional(
      Bool({
        title: 'true or false',
        description:
          'Whether its records have no value: on a compacted topic they delete their key. Nothing but the key can be read from one. Default false.',
      }),
    ),
  }),
);

const Topic = closed('a topic', 'Partitions and settings.', {
  partitions: Optional(
    Integer({
      title: 'a number of partitions',
      description: "Default: the broker's num.partitions.",
      minimum: 1,
      maximum: LIMITS.partitionsPerTopic,
      examples: [6],
    }),
  ),
  'replication.factor': Optional(
    Integer({
      title: 'a replication factor',
      description:
        "Copies of each partition, on as many nodes; default: the broker's default.replication.factor.",
      minimum: 1,
      maximum: LIMITS.replicas,
      examples: [3],
    }),
  ),
  replicas: Optional(
    List(
      List(
        Integer({
          title: 'a node',
          description: 'By its number, from 1.',
          minimum: 1,
          maximum: LIMITS.nodes,
        }),
        {
          title: 'nodes',
          description: 'Those that have a copy of the partition, the preferred leader first.',
          minItems: 1,
          maxItems: LIMITS.replicas,
        },
      ),
      {
        title: 'where the copies are',
        description: 'By partition; instead of replication.factor.',
        minItems: 1,
        maxItems: LIMITS.partitionsPerTopic,
        examples: [
          [
            [1, 2, 3],
            [2, 3, 1],
          ],
        ],
      },
    ),
  ),
  config: Optional(Config),
});

const KafkaBroker = closed('a Kafka cluster', 'Topics, nodes, version and settings.', {
  kind: Literal('kafka', { description: 'The family.' }),
  version: Optional(
    words(
      'a version of Kafka',
      'Whose defaults hold; default "4.0". Share groups need "4.2".',
      '4.0',
      '4.0.0-SNAPSHOT',
      '4.2',
    ),
  ),
  nodes: Optional(
    Integer({
      title: 'a number of nodes',
      description:
        'Broker processes, named kafka-1, kafka-2, …; default 1. Several have a controller that does not fail.',
      minimum: 1,
      maximum: LIMITS.nodes,
    }),
  ),
  topics: byName('topics', 'By name.', '^[A-Za-z0-9._-]{1,249}$', Topic),
  profile: Optional(
    Literal('event-hubs', {
      title: 'a profile',
      description: 'The Kafka endpoint of Azure Event Hubs: the file is held to its documented limits.',
    }),
  ),
  tier: Optional(
    words(
      'a tier',
      'Of Event Hubs, whose limits hold; default "standard".',
      'basic',
      'standard',
      'premium',
      'dedicated',
    ),
  ),
  config: Optional(Config),
  groups: Optional(
    byName(
      'groups',
      'Settings of single groups (kafka-configs --entity-type groups), by name.',
      DOTTED_NAME,
      closed('a group', "Settings, under Kafka's names.", { config: Optional(Config) }),
    ),
  ),
});

const MemoryBus = closed('a bus in memory', 'Fan-out to whoever listens now; nothing is kept.', {
  kind: Literal('memory', { description: 'The family.' }),
  topics: byName(
    'topics',
    'By name.',
    '^[A-Za-z0-9._-]{1,249}$',
    closed('a topic', 'A name and no more.', {}),
  ),
});

export const Brokers = byName(
  'brokers',
  'What carries events, by name.',
  PLAIN_NAME,
  Union([KafkaBroker, RabbitBroker, MemoryBus], {
    title: 'a broker',
    description: 'By kind: kafka, rabbitmq, memory.',
  }),
);

export const Carry = byName(
  'carry',
  'By broker: how events and services meet it.',
  PLAIN_NAME,
  closed('what a broker carries', 'publish maps event types to topics, consume maps services to groups.', {
    publish: Optional(
      byName(
        'publish',
        'By event type.',
        DOTTED_NAME,
        Union(
          [
            closed('a route', 'Where events of this type go.', {
              topic: Text({
                title: 'a topic',
                description: 'One of the topics of this broker.',
                maxLength: 249,
              }),
              key: Optional(Template),
            }),
            RabbitRoute,
          ],
          { title: 'a route', description: 'A topic, or an exchange with a routing key.' },
        ),
      ),
    ),
    consume: Optional(
      byName(
        'consume',
        'By service.',
        PLAIN_NAME,
        Union(
          [
            closed('a subscription', 'Topics, group and consumer settings.', {
              topics: List(Text({ title: 'a topic', maxLength: 249 }), {
                title: 'a list of topics',
                description: 'What the service subscribes to.',
                minItems: 1,
                maxItems: LIMITS.topics,
                examples: [['orders']],
              }),
              group: Text({
                title: 'a consumer group',
                description: 'group.id; services with the same group share its partitions.',
                pattern: DOTTED_NAME,
              }),
              share: Optional(
                Bool({
                  title: 'true or false',
                  description:
                    'Whether this is a share group (KIP-932): partitions are shared, records acknowledged one by one. Default false.',
                }),
              ),
              config: Optional(Config),
            }),
            RabbitSubscription,
          ],
          { title: 'a subscription', description: 'Topics and a group, or a queue.' },
        ),
      ),
    ),
  }),
);

export const Arrivals = define(
  defs,
  'arrivals',
  Union(
    [
      Duration,
      closed('poisson', 'Independent arrivals at this mean rate.', { poisson: Rate }),
      closed('constant', 'Evenly spaced arrivals at this rate.', { constant: Rate }),
      closed('bursty', 'Poisson at `rate` for `burst`, then nothing for `pause`, and again.', {
        bursty: closed('rate, burst and pause', 'A rate and two durations.', {
          rate: Rate,
          burst: Duration,
          pause: Duration,
        }),
      }),
    ],
    {
      title: 'arrivals',
      description: 'Of the whole service: a duration (one every so often), or poisson, constant, bursty.',
      examples: [{ poisson: '5/s' }, '1s'],
    },
  ),
);

export const Handlers = define(
  defs,
  'handlers',
  byName('handlers', 'Steps by event type.', DOTTED_NAME, Steps),
);

const Clock = closed('a clock', 'How wrong its clock is.', {
  skew: Optional(SignedDuration),
  drift: Optional(
    Text({
      title: 'a drift',
      description: 'Gain (or loss) in parts per million.',
      pattern: '^-?[0-9]+(\\.[0-9]+)?ppm$',
      maxLength: 20,
      examples: ['200ppm'],
    }),
  ),
});

const common = {
  instances: Optional(
    Integer({
      title: 'a number of instances',
      description: 'Default 1; named payment-1, payment-2, …',
      minimum: 1,
      maximum: LIMITS.instances,
      examples: [2],
    }),
  ),
  startAt: Optional(Duration),
  clock: Optional(Clock),
  concurrency: Optional(
    Integer({
      title: 'a concurrency',
      description: 'Messages that one instance works on at the same time; default 1.',
      minimum: 1,
      maximum: LIMITS.concurrency,
    }),
  ),
  restart: Optional(
    Union([Duration, Literal('never')], {
      title: 'a duration or never',
      description: 'How long a process that crashed by itself stays away; default 1s.',
      examples: ['1s', 'never'],
    }),
  ),
  config: Optional(Config),
  onError: Optional(OnErrorSchema),
};

export const Services = byName(
  'services',
  'What runs, by name.',
  PLAIN_NAME,
  Union(
    [
      closed('a producer or timer', 'Does its steps at every arrival.', {
        every: Arrivals,
        do: Steps,
        limit: Optional(Ordinal),
        until: Optional(Duration),
        ...common,
      }),
      closed('a consumer', 'Handles events by type.', {
        on: Handlers,
        ignore: Optional(
          Bool({
            title: 'true or false',
            description:
              'Whether event types without a handler are passed over on purpose; default false: a loss.',
          }),
        ),
        ...common,
      }),
    ],
    { title: 'a service', description: 'Driven by `every` with `do`, or by `on`.' },
  ),
);

export const Links = List(
  closed('a link', 'An exception to the default network.', {
    between: pair('two names', 'Services, instances, brokers, nodes or stores.', Text({ maxLength: 90 })),
    latency: Optional(Distribution),
    bandwidth: Optional(
      Text({
        title: 'a bandwidth',
        description: 'Bytes a second.',
        pattern: '^[0-9]+(\\.[0-9]+)?(B|kB|MB|GB|KiB|MiB|GiB)/s$',
        maxLength: 30,
        examples: ['10MiB/s'],
      }),
    ),
  }),
  { title: 'links', description: 'Exceptions to the default network.', maxItems: LIMITS.links },
);

export type ArrivalWords = Static<typeof Arrivals>;
export type ServiceWords = Static<typeof Services>[string];
export type GeneratorWords = Static<typeof Generator>;
