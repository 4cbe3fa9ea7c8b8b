/** The timeline's geometry: axis, paths, pills, labels. */
import { expect, test } from 'vitest';
import type { EffectLane, StepSeries } from '#lib/scene/timeline.ts';
import { axisFor, tickText, ticks, timeOf, xOf } from '#lib/views/timeline/axis.ts';
import { areaPath, entriesAt, pillsOf, stepPath, tickPaths } from '#lib/views/timeline/paths.ts';
import { spanLabels } from '#lib/views/timeline/span-words.ts';

const axis = axisFor(20_641_419, 216, 1056);

test('the axis ends on a tick behind the run and leads back from pixels to time', () => {
  expect(axis.span).toBe(22_000_000);
  expect(xOf(axis, 0)).toBe(216);
  expect(xOf(axis, axis.span)).toBe(1056);
  for (const time of [0, 1_234_567, 20_641_419])
    expect(Math.abs(timeOf(axis, xOf(axis, time)) - time)).toBeLessThan(2);
  expect(timeOf(axis, -50)).toBe(0);
  expect(timeOf(axis, 5000)).toBe(axis.span);
});

test('ticks are never nearer than their labels are wide, whatever the length of the run', () => {
  for (const last of [1, 40_000, 999_999, 24_000_000, 600_000_000, 86_400_000_000]) {
    const one = axisFor(last, 72, 374);
    const at = ticks(one).map((time) => xOf(one, time));
    for (let i = 1; i < at.length; i += 1)
      expect((at[i] as number) - (at[i - 1] as number)).toBeGreaterThan(50);
    expect(one.span).toBeGreaterThanOrEqual(last);
  }
  expect(tickText(axis, 6_000_000)).toBe('00:06');
  expect(tickText(axisFor(40_000, 72, 374), 20_000)).toBe('0.02');
});

function seriesOf(points: readonly (readonly [number, number])[]): StepSeries {
  return {
    at: Float64Array.from(points, ([at]) => at),
    value: Float64Array.from(points, ([, value]) => value),
    length: points.length,
    max: Math.max(0, ...points.map(([, value]) => value)),
  };
}

test('a hundred thousand steps make a path of at most two points a half pixel, and a spike survives', () => {
  const points = Array.from({ length: 100_000 }, (_, i) => [i * 200, i === 50_000 ? 90 : 3] as const);
  const path = stepPath(seriesOf(points), axis, 0, 90, 20_000_000);
  expect(path.match(/[HV]/g)?.length).toBeLessThan(840 * 2 * 3 + 4);
  expect(path).toContain('V0V');
  expect(areaPath(path, axis, 90).endsWith('V90H216Z')).toBe(true);
});

test('effects are ticks, the second for a key is drawn apart, and only those up to the playhead are counted', () => {
  const lane: EffectLane = {
    effect: 'cards.charge',
    at: Float64Array.of(1e6, 2e6, 3e6, 0),
    nth: Int32Array.of(1, 1, 2, 9),
    length: 3,
  };
  const { once, again } = tickPaths(lane, axis, 0, 14);
  expect([once.match(/M/g)?.length, again.match(/M/g)?.length]).toEqual([2, 1]);
  expect([entriesAt(lane, 999_999), entriesAt(lane, 2e6), entriesAt(lane, 9e9)]).toEqual([0, 2, 3]);
});

test('pins that stand together share a pill with their numbers', () => {
  const pin = (number: number, at: number) => ({ number, at, seq: number * 10 });
  const pills = pillsOf([pin(1, 6_000_000), pin(2, 6_010_000), pin(3, 16_000_000)], axis);
  expect(pills.map(({ text }) => text)).toEqual(['1\u20132', '3']);
  expect(pills[0]?.seq).toBe(20);
});

test('a generation names its owners as fully as there is room', () => {
  const span = {
    from: 0,
    to: null,
    generation: 4,
    stable: true,
    state: 'Stable',
    seq: 1,
    assignment: [
      { member: 'payment-1', partitions: ['orders/0', 'orders/1', 'orders/2'] },
      { member: 'payment-2', partitions: ['orders/3', 'orders/5'] },
    ],
  };
  expect(spanLabels(span).slice(0, 2)).toEqual([
    'generation 4 · payment-1: 0\u20132 · payment-2: 3 5',
    'generation 4 · 1: 0\u20132 · 2: 3 5',
  ]);
  expect(spanLabels({ ...span, assignment: [] })[0]).toBe('generation 4');
});
