import { describe, expect, it } from 'vitest';
import { CRASHED, RESUMED, START } from '#sim/kernel/entity.ts';
import { ORDINARY_CLASS } from '#sim/kernel/queue.ts';
import { ProcessState } from '#sim/trace/vocabulary.ts';
import { Probe, smallWorld } from '../../support/small-world.ts';

const TICK = 100;

describe('hosts', () => {
  it('[HOSTS-2] a crash ends timers and packets on their way, tells the entity, and a start begins anew', () => {
    const world = smallWorld();
    const probe = new Probe();
    world.add(probe, 'p');
    world.kernel.post(5, ORDINARY_CLASS, 0, 0, TICK);
    world.kernel.post(50, ORDINARY_CLASS, 0, 0, TICK);
    world.run(10);
    expect(world.hosts.crash(0, 'fault', 0)).toBe(true);
    expect(world.hosts.crash(0, 'fault', 0)).toBe(false);
    world.run();
    expect(world.hosts.start(0, 'fault healed')).toBe(true);
    world.run();
    expect(probe.state.heard.map(({ kind }) => kind)).toEqual([TICK, CRASHED, START]);
    expect(world.rows('process').map((row) => row.a)).toEqual([ProcessState.crashed, ProcessState.running]);
  });

  it('[HOSTS-3] deadlines pass while a process is paused; it hears of them when it wakes', () => {
    const world = smallWorld();
    const probe = new Probe();
    const other = new Probe();
    world.add(probe, 'p');
    world.add(other, 'q');
    other.act = () => world.hosts.resume(0, 'fault healed');
    world.hosts.pause(0, 'fault', 100);
    world.kernel.post(10, ORDINARY_CLASS, 0, 0, TICK);
    world.kernel.post(100, ORDINARY_CLASS, 1, 1, TICK);
    world.run();
    expect(probe.times(TICK, RESUMED)).toEqual([
      [100, RESUMED],
      [100, TICK],
    ]);
  });

  it('[HOSTS-4] a process that ends itself is started again by its supervisor, or never', () => {
    const world = smallWorld();
    const probe = new Probe();
    world.add(probe, 'p');
    world.hosts.addSupervisor();
    probe.act = (event, ctx) => {
      if (event.kind === TICK) world.hosts.exit(ctx, 'poison', event.a);
    };
    world.kernel.post(10, ORDINARY_CLASS, 0, 0, TICK, 500);
    world.run();
    expect(probe.times(CRASHED, START)).toEqual([
      [10, CRASHED],
      [510, START],
    ]);
    world.kernel.post(1000, ORDINARY_CLASS, 0, 0, TICK, -1);
    world.run();
    expect(probe.times(START)).toHaveLength(1);
  });

  it('[HOSTS-5] a clock that is skewed and drifts shows what it shows; virtual time goes its way', () => {
    const world = smallWorld();
    world.kernel.add(new Probe());
    world.hosts.add('p', [0], -1_000_000, 200);
    expect(world.hosts.clock(0, 10_000_000)).toBe(10_000_000 - 1_000_000 + 2_000);
  });
});
