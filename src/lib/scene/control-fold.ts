/**
 * The rare records of a scene: what happens to processes, groups, machines and faults. Beside the fold's hot part
 * (scene/fold), which reads columns, because these few can be read as objects.
 */
import { nameOf } from '#sim/base/names.ts';
import type { Row } from '#sim/trace/block.ts';
import { Kind, ProcessState } from '#sim/trace/vocabulary.ts';
import { isHeld, recipientOf, senderOf } from '#lib/scene/flight.ts';
import type { Ground } from '#lib/scene/ground.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';
import type { SceneState } from '#lib/scene/scene-state.ts';

/** What a change of membership adds; `rejoined` adds nothing. */
const MEMBERSHIPS: Readonly<Record<string, number>> = {
  joined: 1,
  left: -1,
  expired: -1,
  evicted: -1,
  fenced: -1,
};

export function applyControl(state: SceneState, ground: Ground, trace: ReceivedTrace, row: Row): void {
  switch (row.kind) {
    case Kind.assign:
      return assign(state, ground, row);
    case Kind.revoke:
      return revoke(state, ground, row);
    case Kind.process:
      return change(state, trace, row);
    case Kind.fault:
      return fault(state, ground, trace, row);
    case Kind.machine:
      return machine(state, ground, row);
    case Kind.member:
      return member(state, ground, row);
  }
}

function assign(state: SceneState, ground: Ground, { a, b, c, d: entity, e: generation }: Row): void {
  const group = ground.groupRow(a);
  const partition = ground.partitionRow(b, c);
  const process = state.processes[entity];
  if (group < 0 || partition < 0 || process === undefined) return;
  const slot = ground.slot(group, partition);
  process.group = group;
  process.generation = generation;
  countIn(state, group, entity, generation);
  if (!process.assigned.includes(partition)) process.assigned.push(partition);
  state.owners[slot] = entity;
  state.positions[slot] = -1;
}

/** Whoever is given partitions in the group's own generation is a member of it, however it came in. */
function countIn(state: SceneState, row: number, entity: number, generation: number): void {
  const group = state.groups[row];
  const known = group?.members.find((other) => other.entity === entity);
  if (known !== undefined && generation === group?.generation)
    known.memberships = Math.max(1, known.memberships);
}

function revoke(state: SceneState, ground: Ground, { a, b, c, d: entity }: Row): void {
  const group = ground.groupRow(a);
  const partition = ground.partitionRow(b, c);
  const process = state.processes[entity];
  if (process !== undefined) process.assigned = process.assigned.filter((row) => row !== partition);
  if (group >= 0 && partition >= 0) disown(state, entity, ground.slot(group, partition));
}

function disown(state: SceneState, entity: number, slot: number): void {
  if (state.owners[slot] !== entity) return;
  state.owners[slot] = -1;
  state.positions[slot] = -1;
}

function change(state: SceneState, trace: ReceivedTrace, { seq, at, value, entity, a, c }: Row): void {
  const process = state.processes[entity];
  if (process === undefined) return;
  process.state = a;
  process.factor = c;
  process.since = at;
  process.back = value;
  process.changed = seq;
  if (a === ProcessState.crashed) crash(state, trace, entity);
}

/** What was volatile is gone, with what was on its way to it. */
function crash(state: SceneState, trace: ReceivedTrace, entity: number): void {
  const process = state.processes[entity];
  if (process === undefined) return;
  process.lid = -1;
  process.point = -1;
  process.inside = 0;
  process.generation = -1;
  process.assigned = [];
  for (let slot = 0; slot < state.owners.length; slot += 1) disown(state, entity, slot);
  state.machines = state.machines.filter((other) => other.entity !== entity);
  state.flights = state.flights.filter(
    (seq) => recipientOf(trace, seq) !== entity && !(senderOf(trace, seq) === entity && isHeld(trace, seq)),
  );
}

function fault(state: SceneState, ground: Ground, trace: ReceivedTrace, row: Row): void {
  const { seq, at, a: number, b: active, c: kind, d: target } = row;
  state.faults = state.faults.filter((other) => other.number !== number);
  if (active === 1) {
    state.faults.push({ number, kind, target, since: at, seq });
    return;
  }
  const cut = state.faults.some((other) => nameOf(ground.catalog.names, other.kind) === 'partition');
  if (!cut) state.flights = state.flights.filter((flight) => !isHeld(trace, flight));
}

function machine(state: SceneState, ground: Ground, row: Row): void {
  const { seq, at, entity, a: name, b: from, c: event, d: to, e: subject, f: generation } = row;
  let entry = state.machines.find(
    (other) => other.machine === name && other.entity === entity && other.subject === subject,
  );
  if (entry === undefined) {
    entry = { machine: name, entity, subject, from, event, state: to, since: at, seq };
    state.machines.push(entry);
  } else Object.assign(entry, { from, event, state: to, since: at, seq });
  const group = state.groups[ground.groupRow(subject)];
  if (group === undefined || !ground.isCoordinator(name)) return;
  group.state = to;
  group.generation = generation;
  group.since = at;
}

function member(state: SceneState, ground: Ground, { a, b: entity, c }: Row): void {
  const group = state.groups[ground.groupRow(a)];
  if (group === undefined) return;
  const change = MEMBERSHIPS[nameOf(ground.catalog.names, c)] ?? 0;
  let known = group.members.find((other) => other.entity === entity);
  if (known === undefined) group.members.push((known = { entity, memberships: 0 }));
  known.memberships = Math.max(0, known.memberships + change);
}
