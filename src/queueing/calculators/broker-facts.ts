/**
 * What the chooser of C8 holds about each broker: whether it has a property, and where that is written. "partly" is a
 * property under a condition, named in `why`. Throughputs are the sources' claims as ranges: they depend on size,
 * acknowledgement and replication and are no property of a broker. Sizes are defaults or documented limits in bytes.
 */
export const BROKERS = [
  'kafka',
  'event-hubs',
  'redis-streams',
  'rabbitmq',
  'sns-sqs',
  'pubsub',
  'nats-core',
  'jetstream',
] as const;
export type Broker = (typeof BROKERS)[number];

export const PROPERTIES = [
  'replay',
  'keyOrder',
  'priority',
  'routing',
  'persistence',
  'serverless',
  'multiRegion',
  'simpleToRun',
] as const;
export type Property = (typeof PROPERTIES)[number];

export interface Fact {
  readonly has: 'yes' | 'partly' | 'no';
  readonly why: string;
  readonly source: string;
}

export interface BrokerFacts {
  readonly name: string;
  readonly largestMessage: number;
  /** Messages a second as the sources claim, lowest and highest. */
  readonly claimed: readonly [low: number, high: number];
  readonly claimedBy: string;
  readonly properties: Readonly<Record<Property, Fact>>;
}

const fact = (has: Fact['has'], why: string, source: string): Fact => ({ has, why, source });

const KAFKA_DOCS = 'Kafka documentation, 4.0';
const RABBIT_DOCS = 'RabbitMQ documentation, 3.10';
const REDIS_DOCS = 'Redis documentation, Streams';
const NATS_DOCS = 'NATS documentation';
const AWS_DOCS = 'Amazon SQS and SNS developer guides';
const GOOGLE_DOCS = 'Google Cloud Pub/Sub documentation';
const AZURE_DOCS = 'Azure Event Hubs documentation';

/** A partitioned log, as Kafka and those that speak its protocol. */
const LOG: Pick<BrokerFacts['properties'], 'replay' | 'keyOrder' | 'priority' | 'persistence'> = {
  replay: fact('yes', 'A group may seek to any offset that retention still holds; not for ever.', KAFKA_DOCS),
  keyOrder: fact('yes', 'A key stays in one partition while their number stays.', KAFKA_DOCS),
  priority: fact('no', 'A partition is read in offset order.', KAFKA_DOCS),
  persistence: fact('yes', 'Records are on disks, and replicated.', KAFKA_DOCS),
};

export const FACTS: Readonly<Record<Broker, BrokerFacts>> = {
  kafka: {
    name: 'Apache Kafka',
    largestMessage: 1_048_588,
    claimed: [100_000, 2_000_000],
    claimedBy: '[0:68-71] [2:39] a broker; [1:326] [4:470] a cluster',
    properties: {
      ...LOG,
      routing: fact('no', 'By topic and partition; filtering is the consumer’s.', KAFKA_DOCS),
      serverless: fact('partly', 'As a service of several vendors.', '[2:597-602]'),
      multiRegion: fact('yes', 'MirrorMaker copies topics between clusters.', KAFKA_DOCS),
      simpleToRun: fact('no', 'Partitions, replicas and groups are the operator’s to plan.', '[2:44]'),
    },
  },
  'event-hubs': {
    name: 'Azure Event Hubs',
    largestMessage: 1_048_576,
    claimed: [100_000, 2_000_000],
    claimedBy: '[4:463-642]',
    properties: {
      ...LOG,
      routing: fact('no', 'By hub and partition.', AZURE_DOCS),
      serverless: fact('yes', 'There is nothing to run.', AZURE_DOCS),
      multiRegion: fact('yes', 'Geo-replication and geo-disaster recovery.', AZURE_DOCS),
      simpleToRun: fact('yes', 'There is nothing to run.', AZURE_DOCS),
    },
  },
  'redis-streams': {
    name: 'Redis Streams',
    largestMessage: 536_870_912,
    claimed: [10_000, 50_000],
    claimedBy: '[2:39] and [0:79-81], which disagree',
    properties: {
      replay: fact('partly', 'By id, as far back as the stream is not trimmed.', REDIS_DOCS),
      keyOrder: fact(
        'partly',
        'A stream is in order; consumers of one group share it out message by message.',
        REDIS_DOCS,
      ),
      priority: fact('no', 'A stream is read in id order.', REDIS_DOCS),
      routing: fact('no', 'By stream.', REDIS_DOCS),
      persistence: fact(
        'partly',
        'Without appendonly a restart loses groups and pending lists too.',
        'recorded, Redis 7.0.15',
      ),
      serverless: fact('partly', 'As a service of several vendors.', REDIS_DOCS),
      multiRegion: fact('no', 'One primary takes the writes; others follow asynchronously.', REDIS_DOCS),
      simpleToRun: fact('yes', 'It comes with a Redis that may be there already.', '[2:44]'),
    },
  },
  rabbitmq: {
    name: 'RabbitMQ',
    largestMessage: 134_217_728,
    claimed: [10_000, 100_000],
    claimedBy: '[0:72-74], [1:384] and [2:39], which disagree',
    properties: {
      replay: fact(
        'partly',
        'From a stream queue; a classic or quorum queue gives a message up once acked.',
        RABBIT_DOCS,
      ),
      keyOrder: fact(
        'partly',
        'A queue with a single active consumer, or one queue a hash of keys.',
        RABBIT_DOCS,
      ),
      priority: fact('yes', 'x-max-priority of a classic queue.', RABBIT_DOCS),
      routing: fact('yes', 'Direct, topic, fanout and headers exchanges.', RABBIT_DOCS),
      persistence: fact(
        'yes',
        'Durable queues keep persistent messages over a restart.',
        'recorded, RabbitMQ 3.10.8',
      ),
      serverless: fact('partly', 'As a service of several vendors.', '[2:597-602]'),
      multiRegion: fact('partly', 'Federation and shovel pass messages on.', RABBIT_DOCS),
      simpleToRun: fact('partly', 'One node is simple, a cluster less so.', '[2:44]'),
    },
  },
  'sns-sqs': {
    name: 'Amazon SNS and SQS',
    largestMessage: 1_048_576,
    claimed: [3000, 100_000],
    claimedBy: '[0:75-77] [4:512-547]',
    properties: {
      replay: fact('no', 'A deleted message is gone; only a dead-letter queue can be redriven.', AWS_DOCS),
      keyOrder: fact('partly', 'FIFO queues, a message group a key.', AWS_DOCS),
      priority: fact('no', 'One queue a priority.', AWS_DOCS),
      routing: fact('yes', 'Filter policies of subscriptions.', AWS_DOCS),
      persistence: fact('yes', 'Kept up to 14 days.', AWS_DOCS),
      serverless: fact('yes', 'There is nothing to run.', AWS_DOCS),
      multiRegion: fact('partly', 'SNS delivers to queues of other regions.', AWS_DOCS),
      simpleToRun: fact('yes', 'There is nothing to run.', AWS_DOCS),
    },
  },
  pubsub: {
    name: 'Google Cloud Pub/Sub',
    largestMessage: 10_000_000,
    claimed: [10_000, 1_000_000],
    claimedBy: '[4:463-642]',
    properties: {
      replay: fact(
        'partly',
        'Seek to a time or snapshot of a subscription that retains what is acked.',
        GOOGLE_DOCS,
      ),
      keyOrder: fact('yes', 'Ordering keys, within a region.', GOOGLE_DOCS),
      priority: fact('no', 'One topic a priority.', GOOGLE_DOCS),
      routing: fact('yes', 'Filters of subscriptions, by attribute.', GOOGLE_DOCS),
      persistence: fact('yes', 'Kept in several zones.', GOOGLE_DOCS),
      serverless: fact('yes', 'There is nothing to run.', GOOGLE_DOCS),
      multiRegion: fact('yes', 'A topic is global.', GOOGLE_DOCS),
      simpleToRun: fact('yes', 'There is nothing to run.', GOOGLE_DOCS),
    },
  },
  'nats-core': {
    name: 'NATS without JetStream',
    largestMessage: 1_048_576,
    claimed: [100_000, 2_000_000],
    claimedBy: '[2:39]',
    properties: {
      replay: fact('no', 'Nothing is kept.', 'recorded, NATS 2.9.10'),
      keyOrder: fact(
        'partly',
        'In order from one publisher to one subscriber; a queue group shares messages out.',
        NATS_DOCS,
      ),
      priority: fact('no', 'Messages are passed on as they come.', NATS_DOCS),
      routing: fact('yes', 'Subjects with wildcards.', NATS_DOCS),
      persistence: fact('no', 'Nothing is kept: who is away misses it.', 'recorded, NATS 2.9.10'),
      serverless: fact('partly', 'As a service of its makers.', NATS_DOCS),
      multiRegion: fact('yes', 'Gateways join clusters.', NATS_DOCS),
      simpleToRun: fact('yes', 'One small program.', '[2:44]'),
    },
  },
  jetstream: {
    name: 'NATS JetStream',
    largestMessage: 1_048_576,
    claimed: [10_000, 200_000],
    claimedBy: '[2:39] does not tell it from core NATS',
    properties: {
      replay: fact('yes', 'A new consumer starts at any sequence or time that the stream keeps.', NATS_DOCS),
      keyOrder: fact(
        'partly',
        'Only with max_ack_pending 1 does a redelivery hold the others back.',
        'recorded, NATS 2.9.10',
      ),
      priority: fact('no', 'A stream is read in sequence order.', NATS_DOCS),
      routing: fact('yes', 'Subjects with wildcards, filters of consumers.', NATS_DOCS),
      persistence: fact('yes', 'File storage, replicated where it is asked for.', NATS_DOCS),
      serverless: fact('partly', 'As a service of its makers.', NATS_DOCS),
      multiRegion: fact('yes', 'Mirrors and sources between clusters.', NATS_DOCS),
      simpleToRun: fact('yes', 'One small program.', '[2:44]'),
    },
  },
};
