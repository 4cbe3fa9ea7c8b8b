/**
 * What a broker does about old records in the background: the retention check of topics that delete, and the rounds of
 * the log cleaner, which also deletes for topics with `compact,delete` (LogManager#startup, #cleanupLogs,
 * LogCleaner.CleanerThread#tryCleanFilthiestLog at the recorded commit). Both take no time here and are periodic, so they
 * never hold a run up. Left out: the cleaner's throttle and buffer (a round cleans every log that is dirty enough), the
 * minute that a deleted file stays on the disk. Rules: SPEC.md, KAFKA-RETENTION, KAFKA-COMPACT.
 */
import { intAt } from '#sim/base/column.ts';
import { MILLISECOND } from '#sim/base/time.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import { BACKGROUND } from '#sim/kernel/queue.ts';
import type { BrokerEnv, BrokerState } from '#sim/brokers/kafka/broker-state.ts';
import { highWatermark, logEnd, type PartitionLog } from '#sim/brokers/kafka/partition-log.ts';
import { cleanLog } from '#sim/brokers/kafka/retention/cleaner.ts';
import type { KeptLog } from '#sim/brokers/kafka/retention/kept-log.ts';
import { applyRetention, type RetentionPolicy } from '#sim/brokers/kafka/retention/retention.ts';
import * as emit from '#sim/trace/emit.ts';

export const RETENTION_CHECK = 182 | BACKGROUND;
export const CLEANER_ROUND = 183 | BACKGROUND;

/** The reason of what the trace is not told, because the leader tells it. */
const QUIET = -2;
/** LogManager.InitialTaskDelayMs; `log.initial.task.delay.ms` in 4.0. */
const FIRST_CHECK = 30_000 * MILLISECOND;

/** [KAFKA-RETENTION-9] The broker starts: its first check comes half a minute later, the cleaner's after one pause. */
export function startHousekeeping(env: BrokerEnv, ctx: Ctx): void {
  const { cleanerEnabled, cleanerBackoff } = env.settings;
  if (env.policies.some(({ deletes, compacts }) => deletes && (!compacts || !cleanerEnabled))) {
    ctx.schedule(FIRST_CHECK, RETENTION_CHECK);
  }
  if (cleanerEnabled && env.policies.some(({ compacts }) => compacts)) {
    ctx.schedule(cleanerBackoff, CLEANER_ROUND);
  }
}

/** [KAFKA-RETENTION-10] The logs that this node leads, and those that it follows, which it looks after just as well. */
function keptLogs(state: BrokerState): (readonly [log: PartitionLog, kept: KeptLog, quiet: boolean])[] {
  const found: (readonly [PartitionLog, KeptLog, boolean])[] = [];
  for (const log of state.logs) if (log !== null && log.kept !== null) found.push([log, log.kept, false]);
  for (const replica of state.replication?.replicas ?? []) {
    const log = replica?.followed ?? null;
    if (log !== null && log.kept !== null) found.push([log, log.kept, true]);
  }
  return found;
}

export function retentionCheck(state: BrokerState, env: BrokerEnv, ctx: Ctx): void {
  const cause = ctx.cause;
  ctx.schedule(env.settings.retentionCheckInterval, RETENTION_CHECK);
  for (const [log, kept, quiet] of keptLogs(state)) {
    if (kept.policy.compacts && env.settings.cleanerEnabled) continue;
    ctx.cause = cause;
    deleteOldSegments(log, kept, env, ctx, quiet);
  }
  ctx.cause = cause;
}

/** [KAFKA-COMPACT-1] A round of the cleaner; a log with `compact,delete` loses its old segments in it too. */
export function cleanerRound(state: BrokerState, env: BrokerEnv, ctx: Ctx): void {
  const cause = ctx.cause;
  ctx.schedule(env.settings.cleanerBackoff, CLEANER_ROUND);
  for (const [log, kept, quiet] of keptLogs(state)) {
    if (!kept.policy.compacts) continue;
    ctx.cause = cause;
    cleanLog(log, kept, env, ctx, quiet);
    ctx.cause = cause;
    deleteOldSegments(log, kept, env, ctx, quiet);
  }
  ctx.cause = cause;
}

/** Below the log start, then by size, then by age (UnifiedLog#deleteOldSegments). */
function deleteOldSegments(log: PartitionLog, kept: KeptLog, env: BrokerEnv, ctx: Ctx, quiet: boolean): void {
  const { policy } = kept;
  deleteSegments(log, kept, ctx, { ...policy, age: -1 }, quiet ? QUIET : env.reasons.size);
  deleteSegments(log, kept, ctx, { ...policy, bytes: -1 }, quiet ? QUIET : env.reasons.age);
}

function deleteSegments(
  log: PartitionLog,
  kept: KeptLog,
  ctx: Ctx,
  policy: RetentionPolicy,
  reason: number,
): void {
  const { segmented } = kept;
  segmented.logStart = log.logStart;
  segmented.logEnd = logEnd(log);
  segmented.highWatermark = highWatermark(log);
  applyRetention(segmented, policy, ctx.now);
  moveLogStart(log, ctx, segmented.logStart, reason);
}

/** [KAFKA-RETENTION-6] The log begins at `start` from now on, if that is later than it did. A follower's is not told. */
function moveLogStart(log: PartitionLog, ctx: Ctx, start: number, reason: number): void {
  const from = log.logStart;
  if (start <= from) return;
  log.logStart = start;
  const newest = intAt(log.appended, start - 1 - log.base, -1);
  const moved =
    reason === QUIET ? -1 : emit.logStart(ctx, log.topic, log.partition, start, from, reason, newest);
  if (log.kept === null) return;
  log.kept.moved = moved;
  for (const offset of log.kept.gone) if (offset < start) log.kept.gone.delete(offset);
  for (const offset of log.kept.deleteHorizons.keys()) {
    if (offset < start) log.kept.deleteHorizons.delete(offset);
  }
}
