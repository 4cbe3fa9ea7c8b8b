/**
 * How a group gets from one generation to the next: prepare (everybody must re-join), complete the join (a leader, a
 * protocol, a generation), and what happens to those who are late (GroupMetadataManager#prepareRebalance,
 * #completeClassicGroupJoin, #expirePendingSync, #expireClassicGroupMemberHeartbeat). Rules: SPEC.md, KAFKA-GROUP.
 */
import { persistGroup } from '#sim/brokers/kafka/group-persistence.ts';
import { endSession, keepMemberAlive, sessionOver } from '#sim/brokers/kafka/group-session.ts';
import {
  endJoin,
  endSync,
  joinError,
  recordMember,
  step,
  syncError,
  type Turn,
} from '#sim/brokers/kafka/group-turn.ts';
import {
  allJoined,
  electJoinedLeader,
  groupState,
  inInitialDelay,
  membersForLeader,
  rebalanceTimeoutOf,
  removeMember,
  selectProtocol,
  type Group,
  type Member,
} from '#sim/brokers/kafka/group.ts';
import type { JoinGroupResponse, KafkaError } from '#sim/brokers/kafka/protocol.ts';

/** What a member is told of the current generation; only the leader is told of the others. */
export function generationFor(group: Group, member: Member): JoinGroupResponse {
  return {
    error: 'NONE',
    memberId: member.id,
    generation: group.generation,
    leader: group.leader ?? '',
    protocol: group.protocol ?? '',
    members: group.leader === member.id ? membersForLeader(group) : [],
    skipAssignment: false,
  };
}

/** Begins a rebalance where the state allows it, else sees whether the one that runs is complete. */
export function rebalanceOrComplete(turn: Turn, group: Group): void {
  const state = groupState(group);
  if (state === 'Stable' || state === 'CompletingRebalance' || state === 'Empty') prepare(turn, group);
  else maybeCompleteJoin(turn, group);
}

/** [KAFKA-GROUP-7] Everybody must re-join, those who wait for an assignment included. */
export function prepare(turn: Turn, group: Group): void {
  const state = groupState(group);
  if (state === 'CompletingRebalance') {
    for (const member of group.members.values()) member.assignment = [];
    propagate(turn, group, 'REBALANCE_IN_PROGRESS');
  }
  group.pendingSync.clear();
  step(turn, group, { type: 'REBALANCE', rebalanceTimeout: rebalanceTimeoutOf(group) });
  if (state !== 'Empty' && allJoined(group)) completeJoin(turn, group);
}

/** [KAFKA-GROUP-3] The initial delay is waited out even when everybody is there. */
export function maybeCompleteJoin(turn: Turn, group: Group): void {
  if (groupState(group) !== 'PreparingRebalance' || inInitialDelay(group) || !allJoined(group)) return;
  completeJoin(turn, group);
}

/** [KAFKA-GROUP-7] Ends the join phase: dynamic members that did not re-join are out, the next generation begins. */
export function completeJoin(turn: Turn, group: Group): void {
  for (const member of [...group.members.values()]) {
    if (member.awaitingJoin !== null || member.instance !== null) continue;
    removeMember(group, member.id);
    endSession(turn, member.session);
    recordMember(turn, group, member.entity, 'evicted', 'NONE', member.lostBy);
  }
  if (!electJoinedLeader(group) && group.members.size > 0) {
    step(turn, group, { type: 'NOBODY_JOINED', rebalanceTimeout: rebalanceTimeoutOf(group) });
    return;
  }
  group.generation += 1; // [KAFKA-GROUP-10]
  group.pendingSync.clear();
  group.protocol = group.members.size > 0 ? selectProtocol(group) : null;
  const rebalanceTimeout = rebalanceTimeoutOf(group);
  step(turn, group, { type: 'JOINED', members: group.members.size, rebalanceTimeout });
  if (group.members.size === 0) {
    persistGroup(turn.state, group);
    return;
  }
  for (const member of group.members.values()) {
    endJoin(turn, member, generationFor(group, member));
    keepMemberAlive(turn, group, member);
    member.isNew = false;
    group.pendingSync.add(member.id);
  }
}

/** Answers every parked SyncGroup; the session of those who waited begins anew. */
export function propagate(turn: Turn, group: Group, error: KafkaError): void {
  for (const member of group.members.values()) {
    const response = error === 'NONE' ? { error, partitions: member.assignment } : syncError(error);
    if (endSync(turn, member, response)) keepMemberAlive(turn, group, member);
  }
}

/** [KAFKA-GROUP-11] The rebalance timeout is over and somebody has not asked for its assignment. */
export function removeUnsynced(turn: Turn, group: Group): void {
  const state = groupState(group);
  if (state !== 'CompletingRebalance' && state !== 'Stable') return;
  if (group.pendingSync.size === 0) return;
  for (const memberId of [...group.pendingSync]) {
    const member = group.members.get(memberId);
    removeMember(group, memberId);
    if (member === undefined) continue;
    endSession(turn, member.session);
    recordMember(turn, group, member.entity, 'evicted', 'NONE', member.lostBy);
  }
  prepare(turn, group);
}

/** [KAFKA-GROUP-4] A session timer has rung. */
export function endOfSession(turn: Turn, group: Group, memberId: string): void {
  const pending = group.pendingJoin.get(memberId);
  if (pending !== undefined) {
    if (!sessionOver(turn, group, memberId, pending)) return;
    removeMember(group, memberId);
    if (groupState(group) === 'PreparingRebalance' && allJoined(group)) completeJoin(turn, group);
    return;
  }
  const member = group.members.get(memberId);
  if (member === undefined || !sessionOver(turn, group, memberId, member.session)) return;
  // [KAFKA-GROUP-5] Who waits for the others is not expected to heartbeat, except with a first join.
  if (!member.isNew && (member.awaitingJoin !== null || member.awaitingSync !== null)) return;
  turn.ctx.cause = member.session.heard;
  dismiss(turn, group, member, 'expired');
  const state = groupState(group);
  if (state === 'Stable' || state === 'CompletingRebalance') prepare(turn, group);
  else if (state === 'PreparingRebalance' && allJoined(group)) completeJoin(turn, group);
}

/** Takes a member out; a JoinGroup of its that is parked is answered, so that a living client tries again. */
export function dismiss(turn: Turn, group: Group, member: Member, change: 'left' | 'expired'): void {
  endSession(turn, member.session);
  endJoin(turn, member, joinError('UNKNOWN_MEMBER_ID', ''));
  removeMember(group, member.id);
  recordMember(turn, group, member.entity, change, 'NONE', member.lostBy);
}
