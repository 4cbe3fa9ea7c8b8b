/**
 * ShareFetch and ShareAcknowledge at a partition's leader (KIP-932; DelayedShareFetch, SharePartitionManager of Kafka
 * 4.2). A fetch that can acquire nothing is parked like any other fetch; a record that is released, or whose lock ends,
 * goes to whoever waits. Partitions take turns at being first. Left out: share sessions, read_committed, quotas.
 */
import { BACKGROUND } from '#sim/kernel/queue.ts';
import { highWatermark, readRecords, spanFrom, type PartitionLog } from '#sim/brokers/kafka/partition-log.ts';
import { acquire, type AcquireRequest } from '#sim/brokers/kafka/share/acquire.ts';
import {
  armLockAt,
  ledShare,
  limitsOf,
  memberGone,
  takeAcknowledgements,
} from '#sim/brokers/kafka/share/share-leader.ts';
import {
  canAcquire,
  followLogStart,
  nextFetchOffset,
  skipTo,
} from '#sim/brokers/kafka/share/share-partition.ts';
import {
  SHARE_ACKNOWLEDGE_RESPONSE,
  SHARE_FETCH_RESPONSE,
  type AcknowledgedPartition,
  type ShareAcknowledgeRequest,
  type SharedPartition,
  type ShareFetchRequest,
  type ShareFetchResponse,
} from '#sim/brokers/kafka/share/share-protocol.ts';
import type { LedShare, ParkedShareFetch, ShareTurn } from '#sim/brokers/kafka/share/share-state.ts';
import * as emit from '#sim/trace/emit.ts';

/** The end of a long poll. */
export const SHARE_FETCH_WAIT_OVER = 329 | BACKGROUND;

export function shareAcknowledge(
  turn: ShareTurn,
  from: number,
  correlation: number,
  request: ShareAcknowledgeRequest,
): void {
  turn.share.entities.set(request.memberId, request.entity);
  const acknowledged = takeAcknowledgements(turn, request);
  if (request.closes === true) memberGone(turn, request.memberId, request.entity);
  const response = { acknowledged };
  turn.ctx.send(from, SHARE_ACKNOWLEDGE_RESPONSE, correlation, 0, 0, 0, 0, response);
}

export function shareFetch(
  turn: ShareTurn,
  from: number,
  correlation: number,
  request: ShareFetchRequest,
): void {
  const { share, ctx } = turn;
  share.entities.set(request.memberId, request.entity);
  const acknowledged = takeAcknowledgements(turn, request);
  if (request.maxWait <= 0 || request.partitions.length === 0 || canAnswer(turn, request)) {
    answer(turn, from, correlation, request, acknowledged);
    return;
  }
  share.parkedIds += 1;
  const timer = ctx.schedule(request.maxWait, SHARE_FETCH_WAIT_OVER, share.parkedIds);
  share.parked.push({ id: share.parkedIds, from, correlation, request, acknowledged, timer });
}

/** Something may be there to acquire: whoever waits is asked in the order of their waiting. */
export function answerShareFetches(turn: ShareTurn): void {
  const { share, ctx } = turn;
  const { cause } = ctx;
  for (const waiting of [...share.parked]) {
    if (!canAnswer(turn, waiting.request)) continue;
    ctx.cancel(waiting.timer);
    ctx.cause = cause;
    unpark(turn, waiting);
  }
  ctx.cause = cause;
}

export function endShareWait(turn: ShareTurn, id: number): void {
  const waiting = turn.share.parked.find((parked) => parked.id === id);
  if (waiting !== undefined) unpark(turn, waiting);
}

function unpark(turn: ShareTurn, waiting: ParkedShareFetch): void {
  const { share } = turn;
  share.parked = share.parked.filter(({ id }) => id !== waiting.id);
  answer(turn, waiting.from, waiting.correlation, waiting.request, waiting.acknowledged);
}

export function forgetShareFetches(turn: ShareTurn, peer: number): void {
  for (const { from, timer } of turn.share.parked) if (from === peer) turn.ctx.cancel(timer);
  turn.share.parked = turn.share.parked.filter(({ from }) => from !== peer);
}

function canAnswer(turn: ShareTurn, request: ShareFetchRequest): boolean {
  let bytes = 0;
  for (const row of request.partitions) {
    const log = turn.logs[row];
    if (log === undefined || log === null) return true;
    const led = ledAt(turn, request.group, log);
    if (!canAcquire(led.p, limitsOf(turn, request.group))) continue;
    bytes += spanFrom(log, nextFetchOffset(led.p), request.maxBytes, true).bytes;
    if (bytes >= request.minBytes) return true;
  }
  return false;
}

function ledAt(turn: ShareTurn, group: string, log: PartitionLog): LedShare {
  const led = ledShare(turn, group, log);
  followLogStart(led.p, log.logStart);
  return led;
}

function answer(
  turn: ShareTurn,
  from: number,
  correlation: number,
  request: ShareFetchRequest,
  acknowledged: readonly AcknowledgedPartition[],
): void {
  const partitions: SharedPartition[] = [];
  const rows = request.partitions;
  let left = request.maxRecords;
  let bytes = 0;
  for (let i = 0; i < rows.length && left > 0 && bytes < request.maxBytes; i += 1) {
    const row = rows[(i + correlation) % rows.length] as number;
    const log = turn.logs[row];
    if (log === undefined || log === null) {
      const none = { offsets: [], mids: [], deliveries: [], acquired: [] };
      partitions.push({ partition: row, error: 'NOT_LEADER_OR_FOLLOWER', ...none });
      continue;
    }
    const got = give(turn, ledAt(turn, request.group, log), log, request, left, request.maxBytes - bytes);
    if (got === null) continue;
    partitions.push(got.found);
    left -= got.found.offsets.length;
    bytes += got.bytes;
  }
  const response: ShareFetchResponse = { acknowledged, partitions };
  turn.ctx.send(from, SHARE_FETCH_RESPONSE, correlation, 0, 0, 0, 0, response, bytes);
}

/** Acquires for the member what it may have of one partition; null = nothing. */
function give(
  turn: ShareTurn,
  led: LedShare,
  log: PartitionLog,
  request: ShareFetchRequest,
  maxRecords: number,
  maxBytes: number,
): { readonly found: SharedPartition; readonly bytes: number } | null {
  const limits = limitsOf(turn, request.group);
  if (!canAcquire(led.p, limits)) return null;
  const from = nextFetchOffset(led.p);
  const span = spanFrom(log, from, maxBytes, true);
  const read = readable(log, from, span.rows);
  const { memberId: member, strict, batchSize } = request;
  const asked: AcquireRequest = { member, ...read, maxRecords, strict, batchSize, now: turn.ctx.now };
  const acquired = acquire(led.p, limits, asked);
  // what the log has kept no record of is nobody's
  if (read.offsets.length === 0 && span.rows > 0) {
    skipTo(led.p, from + span.rows);
    return null;
  }
  if (acquired.length === 0) return null;
  const until = turn.ctx.now + limits.lockDuration;
  armLockAt(turn, until);
  const found = {
    partition: log.row,
    error: 'NONE' as const,
    offsets: acquired.map(({ offset }) => offset),
    mids: acquired.map(({ offset }) => log.mids.data[offset - log.base] as number),
    deliveries: acquired.map(({ deliveries }) => deliveries),
    acquired: acquired.map(({ offset, deliveries }) =>
      recordAcquired(turn, led, log, offset, request.entity, deliveries, until),
    ),
  };
  return { found, bytes: Math.ceil((span.bytes * acquired.length) / Math.max(1, span.rows)) };
}

/** The offsets of records from `from` on, without markers and gaps, and where the log's batches end among them. */
function readable(
  log: PartitionLog,
  from: number,
  rows: number,
): Pick<AcquireRequest, 'offsets' | 'batchEnds'> {
  const offsets: number[] = [];
  const batchEnds: number[] = [];
  const end = Math.min(from + rows, highWatermark(log));
  if (rows === 0) return { offsets, batchEnds };
  const read = readRecords(log, from, end - from);
  for (let i = 0; i < read.offsets.length; i += 1) {
    const offset = read.offsets[i] as number;
    if (offset >= end || (read.mids[i] as number) < 0) continue;
    offsets.push(offset);
    if (endsBatch(log, offset)) batchEnds.push(offsets.length);
  }
  if (batchEnds[batchEnds.length - 1] !== offsets.length) batchEnds.push(offsets.length);
  return { offsets, batchEnds };
}

function endsBatch(log: PartitionLog, offset: number): boolean {
  const ends = log.batchEnds.data;
  let low = 0;
  let high = log.batchEnds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ends[middle] as number) < offset + 1) low = middle + 1;
    else high = middle;
  }
  return low < log.batchEnds.length && ends[low] === offset + 1;
}

function recordAcquired(
  turn: ShareTurn,
  led: LedShare,
  log: PartitionLog,
  offset: number,
  entity: number,
  delivery: number,
  until: number,
): number {
  const at = offset - log.base;
  const mid = log.mids.data[at] as number;
  const lid = turn.catalog.messages.lid.data[mid] as number;
  const { topic, partition } = log;
  const [cause, also] = [log.appended.data[at] as number, led.freed.get(offset) ?? -1];
  return emit.acquire(
    turn.ctx,
    mid,
    lid,
    led.nameId,
    topic,
    partition,
    offset,
    entity,
    delivery,
    until,
    cause,
    also,
  );
}
