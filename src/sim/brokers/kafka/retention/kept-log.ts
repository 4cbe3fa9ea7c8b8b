/**
 * What a partition's log keeps besides its records where its topic's cleanup policy can matter in the run: segments,
 * the times of its batches, what a cleaning took away. Other logs have none of it (null) and pay one comparison a batch.
 * A record's timestamp is here the time of its append, as with `message.timestamp.type` LogAppendTime; under CreateTime
 * it is the producer's clock at send(), a linger and a way earlier. Rules: SPEC.md, KAFKA-RETENTION, KAFKA-COMPACT.
 */
import { cutColumn, floatAt, floatColumn, pushFloat, type FloatColumn } from '#sim/base/column.ts';
import { batchOf, type PartitionLog } from '#sim/brokers/kafka/partition-log.ts';
import type { LogPolicy } from '#sim/brokers/kafka/retention/log-policy.ts';
import {
  appendToSegment,
  emptySegment,
  NO_TIME,
  type LogSegment,
  type SegmentedLog,
} from '#sim/brokers/kafka/retention/segments.ts';

export interface KeptLog {
  readonly policy: LogPolicy;
  /** Its bounds are brought up to date before each use: the log's own are those that hold. */
  readonly segmented: SegmentedLog;
  /** By batch: when it was appended. */
  readonly batchTimes: FloatColumn;
  /** Offsets that cleanings have taken away. */
  readonly gone: Set<number>;
  firstDirtyOffset: number;
  /** When tombstones may go, by offset. */
  readonly deleteHorizons: Map<number, number>;
  /** Seq of the record that moved the log start last: the cause of what a reader below it is told; -1 = none. */
  moved: number;
}

export function createKeptLog(policy: LogPolicy, base: number): KeptLog {
  return {
    policy,
    segmented: { segments: [emptySegment(base)], logStart: base, logEnd: base, highWatermark: base },
    batchTimes: floatColumn('mutable'),
    gone: new Set(),
    firstDirtyOffset: base,
    deleteHorizons: new Map(),
    moved: -1,
  };
}

/** A batch was appended whose records end before `logEnd`. */
export function keepBatch(kept: KeptLog, logEnd: number, bytes: number, now: number): void {
  pushFloat(kept.batchTimes, now);
  appendToSegment(kept.segmented, logEnd - kept.segmented.logEnd, bytes, now, kept.policy);
}

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
