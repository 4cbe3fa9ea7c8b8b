/** The space-time diagram: arrows follow causes and nothing else, bounds hold and are told, time is cut and still exact. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { along, axisOver, BREAK } from '#lib/views/sequence/sequence-axis.ts';
import { MOST_ARROWS, MOST_LINES, sequenceOf, type SequenceWish } from '#lib/views/sequence/sequence.ts';
import { touchedLine } from '#lib/views/sequence/touched-line.ts';
import { receivedRun, type ReceivedRun } from './received-run.ts';

const apart = { partitions: false, instances: false };
let run: ReceivedRun;

beforeAll(async () => {
  const file = new URL('../../scenarios/effects/crash-after-charge.json', import.meta.url);
  run = await receivedRun(readFileSync(file, 'utf8'));
});

function wish(change: Partial<SequenceWish> = {}): SequenceWish {
  const { trace, summary } = run;
  const bare = { chain: [], lid: -1, key: '', touching: null, since: 0, place: trace.records };
  return { trace, topology: summary.topology, collapse: apart, ...bare, ...change };
}

function brokenChain(): readonly number[] {
  const broken = run.report.verdicts.find(({ verdict }) => verdict === 'invalid');
  return broken?.anomalies[0]?.chain ?? [];
}

describe('arrows', () => {
  it('join a record with what the trace names as its cause, never backwards in time', () => {
    const { arrows } = sequenceOf(wish());
    expect(arrows.length).toBeGreaterThan(50);
    for (const { from, to, kind } of arrows) {
      const row = run.trace.row(to.seq);
      if (kind !== 'lost') expect([row?.cause, row?.also]).toContain(from.seq);
      expect(from.at).toBeLessThanOrEqual(to.at);
      expect(from.line).not.toBe(to.line);
    }
  });

  it('of the open chain are marked, are all there, and lie on its lines', () => {
    const chain = brokenChain();
    const { arrows, lines } = sequenceOf(wish({ chain }));
    const marked = arrows.filter(({ kind }) => kind === 'chain');
    expect(marked.length).toBeGreaterThanOrEqual(5);
    for (const { to } of marked) expect(chain).toContain(to.seq);
    expect(lines.map(({ name }) => name)).toEqual([
      'checkout-1',
      'orders/0',
      'kafka-1',
      'payment-1',
      'cards',
    ]);
  });

  it('of a message are about this message', () => {
    const { arrows } = sequenceOf(wish({ lid: 10 }));
    expect(arrows.length).toBeGreaterThan(3);
    expect(arrows.every(({ lid }) => lid === 10)).toBe(true);
  });

  it('narrowed to a key or a part keep what has it, and nothing where nothing has', () => {
    const all = sequenceOf(wish({ since: 6_000_000 }));
    const one = sequenceOf(wish({ since: 6_000_000, key: 'order-11' }));
    expect(one.arrows.length).toBeGreaterThan(0);
    expect(one.arrows.length).toBeLessThan(all.arrows.length);
    expect(new Set(one.arrows.map(({ lid }) => run.trace.catalog.events.key.data[lid])).size).toBe(1);
    expect(sequenceOf(wish({ key: 'no such order' })).arrows).toEqual([]);
    const touching = touchedLine({ kind: 'process', name: 'cards' }, run.summary.topology, apart);
    const { arrows } = sequenceOf(wish({ touching }));
    expect(arrows.every(({ from, to }) => from.line === touching || to.line === touching)).toBe(true);
  });
});

describe('bounds', () => {
  it('hold, and what they leave out is counted', () => {
    const { arrows, lines, more, moreLines } = sequenceOf(wish());
    expect(arrows.length).toBe(MOST_ARROWS);
    expect(lines.length).toBe(MOST_LINES);
    expect(more).toBeGreaterThan(0);
    expect(moreLines).toBeGreaterThan(0);
  });

  it('are not reached where lines are taken together', () => {
    const { lines, moreLines } = sequenceOf(wish({ collapse: { partitions: true, instances: true } }));
    expect(lines.map(({ name }) => name)).toEqual([
      'checkout-1',
      'orders',
      'payments',
      'kafka-1',
      'payment ×2',
      'cards',
    ]);
    expect(moreLines).toBe(0);
  });
});

describe('spans', () => {
  it('show a crash from the record that says so to the one that ends it', () => {
    const { spans } = sequenceOf(wish({ chain: brokenChain() }));
    expect(spans).toContainEqual({
      line: 'process:payment-1',
      from: 6_024_195,
      to: 11_024_195,
      kind: 'crashed',
      lid: -1,
    });
  });
});

describe('the axis', () => {
  it('cuts what is quiet and keeps the order of times', () => {
    const axis = axisOver([0, 1_000, 2_000, 9_000_000, 9_001_000], 800);
    expect(axis.stretches.map(({ from, to }) => [from, to])).toEqual([
      [0, 2_000],
      [9_000_000, 9_001_000],
    ]);
    const places = [0, 500, 2_000, 4_000_000, 9_000_000, 9_001_000].map((time) => along(axis, time));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    const [first, second] = axis.stretches;
    expect((second?.start ?? 0) - (first?.end ?? 0)).toBe(BREAK);
    expect(second?.end).toBeCloseTo(800, 6);
  });

  it('of evenly spread times is whole', () => {
    const times = Array.from({ length: 50 }, (_, i) => i * 20_000);
    expect(axisOver(times, 800).stretches.length).toBe(1);
  });
});
