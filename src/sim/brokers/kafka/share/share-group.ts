/**
 * Membership of share groups at their coordinator (ShareGroupHeartbeat of Kafka 4.2, GroupMetadataManager
 * #shareGroupHeartbeat; KIP-932, "Share group membership and assignment"). There is no rebalance to speak of: whatever
 * the assignor says is the member's with the next answer, since nobody has to give anything up first. Left out: static
 * members (share groups have none), racks, groups of another protocol under the same name, deletion.
 */
import { intern } from '#sim/base/names.ts';
import { BACKGROUND } from '#sim/kernel/queue.ts';
import { assignSimple } from '#sim/brokers/kafka/share/simple-assignor.ts';
import type {
  ShareGroupHeartbeatRequest as Request,
  ShareGroupHeartbeatResponse as Response,
} from '#sim/brokers/kafka/share/share-protocol.ts';
import {
  settingsOf,
  type ShareGroup,
  type ShareMember,
  type ShareTurn,
} from '#sim/brokers/kafka/share/share-state.ts';
import type { KafkaError } from '#sim/brokers/kafka/protocol.ts';
import * as emit from '#sim/trace/emit.ts';

export const SHARE_SESSION_TIMER = 330 | BACKGROUND;

export interface ShareSessionTimer {
  readonly group: string;
  readonly memberId: string;
}

const JOINS = 0;
const LEAVES = -1;

function refused(error: KafkaError): Response {
  return { error, memberEpoch: 0, heartbeatInterval: 0, assignment: null };
}

/** [KAFKA-SHARE-13] */
export function shareGroupHeartbeat(turn: ShareTurn, request: Request): Response {
  const { group: name, memberId, memberEpoch } = request;
  if (turn.metadata.coordinatorOf(name) !== turn.node) return refused('NOT_COORDINATOR');
  const subscribes = request.topics !== undefined && request.topics.length > 0;
  if (name === '' || memberId === '' || memberEpoch < LEAVES) return refused('INVALID_REQUEST');
  if (memberEpoch === JOINS && !subscribes) return refused('INVALID_REQUEST');
  const known = turn.share.groups.get(name);
  if (known === undefined && memberEpoch !== JOINS) return refused('GROUP_ID_NOT_FOUND');
  const group = known ?? createGroup(turn, name);
  const member = group.members.get(memberId);
  if (memberEpoch === LEAVES) {
    if (member === undefined) return refused('UNKNOWN_MEMBER_ID');
    removeMember(turn, group, member, 'left');
    return { error: 'NONE', memberEpoch, heartbeatInterval: 0, assignment: null };
  }
  const error = member === undefined ? refusalOfNew(turn, group, request) : refusalOf(member, memberEpoch);
  if (error !== 'NONE') return refused(error);
  return beat(turn, group, member ?? addMember(turn, group, request), request);
}

function refusalOfNew(turn: ShareTurn, group: ShareGroup, { memberEpoch }: Request): KafkaError {
  if (memberEpoch !== JOINS) return 'UNKNOWN_MEMBER_ID';
  return group.members.size >= turn.settings.maxGroupSize ? 'GROUP_MAX_SIZE_REACHED' : 'NONE';
}

/** The epoch before is good too: the answer with the new one may have been lost. */
function refusalOf(member: ShareMember, epoch: number): KafkaError {
  if (epoch === JOINS || epoch === member.epoch || epoch === member.previousEpoch) return 'NONE';
  return 'FENCED_MEMBER_EPOCH';
}

function createGroup(turn: ShareTurn, name: string): ShareGroup {
  const nameId = intern(turn.catalog.names, name);
  const group: ShareGroup = { name, nameId, epoch: 0, targetEpoch: 0, target: new Map(), members: new Map() };
  turn.share.groups.set(name, group);
  return group;
}

function addMember(turn: ShareTurn, group: ShareGroup, { memberId, entity }: Request): ShareMember {
  const member: ShareMember = {
    id: memberId,
    entity,
    topics: [],
    epoch: 0,
    previousEpoch: 0,
    assigned: [],
    deadline: 0,
    timer: -1,
    heard: -1,
    lost: false,
    lostBy: -1,
  };
  group.members.set(memberId, member);
  return member;
}

function beat(turn: ShareTurn, group: ShareGroup, member: ShareMember, request: Request): Response {
  const { topics, memberEpoch } = request;
  const changed = topics !== undefined && topics.join() !== member.topics.join();
  if (topics !== undefined) member.topics = topics;
  if (changed) group.epoch += 1;
  if (memberEpoch === JOINS) record(turn, group, member, 'joined');
  else if (changed) record(turn, group, member, 'rejoined');
  if (group.epoch > group.targetEpoch) {
    const members = [...group.members.values()].map(({ id, topics: own }) => ({
      id,
      topics: own,
      had: group.target.get(id) ?? [],
    }));
    group.target = assignSimple(members, turn.metadata.rowsOf);
    group.targetEpoch = group.epoch;
  }
  const before = member.assigned;
  member.assigned = group.target.get(member.id) ?? [];
  if (member.epoch !== group.targetEpoch) {
    member.previousEpoch = member.epoch;
    member.epoch = group.targetEpoch;
  }
  keepAlive(turn, group, member);
  const same =
    before.length === member.assigned.length && before.every((row, i) => row === member.assigned[i]);
  return {
    error: 'NONE',
    memberEpoch: member.epoch,
    heartbeatInterval: settingsOf(turn.settings, group.name).heartbeatInterval,
    assignment: memberEpoch === JOINS || topics !== undefined || !same ? member.assigned : null,
  };
}

function keepAlive(turn: ShareTurn, group: ShareGroup, member: ShareMember): void {
  member.lost = false;
  member.lostBy = -1;
  member.heard = turn.ctx.cause;
  member.deadline = turn.ctx.now + settingsOf(turn.settings, group.name).sessionTimeout;
  if (member.timer === -1) armSession(turn, group, member);
}

function armSession(turn: ShareTurn, group: ShareGroup, member: ShareMember): void {
  const timer: ShareSessionTimer = { group: group.name, memberId: member.id };
  member.timer = turn.ctx.schedule(member.deadline - turn.ctx.now, SHARE_SESSION_TIMER, 0, 0, 0, 0, 0, timer);
}

export function shareSessionEnds(turn: ShareTurn, timer: ShareSessionTimer): void {
  const group = turn.share.groups.get(timer.group);
  const member = group?.members.get(timer.memberId);
  if (group === undefined || member === undefined) return;
  member.timer = -1;
  if (member.deadline > turn.ctx.now) {
    armSession(turn, group, member);
    return;
  }
  turn.ctx.cause = member.heard;
  removeMember(turn, group, member, 'expired');
}

/** What a member that is gone was told of goes on at the others' next heartbeats; its locks are the leaders' affair. */
function removeMember(
  turn: ShareTurn,
  group: ShareGroup,
  member: ShareMember,
  change: 'left' | 'expired',
): void {
  if (member.timer !== -1) turn.ctx.cancel(member.timer);
  group.members.delete(member.id);
  group.target.delete(member.id);
  group.epoch += 1;
  record(turn, group, member, change);
}

function record(
  turn: ShareTurn,
  group: ShareGroup,
  member: ShareMember,
  change: 'joined' | 'rejoined' | 'left' | 'expired',
): void {
  const { unaware } = turn.share;
  if (change === 'expired' && !member.lost) unaware.add(member.entity);
  else unaware.delete(member.entity);
  const name = intern(turn.catalog.names, change);
  emit.member(turn.ctx, group.nameId, member.entity, name, group.epoch, -1, member.lostBy);
}

/** A restarted coordinator has every group again; sessions begin anew. */
export function loadShareGroups(turn: ShareTurn): void {
  for (const group of turn.share.groups.values()) {
    for (const member of group.members.values()) {
      member.timer = -1;
      keepAlive(turn, group, member);
      member.lost = true;
    }
  }
}
