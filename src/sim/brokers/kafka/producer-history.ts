/**
 * What a partition remembers of an idempotent producer: its epoch and its last five batches. Decides whether a batch
 * is new, a duplicate or out of order (ProducerAppendInfo, ProducerStateEntry, ProducerStateManager at the recorded
 * commit; KIP-98). Left out: snapshots of this state (it is as durable as the log), the periodic check
 * for expiry (a producer is forgotten exactly `producer.id.expiration.ms` after its last write). Rules: SPEC.md,
 * KAFKA-PRODUCER.
 */
import type { SimTime } from '#sim/base/time.ts';
import type { KafkaError } from '#sim/brokers/kafka/protocol.ts';

export interface BatchMark {
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly baseOffset: number;
}

export interface ProducerHistory {
  epoch: number;
  /** When it last wrote here. */
  wroteAt: SimTime;
  /** First offset of its open transaction here, or NO_OFFSET; and the epoch of the coordinator that last ended one. */
  openSince: number;
  coordinatorEpoch: number;
  /** Oldest first, five at most. */
  readonly batches: BatchMark[];
}

/** [KAFKA-PRODUCER-2] ProducerStateEntry.NUM_BATCHES_TO_RETAIN */
const REMEMBERED = 5;
/** No transaction is open. */
export const NO_OFFSET = -1;
const LARGEST_SEQUENCE = 0x7fffffff;

/** The sequence `steps` after `sequence`. [KAFKA-PRODUCER-7] It wraps from 2147483647 to 0. */
export function sequenceAfter(sequence: number, steps: number): number {
  const sum = sequence + steps;
  return sum > LARGEST_SEQUENCE ? sum - LARGEST_SEQUENCE - 1 : sum;
}

/**
 * [KAFKA-PRODUCER-6] What is known of the producer, which is nothing once its entry has expired; one with an open
 * transaction does not. [KAFKA-TXN-8]
 */
export function historyOf(
  producers: Map<number, ProducerHistory>,
  producerId: number,
  now: SimTime,
  expiration: number,
): ProducerHistory | undefined {
  const known = producers.get(producerId);
  if (known === undefined || now - known.wroteAt < expiration || known.openSince !== NO_OFFSET) return known;
  producers.delete(producerId);
  return undefined;
}

/** [KAFKA-PRODUCER-2] The remembered batch with exactly these first and last sequences, of the same epoch. */
export function findDuplicate(
  history: ProducerHistory | undefined,
  epoch: number,
  firstSequence: number,
  lastSequence: number,
): BatchMark | null {
  if (history === undefined || history.epoch !== epoch) return null;
  for (const mark of history.batches) {
    if (mark.firstSequence === firstSequence && mark.lastSequence === lastSequence) return mark;
  }
  return null;
}

/** Whether a batch that is no known duplicate may be written. */
export function checkSequence(
  history: ProducerHistory | undefined,
  epoch: number,
  firstSequence: number,
): KafkaError {
  if (history === undefined) return 'NONE'; // [KAFKA-PRODUCER-4]
  if (epoch < history.epoch) return 'INVALID_PRODUCER_EPOCH'; // [KAFKA-PRODUCER-5]
  if (epoch > history.epoch) return firstSequence === 0 ? 'NONE' : 'OUT_OF_ORDER_SEQUENCE_NUMBER';
  const last = history.batches[history.batches.length - 1];
  const next = last === undefined ? 0 : sequenceAfter(last.lastSequence, 1); // [KAFKA-TXN-7]
  return firstSequence === next ? 'NONE' : 'OUT_OF_ORDER_SEQUENCE_NUMBER'; // [KAFKA-PRODUCER-3]
}

/** Remembers a batch that has been written. */
export function remember(
  producers: Map<number, ProducerHistory>,
  producerId: number,
  epoch: number,
  mark: BatchMark,
  now: SimTime,
): void {
  const history = enterEpoch(producers, producerId, epoch, now);
  if (history.batches.length === REMEMBERED) history.batches.shift();
  history.batches.push(mark);
}

/** The producer's entry, made where it is new, its batches forgotten where its epoch is. It has written just now. */
export function enterEpoch(
  producers: Map<number, ProducerHistory>,
  producerId: number,
  epoch: number,
  now: SimTime,
): ProducerHistory {
  let history = producers.get(producerId);
  if (history === undefined) {
    history = { epoch, wroteAt: now, openSince: NO_OFFSET, coordinatorEpoch: -1, batches: [] };
    producers.set(producerId, history);
  }
  if (history.epoch !== epoch) {
    history.epoch = epoch;
    history.batches.length = 0;
  }
  history.wroteAt = now;
  return history;
}
