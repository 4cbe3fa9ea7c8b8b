/**
 * What becomes of the consumer's requests: each kind of answer goes to the part that asked, and a request that was lost
 * with its connection fails as DisconnectException does, which is retriable.
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import type { Event } from '#sim/kernel/queue.ts';
import type { Ended } from '#sim/messaging/client-face.ts';
import { memberAnswered, memberUnanswered } from '#sim/brokers/kafka/client/async-membership.ts';
import { channelOf, takeRequest } from '#sim/brokers/kafka/client/consumer-channel.ts';
import { commitEnded } from '#sim/brokers/kafka/client/commits.ts';
import type {
  ConsumerParts,
  ConsumerRequest,
  ConsumerState,
} from '#sim/brokers/kafka/client/consumer-state.ts';
import { fetched } from '#sim/brokers/kafka/client/fetcher.ts';
import { heartbeatAnswered, heartbeatFailed } from '#sim/brokers/kafka/client/heartbeat.ts';
import { joined, joinFailed, loseMembership, synced, tell } from '#sim/brokers/kafka/client/membership.ts';
import { leadersTold, leadersUntold } from '#sim/brokers/kafka/client/consumer-leaders.ts';
import { committedFetched, lookupFailed, offsetsListed } from '#sim/brokers/kafka/client/positions.ts';
import { positionsChecked } from '#sim/brokers/kafka/client/position-check.ts';
import type { EpochEndResponse, MetadataResponse } from '#sim/brokers/kafka/replication/cluster-protocol.ts';
import type {
  ConsumerGroupHeartbeatResponse,
  ErrorResponse,
  FetchResponse,
  JoinGroupResponse,
  KafkaError,
  ListOffsetsResponse,
  OffsetFetchResponse,
  SyncGroupResponse,
} from '#sim/brokers/kafka/protocol.ts';

/** What goes to leaders, and not to the coordinator. */
const DATA_REQUESTS: readonly ConsumerRequest['of'][] = ['fetch', 'list-offsets', 'metadata', 'epoch-end'];

/** Takes the answer to a request; returns how the program's commitSync ended, if it did by this. */
export function answered(p: ConsumerParts, s: ConsumerState, ctx: Ctx, event: Event): Ended | null {
  const sent = takeRequest(s, event.a);
  if (sent === null) return null;
  channelOf(s, sent.channel).failures = 0;
  if (!DATA_REQUESTS.includes(sent.of)) s.heartbeat.heardAt = ctx.now;
  const { data } = event;
  switch (sent.of) {
    case 'fetch':
      fetched(s, sent, data as FetchResponse, ctx.cause);
      return null;
    case 'heartbeat':
      beaten(p, s, ctx, sent.generation, (data as ErrorResponse).error);
      return null;
    case 'consumer-heartbeat':
      memberAnswered(p, s, ctx, data as ConsumerGroupHeartbeatResponse);
      return null;
    case 'commit':
      return commitEnded(p, s, ctx, sent, (data as ErrorResponse).error, true);
    case 'join':
      s.member.unread = { of: 'join', response: data as JoinGroupResponse, cause: ctx.cause };
      if (s.polling) readAnswer(p, s, ctx);
      return null;
    case 'sync-group':
      s.member.unread = { of: 'sync-group', response: data as SyncGroupResponse, cause: ctx.cause };
      if (s.polling) readAnswer(p, s, ctx);
      return null;
    case 'offset-fetch':
      committedFetched(p, s, ctx, data as OffsetFetchResponse);
      return null;
    case 'list-offsets':
      offsetsListed(p, s, ctx, sent, data as ListOffsetsResponse);
      return null;
    case 'epoch-end':
      positionsChecked(p, s, ctx, data as EpochEndResponse);
      return null;
    case 'metadata':
      leadersTold(p, s, ctx, data as MetadataResponse);
      return null;
  }
}

/** What a member that keeps its partitions was told while its program worked, it reads in its next poll(). */
export function readAnswer(p: ConsumerParts, s: ConsumerState, ctx: Ctx): void {
  const { unread } = s.member;
  if (unread === null) return;
  s.member.unread = null;
  ctx.cause = unread.cause;
  const error =
    unread.of === 'join' ? joined(p, s, ctx, unread.response) : synced(p, s, ctx, unread.response);
  if (error !== 'NONE') s.member.lostCode = error;
}

/** HeartbeatResponseHandler: a rebalance is only noted; being unknown ends the membership at once. */
function beaten(p: ConsumerParts, s: ConsumerState, ctx: Ctx, generation: number, error: KafkaError): void {
  const { member } = s;
  if (error === 'NONE') heartbeatAnswered(p, s, ctx);
  else if (error === 'REBALANCE_IN_PROGRESS') {
    if (member.state === 'stable') member.rejoinNeeded = true;
    heartbeatAnswered(p, s, ctx);
  } else if (error === 'UNKNOWN_MEMBER_ID' || error === 'ILLEGAL_GENERATION') {
    if (member.generation === generation) loseMembership(p, s, ctx, error);
    heartbeatFailed(p, s, ctx);
  } else if (error === 'FENCED_INSTANCE_ID') {
    member.lostCode = error;
    tell(p, s, ctx, 'FATAL');
  } else heartbeatFailed(p, s, ctx);
}

/** Requests whose connection is gone. */
export function lost(
  p: ConsumerParts,
  s: ConsumerState,
  ctx: Ctx,
  requests: readonly ConsumerRequest[],
): Ended | null {
  let ended: Ended | null = null;
  for (const sent of requests) {
    if (sent.of === 'heartbeat') heartbeatFailed(p, s, ctx);
    else if (sent.of === 'consumer-heartbeat') memberUnanswered(p, s, ctx);
    else if (sent.of === 'join' || sent.of === 'sync-group')
      joinFailed(p, s, ctx, 'NETWORK_EXCEPTION', sent.of === 'join');
    else if (sent.of === 'commit') ended = commitEnded(p, s, ctx, sent, 'NETWORK_EXCEPTION', false) ?? ended;
    else if (sent.of === 'metadata') leadersUntold(p, s, ctx);
    else if (sent.of !== 'fetch' && sent.of !== 'epoch-end') lookupFailed(p, s, ctx);
  }
  return ended;
}
