/**
 * The records of what happens inside brokers, one function a kind: transactions and their markers, retention and
 * compaction, leaders and their followers, share groups. Read emit.ts for how all of these functions work.
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import { Kind } from '#sim/trace/vocabulary.ts';

/** What becomes of a transaction at its coordinator (BrokerTransactionState). `id` is the transactional id. */
export function brokerTransaction(
  ctx: Ctx,
  state: number,
  id: number,
  producer: number,
  epoch: number,
  actor: number,
  code: number,
  cause = -1,
  also = -1,
): number {
  return ctx.record(Kind.brokerTransaction, -1, -1, state, id, producer, epoch, actor, code, 0, cause, also);
}

/** A marker ends a producer's transaction in a partition; it takes an offset. `committed` 0 = aborted. */
export function marker(
  ctx: Ctx,
  topic: number,
  partition: number,
  offset: number,
  committed: number,
  producer: number,
  epoch: number,
): number {
  return ctx.record(Kind.marker, -1, -1, topic, partition, offset, committed, producer, epoch, 0, -1, -1);
}

/** A partition's last stable offset has moved. */
export function stable(
  ctx: Ctx,
  topic: number,
  partition: number,
  offset: number,
  highWatermark: number,
): number {
  return ctx.record(Kind.stable, -1, -1, topic, partition, offset, highWatermark, 0, 0, 0, -1, -1);
}

/**
 * A partition's log begins at `offset` from now on, and no longer at `from`: what was between is gone. `reason` is the
 * setting (or request) that asked for it; `also` = the append of the last record that went.
 */
export function logStart(
  ctx: Ctx,
  topic: number,
  partition: number,
  offset: number,
  from: number,
  reason: number,
  also = -1,
): number {
  return ctx.record(Kind.logStart, -1, -1, topic, partition, offset, from, reason, 0, 0, -1, also);
}

/** The log cleaner takes one record away. `also` = the append of the record that stands for it now, where there is one. */
export function compacted(
  ctx: Ctx,
  mid: number,
  lid: number,
  topic: number,
  partition: number,
  offset: number,
  key: number,
  reason: number,
  also = -1,
): number {
  return ctx.record(Kind.compacted, mid, lid, topic, partition, offset, key, reason, 0, 0, -1, also);
}

/** The controller has elected: `leader` -1 = nobody; `size` = how many are in sync. `also` = the crash behind it. */
export function elect(
  ctx: Ctx,
  topic: number,
  partition: number,
  leader: number,
  epoch: number,
  unclean: number,
  size: number,
  cause = -1,
  also = -1,
): number {
  return ctx.record(Kind.elect, -1, -1, topic, partition, leader, epoch, unclean, size, 0, cause, also);
}

/**
 * A node takes the lead of a partition whose log ends at `offset` in its copy: what a former leader wrote from there on
 * is not in the partition any more.
 */
export function lead(
  ctx: Ctx,
  topic: number,
  partition: number,
  offset: number,
  epoch: number,
  highWatermark: number,
): number {
  return ctx.record(Kind.lead, -1, -1, topic, partition, offset, epoch, highWatermark, 0, 0, -1, -1);
}

/** The controller has put a replica into the in-sync set (`joined` 1) or out of it; `size` = how many are in it now. */
export function isr(
  ctx: Ctx,
  topic: number,
  partition: number,
  replica: number,
  joined: number,
  size: number,
  epoch: number,
  cause = -1,
  also = -1,
): number {
  return ctx.record(Kind.isr, -1, -1, topic, partition, replica, joined, size, epoch, 0, cause, also);
}

/** The leader's high watermark has risen from `from`. Only where there are followers: alone it is the log end. */
export function highWatermark(
  ctx: Ctx,
  topic: number,
  partition: number,
  offset: number,
  from: number,
  epoch: number,
): number {
  return ctx.record(Kind.highWatermark, -1, -1, topic, partition, offset, from, epoch, 0, 0, -1, -1);
}

/** A follower cuts its log, which ended at `from`, down to `offset`: there it departs from its leader's. */
export function truncate(
  ctx: Ctx,
  topic: number,
  partition: number,
  offset: number,
  from: number,
  epoch: number,
): number {
  return ctx.record(Kind.truncate, -1, -1, topic, partition, offset, from, epoch, 0, 0, -1, -1);
}

/** A follower has what its leader sent: its log ends at `offset` now. */
export function replicate(
  ctx: Ctx,
  topic: number,
  partition: number,
  offset: number,
  highWatermark: number,
  epoch: number,
  leader: number,
): number {
  return ctx.record(
    Kind.replicate,
    -1,
    -1,
    topic,
    partition,
    offset,
    highWatermark,
    epoch,
    leader,
    0,
    -1,
    -1,
  );
}

/**
 * A broker gives a record to one member of a group that shares its partitions: nobody else gets it until it is settled,
 * or the lock ends (`until`). `delivery` counts from 1 over all members. `cause` is the append, `also` the `settled` record that
 * made it available again.
 */
export function acquire(
  ctx: Ctx,
  mid: number,
  lid: number,
  group: number,
  topic: number,
  partition: number,
  offset: number,
  member: number,
  delivery: number,
  until: number,
  cause = -1,
  also = -1,
): number {
  return ctx.record(
    Kind.acquire,
    mid,
    lid,
    group,
    topic,
    partition,
    offset,
    member,
    delivery,
    until,
    cause,
    also,
  );
}

/**
 * What becomes of a record that a member had acquired: accepted, released, rejected, renewed, expired, returned (its
 * member is gone) or archived (its last delivery has failed). `cause` defaults to the request or timer that ended it.
 */
export function settled(
  ctx: Ctx,
  mid: number,
  lid: number,
  group: number,
  topic: number,
  partition: number,
  offset: number,
  member: number,
  outcome: number,
  deliveries: number,
  also = -1,
): number {
  return ctx.record(
    Kind.settled,
    mid,
    lid,
    group,
    topic,
    partition,
    offset,
    member,
    outcome,
    deliveries,
    -1,
    also,
  );
}
