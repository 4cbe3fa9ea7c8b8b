import { describe, expect, it } from 'vitest';
import { compileDistribution } from '#sim/kernel/distribution.ts';
import { RESET, START } from '#sim/kernel/entity.ts';
import { ORDINARY_CLASS } from '#sim/kernel/queue.ts';
import { Probe, smallWorld, type SmallWorld } from '../../support/small-world.ts';

const PING = 100;
const PONG = 101;

function pair(): SmallWorld & { left: Probe; right: Probe } {
  const world = smallWorld();
  const left = new Probe();
  const right = new Probe();
  world.add(left, 'left');
  world.add(right, 'right');
  return { ...world, left, right };
}

describe('network', () => {
  it('[NETWORK-1] a packet takes the latency of its link, and none overtakes another', () => {
    const world = pair();
    const slow = compileDistribution({ kind: 'uniform', min: 100, max: 5000 });
    world.network.addRule({
      id: 1,
      from: [0],
      to: [1],
      kinds: null,
      verdict: { do: 'delay', by: slow },
      remaining: -1,
    });
    world.left.act = (event, ctx) => {
      if (event.kind === START) for (let i = 0; i < 50; i += 1) ctx.send(1, PING, i);
    };
    world.kernel.post(1000, ORDINARY_CLASS, 0, 0, START);
    world.run();
    expect(world.right.state.heard.map(({ a }) => a)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    const times = world.right.state.heard.map(({ at }) => at);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(1600);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(world.rows('send').map((row) => row.value)).toEqual(times);
  });

  it('[NETWORK-2] a partition holds what is sent; TCP resends it after the partition heals, in order', () => {
    const world = pair();
    world.left.act = (event, ctx) => {
      if (event.kind === START) ctx.send(1, PING, event.a);
    };
    world.network.addRule({ id: 7, from: [0], to: [1], kinds: null, verdict: { do: 'hold' }, remaining: -1 });
    world.kernel.post(0, ORDINARY_CLASS, 0, 0, START, 1);
    world.kernel.post(10, ORDINARY_CLASS, 0, 0, START, 2);
    world.run(1_000_000);
    expect(world.right.state.heard).toEqual([]);
    world.kernel.now = 1_000_000;
    world.network.removeRule(7);
    world.run();
    // resends of the first at 0.2, 0.6 and 1.4 s
    expect(world.right.state.heard.map(({ at, a }) => [at, a])).toEqual([
      [1_400_500, 1],
      [1_400_510, 2],
    ]);
  });

  it('[NETWORK-3] a lost packet is lost once, the next one passes', () => {
    const world = pair();
    world.left.act = (_, ctx) => ctx.send(1, PING);
    world.network.addRule({
      id: 1,
      from: [0],
      to: null,
      kinds: [PING],
      verdict: { do: 'drop' },
      remaining: 1,
    });
    world.kernel.post(0, ORDINARY_CLASS, 0, 0, START);
    world.kernel.post(10, ORDINARY_CLASS, 0, 0, START);
    world.run();
    expect(world.right.times(PING)).toEqual([[510, PING]]);
    expect(world.rows('send').map((row) => row.c)).toEqual([1, 0]);
  });

  it('[NETWORK-4] peers of a process that goes away learn that the connection is gone, strangers do not', () => {
    const world = pair();
    const stranger = new Probe();
    world.add(stranger, 'stranger');
    world.left.act = (event, ctx) => {
      if (event.kind === START) ctx.send(1, PING);
    };
    world.right.act = (event, ctx) => {
      if (event.kind === PING) ctx.send(0, PONG);
    };
    world.kernel.post(0, ORDINARY_CLASS, 0, 0, START);
    world.run();
    world.hosts.crash(1, 'fault', 0);
    world.run();
    expect(world.left.times(PONG, RESET).map(([, kind]) => kind)).toEqual([PONG, RESET]);
    expect(world.left.state.heard.at(-1)?.a).toBe(1);
    expect(stranger.state.heard).toEqual([]);
  });
});
