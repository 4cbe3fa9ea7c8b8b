/**
 * The verbs of the transactions cases, on one partition's log: append, writeTxnMarker, advanceHighWatermark, advanceTime;
 * and transitionAllowed, which asks the client's table.
 */
import { pushInt } from '#sim/base/column.ts';
import { MILLISECOND } from '#sim/base/time.ts';
import { isTransactionState, transitionAllowed } from '#sim/brokers/kafka/client/transaction-states.ts';
import {
  createPartitionLog,
  endBatch,
  highWatermark,
  logEnd,
  type PartitionLog,
} from '#sim/brokers/kafka/partition-log.ts';
import {
  checkSequence,
  findDuplicate,
  historyOf,
  remember,
  sequenceAfter,
} from '#sim/brokers/kafka/producer-history.ts';
import { visibleOffsets, type IsolationLevel } from '#sim/brokers/kafka/transactions/isolation.ts';
import {
  appendMarker,
  checkTransactional,
  lastStableOffset,
  noteTransactional,
  releaseReplicated,
} from '#sim/brokers/kafka/transactions/partition-transactions.ts';
import { ruleVersionOf } from '#sim/brokers/kafka/verbs/rule-version.ts';
import {
  listOf,
  NOT_MODELLED,
  numberOf,
  textOf,
  type Answer,
  type KafkaCase,
  type Step,
} from '#sim/brokers/kafka/verbs/step.ts';

interface Lab {
  readonly log: PartitionLog;
  /** Value by mid. */
  readonly values: string[];
  readonly expiration: number;
  now: number;
}

/** `producer.id.expiration.ms` */
const EXPIRATION = 86_400_000;
const BATCH_BYTES = 68;

export function transactionCase(given: Step): KafkaCase {
  const log = createPartitionLog(0, 0, 0);
  if (given['manualHighWatermark'] === true) log.replicatedTo = 0;
  const expiration = numberOf(given['producer.id.expiration.ms'], EXPIRATION) * MILLISECOND;
  const lab: Lab = { log, values: [], expiration, now: 0 };
  return { do: (step) => answer(lab, given, step) };
}

function answer(lab: Lab, given: Step, step: Step): Answer {
  const { log } = lab;
  switch (step['verb']) {
    case 'append':
      return { ...append(lab, step), ...read(lab) };
    case 'writeTxnMarker': {
      const { error, offset } = appendMarker(log, markerOf(step), lab.now, lab.expiration);
      return { result: error, ...(error === 'NONE' ? { markerOffset: offset } : {}), ...read(lab) };
    }
    case 'advanceHighWatermark':
      if (given['manualHighWatermark'] !== true) return NOT_MODELLED;
      log.replicatedTo = Math.max(log.replicatedTo, Math.min(numberOf(step['to'], 0), logEnd(log)));
      releaseReplicated(log);
      return { result: 'NONE', ...read(lab) };
    case 'advanceTime':
      lab.now += numberOf(step['ms'], 0) * MILLISECOND;
      return { result: 'NONE', ...read(lab) };
    case 'transitionAllowed': {
      const from = textOf(step['from'], '');
      const to = textOf(step['to'], '');
      if (!isTransactionState(from) || !isTransactionState(to)) return NOT_MODELLED;
      return { allowed: transitionAllowed(from, to, ruleVersionOf(given)) };
    }
    default:
      return NOT_MODELLED;
  }
}

function markerOf(step: Step): Parameters<typeof appendMarker>[1] {
  return {
    producerId: numberOf(step['producerId'], -1),
    producerEpoch: numberOf(step['producerEpoch'], -1),
    commit: step['commit'] === true,
    coordinatorEpoch: numberOf(step['coordinatorEpoch'], 0),
  };
}

function append(lab: Lab, step: Step): Record<string, unknown> {
  const { log, now } = lab;
  const values = listOf(step['values']).map((value) => textOf(value, ''));
  const baseOffset = logEnd(log);
  const producerId = numberOf(step['producerId'], -1);
  if (producerId < 0) {
    write(lab, values);
    return { result: 'NONE', baseOffset };
  }
  const epoch = numberOf(step['producerEpoch'], -1);
  const firstSequence = numberOf(step['baseSequence'], -1);
  const lastSequence = sequenceAfter(firstSequence, values.length - 1);
  const transactional = step['transactional'] === true;
  const history = historyOf(log.producers, producerId, now, lab.expiration);
  const known = findDuplicate(history, epoch, firstSequence, lastSequence);
  if (known !== null) return { result: 'DUPLICATE_ACKED_NOT_WRITTEN', baseOffset: known.baseOffset };
  const sequence = checkSequence(history, epoch, firstSequence);
  const error = sequence === 'NONE' ? checkTransactional(history, transactional) : sequence;
  if (error !== 'NONE') return { result: error };
  write(lab, values);
  remember(log.producers, producerId, epoch, { firstSequence, lastSequence, baseOffset }, now);
  if (transactional) noteTransactional(log, { producerId, firstOffset: baseOffset, endOffset: logEnd(log) });
  return { result: 'NONE', baseOffset };
}

function write({ log, values }: Lab, added: readonly string[]): void {
  for (const value of added) {
    pushInt(log.mids, values.length);
    pushInt(log.appended, -1);
    values.push(value);
  }
  endBatch(log, BATCH_BYTES);
}

function read(lab: Lab): Record<string, unknown> {
  const { log } = lab;
  return {
    logEndOffset: logEnd(log),
    highWatermark: highWatermark(log),
    lastStableOffset: lastStableOffset(log),
    readUncommitted: recordsAt(lab, 'read_uncommitted'),
    readCommitted: recordsAt(lab, 'read_committed'),
  };
}

function recordsAt({ log, values }: Lab, level: IsolationLevel): string[] {
  return visibleOffsets(log, 0, level).map((offset) => values[log.mids.data[offset] as number] ?? '');
}
