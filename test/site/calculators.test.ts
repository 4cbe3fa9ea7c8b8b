import { describe, expect, it } from 'vitest';
import {
  answerOf,
  csvOf,
  defaultsOf,
  queryOf,
  readField,
  valuesFrom,
  type Calculator,
} from '#lib/calculators/calculator.ts';
import { calculatorNamed, calculators, GROUPS } from '#lib/calculators/calculators.ts';
import { bytesText, numberText, partText, timeText } from '#lib/calculators/quantity-text.ts';
import { answersTo, handlerRows, toCsv } from '#lib/calculators/queue-answers.ts';
import { DEFAULTS, fromQuery, readInput, sliderMost, toQuery } from '#lib/calculators/queue-inputs.ts';
import { FRAME, roundScale, tailChart, waitChart, xOfLoad, yOf } from '#lib/calculators/wait-chart.ts';

/** Every `x y` of a path. */
const pointsOf = (path: string): [number, number][] =>
  path
    .slice(1)
    .split('L')
    .map((one) => one.split(' ').map(Number) as [number, number]);

describe('queue model calculator', () => {
  it('[SITE-CALC-1] a link holds the inputs, and what it cannot mean is the default', () => {
    const inputs = { lambda: 12.5, mu: 3, handlers: 7 };
    expect(fromQuery(`?${toQuery(inputs)}`)).toEqual(inputs);
    expect(fromQuery('?lambda=-1&mu=fast&handlers=2.5&other=1')).toEqual(DEFAULTS);
    expect(fromQuery('')).toEqual(DEFAULTS);
    expect([readInput('handlers', '100000'), readInput('handlers', '100001'), readInput('mu', '')]).toEqual([
      100_000,
      null,
      null,
    ]);
    for (const held of [
      DEFAULTS,
      { lambda: 5e8, mu: 1e-3, handlers: 99_999 },
      { lambda: 0, mu: 1, handlers: 1 },
    ]) {
      for (const name of ['lambda', 'mu', 'handlers'] as const) {
        expect(sliderMost(name, held)).toBeGreaterThanOrEqual(held[name]);
      }
    }
  });

  it('[SITE-CALC-2] rows: what the sources print, one queue, a partition each', () => {
    const { rows, sourcesFail, rho } = answersTo(DEFAULTS);
    expect(rows[0]).toEqual({
      name: 'mean wait',
      sources: '2.046 ms',
      shared: '2.046 ms',
      partitioned: '40 ms',
    });
    expect(rows.find(({ name }) => name.startsWith('99'))).toMatchObject({
      sources: 'not said',
      shared: '18.56 ms',
    });
    expect([sourcesFail, rho]).toEqual([null, 0.8]);
    const many = answersTo({ lambda: 190, mu: 1, handlers: 200 });
    expect(many.sourcesFail).toMatch(/overflow/);
    expect(many.rows[0]?.sources).toBe('no answer');
  });

  it('[SITE-CALC-3] beyond capacity every cell says how fast the queue grows', () => {
    const { rows, sourcesFail } = answersTo({ lambda: 1020, mu: 100, handlers: 10 });
    for (const { shared, partitioned } of rows)
      expect([shared, partitioned]).toEqual(['grows by 20/s', 'grows by 20/s']);
    expect(sourcesFail).toMatch(/not by how much/);
    const [fewer, now, next] = handlerRows({ lambda: 1020, mu: 100, handlers: 10 });
    expect([fewer?.Wq, now?.Wq, next?.saves]).toEqual(['grows by 120/s', 'grows by 20/s', 'settles at all']);
  });

  it('[SITE-CALC-4] the curve stays in the frame, rises to the right, and the present point lies on it', () => {
    for (const inputs of [
      DEFAULTS,
      { lambda: 3, mu: 4, handlers: 1 },
      { lambda: 980, mu: 1, handlers: 1000 },
      { lambda: 99_990, mu: 1, handlers: 100_000 },
    ]) {
      const { shared } = answersTo(inputs);
      const present = 'Wq' in shared ? shared.Wq : null;
      const chart = waitChart(inputs, present);
      for (const path of [chart.shared, chart.partitioned]) {
        const points = pointsOf(path);
        points.forEach(([x, y], i) => {
          expect(x >= FRAME.left && x <= FRAME.right && y >= FRAME.top && y <= FRAME.bottom).toBe(true);
          expect(y).toBeLessThanOrEqual((points[i - 1]?.[1] ?? FRAME.bottom) + 0.1);
        });
      }
      // At 99.99 % the curve is one upright line.
      if (inputs.handlers > 1000) continue;
      const x = xOfLoad(inputs.lambda / inputs.mu / inputs.handlers);
      const points = pointsOf(chart.shared);
      const after = points.findIndex((one) => one[0] >= x);
      const y = yOf(present ?? NaN, chart.scale.most);
      expect(y).toBeLessThanOrEqual((points[after - 1]?.[1] ?? NaN) + 0.2);
      expect(y).toBeGreaterThanOrEqual((points[after]?.[1] ?? NaN) - 0.2);
    }
  });

  it('[SITE-CALC-5] scales have round steps and hold what they must', () => {
    for (const most of [1e-7, 0.0034, 0.9, 1, 7, 12.3, 99, 1e6]) {
      const scale = roundScale(most, 0, 100);
      expect(scale.most).toBeGreaterThanOrEqual(most * (1 - 1e-9));
      expect(scale.ticks.length).toBeGreaterThanOrEqual(4);
      expect(scale.ticks.length).toBeLessThanOrEqual(9);
      expect(scale.ticks.at(-1)?.at).toBe(100);
    }
    const chart = tailChart(10);
    const points = pointsOf(chart.line((t) => Math.exp(-t)));
    expect(points[0]).toEqual([FRAME.left, FRAME.top]);
    expect(points).toHaveLength(121);
  });

  it('[SITE-CALC-6] CSV has full digits in seconds; texts have four and a unit', () => {
    const csv = toCsv(DEFAULTS);
    expect(csv.split('\n')[0]).toBe('quantity,value');
    expect(Number(/^shared_Wq_s,(.*)$/m.exec(csv)?.[1])).toBeCloseTo(0.00204590075398, 14);
    expect(toCsv({ lambda: 20, mu: 1, handlers: 10 })).toContain('shared_growth_per_s,10');
    expect([0, 2.5e-5, 0.0021, 1.5, 500, 90_000, 864_000].map(timeText)).toEqual([
      '0 s',
      '25 µs',
      '2.1 ms',
      '1.5 s',
      '8.333 min',
      '25 h',
      '10 d',
    ]);
    expect([partText(0.5), partText(0.99999), numberText(1.63672)]).toEqual(['50 %', '99.999 %', '1.637']);
  });
});

function rowsOf(
  id: string,
  changed: Record<string, number | string | boolean> = {},
): Record<string, [string | null, string]> {
  const calculator = calculatorNamed(id);
  if (calculator === null) throw new Error(`no calculator ${id}`);
  const answer = answerOf(calculator, { ...defaultsOf(calculator), ...changed });
  if (!('rows' in answer)) throw new Error(answer.problems.join(' '));
  return Object.fromEntries(answer.rows.map(({ name, sources, right }) => [name, [sources, right]]));
}

describe('all calculators', () => {
  it('[SITE-CALC-7] fifteen beside the queue model, each with an address of its own, a group and an answer', () => {
    expect(calculators).toHaveLength(15);
    expect(new Set(calculators.map(({ id }) => id)).size).toBe(15);
    for (const one of calculators) {
      expect(GROUPS).toContain(one.group);
      expect(one.id).toMatch(/^[a-z-]+$/);
      const answer = answerOf(one, defaultsOf(one));
      expect('rows' in answer && answer.rows.length).toBeGreaterThan(0);
      expect(JSON.stringify(answer)).not.toMatch(/NaN|undefined|Infinity/);
      if ('rows' in answer) expect(csvOf(defaultsOf(one), answer).split('\n').length).toBeGreaterThan(3);
    }
    expect(calculatorNamed('nothing')).toBeNull();
  });

  it('[SITE-CALC-8] links hold every value; what is no value is the default', () => {
    for (const one of calculators) {
      const values = defaultsOf(one);
      expect(valuesFrom(one, `?${queryOf(values)}`)).toEqual(values);
      const wrong = one.fields.map(({ key }) => `${key}=${encodeURIComponent('☃')}`).join('&');
      expect(valuesFrom(one, wrong)).toEqual(values);
      for (const field of one.fields) expect(readField(field, String(field.value))).toBe(field.value);
    }
  });

  it('[SITE-CALC-9] whatever is typed is answered or refused with a sentence, never thrown', () => {
    const tries = [0, -1, 1e-9, 0.5, 1, 1.5, 1e12];
    for (const one of calculators) {
      for (const { key, kind } of one.fields) {
        for (const value of kind === 'number' ? tries : []) {
          const answer = answerOf(one, { ...defaultsOf(one), [key]: value });
          if ('problems' in answer) for (const problem of answer.problems) expect(problem).toMatch(/\.$/);
          else expect(JSON.stringify(answer)).not.toMatch(/NaN|undefined/);
        }
      }
    }
    const broken: Calculator = {
      ...(calculators[0] as Calculator),
      answer: (asked) => ({ rows: [], notes: [`${asked.on('no')}`] }),
    };
    expect(() => answerOf(broken, {})).toThrow(/no field/);
  });

  it('[SITE-CALC-10] the vectors stand in the tables', () => {
    expect(rowsOf('handler-allocation')['handlers']).toEqual(['1, 1, 1', '11, 5, 4']);
    expect(rowsOf('partition-count')['partitions']?.[1]).toBe('320');
    expect(rowsOf('retention')['on all disks']?.[1]).toBe('5.25 PB');
    expect(rowsOf('outbox-relay')['carries at most']).toEqual(['100/s', '66.67/s']);
    expect(rowsOf('scale')['a second']?.[1]).toBe('11570');
    expect(rowsOf('edge-buffer')['full after']?.[1]).toBe('20 s');
    expect(rowsOf('staleness')['still stale']?.[1]).toBe('3.57 %');
    expect(rowsOf('economics')['net present value']?.[1]).toBe('981478');
    expect(rowsOf('economics')['paid back after']).toEqual(['4.644 months', '16.34 months']);
    expect(rowsOf('guarantee')['consumer crash']?.[1]).toBe('at least once (1 or 2 effects)');
    expect(rowsOf('saga')['left standing after a failure']).toEqual(['charge', 'nothing']);
    expect(rowsOf('backoff', { outage: 3 })['this outage']?.[0]).toBe('survives');
    expect(Object.keys(rowsOf('patterns', { consumers: 0, dualWrite: false }))).toEqual(['no events at all']);
    const chooser = calculatorNamed('patterns');
    const answer = chooser === null ? null : answerOf(chooser, defaultsOf(chooser));
    expect(answer !== null && 'rows' in answer && answer.listing?.rows.length).toBe(32);
    expect([bytesText(0), bytesText(999), bytesText(5.25e15)]).toEqual(['0 B', '999 B', '5.25 PB']);
  });
});
