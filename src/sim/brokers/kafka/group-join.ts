/**
 * The JoinGroup request (GroupMetadataManager#classicGroupJoinToClassicGroup; KIP-394 member ids handed out first,
 * KIP-345 static members, KIP-814 the static leader's skipped assignment). Rules: SPEC.md, KAFKA-GROUP.
 */
import { createGroup, persistGroup } from '#sim/brokers/kafka/group-persistence.ts';
import {
  generationFor,
  maybeCompleteJoin,
  prepare,
  rebalanceOrComplete,
} from '#sim/brokers/kafka/group-rebalance.ts';
import {
  endSession,
  keepAlive,
  keepMemberAlive,
  NEW_MEMBER_JOIN_TIMEOUT,
} from '#sim/brokers/kafka/group-session.ts';
import {
  answerJoin,
  endJoin,
  endSync,
  joinError,
  recordMember,
  step,
  syncError,
  type Turn,
} from '#sim/brokers/kafka/group-turn.ts';
import {
  addMember,
  awaitingJoins,
  groupState,
  inInitialDelay,
  matches,
  membersForLeader,
  newSession,
  removeMember,
  selectProtocol,
  supportsProtocols,
  validateMember,
  type Group,
  type Member,
  type Reply,
} from '#sim/brokers/kafka/group.ts';
import type { JoinGroupRequest, KafkaError } from '#sim/brokers/kafka/protocol.ts';

/** The newest version of the request; [KAFKA-GROUP-1] ids are handed out from 4 on, skipAssignment exists from 9. */
const NEWEST = 9;
const HANDS_OUT_IDS = 4;
const SKIPS_ASSIGNMENT = 9;

export function joinGroup(turn: Turn, reply: Reply, request: JoinGroupRequest): void {
  const { settings } = turn.env;
  const refuse = (error: KafkaError, memberId: string): void =>
    answerJoin(turn, reply, joinError(error, memberId));
  if (request.group === '') return refuse('INVALID_GROUP_ID', request.memberId);
  const timeout = request.sessionTimeout;
  if (timeout < settings.minSessionTimeout || timeout > settings.maxSessionTimeout) {
    return refuse('INVALID_SESSION_TIMEOUT', request.memberId); // [KAFKA-GROUP-16]
  }
  const unknown = request.memberId === '';
  const group = turn.state.groups.get(request.group) ?? (unknown ? createGroup(turn, request.group) : null);
  if (group === null) return refuse('UNKNOWN_MEMBER_ID', request.memberId);
  if (!acceptsMember(turn, group, request.memberId)) {
    removeMember(group, request.memberId);
    return refuse('GROUP_MAX_SIZE_REACHED', '');
  }
  if (groupState(group) === 'Dead') return refuse('COORDINATOR_NOT_AVAILABLE', request.memberId);
  if (!supportsProtocols(group, request.protocols)) {
    return refuse('INCONSISTENT_GROUP_PROTOCOL', request.memberId);
  }
  if (unknown) joinUnknown(turn, group, reply, request);
  else joinKnown(turn, group, reply, request);
}

/** [KAFKA-GROUP-15] group.max.size counts those who wait while a rebalance is prepared, else the members. */
function acceptsMember(turn: Turn, group: Group, memberId: string): boolean {
  const { maxGroupSize } = turn.env.settings;
  const member = group.members.get(memberId);
  const state = groupState(group);
  if (state === 'Empty' || state === 'Dead') return true;
  if (state === 'PreparingRebalance') {
    return (member !== undefined && member.awaitingJoin !== null) || awaitingJoins(group) < maxGroupSize;
  }
  return member !== undefined || group.members.size < maxGroupSize;
}

function joinUnknown(turn: Turn, group: Group, reply: Reply, request: JoinGroupRequest): void {
  const instance = request.groupInstanceId;
  const owner = instance ?? request.clientId;
  const count = (turn.state.memberIds.get(owner) ?? 0) + 1;
  turn.state.memberIds.set(owner, count);
  const memberId = `${owner}-${count}`;
  if (instance !== null) {
    const holder = group.members.get(group.statics.get(instance) ?? '');
    if (holder === undefined) join(turn, group, reply, request, memberId);
    else replaceStatic(turn, group, reply, request, holder, memberId);
    return;
  }
  if ((request.version ?? NEWEST) < HANDS_OUT_IDS) {
    join(turn, group, reply, request, memberId);
    return;
  }
  const session = newSession();
  group.pendingJoin.set(memberId, session);
  keepAlive(turn, group, memberId, session, request.sessionTimeout);
  answerJoin(turn, reply, joinError('MEMBER_ID_REQUIRED', memberId));
}

function joinKnown(turn: Turn, group: Group, reply: Reply, request: JoinGroupRequest): void {
  const { memberId, protocols } = request;
  if (group.pendingJoin.has(memberId)) {
    join(turn, group, reply, request, memberId);
    return;
  }
  const error = validateMember(group, memberId, request.groupInstanceId);
  const member = group.members.get(memberId);
  if (error !== 'NONE' || member === undefined) {
    answerJoin(turn, reply, joinError(error, memberId));
    return;
  }
  const state = groupState(group);
  if (state === 'Empty') {
    answerJoin(turn, reply, joinError('UNKNOWN_MEMBER_ID', memberId));
    return;
  }
  const unchanged = matches(member, protocols);
  // [KAFKA-GROUP-12] An unchanged member is told the generation again, but a Stable group's leader always rebalances.
  if (unchanged && (state === 'CompletingRebalance' || (state === 'Stable' && group.leader !== memberId))) {
    member.lost = false;
    answerJoin(turn, reply, generationFor(group, member));
    return;
  }
  update(turn, group, member, reply, request);
  rebalanceOrComplete(turn, group);
}

function update(turn: Turn, group: Group, member: Member, reply: Reply, request: JoinGroupRequest): void {
  member.protocols = request.protocols;
  member.rebalanceTimeout = request.rebalanceTimeout;
  member.sessionTimeout = request.sessionTimeout;
  member.entity = request.entity;
  member.awaitingJoin = reply;
  member.lost = false;
  recordMember(turn, group, member.entity, 'rejoined');
}

function join(turn: Turn, group: Group, reply: Reply, request: JoinGroupRequest, memberId: string): void {
  const pending = group.pendingJoin.get(memberId);
  if (pending !== undefined) endSession(turn, pending);
  const member = memberOf(request, memberId, reply);
  if (inInitialDelay(group)) step(turn, group, { type: 'MEMBER_ADDED' }); // [KAFKA-GROUP-3]
  addMember(group, member);
  recordMember(turn, group, member.entity, 'joined');
  keepAlive(turn, group, memberId, member.session, NEW_MEMBER_JOIN_TIMEOUT);
  rebalanceOrComplete(turn, group);
}

function memberOf(request: JoinGroupRequest, id: string, reply: Reply | null): Member {
  return {
    id,
    instance: request.groupInstanceId,
    entity: request.entity,
    rebalanceTimeout: request.rebalanceTimeout,
    sessionTimeout: request.sessionTimeout,
    protocols: request.protocols,
    assignment: [],
    isNew: true,
    awaitingJoin: reply,
    awaitingSync: null,
    lost: false,
    lostBy: -1,
    session: newSession(),
  };
}

/** [KAFKA-GROUP-13] The same instance in a new process takes the old one's place. */
function replaceStatic(
  turn: Turn,
  group: Group,
  reply: Reply,
  request: JoinGroupRequest,
  old: Member,
  memberId: string,
): void {
  const member = takePlace(turn, group, request, old, memberId);
  update(turn, group, member, reply, request);
  const state = groupState(group);
  if (state === 'CompletingRebalance') {
    prepare(turn, group);
  } else if (state === 'Stable') {
    if (selectProtocol(group) === group.protocol) welcomeBack(turn, group, member, request, old.id);
    else rebalanceOrComplete(turn, group);
  } else maybeCompleteJoin(turn, group);
}

/** Whoever still waits under the old id is fenced; the assignment goes over to the new one. */
function takePlace(
  turn: Turn,
  group: Group,
  request: JoinGroupRequest,
  old: Member,
  memberId: string,
): Member {
  group.members.delete(old.id);
  endSession(turn, old.session);
  endJoin(turn, old, joinError('FENCED_INSTANCE_ID', old.id));
  endSync(turn, old, syncError('FENCED_INSTANCE_ID'));
  recordMember(turn, group, old.entity, 'fenced', 'FENCED_INSTANCE_ID');
  const member: Member = {
    ...memberOf(request, memberId, null),
    protocols: old.protocols,
    assignment: old.assignment,
    isNew: false,
    sessionTimeout: old.sessionTimeout,
  };
  group.members.set(memberId, member);
  group.statics.set(request.groupInstanceId ?? '', memberId);
  if (group.leader === old.id) group.leader = memberId;
  keepMemberAlive(turn, group, member);
  return member;
}

/** [KAFKA-GROUP-13] No rebalance: the group is stored with the new id, and a leader is told not to assign. */
function welcomeBack(
  turn: Turn,
  group: Group,
  member: Member,
  request: JoinGroupRequest,
  oldId: string,
): void {
  persistGroup(turn.state, group);
  const leads = group.leader === member.id;
  if ((request.version ?? NEWEST) >= SKIPS_ASSIGNMENT) {
    const members = leads ? membersForLeader(group) : [];
    endJoin(turn, member, { ...generationFor(group, member), members, skipAssignment: leads });
  } else {
    const leader = leads ? oldId : (group.leader ?? '');
    endJoin(turn, member, { ...generationFor(group, member), leader, members: [] });
  }
}
