import { describe, expect, it } from 'vitest';
import { readCaseFile, type RecordedCase, type RecordedStep } from '#conform/case-file.ts';
import { judgeKafka } from '#conform/kafka-judge.ts';
import { differences, matches, type MatchRules } from '#conform/match.ts';
import { isObject, readRecordedJson, type JsonObject } from '#conform/recorded-json.ts';
import { recordingFiles } from './recording-files.ts';

const rules: MatchRules = {
  sets: new Set(['isr', 'assignment', 'completes']),
  whole: new Set(['assignment']),
};

describe('matching', () => {
  it('[CONFORM-1] compares objects on the fields that the expectation gives', () => {
    expect(matches({ a: 1, b: { c: 2 } }, { a: 1, b: { c: 2, d: 3 }, e: 4 })).toBe(true);
    expect(differences({ a: 1, b: { c: 2 } }, { a: 1, b: { c: 3 } })).toEqual([
      { path: 'b/c', expected: 2, got: 3 },
    ]);
    expect(matches({ a: {} }, { a: [] })).toBe(false);
    expect(matches({ a: {} }, {})).toBe(false);
    expect(matches({ toString: 'x' }, {})).toBe(false);
  });

  it('[CONFORM-2] null is none, and none is not empty', () => {
    expect(matches({ a: null }, {})).toBe(true);
    expect(matches({ a: null }, { a: null })).toBe(true);
    for (const got of [0, '', [], {}, false]) expect(matches({ a: null }, { a: got })).toBe(false);
    for (const expected of [0, '', [], {}, false]) expect(matches({ a: expected }, { a: null })).toBe(false);
  });

  it('[CONFORM-3] lists are ordered unless their field is a set', () => {
    expect(matches({ records: ['a', 'b'] }, { records: ['b', 'a'] }, rules)).toBe(false);
    expect(matches({ isr: [1, 2] }, { isr: [2, 1] }, rules)).toBe(true);
    for (const got of [[1], [1, 2, 3], [1, 1], [2, 3]])
      expect(matches({ isr: [1, 2] }, { isr: got }, rules)).toBe(false);
    expect(matches({ isr: [1, 1, 2] }, { isr: [1, 2, 2] }, rules)).toBe(false);
  });

  it('[CONFORM-4] a set of partial objects is paired up so that each finds its own', () => {
    const expected = { completes: [{ m: 'A' }, { m: 'A', n: 1 }] };
    expect(
      matches(
        expected,
        {
          completes: [
            { m: 'A', n: 1 },
            { m: 'A', n: 2 },
          ],
        },
        rules,
      ),
    ).toBe(true);
    expect(
      matches(
        expected,
        {
          completes: [
            { m: 'A', n: 3 },
            { m: 'A', n: 2 },
          ],
        },
        rules,
      ),
    ).toBe(false);
    // Within an element order counts again.
    expect(matches({ completes: [{ p: [1, 2] }] }, { completes: [{ p: [2, 1] }] }, rules)).toBe(false);
  });

  it('[CONFORM-5] an assignment by member is sets, and says all there is', () => {
    const expected = { assignment: { A: ['t-0', 't-1'] } };
    expect(matches(expected, { assignment: { A: ['t-1', 't-0'], B: [] } }, rules)).toBe(true);
    expect(matches(expected, { assignment: { A: ['t-1', 't-0'], B: ['t-2'] } }, rules)).toBe(false);
  });

  it('[CONFORM-6] oneOf lists alternatives', () => {
    expect(matches({ error: { oneOf: ['X', 'Y'] } }, { error: 'Y' })).toBe(true);
    expect(matches({ error: { oneOf: ['X', 'Y'] } }, { error: 'Z' })).toBe(false);
    expect(matches({ error: { oneOf: ['X', null] } }, {})).toBe(true);
  });

  it('[CONFORM-7] 9223372036854775807 is compared as a 64-bit integer', () => {
    const read = readRecordedJson(
      '{"default": 9223372036854775807, "text": "9223372036854775807", "x": 1.5e3}',
    );
    const value = 'value' in read ? read.value : null;
    expect(value).toEqual({ default: 9223372036854775807n, text: '9223372036854775807', x: 1500 });
    expect(matches(value, { default: 2n ** 63n - 1n, text: '9223372036854775807', x: 1500 })).toBe(true);
    expect(matches(value, { default: 2n ** 63n - 2n, text: '9223372036854775807', x: 1500 })).toBe(false);
    // The double nearest to it is no long any more: Java's cast gives the largest long.
    expect(matches({ a: 2n ** 63n - 1n }, { a: 2 ** 63 })).toBe(true);
    expect(matches({ a: 2n ** 63n - 2n }, { a: 2 ** 63 })).toBe(false);
    expect(matches({ a: 2n ** 62n + 1n }, { a: 2 ** 62 })).toBe(false);
    expect(matches({ a: 2n ** 63n - 1n }, { a: Infinity })).toBe(false);
  });

  it('[CONFORM-8] scalars of different types are different', () => {
    for (const [a, b] of [
      [1, '1'],
      [0, false],
      [1, true],
      ['', 0],
    ])
      expect(matches({ a }, { a: b })).toBe(false);
    expect(matches({ a: 0.6 }, { a: 0.1 + 0.5 })).toBe(true);
    expect(matches({ a: 0.6 }, { a: 0.600001 })).toBe(false);
  });
});

/** The answer of a model that does exactly what was recorded. */
function echo(expected: unknown): unknown {
  if (Array.isArray(expected)) return expected.map(echo);
  if (!isObject(expected)) return expected;
  if (Array.isArray(expected['oneOf'])) return echo(expected['oneOf'][0]);
  return Object.fromEntries(Object.entries(expected).map(([key, held]) => [key, echo(held)]));
}

function changed(leaf: unknown): unknown {
  if (typeof leaf === 'number') return leaf + 1;
  if (typeof leaf === 'bigint') return leaf + 1n;
  if (typeof leaf === 'boolean') return !leaf;
  return leaf === null ? 'something' : `${leaf as string}?`;
}

/** Every copy of `value` with one leaf changed, or one element of a list left out. `{oneOf}` is one leaf. */
function mutations(value: unknown): unknown[] {
  if (Array.isArray(value)) {
    const list = value as unknown[];
    return [
      ...list.flatMap((held, i) => mutations(held).map((mutant) => list.with(i, mutant))),
      ...list.map((_held, i) => list.toSpliced(i, 1)),
    ];
  }
  if (!isObject(value)) return [changed(value)];
  if (Array.isArray(value['oneOf'])) return ['neither'];
  return Object.entries(value).flatMap(([key, held]) =>
    mutations(held).map((mutant) => ({ ...value, [key]: mutant })),
  );
}

describe('the recordings can fail', () => {
  const steps = recordingFiles('kafka').flatMap(({ name, text }) => {
    const file = readCaseFile(text);
    if (file.kind !== 'cases') throw new Error(`${name} holds no cases`);
    return file.cases.flatMap((one) => one.steps.map((step) => ({ one, step })));
  });
  const judge = (one: RecordedCase, step: RecordedStep, expected: JsonObject): boolean => {
    const answer = echo(step.expect) as JsonObject;
    return judgeKafka(one, { do: step.do, expect: expected }, answer).length === 0;
  };
  // Where only properties are recorded there is no assignment to echo.
  const echoable = steps.filter(({ step }) => !('properties' in step.expect) || 'assignment' in step.expect);

  it('[CONFORM-9] what was recorded matches itself', () => {
    expect(echoable.length).toBeGreaterThan(1000);
    const strangers = echoable.filter(({ one, step }) => !judge(one, step, step.expect));
    expect(strangers.map(({ one }) => one.id)).toEqual([]);
  });

  it('[CONFORM-10] an expectation with any leaf changed matches no longer', () => {
    const survivors: string[] = [];
    let tried = 0;
    for (const { one, step } of echoable) {
      const { exact: _exact, ...claims } = step.expect;
      for (const mutant of mutations(claims)) {
        tried += 1;
        if (judge(one, step, mutant as JsonObject)) survivors.push(`${one.id}: ${JSON.stringify(mutant)}`);
      }
    }
    expect(survivors).toEqual([]);
    expect(tried).toBeGreaterThan(5000);
  });

  it('[CONFORM-11] properties of an assignment are computed from it', () => {
    const given = {
      topics: { t: 3 },
      members: [
        { id: 'A', topics: ['t'], owned: [['t', 0]], generation: 1 },
        { id: 'B', topics: ['t'] },
      ],
    };
    const one: RecordedCase = { id: 'x', family: 'kafka', topic: 'assignors', given, steps: [] };
    const properties = {
      everyPartitionAssignedOnce: true,
      sizes: [2, 1],
      kept: { A: 1 },
      nothingHandedOverInTheSameRebalance: true,
    };
    const step = { do: { verb: 'assign' }, expect: { properties } };
    const verdict = (assignment: object): string[] =>
      judgeKafka(one, step, { assignment }).map(({ path }) => path);
    expect(verdict({ A: ['t-0'], B: ['t-2', 't-1'] })).toEqual([]);
    expect(verdict({ A: ['t-1'], B: ['t-2', 't-0'] })).toEqual([
      'properties/kept/A',
      'properties/nothingHandedOverInTheSameRebalance',
    ]);
    expect(verdict({ A: ['t-0'], B: ['t-1'] })).toEqual([
      'properties/everyPartitionAssignedOnce',
      'properties/sizes',
    ]);
    expect(verdict({ A: ['t-0', 't-1', 't-2'] })).toEqual(['properties/sizes']);
    expect(
      judgeKafka(one, { do: step.do, expect: { exact: false, assignment: { A: ['t-9'] } } }, {}),
    ).toEqual([]);
  });

  it('[CONFORM-12] several partitions in one poll are in order within each', () => {
    const given = { records: { 't-0': ['a0', 'a1'], 't-1': ['b0', 'b1'] } };
    const one: RecordedCase = { id: 'x', family: 'kafka', topic: 'offsets', given, steps: [] };
    const step = { do: { verb: 'poll' }, expect: { records: ['a0', 'a1', 'b0', 'b1'] } };
    const fits = (records: string[]): boolean => judgeKafka(one, step, { records }).length === 0;
    expect(fits(['b0', 'a0', 'a1', 'b1'])).toBe(true);
    expect(fits(['a1', 'a0', 'b0', 'b1'])).toBe(false);
    expect(fits(['a0', 'a1', 'b0'])).toBe(false);
  });
});
