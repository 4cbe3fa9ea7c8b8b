/** A chain told in steps: what a person would number, without losing a record; and the sentence above it. */
import { describe, expect, test } from 'vitest';
import type { ReportedAnomaly, ReportedVerdict } from '#lib/scene/parts.ts';
import { chainSteps, stepAt } from '#lib/views/verdicts/chain-steps.ts';
import { headline } from '#lib/views/verdicts/headline.ts';
import { commandOf, reproductionText } from '#lib/views/verdicts/reproduction.ts';
import { verdictAt } from '#lib/views/check-words.ts';
import { assert } from '#sim/base/assert.ts';
import { finishedRun, type FinishedRun } from './panels-run.ts';

function anomalyOf(run: FinishedRun, check: string): { verdict: ReportedVerdict; anomaly: ReportedAnomaly } {
  const verdict = run.report.verdicts.find(({ id }) => id === check);
  const anomaly = verdict?.anomalies[0];
  assert(verdict !== undefined && anomaly !== undefined, `[TEST] ${check} has an anomaly`);
  return { verdict, anomaly };
}

const charged = finishedRun('effects/crash-after-charge');

test('a double charge is told in seven steps, each led by the record that it is about', () => {
  const { anomaly } = anomalyOf(charged, 'effect-once');
  const steps = chainSteps(charged.trace, anomaly.chain, charged.topology);
  expect(steps.map((step) => step.class)).toEqual([
    'publish',
    'deliver',
    'effect',
    'crash',
    'rebalance',
    'deliver',
    'effect',
  ]);
  expect(steps.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  const subject = anomaly.subject;
  expect(steps[0]?.fact).toBe(`checkout-1 publishes ${subject}`);
  expect(steps[3]?.fact).toMatch(/^payment-\d crashes$/);
  expect(steps[3]?.why).toMatch(/^F1, after payment\/charge/);
  expect(steps[5]?.fact).toMatch(new RegExp(`^payment-\\d is handed ${subject} again$`));
  expect(steps[6]?.fact).toMatch(/, again$/);
  expect(steps[6]?.seq).toBe(anomaly.first.seq);
});

test('the headline names the subject, what was taken and what was owed', () => {
  const { verdict, anomaly } = anomalyOf(charged, 'effect-once');
  const steps = chainSteps(charged.trace, anomaly.chain, charged.topology);
  const told = headline(verdict, anomaly, steps, charged.trace, charged.topology);
  expect(`${told.subject} ${told.rest}`).toBe(`${anomaly.subject} was charged twice.`);
  const [taken, owed] = [...told.sub.matchAll(/(\d+\.\d\d) (?:taken|owed)/g)].map(([, sum]) => Number(sum));
  assert(taken !== undefined && owed !== undefined, '[TEST] both sums are told');
  expect(owed).toBeGreaterThan(0);
  expect(Math.round(taken * 100)).toBe(2 * Math.round(owed * 100));
  expect(told.sub).toContain('crashed in between');
});

test('a commit before the effect, a failure that was passed over and a dual write are told as such', () => {
  const early = finishedRun('effects/commit-before-effect');
  const lost = anomalyOf(early, 'no-loss');
  const steps = chainSteps(early.trace, lost.anomaly.chain, early.topology);
  expect(steps.map((step) => step.class)).toEqual(['publish', 'deliver', 'commit', 'crash']);
  const told = headline(lost.verdict, lost.anomaly, steps, early.trace, early.topology);
  expect(told.rest).toBe('was lost.');
  expect(told.sub).toContain('The commit came before the work.');

  const failed = finishedRun('effects/failed-handler-polls-on');
  const passed = anomalyOf(failed, 'no-loss');
  const way = chainSteps(failed.trace, passed.anomaly.chain, failed.topology);
  expect(headline(passed.verdict, passed.anomaly, way, failed.trace, failed.topology).sub).toContain(
    'The program went on after the failure',
  );

  const dual = finishedRun('stores/dual-write');
  const silent = anomalyOf(dual, 'outbox');
  const saved = chainSteps(dual.trace, silent.anomaly.chain, dual.topology);
  expect(saved.map((step) => step.class)).toEqual(['effect', 'crash']);
  expect(headline(silent.verdict, silent.anomaly, saved, dual.trace, dual.topology).rest).toBe(
    'was saved and never announced.',
  );
});

describe.each([
  'effects/crash-after-charge',
  'effects/failed-handler-polls-on',
  'effects/lost-response',
  'groups/zombie-after-pause',
  'groups/slow-handler',
  'log/auto-commit',
  'log/poison-record',
  'stores/dual-write',
])('%s', (file) => {
  const run = finishedRun(file);
  const anomalies = run.report.verdicts.flatMap((one) => one.anomalies.slice(0, 5));

  test('every record of a chain is in exactly one step, in order, and no sentence has a hole', () => {
    expect(anomalies.length).toBeGreaterThan(0);
    for (const { chain } of anomalies) {
      const steps = chainSteps(run.trace, chain, run.topology);
      expect(steps.flatMap(({ records }) => records.map(({ seq }) => seq))).toEqual(chain);
      expect(steps.length).toBeLessThanOrEqual(12);
      for (const { fact, why } of steps)
        expect(`${fact}. ${why}`).not.toMatch(/undefined|NaN|null| {2}|^\s|\[object/);
    }
  });
});

test('the step at the playhead is the last whose record has happened', () => {
  const steps = chainSteps(charged.trace, anomalyOf(charged, 'effect-once').anomaly.chain, charged.topology);
  const third = steps[2];
  assert(third !== undefined, '[TEST] a third step');
  expect(stepAt(steps, 0)).toBe(-1);
  expect(stepAt(steps, third.seq)).toBe(1);
  expect(stepAt(steps, third.seq + 1)).toBe(2);
  expect(stepAt(steps, Infinity)).toBe(steps.length - 1);
});

test('a claim is broken from its first anomaly on, and kept only at the end', () => {
  const { verdict, anomaly } = anomalyOf(charged, 'effect-once');
  const end = charged.report.virtualTime;
  expect(verdictAt(verdict, anomaly.first.at - 1, end)).toBe('unknown');
  expect(verdictAt(verdict, anomaly.first.at, end)).toBe('invalid');
  const kept = charged.report.verdicts.find((one) => one.verdict === 'valid');
  assert(kept !== undefined, '[TEST] a valid claim');
  expect(verdictAt(kept, end - 1, end)).toBe('unknown');
  expect(verdictAt(kept, end, end)).toBe('valid');
});

test('a reproduction is a command that a shell takes, and the link where there is one', () => {
  expect(commandOf('crash-after-charge.json', 7)).toBe(
    'npm run -s spillway -- run crash-after-charge.json --seed 7',
  );
  expect(commandOf("my run's file.json", 1)).toContain(`'my run'\\''s file.json'`);
  const text = reproductionText({ fileName: 'a.json', seed: 3, sentence: 'x was lost.', link: null });
  expect(text.split('\n')).toEqual(['x was lost.', 'npm run -s spillway -- run a.json --seed 3']);
});
