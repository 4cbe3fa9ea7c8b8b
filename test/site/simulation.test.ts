/** The worker's own work, without the worker: it hears stop soon, keeps its budget, sends what it says it sent. */
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { buildWorld } from '#sim/run/build.ts';
import type { SimulationEvent } from '#worker/protocol.ts';
import { labBudget } from '#worker/simulation.ts';
import { nodeSimulation, receivedRun } from './received-run.ts';
import { parsed } from '../support/scenario-files.ts';

const log = readFileSync('test/bench/log.json', 'utf8');
const crash = readFileSync('scenarios/effects/crash-after-charge.json', 'utf8');

/** Milliseconds from `stop` to the last word, and what came in between, in the middle of a million messages. */
async function stopInTheMiddle(after: number): Promise<{ milliseconds: number; last: SimulationEvent }> {
  let ended: (event: SimulationEvent) => void = () => undefined;
  const end = new Promise<SimulationEvent>((resolve) => (ended = resolve));
  const simulation = nodeSimulation((event) => {
    if (event.kind === 'trace') simulation.acknowledge(event.run);
    else if (event.kind !== 'progress' || !event.computing) ended(event);
  });
  expect((await simulation.open(log, { run: 1 })).kind).toBe('opened');
  simulation.runTo(1, 'end');
  await setTimeout(after);
  const asked = performance.now();
  simulation.stop();
  const last = await end;
  return { milliseconds: performance.now() - asked, last };
}

describe('stopping', () => {
  it('answers within 50 ms in the middle of a million messages, median of five', async () => {
    const times: number[] = [];
    for (const after of [60, 90, 120, 150, 180]) {
      const { milliseconds, last } = await stopInTheMiddle(after);
      expect(last).toMatchObject({ kind: 'progress', stopped: null });
      times.push(milliseconds);
    }
    expect(times.toSorted((a, b) => a - b)[2]).toBeLessThan(50);
  });
});

describe('budgets', () => {
  it('ends the run at the limit and says which, with a report of what there is', async () => {
    const run = await receivedRun(log, { ...labBudget, storedRecords: 50_000 });
    expect(run.report.stopped).toBe('trace-limit');
    expect(run.trace.records).toBeGreaterThanOrEqual(50_000);
    expect(run.trace.records).toBeLessThan(120_000);
    expect(run.report.verdicts.length).toBeGreaterThan(0);
  });

  it('are met at the same event however the run is cut into slices', () => {
    const budget = { ...labBudget, events: 10_000 };
    const digests = [Infinity, 7, 256, 5_000].map((events) => {
      const world = buildWorld(parsed(log), { level: 'none', budget });
      let stopped = null;
      while (stopped === null) stopped = world.advance(events === Infinity ? {} : { events });
      expect(stopped).toBe('event-limit');
      return world.digest();
    });
    expect(new Set(digests).size).toBe(1);
  });
});

describe('the trace that is sent', () => {
  it('has every record and table row of the world, and is complete up to the time that was told', async () => {
    const world = buildWorld(parsed(crash));
    world.advance();
    const { blocks, header } = world.trace();
    const { trace } = await receivedRun(crash);
    expect(trace.records).toBe(blocks.reduce((sum, { count }) => sum + count, 0));
    expect(trace.blocks.map((block) => block.ints.slice(0, block.count * 16))).toEqual(
      blocks.map((block) => block.ints.slice(0, block.count * 16)),
    );
    const { names, events } = trace.catalog;
    expect(names.list).toEqual(header.catalog.names.list);
    for (const column of ['type', 'owner', 'n', 'key', 'parent'] as const) {
      const { data, length } = header.catalog.events[column];
      expect(events[column].data.slice(0, length)).toEqual(data.slice(0, length));
    }
  });

  it('goes no further than was asked, and on from there', async () => {
    const computed: number[] = [];
    await new Promise<void>((resolve) => {
      const simulation = nodeSimulation((event) => {
        if (event.kind === 'trace') simulation.acknowledge(event.run);
        if (event.kind !== 'progress' || event.computing) return;
        computed.push(event.computedTo);
        if (event.stopped !== 'until') resolve();
        else simulation.runTo(1, computed.length === 1 ? 7_500_000 : 'end');
      });
      void simulation.open(crash, { run: 1 }).then(() => simulation.runTo(1, 2_000_000));
    });
    expect(computed).toEqual([2_000_000, 7_500_000, 20_641_419]);
  });

  it('says what is not the current run nothing', async () => {
    const told: SimulationEvent[] = [];
    const simulation = nodeSimulation((event) => told.push(event));
    await simulation.open(crash, { run: 2 });
    simulation.runTo(1, 'end');
    expect(told).toEqual([]);
  });
});
