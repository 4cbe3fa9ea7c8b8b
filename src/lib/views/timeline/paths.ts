/**
 * Lanes as paths: as many points as there are half pixels, whatever the number of records. The whole computed run is one
 * path, cut off at the playhead by a clip, so that moving the playhead draws nothing anew.
 */
import type { EffectLane, StepSeries } from '#lib/scene/timeline.ts';
import { xOf, type Axis } from '#lib/views/timeline/axis.ts';

const at2 = (value: number): number => Math.round(value * 2) / 2;

/** A step function's line between `bottom` (0) and `top` (its maximum), on to time `until`. */
export function stepPath(series: StepSeries, axis: Axis, top: number, bottom: number, until: number): string {
  const high = Math.max(1, series.max);
  const y = (value: number): number => at2(bottom - (value / high) * (bottom - top));
  let path = `M${axis.left} ${y(0)}`;
  let x = axis.left;
  let last = 0;
  let peak = 0;
  const flush = (): void => {
    if (peak > last) path += `V${y(peak)}`;
    path += `V${y(last)}`;
  };
  for (let i = 0; i < series.length; i += 1) {
    const next = at2(xOf(axis, series.at[i] as number));
    const value = series.value[i] as number;
    if (next !== x) {
      flush();
      path += `H${next}`;
      x = next;
      peak = value;
    } else peak = Math.max(peak, value);
    last = value;
  }
  flush();
  return `${path}H${at2(xOf(axis, until))}`;
}

/** The line closed down to the lane's ground. */
export function areaPath(line: string, axis: Axis, bottom: number): string {
  return `${line}V${bottom}H${axis.left}Z`;
}

/** Ticks of an effect lane: those that were due, and those that came on top. */
export function tickPaths(
  lane: EffectLane,
  axis: Axis,
  top: number,
  bottom: number,
): { once: string; again: string } {
  let once = '';
  let again = '';
  let lastOnce = -1;
  let lastAgain = -1;
  for (let i = 0; i < lane.length; i += 1) {
    const x = at2(xOf(axis, lane.at[i] as number));
    if ((lane.nth[i] as number) > 1) {
      if (x - lastAgain >= 1) again += `M${x} ${top}V${bottom}`;
      lastAgain = x;
    } else if (x - lastOnce >= 1) {
      once += `M${x} ${top + 2}V${bottom}`;
      lastOnce = x;
    }
  }
  return { once, again };
}

/** How many of an effect's entries are not after a time. */
export function entriesAt(lane: EffectLane, time: number): number {
  let low = 0;
  let high = lane.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lane.at[middle] as number) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface Pin {
  readonly number: number;
  readonly at: number;
  readonly seq: number;
}

/** Pins too near each other for a pill each: `1-4`, at the middle of their times. */
export interface Pill {
  readonly text: string;
  readonly x: number;
  readonly width: number;
  readonly seq: number;
}

export function pillsOf(pins: readonly Pin[], axis: Axis): Pill[] {
  const groups: Pin[][] = [];
  for (const pin of pins) {
    const group = groups.at(-1);
    const before = group?.at(-1);
    if (group !== undefined && before !== undefined && xOf(axis, pin.at) - xOf(axis, before.at) < 30)
      group.push(pin);
    else groups.push([pin]);
  }
  return groups.map((group) => {
    const first = group[0] as Pin;
    const last = group.at(-1) as Pin;
    const text = first === last ? String(first.number) : `${first.number}\u2013${last.number}`;
    return {
      text,
      x: (xOf(axis, first.at) + xOf(axis, last.at)) / 2,
      width: text.length > 2 ? 30 : 18,
      seq: last.seq,
    };
  });
}
