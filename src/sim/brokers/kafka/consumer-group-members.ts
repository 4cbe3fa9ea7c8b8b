/**
 * How a consumer group of the new protocol comes to be, loses members and follows its machine; sessions and rebalance
 * timeouts of its members (GroupMetadataManager#consumerGroupFenceMember, #scheduleConsumerGroupRebalanceTimeout,
 * #onLoaded at the recorded commit). Rules: SPEC.md, KAFKA-CONSUMERGROUP.
 */
import { assert } from '#sim/base/assert.ts';
import { intern } from '#sim/base/names.ts';
import { BACKGROUND } from '#sim/kernel/queue.ts';
import type { BrokerState } from '#sim/brokers/kafka/broker-state.ts';
import {
  allReachedTarget,
  consumerGroupState,
  type ConsumerGroup,
  type ConsumerMember,
} from '#sim/brokers/kafka/consumer-group.ts';
import type { ConsumerGroupEvent } from '#sim/brokers/kafka/consumer-group.machine.ts';
import { offsetsOf } from '#sim/brokers/kafka/group-persistence.ts';
import { endSession, keepAlive, sessionOver } from '#sim/brokers/kafka/group-session.ts';
import type { MemberChange, Turn } from '#sim/brokers/kafka/group-turn.ts';
import type { KafkaError } from '#sim/brokers/kafka/protocol.ts';
import * as emit from '#sim/trace/emit.ts';

/** A member's time for giving partitions up is over: housekeeping, as the session's timer is. */
export const CONSUMER_REBALANCE_TIMER = 181 | BACKGROUND;

export interface ConsumerRebalanceTimer {
  readonly group: string;
  readonly memberId: string;
  /** The epoch that it must have left by then. */
  readonly epoch: number;
}

export function createConsumerGroup(turn: Turn, name: string): ConsumerGroup {
  const nameId = intern(turn.env.catalog.names, name);
  const group: ConsumerGroup = {
    name,
    nameId,
    machine: turn.consumerMachines.start(turn.ctx, { key: name, nameId, generation: 0 }),
    epoch: 0,
    targetEpoch: 0,
    target: new Map(),
    partitions: 0,
    members: new Map(),
    statics: new Map(),
  };
  turn.state.consumerGroups.set(name, group);
  offsetsOf(turn.state, name);
  return group;
}

/** [KAFKA-CONSUMERGROUP-14] An empty group makes room for one of the classic protocol; its offsets stay. */
export function deleteConsumerGroup(turn: Turn, group: ConsumerGroup): void {
  tell(turn, group, 'DELETED');
  turn.state.consumerGroups.delete(group.name);
}

function tell(turn: Turn, group: ConsumerGroup, type: ConsumerGroupEvent['type']): void {
  const subject = { key: group.name, nameId: group.nameId, generation: group.epoch };
  turn.consumerMachines.send(turn.ctx, group.machine, subject, { type });
}

/** [KAFKA-CONSUMERGROUP-2] The machine goes where the epochs say; to be called after every change. */
export function follow(turn: Turn, group: ConsumerGroup): void {
  const { machine } = group;
  if (group.members.size === 0) {
    if (consumerGroupState(group) !== 'Empty') tell(turn, group, 'EMPTIED');
    return;
  }
  if (group.epoch > group.targetEpoch) {
    tell(turn, group, 'EPOCH_RAISED');
    assert(machine.value === 'Assigning', '[KAFKA-CONSUMERGROUP-2] a target older than the group');
    return;
  }
  const reached = allReachedTarget(group);
  if (machine.value === 'Assigning') tell(turn, group, 'TARGET_MADE');
  if (machine.value === 'Reconciling' && reached) tell(turn, group, 'RECONCILED');
  else if (machine.value === 'Stable' && !reached) tell(turn, group, 'MEMBER_AWAY');
}

export function recordChange(
  turn: Turn,
  group: ConsumerGroup,
  member: ConsumerMember,
  change: MemberChange,
  error: KafkaError = 'NONE',
): void {
  const { names } = turn.env.catalog;
  const code = error === 'NONE' ? -1 : intern(names, error);
  const name = intern(names, change);
  emit.member(turn.ctx, group.nameId, member.entity, name, group.epoch, code, member.lostBy);
}

export function heardOf(turn: Turn, group: ConsumerGroup, member: ConsumerMember): void {
  member.lost = false;
  member.lostBy = -1;
  keepAlive(turn, group, member.id, member.session, turn.env.settings.consumerSessionTimeout);
}

/** [KAFKA-CONSUMERGROUP-7] From now on it has its rebalance timeout to give up what it must. */
export function limitRevocation(turn: Turn, group: ConsumerGroup, member: ConsumerMember): void {
  endLimit(turn, member);
  if (member.state !== 'UNREVOKED_PARTITIONS') return;
  const timer: ConsumerRebalanceTimer = { group: group.name, memberId: member.id, epoch: member.epoch };
  const { rebalanceTimeout } = member;
  member.rebalanceTimer = turn.ctx.schedule(rebalanceTimeout, CONSUMER_REBALANCE_TIMER, 0, 0, 0, 0, 0, timer);
}

function endLimit(turn: Turn, member: ConsumerMember): void {
  if (member.rebalanceTimer !== -1) turn.ctx.cancel(member.rebalanceTimer);
  member.rebalanceTimer = -1;
}

export function endTimers(turn: Turn, member: ConsumerMember): void {
  endLimit(turn, member);
  endSession(turn, member.session);
}

/** [KAFKA-CONSUMERGROUP-9] Takes a member out and raises the epoch; the next heartbeat of anybody makes a target. */
export function removeConsumerMember(
  turn: Turn,
  group: ConsumerGroup,
  member: ConsumerMember,
  change: MemberChange,
): void {
  endTimers(turn, member);
  group.members.delete(member.id);
  group.target.delete(member.id);
  if (member.instance !== null) group.statics.delete(member.instance);
  group.epoch += 1;
  recordChange(turn, group, member, change);
  follow(turn, group);
}

/** False where the session is not of such a group. */
export function consumerSessionEnds(turn: Turn, name: string, memberId: string): boolean {
  const group = turn.state.consumerGroups.get(name);
  if (group === undefined) return false;
  const member = group.members.get(memberId);
  if (member === undefined || !sessionOver(turn, group, memberId, member.session)) return true;
  turn.ctx.cause = member.session.heard;
  removeConsumerMember(turn, group, member, 'expired');
  return true;
}

export function revocationOverdue(turn: Turn, timer: ConsumerRebalanceTimer): void {
  const group = turn.state.consumerGroups.get(timer.group);
  const member = group?.members.get(timer.memberId);
  if (group === undefined || member === undefined) return;
  member.rebalanceTimer = -1;
  if (member.epoch === timer.epoch) removeConsumerMember(turn, group, member, 'evicted');
}

/** [KAFKA-CONSUMERGROUP-13] A restarted coordinator has every group as it was; each timer begins anew. */
export function loadConsumerGroups(turn: Turn): void {
  for (const group of turn.state.consumerGroups.values()) {
    const subject = { key: group.name, nameId: group.nameId, generation: group.epoch };
    group.machine = turn.consumerMachines.resume(turn.ctx, subject, group.machine.value, {}, 'load');
    for (const member of group.members.values()) {
      member.session.timer = -1;
      member.rebalanceTimer = -1;
      heardOf(turn, group, member);
      member.lost = true;
      limitRevocation(turn, group, member);
    }
  }
}

export function consumerPeerGone(state: BrokerState, peer: number, cause: number): void {
  for (const group of state.consumerGroups.values()) {
    for (const member of group.members.values()) {
      if (member.entity !== peer) continue;
      member.lost = true;
      member.lostBy = cause;
    }
  }
}

/** Whether a group is on its way to somewhere, or a dead process has yet to be found out. */
export function consumerGroupsBusy(state: BrokerState): boolean {
  for (const group of state.consumerGroups.values()) {
    const now = consumerGroupState(group);
    if (now === 'Assigning' || now === 'Reconciling') return true;
    for (const member of group.members.values()) if (member.lost) return true;
  }
  return false;
}
