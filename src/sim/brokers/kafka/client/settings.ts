/**
 * From Kafka's names and units to what the clients are built with: durations in µs. The values are those in force, as
 * `resolveProducerConfig` and `resolveConsumerConfig` give them.
 */
import { assert } from '#sim/base/assert.ts';
import { MILLISECOND } from '#sim/base/time.ts';
import type { Assignor } from '#sim/brokers/kafka/assignors/assignor.ts';
import { cooperativeStickyAssignor } from '#sim/brokers/kafka/assignors/cooperative-sticky.ts';
import { rangeAssignor } from '#sim/brokers/kafka/assignors/range.ts';
import { roundRobinAssignor } from '#sim/brokers/kafka/assignors/round-robin.ts';
import { stickyAssignor } from '#sim/brokers/kafka/assignors/sticky.ts';
import type { ConsumerSettings } from '#sim/brokers/kafka/client/consumer-state.ts';
import type { ProducerSettings } from '#sim/brokers/kafka/client/producer-state.ts';
import type { ResolvedConfig } from '#sim/brokers/kafka/config.ts';

const assignorClasses: Readonly<Record<string, Assignor>> = {
  'org.apache.kafka.clients.consumer.RangeAssignor': rangeAssignor,
  'org.apache.kafka.clients.consumer.RoundRobinAssignor': roundRobinAssignor,
  'org.apache.kafka.clients.consumer.StickyAssignor': stickyAssignor,
  'org.apache.kafka.clients.consumer.CooperativeStickyAssignor': cooperativeStickyAssignor,
};

/** A hundred years: max.block.ms may be larger than any time that a run knows. */
const FOR_EVER = 3_155_760_000_000_000;

type Values = ResolvedConfig['values'];

function amount(values: Values, name: string): number {
  const value = values[name];
  assert(typeof value === 'number', `[KAFKA-CLIENT-41] ${name} is a number`);
  return value;
}

function duration(values: Values, name: string): number {
  return amount(values, name) * MILLISECOND;
}

/** The connections', retries' and refreshes' pauses that both clients have. */
function pauses(
  values: Values,
): Pick<
  ProducerSettings,
  | 'requestTimeout'
  | 'metadataMaxAge'
  | 'retryBackoff'
  | 'retryBackoffMax'
  | 'reconnectBackoff'
  | 'reconnectBackoffMax'
> {
  return {
    requestTimeout: duration(values, 'request.timeout.ms'),
    metadataMaxAge: duration(values, 'metadata.max.age.ms'),
    retryBackoff: duration(values, 'retry.backoff.ms'),
    retryBackoffMax: duration(values, 'retry.backoff.max.ms'),
    reconnectBackoff: duration(values, 'reconnect.backoff.ms'),
    reconnectBackoffMax: duration(values, 'reconnect.backoff.max.ms'),
  };
}

/** `version` is the cluster's transaction.version. */
export function producerSettings(values: Values, version: 1 | 2 = 2): ProducerSettings {
  const acks = values['acks'];
  const id = values['transactional.id'];
  return {
    ...pauses(values),
    acks: acks === '0' ? 0 : acks === '1' ? 1 : -1,
    idempotence: values['enable.idempotence'] === true,
    retries: amount(values, 'retries'),
    maxInFlight: amount(values, 'max.in.flight.requests.per.connection'),
    // a batch holds at least one record, however small batch.size is (RecordAccumulator)
    batchSize: Math.max(1, amount(values, 'batch.size')),
    linger: duration(values, 'linger.ms'),
    maxRequestSize: amount(values, 'max.request.size'),
    deliveryTimeout: duration(values, 'delivery.timeout.ms'),
    bufferMemory: amount(values, 'buffer.memory'),
    maxBlock: Math.min(duration(values, 'max.block.ms'), FOR_EVER),
    adaptivePartitioning: values['partitioner.adaptive.partitioning.enable'] !== false,
    transactions:
      typeof id === 'string' ? { id, timeout: duration(values, 'transaction.timeout.ms'), version } : null,
  };
}

export function consumerSettings(values: Values): ConsumerSettings {
  const reset = values['auto.offset.reset'];
  const instance = values['group.instance.id'];
  const remote = values['group.remote.assignor'];
  return {
    ...pauses(values),
    autoCommit: values['enable.auto.commit'] === true,
    autoCommitInterval: duration(values, 'auto.commit.interval.ms'),
    autoOffsetReset: reset === 'latest' || reset === 'none' ? reset : 'earliest',
    maxPollRecords: amount(values, 'max.poll.records'),
    maxPollInterval: duration(values, 'max.poll.interval.ms'),
    sessionTimeout: duration(values, 'session.timeout.ms'),
    heartbeatInterval: duration(values, 'heartbeat.interval.ms'),
    fetchMinBytes: amount(values, 'fetch.min.bytes'),
    fetchMaxBytes: amount(values, 'fetch.max.bytes'),
    fetchMaxWait: duration(values, 'fetch.max.wait.ms'),
    maxPartitionFetchBytes: amount(values, 'max.partition.fetch.bytes'),
    defaultApiTimeout: duration(values, 'default.api.timeout.ms'),
    protocol: values['group.protocol'] === 'consumer' ? 'consumer' : 'classic',
    remoteAssignor: typeof remote === 'string' ? remote : null,
    readCommitted: values['isolation.level'] === 'read_committed',
    groupInstanceId: typeof instance === 'string' ? instance : null,
  };
}

/** What a member offers of `partition.assignment.strategy`, best first. */
export function assignorsOf(values: Values): readonly Assignor[] {
  const written = values['partition.assignment.strategy'];
  assert(Array.isArray(written), '[KAFKA-CLIENT-41] partition.assignment.strategy is a list');
  const classes: readonly string[] = written;
  return classes.flatMap((name) => assignorClasses[name] ?? []);
}
