/**
 * A classic consumer group as its coordinator holds it: members, leader, generation, protocol votes (ClassicGroup,
 * ClassicGroupMember at the recorded commit; KIP-345 static membership, KIP-394 handed-out member ids). Plain data and
 * functions over it; who answers whom and when stands in group-join, group-rebalance and their neighbours. Left out:
 * protocol types other than `consumer`, the subscribed topics as a set of their own.
 */
import { assert, present } from '#sim/base/assert.ts';
import type { IntColumn } from '#sim/base/column.ts';
import type { SimTime } from '#sim/base/time.ts';
import { topState, type MachineState } from '#sim/machines/host.ts';
import type {
  JoinGroupResponse,
  JoinProtocol,
  KafkaError,
  Subscription,
} from '#sim/brokers/kafka/protocol.ts';
import type { PendingOffset } from '#sim/brokers/kafka/transactions/group-transactions.ts';

/** Where an answer goes; `from` -1 = the connection is gone, nobody will hear it. */
export interface Reply {
  readonly from: number;
  readonly correlation: number;
}

/** When somebody was last heard of, and the timer that looks after it. */
export interface Session {
  deadline: SimTime;
  /** Handle of the pending timer and when it rings; -1 = none. */
  timer: number;
  rings: SimTime;
  /** Seq of the record that it was last heard by. */
  heard: number;
}

export interface Member {
  readonly id: string;
  readonly instance: string | null;
  /** Entity of the member, for the trace. */
  entity: number;
  rebalanceTimeout: number;
  sessionTimeout: number;
  protocols: readonly JoinProtocol[];
  /** Partitions (rows) that the leader gave it. */
  assignment: readonly number[];
  /** True until its first JoinGroup has been answered. */
  isNew: boolean;
  awaitingJoin: Reply | null;
  awaitingSync: Reply | null;
  /** Its process is known to us to have died, or the coordinator has not heard of it since it came back. No real broker
   * acts on it: it only tells `busy` that a session will end or be kept. */
  lost: boolean;
  /** Seq of the record that told of its death, -1 = none: for the causal chain alone. */
  lostBy: number;
  readonly session: Session;
}

export interface Group {
  readonly name: string;
  readonly nameId: number;
  readonly machine: MachineState;
  generation: number;
  protocol: string | null;
  leader: string | null;
  readonly members: Map<string, Member>;
  /** Member id by group.instance.id. */
  readonly statics: Map<string, string>;
  /** Member ids that were handed out and have not joined yet. */
  readonly pendingJoin: Map<string, Session>;
  /** Members that were told of the generation and have not asked for their assignment yet. */
  readonly pendingSync: Set<string>;
}

/** What __consumer_offsets holds of a member and of a group. */
export interface PersistedMember {
  readonly id: string;
  readonly instance: string | null;
  readonly entity: number;
  readonly rebalanceTimeout: number;
  readonly sessionTimeout: number;
  readonly subscription: Subscription;
  readonly assignment: readonly number[];
}

export interface PersistedGroup {
  generation: number;
  protocol: string | null;
  leader: string | null;
  members: readonly PersistedMember[];
  /** By partition row: the committed offset (-1 = none) and the seq of its commit record. */
  readonly committed: IntColumn;
  readonly committedBy: IntColumn;
  /** By producer id: what open transactions will commit; absent = no transaction ever committed here. */
  pending?: Map<number, readonly PendingOffset[]>;
}

export function newSession(): Session {
  return { deadline: 0, timer: -1, rings: 0, heard: -1 };
}

/** Empty, PreparingRebalance, CompletingRebalance, Stable or Dead. */
export function groupState(group: Group): string {
  return topState(group.machine.value);
}

export function inInitialDelay(group: Group): boolean {
  const { value } = group.machine;
  return typeof value !== 'string' && value['PreparingRebalance'] === 'InitialDelay';
}

/** The longest of the members' rebalance timeouts. */
export function rebalanceTimeoutOf(group: Group): number {
  let longest = 0;
  for (const member of group.members.values()) longest = Math.max(longest, member.rebalanceTimeout);
  return longest;
}

export function awaitingJoins(group: Group): number {
  let count = 0;
  for (const member of group.members.values()) if (member.awaitingJoin !== null) count += 1;
  return count;
}

export function allJoined(group: Group): boolean {
  return awaitingJoins(group) === group.members.size && group.pendingJoin.size === 0;
}

/** How many members can work by the protocol of this name. */
function supporters(group: Group, name: string): number {
  let count = 0;
  for (const member of group.members.values()) {
    if (member.protocols.some((protocol) => protocol.name === name)) count += 1;
  }
  return count;
}

/** [KAFKA-GROUP-9] Whether somebody with these protocols can be in the group at all. */
export function supportsProtocols(group: Group, protocols: readonly JoinProtocol[]): boolean {
  if (groupState(group) === 'Empty') return protocols.length > 0;
  return protocols.some((protocol) => supporters(group, protocol.name) === group.members.size);
}

/** [KAFKA-GROUP-9] Each member votes for the first of its protocols that all support; the most votes win. */
export function selectProtocol(group: Group): string {
  const votes = new Map<string, number>();
  for (const member of group.members.values()) {
    const vote = member.protocols.find(({ name }) => supporters(group, name) === group.members.size);
    assert(vote !== undefined, '[KAFKA-GROUP-9] a member that supports no common protocol');
    votes.set(vote.name, (votes.get(vote.name) ?? 0) + 1);
  }
  let chosen = '';
  let most = 0;
  for (const [name, count] of votes) {
    if (count > most) {
      chosen = name;
      most = count;
    }
  }
  return chosen;
}

/** [KAFKA-GROUP-12] Same protocols with the same subscriptions in the same order: nothing has changed. */
export function matches(member: Member, protocols: readonly JoinProtocol[]): boolean {
  if (member.protocols.length !== protocols.length) return false;
  return protocols.every((protocol, i) => {
    const known = member.protocols[i] as JoinProtocol;
    if (known.name !== protocol.name || known.generation !== protocol.generation) return false;
    return (
      sameList(known.topics, protocol.topics) &&
      sameList(known.owned ?? [], protocol.owned ?? []) &&
      known.userData?.generation === protocol.userData?.generation &&
      sameList(known.userData?.partitions ?? [], protocol.userData?.partitions ?? [])
    );
  });
}

function sameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((one, i) => b[i] === one);
}

/** [KAFKA-GROUP-14] The instance id is looked at first, then the member id. */
export function validateMember(group: Group, memberId: string, instance: string | null): KafkaError {
  if (instance !== null) {
    const holder = group.statics.get(instance);
    if (holder === undefined) return 'UNKNOWN_MEMBER_ID';
    if (holder !== memberId) return 'FENCED_INSTANCE_ID';
  }
  return group.members.has(memberId) ? 'NONE' : 'UNKNOWN_MEMBER_ID';
}

export function addMember(group: Group, member: Member): void {
  if (member.instance !== null) group.statics.set(member.instance, member.id);
  group.leader ??= member.id;
  group.members.set(member.id, member);
  group.pendingJoin.delete(member.id);
}

/** [KAFKA-GROUP-8] The leader's departure makes the longest-standing member leader. */
export function removeMember(group: Group, memberId: string): void {
  const member = group.members.get(memberId);
  group.members.delete(memberId);
  if (member !== undefined && member.instance !== null) group.statics.delete(member.instance);
  if (group.leader === memberId) {
    const next = group.members.keys().next();
    group.leader = next.done === true ? null : next.value;
  }
  group.pendingJoin.delete(memberId);
  group.pendingSync.delete(memberId);
}

/** A leader that has not re-joined is replaced by a member that has; false where nobody has. */
export function electJoinedLeader(group: Group): boolean {
  if (group.leader === null) return false;
  const leader = present(group.members.get(group.leader), '[KAFKA-GROUP-8] a leader that is no member');
  if (leader.awaitingJoin !== null) return true;
  for (const member of group.members.values()) {
    if (member.awaitingJoin === null) continue;
    group.leader = member.id;
    return true;
  }
  return false;
}

/** Of a member's protocols what belongs to the chosen one. */
export function subscriptionTo(protocols: readonly JoinProtocol[], chosen: string | null): Subscription {
  const { topics = [], owned, generation, userData } = protocols.find(({ name }) => name === chosen) ?? {};
  return { topics, owned, generation, userData };
}

/** What the leader is sent to assign over. */
export function membersForLeader(group: Group): JoinGroupResponse['members'] {
  const list: JoinGroupResponse['members'][number][] = [];
  for (const { id, instance, protocols } of group.members.values()) {
    list.push({ ...subscriptionTo(protocols, group.protocol), memberId: id, groupInstanceId: instance });
  }
  return list;
}
