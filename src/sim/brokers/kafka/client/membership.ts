/**
 * Membership in a group (AbstractCoordinator, ConsumerCoordinator, classic protocol): JoinGroup with the hand-out of a
 * member id (KIP-394), the leader's assignment, SyncGroup, and what an error makes of it. Everything here happens inside
 * poll(), so a rebalance is noticed only by a program that polls, and an answer that comes meanwhile is read there.
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import { topState } from '#sim/machines/host.ts';
import {
  channelOf,
  coordinatorChannel,
  request,
  underWay,
  wakePoll,
} from '#sim/brokers/kafka/client/consumer-channel.ts';
import type { ConsumerParts, ConsumerState, MemberState } from '#sim/brokers/kafka/client/consumer-state.ts';
import type { MemberEvent } from '#sim/brokers/kafka/client/consumer-member.machine.ts';
import { backoff } from '#sim/brokers/kafka/client/exponential-backoff.ts';
import { startHeartbeats } from '#sim/brokers/kafka/client/heartbeat.ts';
import { giveUpAllBut, takeOver } from '#sim/brokers/kafka/client/ownership.ts';
import { isRetriable } from '#sim/brokers/kafka/client/retriable-errors.ts';
import { assignAsLeader, partitionsKnown, protocolsOf } from '#sim/brokers/kafka/client/subscription.ts';
import {
  JOIN_GROUP,
  LEAVE_GROUP,
  SYNC_GROUP,
  type HeartbeatRequest,
  type JoinGroupRequest,
  type JoinGroupResponse,
  type KafkaError,
  type SyncGroupRequest,
  type SyncGroupResponse,
} from '#sim/brokers/kafka/protocol.ts';

/** Added to the rebalance timeout for JoinGroup's own (AbstractCoordinator.JOIN_GROUP_TIMEOUT_LAPSE). */
const JOIN_GROUP_TIMEOUT_LAPSE = 5_000_000;

export function tell(p: ConsumerParts, s: ConsumerState, ctx: Ctx, type: MemberEvent['type']): void {
  const { member } = s;
  const subject = { key: '', nameId: p.words.group, generation: member.generation };
  member.machine ??= p.machines.start(ctx, subject);
  p.machines.send(ctx, member.machine, subject, { type });
  member.state = topState(member.machine.value) as MemberState;
}

/** Whether poll() has to get through a rebalance first. */
export function rejoinPending(s: ConsumerState): boolean {
  return s.member.rejoinNeeded || s.member.state !== 'stable';
}

/** [KAFKA-GROWTH-5] Whether the leader assigned over fewer partitions than it now knows; others need not watch. */
export function assignmentIsOld(p: ConsumerParts, s: ConsumerState): boolean {
  const { ledOver, state } = s.member;
  return state === 'stable' && ledOver >= 0 && ledOver !== partitionsKnown(p, s);
}

/** Sends JoinGroup unless it, or what follows it, is under way already. */
export function join(p: ConsumerParts, s: ConsumerState, ctx: Ctx): void {
  const { member } = s;
  if (underWay(s, 'join') || underWay(s, 'sync-group')) return;
  const notBefore = Math.max(member.notBefore, channelOf(s, coordinatorChannel(p)).downUntil);
  if (notBefore > ctx.now) {
    wakePoll(s, ctx, notBefore);
    return;
  }
  tell(p, s, ctx, 'JOIN');
  member.rejoinNeeded = false;
  const { config } = p;
  const sent: JoinGroupRequest = {
    group: p.group,
    memberId: member.id,
    groupInstanceId: config.groupInstanceId,
    clientId: p.clientId,
    entity: ctx.self,
    sessionTimeout: config.sessionTimeout,
    rebalanceTimeout: config.maxPollInterval,
    protocols: protocolsOf(p, s),
  };
  const timeout = Math.max(config.requestTimeout, config.maxPollInterval + JOIN_GROUP_TIMEOUT_LAPSE);
  request(
    p,
    s,
    ctx,
    JOIN_GROUP,
    { of: 'join', channel: coordinatorChannel(p), deadline: ctx.now + timeout },
    sent,
  );
}

/** Returns the error where the program has to be told of it. */
export function joined(
  p: ConsumerParts,
  s: ConsumerState,
  ctx: Ctx,
  response: JoinGroupResponse,
): KafkaError {
  const { member } = s;
  if (member.state !== 'preparing_rebalance') return 'NONE';
  if (response.error === 'MEMBER_ID_REQUIRED') {
    member.id = response.memberId;
    member.rejoinNeeded = true;
    return 'NONE';
  }
  if (response.error !== 'NONE') return joinFailed(p, s, ctx, response.error, true);
  member.id = response.memberId;
  member.generation = response.generation;
  member.protocol = response.protocol;
  tell(p, s, ctx, 'JOINED');
  startHeartbeats(p, s, ctx);
  member.ledOver = response.leader === member.id ? partitionsKnown(p, s) : -1;
  const leads = response.leader === member.id && response.skipAssignment !== true;
  const sent: SyncGroupRequest = {
    group: p.group,
    memberId: member.id,
    groupInstanceId: p.config.groupInstanceId,
    generation: member.generation,
    protocol: response.protocol,
    assignments: leads ? assignAsLeader(p, s, response) : [],
  };
  const deadline = ctx.now + p.config.requestTimeout;
  request(p, s, ctx, SYNC_GROUP, { of: 'sync-group', channel: coordinatorChannel(p), deadline }, sent);
  return 'NONE';
}

export function synced(
  p: ConsumerParts,
  s: ConsumerState,
  ctx: Ctx,
  response: SyncGroupResponse,
): KafkaError {
  const { member } = s;
  if (member.state !== 'completing_rebalance') return 'NONE';
  if (response.error !== 'NONE') return joinFailed(p, s, ctx, response.error, false);
  tell(p, s, ctx, 'SYNCED');
  member.joinFailures = 0;
  member.joined = { id: member.id, generation: member.generation };
  member.prepareNeeded = true;
  member.prepareUntil = -1;
  s.autoCommitAt = ctx.now + p.config.autoCommitInterval;
  member.remembered.set(member.protocol, {
    partitions: response.partitions,
    generation: member.generation,
  });
  // [KAFKA-CLIENT-36] who has had to give something up joins again: only then can it be handed on
  if (p.cooperative && giveUpAllBut(p, s, ctx, response.partitions)) member.rejoinNeeded = true;
  takeOver(p, s, ctx, response.partitions);
  return 'NONE';
}

/** JoinGroup or SyncGroup did not succeed. */
export function joinFailed(
  p: ConsumerParts,
  s: ConsumerState,
  ctx: Ctx,
  error: KafkaError,
  joining: boolean,
): KafkaError {
  const { member } = s;
  if (error === 'UNKNOWN_MEMBER_ID' || error === 'ILLEGAL_GENERATION') {
    loseMembership(p, s, ctx, error);
    return 'NONE';
  }
  if (error === 'REBALANCE_IN_PROGRESS') {
    refused(s, ctx, joining ? p.config.retryBackoff : 0);
    tell(p, s, ctx, 'REFUSED');
    return 'NONE';
  }
  if (isRetriable(error)) {
    refused(s, ctx, backoff(p.config.retryBackoff, p.config.retryBackoffMax, member.joinFailures));
    member.joinFailures += 1;
    tell(p, s, ctx, 'REFUSED');
    return 'NONE';
  }
  tell(p, s, ctx, 'FATAL');
  return error;
}

function refused(s: ConsumerState, ctx: Ctx, pause: number): void {
  s.member.rejoinNeeded = true;
  s.member.notBefore = ctx.now + pause;
}

/** Expelled: the next poll() gives the partitions up as lost and joins anew. A generation too old keeps the member id. */
export function loseMembership(p: ConsumerParts, s: ConsumerState, ctx: Ctx, error: KafkaError): void {
  const { member } = s;
  tell(p, s, ctx, 'LOST');
  if (error !== 'ILLEGAL_GENERATION') member.id = '';
  member.generation = -1;
  member.lostCode = error;
  member.rejoinNeeded = true;
}

/** LeaveGroup (a static member sends none and is found missing by its session) and the end of the membership here. */
export function leaveGroup(p: ConsumerParts, s: ConsumerState, ctx: Ctx): void {
  const { member } = s;
  if (member.state === 'unjoined' || member.state === 'failed') return;
  if (p.config.groupInstanceId === null && member.id !== '') {
    const sent: HeartbeatRequest = {
      group: p.group,
      memberId: member.id,
      groupInstanceId: null,
      generation: member.generation,
    };
    ctx.send(p.metadata.nodes[p.coordinator] as number, LEAVE_GROUP, 0, 0, 0, 0, 0, sent);
  }
  tell(p, s, ctx, 'LEAVE');
  member.id = '';
  member.generation = -1;
  member.lostCode = 'UNKNOWN_MEMBER_ID';
  member.rejoinNeeded = true;
}
