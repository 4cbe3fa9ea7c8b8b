/**
 * Azure Event Hubs as its documentation has it: limits by tier, which settings are the user's, what its endpoint asks of
 * clients. Nothing about its insides, which are not documented. Sources: learn.microsoft.com/azure/event-hubs,
 * event-hubs-quotas (limits), apache-kafka-configurations (clients), apache-kafka-transactions, log-compaction,
 * apache-kafka-frequently-asked-questions; read in November 2026. Left out: throughput units and throttling, processing
 * and capacity units, connections, AMQP.
 */
export type EventHubsTier = 'basic' | 'standard' | 'premium' | 'dedicated';

export const EVENT_HUBS_TIERS: readonly EventHubsTier[] = ['basic', 'standard', 'premium', 'dedicated'];

export interface EventHubsLimits {
  /** Bytes of one publication. */
  readonly publication: number;
  /** Partitions of one event hub, and event hubs (topics) of one namespace. */
  readonly partitions: number;
  readonly eventHubs: number;
  readonly retentionDays: number;
  readonly transactions: boolean;
  readonly kafka: boolean;
}

const KILOBYTE = 1024;
const MEGABYTE = 1_048_576;

export const EVENT_HUBS_LIMITS: Readonly<Record<EventHubsTier, EventHubsLimits>> = {
  basic: {
    publication: 256 * KILOBYTE,
    partitions: 32,
    eventHubs: 10,
    retentionDays: 1,
    transactions: false,
    kafka: false,
  },
  standard: {
    publication: MEGABYTE,
    partitions: 32,
    eventHubs: 10,
    retentionDays: 7,
    transactions: false,
    kafka: true,
  },
  premium: {
    publication: MEGABYTE,
    partitions: 100,
    eventHubs: 100,
    retentionDays: 90,
    transactions: true,
    kafka: true,
  },
  dedicated: {
    publication: MEGABYTE,
    partitions: 1024,
    eventHubs: 1000,
    retentionDays: 90,
    transactions: true,
    kafka: true,
  },
};

/** Of a topic's settings, those that an event hub has in its own terms: retention, cleanup policy, tombstone retention. */
export const EVENT_HUBS_TOPIC_SETTINGS: readonly string[] = [
  'cleanup.policy',
  'delete.retention.ms',
  'retention.ms',
];

/** What the endpoint's documentation permits or recommends of clients; `below` and `least` are bounds of a right value. */
export interface ClientAdvice {
  readonly kind: 'producer' | 'consumer';
  readonly name: string;
  readonly below?: number;
  readonly least?: number;
  readonly why: string;
}

export const EVENT_HUBS_CLIENTS: readonly ClientAdvice[] = [
  {
    kind: 'producer',
    name: 'max.request.size',
    below: 1_046_528,
    why: 'Event Hubs closes the connection on a larger request',
  },
  {
    kind: 'producer',
    name: 'request.timeout.ms',
    least: 20_000,
    why: 'Event Hubs itself counts with at least that',
  },
  {
    kind: 'consumer',
    name: 'session.timeout.ms',
    least: 30_000,
    why: 'Event Hubs recommends at least that, against needless rebalances',
  },
];
