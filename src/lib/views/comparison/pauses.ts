/**
 * When which partition of a group was read by nobody, from the trace: from the moment that its last owner gave it up, or
 * died with it, until the next one knows where to read on. The same rule as the run's own metrics (sim/metrics/pause-
 * metrics), which count and add up; here each pause has its place in time, and who had the partition before and after.
 */
import type { Topology } from '#lib/scene/parts.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';
import { A, B, C, D, ENTITY, KIND, type Block } from '#sim/trace/block.ts';
import { Kind, ProcessState, RECORD_FLOATS, RECORD_WORDS } from '#sim/trace/vocabulary.ts';
import { nameOf } from '#sim/base/names.ts';

export interface Pause {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
  /** Who had it; it gave it up, or it crashed. */
  readonly before: string;
  readonly crashed: boolean;
  /** Who reads on; null = nobody does to the end of the run. */
  readonly after: string | null;
}

interface Slot {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly owners: number[];
  pause: { from: number; before: number; crashed: boolean } | null;
  taken: { at: number; by: number } | null;
  /** Its owners say where they read on; those of a share group do not. */
  tells: boolean;
}

export class PauseBook {
  readonly pauses: Pause[] = [];
  private readonly slots = new Map<string, Slot>();
  private readonly trace: ReceivedTrace;
  private readonly groups: ReadonlySet<string>;

  constructor(trace: ReceivedTrace, topology: Topology) {
    this.trace = trace;
    this.groups = new Set(topology.groups.map(({ name }) => name));
  }

  take({ ints, floats }: Block, row: number): void {
    const base = row * RECORD_WORDS;
    const kind = ints[base + KIND];
    const at = floats[row * RECORD_FLOATS] as number;
    const entity = ints[base + ENTITY] as number;
    if (kind === Kind.process) {
      if (ints[base + A] !== ProcessState.crashed) return;
      for (const slot of this.slots.values()) this.left(slot, entity, at, true);
      return;
    }
    if (kind !== Kind.assign && kind !== Kind.revoke && kind !== Kind.position) return;
    const slot = this.slotOf(ints[base + A] as number, ints[base + B] as number, ints[base + C] as number);
    if (slot === null) return;
    if (kind === Kind.assign) this.assigned(slot, ints[base + D] as number, at);
    else if (kind === Kind.revoke) this.left(slot, ints[base + D] as number, at, false);
    else this.positioned(slot, entity, at);
  }

  /** The run is over: what stands still then is a pause, too. */
  end(at: number): Pause[] {
    for (const slot of this.slots.values()) {
      if (slot.pause === null) continue;
      if (!slot.tells && slot.taken !== null) this.over(slot, slot.taken.at, slot.taken.by);
      else this.over(slot, at, null);
    }
    return this.pauses.sort((a, b) => a.from - b.from || a.partition - b.partition);
  }

  private slotOf(group: number, topic: number, partition: number): Slot | null {
    const key = `${group} ${topic} ${partition}`;
    const known = this.slots.get(key);
    if (known !== undefined) return known;
    const { names } = this.trace.catalog;
    const name = nameOf(names, group);
    if (!this.groups.has(name)) return null;
    const slot: Slot = {
      group: name,
      topic: nameOf(names, topic),
      partition,
      owners: [],
      pause: null,
      taken: null,
      tells: false,
    };
    this.slots.set(key, slot);
    return slot;
  }

  private assigned(slot: Slot, member: number, at: number): void {
    if (!slot.owners.includes(member)) slot.owners.push(member);
    if (slot.pause !== null) slot.taken ??= { at, by: member };
  }

  private positioned(slot: Slot, member: number, at: number): void {
    if (!slot.owners.includes(member)) return;
    slot.tells = true;
    if (slot.taken !== null) this.over(slot, at, member);
  }

  private left(slot: Slot, member: number, at: number, crashed: boolean): void {
    const place = slot.owners.indexOf(member);
    if (place < 0) return;
    slot.owners.splice(place, 1);
    if (slot.owners.length > 0) return;
    if (slot.pause !== null && !slot.tells && slot.taken !== null)
      this.over(slot, slot.taken.at, slot.taken.by);
    slot.taken = null;
    slot.pause ??= { from: at, before: member, crashed };
  }

  private over(slot: Slot, to: number, by: number | null): void {
    if (slot.pause === null) return;
    const { group, topic, partition } = slot;
    const { from, before, crashed } = slot.pause;
    const { entityNames } = this.trace.header;
    this.pauses.push({
      ...{ group, topic, partition, from, to, crashed },
      before: entityNames[before] ?? '',
      after: by === null ? null : (entityNames[by] ?? ''),
    });
    slot.pause = null;
    slot.taken = null;
  }
}

/** Pauses that overlap in time: one change of the group. */
export interface PauseSpell {
  readonly from: number;
  readonly to: number;
  readonly pauses: readonly Pause[];
  readonly total: number;
  readonly longest: number;
  /** How many came back to the member that had them. */
  readonly returned: number;
}

export function spellsOf(pauses: readonly Pause[]): PauseSpell[] {
  const spells: Pause[][] = [];
  let end = -1;
  for (const pause of pauses) {
    const open = spells.at(-1);
    if (open !== undefined && pause.from <= end) open.push(pause);
    else spells.push([pause]);
    end = Math.max(end, pause.to);
  }
  return spells.map((of) => {
    const lengths = of.map(({ from, to }) => to - from);
    return {
      from: of[0]?.from ?? 0,
      to: Math.max(...of.map(({ to }) => to)),
      pauses: of,
      total: lengths.reduce((sum, length) => sum + length, 0),
      longest: Math.max(...lengths),
      returned: of.filter(({ before, after }) => before === after).length,
    };
  });
}
