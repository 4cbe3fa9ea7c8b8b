/**
 * Applies trace records in order to a scene's state. Depends on nothing but the records so far, so a state that was
 * copied at a keyframe and folded on equals one that was folded from the beginning.
 */
import { nameOf } from '#sim/base/names.ts';
import { A, B, C, D, E, ENTITY, F, KIND, LID, MID, type Block } from '#sim/trace/block.ts';
import {
  Delivered,
  Kind,
  Outcome,
  Phase,
  ProcessState,
  RECORD_FLOATS,
  RECORD_WORDS,
} from '#sim/trace/vocabulary.ts';
import type { RunFacts } from '#lib/scene/facts.ts';
import { flightOver, isHeld, recipientOf, senderOf } from '#lib/scene/flight.ts';
import type { Ground } from '#lib/scene/ground.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';
import {
  Counter,
  createProcess,
  createSceneState,
  type ProcessFold,
  type SceneState,
} from '#lib/scene/scene-state.ts';

const EFFECTS_KEPT = 8;
/** What a change of membership adds; `rejoined` adds nothing. */
const MEMBERSHIPS: Readonly<Record<string, number>> = {
  joined: 1,
  left: -1,
  expired: -1,
  evicted: -1,
  fenced: -1,
};

export class SceneFold {
  state: SceneState;
  private readonly trace: ReceivedTrace;
  private readonly facts: RunFacts;
  private readonly ground: Ground;
  private ints: Int32Array = new Int32Array(RECORD_WORDS);
  private base = 0;
  private at = 0;
  private value = 0;
  private seq = 0;

  constructor(trace: ReceivedTrace, facts: RunFacts, state: SceneState | null = null) {
    this.trace = trace;
    this.facts = facts;
    this.ground = facts.ground;
    const { entities, partitions, topology } = this.ground;
    this.state = state ?? createSceneState(entities.length, partitions.length, topology.groups.length);
  }

  /** Goes on to the record `to`, which is not applied any more. */
  foldTo(to: number): void {
    const end = Math.min(to, this.trace.records);
    while (this.state.seq < end) {
      const block = this.trace.blockOf(this.state.seq);
      const last = Math.min(end, block.first + block.count);
      for (let seq = this.state.seq; seq < last; seq += 1) this.apply(block, seq - block.first);
      this.state.seq = last;
    }
  }

  private field(word: number): number {
    return this.ints[this.base + word] as number;
  }

  private count(counter: number): void {
    this.state.counters[counter] = (this.state.counters[counter] as number) + 1;
  }

  private process(entity: number): ProcessFold {
    return this.state.processes[entity] ?? createProcess();
  }

  private apply(block: Block, row: number): void {
    this.ints = block.ints;
    this.base = row * RECORD_WORDS;
    this.at = block.floats[row * RECORD_FLOATS] as number;
    this.value = block.floats[row * RECORD_FLOATS + 1] as number;
    this.seq = block.first + row;
    switch (this.field(KIND)) {
      case Kind.send:
        return this.send();
      case Kind.step:
        return this.step();
      case Kind.produce:
        return this.count(Counter.produced);
      case Kind.confirm:
        return this.count(Counter.confirmed);
      case Kind.append:
        return this.append();
      case Kind.deliver:
        return this.deliver();
      case Kind.effect:
        return this.effect();
      case Kind.handled:
        return this.handled();
      case Kind.commit:
        return this.commit();
      default:
        return this.applyRare();
    }
  }

  private applyRare(): void {
    switch (this.field(KIND)) {
      case Kind.refuse:
        return this.count(Counter.refused);
      case Kind.retry:
        return this.count(Counter.retries);
      case Kind.skipped:
        this.count(Counter.skipped);
        return this.readTo(this.field(ENTITY), this.field(A), this.partition(C), this.field(E) + 1);
      case Kind.commitRefused:
        return this.count(Counter.commitsRefused);
      case Kind.position:
        return this.readTo(this.field(ENTITY), this.field(A), this.partition(B), this.field(D));
      case Kind.assign:
        return this.assign();
      case Kind.revoke:
        return this.revoke();
      case Kind.process:
        return this.change();
      case Kind.fault:
        return this.fault();
      case Kind.machine:
        return this.machine();
      case Kind.member:
        return this.member();
    }
  }

  /** Row of the partition whose topic and number stand from this field on. */
  private partition(word: number): number {
    return this.ground.partitionRow(this.field(word), this.field(word + 1));
  }

  private send(): void {
    const { state } = this;
    this.count(Counter.packets);
    if (this.field(C) === Delivered.dropped) this.count(Counter.packetsLost);
    if (state.flights.length >= state.flightsAllowed) {
      state.flights = state.flights.filter((seq) => !flightOver(this.trace, seq, this.at));
      state.flightsAllowed = Math.max(64, state.flights.length * 2);
    }
    state.flights.push(this.seq);
  }

  private step(): void {
    const process = this.process(this.field(ENTITY));
    process.point = this.field(A);
    process.inside = this.field(B) === Phase.before ? 1 : 0;
    process.stepSince = this.at;
    process.failed = this.field(D) === 1 ? this.field(E) : -1;
    const lid = this.field(LID);
    process.type = lid < 0 ? -1 : (this.ground.catalog.events.type.data[lid] as number);
  }

  private append(): void {
    this.count(Counter.appended);
    const partition = this.partition(A);
    if (partition >= 0) this.state.ends[partition] = this.field(C) + 1;
  }

  private deliver(): void {
    const entity = this.field(ENTITY);
    const process = this.process(entity);
    const partition = this.partition(B);
    const nth = this.facts.logs.nthDelivery(this.seq);
    this.count(Counter.delivered);
    if (nth > 1) this.count(Counter.redelivered);
    process.lid = this.field(LID);
    process.mid = this.field(MID);
    process.partition = partition;
    process.offset = this.field(D);
    process.delivery = this.field(F);
    process.deliveries = nth;
    process.handSince = this.at;
    process.point = -1;
    process.inside = 0;
    process.failed = -1;
    process.stepSince = this.at;
    process.type = this.ground.catalog.events.type.data[process.lid] as number;
    this.readTo(entity, this.field(A), partition, process.offset + 1);
  }

  /** A reader's position; only the owner's counts. */
  private readTo(entity: number, groupName: number, partition: number, offset: number): void {
    const group = this.ground.groupRow(groupName);
    if (group < 0 || partition < 0) return;
    const slot = this.ground.slot(group, partition);
    if (this.state.owners[slot] === entity) this.state.positions[slot] = offset;
  }

  private effect(): void {
    this.count(Counter.effects);
    const { effects } = this.process(this.field(D));
    effects.push(this.seq);
    if (effects.length > EFFECTS_KEPT) effects.shift();
  }

  private handled(): void {
    const process = this.process(this.field(ENTITY));
    this.count(Counter.handled);
    if (this.field(B) === Outcome.failed) this.count(Counter.failed);
    process.handled += 1;
    process.lid = -1;
    process.point = -1;
    process.inside = 0;
  }

  private commit(): void {
    this.count(Counter.commits);
    const group = this.ground.groupRow(this.field(A));
    const partition = this.partition(B);
    if (group >= 0 && partition >= 0)
      this.state.committed[this.ground.slot(group, partition)] = this.field(D);
  }

  private assign(): void {
    const group = this.ground.groupRow(this.field(A));
    const partition = this.partition(B);
    const entity = this.field(D);
    const process = this.process(entity);
    if (group < 0 || partition < 0) return;
    const slot = this.ground.slot(group, partition);
    process.group = group;
    process.generation = this.field(E);
    this.countIn(group, entity);
    if (!process.assigned.includes(partition)) process.assigned.push(partition);
    this.state.owners[slot] = entity;
    this.state.positions[slot] = -1;
  }

  /** Whoever is given partitions in the group's own generation is a member of it, however it came in. */
  private countIn(row: number, entity: number): void {
    const group = this.state.groups[row];
    const member = group?.members.find((other) => other.entity === entity);
    if (member !== undefined && this.field(E) === group?.generation) {
      member.memberships = Math.max(1, member.memberships);
    }
  }

  private revoke(): void {
    const group = this.ground.groupRow(this.field(A));
    const partition = this.partition(B);
    const entity = this.field(D);
    const process = this.process(entity);
    process.assigned = process.assigned.filter((row) => row !== partition);
    if (group >= 0 && partition >= 0) this.disown(entity, this.ground.slot(group, partition));
  }

  private disown(entity: number, slot: number): void {
    if (this.state.owners[slot] !== entity) return;
    this.state.owners[slot] = -1;
    this.state.positions[slot] = -1;
  }

  private change(): void {
    const entity = this.field(ENTITY);
    const process = this.process(entity);
    process.state = this.field(A);
    process.factor = this.field(C);
    process.since = this.at;
    process.back = this.value;
    process.changed = this.seq;
    if (process.state === ProcessState.crashed) this.crash(entity, process);
  }

  /** What was volatile is gone, with what was on its way to it. */
  private crash(entity: number, process: ProcessFold): void {
    const { state } = this;
    process.lid = -1;
    process.point = -1;
    process.inside = 0;
    process.generation = -1;
    process.assigned = [];
    for (let slot = 0; slot < state.owners.length; slot += 1) this.disown(entity, slot);
    state.machines = state.machines.filter((machine) => machine.entity !== entity);
    state.flights = state.flights.filter(
      (seq) =>
        recipientOf(this.trace, seq) !== entity &&
        !(senderOf(this.trace, seq) === entity && isHeld(this.trace, seq)),
    );
  }

  private fault(): void {
    const number = this.field(A);
    const { state } = this;
    state.faults = state.faults.filter((fault) => fault.number !== number);
    if (this.field(B) === 1) {
      state.faults.push({
        number,
        kind: this.field(C),
        target: this.field(D),
        since: this.at,
        seq: this.seq,
      });
      return;
    }
    const cut = state.faults.some(({ kind }) => nameOf(this.ground.catalog.names, kind) === 'partition');
    if (!cut) state.flights = state.flights.filter((seq) => !isHeld(this.trace, seq));
  }

  private machine(): void {
    const machine = this.field(A);
    const entity = this.field(ENTITY);
    const subject = this.field(E);
    const { machines } = this.state;
    let entry = machines.find(
      (other) => other.machine === machine && other.entity === entity && other.subject === subject,
    );
    if (entry === undefined) {
      entry = { machine, entity, subject, from: -1, event: -1, state: -1, since: 0, seq: -1 };
      machines.push(entry);
    }
    entry.from = this.field(B);
    entry.event = this.field(C);
    entry.state = this.field(D);
    entry.since = this.at;
    entry.seq = this.seq;
    const group = this.state.groups[this.ground.groupRow(subject)];
    if (group === undefined || !this.ground.isCoordinator(machine)) return;
    group.state = entry.state;
    group.generation = this.field(F);
    group.since = this.at;
  }

  private member(): void {
    const group = this.state.groups[this.ground.groupRow(this.field(A))];
    if (group === undefined) return;
    const entity = this.field(B);
    const change = MEMBERSHIPS[nameOf(this.ground.catalog.names, this.field(C))] ?? 0;
    let member = group.members.find((other) => other.entity === entity);
    if (member === undefined) group.members.push((member = { entity, memberships: 0 }));
    member.memberships = Math.max(0, member.memberships + change);
  }
}
