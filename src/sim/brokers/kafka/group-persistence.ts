/**
 * What of a group stands in __consumer_offsets, and what a restarted coordinator makes of it (GroupMetadataManager's
 * replay of GroupMetadataKey, #onLoaded). A record is written when a group is made, when its leader has assigned, when
 * it becomes Empty, and when a static member comes back; joins that were going on are lost with the coordinator.
 * Rules: SPEC.md, KAFKA-GROUP-22.
 */
import { intColumn } from '#sim/base/column.ts';
import { intern } from '#sim/base/names.ts';
import type { BrokerState } from '#sim/brokers/kafka/broker-state.ts';
import { groupMachineContext } from '#sim/brokers/kafka/group-coordinator.machine.ts';
import { keepAlive } from '#sim/brokers/kafka/group-session.ts';
import type { Turn } from '#sim/brokers/kafka/group-turn.ts';
import {
  addMember,
  newSession,
  subscriptionTo,
  type Group,
  type Member,
  type PersistedGroup,
  type PersistedMember,
} from '#sim/brokers/kafka/group.ts';

/** An Empty group of generation 0. */
export function createGroup(turn: Turn, name: string): Group {
  const nameId = intern(turn.env.catalog.names, name);
  const subject = { key: name, nameId, generation: 0 };
  const initialDelay = turn.env.settings.initialRebalanceDelay;
  const group: Group = {
    name,
    nameId,
    machine: turn.machines.start(turn.ctx, subject, { initialDelay }),
    generation: 0,
    protocol: null,
    leader: null,
    members: new Map(),
    statics: new Map(),
    pendingJoin: new Map(),
    pendingSync: new Set(),
  };
  turn.state.groups.set(name, group);
  offsetsOf(turn.state, name);
  persistGroup(turn.state, group);
  return group;
}

/** What is stored under the name of a group of whatever protocol: at first, no offsets. */
export function offsetsOf(state: BrokerState, name: string): PersistedGroup {
  let persisted = state.persisted.get(name);
  if (persisted === undefined) {
    const committed = intColumn('mutable');
    const committedBy = intColumn('mutable');
    persisted = { generation: 0, protocol: null, leader: null, members: [], committed, committedBy };
    state.persisted.set(name, persisted);
  }
  return persisted;
}

/** Writes the group's record as the group is now. */
export function persistGroup(state: BrokerState, group: Group): void {
  const persisted = state.persisted.get(group.name) as PersistedGroup;
  const members: PersistedMember[] = [];
  for (const member of group.members.values()) {
    const { id, instance, entity, rebalanceTimeout, sessionTimeout, assignment } = member;
    const subscription = subscriptionTo(member.protocols, group.protocol);
    members.push({ id, instance, entity, rebalanceTimeout, sessionTimeout, subscription, assignment });
  }
  persisted.generation = group.generation;
  persisted.protocol = group.protocol;
  persisted.leader = group.leader;
  persisted.members = members;
}

/** The coordinator has come back: every group is as it was last stored, and every member has a whole session left. */
export function loadGroups(turn: Turn): Group[] {
  const { state } = turn;
  const loaded: Group[] = [];
  state.groups = new Map();
  for (const [name, persisted] of state.persisted) {
    if (state.consumerGroups.has(name)) continue;
    const nameId = intern(turn.env.catalog.names, name);
    const subject = { key: name, nameId, generation: persisted.generation };
    const context = groupMachineContext(turn.env.settings.initialRebalanceDelay);
    const value = persisted.members.length === 0 ? 'Empty' : 'Stable';
    const group: Group = {
      name,
      nameId,
      machine: turn.machines.resume(turn.ctx, subject, value, context, 'load'),
      generation: persisted.generation,
      protocol: persisted.protocol,
      leader: persisted.leader,
      members: new Map(),
      statics: new Map(),
      pendingJoin: new Map(),
      pendingSync: new Set(),
    };
    for (const stored of persisted.members) addMember(group, loadMember(stored, persisted.protocol));
    for (const { id, session, sessionTimeout } of group.members.values()) {
      keepAlive(turn, group, id, session, sessionTimeout);
    }
    state.groups.set(name, group);
    loaded.push(group);
  }
  return loaded;
}

/** Of a member's protocols only the chosen one was stored. */
function loadMember(stored: PersistedMember, protocol: string | null): Member {
  return {
    id: stored.id,
    instance: stored.instance,
    entity: stored.entity,
    rebalanceTimeout: stored.rebalanceTimeout,
    sessionTimeout: stored.sessionTimeout,
    protocols: protocol === null ? [] : [{ ...stored.subscription, name: protocol }],
    assignment: stored.assignment,
    isNew: false,
    awaitingJoin: null,
    awaitingSync: null,
    lost: true,
    lostBy: -1,
    session: newSession(),
  };
}
