import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AssertionFailure } from '#sim/base/assert.ts';
import * as arrivals from '#sim/kernel/arrivals.ts';
import { createStreamTable, sequentialSource, streamRow, type Source } from '#sim/kernel/random.ts';
import { draws, ksMisfit, misfit } from './statistics.ts';

const SECOND = 1_000_000;

function seeded(name: string): Source {
  const table = createStreamTable(7);
  return sequentialSource(table, streamRow(table, name));
}

function times(kind: arrivals.Arrivals, count: number, source = seeded('arrivals')): number[] {
  const state = arrivals.createArrivalState();
  return Array.from({ length: count }, () => arrivals.nextArrival(kind, state, source));
}

const threeASecond = { count: 3, per: SECOND };
const kinds: Record<string, { readonly kind: arrivals.Arrivals; readonly first: readonly number[] }> = {
  constant: {
    kind: { kind: 'constant', rate: threeASecond },
    first: [333333, 666666, 1000000, 1333333, 1666666, 2000000, 2333333, 2666666],
  },
  poisson: {
    kind: { kind: 'poisson', rate: threeASecond },
    first: [299262, 421556, 1492113, 2201114, 2852401, 2905959, 3841476, 3886449],
  },
  bursty: {
    kind: { kind: 'bursty', rate: threeASecond, burst: 2 * SECOND, pause: 5 * SECOND },
    first: [299262, 421556, 1492113, 7201114, 7852401, 7905959, 8841476, 8886449],
  },
};

describe.each(Object.entries(kinds))('%s arrivals', (_name, { kind, first }) => {
  test('the first eight are pinned', () => {
    expect(times(kind, 8)).toEqual(first);
  });
  test('are whole microseconds that never fall', () => {
    let before = 0;
    for (const at of times(kind, 20_000)) {
      expect(Number.isSafeInteger(at) && at >= before).toBe(true);
      before = at;
    }
  });
  test('keep their rate', () => {
    const count = draws;
    const last = times(kind, count).at(-1) ?? 0;
    // A sum of exponential gaps: its relative standard error, 4.5 times. Bursty sources are on for 2 s of 7.
    const share = kind.kind === 'bursty' ? kind.burst / (kind.burst + kind.pause) : 1;
    expect(Math.abs(((last * share) / count) * (3 / SECOND) - 1)).toBeLessThan(4.5 / Math.sqrt(count));
  });
  test('go on from a copy of their state', () => {
    const state = arrivals.createArrivalState();
    for (let i = 0; i < 50; i += 1) arrivals.nextArrival(kind, state, seeded(`${i}`));
    const copy = structuredClone(state);
    for (let i = 0; i < 50; i += 1)
      expect(arrivals.nextArrival(kind, copy, seeded(`${i}`))).toBe(
        arrivals.nextArrival(kind, state, seeded(`${i}`)),
      );
    expect(copy).toEqual(state);
  });
});

describe('constant arrivals', () => {
  test('do not drift: the last of a day at 3/s is at the day', () => {
    expect(arrivals.nthConstant(threeASecond, 3 * 86_400)).toBe(86_400 * SECOND);
    const last = times({ kind: 'constant', rate: threeASecond }, 3_000).at(-1);
    expect(last).toBe(1_000 * SECOND);
  });
  test('are floor(n * per / count), exactly', () => {
    const rate = fc.record({
      count: fc.integer({ min: 1, max: 90_000 }),
      per: fc.integer({ min: 1, max: 86_400 * SECOND }),
    });
    fc.assert(
      fc.property(rate, fc.integer({ min: 0, max: 10_000_000 }), (r, n) => {
        const exact = (BigInt(n) * BigInt(r.per)) / BigInt(r.count);
        fc.pre(exact < 2n ** 53n);
        expect(BigInt(arrivals.nthConstant(r, n))).toBe(exact);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
  test('take no words', () => {
    const none: Source = {
      next() {
        throw new Error('took a word');
      },
    };
    expect(times({ kind: 'constant', rate: { count: 1, per: 5 * SECOND } }, 2, none)).toEqual([
      5 * SECOND,
      10 * SECOND,
    ]);
  });
});

describe('poisson arrivals', () => {
  const gap = 50_000;
  const at = times({ kind: 'poisson', rate: { count: 20, per: SECOND } }, draws, seeded('poisson'));

  test('have exponential gaps', () => {
    const gaps = at.slice(1).map((time, i) => time - (at[i] ?? 0) + 0.5);
    expect(ksMisfit(gaps, (x) => 1 - Math.exp(-x / gap))).toBeLessThan(1);
    expect(ksMisfit(gaps, (x) => 1 - Math.exp(-x / (gap * 1.03)))).toBeGreaterThan(1);
  });
  test('come in Poisson numbers a second', () => {
    const seconds = Math.floor((at.at(-1) ?? 0) / SECOND);
    const perSecond = new Array<number>(seconds).fill(0);
    for (const time of at)
      if (time < seconds * SECOND)
        perSecond[Math.floor(time / SECOND)] = (perSecond[Math.floor(time / SECOND)] ?? 0) + 1;
    const expected: number[] = [];
    for (let k = 0, p = Math.exp(-20); k <= 60; k += 1, p *= 20 / k) expected.push(p * seconds);
    const middle = [...expected.keys()].filter((k) => k >= 11 && k <= 30);
    const low = expected.slice(0, 11).reduce((sum, one) => sum + one, 0);
    const high = expected.slice(31).reduce((sum, one) => sum + one, 0);
    const counted = (test: (k: number) => boolean): number => perSecond.filter(test).length;
    expect(
      misfit(
        [counted((k) => k < 11), ...middle.map((k) => counted((one) => one === k)), counted((k) => k > 30)],
        [low, ...middle.map((k) => expected[k] ?? 0), high],
      ),
    ).toBeLessThan(1);
  });
  test('keep their rate where gaps are of the size of a microsecond', () => {
    const last = times({ kind: 'poisson', rate: { count: 2, per: 1 } }, draws, seeded('dense')).at(-1) ?? 0;
    expect(Math.abs(last / (draws / 2) - 1)).toBeLessThan(4.5 / Math.sqrt(draws));
  });
});

describe('bursty arrivals', () => {
  const kind: arrivals.Arrivals = {
    kind: 'bursty',
    rate: { count: 50, per: SECOND },
    burst: SECOND,
    pause: 3 * SECOND,
  };
  test('come while the source is on, and never in a pause', () => {
    for (const at of times(kind, 5_000)) expect(at % (4 * SECOND)).toBeLessThan(SECOND);
  });
  test('without a pause are Poisson arrivals', () => {
    const rate = { count: 20, per: SECOND };
    expect(times({ kind: 'bursty', rate, burst: 777, pause: 0 }, 500)).toEqual(
      times({ kind: 'poisson', rate }, 500),
    );
  });
});

test('what is no rate and no burst is refused', () => {
  const check = (kind: arrivals.Arrivals) => () => arrivals.checkArrivals(kind);
  for (const rate of [
    { count: 0, per: 1 },
    { count: 1.5, per: 1 },
    { count: 1, per: 0 },
    { count: 2 ** 30, per: 2 ** 30 },
  ])
    expect(check({ kind: 'poisson', rate })).toThrow(AssertionFailure);
  expect(check({ kind: 'bursty', rate: threeASecond, burst: 0, pause: 0 })).toThrow(AssertionFailure);
  expect(check({ kind: 'bursty', rate: threeASecond, burst: 2, pause: -1 })).toThrow(AssertionFailure);
  expect(check({ kind: 'bursty', rate: threeASecond, burst: 2, pause: 0 })).not.toThrow();
});
