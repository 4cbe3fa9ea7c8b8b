import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AssertionFailure } from '#sim/base/assert.ts';
import { avalanche, hashName, hashNameAgain } from '#sim/kernel/name-hash.ts';
import * as random from '#sim/kernel/random.ts';
import { threefry } from '#sim/kernel/threefry.ts';
import { nextUint32 } from '#sim/kernel/xoshiro.ts';
import { chiSquareLimit, draws, misfit } from './statistics.ts';

function take(source: random.Source, count: number): number[] {
  return Array.from({ length: count }, () => source.next());
}

/** The first words of a stream in a table of its own. */
function stream(seed: number, name: string, count: number): number[] {
  const table = random.createStreamTable(seed);
  return take(random.sequentialSource(table, random.streamRow(table, name)), count);
}

function stateless(
  seed: number,
  name: string,
  owner: number,
  n: number,
  attempt: number,
  count: number,
): number[] {
  const table = random.createStreamTable(seed);
  return take(random.drawSource(seed, table, random.streamRow(table, name), owner, n, attempt), count);
}

type Four = [number, number, number, number];

describe('published answers', () => {
  // Random123's tests/kat_vectors, lines "threefry4x32 13": counter, key, result.
  test.each([
    [
      [0, 0, 0, 0],
      [0, 0, 0, 0],
      [0x531c7e4f, 0x39491ee5, 0x2c855a92, 0x3d6abf9a],
    ],
    [
      [-1, -1, -1, -1],
      [-1, -1, -1, -1],
      [0xc4189358, 0x1c9cc83a, 0xd5881c67, 0x6a0a89e0],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0, 0x082efa98, 0xec4e6c89],
      [0x4aa71d8f, 0x734738c2, 0x431fc6a8, 0xae6debf1],
    ],
  ] as [Four, Four, Four][])('threefry %j under %j', (counter, key, words) => {
    const out = new Int32Array(4);
    threefry(out, ...key, ...counter);
    expect(Array.from(out, (word) => word >>> 0)).toEqual(words);
  });

  // The first words from state 1, 2, 3, 4, as the authors' C gives them and rand_xoshiro's test holds them.
  test('xoshiro128** from state 1, 2, 3, 4', () => {
    const state = Int32Array.from([9, 1, 2, 3, 4, 9]);
    const words = Array.from({ length: 10 }, () => nextUint32(state, 1));
    expect(words).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
    expect([state[0], state[5]]).toEqual([9, 9]);
  });
});

describe('golden sequences', () => {
  test('a sequential stream', () => {
    expect(stream(7, 'link:checkout→kafka-1:latency', 8)).toEqual([
      53705478, 2121307430, 2315881735, 1781013599, 3732381488, 3269394019, 2499612867, 1259233970,
    ]);
  });
  test('a stateless draw', () => {
    expect(stateless(7, 'cards.charge:latency', hashName('payment'), 17, 1, 8)).toEqual([
      427972268, 2547609829, 2322227698, 3898842157, 2520816497, 4067477634, 4005211891, 3010006436,
    ]);
  });
  test('hashes of names', () => {
    expect(
      ['', 'a', 'orders', 'ordersa', 'größe', '注文'].map((name) => [hashName(name), hashNameAgain(name)]),
    ).toEqual([
      [0, 2462723854],
      [721651713, 737519042],
      [3573629028, 2852744807],
      [2139698803, 1177223617],
      [64680701, 4287964327],
      [482563707, 2358453981],
    ]);
  });
});

describe('sequential streams', () => {
  test('give the same words whatever other streams exist, in whatever order they were made and drawn', () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(names, fc.nat(), fc.array(fc.nat(), { maxLength: 100 }), (all, seed, others) => {
        const [name = ''] = all;
        const table = random.createStreamTable(seed);
        for (const other of others) {
          const row = random.streamRow(table, all[1 + (other % (all.length - 1))] ?? '');
          random.sequentialSource(table, row).next();
        }
        const row = random.streamRow(table, name);
        const words = others.slice(0, 8).map((other) => {
          random.sequentialSource(table, random.streamRow(table, `later than ${name} ${other}`)).next();
          return random.sequentialSource(table, row).next();
        });
        expect(words).toEqual(stream(seed, name, words.length));
      }),
      { seed: 11, numRuns: 300 },
    );
  });

  test('differ by name and by seed, also above 32 bits', () => {
    const firsts = [
      stream(7, 'a', 4),
      stream(7, 'b', 4),
      stream(8, 'a', 4),
      stream(7 + 2 ** 32, 'a', 4),
      stream(7, '', 4),
    ];
    expect(new Set(firsts.flat()).size).toBe(20);
  });

  test('go on from a copy as from the original, which does not move', () => {
    const table = random.createStreamTable(3);
    const row = random.streamRow(table, 'a');
    take(random.sequentialSource(table, row), 5);
    const copy = random.copyStreamTable(table);
    const clone = structuredClone(table);
    const straight = take(random.sequentialSource(table, row), 20);
    for (let i = 0; i < 100; i += 1) random.streamRow(table, `later-${i}`);
    expect(copy.rows.size).toBe(1);
    expect(take(random.sequentialSource(copy, row), 20)).toEqual(straight);
    expect(take(random.sequentialSource(clone, row), 20)).toEqual(straight);
  });

  test('keep their state when the table grows', () => {
    const table = random.createStreamTable(3);
    const row = random.streamRow(table, 'a');
    const before = take(random.sequentialSource(table, row), 3);
    for (let i = 0; i < 1000; i += 1) random.streamRow(table, `other-${i}`);
    expect([...before, ...take(random.sequentialSource(table, row), 3)]).toEqual(stream(3, 'a', 6));
    expect(random.streamRow(table, 'a')).toBe(row);
  });

  test('no two of many streams start alike', () => {
    const starts = new Set<string>();
    for (let seed = 0; seed < 20; seed += 1) {
      const table = random.createStreamTable(seed);
      for (let i = 0; i < 500; i += 1) random.streamRow(table, `service-${i}/work`);
      for (let row = 0; row < 500; row += 1) starts.add(table.state.slice(4 * row, 4 * row + 2).join());
    }
    expect(starts.size).toBe(10_000);
  });

  test('refuse what is no seed', () => {
    for (const seed of [-1, 0.5, NaN, 2 ** 53, Infinity])
      expect(() => random.createStreamTable(seed)).toThrow(AssertionFailure);
  });
});

describe('stateless draws', () => {
  test('are the same whatever was drawn before, and independent of sequential streams', () => {
    const table = random.createStreamTable(5);
    const work = random.streamRow(table, 'work');
    const other = random.streamRow(table, 'other');
    const before = Array.from(table.state);
    const first = take(random.drawSource(5, table, work, 1, 2, 3), 9);
    take(random.drawSource(5, table, other, 1, 2, 3), 3);
    expect(Array.from(table.state)).toEqual(before);
    take(random.sequentialSource(table, work), 100);
    expect(take(random.drawSource(5, table, work, 1, 2, 3), 9)).toEqual(first);
    expect(stateless(5, 'work', 1, 2, 3, 9)).toEqual(first);
  });

  test('change with every part of their address', () => {
    const rows = [
      stateless(5, 'work', 1, 2, 3, 4),
      stateless(6, 'work', 1, 2, 3, 4),
      stateless(5 + 2 ** 32, 'work', 1, 2, 3, 4),
      stateless(5, 'word', 1, 2, 3, 4),
      stateless(5, 'work', 2, 2, 3, 4),
      stateless(5, 'work', 2, 1, 3, 4),
      stateless(5, 'work', 1, 3, 3, 4),
      stateless(5, 'work', 1, 2, 4, 4),
      stateless(5, 'work', 1, 3, 2, 4),
    ];
    expect(new Set(rows.flat()).size).toBe(rows.length * 4);
  });

  test('refuse an item or attempt that is no unsigned 32-bit integer', () => {
    for (const bad of [-1, 0.5, 2 ** 32, NaN]) {
      expect(() => stateless(5, 'work', 1, bad, 0, 1)).toThrow(AssertionFailure);
      expect(() => stateless(5, 'work', 1, 0, bad, 1)).toThrow(AssertionFailure);
    }
  });

  test('flip every output bit with probability one half when one address bit flips', () => {
    const table = random.createStreamTable(9);
    const row = random.streamRow(table, 'work');
    const trials = 512;
    // Six standard errors: 2e-9 a cell, 6e-6 over the 3 * 32 * 32 cells.
    const limit = 6 * Math.sqrt(trials / 4);
    for (let part = 0; part < 3; part += 1) {
      for (let bit = 0; bit < 32; bit += 1) {
        const flips = new Array<number>(32).fill(0);
        for (let i = 0; i < trials; i += 1) {
          const at = [avalanche(i), i, avalanche(i + 99)] as [number, number, number];
          const plain = random.drawSource(9, table, row, ...at).next();
          at[part] = ((at[part] ?? 0) ^ (1 << bit)) >>> 0;
          const changed = random.drawSource(9, table, row, ...at).next() ^ plain;
          for (let out = 0; out < 32; out += 1) flips[out] = (flips[out] ?? 0) + ((changed >>> out) & 1);
        }
        for (const count of flips) expect(Math.abs(count - trials / 2)).toBeLessThan(limit);
      }
    }
  });
});

const table = random.createStreamTable(1);
const row = random.streamRow(table, 'statistics');
const at = (owner: number, n: number, attempt: number, index: number): number => {
  const source = random.drawSource(1, table, row, owner, n, attempt);
  for (let i = 0; i < index; i += 1) source.next();
  return source.next();
};

const sequences: readonly (readonly [string, (i: number) => number])[] = [
  ['a sequential stream', () => random.sequentialSource(table, row).next()],
  ['items of one owner', (i) => at(3, i, 0, 0)],
  ['attempts of one item', (i) => at(3, 7, i, 0)],
  ['owners of one item', (i) => at(i, 7, 0, 0)],
  ['the second word of items', (i) => at(3, i, 0, 1)],
  ['words of one attempt', (i) => at(3, 8, i >>> 6, i & 63)],
  [
    'first words of streams',
    (() => {
      const many = random.createStreamTable(1);
      return (i: number) => random.sequentialSource(many, random.streamRow(many, `s${i}`)).next();
    })(),
  ],
];

describe.each(sequences)('%s', (_name, word) => {
  const words: number[] = [];
  const all = (): number[] => {
    if (words.length === 0) {
      const count = Math.min(draws, 400_000);
      for (let i = 0; i < count; i += 1) words.push(word(i));
    }
    return words;
  };

  test('sets every bit half of the time', () => {
    const ones = new Array<number>(32).fill(0);
    for (const one of all())
      for (let bit = 0; bit < 32; bit += 1) ones[bit] = (ones[bit] ?? 0) + ((one >>> bit) & 1);
    const sum = ones.reduce((total, count) => total + (2 * count - all().length) ** 2 / all().length, 0);
    expect(sum).toBeLessThan(chiSquareLimit(32));
  });

  test.each([
    ['high', 24],
    ['middle', 12],
    ['low', 0],
  ])('spreads its %s bits evenly', (_part, shift) => {
    const counts = new Array<number>(256).fill(0);
    for (const one of all()) counts[(one >>> shift) & 255] = (counts[(one >>> shift) & 255] ?? 0) + 1;
    expect(misfit(counts, all().length / 256)).toBeLessThan(1);
  });

  test.each([
    ['high', 28],
    ['low', 0],
  ])('spreads the %s bits of neighbours evenly over pairs', (_part, shift) => {
    const counts = new Array<number>(256).fill(0);
    for (let i = 1; i < all().length; i += 1) {
      const pair = ((((all()[i - 1] ?? 0) >>> shift) & 15) << 4) | (((all()[i] ?? 0) >>> shift) & 15);
      counts[pair] = (counts[pair] ?? 0) + 1;
    }
    expect(misfit(counts, (all().length - 1) / 256)).toBeLessThan(1);
  });

  test('is uncorrelated with its neighbours', () => {
    const count = all().length;
    // Five lags at 1.7e-5 each.
    for (const lag of [1, 2, 3, 4, 8]) {
      let sum = 0;
      for (let i = lag; i < count; i += 1)
        sum += ((all()[i] ?? 0) / 2 ** 32 - 0.5) * ((all()[i - lag] ?? 0) / 2 ** 32 - 0.5);
      expect(Math.abs((sum * 12) / Math.sqrt(count - lag))).toBeLessThan(4.3);
    }
  });
});

describe('the statistics see a bad generator', () => {
  test('one value in 256 a quarter too frequent', () => {
    const counts = new Array<number>(256).fill(draws / 256);
    expect(misfit(counts, draws / 256)).toBe(0);
    const most = (draws / 256) * Math.sqrt(chiSquareLimit(255) / (draws / 256));
    counts[17] = draws / 256 + 1.1 * most;
    expect(misfit(counts, draws / 256)).toBeGreaterThan(1);
  });
  test('a multiplicative sequence: pairs of neighbours fall into few cells', () => {
    const counts = new Array<number>(256).fill(0);
    const top = (i: number): number => Math.imul(i, 0x9e3779b1) >>> 28;
    for (let i = 1; i < draws; i += 1) {
      const pair = (top(i - 1) << 4) | top(i);
      counts[pair] = (counts[pair] ?? 0) + 1;
    }
    expect(misfit(counts, (draws - 1) / 256)).toBeGreaterThan(100);
  });
});
