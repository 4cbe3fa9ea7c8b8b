/**
 * What a reader gets of a log at either isolation level: which offsets hold records for it. The broker hands out what is
 * below the high watermark or the last stable offset together with the index of aborted transactions, and the client
 * drops what they wrote and all markers (UnifiedLog#read, consumer internals/CompletedFetch; KIP-98); here in one.
 * Rules: SPEC.md, KAFKA-TXN.
 */
import { highWatermark, type PartitionLog } from '#sim/brokers/kafka/partition-log.ts';
import { lastStableOffset, NO_MESSAGE } from '#sim/brokers/kafka/transactions/partition-transactions.ts';
import type { EndedTransaction } from '#sim/brokers/kafka/transactions/partition-transactions.ts';

export type IsolationLevel = 'read_uncommitted' | 'read_committed';

/** The end of what a reader of this level may read. */
function readableEnd(log: PartitionLog, level: IsolationLevel): number {
  return level === 'read_committed' ? lastStableOffset(log) : highWatermark(log);
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
  for (const batch of log.transactions?.batches ?? []) {
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
