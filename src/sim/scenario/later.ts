/**
 * What the format is meant to say but the models cannot do yet: known words, so that a file that uses one is told so
 * instead of being told that it is misspelt. An entry leaves this table when its model arrives.
 */
const STEP_LATER =
  'Steps so far: call, transaction, insert, update, read, publish, settle, commit, seek, nack, reject, extend, work, wait, when, stop, fail.';
const SERVICE_LATER = 'Services so far are driven by `every` with `do`, or by `on`.';
const FAULT_LATER = 'Faults so far: crash, pause, restart, slow, partition, latency, drop, deploy, alter.';
const CHECK_LATER =
  'Checks so far: no-loss, effect-once, key-order, commit-safety, outbox, exclusive-assignment, no-phantom-effect, progress.';
const STORE_LATER = 'Stores so far: external-api, database.';
const UNITS_LATER = 'Throttling by throughput, processing or capacity units comes later.';
const BROKER_LATER = 'Brokers so far: kafka, rabbitmq, memory.';
const ERROR_LATER = 'So far: poll-on, crash, seek-back, nack, and retry in place, then drop.';

function table(hint: string, ...words: string[]): [string, string][] {
  return words.map((word) => [word, hint]);
}

/** By the title of the place in the schema, then by word. */
const LATER: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  ['a Kafka cluster', new Map(table(UNITS_LATER, 'throughputUnits', 'processingUnits', 'capacityUnits'))],
  ['a step', new Map(table(STEP_LATER, 'append', 'forward', 'get', 'set', 'request'))],
  [
    'a service',
    new Map(
      table(
        SERVICE_LATER,
        'serve',
        'relay',
        'capture',
        'saga',
        'project',
        'stream',
        'detect',
        'mirror',
        'sequence',
      ),
    ),
  ],
  [
    'a fault',
    new Map(table(FAULT_LATER, 'delay', 'duplicate', 'skew', 'disk', 'profile', 'reorder', 'corrupt')),
  ],
  [
    'a check',
    new Map(
      table(
        CHECK_LATER,
        'no-duplicate-append',
        'causality',
        'declared-guarantee',
        'dead-letter-accounting',
        'saga-terminality',
        'saga-atomicity',
        'read-model',
        'monotone-projection',
        'money-conserved',
        'stock',
        'stream-integrity',
        'schema-safety',
        'version-closure',
        'immutability',
        'trace-continuity',
        'replication-safety',
        'bounded-resources',
        'no-storm',
        'little',
        'determinism',
        'honest-monitoring',
        'retention-safety',
        'replay-hygiene',
        'backoff-law',
        'fence',
      ),
    ),
  ],
  [
    'kind',
    new Map([
      ...table(STORE_LATER, 'key-value', 'event-store', 'schema-registry'),
      ...table(BROKER_LATER, 'sqs', 'redis-streams', 'nats', 'pubsub'),
      ['event-hubs', 'Event Hubs is a broker of kind kafka with "profile": "event-hubs".'],
    ]),
  ],
  ['what then', new Map(table(ERROR_LATER, 'deadLetter', 'park'))],
  ['where', new Map(table(ERROR_LATER, 'topic', 'ladder', 'tail'))],
  ['a retry', new Map(table(ERROR_LATER, 'count', 'deadLetter', 'park', 'drop'))],
  ['a database', new Map(table('Transactions run one after the other.', 'isolation'))],
]);

/** Why `word` is not taken at this place although it is known, or null. */
export function laterHint(place: string, word: string): string | null {
  return LATER.get(place)?.get(word) ?? null;
}
