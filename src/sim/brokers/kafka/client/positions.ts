/**
 * Where reading begins (OffsetFetcher, SubscriptionState): the committed offset, else what auto.offset.reset says by
 * ListOffsets; the same after OFFSET_OUT_OF_RANGE. Every position that is set other than by reading on is recorded,
 * with what it came from as its cause. Left out: validation by leader epoch (KIP-320).
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import * as emit from '#sim/trace/emit.ts';
import {
  channelOf,
  coordinatorChannel,
  dataChannel,
  request,
  underWay,
  wakePoll,
} from '#sim/brokers/kafka/client/consumer-channel.ts';
import {
  ownedRow,
  type ConsumerParts,
  type ConsumerRequest,
  type ConsumerState,
  type OwnedPartition,
} from '#sim/brokers/kafka/client/consumer-state.ts';
import { outdates } from '#sim/brokers/kafka/client/cluster-view.ts';
import { leaderRefused } from '#sim/brokers/kafka/client/consumer-leaders.ts';
import { backoff } from '#sim/brokers/kafka/client/exponential-backoff.ts';
import { dropBuffered } from '#sim/brokers/kafka/client/fetcher.ts';
import {
  LIST_OFFSETS,
  OFFSET_FETCH,
  type ListOffsetsResponse,
  type OffsetFetchResponse,
} from '#sim/brokers/kafka/protocol.ts';

type ListInFlight = Extract<ConsumerRequest, { of: 'list-offsets' }>;

/** What poll() throws where auto.offset.reset is `none`; '' = nothing. */
export type PositionFailure = '' | 'NO_OFFSET_FOR_PARTITION' | 'OFFSET_OUT_OF_RANGE';

/** Asks for what is missing. */
export function lookUpPositions(p: ConsumerParts, s: ConsumerState, ctx: Ctx): PositionFailure {
  let unknown = false;
  let reset = false;
  for (let i = 0; i < s.owned.length; i += 1) {
    const { fetchState } = s.owned[i] as OwnedPartition;
    if (fetchState === 'initializing') unknown = true;
    else if (fetchState === 'await-reset') reset = true;
  }
  if (!unknown && !reset) return '';
  if (reset && p.config.autoOffsetReset === 'none') {
    const lost = s.owned.some((owned) => owned.fetchState === 'await-reset' && owned.position >= 0);
    return lost ? 'OFFSET_OUT_OF_RANGE' : 'NO_OFFSET_FOR_PARTITION';
  }
  if (s.lookupNotBefore > ctx.now) {
    wakePoll(s, ctx, s.lookupNotBefore);
    return '';
  }
  if (unknown) fetchCommitted(p, s, ctx);
  if (reset) for (let node = 0; node < p.metadata.nodes.length; node += 1) listOffsets(p, s, ctx, node);
  return '';
}

function open(s: ConsumerState, ctx: Ctx, channel: number): boolean {
  const { downUntil } = channelOf(s, channel);
  if (downUntil > ctx.now) wakePoll(s, ctx, downUntil);
  return downUntil <= ctx.now;
}

function fetchCommitted(p: ConsumerParts, s: ConsumerState, ctx: Ctx): void {
  const channel = coordinatorChannel(p);
  if (underWay(s, 'offset-fetch') || !open(s, ctx, channel)) return;
  const partitions = s.owned.filter((owned) => owned.fetchState === 'initializing').map((owned) => owned.row);
  const deadline = ctx.now + p.config.requestTimeout;
  const asMember = p.config.protocol === 'consumer';
  const { id, generation } = s.member;
  const who = asMember ? { memberId: id, memberEpoch: generation } : {};
  // the Java client always asks for stable offsets, whatever its isolation level (KIP-447)
  const sent = { group: p.group, partitions, requireStable: true, ...who };
  request(p, s, ctx, OFFSET_FETCH, { of: 'offset-fetch', channel, deadline }, sent);
}

function listOffsets(p: ConsumerParts, s: ConsumerState, ctx: Ctx, node: number): void {
  const channel = dataChannel(node);
  const policy = p.config.autoOffsetReset;
  if (policy === 'none') return;
  const rows: number[] = [];
  for (const owned of s.owned)
    if (owned.node === node && owned.fetchState === 'await-reset') rows.push(owned.row);
  const asked = s.requests.some((found) => found.of === 'list-offsets' && found.channel === channel);
  if (rows.length === 0 || asked || !open(s, ctx, channel)) return;
  const timestamp = policy === 'latest' ? -1 : -2;
  const deadline = ctx.now + p.config.requestTimeout;
  request(
    p,
    s,
    ctx,
    LIST_OFFSETS,
    { of: 'list-offsets', channel, deadline, policy },
    { timestamp, partitions: rows, readCommitted: p.config.readCommitted },
  );
}

export function committedFetched(
  p: ConsumerParts,
  s: ConsumerState,
  ctx: Ctx,
  response: OffsetFetchResponse,
): void {
  if (response.error !== undefined && response.error !== 'NONE') {
    lookupFailed(p, s, ctx);
    return;
  }
  s.lookupFailures = 0;
  const cause = ctx.cause;
  for (const { partition, offset, committed } of response.offsets) {
    const owned = ownedRow(s, partition);
    if (owned === null || owned.fetchState !== 'initializing') continue;
    if (offset < 0) {
      owned.fetchState = 'await-reset';
      continue;
    }
    owned.committed = offset;
    ctx.cause = cause;
    setPosition(p, ctx, owned, offset, p.words.committed, committed);
  }
}

export function offsetsListed(
  p: ConsumerParts,
  s: ConsumerState,
  ctx: Ctx,
  sent: ListInFlight,
  response: ListOffsetsResponse,
): void {
  const cause = ctx.cause;
  let failed = false;
  for (const { partition, offset, error } of response.offsets) {
    const owned = ownedRow(s, partition);
    if (owned === null || owned.fetchState !== 'await-reset') continue;
    if (error !== 'NONE') {
      failed = true;
      if (s.view !== null && outdates(error)) leaderRefused(s.view, owned);
      continue;
    }
    ctx.cause = cause;
    setPosition(p, ctx, owned, offset, sent.policy === 'latest' ? p.words.latest : p.words.earliest, -1);
  }
  if (failed) lookupFailed(p, s, ctx);
  else s.lookupFailures = 0;
}

export function lookupFailed(p: ConsumerParts, s: ConsumerState, ctx: Ctx): void {
  s.lookupNotBefore = ctx.now + backoff(p.config.retryBackoff, p.config.retryBackoffMax, s.lookupFailures);
  s.lookupFailures += 1;
}

export function setPosition(
  p: ConsumerParts,
  ctx: Ctx,
  owned: OwnedPartition,
  offset: number,
  reason: number,
  cause: number,
): void {
  const { group } = p.words;
  const from = owned.position;
  owned.positioned = emit.position(
    ctx,
    group,
    owned.topic,
    owned.partition,
    offset,
    reason,
    from,
    cause,
    owned.outOfRange >= 0 ? owned.outOfRange : owned.assigned,
  );
  owned.outOfRange = -1;
  owned.position = offset;
  owned.fetchState = 'fetching';
}

/** KafkaConsumer#seek: only the position moves; what was fetched or returned of the partition is passed over. */
export function seek(p: ConsumerParts, s: ConsumerState, ctx: Ctx, row: number, offset: number): boolean {
  const owned = ownedRow(s, row);
  if (owned === null) return false;
  dropBuffered(s, owned);
  setPosition(p, ctx, owned, offset, p.words.seek, -1);
  return true;
}
