import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { crashPointsOf } from '#sim/explore/crash-points.ts';
import { meaningOf, readSource, type JsonObject, type Source } from '#sim/explore/document.ts';
import { explore, planOf, type Explored, type Wishes } from '#sim/explore/explore.ts';
import { outcomeOf, troubles } from '#sim/explore/outcome.ts';
import { reductionsOf } from '#sim/explore/reductions.ts';
import { shrink } from '#sim/explore/shrink.ts';

function source(file: string): Source {
  const read = readSource(readFileSync(`scenarios/${file}.json`, 'utf8'));
  if (!read.ok) throw new Error(`${file}: ${read.problems[0]?.sentence ?? 'not a scenario'}`);
  return read.value;
}

function scenarioOf(document: JsonObject) {
  const scenario = meaningOf(document);
  if (!scenario.ok) throw new Error(scenario.problems[0]?.sentence ?? 'not a scenario');
  return scenario.value;
}

const wishes: Wishes = {
  seeds: 1,
  seed: null,
  crashPoints: false,
  keepFaults: false,
  back: '5s',
  shard: { part: 1, of: 1 },
};

function explored(file: string, change: Partial<Wishes>): Explored[] {
  return planOf(source(file), { ...wishes, ...change }).runs.map(explore);
}

/** Points at which a claim does not hold, as `process point`. */
function failing(runs: readonly Explored[], check: string): string[] {
  return runs
    .filter(({ outcome }) => troubles(outcome).some(({ id }) => id === check))
    .map(({ point }) => (point === null ? 'no crash' : `${point.process} ${point.name}`));
}

describe('every crash point', () => {
  it('[EXPLORE-1] are the boundaries of all steps of all processes that take any', () => {
    const { document } = source('effects/crash-after-charge');
    const { faults: _faults, ...calm } = document;
    const names = crashPointsOf(scenarioOf(calm)).map(({ process, name }) => `${process} ${name}`);
    const payment = ['charge', 'publish', 'settle'].flatMap((step) => [
      `payment/${step}#before`,
      `payment/${step}#after`,
    ]);
    expect(names).toEqual([
      'checkout-1 checkout/publish#before',
      'checkout-1 checkout/publish#after',
      ...payment.map((point) => `payment-1 ${point}`),
      ...payment.map((point) => `payment-2 ${point}`),
    ]);
  });

  it('[EXPLORE-2] between the charge and the commit, and nowhere else, a crash doubles the charge', () => {
    const runs = explored('effects/crash-after-charge', { crashPoints: true });
    const between = ['charge#after', 'publish#before', 'publish#after', 'settle#before'];
    expect(failing(runs, 'effect-once')).toEqual(
      ['payment-1', 'payment-2'].flatMap((process) => between.map((point) => `${process} payment/${point}`)),
    );
    expect(failing(runs, 'no-loss')).toEqual([]);
  });

  it('[EXPLORE-3] where the commit comes first, a crash before the charge loses it and none doubles it', () => {
    const runs = explored('effects/commit-before-effect', { crashPoints: true });
    expect(failing(runs, 'effect-once')).toEqual([]);
    const lost = failing(runs, 'no-loss');
    expect(lost.length).toBeGreaterThan(0);
    for (const point of lost) expect(point).toMatch(/settle#after|charge#before/);
  });

  it('[EXPLORE-4] of a dual write, only a crash between the two writes parts them', () => {
    const runs = explored('stores/dual-write', { crashPoints: true });
    expect(failing(runs, 'outbox')).toEqual([
      'checkout-1 checkout/save#after',
      'checkout-1 checkout/publish#before',
    ]);
  });

  it('[EXPLORE-5] each run is a file that comes to the same again', () => {
    const runs = explored('effects/crash-after-charge', { crashPoints: true });
    for (const { document, outcome } of runs.slice(0, 4)) {
      expect(outcomeOf(scenarioOf(document))).toEqual(outcome);
    }
    expect(new Set(runs.map(({ outcome }) => outcome.digest)).size).toBe(runs.length);
  });
});

describe('many seeds', () => {
  it('[EXPLORE-6] go up from the first one, and shards part them without loss', () => {
    const healthy = source('effects/healthy');
    const plan = (change: Partial<Wishes>): number[] =>
      planOf(healthy, { ...wishes, seeds: 7, seed: 4_294_967_293, ...change }).runs.map(({ seed }) => seed);
    const whole = plan({});
    expect(whole).toEqual([4_294_967_293, 4_294_967_294, 4_294_967_295, 0, 1, 2, 3]);
    const parts = [1, 2, 3].flatMap((part) => plan({ shard: { part, of: 3 } }));
    expect([...parts].sort((a, b) => a - b)).toEqual([...whole].sort((a, b) => a - b));
  });

  it('[EXPLORE-7] a healthy system is healthy under each of them', () => {
    for (const { outcome } of explored('effects/healthy', { seeds: 5 }))
      expect(troubles(outcome)).toEqual([]);
  });
});

describe('shrinking', () => {
  const failure = { check: 'effect-once', verdict: 'invalid', kind: 'duplicate' } as const;

  it('[EXPLORE-8] leaves one order, one process and the one fault that doubles it', () => {
    const shrunk = shrink(source('effects/crash-after-charge').document, failure);
    expect(shrunk?.minimal).toBe(true);
    const { services, faults, checks, brokers } = shrunk?.document as unknown as {
      services: Record<string, { instances?: number; limit?: number }>;
      faults: unknown[];
      checks: unknown[];
      brokers: { kafka: { topics: Record<string, { partitions: number }> } };
    };
    expect(Object.keys(services)).toEqual(['checkout', 'payment']);
    expect(services['checkout']?.limit).toBe(1);
    expect(services['payment']?.instances).toBeUndefined();
    expect(faults).toHaveLength(1);
    expect(checks).toHaveLength(1);
    expect(brokers.kafka.topics['orders']).toEqual({ partitions: 1 });
  });

  it('[EXPLORE-9] nothing more can be cut: every single cut of the result mends it or breaks the file', () => {
    const shrunk = shrink(source('groups/zombie-after-pause').document, failure);
    if (shrunk === null) throw new Error('the file does not fail as it says');
    const cuts = reductionsOf(shrunk.document, failure.check);
    expect(cuts.length).toBeGreaterThan(3);
    for (const { what, document } of cuts) {
      const scenario = meaningOf(document);
      if (!scenario.ok) continue;
      const kinds = outcomeOf(scenario.value).checks.flatMap((check) => check.kinds);
      expect(kinds, what).not.toContain('duplicate');
    }
  });

  it('[EXPLORE-10] what does not fail in that way is not shrunk', () => {
    expect(shrink(source('effects/healthy').document, failure)).toBeNull();
  });
});
