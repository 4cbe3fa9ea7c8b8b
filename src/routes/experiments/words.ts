/** The gallery in words. */
const themes: Readonly<Record<string, string>> = {
  effects: 'Effects and commits',
  groups: 'Consumer groups',
  log: 'The log',
  replication: 'Replication',
  retention: 'Retention and compaction',
  transactions: 'Transactions',
  stores: 'Stores and outbox',
  rabbitmq: 'RabbitMQ',
  'kafka-claims': 'Claims about Kafka',
};

export const words = {
  title: 'Experiments · Spillway',
  description:
    'Scenario files by what they show: each with a question, a run and the verdict that it ends with.',
  heading: 'Experiments',
  lead: 'Each is a file, a seed and a question. Say what you expect, then let it run: the same file gives the same run everywhere. The pictures are the runs themselves: faults above, records that wait, effects as ticks, anomalies as crosses.',
  filter: 'Choose by',
  facets: { theme: 'What it shows', broker: 'Broker', fault: 'Fault', claim: 'Guarantee' },
  all: 'all',
  noFault: 'no fault',
  count: (shown: number, all: number): string =>
    shown === all ? `${all} experiments` : `${shown} of ${all} experiments`,
  nothing: 'No experiment has all of that.',
  clear: 'Show all',
  theme: (name: string): string => themes[name] ?? name,
  waiting: 'Waits for its turn.',
  running: 'Runs.',
  failed: 'It could not be run here.',
  asExpected: 'Ran; every verdict is as expected.',
  notAsExpected: (claims: string): string => `Ran; ${claims} came out otherwise.`,
  holds: 'all valid',
  breaks: (claims: string): string => `${claims} invalid`,
  leaves: (claims: string): string => `${claims} left open`,
  nothingClaimed: 'claims nothing',
  picture: (title: string): string => `Timeline of “${title}”`,
  pictureText: (seconds: string, faults: number, anomalies: number): string =>
    `${seconds} s of virtual time, ${faults} ${faults === 1 ? 'fault' : 'faults'}, ${anomalies} ${anomalies === 1 ? 'anomaly' : 'anomalies'}.`,
  needsScript: 'Runs are computed in this tab; that needs JavaScript.',
} as const;
