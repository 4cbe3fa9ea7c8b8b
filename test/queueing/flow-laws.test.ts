import { describe, expect, it } from 'vitest';
import { flowOver, type Visits } from '#queueing/flow-laws.ts';
import { mmc } from '#queueing/mmc.ts';
import { isUnstable } from '#queueing/steady.ts';
import { SERVICE, simulateVisits } from './station.ts';

const visits = simulateVisits(5, 40_000, 4, 0.8);
const from = visits.arrived[4000] ?? NaN;
const to = visits.arrived[39_000] ?? NaN;

describe('laws of flow', () => {
  it("[QUEUE-FLOW-1] conservation, Little's law and utilisation hold of a run on the kernel, and agree with theory", () => {
    const flow = flowOver(visits, from, to, 4);
    expect(flow).toMatchObject({ conserved: true, holds: true, arrivals: 35_000 });
    expect(flow.gap).toBeLessThan(0.001);
    expect(flow.utilisation).toBeCloseTo(0.8, 1);
    const theory = mmc({ lambda: 3.2, mu: 1, servers: 4 });
    if (isUnstable(theory)) return expect.unreachable();
    expect(flow.W / SERVICE / theory.W).toBeCloseTo(1, 1);
  });

  it('[QUEUE-FLOW-2] a queue that grows violates the tolerance where its window is short', () => {
    const growing = simulateVisits(5, 4000, 1, 2);
    const end = growing.arrived[3999] ?? NaN;
    const flow = flowOver(growing, 0, end, 1);
    expect(flow.conserved).toBe(true);
    expect(flow.gap).toBeGreaterThan(0.05);
    expect(flow.holds).toBe(false);
  });

  it('[QUEUE-FLOW-3] who has not left yet is there at the end; nobody means nothing', () => {
    const open: Visits = { arrived: [0, 1, 2], begun: [0, 3, Infinity], departed: [3, Infinity, Infinity] };
    expect(flowOver(open, 0, 4, 1)).toMatchObject({
      atStart: 0,
      arrivals: 3,
      departures: 1,
      atEnd: 2,
      utilisation: 1,
    });
    expect(flowOver({ arrived: [], begun: [], departed: [] }, 0, 1, 1)).toMatchObject({
      L: 0,
      W: 0,
      holds: true,
    });
  });

  it('[QUEUE-FLOW-4] a server too many at work, or a time that runs backwards, is found', () => {
    expect(flowOver(visits, from, to, 3).holds).toBe(false);
    expect(() => flowOver({ arrived: [5], begun: [4], departed: [6] }, 0, 9, 1)).toThrow(/Customer 0/);
    expect(() => flowOver(visits, 3, 3, 1)).toThrow(/empty/);
  });
});
