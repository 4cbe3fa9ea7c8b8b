/**
 * The group coordinator of a node: takes the group requests, the machines' and sessions' timers, and the news that a
 * peer's connection is gone. One coordinator owns a group for good (the node that `Metadata.coordinatorOf` names).
 * Left out: administration (describe, list, delete), groups that move between nodes.
 */
import { assert } from '#sim/base/assert.ts';
import type { Event } from '#sim/kernel/queue.ts';
import type { MachineTimer, NamedAction } from '#sim/machines/host.ts';
import type { BrokerState } from '#sim/brokers/kafka/broker-state.ts';
import { consumerGroupHeartbeat, refusedHeartbeat } from '#sim/brokers/kafka/consumer-group-heartbeat.ts';
import {
  consumerGroupsBusy,
  consumerPeerGone,
  consumerSessionEnds,
  deleteConsumerGroup,
  loadConsumerGroups,
} from '#sim/brokers/kafka/consumer-group-members.ts';
import { joinGroup } from '#sim/brokers/kafka/group-join.ts';
import { commitOffsets, fetchOffsets } from '#sim/brokers/kafka/group-offsets.ts';
import { loadGroups } from '#sim/brokers/kafka/group-persistence.ts';
import { completeJoin, endOfSession, prepare, removeUnsynced } from '#sim/brokers/kafka/group-rebalance.ts';
import type { SessionTimer } from '#sim/brokers/kafka/group-session.ts';
import { heartbeat, leaveGroup, syncGroup } from '#sim/brokers/kafka/group-sync.ts';
import {
  answerJoin,
  answerSync,
  joinError,
  subjectOf,
  syncError,
  type Turn,
} from '#sim/brokers/kafka/group-turn.ts';
import { groupState, type Group, type Reply } from '#sim/brokers/kafka/group.ts';
import * as protocol from '#sim/brokers/kafka/protocol.ts';

/** The deadlines of the group machines: initial delay, rebalance timeout, sync timeout. */
export const GROUP_TIMER = 177;

/** The usual answer, shared: answers are never written again. */
const DONE: protocol.ErrorResponse = { error: 'NONE' };

function errorAnswer(error: protocol.KafkaError): protocol.ErrorResponse {
  return error === 'NONE' ? DONE : { error };
}

/** Takes a group request; false where the event is none. */
export function groupRequest(turn: Turn, event: Event): boolean {
  const { from, a: correlation, data } = event;
  const { ctx } = turn;
  switch (event.kind) {
    case protocol.HEARTBEAT: {
      const request = data as protocol.HeartbeatRequest;
      const error = owns(turn, request.group) ? heartbeat(turn, request) : 'NOT_COORDINATOR';
      ctx.send(from, protocol.HEARTBEAT_RESPONSE, correlation, 0, 0, 0, 0, errorAnswer(error));
      return true;
    }
    case protocol.OFFSET_COMMIT: {
      const request = data as protocol.OffsetCommitRequest;
      const error = owns(turn, request.group) ? commitOffsets(turn, request) : 'NOT_COORDINATOR';
      ctx.send(from, protocol.OFFSET_COMMIT_RESPONSE, correlation, 0, 0, 0, 0, errorAnswer(error));
      return true;
    }
    case protocol.OFFSET_FETCH: {
      const request = data as protocol.OffsetFetchRequest;
      const response: protocol.OffsetFetchResponse = owns(turn, request.group)
        ? fetchOffsets(turn, request)
        : { error: 'NOT_COORDINATOR', offsets: [] };
      ctx.send(from, protocol.OFFSET_FETCH_RESPONSE, correlation, 0, 0, 0, 0, response);
      return true;
    }
    case protocol.LEAVE_GROUP: {
      const request = data as protocol.LeaveGroupRequest;
      const response = owns(turn, request.group) ? leaveGroup(turn, request) : errorAnswer('NOT_COORDINATOR');
      ctx.send(from, protocol.LEAVE_GROUP_RESPONSE, correlation, 0, 0, 0, 0, response);
      return true;
    }
    case protocol.CONSUMER_GROUP_HEARTBEAT: {
      const request = data as protocol.ConsumerGroupHeartbeatRequest;
      const response = owns(turn, request.group)
        ? consumerGroupHeartbeat(turn, request)
        : refusedHeartbeat('NOT_COORDINATOR');
      ctx.send(from, protocol.CONSUMER_GROUP_HEARTBEAT_RESPONSE, correlation, 0, 0, 0, 0, response);
      return true;
    }
    case protocol.JOIN_GROUP:
      join(turn, { from, correlation }, data as protocol.JoinGroupRequest);
      return true;
    case protocol.SYNC_GROUP:
      sync(turn, { from, correlation }, data as protocol.SyncGroupRequest);
      return true;
    default:
      return false;
  }
}

function owns(turn: Turn, group: string): boolean {
  return group === '' || turn.env.metadata.coordinatorOf(group) === turn.env.node;
}

function join(turn: Turn, reply: Reply, request: protocol.JoinGroupRequest): void {
  const error = owns(turn, request.group) ? makeRoom(turn, request.group) : 'NOT_COORDINATOR';
  if (error === 'NONE') joinGroup(turn, reply, request);
  else answerJoin(turn, reply, joinError(error, request.memberId));
}

/** [KAFKA-CONSUMERGROUP-14] A name has a group of one protocol; only an empty one gives way to the other. */
function makeRoom(turn: Turn, name: string): protocol.KafkaError {
  const group = turn.state.consumerGroups.get(name);
  if (group === undefined) return 'NONE';
  if (group.members.size > 0) return 'INCONSISTENT_GROUP_PROTOCOL';
  deleteConsumerGroup(turn, group);
  return 'NONE';
}

function sync(turn: Turn, reply: Reply, request: protocol.SyncGroupRequest): void {
  if (owns(turn, request.group)) syncGroup(turn, reply, request);
  else answerSync(turn, reply, syncError('NOT_COORDINATOR'));
}

/** A deadline of a group's machine has come. */
export function groupTimer(turn: Turn, timer: MachineTimer): void {
  const group = turn.state.groups.get(timer.subject);
  if (group === undefined) return;
  perform(turn, group, turn.machines.ring(turn.ctx, group.machine, subjectOf(group), timer));
}

function perform(turn: Turn, group: Group, actions: readonly NamedAction[]): void {
  for (const { type } of actions) {
    if (type === 'completeJoin') completeJoin(turn, group);
    else if (type === 'removeUnsynced') removeUnsynced(turn, group);
    else assert(false, `[KAFKA-GROUP-2] the machine asks for ${type}`);
  }
}

export function sessionTimer(turn: Turn, timer: SessionTimer): void {
  if (consumerSessionEnds(turn, timer.group, timer.memberId)) return;
  const group = turn.state.groups.get(timer.group);
  if (group !== undefined) endOfSession(turn, group, timer.memberId);
}

/** [KAFKA-GROUP-22] The node has come up. */
export function startCoordinator(turn: Turn): void {
  loadConsumerGroups(turn);
  for (const group of loadGroups(turn)) {
    if (group.members.size > turn.env.settings.maxGroupSize) prepare(turn, group);
  }
}

/** Nobody will hear the answers that `peer` waits for. A real broker does not notice; its members stay members. */
export function peerGone(state: BrokerState, peer: number, cause: number): void {
  consumerPeerGone(state, peer, cause);
  state.unaware.delete(peer);
  for (const group of state.groups.values()) {
    for (const member of group.members.values()) {
      if (member.awaitingJoin?.from === peer) member.awaitingJoin = { from: -1, correlation: -1 };
      if (member.awaitingSync?.from === peer) member.awaitingSync = { from: -1, correlation: -1 };
      if (member.entity === peer) {
        member.lost = true;
        member.lostBy = cause;
      }
    }
  }
}

/** Whether a group will still change by itself: a rebalance runs, or a dead process has yet to be found out. */
export function coordinatorBusy(state: BrokerState): boolean {
  if (consumerGroupsBusy(state)) return true;
  if (state.unaware.size > 0) return true;
  for (const group of state.groups.values()) {
    const now = groupState(group);
    if (now === 'PreparingRebalance' || now === 'CompletingRebalance') return true;
    for (const member of group.members.values()) if (member.lost) return true;
  }
  return false;
}
