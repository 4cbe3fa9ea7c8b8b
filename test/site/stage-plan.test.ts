/** The layout's claims over every scenario file: nothing overlaps, links meet their boxes, phones get their own drawing. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Topology } from '#lib/scene/parts.ts';
import { present } from '#sim/base/assert.ts';
import { planStage } from '#lib/views/stage/stage-plan.ts';
import type { Box, Point, StagePlan } from '#lib/views/stage/plan.ts';
import { nodeSimulation } from './received-run.ts';

const files = [
  'effects/crash-after-charge',
  'effects/healthy',
  'groups/zombie-after-pause',
  'groups/rebalance-under-load',
  'log/hot-key',
  'stores/dual-write',
];

async function topologyOf(path: string): Promise<Topology> {
  const simulation = nodeSimulation(() => undefined);
  const answer = await simulation.open(readFileSync(`scenarios/${path}.json`, 'utf8'), { run: 1 });
  if (answer.kind !== 'opened') throw new Error(JSON.stringify(answer));
  return answer.summary.topology;
}

const topologies = new Map<string, Topology>();
for (const file of files) topologies.set(file, await topologyOf(file));

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

/** Pairs of parts that stand on each other. */
function collisions(plan: StagePlan): string[] {
  return plan.nodes.flatMap((a, i) =>
    plan.nodes.slice(i + 1).flatMap((b) => (overlap(a.box, b.box) ? [`${a.id} on ${b.id}`] : [])),
  );
}

function onEdge({ x, y }: Point, box: Box): boolean {
  const within = x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h;
  return within && (x === box.x || x === box.x + box.w || y === box.y || y === box.y + box.h);
}

describe.each(files)('the stage of %s', (file) => {
  const topology = present(topologies.get(file), file);
  const plans: [string, StagePlan][] = [390, 888, 1400].map((room) => [
    `${room} px`,
    planStage(topology, room),
  ]);

  it.each(plans)('shows every process, topic and store once, none on another, at %s', (_, plan) => {
    const parts = [
      ...topology.services.flatMap(({ instances }) => instances.map(({ name }) => `process:${name}`)),
      ...topology.brokers.flatMap(({ topics }) => topics.map(({ name }) => `topic:${name}`)),
      ...topology.stores.map(({ name }) => `store:${name}`),
    ];
    expect(plan.nodes.map(({ id }) => id).sort()).toEqual(parts.sort());
    expect(collisions(plan)).toEqual([]);
  });

  it.each(plans)('draws every link with level and upright legs from box to box at %s', (_, plan) => {
    expect(plan.links.length).toBeGreaterThan(0);
    for (const { points, from, to, length } of plan.links) {
      const [first, last] = [points[0], points[points.length - 1]];
      if (first === undefined || last === undefined) throw new Error('a link without points');
      expect(onEdge(first, plan.byId.get(from)?.box ?? { x: 0, y: 0, w: 0, h: 0 })).toBe(true);
      expect(onEdge(last, plan.byId.get(to)?.box ?? { x: 0, y: 0, w: 0, h: 0 })).toBe(true);
      expect(length).toBeGreaterThan(0);
      points.slice(1).forEach((point, i) => {
        const before = points[i];
        expect(before === undefined || before.x === point.x || before.y === point.y).toBe(true);
      });
    }
  });

  it.each(plans)('keeps everything inside the sheet at %s', (_, plan) => {
    for (const { box } of plan.nodes) {
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.y).toBeGreaterThanOrEqual(0);
      expect(box.x + box.w).toBeLessThanOrEqual(plan.width);
      expect(box.y + box.h).toBeLessThanOrEqual(plan.height);
    }
  });
});

describe('layout', () => {
  const topology = present(topologies.get('effects/crash-after-charge'), 'a file');

  it('goes from producers to topics to consumers, stores below their callers', () => {
    const plan = planStage(topology, 888);
    const box = (id: string): Box => plan.byId.get(id)?.box ?? { x: NaN, y: NaN, w: 0, h: 0 };
    expect(box('process:checkout-1').x + box('process:checkout-1').w).toBeLessThan(box('topic:orders').x);
    expect(box('topic:orders').x + 350).toBeLessThan(box('process:payment-1').x);
    expect(box('process:payment-1').y).toBeLessThan(box('process:payment-2').y);
    expect(box('store:cards').y).toBeGreaterThan(box('process:payment-2').y);
  });

  it("takes a part's place from the document", () => {
    const plan = planStage(topology, 888, { cards: { x: 30, y: 700 } });
    expect(plan.byId.get('store:cards')?.box).toMatchObject({ x: 30, y: 700 });
    expect(plan.height).toBeGreaterThan(700);
  });

  it('finds an overlap where there is one', () => {
    const plan = planStage(topology, 888, { cards: { x: 260, y: 40 } });
    expect(collisions(plan)).not.toEqual([]);
  });

  it('puts a crash point between any two steps, with room of 24 px to each side of its middle', () => {
    for (const room of [390, 888]) {
      for (const node of planStage(topology, room).nodes) {
        if (node.kind !== 'process') continue;
        for (const { cells, ticks } of node.programs) {
          const steps = cells.filter(({ step }) => step >= 0);
          const reads = steps.length < cells.length;
          expect(ticks).toHaveLength(steps.length + (reads ? 1 : 0));
          ticks.forEach((tick, i) => {
            for (const other of ticks.slice(i + 1))
              expect(Math.abs(tick.x - other.x) + Math.abs(tick.y - other.y)).toBeGreaterThanOrEqual(24);
          });
        }
      }
    }
  });
});
