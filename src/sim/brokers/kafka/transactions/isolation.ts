/**
 * What a reader gets of a log at either isolation level: which offsets hold records for it. The broker hands out what is
 * below the high watermark or the last stable offset together with the index of aborted transactions, and the client
 * drops what they wrote and all markers (UnifiedLog#read, consumer internals/CompletedFetch; KIP-98); here in one.
 * Rules: SPEC.md, KAFKA-TXN.
 */
import { highWatermark, type PartitionLog } from '#sim/brokers/kafka/partition-log.ts';
import { lastStableOffset, NO_MESSAGE } from '#sim/brokers/kafka/transactions/partition-transactions.ts';
import type { FetchedPartition } from '#sim/brokers/kafka/protocol.ts';
import type {
  EndedTransaction,
  TransactionalBatch,
} from '#sim/brokers/kafka/transactions/partition-transactions.ts';

export type IsolationLevel = 'read_uncommitted' | 'read_committed';

/** The end of what a reader of this level may read. */
function readableEnd(log: PartitionLog, level: IsolationLevel): number {
  return endFor(log, level === 'read_committed');
}

/** The same by the flag that a request carries. */
export function endFor(log: PartitionLog, readCommitted: boolean): number {
  return readCommitted && log.transactions !== null ? lastStableOffset(log) : highWatermark(log);
}

/** The aborted transactions that have records in `[from, to)`: what a read_committed fetch carries. */
function abortedWithin(log: PartitionLog, from: number, to: number): readonly EndedTransaction[] {
  if (log.transactions === null) return [];
  return log.transactions.aborted.filter(
    ({ firstOffset, markerOffset }) => firstOffset < to && markerOffset >= from,
  );
}

/** The offsets from `from` on that hold records for a reader of this level. */
export function visibleOffsets(log: PartitionLog, from: number, level: IsolationLevel): number[] {
  const end = readableEnd(log, level);
  const first = Math.max(from, log.logStart);
  const skipped = level === 'read_committed' ? abortedOffsets(log, first, end) : null;
  const visible: number[] = [];
  for (let offset = first; offset < end; offset += 1) {
    if (log.mids.data[offset - log.base] === NO_MESSAGE || log.kept?.gone.has(offset) === true) continue;
    if (skipped === null || !skipped.has(offset)) visible.push(offset);
  }
  return visible;
}

/** [KAFKA-TXN-10] What aborted transactions wrote: transactional batches of the producer, from its first to its marker. */
export function abortedOffsets(log: PartitionLog, from: number, to: number): Set<number> {
  const found = new Set<number>();
  const aborted = abortedWithin(log, from, to);
  if (aborted.length === 0) return found;
  const batches = log.transactions?.batches ?? [];
  for (let i = firstBatchAfter(batches, from); i < batches.length; i += 1) {
    const batch = batches[i] as TransactionalBatch;
    if (batch.firstOffset >= to) break;
    const within = aborted.some(
      ({ producerId, firstOffset, markerOffset }) =>
        producerId === batch.producerId &&
        firstOffset <= batch.firstOffset &&
        batch.firstOffset < markerOffset,
    );
    if (!within) continue;
    for (let offset = batch.firstOffset; offset < batch.endOffset; offset += 1) found.add(offset);
  }
  return found;
}

/** Number of the first batch that ends behind `offset`. */
function firstBatchAfter(batches: readonly TransactionalBatch[], offset: number): number {
  let low = 0;
  let high = batches.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((batches[middle] as TransactionalBatch).endOffset > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** [KAFKA-TXN-2, 10] What a reader of this level is given of the rows in `[from, next)`; its position goes to `next`. */
export function recordsFor(
  log: PartitionLog,
  read: FetchedPartition,
  from: number,
  next: number,
  readCommitted: boolean,
): FetchedPartition {
  const skipped = readCommitted ? abortedOffsets(log, from, next) : null;
  const kept: number[] = [];
  for (let i = 0; i < read.mids.length; i += 1) {
    if (read.mids[i] === NO_MESSAGE || skipped?.has(read.offsets[i] as number) === true) continue;
    kept.push(i);
  }
  if (kept.length === read.mids.length) return { ...read, next };
  return {
    ...read,
    offsets: Int32Array.from(kept, (i) => read.offsets[i] as number),
    mids: Int32Array.from(kept, (i) => read.mids[i] as number),
    appended: Int32Array.from(kept, (i) => read.appended[i] as number),
    next,
  };
}
