import { describe, expect, it } from 'vitest';
import { readCaseFile } from '#conform/case-file.ts';
import { judgeKafka } from '#conform/kafka-judge.ts';
import { judgeValue } from '#conform/reference-values.ts';
import { readRecordings, replay, type Family, type Models } from '#conform/runner.ts';
import { isObject, type JsonObject } from '#conform/recorded-json.ts';
import { recordingFiles } from './recording-files.ts';

/** A broker of nothing: `count` answers how often it was asked, others are unknown to it. */
const counting: Family = {
  begin: (topic, given) => {
    if (given['broken'] === true) throw new Error('no such world');
    let asked = Number(given['start'] ?? 0);
    return {
      do: (step) => {
        if (step['verb'] === 'throw') throw new Error(`${topic} is down`);
        if (step['verb'] !== 'count') return 'not-modelled';
        asked += 1;
        return { asked };
      },
    };
  },
  judge: judgeKafka,
};
const models: Models = {
  families: new Map([['kafka', counting]]),
  closedForm: (model, params) => (model === 'double' ? { y: Number(params['x']) * 2 } : 'not-modelled'),
};

const step = (verb: string, expected: object): object => ({ do: { verb }, expect: expected });
const kafka = (cases: object[], given: object = {}): { name: string; text: string } => ({
  name: 'a.json',
  text: JSON.stringify({ topic: 't', given, cases }),
});

describe('case runner', () => {
  it("[CONFORM-13] a case passes where every step answers as expected, with the file's and its own given", () => {
    const file = kafka(
      [
        { id: 'one', given: { start: 4 }, steps: [step('count', { asked: 5 }), step('count', { asked: 6 })] },
        { id: 'two', given: {}, steps: [step('count', { asked: 2 })] },
      ],
      { start: 1 },
    );
    expect(replay(readRecordings([file]), models)).toEqual([
      { file: 'a.json', topic: 't', id: 'one', outcome: 'passed' },
      { file: 'a.json', topic: 't', id: 'two', outcome: 'passed' },
    ]);
  });

  it('[CONFORM-14] the first step that differs fails the case and is named', () => {
    const file = kafka([
      { id: 'one', steps: [step('count', { asked: 1 }), step('count', { asked: 7 }), step('x', {})] },
    ]);
    expect(replay(readRecordings([file]), models)).toEqual([
      {
        file: 'a.json',
        topic: 't',
        id: 'one',
        outcome: 'failed',
        step: 2,
        verb: 'count',
        differences: [{ path: 'asked', expected: 7, got: 2 }],
      },
    ]);
  });

  it('[CONFORM-15] what is not modelled is neither passed nor failed; a model that throws has failed', () => {
    const file = kafka([
      { id: 'unknown-verb', steps: [step('count', { asked: 1 }), step('other', {})] },
      { id: 'throws', steps: [step('throw', {})] },
      { id: 'throws-at-once', given: { broken: true }, steps: [step('count', {})] },
    ]);
    const single = {
      id: 'x/1',
      broker: 'x',
      topic: 'y',
      setup: [],
      steps: [{ do: { op: 'z' }, expect: {} }],
    };
    const other = { name: 'b.json', text: JSON.stringify(single) };
    const outcomes = replay(readRecordings([file, other]), models);
    expect(outcomes.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['unknown-verb', 'not-modelled'],
      ['throws', 'failed'],
      ['throws-at-once', 'failed'],
      ['x/1', 'not-modelled'],
    ]);
    expect(outcomes[1]?.differences?.[0]?.got).toBe('threw t is down');
  });

  it('[CONFORM-16] files that are no recordings are named, broken ones are problems with a place', () => {
    const texts = ['{"facts": []}', '[1]', '{', '{"topic": "t", "cases": [{"id": 1, "steps": [{"do": 5}]}]}'];
    const read = readRecordings(texts.map((text, i) => ({ name: `${i}.json`, text })));
    expect(read.others).toEqual(['0.json', '1.json']);
    expect(read.problems.map(({ file, pointer }) => file + pointer)).toEqual([
      '2.json',
      '3.json/cases/0/id',
      '3.json/cases/0/steps/0',
    ]);
    expect(readCaseFile(`${'['.repeat(50_000)}${']'.repeat(50_000)}`).kind).toBe('bad');
    expect(readCaseFile('{"cases": {"a/b": 5, "c": [{}]}}')).toMatchObject({
      problems: [{ pointer: '/cases/a~1b' }, { pointer: '/cases/c/0' }],
    });
  });
});

describe('reference values', () => {
  const values = recordingFiles('queueing').flatMap(({ text }) => {
    const file = readCaseFile(text);
    return file.kind === 'values' ? file.values : [];
  });

  it('[CONFORM-17] are replayed where there is a closed form, within rtol', () => {
    const text = (expected: number): string =>
      JSON.stringify({
        cases: {
          double: [{ id: 'd-1', params: { x: 1.5 }, expected: { y: expected }, rtol: 1e-9 }],
          triple: [{ id: 't-1', params: { x: 1.5 }, expected: { y: 4.5 }, rtol: 1e-9 }],
        },
      });
    const outcomes = (expected: number): string[] =>
      replay(readRecordings([{ name: 'q.json', text: text(expected) }]), models).map(
        ({ outcome }) => outcome,
      );
    expect(outcomes(3 + 1e-9)).toEqual(['passed', 'not-modelled']);
    expect(outcomes(3 + 1e-8)).toEqual(['failed', 'not-modelled']);
  });

  it('[CONFORM-18] match themselves, and no longer with any claim changed', () => {
    expect(values.length).toBeGreaterThan(150);
    const information = [
      'runnerUp',
      'relGapToRunnerUp',
      'searched',
      'optimaCount',
      'greedyIsOptimal',
      'allOptimal',
    ];
    let tried = 0;
    for (const value of values) {
      expect(judgeValue(value, value.expected)).toEqual([]);
      for (const [key, held] of Object.entries(value.expected)) {
        if (information.includes(key)) continue;
        for (const mutant of mutantsOf(held, value.rtol)) {
          tried += 1;
          const found = judgeValue(value, { ...value.expected, [key]: mutant });
          expect(
            found.map(({ path }) => path),
            `${value.id} ${key}`,
          ).toEqual([key]);
        }
      }
    }
    expect(tried).toBeGreaterThan(500);
  });

  it('[CONFORM-19] an unstable system has no means, and any optimum is right', () => {
    const one = { id: 'x', model: 'm', params: {}, rtol: 1e-12 };
    const unstable = { ...one, expected: { unstable: true } };
    expect(judgeValue(unstable, { unstable: true, rho: 1.2, Wq: null })).toEqual([]);
    expect(judgeValue(unstable, { unstable: true, Wq: 5 })).toHaveLength(1);
    const best = {
      ...one,
      expected: {
        optimal: [1, 2],
        allOptimal: [
          [1, 2],
          [2, 1],
        ],
      },
    };
    expect(judgeValue(best, { optimal: [2, 1] })).toEqual([]);
    expect(judgeValue(best, { optimal: [3, 0] })).toHaveLength(1);
  });
});

function mutantsOf(held: unknown, rtol: number): unknown[] {
  if (typeof held === 'number') return [held === 0 ? 1e-300 : held * (1 + 3 * rtol), held + 1];
  if (typeof held === 'boolean') return [!held];
  if (held === null) return [0];
  if (Array.isArray(held)) {
    const list = held as unknown[];
    return list.flatMap((one, i) => mutantsOf(one, rtol).map((mutant) => list.with(i, mutant)));
  }
  return isObject(held) ? mutantsOfObject(held, rtol) : [`${String(held)}?`];
}

function mutantsOfObject(held: JsonObject, rtol: number): unknown[] {
  return Object.entries(held).flatMap(([key, one]) =>
    mutantsOf(one, rtol).map((mutant) => ({ ...held, [key]: mutant })),
  );
}
