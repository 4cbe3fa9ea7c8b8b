/** A verdict's chain on the stage: its pins, and what is reduced; keys and targets that lead from part to part. */
import { beforeAll, describe, expect, it } from 'vitest';
import { chainPlaces } from '#lib/views/stage/chain-places.ts';
import { linkState } from '#lib/views/stage/link-facts.ts';
import type { PartitionScene } from '#lib/scene/scene.ts';
import { programState, secondLine, stateWord } from '#lib/views/stage/process-facts.ts';
import { markersOf, stripView } from '#lib/views/stage/strip-facts.ts';
import {
  breakOf,
  readTarget,
  selectionOf,
  targetOf,
  targetText,
  type Target,
} from '#lib/views/stage/targets.ts';
import { chainSteps } from '#lib/views/verdicts/chain-steps.ts';
import { firstTarget, walk } from '#lib/views/stage/walk.ts';
import { firstScene, stageSystem, type StageSystem } from './stage-system.ts';

let system: StageSystem;

beforeAll(async () => {
  system = await stageSystem('effects/crash-after-charge');
});

describe('a chain', () => {
  it('has a pin for each of the steps that the panel tells, on the parts that they are about and no others', () => {
    const { run, wide } = system;
    const anomaly = run.report.verdicts
      .flatMap(({ anomalies }) => anomalies)
      .find(({ chain }) => chain.length > 0);
    const chain = anomaly?.chain ?? [];
    expect(chain.length).toBeGreaterThan(3);
    const places = chainPlaces(chain, run.trace, run.summary.topology, wide);
    const steps = chainSteps(run.trace, chain, run.summary.topology);
    expect(places.pins.map(({ number }) => number)).toEqual(steps.map(({ number }) => number));
    expect([...places.nodes].sort()).toEqual([
      'process:checkout-1',
      'process:payment-1',
      'store:cards',
      'topic:orders',
    ]);
    expect(places.links.has('call:payment-1:cards')).toBe(true);
    expect(places.links.has('publish:payment-2:payments')).toBe(false);
    expect(places.partitions.get('orders')?.size).toBe(1);
  });

  it('never puts two pins on each other', () => {
    const { run, wide, narrow } = system;
    const chain = run.report.verdicts.flatMap(({ anomalies }) => anomalies)[0]?.chain ?? [];
    for (const plan of [wide, narrow]) {
      const { pins } = chainPlaces(chain, run.trace, run.summary.topology, plan);
      const near = pins.some((a, i) =>
        pins.slice(i + 1).some((b) => Math.abs(a.x - b.x) < 16 && Math.abs(a.y - b.y) < 16),
      );
      expect(near).toBe(false);
    }
  });
});

describe('process boxes', () => {
  it('say that a process is crashed and when it is back, and show no step under way', () => {
    const scene = firstScene(system, 10_000, ({ processes }) =>
      processes.some(({ word }) => word === 'crashed'),
    );
    const process = scene.processes.find(({ word }) => word === 'crashed');
    if (process === undefined) throw new Error('nothing crashed');
    expect(stateWord(process, scene.at)).toMatch(/^crashed, back in \d/);
    expect(programState(process, 0, true).current.size).toBe(0);
  });

  it('invert the step under way and grey those before it', () => {
    const inside = ({
      lanes,
    }: {
      lanes: readonly { inside: boolean; point: string; inHand: unknown }[];
    }): boolean =>
      lanes.some((lane) => lane.inside && lane.point === 'payment/charge' && lane.inHand !== null);
    const scene = firstScene(system, 1_000, ({ processes }) => processes.some(inside));
    const process = scene.processes.find(inside);
    expect(programState(process, 0, true)).toMatchObject({ current: new Set([0]), past: 0 });
    const service = system.run.summary.topology.services.find(({ name }) => name === 'payment');
    if (service === undefined) throw new Error('no service');
    expect(secondLine(service, process, undefined)).toMatch(/^generation \d+ · orders\//);
  });
});

const partition: PartitionScene = {
  topic: 'orders',
  partition: 2,
  leader: 'kafka-1',
  epoch: 0,
  highWatermark: 30,
  replicas: [],
  logStart: 4,
  end: 30,
  records: [
    {
      lid: 1,
      mid: 1,
      key: 'order-1',
      keyId: 1,
      numeral: '1',
      type: 'order.placed',
      offset: 28,
      seq: 1,
      at: 0,
      deliveries: 1,
    },
  ],
  readers: [{ group: 'payment', committed: 12, position: 29, owner: 'payment-1', lag: 18 }],
};

describe('a strip', () => {
  it('keeps the end in view, says how many are hidden, and points to a marker further left', () => {
    const view = stripView(partition, 10);
    expect(view).toMatchObject({ from: 20, cells: 10, hidden: 16, starts: false, doneBelow: 12, lag: 18 });
    expect(view.records[8]?.offset).toBe(28);
    expect(view.records.filter((record) => record !== null)).toHaveLength(1);
    expect(markersOf(partition, view)).toEqual([
      { kind: 'position', group: 'payment', offset: 29, place: 9, before: false },
      { kind: 'committed', group: 'payment', offset: 12, place: 0, before: true },
    ]);
  });

  it('shows only the committed marker where both coincide', () => {
    const readers = [{ group: 'payment', committed: 29, position: 29, owner: null, lag: 1 }];
    const same = { ...partition, readers };
    expect(markersOf(same, stripView(same, 10)).map(({ kind }) => kind)).toEqual(['committed']);
  });
});

describe('targets', () => {
  const targets: Target[] = [
    { kind: 'process', name: 'payment-1' },
    { kind: 'partition', topic: 'orders', partition: 3 },
    { kind: 'message', lid: 7 },
    { kind: 'tick', process: 'payment-1', point: 'payment/charge', phase: 'before' },
    { kind: 'link', from: 'checkout-1', to: 'orders', id: 'publish:checkout-1:orders' },
  ];

  it('read as they were written', () => {
    for (const target of targets) expect(readTarget(targetText(target))).toEqual(target);
    expect(readTarget('nonsense')).toBeNull();
  });

  it('break what they stand for: a partition by its leader, a link by its broker, a message not at all', () => {
    const { topology } = system.run.summary;
    expect(targets.map((target) => breakOf(target, topology))).toEqual([
      { kind: 'name', name: 'payment-1' },
      { kind: 'name', name: 'kafka-1' },
      null,
      { kind: 'step', point: 'payment/charge', phase: 'before' },
      { kind: 'link', from: 'checkout-1', to: 'kafka' },
    ]);
  });

  it('stand for a selection and are found from one', () => {
    for (const target of targets.slice(0, 3)) {
      expect(targetOf(selectionOf(target), system.wide)).toEqual(target);
    }
    expect(targetOf({ kind: 'part', name: 'payment' }, system.wide)).toEqual({
      kind: 'process',
      name: 'payment-1',
    });
  });
});

describe('arrow keys', () => {
  it('follow links from producer to store and back', () => {
    const { wide } = system;
    const start = firstTarget(wide);
    expect(start).toBe('process|checkout-1');
    expect(walk(wide, start, 'ArrowRight')).toBe('topic|orders');
    const reader = walk(wide, 'topic|orders', 'ArrowRight') ?? '';
    expect(['process|payment-1', 'process|payment-2']).toContain(reader);
    expect(walk(wide, reader, 'ArrowLeft')).toBe('topic|orders');
    expect(walk(wide, 'store|cards', 'ArrowUp')).toMatch(/^process\|payment-/);
    expect(walk(wide, start, 'ArrowLeft')).toBeNull();
  });

  it('go into a program and out of it, step by step past every crash point', () => {
    const { wide } = system;
    const seen: string[] = [];
    let at = walk(wide, 'process|payment-1', 'ArrowDown') ?? '';
    while (at.startsWith('step|') || at.startsWith('tick|')) {
      seen.push(at);
      at = walk(wide, at, 'ArrowRight') ?? '';
    }
    expect(seen).toEqual([
      'tick|payment-1|payment/charge|before',
      'step|payment-1|payment/charge',
      'tick|payment-1|payment/charge|after',
      'step|payment-1|payment/publish',
      'tick|payment-1|payment/publish|after',
      'step|payment-1|payment/settle',
      'tick|payment-1|payment/settle|after',
    ]);
    expect(walk(wide, 'step|payment-1|payment/publish', 'ArrowUp')).toBe('process|payment-1');
  });

  it('go through the partitions of a topic', () => {
    expect(walk(system.wide, 'topic|orders', 'ArrowDown')).toBe('partition|orders|0');
    expect(walk(system.wide, 'partition|orders|0', 'ArrowDown')).toBe('partition|orders|1');
    expect(walk(system.wide, 'partition|orders|0', 'ArrowUp')).toBe('topic|orders');
  });
});

describe('links', () => {
  it('are cut while a partition between their ends is in force, and say when it heals', () => {
    const { topology } = system.run.summary;
    const link = system.wide.links.find(({ id }) => id === 'consume:payment-1:orders');
    if (link === undefined) throw new Error('no link');
    const fault = { number: 99, kind: 'partition', target: 'payment-1 | kafka', since: 5, seq: 1 };
    expect(linkState(topology, [fault], link)).toEqual({ word: 'cut', note: 'nothing passes' });
    const planned = {
      number: 99,
      kind: 'partition',
      target: fault.target,
      at: 5,
      trigger: '',
      lasts: 18_000_000,
    };
    const lasting = { ...topology, faults: [planned] };
    expect(linkState(lasting, [fault], link).note).toBe('nothing passes until 00:18.000');
    expect(linkState(topology, [{ ...fault, target: 'payment-2 | kafka' }], link).word).toBe('whole');
    expect(linkState(topology, [{ ...fault, kind: 'latency', target: 'kafka' }], link).word).toBe('late');
  });
});
