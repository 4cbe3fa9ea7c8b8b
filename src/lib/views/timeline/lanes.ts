/** Which lane stands where: tops and heights of the timeline's rows, in pixels below the axis. */
import type { Timeline } from '#lib/scene/timeline.ts';

export interface Lane {
  readonly kind: 'faults' | 'group' | 'lag' | 'effect' | 'verdicts' | 'run';
  /** Place in the timeline's list of that kind. */
  readonly index: number;
  readonly name: string;
  readonly short: string;
  readonly top: number;
  readonly height: number;
}

export const AXIS = 24;
export const FAULT_ROW = 24;

function lastPart(effect: string): string {
  return effect.split('.').pop() ?? effect;
}

export function lanesOf(timeline: Timeline): Lane[] {
  const lanes: Lane[] = [];
  let top = AXIS;
  const add = (lane: Omit<Lane, 'top'>): void => {
    lanes.push({ ...lane, top });
    top += lane.height;
  };
  if (timeline.faults.length > 0) {
    add({
      kind: 'faults',
      index: 0,
      name: 'Faults',
      short: 'Faults',
      height: 4 + timeline.faults.length * FAULT_ROW,
    });
  }
  timeline.groups.forEach(({ group }, index) =>
    add({ kind: 'group', index, name: `Group ${group}`, short: 'Group', height: 26 }),
  );
  timeline.lag.forEach(({ group }, index) =>
    add({
      kind: 'lag',
      index,
      name: timeline.lag.length > 1 ? `Lag, ${group}` : 'Lag, all partitions',
      short: 'Lag',
      height: 28,
    }),
  );
  timeline.effects.forEach(({ effect }, index) =>
    add({ kind: 'effect', index, name: effect, short: lastPart(effect), height: 24 }),
  );
  add({ kind: 'verdicts', index: 0, name: 'Verdicts', short: 'Verdicts', height: 26 });
  add({ kind: 'run', index: 0, name: 'Run', short: 'Run', height: 24 });
  return lanes;
}

export function heightOf(lanes: readonly Lane[]): number {
  const last = lanes.at(-1);
  return last === undefined ? AXIS : last.top + last.height;
}
