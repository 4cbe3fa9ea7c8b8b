/**
 * One turn of the coordinator: what its functions need to answer a request or a timer. Made anew for each event and
 * never kept. Answers leave here, so that an answer to a connection that is gone goes nowhere.
 */
import { intern } from '#sim/base/names.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import type { MachineHost, NamedAction } from '#sim/machines/host.ts';
import type { BrokerEnv, BrokerState } from '#sim/brokers/kafka/broker-state.ts';
import type { GroupMachineEvent } from '#sim/brokers/kafka/group-coordinator.machine.ts';
import type { Group, Member, Reply } from '#sim/brokers/kafka/group.ts';
import {
  JOIN_GROUP_RESPONSE,
  SYNC_GROUP_RESPONSE,
  type JoinGroupResponse,
  type KafkaError,
  type SyncGroupResponse,
} from '#sim/brokers/kafka/protocol.ts';
import * as emit from '#sim/trace/emit.ts';

export interface Turn {
  readonly state: BrokerState;
  readonly env: BrokerEnv;
  readonly ctx: Ctx;
  readonly machines: MachineHost;
  /** Of groups of the new protocol. */
  readonly consumerMachines: MachineHost;
}

/** Steps the group's machine. Returns what the coordinator is to do. */
export function step(turn: Turn, group: Group, event: GroupMachineEvent): NamedAction[] {
  return turn.machines.send(turn.ctx, group.machine, subjectOf(group), event);
}

export function subjectOf(group: Group): { key: string; nameId: number; generation: number } {
  return { key: group.name, nameId: group.nameId, generation: group.generation };
}

/** What becomes of a member, in the trace. */
export type MemberChange = 'joined' | 'rejoined' | 'left' | 'expired' | 'evicted' | 'fenced';

export function recordMember(
  turn: Turn,
  group: Group,
  entity: number,
  change: MemberChange,
  error: KafkaError = 'NONE',
  also = -1,
): void {
  const { names } = turn.env.catalog;
  const code = error === 'NONE' ? -1 : intern(names, error);
  // who was put out and lives will find out at its next heartbeat, and join again
  const putOut = change === 'expired' || change === 'evicted' || change === 'fenced';
  if (putOut && also === -1 && !isIn(group, entity)) turn.state.unaware.add(entity);
  else turn.state.unaware.delete(entity);
  emit.member(turn.ctx, group.nameId, entity, intern(names, change), group.generation, code, also);
}

/** It is a member by another id already: what ends is a former membership of its own. */
function isIn(group: Group, entity: number): boolean {
  for (const member of group.members.values()) if (member.entity === entity && !member.lost) return true;
  return false;
}

export function answerJoin(turn: Turn, reply: Reply, response: JoinGroupResponse): void {
  if (reply.from < 0) return;
  turn.ctx.send(reply.from, JOIN_GROUP_RESPONSE, reply.correlation, 0, 0, 0, 0, response);
}

export function joinError(error: KafkaError, memberId: string): JoinGroupResponse {
  return { error, memberId, generation: -1, leader: '', protocol: '', members: [] };
}

/** Answers a parked JoinGroup, if there is one. */
export function endJoin(turn: Turn, member: Member, response: JoinGroupResponse): void {
  const reply = member.awaitingJoin;
  if (reply === null) return;
  member.awaitingJoin = null;
  answerJoin(turn, reply, response);
}

/** Answers a parked SyncGroup; false where none is parked. */
export function endSync(turn: Turn, member: Member, response: SyncGroupResponse): boolean {
  const reply = member.awaitingSync;
  if (reply === null) return false;
  member.awaitingSync = null;
  answerSync(turn, reply, response);
  return true;
}

export function answerSync(turn: Turn, reply: Reply, response: SyncGroupResponse): void {
  if (reply.from < 0) return;
  turn.ctx.send(reply.from, SYNC_GROUP_RESPONSE, reply.correlation, 0, 0, 0, 0, response);
}

export function syncError(error: KafkaError): SyncGroupResponse {
  return { error, partitions: [] };
}
