/**
 * A partition's log as the files that hold it: segments with their first offset, size and times. Retention and cleaning
 * think in segments, so a log keeps more than it was told to (LogSegment#shouldRoll, UnifiedLog at the recorded commit).
 * Left out: indexes and their limits, the random delay of rolls (`segment.jitter.ms`), the minute that a removed file
 * stays on the disk. Rules: SPEC.md, KAFKA-RETENTION.
 */

export interface LogSegment {
  readonly baseOffset: number;
  bytes: number;
  /** Times of the first record and of the latest, in the unit of the caller; NO_TIME while there are none. */
  firstTimestamp: number;
  largestTimestamp: number;
}

/** Segments in the order of their offsets, the active one last; and the bounds of what can be read. */
export interface SegmentedLog {
  readonly segments: LogSegment[];
  logStart: number;
  logEnd: number;
  highWatermark: number;
}

/** Size and age at which a segment is closed. */
export interface RollLimits {
  readonly segmentBytes: number;
  readonly segmentMs: number;
}

export const NO_TIME = -1;

export function emptySegment(baseOffset: number): LogSegment {
  return { baseOffset, bytes: 0, firstTimestamp: NO_TIME, largestTimestamp: NO_TIME };
}

/** A new log, which is one empty segment. */
export function createSegmentedLog(): SegmentedLog {
  return { segments: [emptySegment(0)], logStart: 0, logEnd: 0, highWatermark: 0 };
}

/**
 * [KAFKA-RETENTION-1] Whether the batch that comes needs a new segment: this one would grow above the limit, or its
 * first record is older than the limit by the new batch's time.
 */
function shouldRoll(segment: LogSegment, bytes: number, timestamp: number, limits: RollLimits): boolean {
  if (segment.bytes > limits.segmentBytes - bytes) return segment.bytes > 0;
  return segment.bytes > 0 && timestamp - segment.firstTimestamp > limits.segmentMs;
}

/** Appends a batch of `records` records, to a new segment where it has to. */
export function appendToSegment(
  log: SegmentedLog,
  records: number,
  bytes: number,
  timestamp: number,
  limits: RollLimits,
): void {
  let active = log.segments[log.segments.length - 1];
  if (active === undefined || shouldRoll(active, bytes, timestamp, limits)) {
    active = emptySegment(log.logEnd);
    log.segments.push(active);
  }
  if (active.bytes === 0) active.firstTimestamp = timestamp;
  active.bytes += bytes;
  if (timestamp > active.largestTimestamp) active.largestTimestamp = timestamp;
  log.logEnd += records;
}
