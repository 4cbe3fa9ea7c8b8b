/**
 * The ConsumerGroupHeartbeat request: joins, leaves, says what changed, and takes a step towards the target
 * (GroupMetadataManager#consumerGroupHeartbeat at the recorded commit). It is checked whole before anything changes.
 * Left out: moving a living group between the protocols (KIP-848 upgrade and downgrade), patterns, racks.
 * Rules: SPEC.md, KAFKA-CONSUMERGROUP.
 */
import { makeTarget } from '#sim/brokers/kafka/consumer-group-assignors.ts';
import {
  createConsumerGroup,
  endTimers,
  follow,
  heardOf,
  limitRevocation,
  recordChange,
  removeConsumerMember,
} from '#sim/brokers/kafka/consumer-group-members.ts';
import { reconcile } from '#sim/brokers/kafka/consumer-group-reconcile.ts';
import {
  LEAVES,
  LEAVES_FOR_A_WHILE,
  sameRows,
  staticHolder,
  type ConsumerGroup,
  type ConsumerMember,
} from '#sim/brokers/kafka/consumer-group.ts';
import { subscribedPartitions } from '#sim/brokers/kafka/growth.ts';
import type { Turn } from '#sim/brokers/kafka/group-turn.ts';
import { groupState, newSession } from '#sim/brokers/kafka/group.ts';
import type {
  ConsumerGroupHeartbeatRequest as Request,
  ConsumerGroupHeartbeatResponse as Response,
  KafkaError,
} from '#sim/brokers/kafka/protocol.ts';

export function refusedHeartbeat(error: KafkaError): Response {
  return { error, memberId: '', memberEpoch: 0, heartbeatInterval: 0, assignment: null };
}

export function consumerGroupHeartbeat(turn: Turn, request: Request): Response {
  const invalid = validateRequest(turn, request);
  if (invalid !== 'NONE') return refusedHeartbeat(invalid);
  const leaving = request.memberEpoch < 0;
  const group = turn.state.consumerGroups.get(request.group);
  const error = group === undefined ? validateNoGroup(turn, request) : validate(turn, group, request);
  if (error !== 'NONE') return refusedHeartbeat(error);
  if (leaving && group !== undefined) return leave(turn, group, request);
  return beat(turn, group ?? makeGroup(turn, request.group), request);
}

/** [KAFKA-CONSUMERGROUP-10] What can be said of the request alone. */
function validateRequest(turn: Turn, request: Request): KafkaError {
  const { memberEpoch, memberId, serverAssignor } = request;
  if (request.group === '' || request.groupInstanceId === '') return 'INVALID_REQUEST';
  if (memberEpoch < LEAVES_FOR_A_WHILE) return 'INVALID_REQUEST';
  if (memberEpoch !== 0 && memberId === '') return 'INVALID_REQUEST';
  if (memberEpoch === LEAVES_FOR_A_WHILE && request.groupInstanceId === null) return 'INVALID_REQUEST';
  if (memberEpoch === 0) {
    if (request.rebalanceTimeout === undefined) return 'INVALID_REQUEST';
    if (request.owned === undefined || request.owned.length > 0) return 'INVALID_REQUEST';
    if (request.topics === undefined || request.topics.length === 0) return 'INVALID_REQUEST';
  }
  const known = serverAssignor === undefined || turn.env.settings.consumerAssignors.includes(serverAssignor);
  return known ? 'NONE' : 'UNSUPPORTED_ASSIGNOR';
}

/** [KAFKA-CONSUMERGROUP-14] Only a join makes a group, in place of an empty classic one too. */
function validateNoGroup(turn: Turn, request: Request): KafkaError {
  if (request.memberEpoch !== 0) return 'GROUP_ID_NOT_FOUND';
  const classic = turn.state.groups.get(request.group);
  return classic === undefined || groupState(classic) === 'Empty' ? 'NONE' : 'GROUP_ID_NOT_FOUND';
}

function makeGroup(turn: Turn, name: string): ConsumerGroup {
  turn.state.groups.delete(name);
  return createConsumerGroup(turn, name);
}

function validate(turn: Turn, group: ConsumerGroup, request: Request): KafkaError {
  const { memberId, memberEpoch, groupInstanceId } = request;
  const full = group.members.size >= turn.env.settings.consumerMaxGroupSize;
  if (memberEpoch >= 0 && full && !group.members.has(memberId)) return 'GROUP_MAX_SIZE_REACHED';
  let member = group.members.get(memberId);
  if (groupInstanceId !== null) {
    const holder = staticHolder(group, groupInstanceId);
    if (memberEpoch === 0) {
      // [KAFKA-CONSUMERGROUP-11] the name is free only once its holder has said that it goes
      return holder === undefined || holder.epoch === LEAVES_FOR_A_WHILE ? 'NONE' : 'UNRELEASED_INSTANCE_ID';
    }
    if (holder === undefined) return 'UNKNOWN_MEMBER_ID';
    if (holder.id !== memberId) return 'FENCED_INSTANCE_ID';
    member = holder;
  }
  if (member === undefined) return memberEpoch === 0 ? 'NONE' : 'UNKNOWN_MEMBER_ID';
  return memberEpoch < 0 ? 'NONE' : validateEpoch(member, request);
}

/** [KAFKA-CONSUMERGROUP-10] The epoch before is good too, if it owns nothing else: the last answer may have been lost. */
function validateEpoch(member: ConsumerMember, { memberEpoch, owned }: Request): KafkaError {
  if (memberEpoch === member.epoch) return 'NONE';
  if (memberEpoch > member.epoch || memberEpoch !== member.previousEpoch) return 'FENCED_MEMBER_EPOCH';
  const subset = owned !== undefined && owned.every((row) => member.assigned.includes(row));
  return subset ? 'NONE' : 'FENCED_MEMBER_EPOCH';
}

function leave(turn: Turn, group: ConsumerGroup, request: Request): Response {
  const { memberId, memberEpoch } = request;
  const member = group.members.get(memberId) as ConsumerMember;
  if (memberEpoch === LEAVES || request.groupInstanceId === null) {
    removeConsumerMember(turn, group, member, 'left');
  } else {
    // [KAFKA-CONSUMERGROUP-11] it keeps its partitions until its session ends
    member.previousEpoch = member.epoch;
    member.epoch = LEAVES_FOR_A_WHILE;
    member.revoking = [];
    recordChange(turn, group, member, 'left');
    follow(turn, group);
  }
  return { error: 'NONE', memberId, memberEpoch, heartbeatInterval: 0, assignment: null };
}

function beat(turn: Turn, group: ConsumerGroup, request: Request): Response {
  const { memberEpoch, owned } = request;
  const member = memberOf(turn, group, request);
  const before = member.assigned;
  const changed = updateMember(member, request);
  const grown = topicsHaveGrown(turn, group);
  const raised = changed || grown;
  if (raised) group.epoch += 1; // [KAFKA-CONSUMERGROUP-3]
  if (memberEpoch === 0) recordChange(turn, group, member, 'joined');
  else if (changed) recordChange(turn, group, member, 'rejoined');
  if (raised) follow(turn, group);
  const made = group.epoch > group.targetEpoch;
  if (made) makeTarget(turn, group);
  const moved = reconcile(group, member, owned ?? null);
  if (moved) limitRevocation(turn, group, member);
  if (made || moved) follow(turn, group);
  heardOf(turn, group, member);
  const full = request.rebalanceTimeout !== undefined && request.topics !== undefined && owned !== undefined;
  // [KAFKA-CONSUMERGROUP-5] what has not changed is not told again, except to who has said everything anew
  const told = memberEpoch === 0 || full || !sameRows(before, member.assigned);
  return {
    error: 'NONE',
    memberId: member.id,
    memberEpoch: member.epoch,
    heartbeatInterval: turn.env.settings.consumerHeartbeatInterval,
    assignment: told ? member.assigned : null,
  };
}

/** The member that asks; a new one, or a static one in a new process, is put in its place first. */
function memberOf(turn: Turn, group: ConsumerGroup, request: Request): ConsumerMember {
  const instance = request.groupInstanceId;
  const holder = instance === null ? undefined : staticHolder(group, instance);
  if (request.memberEpoch === 0 && holder !== undefined) return replace(turn, group, request, holder);
  const known = group.members.get(request.memberId);
  if (known !== undefined) return known;
  const id = request.memberId === '' ? newId(turn, request) : request.memberId;
  const member: ConsumerMember = {
    id,
    instance,
    entity: request.entity,
    rebalanceTimeout: 0,
    serverAssignor: null,
    topics: [],
    epoch: 0,
    previousEpoch: 0,
    state: 'STABLE',
    assigned: [],
    revoking: [],
    session: newSession(),
    rebalanceTimer: -1,
    lost: false,
    lostBy: -1,
  };
  group.members.set(id, member);
  if (instance !== null) group.statics.set(instance, id);
  return member;
}

/** [KAFKA-CONSUMERGROUP-11] The same partitions and target under a new member id: no rebalance. */
function replace(turn: Turn, group: ConsumerGroup, request: Request, old: ConsumerMember): ConsumerMember {
  endTimers(turn, old);
  const target = group.target.get(old.id) ?? [];
  group.members.delete(old.id);
  group.target.delete(old.id);
  const id = request.memberId === '' ? newId(turn, request) : request.memberId;
  const { entity } = request;
  const member: ConsumerMember = { ...old, id, entity, epoch: 0, previousEpoch: 0, session: newSession() };
  group.members.set(id, member);
  group.target.set(id, target);
  if (old.instance !== null) group.statics.set(old.instance, id);
  return member;
}

/** [KAFKA-GROWTH-4] Since the group's epoch was last raised. */
function topicsHaveGrown(turn: Turn, group: ConsumerGroup): boolean {
  if (turn.state.growth === null) return false;
  const count = subscribedPartitions(turn.state, turn.env.metadata, group);
  if (count === group.partitions) return false;
  group.partitions = count;
  return true;
}

/** Clients before 4.0 leave it to the coordinator to name them. */
function newId(turn: Turn, request: Request): string {
  const owner = request.groupInstanceId ?? request.clientId;
  const count = (turn.state.memberIds.get(owner) ?? 0) + 1;
  turn.state.memberIds.set(owner, count);
  return `${owner}-${count}`;
}

/** Takes over what the request says; true where the subscription has changed. */
function updateMember(member: ConsumerMember, request: Request): boolean {
  member.entity = request.entity;
  member.rebalanceTimeout = request.rebalanceTimeout ?? member.rebalanceTimeout;
  member.serverAssignor = request.serverAssignor ?? member.serverAssignor;
  const { topics } = request;
  if (topics === undefined) return false;
  const same =
    topics.every((topic) => member.topics.includes(topic)) &&
    member.topics.every((topic) => topics.includes(topic));
  member.topics = topics;
  return !same;
}
