/**
 * A consumer group of the new protocol as its coordinator holds it: three kinds of epochs, the target assignment, and
 * where each member stands on its way to it (KIP-848; ConsumerGroup, ConsumerGroupMember at the recorded commit). Plain
 * data and functions over it. All of it stands in __consumer_offsets, so a restarted coordinator has it again; sessions
 * and timers begin anew. Left out: subscription by pattern, racks, members that speak the classic protocol.
 */
import { topState, type MachineState } from '#sim/machines/host.ts';
import type { Session } from '#sim/brokers/kafka/group.ts';
import type { KafkaError } from '#sim/brokers/kafka/protocol.ts';

/** What a member that leaves, and a static one that will be back, say instead of an epoch. */
export const LEAVES = -1;
export const LEAVES_FOR_A_WHILE = -2;

export type ConsumerMemberState = 'STABLE' | 'UNREVOKED_PARTITIONS' | 'UNRELEASED_PARTITIONS';

export interface ConsumerMember {
  readonly id: string;
  readonly instance: string | null;
  /** Entity of the member, for the trace. */
  entity: number;
  /** µs that it may take to give partitions up. */
  rebalanceTimeout: number;
  serverAssignor: string | null;
  topics: readonly string[];
  epoch: number;
  previousEpoch: number;
  state: ConsumerMemberState;
  /** Partitions (rows, ascending) that it has or may have, and those that it has yet to give up. */
  assigned: readonly number[];
  revoking: readonly number[];
  readonly session: Session;
  /** Handle of the timer that limits a revocation, -1 = none. */
  rebalanceTimer: number;
  /** As in the classic group: its process is known to us to have died, and by which record. */
  lost: boolean;
  lostBy: number;
}

export interface ConsumerGroup {
  readonly name: string;
  readonly nameId: number;
  machine: MachineState;
  /** Raised by every change of members or subscriptions. */
  epoch: number;
  /** The group epoch that the target was made for. */
  targetEpoch: number;
  /** Rows by member id. */
  target: Map<string, readonly number[]>;
  /** How many partitions its topics had when the epoch was last raised; counts where topics are given more. */
  partitions: number;
  readonly members: Map<string, ConsumerMember>;
  /** Member id by group.instance.id. */
  readonly statics: Map<string, string>;
}

/** Empty, Assigning, Reconciling, Stable or Dead. */
export function consumerGroupState(group: ConsumerGroup): string {
  return topState(group.machine.value);
}

function reachedTarget(group: ConsumerGroup, member: ConsumerMember): boolean {
  return member.state === 'STABLE' && member.epoch === group.targetEpoch;
}

export function allReachedTarget(group: ConsumerGroup): boolean {
  for (const member of group.members.values()) if (!reachedTarget(group, member)) return false;
  return true;
}

export function staticHolder(group: ConsumerGroup, instance: string): ConsumerMember | undefined {
  return group.members.get(group.statics.get(instance) ?? '');
}

/** Whether somebody has a partition, or has yet to give it up. */
export function isHeld(group: ConsumerGroup, row: number): boolean {
  for (const { assigned, revoking } of group.members.values()) {
    if (assigned.includes(row) || revoking.includes(row)) return true;
  }
  return false;
}

export function sameRows(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((row, i) => row === b[i]);
}

/** [KAFKA-CONSUMERGROUP-12] Of a commit: the member must be known, and its epoch the one that it has now. */
export function validateMemberEpoch(group: ConsumerGroup, memberId: string, epoch: number): KafkaError {
  const member = group.members.get(memberId);
  if (member === undefined) return 'UNKNOWN_MEMBER_ID';
  return epoch === member.epoch ? 'NONE' : 'STALE_MEMBER_EPOCH';
}
