/**
 * The verbs of the `id-…` cases: append on one partition and advanceTime, through Produce, Fetch and ListOffsets.
 * Without transactions the last stable offset is the high watermark, and both isolation levels read the same.
 */
import { intern } from '#sim/base/names.ts';
import { addEvent, addMessage } from '#sim/messaging/catalog.ts';
import {
  FETCH,
  LIST_OFFSETS,
  PRODUCE,
  type FetchResponse,
  type ListOffsetsResponse,
  type ProduceResponse,
} from '#sim/brokers/kafka/protocol.ts';
import { SingleBroker } from '#sim/brokers/kafka/verbs/single-broker.ts';
import {
  listOf,
  NOT_MODELLED,
  numberOf,
  textOf,
  type Answer,
  type KafkaCase,
  type Step,
} from '#sim/brokers/kafka/verbs/step.ts';

/** What a record batch carries besides its records, and a record besides its value: near enough for limits. */
const BATCH_OVERHEAD = 61;
const RECORD_OVERHEAD = 7;
const LATEST = -1;
const EVERYTHING = 0x7fffffff;

interface Log {
  readonly lab: SingleBroker;
  /** Value by mid. */
  readonly values: string[];
}

export function logCase(given: Step): KafkaCase {
  let log: Log | null = null;
  return {
    do: (step) => {
      if (step['transactional'] === true) return NOT_MODELLED;
      log ??= { lab: new SingleBroker(given), values: [] };
      if (step['verb'] === 'append') return append(log, step);
      if (step['verb'] !== 'advanceTime') return NOT_MODELLED;
      log.lab.advance(numberOf(step['ms'], 0));
      return { result: 'NONE', ...readAll(log) };
    },
  };
}

function append(log: Log, step: Step): Answer {
  const values = listOf(step['values']).map((value) => textOf(value, ''));
  let bytes = BATCH_OVERHEAD;
  for (const value of values) bytes += RECORD_OVERHEAD + value.length;
  const mids = Int32Array.from(values, (value) => newMessage(log, value));
  const baseSequence = numberOf(step['baseSequence'], -1);
  log.lab.request(PRODUCE, {
    acks: -1,
    producerId: numberOf(step['producerId'], -1),
    producerEpoch: numberOf(step['producerEpoch'], -1),
    batches: [{ partition: 0, mids, baseSequence, bytes }],
  });
  const result = answerOf<ProduceResponse>(log).results[0];
  if (result === undefined) return NOT_MODELLED;
  const name = result.duplicate ? 'DUPLICATE_ACKED_NOT_WRITTEN' : result.error;
  const baseOffset = result.error === 'NONE' ? { baseOffset: result.baseOffset } : {};
  return { result: name, ...baseOffset, ...readAll(log) };
}

function newMessage(log: Log, value: string): number {
  const { catalog } = log.lab;
  const type = intern(catalog.names, 'record');
  const mid = addMessage(catalog, addEvent(catalog, type, 0, log.values.length, -1, -1, -1), 0);
  log.values[mid] = value;
  return mid;
}

function readAll(log: Log): Record<string, unknown> {
  const partitions = [{ partition: 0, offset: 0, maxBytes: EVERYTHING }];
  log.lab.request(FETCH, { maxWait: 0, minBytes: 1, maxBytes: EVERYTHING, partitions });
  const fetched = answerOf<FetchResponse>(log).partitions[0];
  log.lab.request(LIST_OFFSETS, { timestamp: LATEST, partitions: [0] });
  const end = answerOf<ListOffsetsResponse>(log).offsets[0]?.offset ?? -1;
  const records = Array.from(fetched?.mids ?? [], (mid) => log.values[mid] as string);
  return {
    logEndOffset: end,
    highWatermark: fetched?.highWatermark ?? end,
    lastStableOffset: fetched?.highWatermark ?? end,
    readUncommitted: records,
    readCommitted: records,
  };
}

/** The one answer that the last request got at once. */
function answerOf<T>(log: Log): T {
  return log.lab.sent()[0]?.data as T;
}
