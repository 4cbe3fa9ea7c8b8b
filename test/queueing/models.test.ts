/** Each model by name: what it says of loads it cannot carry, and of input that cannot be. */
import { describe, expect, it } from 'vitest';
import { allocate, costOf, OBJECTIVES, searchAllocations } from '#queueing/allocation.ts';
import { ggc } from '#queueing/ggc.ts';
import { ImpossibleInput } from '#queueing/impossible-input.ts';
import { jackson, tandem } from '#queueing/jackson.ts';
import { deterministicWait, deterministicWaitPercentile } from '#queueing/md1.ts';
import { closedForm, MODEL_NAMES } from '#queueing/models.ts';
import { ImpossibleInputs } from '#queueing/parameters.ts';
import { nonPreemptive } from '#queueing/priority.ts';
import { staffForWaiting } from '#queueing/staffing.ts';
import { isUnstable, unstableSentence } from '#queueing/steady.ts';
import { recordingFiles } from '../conformance/recording-files.ts';
import { relative } from './relative.ts';

const overloaded: Readonly<Record<string, object>> = {
  mm1: { lambda_: 3, mu: 2 },
  mmc: { lambda_: 5, mu: 1, c: 4 },
  mg1: { lambda_: 2, service: { kind: 'erlang', k: 3, mean: 1 } },
  md1: { lambda_: 2, d: 1 },
  mdc: { lambda_: 5, d: 1, c: 4 },
  ggc: { lambda_: 5, mu: 1, c: 4, ca2: 1, cs2: 1 },
  priority_nonpreemptive: {
    classes: [
      { lambda_: 1, mu: 2 },
      { lambda_: 2, mu: 2 },
    ],
  },
  priority_preemptive_resume: {
    classes: [
      { lambda_: 1, mu: 2 },
      { lambda_: 2, mu: 2 },
    ],
  },
  jackson: {
    gamma: [2, 0],
    mu: [1, 5],
    c: [1, 1],
    P: [
      [0, 1],
      [0, 0],
    ],
  },
  tandem: {
    lambda_: 2,
    stages: [
      { mu: 1, c: 1 },
      { mu: 3, c: 1 },
    ],
  },
  mm1_bernoulli_feedback: { lambda_: 1, mu: 1.5, q: 0.5 },
  mm1_immediate_retries_max: { lambda_: 1, mu: 1.5, q: 0.5, maxRetries: 5 },
  mm1_retrial_classical: { lambda_: 2, mu: 1, theta: 3 },
  mm1_multiple_vacations: { lambda_: 2, mu: 1, vacation: { kind: 'exp', mean: 1 } },
  mxm1_batch: { lambda_: 1, mu: 2, batch: { kind: 'geometric', p: 0.25 } },
  mm1_busy_period: { lambda_: 2, mu: 1, t: 1 },
};

describe('models by name', () => {
  it('[QUEUE-MODEL-1] every topic of the reference values has its model', () => {
    const [file] = recordingFiles('queueing');
    const oracle = JSON.parse(file?.text ?? '{}') as { cases: Record<string, unknown> };
    expect(Object.keys(oracle.cases).filter((name) => !MODEL_NAMES.includes(name))).toEqual([]);
    expect(closedForm('mm9', {})).toBe('not-modelled');
  });

  it.each(Object.entries(overloaded))(
    '[QUEUE-MODEL-2] %s beyond its capacity is unstable, with a growth rate and no means',
    (name, params) => {
      const answer = closedForm(name, { ...params });
      expect(answer).toMatchObject({ unstable: true });
      if (answer === 'not-modelled') return;
      expect(Number(answer['growthRate'])).toBeGreaterThan(0);
      expect(Object.keys(answer).filter((key) => /^[LW]/.test(key))).toEqual([]);
    },
  );

  it('[QUEUE-MODEL-3] the growth rate is told in a sentence', () => {
    const sentence = (rate: number): string =>
      unstableSentence({ unstable: true, rho: 1.2, growthRate: rate }, 'second');
    expect(sentence(20)).toBe('Unstable: the queue grows by 20 a second.');
    expect(sentence(0)).toMatch(/never settles/);
  });

  it.each([
    ['mm1', { lambda_: -1, mu: 1 }, '/lambda_'],
    ['mm1', { lambda_: 1, mu: 0 }, '/mu'],
    ['mm1', { lambda_: NaN, mu: 1 }, '/lambda_'],
    ['mm1', { lambda_: 1e-200, mu: 1 }, '/lambda_'],
    ['mmc', { lambda_: 1, mu: 1, c: 1.5 }, '/c'],
    ['mmc', { lambda_: 1, mu: 1, c: 1e9 }, '/c'],
    ['mmck', { lambda_: 1, mu: 1, c: 3, K: 2 }, '/capacity'],
    ['mm1_bernoulli_feedback', { lambda_: 1, mu: 1, q: 1 }, '/q'],
    ['mg1', { lambda_: 1, service: { kind: 'normal', mean: 1 } }, '/service/kind'],
    ['mg1', { lambda_: 1, service: { kind: 'det', d: -1 } }, '/service/d'],
    ['mxm1_batch', { lambda_: 1, mu: 1, batch: { kind: 'geometric', p: 2 } }, '/p'],
    ['priority_nonpreemptive', { classes: [], c: 1 }, '/classes'],
    [
      'priority_nonpreemptive',
      {
        classes: [
          { lambda_: 1, mu: 1 },
          { lambda_: 1, mu: 2 },
        ],
        c: 3,
      },
      '/classes/1/mu',
    ],
    ['jackson', { gamma: [0], mu: [1], c: [1], P: [[0]] }, '/gamma'],
    ['jackson', { gamma: [1], mu: [1], c: [1], P: [[1]] }, '/P'],
    [
      'jackson',
      {
        gamma: [1, 1],
        mu: [1, 1],
        c: [1, 1],
        P: [
          [0.6, 0.6],
          [0, 0],
        ],
      },
      '/P/0',
    ],
    [
      'jackson',
      {
        gamma: [1, 1],
        mu: [1],
        c: [1, 1],
        P: [
          [0, 0],
          [0, 0],
        ],
      },
      '/mu',
    ],
    ['allocation', { services: [{ lambda_: 1, mu: 1 }], N: 3, objective: 'cost' }, '/objective'],
    ['mm1_busy_period', { lambda_: 1, mu: 2, t: 1e9 }, '/t'],
    ['staffing_pwait', { a: 5, target: 0 }, '/target'],
  ] as const)('[QUEUE-MODEL-4] %s %j is an error with a sentence and its place', (name, params, pointer) => {
    try {
      closedForm(name, params);
      expect.unreachable();
    } catch (error) {
      const first = error instanceof ImpossibleInputs ? error.problems[0] : error;
      expect(first).toBeInstanceOf(ImpossibleInput);
      if (!(first instanceof ImpossibleInput)) return;
      expect(first.pointer).toBe(pointer);
      expect(first.message).toMatch(/^.*[a-z].*\.$/);
    }
  });

  it('[QUEUE-MODEL-5] greedy allocation is as good as trying every division', () => {
    const services = [
      { lambda: 60, mu: 10, weight: 2 },
      { lambda: 80, mu: 50, weight: 1 },
      { lambda: 300, mu: 200, weight: 7 },
      { lambda: 0, mu: 3, weight: 1 },
    ];
    for (const objective of OBJECTIVES) {
      for (let N = 10; N < 24; N += 1) {
        const greedy = allocate(services, N, objective);
        const best = searchAllocations(services, N, objective);
        if (!greedy.feasible || best === null) {
          expect([greedy.feasible, best]).toEqual([false, null]);
          continue;
        }
        expect(greedy.handlers.reduce((sum, c) => sum + c, 0)).toBe(N);
        expect(relative(greedy.objective, best.objective)).toBeLessThan(1e-12);
        expect(costOf(services, greedy.handlers, objective)).toBe(greedy.objective);
      }
    }
    expect(allocate(services, 5, 'sum_W')).toMatchObject({ feasible: false, minimumHandlers: 12 });
    expect(() => searchAllocations(services, 5000, 'sum_W')).toThrow(/divisions/);
  });

  it('[QUEUE-MODEL-6] M/D/1 percentiles join where the formula hands over to the exponential tail', () => {
    for (const rho of [0.5, 0.9, 0.97]) {
      const wait = deterministicWait(rho, 1);
      const at = (services: number): number => wait.weight * Math.exp(-wait.decay * services);
      const tails = [30, 57.9, 58.1, 80].map(at);
      for (const [i, tail] of tails.entries()) {
        if (tail < 1e-9) continue;
        const wanted = [30, 57.9, 58.1, 80][i] ?? NaN;
        expect(relative(deterministicWaitPercentile(wait, tail), wanted)).toBeLessThan(1e-7);
      }
    }
  });

  it('[QUEUE-MODEL-7] no variability, no wait; one server more for the rule that is short', () => {
    const still = ggc({ lambda: 1, mu: 2, servers: 1, ca2: 0, cs2: 0 });
    if (isUnstable(still)) return expect.unreachable();
    expect(still.allenCunneenWq.mantissa).toBe(0);
    expect(still.klbWq.mantissa).toBe(0);
    const short = [0.05, 0.2, 0.5].flatMap((target) =>
      Array.from({ length: 400 }, (_, a) => staffForWaiting(a + 1, target)).filter(
        (one) => one.cSquareRoot < one.c,
      ),
    );
    expect(short.length).toBeGreaterThan(0);
    for (const one of short) expect(one.c - one.cSquareRoot).toBe(1);
  });

  it('[QUEUE-MODEL-8] an overloaded network names its stations, and priorities the classes that still get through', () => {
    const net = jackson({
      gamma: [2, 0],
      mu: [5, 1],
      servers: [1, 1],
      routes: [
        [0, 1],
        [0, 0],
      ],
    });
    expect(net).toMatchObject({ unstable: true, overloaded: [1], growthRate: 1 });
    const line = tandem(2, [
      { mu: 3, servers: 1 },
      { mu: 1, servers: 1 },
    ]);
    expect(line).toMatchObject({ unstable: true, overloaded: [1] });
    const classes = [
      { lambda: 1, mu: 2 },
      { lambda: 2, mu: 2 },
    ];
    expect(nonPreemptive(classes, 1)).toMatchObject({ unstable: true, stableClasses: 1 });
  });
});
