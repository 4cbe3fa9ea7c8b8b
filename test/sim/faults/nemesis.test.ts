import { describe, expect, it } from 'vitest';
import type { Fault, Trigger } from '#sim/faults/fault.ts';
import { Nemesis } from '#sim/faults/nemesis.ts';
import { CRASHED, RESUMED, START } from '#sim/kernel/entity.ts';
import { ORDINARY_CLASS } from '#sim/kernel/queue.ts';
import { streamRow } from '#sim/kernel/random.ts';
import * as block from '#sim/trace/block.ts';
import { Kind } from '#sim/trace/vocabulary.ts';
import { Probe, smallWorld, type SmallWorld } from '../../support/small-world.ts';

const TICK = 100;
const NEXT = 101;

function withFaults(
  faults: readonly Pick<Fault, 'trigger' | 'action'>[],
): SmallWorld & { probe: Probe; nemesis: Nemesis } {
  const world = smallWorld();
  const probe = new Probe();
  world.add(probe, 'p');
  const stream = streamRow(world.kernel.state.streams, 'fault:1');
  const whole = faults.map((fault, i) => ({ number: i + 1, word: 'crash', target: 'p', stream, ...fault }));
  const nemesis = new Nemesis(whole, world.catalog.names, world.kernel, world.hosts, world.network, {
    deploy: () => undefined,
    alter: () => undefined,
  });
  nemesis.self = world.add(nemesis, 'nemesis');
  world.recorder.watch(nemesis.begin(), (seq, at, row) => nemesis.watch(seq, at, row));
  return { ...world, probe, nemesis };
}

const third: Trigger = {
  by: 'record',
  kind: Kind.step,
  entities: null,
  match: [{ word: block.A, value: 9 }],
  nth: 3,
  chance: null,
  window: null,
};

describe('nemesis', () => {
  it('[FAULT-1] a fault at a time strikes before everything else at that time and is healed when it has lasted', () => {
    const world = withFaults([
      {
        trigger: { by: 'time', at: 100 },
        action: { do: 'crash', victims: { kind: 'processes', processes: [0] }, lasts: 50 },
      },
    ]);
    world.kernel.post(100, ORDINARY_CLASS, 0, 0, TICK);
    world.run();
    expect(world.probe.times(TICK, CRASHED, START)).toEqual([
      [100, CRASHED],
      [150, START],
    ]);
    expect(world.rows('fault').map((row) => [row.at, row.b])).toEqual([
      [100, 1],
      [150, 0],
    ]);
  });

  it('[FAULT-2] the nth matching record makes its writer yield, and the fault strikes before it goes on', () => {
    const world = withFaults([
      { trigger: third, action: { do: 'crash', victims: { kind: 'trigger' }, lasts: 10 } },
    ]);
    const preempted: boolean[] = [];
    world.probe.act = (event, ctx) => {
      if (event.kind !== TICK) return;
      ctx.record(Kind.step, -1, -1, event.a, 0, 0, 0, 0, 0, 0, -1, -1);
      preempted.push(ctx.preempted);
      if (ctx.preempted) ctx.schedule(0, NEXT);
    };
    for (const a of [9, 8, 9, 9, 9]) world.kernel.post(a === 8 ? 20 : 10, ORDINARY_CLASS, 0, 0, TICK, a);
    world.run();
    expect(preempted).toEqual([false, false, true]);
    expect(world.probe.times(NEXT)).toEqual([]);
    expect(world.probe.times(CRASHED)).toEqual([[10, CRASHED]]);
    const struck = world.rows('fault')[0];
    expect(struck?.cause).toBe(2);
  });

  it('[FAULT-3] a pause lasts, a slow process is slow until it is healed', () => {
    const world = withFaults([
      {
        trigger: { by: 'time', at: 10 },
        action: { do: 'pause', victims: { kind: 'processes', processes: [0] }, lasts: 90 },
      },
      {
        trigger: { by: 'time', at: 200 },
        action: { do: 'slow', victims: { kind: 'processes', processes: [0] }, factor: 4, lasts: 100 },
      },
    ]);
    world.run(250);
    expect(world.probe.times(RESUMED)).toEqual([[100, RESUMED]]);
    expect(world.hosts.factor(0)).toBe(4);
    world.run();
    expect(world.hosts.factor(0)).toBe(1);
  });

  it('[FAULT-4] a fault by chance draws from its own stream alone', () => {
    const chances: Trigger = { ...third, by: 'record', nth: null, chance: { num: 1, den: 4 }, match: [] };
    const world = withFaults([
      { trigger: chances, action: { do: 'slow', victims: { kind: 'trigger' }, factor: 2, lasts: null } },
    ]);
    let fired = 0;
    world.probe.act = (_, ctx) => {
      ctx.record(Kind.step, -1, -1, 1, 0, 0, 0, 0, 0, 0, -1, -1);
      if (ctx.preempted) fired += 1;
    };
    for (let i = 0; i < 4000; i += 1) world.kernel.post(i, ORDINARY_CLASS, 0, 0, TICK);
    world.run();
    expect(fired).toBeGreaterThan(900);
    expect(fired).toBeLessThan(1100);
  });
});
