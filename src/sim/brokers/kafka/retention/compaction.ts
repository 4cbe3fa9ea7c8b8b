/**
 * The log cleaner on one partition: which part may be cleaned, whether it is dirty enough, and what is left of it
 * (LogCleanerManager, Cleaner, MemoryRecords#filterTo at the recorded commit). Left out: the size of the key map, the
 * merging of segments, batches that stay empty to keep a producer's sequence (they hold no records), markers, the limit on
 * how long a record may stay uncleaned (`max.compaction.lag.ms`). Rules: SPEC.md, KAFKA-COMPACT.
 */

export interface CompactedRecord {
  readonly offset: number;
  /** A compacted topic takes no record without one. */
  readonly key: string;
  /** Null is a tombstone. */
  readonly value: string | null;
  readonly timestamp: number;
  /** Written by a transaction that was aborted. */
  readonly aborted: boolean;
}

export interface CompactedLog {
  records: CompactedRecord[];
  /** Below it everything has been cleaned once. */
  firstDirtyOffset: number;
  /** When a tombstone may go, by offset: set by the first cleaning that saw it. */
  readonly deleteHorizons: Map<number, number>;
}

export interface CleaningLimits {
  readonly activeSegmentBase: number;
  readonly lastStableOffset: number;
  /** `min.compaction.lag.ms` and `delete.retention.ms`, in the unit of the log's times. */
  readonly minLag: number;
  readonly deleteRetention: number;
}

/** `cleanable`: bytes between the first dirty offset and the first that may not be cleaned; `clean`: those before. */
export function dirtyRatio(clean: number, cleanable: number): number {
  const total = clean + cleanable;
  return total === 0 ? 0 : cleanable / total;
}

/** [KAFKA-COMPACT-1] A log is cleaned when its ratio is above the limit; at the limit it is not. */
export function selectedForCleaning(ratio: number, minRatio: number): boolean {
  return ratio > minRatio;
}

/**
 * [KAFKA-COMPACT-2] The first offset that may not be cleaned: of the active segment, of an open transaction or what is
 * not replicated, of what is younger than the minimum lag.
 */
export function firstUncleanable(log: CompactedLog, limits: CleaningLimits, now: number): number {
  const bound = Math.min(limits.activeSegmentBase, limits.lastStableOffset);
  if (limits.minLag <= 0) return bound;
  const young = log.records.find(
    ({ offset, timestamp }) => offset >= log.firstDirtyOffset && timestamp > now - limits.minLag,
  );
  return young === undefined ? bound : Math.min(bound, young.offset);
}

/** One run of the cleaner at `now`. */
export function clean(log: CompactedLog, limits: CleaningLimits, now: number): void {
  const end = Math.max(log.firstDirtyOffset, firstUncleanable(log, limits, now));
  const latest = new Map<string, number>();
  for (const { offset, key, aborted } of log.records) {
    if (offset < end && !aborted) latest.set(key, offset);
  }
  log.records = log.records.filter((record) => {
    if (record.offset >= end) return true; // [KAFKA-COMPACT-3]
    const stays =
      latest.get(record.key) === record.offset && (record.value !== null || keeps(log, record, limits, now));
    if (!stays) log.deleteHorizons.delete(record.offset);
    return stays;
  });
  log.firstDirtyOffset = end;
}

/** [KAFKA-COMPACT-4] A tombstone's clock starts with the cleaning that sees it first; that one keeps it in any case. */
function keeps(
  log: CompactedLog,
  { offset }: CompactedRecord,
  { deleteRetention }: CleaningLimits,
  now: number,
): boolean {
  const horizon = log.deleteHorizons.get(offset);
  if (horizon !== undefined) return now < horizon;
  log.deleteHorizons.set(offset, now + deleteRetention);
  return true;
}
