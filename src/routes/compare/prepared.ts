/** Comparisons that are worth opening as they are: which runs, and what to look for. */
import type { ChosenRun } from './chosen-runs.ts';

export interface Prepared {
  readonly title: string;
  readonly what: string;
  readonly runs: readonly ChosenRun[];
}

const files = (...names: readonly string[]): ChosenRun[] => names.map((file) => ({ file, on: null }));

export const prepared: readonly Prepared[] = [
  {
    title: 'A member joins: three rebalance protocols',
    what: 'Stop the world, cooperative, without a barrier: the same traffic, the pauses measured.',
    runs: files('pause-stop-the-world', 'pause-cooperative', 'pause-without-barrier'),
  },
  {
    title: 'One system on a log, a queue and a bus',
    what: 'The same orders and the same crash, carried by Kafka, by RabbitMQ, and by a bus that keeps nothing.',
    runs: ['kafka', 'rabbit', 'bus'].map((on) => ({ file: 'orders-on-either-broker', on })),
  },
  {
    title: 'A crash after the charge, and its repair',
    what: 'The same crash with and without an idempotency key.',
    runs: files('crash-after-charge', 'crash-after-charge-repaired'),
  },
  {
    title: 'The leader dies: acks=1 and acks=all',
    what: 'What the producer was told, and what the new leader has.',
    runs: files('leader-dies-acks-1', 'leader-dies-acks-all'),
  },
  {
    title: 'Retries that reorder, and their cure',
    what: 'More than one request in flight, with and without idempotence.',
    runs: files('retries-reorder', 'retries-in-order'),
  },
  {
    title: 'A crash, with and without a transaction',
    what: 'Consume, transform, produce.',
    runs: files('crash-without-transaction', 'crash-in-transaction'),
  },
  {
    title: 'Competing consumers and a single active one',
    what: 'Throughput against order on one queue.',
    runs: files('competing-consumers', 'single-active-consumer'),
  },
  {
    title: 'One slow record: share group and consumer group',
    what: 'Who waits behind it.',
    runs: files('share-group-slow-record', 'share-group-slow-record-twin'),
  },
];
