/**
 * A step function that grows at its end and never above a fixed number of steps: when it is full, steps that lie close
 * together become one (the later value holds), at twice the spacing each time. What is drawn a few hundred pixels wide
 * loses nothing that could be seen.
 */
import type { StepSeries } from '#lib/scene/timeline.ts';

const MOST = 8192;

export interface GrowingSeries extends StepSeries {
  at: Float64Array;
  value: Float64Array;
  length: number;
  max: number;
  /** µs within which two steps become one. */
  spacing: number;
}

export function createSeries(): GrowingSeries {
  return { at: new Float64Array(64), value: new Float64Array(64), length: 0, max: 0, spacing: 1 };
}

export function addStep(series: GrowingSeries, at: number, value: number): void {
  if (value > series.max) series.max = value;
  const last = series.length - 1;
  if (last >= 0 && at - (series.at[last] as number) < series.spacing) {
    series.value[last] = value;
    return;
  }
  if (last >= 0 && series.value[last] === value) return;
  if (series.length === series.at.length) makeRoom(series);
  series.at[series.length] = at;
  series.value[series.length] = value;
  series.length += 1;
}

function makeRoom(series: GrowingSeries): void {
  if (series.at.length < MOST) {
    series.at = enlarged(series.at);
    series.value = enlarged(series.value);
    return;
  }
  while (series.length > MOST / 2) {
    series.spacing *= 2;
    let kept = 0;
    for (let row = 0; row < series.length; row += 1) {
      const at = series.at[row] as number;
      const value = series.value[row] as number;
      if (kept > 0 && at - (series.at[kept - 1] as number) < series.spacing) series.value[kept - 1] = value;
      else {
        series.at[kept] = at;
        series.value[kept] = value;
        kept += 1;
      }
    }
    series.length = kept;
  }
}

function enlarged(values: Float64Array): Float64Array {
  const larger = new Float64Array(values.length * 2);
  larger.set(values);
  return larger;
}
