/**
 * What a follower takes over with a fetch: the leader's batches from its own log end on, whole, with the epochs of the
 * leaders that wrote them and what the leader's log knows of their producers and transactions. Cut off first is what the
 * leader does not have. A slice is a copy, fit to travel. Rules: SPEC.md, KAFKA-REPLICA.
 */
import { floatAt, intAt, pushInt } from '#sim/base/column.ts';
import type { SimTime } from '#sim/base/time.ts';
import { batchOf, endBatch, logEnd, type PartitionLog } from '#sim/brokers/kafka/partition-log.ts';
import type { ProducerHistory } from '#sim/brokers/kafka/producer-history.ts';
import {
  endOfEpoch,
  epochAt,
  noteEpoch,
  type LeaderEpoch,
} from '#sim/brokers/kafka/replication/leader-epochs.ts';
import {
  noteMarker,
  noteTransactional,
  type StandingMarker,
  type TransactionalBatch,
} from '#sim/brokers/kafka/transactions/partition-transactions.ts';

/** A replica's log and the epochs in it. */
export interface ReplicaLog {
  readonly log: PartitionLog;
  readonly epochs: LeaderEpoch[];
}

/** A log from one offset to its end. */
export interface LogSlice {
  readonly from: number;
  readonly mids: Int32Array;
  readonly appended: Int32Array;
  /** By batch: the offset after its last record, and its bytes. */
  readonly batchEnds: readonly number[];
  readonly batchBytes: readonly number[];
  /** Epochs of the records in it, the first one as of `from`. */
  readonly epochs: readonly LeaderEpoch[];
  readonly producers: readonly (readonly [producerId: number, history: ProducerHistory])[];
  readonly transactional: readonly TransactionalBatch[];
  readonly markers: readonly StandingMarker[];
}

/** Copies what `source` has above the log end of `target`; how many records that was. */
export function copyLog(source: ReplicaLog, target: ReplicaLog): number {
  const slice = readSlice(source, logEnd(target.log));
  appendSlice(target, slice, 0);
  return slice.mids.length;
}

export function readSlice(source: ReplicaLog, from: number): LogSlice {
  const { log, epochs } = source;
  const first = batchOf(log, from);
  const row = from - log.base;
  const batchEnds: number[] = [];
  const batchBytes: number[] = [];
  for (let batch = first; batch < log.batchEnds.length; batch += 1) {
    batchEnds.push(intAt(log.batchEnds, batch));
    batchBytes.push(floatAt(log.batchBytes, batch) - floatAt(log.batchBytes, batch - 1, 0));
  }
  const epoch = epochAt(epochs, from);
  const current: LeaderEpoch[] = epoch < 0 ? [] : [{ epoch, start: from }];
  return {
    from,
    mids: log.mids.data.slice(row, log.mids.length),
    appended: log.appended.data.slice(row, log.mids.length),
    batchEnds,
    batchBytes,
    epochs: [...current, ...epochs.filter(({ start }) => start > from && start < logEnd(log))],
    producers: [...log.producers].map(([id, history]) => [id, copyOf(history)] as const),
    transactional: log.transactions?.batches.filter(({ firstOffset }) => firstOffset >= from) ?? [],
    markers: log.transactions?.markers.filter(({ offset }) => offset >= from) ?? [],
  };
}

/** Appends a slice that begins at the log's end; with it the log knows of its producers what the leader knows. */
export function appendSlice(target: ReplicaLog, slice: LogSlice, now: SimTime): void {
  const { log, epochs } = target;
  for (const { epoch, start } of slice.epochs) noteEpoch(epochs, epoch, start);
  let row = 0;
  slice.batchEnds.forEach((end, batch) => {
    for (; logEnd(log) < end; row += 1) {
      pushInt(log.mids, slice.mids[row] ?? -1);
      pushInt(log.appended, slice.appended[row] ?? -1);
    }
    endBatch(log, slice.batchBytes[batch] ?? 0, now);
  });
  appendTransactions(log, slice);
  for (const [id, history] of slice.producers) log.producers.set(id, copyOf(history));
}

function copyOf(history: ProducerHistory): ProducerHistory {
  return { ...history, batches: [...history.batches] };
}

/** Batches and markers in the order of the log: a producer's transaction ends before its next one begins. */
function appendTransactions(log: PartitionLog, { transactional, markers }: LogSlice): void {
  let next = 0;
  const noteMarkersBelow = (offset: number): void => {
    for (let marker = markers[next]; marker !== undefined && marker.offset < offset; marker = markers[next]) {
      noteMarker(log, marker);
      next += 1;
    }
  };
  for (const batch of transactional) {
    noteMarkersBelow(batch.firstOffset);
    noteTransactional(log, batch);
  }
  noteMarkersBelow(logEnd(log));
}

/**
 * [KAFKA-REPLICA-11] Where the leader's log departs from one that ends at `end` with a record of epoch `last`: the epoch
 * up to that one that the leader has, and its end there. Null where the leader's goes on from it.
 */
export function divergence(leader: ReplicaLog, end: number, last: number): LeaderEpoch | null {
  if (last < 0) return null;
  const theirs = endOfEpoch(leader.epochs, last, logEnd(leader.log));
  return theirs.epoch === last && theirs.start >= end ? null : theirs;
}

/** What a follower that was told of a divergence keeps of its log. */
export function cutAt(follower: ReplicaLog, theirs: LeaderEpoch): number {
  const own = endOfEpoch(follower.epochs, theirs.epoch, logEnd(follower.log));
  return Math.min(theirs.start, own.start);
}
