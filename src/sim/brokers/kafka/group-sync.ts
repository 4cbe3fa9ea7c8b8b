/**
 * SyncGroup, Heartbeat and LeaveGroup (GroupMetadataManager#classicGroupSyncToClassicGroup, #classicGroupHeartbeat,
 * #classicGroupLeave). A heartbeat moves a deadline and nothing else. Rules: SPEC.md, KAFKA-GROUP.
 */
import { persistGroup } from '#sim/brokers/kafka/group-persistence.ts';
import { dismiss, maybeCompleteJoin, prepare, propagate } from '#sim/brokers/kafka/group-rebalance.ts';
import { endSession, keepMemberAlive } from '#sim/brokers/kafka/group-session.ts';
import { answerSync, step, syncError, type Turn } from '#sim/brokers/kafka/group-turn.ts';
import {
  groupState,
  removeMember,
  validateMember,
  type Group,
  type Member,
  type Reply,
} from '#sim/brokers/kafka/group.ts';
import type {
  HeartbeatRequest,
  KafkaError,
  LeaveGroupRequest,
  LeaveGroupResponse,
  SyncGroupRequest,
} from '#sim/brokers/kafka/protocol.ts';

export function syncGroup(turn: Turn, reply: Reply, request: SyncGroupRequest): void {
  const group = turn.state.groups.get(request.group);
  const error = request.group === '' ? 'INVALID_GROUP_ID' : validateSync(group, request);
  const member = group?.members.get(request.memberId);
  if (error !== 'NONE' || group === undefined || member === undefined) {
    answerSync(turn, reply, syncError(error));
    return;
  }
  member.lost = false;
  const state = groupState(group);
  if (state === 'PreparingRebalance') answerSync(turn, reply, syncError('REBALANCE_IN_PROGRESS'));
  else if (state === 'CompletingRebalance') {
    member.awaitingSync = reply;
    synced(turn, group, member);
    if (group.leader === member.id) assign(turn, group, request);
  } else {
    synced(turn, group, member);
    answerSync(turn, reply, { error: 'NONE', partitions: member.assignment });
  }
}

function validateSync(group: Group | undefined, request: SyncGroupRequest): KafkaError {
  const error = validate(group, request);
  if (error !== 'NONE' || request.protocol === undefined) return error;
  return request.protocol === group?.protocol ? 'NONE' : 'INCONSISTENT_GROUP_PROTOCOL';
}

function validate(group: Group | undefined, request: HeartbeatRequest): KafkaError {
  if (group === undefined || groupState(group) === 'Empty') return 'UNKNOWN_MEMBER_ID';
  if (groupState(group) === 'Dead') return 'COORDINATOR_NOT_AVAILABLE';
  const error = validateMember(group, request.memberId, request.groupInstanceId);
  if (error !== 'NONE') return error;
  return request.generation === group.generation ? 'NONE' : 'ILLEGAL_GENERATION';
}

function synced(turn: Turn, group: Group, member: Member): void {
  if (!group.pendingSync.delete(member.id) || group.pendingSync.size > 0) return;
  step(turn, group, { type: 'ALL_SYNCED' });
}

/** [KAFKA-GROUP-17] The leader's answer is stored, then handed on; whom it does not name gets nothing. */
function assign(turn: Turn, group: Group, request: SyncGroupRequest): void {
  for (const member of group.members.values()) {
    const given = request.assignments.findLast(({ memberId }) => memberId === member.id);
    member.assignment = given?.partitions ?? [];
  }
  persistGroup(turn.state, group);
  propagate(turn, group, 'NONE');
  step(turn, group, { type: 'ASSIGNED' });
}

/** [KAFKA-GROUP-6] A heartbeat keeps the session in every state, also where it answers REBALANCE_IN_PROGRESS. */
export function heartbeat(turn: Turn, request: HeartbeatRequest): KafkaError {
  if (request.group === '') return 'INVALID_GROUP_ID';
  const group = turn.state.groups.get(request.group);
  const error = validate(group, request);
  if (error !== 'NONE' || group === undefined) return error;
  keepMemberAlive(turn, group, group.members.get(request.memberId) as Member);
  return groupState(group) === 'PreparingRebalance' ? 'REBALANCE_IN_PROGRESS' : 'NONE';
}

/** [KAFKA-GROUP-18] Members leave one by one; the group rebalances once. */
export function leaveGroup(turn: Turn, request: LeaveGroupRequest): LeaveGroupResponse {
  const leaving = request.members ?? [request];
  const batch = request.members !== undefined;
  const all = (error: KafkaError): LeaveGroupResponse =>
    batch ? { error, members: leaving.map(({ memberId }) => ({ memberId, error })) } : { error };
  if (request.group === '') return all('INVALID_GROUP_ID');
  const group = turn.state.groups.get(request.group);
  if (group === undefined) return all('UNKNOWN_MEMBER_ID');
  if (groupState(group) === 'Dead') return all('COORDINATOR_NOT_AVAILABLE');
  const members = leaving.map(({ memberId, groupInstanceId }) => ({
    memberId,
    error: leave(turn, group, memberId, groupInstanceId),
  }));
  if (members.some(({ error }) => error === 'NONE')) {
    const state = groupState(group);
    if (state === 'Stable' || state === 'CompletingRebalance') prepare(turn, group);
    else if (state === 'PreparingRebalance') maybeCompleteJoin(turn, group);
  }
  return batch ? { error: 'NONE', members } : { error: members[0]?.error ?? 'NONE' };
}

/** An instance id without a member id removes whoever holds it: that is how an administrator does it. */
function leave(turn: Turn, group: Group, memberId: string, instance: string | null): KafkaError {
  const pending = group.pendingJoin.get(memberId);
  if (pending !== undefined) {
    endSession(turn, pending);
    removeMember(group, memberId);
    return 'NONE';
  }
  const id = memberId === '' && instance !== null ? (group.statics.get(instance) ?? '') : memberId;
  const error = validateMember(group, id, instance);
  const member = group.members.get(id);
  if (error !== 'NONE' || member === undefined) return error === 'NONE' ? 'UNKNOWN_MEMBER_ID' : error;
  dismiss(turn, group, member, 'left');
  return 'NONE';
}
