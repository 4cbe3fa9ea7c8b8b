/**
 * What a partition's log keeps besides its records where its topic's cleanup policy can matter in the run: segments,
 * the times of its batches, what a cleaning took away. Other logs have none of it (null) and pay one comparison a batch.
 * A record's timestamp is here the time of its append, as with `message.timestamp.type` LogAppendTime; under CreateTime
 * it is the producer's clock at send(), a linger and a way earlier. Rules: SPEC.md, KAFKA-RETENTION, KAFKA-COMPACT.
 */
import { floatColumn, pushFloat, type FloatColumn } from '#sim/base/column.ts';
import type { LogPolicy } from '#sim/brokers/kafka/retention/log-policy.ts';
import { appendToSegment, emptySegment, type SegmentedLog } from '#sim/brokers/kafka/retention/segments.ts';

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
