/**
 * One run of the log cleaner over a log of the running model: what it would clean and whether that is dirty enough, the
 * records as the rules in `compaction` want them, a trace record for each that goes, and segments that shrink by them.
 * Left out: segments that are merged after a cleaning. Rules: SPEC.md, KAFKA-COMPACT.
 */
import { floatAt, intAt } from '#sim/base/column.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import type { BrokerEnv } from '#sim/brokers/kafka/broker-state.ts';
import { batchOf, type PartitionLog } from '#sim/brokers/kafka/partition-log.ts';
import {
  clean,
  dirtyRatio,
  firstUncleanable,
  selectedForCleaning,
  type CleaningLimits,
  type CompactedLog,
  type CompactedRecord,
} from '#sim/brokers/kafka/retention/compaction.ts';
import type { KeptLog } from '#sim/brokers/kafka/retention/kept-log.ts';
import type { LogSegment } from '#sim/brokers/kafka/retention/segments.ts';
import { abortedOffsets } from '#sim/brokers/kafka/transactions/isolation.ts';
import { lastStableOffset } from '#sim/brokers/kafka/transactions/partition-transactions.ts';
import * as emit from '#sim/trace/emit.ts';

/** `quiet`: the log is a follower's, whose leader tells the trace. */
export function cleanLog(log: PartitionLog, kept: KeptLog, env: BrokerEnv, ctx: Ctx, quiet: boolean): void {
  const { policy, segmented } = kept;
  const active = segmented.segments[segmented.segments.length - 1] as LogSegment;
  const limits: CleaningLimits = {
    activeSegmentBase: active.baseOffset,
    lastStableOffset: lastStableOffset(log),
    minLag: policy.minLag,
    deleteRetention: policy.deleteRetention,
  };
  if (limits.activeSegmentBase <= kept.firstDirtyOffset && kept.firstDirtyOffset > log.logStart) return;
  const before = cleanable(log, kept, env);
  const end = Math.max(before.firstDirtyOffset, firstUncleanable(before, limits, ctx.now));
  const [cleanBytes, dirtyBytes] = bytesAround(log, before.records, before.firstDirtyOffset, end);
  if (!selectedForCleaning(dirtyRatio(cleanBytes, dirtyBytes), policy.minDirtyRatio)) return;
  const records = before.records;
  clean(before, limits, ctx.now);
  kept.firstDirtyOffset = before.firstDirtyOffset;
  takeAway(log, kept, env, ctx, records, before, quiet);
}

/** What stands in the log below its active segment, markers left out, as the rules of compaction see it. */
function cleanable(log: PartitionLog, kept: KeptLog, env: BrokerEnv): CompactedLog {
  const { segments } = kept.segmented;
  const end = (segments[segments.length - 1] as LogSegment).baseOffset;
  const aborted = abortedOffsets(log, log.logStart, end);
  const records: CompactedRecord[] = [];
  for (let offset = log.logStart; offset < end; offset += 1) {
    const mid = intAt(log.mids, offset - log.base);
    if (mid < 0 || kept.gone.has(offset)) continue;
    const lid = intAt(env.catalog.messages.lid, mid);
    records.push({
      offset,
      key: String(intAt(env.catalog.events.key, lid)),
      value: env.tombstones.has(intAt(env.catalog.events.type, lid)) ? null : '',
      timestamp: floatAt(kept.batchTimes, batchOf(log, offset)),
      aborted: aborted.has(offset),
    });
  }
  const firstDirtyOffset = Math.max(kept.firstDirtyOffset, log.logStart);
  return { records, firstDirtyOffset, deleteHorizons: kept.deleteHorizons };
}

/** A record's share of its batch. */
function recordBytes(log: PartitionLog, offset: number): number {
  const batch = batchOf(log, offset);
  const first = batch === 0 ? log.base : intAt(log.batchEnds, batch - 1);
  const bytes = floatAt(log.batchBytes, batch) - floatAt(log.batchBytes, batch - 1, 0);
  return bytes / (intAt(log.batchEnds, batch) - first);
}

/** Bytes below the first dirty offset, and from there to `end`. */
function bytesAround(
  log: PartitionLog,
  records: readonly CompactedRecord[],
  firstDirty: number,
  end: number,
): readonly [clean: number, cleanable: number] {
  let [below, dirty] = [0, 0];
  for (const { offset } of records) {
    if (offset < firstDirty) below += recordBytes(log, offset);
    else if (offset < end) dirty += recordBytes(log, offset);
  }
  return [below, dirty];
}

function takeAway(
  log: PartitionLog,
  kept: KeptLog,
  env: BrokerEnv,
  ctx: Ctx,
  before: readonly CompactedRecord[],
  after: CompactedLog,
  quiet: boolean,
): void {
  const stays = new Set(after.records.map(({ offset }) => offset));
  const latest = new Map<string, number>();
  for (const { offset, key, aborted } of before) {
    if (offset < after.firstDirtyOffset && !aborted) latest.set(key, offset);
  }
  const cause = ctx.cause;
  for (const { offset, key, aborted } of before) {
    if (stays.has(offset)) continue;
    kept.gone.add(offset);
    shrink(kept, offset, recordBytes(log, offset));
    if (quiet) continue;
    const successor = latest.get(key) ?? offset;
    const mid = intAt(log.mids, offset - log.base);
    const also = successor > offset ? intAt(log.appended, successor - log.base) : -1;
    const lid = intAt(env.catalog.messages.lid, mid);
    const { reasons } = env;
    const gone = successor > offset ? reasons.superseded : reasons.expired;
    const reason = aborted ? reasons.aborted : gone;
    ctx.cause = cause;
    emit.compacted(ctx, mid, lid, log.topic, log.partition, offset, Number(key), reason, also);
  }
}

/** The segment that held the record is smaller from now on. */
function shrink(kept: KeptLog, offset: number, bytes: number): void {
  const { segments } = kept.segmented;
  for (let row = segments.length - 1; row >= 0; row -= 1) {
    const segment = segments[row] as LogSegment;
    if (segment.baseOffset > offset) continue;
    segment.bytes = Math.max(0, segment.bytes - bytes);
    return;
  }
}
