/**
 * A partition's leader towards share groups: makes the state of a partition in a group, settles what members say and
 * what locks do, and tells the trace of each. What a partition's start has passed is told as a commit of the group, so
 * that "how far is this group" reads alike for both kinds of groups. Rules: SPEC.md, KAFKA-SHARE.
 */
import { intern } from '#sim/base/names.ts';
import { BACKGROUND } from '#sim/kernel/queue.ts';
import { highWatermark, type PartitionLog } from '#sim/brokers/kafka/partition-log.ts';
import {
  acknowledge,
  expire,
  releaseAll,
  releaseMember,
  type AcknowledgementBatch,
  type Settled,
} from '#sim/brokers/kafka/share/acknowledge.ts';
import {
  createSharePartition,
  nextExpiry,
  type ShareLimits,
} from '#sim/brokers/kafka/share/share-partition.ts';
import type {
  AcknowledgedPartition,
  ShareAcknowledgeRequest,
} from '#sim/brokers/kafka/share/share-protocol.ts';
import { settingsOf, type LedShare, type ShareTurn } from '#sim/brokers/kafka/share/share-state.ts';
import * as emit from '#sim/trace/emit.ts';

/** The lock that ends first has ended. Housekeeping: `busy` knows of locks. */
export const SHARE_LOCK_TIMER = 328 | BACKGROUND;

/** µs. */
const LOOK_AGAIN = 1_000_000;

export function limitsOf(turn: ShareTurn, group: string): ShareLimits {
  const { deliveries, locks } = turn.settings;
  return { deliveries, locks, lockDuration: settingsOf(turn.settings, group).lockDuration };
}

function keyOf(group: string, row: number): string {
  return `${group}/${row}`;
}

/** [KAFKA-SHARE-15] The first fetch of a group makes its state of the partition: at the beginning or the end of the log. */
export function ledShare(turn: ShareTurn, group: string, log: PartitionLog): LedShare {
  const known = turn.share.led.get(keyOf(group, log.row));
  if (known !== undefined) {
    reload(turn, known, log);
    return known;
  }
  const { reset } = settingsOf(turn.settings, group);
  const start = reset === 'earliest' ? log.logStart : highWatermark(log);
  const { names } = turn.catalog;
  const nameId = intern(names, group);
  const { lives: life } = turn.share;
  const led: LedShare = {
    group,
    nameId,
    row: log.row,
    p: createSharePartition(start),
    life,
    freed: new Map(),
  };
  turn.share.led.set(keyOf(group, log.row), led);
  const { cause } = turn.ctx;
  emit.position(turn.ctx, nameId, log.topic, log.partition, start, intern(names, reset), -1);
  turn.ctx.cause = cause;
  return led;
}

/** Takes the acknowledgements of a request, partition by partition. */
export function takeAcknowledgements(
  turn: ShareTurn,
  request: ShareAcknowledgeRequest,
): AcknowledgedPartition[] {
  const rows = [...new Set(request.acknowledgements.map(({ partition }) => partition))];
  const { cause } = turn.ctx;
  const results: AcknowledgedPartition[] = [];
  for (const row of rows) {
    const log = turn.logs[row];
    const led = turn.share.led.get(keyOf(request.group, row));
    if (log === undefined || log === null) {
      results.push({ partition: row, error: 'NOT_LEADER_OR_FOLLOWER' });
      continue;
    }
    const batches: AcknowledgementBatch[] = request.acknowledgements.filter(
      ({ partition }) => partition === row,
    );
    if (led === undefined) {
      results.push({ partition: row, error: 'INVALID_RECORD_STATE' });
      continue;
    }
    reload(turn, led, log);
    const before = led.p.start;
    const limits = limitsOf(turn, request.group);
    const { error, settled } = acknowledge(led.p, limits, request.memberId, batches, turn.ctx.now);
    turn.ctx.cause = cause;
    recordSettled(turn, led, log, settled, request.entity, before);
    results.push({ partition: row, error });
  }
  turn.ctx.cause = cause;
  return results;
}

/** [KAFKA-SHARE-12] A member closes its session, or its connection is gone. */
export function memberGone(turn: ShareTurn, memberId: string, entity: number): void {
  const { cause } = turn.ctx;
  for (const led of turn.share.led.values()) {
    const log = turn.logs[led.row];
    if (log === undefined || log === null) continue;
    const before = led.p.start;
    turn.ctx.cause = cause;
    const settled = releaseMember(led.p, limitsOf(turn, led.group), memberId);
    recordSettled(turn, led, log, settled, entity, before);
  }
  turn.ctx.cause = cause;
}

/** The node has started. A partition that it leads only later is loaded with its first request. */
export function loadLed(turn: ShareTurn): void {
  turn.share.lives += 1;
  for (const led of turn.share.led.values()) {
    const log = turn.logs[led.row];
    if (log !== undefined && log !== null) reload(turn, led, log);
  }
  armLocks(turn);
}

/** [KAFKA-SHARE-14] What was acquired in an earlier life of the node is not any more. */
function reload(turn: ShareTurn, led: LedShare, log: PartitionLog): void {
  if (led.life === turn.share.lives) return;
  led.life = turn.share.lives;
  const before = led.p.start;
  const { cause } = turn.ctx;
  recordSettled(turn, led, log, releaseAll(led.p, limitsOf(turn, led.group)), -1, before);
  turn.ctx.cause = cause;
}

/** [KAFKA-SHARE-11] */
export function locksEnd(turn: ShareTurn): void {
  const { share, ctx } = turn;
  const { cause } = ctx;
  share.lockTimer = -1;
  share.lockTimerAt = Infinity;
  for (const led of share.led.values()) {
    const log = turn.logs[led.row];
    if (log === undefined || log === null) continue;
    const before = led.p.start;
    ctx.cause = cause;
    recordSettled(turn, led, log, expire(led.p, limitsOf(turn, led.group), ctx.now), -1, before);
  }
  ctx.cause = cause;
  armLocks(turn);
}

/** One timer for all locks: for the one that ends first. */
function armLocks(turn: ShareTurn): void {
  const { share, ctx } = turn;
  let first = Infinity;
  for (const { p, row } of share.led.values()) {
    const at = nextExpiry(p);
    // while it does not lead, a lock that has ended is looked at again later
    const leads = turn.logs[row] !== null;
    first = Math.min(first, leads || at === Infinity ? at : Math.max(at, ctx.now + LOOK_AGAIN));
  }
  armLockAt(turn, first);
  if (first === Infinity && share.lockTimer !== -1) {
    ctx.cancel(share.lockTimer);
    share.lockTimer = -1;
    share.lockTimerAt = Infinity;
  }
}

export function armLockAt({ share, ctx }: ShareTurn, at: number): void {
  if (at >= share.lockTimerAt) return;
  if (share.lockTimer !== -1) ctx.cancel(share.lockTimer);
  share.lockTimerAt = at;
  share.lockTimer = ctx.schedule(Math.max(0, at - ctx.now), SHARE_LOCK_TIMER);
}

/** One record for each that was settled; those that are available again remember it. Then the commit, if the start moved. */
function recordSettled(
  turn: ShareTurn,
  led: LedShare,
  log: PartitionLog,
  settled: readonly Settled[],
  entity: number,
  before: number,
): void {
  const { ctx, catalog } = turn;
  if (settled.length === 0) return;
  const { cause } = ctx;
  const { lid } = catalog.messages;
  for (const { offset, outcome, deliveries, member } of settled) {
    const mid = log.mids.data[offset - log.base] as number;
    const who = entity >= 0 ? entity : (turn.share.entities.get(member) ?? -1);
    const word = intern(catalog.names, outcome);
    const where = [led.nameId, log.topic, log.partition, offset] as const;
    ctx.cause = cause;
    const seq = emit.settled(ctx, mid, lid.data[mid] as number, ...where, who, word, deliveries);
    const again = outcome === 'released' || outcome === 'expired' || outcome === 'returned';
    if (again) led.freed.set(offset, seq);
    else if (outcome !== 'renewed') led.freed.delete(offset);
  }
  const { start } = led.p;
  // which member's acknowledgement it was is no claim to the partition: the commit is of no generation
  if (start > before) emit.commit(ctx, led.nameId, log.topic, log.partition, start, entity, -1);
}
