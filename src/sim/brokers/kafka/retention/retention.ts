/**
 * Which segments go: those below the log start, and, where the cleanup policy has `delete`, those that are too much for
 * `retention.bytes` or too old for `retention.ms` (UnifiedLog#deleteOldSegments, #deletableSegments at the recorded
 * commit). When it is checked (`log.retention.check.interval.ms`) is the broker's business. Left out: tiered storage.
 * Rules: SPEC.md, KAFKA-RETENTION.
 */
import { emptySegment, type LogSegment, type SegmentedLog } from '#sim/brokers/kafka/retention/segments.ts';
import type { KafkaError } from '#sim/brokers/kafka/protocol.ts';

export interface RetentionPolicy {
  /** Whether `cleanup.policy` has `delete`. */
  readonly deletes: boolean;
  /** `retention.ms` in the unit of the log's times, and `retention.bytes`; below 0 is without limit. */
  readonly age: number;
  readonly bytes: number;
}

/** Takes away what may go at `now`; the base offsets of the segments that went, in order. */
export function applyRetention(log: SegmentedLog, policy: RetentionPolicy, now: number): number[] {
  const gone = deleteWhile(log, (_segment, next) => next !== undefined && next.baseOffset <= log.logStart);
  if (!policy.deletes) return gone; // [KAFKA-RETENTION-7]
  gone.push(...deleteBySize(log, policy.bytes), ...deleteByAge(log, policy.age, now));
  return gone;
}

/** [KAFKA-RETENTION-4] A segment goes while the rest is still `limit` bytes or more. */
function deleteBySize(log: SegmentedLog, limit: number): number[] {
  let excess = -limit;
  for (const segment of log.segments) excess += segment.bytes;
  if (limit < 0 || excess < 0) return [];
  return deleteWhile(log, ({ bytes }) => {
    if (bytes > excess) return false;
    excess -= bytes;
    return true;
  });
}

/** [KAFKA-RETENTION-2] Older than the limit by its latest record: exactly as old is not enough. */
function deleteByAge(log: SegmentedLog, limit: number, now: number): number[] {
  if (limit < 0) return [];
  return deleteWhile(log, ({ largestTimestamp }) => now - largestTimestamp > limit);
}

/**
 * [KAFKA-RETENTION-3] From the oldest on until one stays; none that reaches above the high watermark, nor an active one
 * that is empty. [KAFKA-RETENTION-5] When all go, an empty one begins at the log end.
 */
function deleteWhile(
  log: SegmentedLog,
  goes: (segment: LogSegment, next: LogSegment | undefined) => boolean,
): number[] {
  const { segments } = log;
  const gone: number[] = [];
  for (const [row, segment] of segments.entries()) {
    const next = segments[row + 1];
    const end = next?.baseOffset ?? log.logEnd;
    const emptyActive = next === undefined && segment.bytes === 0;
    if (log.highWatermark < end || emptyActive || !goes(segment, next)) break;
    gone.push(segment.baseOffset);
  }
  if (gone.length === 0) return gone;
  segments.splice(0, gone.length);
  if (segments.length === 0) segments.push(emptySegment(log.logEnd));
  const start = segments[0]?.baseOffset ?? log.logEnd;
  if (start > log.logStart) log.logStart = start; // [KAFKA-RETENTION-6]
  return gone;
}

/** [KAFKA-RETENTION-8] DeleteRecords: the log starts at `before` from now on, at most at the high watermark. */
export function deleteRecords(log: SegmentedLog, before: number): KafkaError {
  if (before > log.highWatermark || before < 0) return 'OFFSET_OUT_OF_RANGE';
  if (before > log.logStart) log.logStart = before;
  return 'NONE';
}
