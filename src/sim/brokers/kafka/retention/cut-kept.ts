/**
 * What a log keeps for retention and compaction, cut off where its records are: a follower's truncation. Segments that
 * begin behind the cut go, the last one left ends there. Rules: SPEC.md, KAFKA-REPLICA-11.
 */
import { cutColumn, floatAt } from '#sim/base/column.ts';
import { batchOf, type PartitionLog } from '#sim/brokers/kafka/partition-log.ts';
import type { KeptLog } from '#sim/brokers/kafka/retention/kept-log.ts';
import { NO_TIME, type LogSegment } from '#sim/brokers/kafka/retention/segments.ts';

/** The records from `end` on, and the batches that held them, have been cut off (a follower's truncation). */
export function cutKept(log: PartitionLog, kept: KeptLog, end: number): void {
  cutColumn(kept.batchTimes, log.batchEnds.length);
  const { segments } = kept.segmented;
  while (segments.length > 1 && (segments[segments.length - 1] as LogSegment).baseOffset >= end)
    segments.pop();
  const active = segments[segments.length - 1] as LogSegment;
  const last = log.batchEnds.length - 1;
  const before = batchOf(log, active.baseOffset) - 1;
  active.bytes = floatAt(log.batchBytes, last, 0) - floatAt(log.batchBytes, before, 0);
  active.largestTimestamp = active.bytes === 0 ? NO_TIME : floatAt(kept.batchTimes, last, NO_TIME);
  kept.segmented.logEnd = end;
  if (kept.firstDirtyOffset > end) kept.firstDirtyOffset = end;
}
