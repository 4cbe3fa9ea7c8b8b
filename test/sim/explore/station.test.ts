import { describe, expect, it } from 'vitest';
import { partitionedQueues, sharedQueue } from '#queueing/calculators/queue-model.ts';
import { flowOver } from '#queueing/flow-laws.ts';
import { mg1 } from '#queueing/mg1.ts';
import { isUnstable } from '#queueing/steady.ts';
import { runStation, type StationPlan } from '#sim/explore/station.ts';

const MEAN = 100_000;
const plan: StationPlan = {
  ...{ seed: 3, customers: 60_000, servers: 10, queues: 'shared' },
  gap: { kind: 'exponential', mean: MEAN / 8 },
  work: { kind: 'exponential', mean: MEAN },
};

/** In services. */
function meanWait(changed: Partial<StationPlan>): number {
  const { arrived, begun } = runStation({ ...plan, ...changed });
  let sum = 0;
  const from = Math.floor(arrived.length / 10);
  for (let i = from; i < arrived.length; i += 1) sum += (begun[i] ?? NaN) - (arrived[i] ?? NaN);
  return sum / (arrived.length - from) / MEAN;
}

describe('station', () => {
  it('[STATION-4] ten handlers behind one queue, or with a partition each, wait what theory says', () => {
    const station = { lambda: 8, mu: 1, servers: 10 };
    const shared = sharedQueue(station);
    const partitioned = partitionedQueues(station);
    if (isUnstable(shared) || isUnstable(partitioned)) return expect.unreachable();
    expect(meanWait({}) / shared.Wq).toBeCloseTo(1, 0.8);
    expect(meanWait({ queues: 'partitioned' }) / partitioned.Wq).toBeCloseTo(1, 0.8);
  });

  it('[STATION-5] fixed service halves the wait of one server (Pollaczek-Khinchine)', () => {
    const theory = mg1(0.8, { kind: 'deterministic', mean: 1 });
    if (isUnstable(theory)) return expect.unreachable();
    const one = { servers: 1, gap: { kind: 'exponential', mean: MEAN / 0.8 } } as const;
    expect(meanWait({ ...one, work: { kind: 'constant', value: MEAN } }) / theory.Wq).toBeCloseTo(1, 0.8);
  });

  it('[STATION-6] order of arrival, nobody lost, no server idle beside a queue; the same seed the same run', () => {
    const run = runStation(plan);
    expect(runStation(plan)).toEqual(run);
    expect(runStation({ ...plan, seed: 4 }).departed).not.toEqual(run.departed);
    for (let i = 1; i < run.begun.length; i += 1) {
      if ((run.begun[i] ?? NaN) < (run.begun[i - 1] ?? NaN)) expect.unreachable();
    }
    const flow = flowOver(run, run.arrived[6000] ?? NaN, run.arrived[59_000] ?? NaN, 10);
    expect(flow).toMatchObject({ conserved: true, holds: true });
    // Who waited began the moment somebody left.
    const departures = new Set(run.departed);
    for (let i = 0; i < run.begun.length; i += 1) {
      const waited = (run.begun[i] ?? NaN) > (run.arrived[i] ?? NaN);
      if (waited && !departures.has(run.begun[i] ?? NaN)) expect.unreachable();
    }
  });

  it('[STATION-7] the same seed brings the same customers whatever serves them', () => {
    const shared = runStation(plan);
    const partitioned = runStation({ ...plan, queues: 'partitioned', servers: 12 });
    expect(partitioned.arrived).toEqual(shared.arrived);
    expect(() => runStation({ ...plan, customers: 0 })).toThrow(/STATION-1/);
    expect(() => runStation({ ...plan, servers: 1.5 })).toThrow(/STATION-2/);
  });
});
