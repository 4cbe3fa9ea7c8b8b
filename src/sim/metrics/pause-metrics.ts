/**
 * How long partitions of a group stood still because nobody was reading them: from the moment that the last owner gave
 * one up, or died with it, until the next one knows where to read on (`position`; a share group has none, there the
 * assignment is the end). The first time that a partition is taken up ends no pause. Reads only records of the control
 * plane: assignments, positions, lives of processes. What an owner does with its time is another question.
 */
import type { Catalog } from '#sim/messaging/catalog.ts';
import type { MetricValue } from '#sim/metrics/exposition.ts';
import { A, B, C, D, ENTITY, KIND, type Block } from '#sim/trace/block.ts';
import { createDimensions, look, partitionRow, type Dimensions, type Scope } from '#sim/trace/dimensions.ts';
import type { Fold } from '#sim/trace/fold.ts';
import type { KindName } from '#sim/trace/vocabulary.ts';
import { Kind, ProcessState, RECORD_FLOATS, RECORD_WORDS } from '#sim/trace/vocabulary.ts';

const SECOND = 1_000_000;
const NEVER = -1;

interface PauseState {
  /** By group row × partitions + partition row: its owners; since when it stands still (-1 = it does not). */
  readonly owners: number[][];
  readonly since: Float64Array;
  /** Since when it has an owner again that has not said where it reads on, -1 = none or it has. */
  readonly taken: Float64Array;
  /** 1 where owners say where they read on. */
  readonly positions: Uint8Array;
  readonly pauses: Int32Array;
  readonly total: Float64Array;
  readonly longest: Float64Array;
}

export class PauseMetrics implements Fold {
  readonly kinds: readonly KindName[] = ['assign', 'revoke', 'position', 'process'];
  state: PauseState;
  private readonly dimensions: Dimensions;

  constructor(scope: Scope, catalog: Catalog) {
    this.dimensions = createDimensions(scope, catalog.names);
    const slots = this.dimensions.groupCount * this.dimensions.partitionCount;
    this.state = {
      owners: Array.from({ length: slots }, () => []),
      since: new Float64Array(slots).fill(NEVER),
      taken: new Float64Array(slots).fill(NEVER),
      positions: new Uint8Array(slots),
      pauses: new Int32Array(slots),
      total: new Float64Array(slots),
      longest: new Float64Array(slots),
    };
  }

  fold(block: Block, rows: Int32Array, count: number): void {
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      this.take(block.ints, row * RECORD_WORDS, block.floats[row * RECORD_FLOATS] as number);
    }
  }

  private take(ints: Int32Array, base: number, at: number): void {
    const kind = ints[base + KIND];
    const entity = ints[base + ENTITY] as number;
    if (kind === Kind.process) {
      if (ints[base + A] !== ProcessState.crashed) return;
      for (let slot = 0; slot < this.state.owners.length; slot += 1) this.left(slot, entity, at);
      return;
    }
    const slot = this.slotOf(ints[base + A] as number, ints[base + B] as number, ints[base + C] as number);
    if (slot < 0) return;
    if (kind === Kind.assign) this.assigned(slot, ints[base + D] as number, at);
    else if (kind === Kind.revoke) this.left(slot, ints[base + D] as number, at);
    else this.positioned(slot, entity, at);
  }

  private slotOf(group: number, topic: number, partition: number): number {
    const g = look(this.dimensions.groupRows, group);
    const p = partitionRow(this.dimensions, topic, partition);
    return g < 0 || p < 0 ? -1 : g * this.dimensions.partitionCount + p;
  }

  private assigned(slot: number, member: number, at: number): void {
    const { owners, since, taken } = this.state;
    const own = owners[slot] as number[];
    if (!own.includes(member)) own.push(member);
    if (since[slot] !== NEVER && taken[slot] === NEVER) taken[slot] = at;
  }

  private positioned(slot: number, member: number, at: number): void {
    const { owners, taken, positions } = this.state;
    if (owners[slot]?.includes(member) !== true) return;
    positions[slot] = 1;
    if (taken[slot] !== NEVER) this.ends(slot, at);
  }

  private left(slot: number, member: number, at: number): void {
    const { owners, since, taken, positions } = this.state;
    const own = owners[slot] as number[];
    if (!own.includes(member)) return;
    own.splice(own.indexOf(member), 1);
    if (own.length > 0) return;
    // who has not read on since the last pause has not ended it
    if (since[slot] !== NEVER && positions[slot] === 0) this.ends(slot, taken[slot] as number);
    taken[slot] = NEVER;
    if (since[slot] === NEVER) since[slot] = at;
  }

  private ends(slot: number, at: number): void {
    const { since, taken, pauses, total, longest } = this.state;
    const pause = at - (since[slot] as number);
    pauses[slot] = (pauses[slot] as number) + 1;
    total[slot] = (total[slot] as number) + pause;
    if (pause > (longest[slot] as number)) longest[slot] = pause;
    since[slot] = NEVER;
    taken[slot] = NEVER;
  }

  /** How long the present pause of a slot has lasted at `at`, -1 = it is read. */
  private present(slot: number, at: number): number {
    const { since, taken, positions } = this.state;
    const began = since[slot] as number;
    if (began === NEVER) return -1;
    return (positions[slot] === 0 && taken[slot] !== NEVER ? (taken[slot] as number) : at) - began;
  }

  /** By group, in the scope's order; a pause that goes on counts up to `at`. */
  values(at: number): MetricValue[] {
    const { partitionCount, scope } = this.dimensions;
    return scope.groups.flatMap(({ name: group }, g) => {
      let [pauses, total, longest] = [0, 0, 0];
      for (let slot = g * partitionCount; slot < (g + 1) * partitionCount; slot += 1) {
        const open = this.present(slot, at);
        pauses += (this.state.pauses[slot] as number) + (open < 0 ? 0 : 1);
        total += (this.state.total[slot] as number) + Math.max(0, open);
        longest = Math.max(longest, this.state.longest[slot] as number, open);
      }
      const labels = { group };
      return [
        { name: 'kafka_consumergroup_partition_pauses_total', labels, value: pauses },
        { name: 'kafka_consumergroup_partition_pause_seconds_total', labels, value: total / SECOND },
        { name: 'kafka_consumergroup_partition_pause_seconds_max', labels, value: longest / SECOND },
      ];
    });
  }
}
