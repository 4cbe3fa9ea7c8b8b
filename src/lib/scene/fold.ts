/**
 * Applies trace records in order to a scene's state. Depends on nothing but the records so far, so a state that was
 * copied at a keyframe and folded on equals one that was folded from the beginning.
 */
import { A, B, C, D, E, ENTITY, F, KIND, LID, MID, rowAt, type Block } from '#sim/trace/block.ts';
import { Delivered, Kind, Outcome, Phase, RECORD_FLOATS, RECORD_WORDS } from '#sim/trace/vocabulary.ts';
import { applyControl } from '#lib/scene/control-fold.ts';
import { applyCopies, firstCopies, written } from '#lib/scene/copies.ts';
import type { RunFacts } from '#lib/scene/facts.ts';
import { flightOver } from '#lib/scene/flight.ts';
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

export class SceneFold {
  state: SceneState;
  private readonly trace: ReceivedTrace;
  private readonly facts: RunFacts;
  private readonly ground: Ground;
  private ints: Int32Array = new Int32Array(RECORD_WORDS);
  private base = 0;
  private at = 0;
  private seq = 0;

  constructor(trace: ReceivedTrace, facts: RunFacts, state: SceneState | null = null) {
    this.trace = trace;
    this.facts = facts;
    this.ground = facts.ground;
    const { entities, partitions, topology } = this.ground;
    this.state =
      state ??
      createSceneState(entities.length, partitions.length, topology.groups.length, firstCopies(this.ground));
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
        return this.applyRare(block, row);
    }
  }

  private applyRare(block: Block, row: number): void {
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
      case Kind.marker:
        return this.marker();
      case Kind.elect:
      case Kind.lead:
      case Kind.isr:
      case Kind.highWatermark:
      case Kind.truncate:
      case Kind.replicate:
        return applyCopies(this.state, this.ground, rowAt(block, row));
      default:
        return applyControl(this.state, this.ground, this.trace, rowAt(block, row));
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
    if (partition < 0) return;
    const { state, ground } = this;
    const stands = written(state, ground, partition, this.field(ENTITY), this.field(C), this.field(E));
    if (stands) state.ends[partition] = this.field(C) + 1;
  }

  /** It takes an offset, as a record does. */
  private marker(): void {
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
}
