import { describe, expect, it } from 'vitest';
import { clone, difference } from '#sim/base/clone.ts';
import type { Ctx, Entity } from '#sim/kernel/entity.ts';
import { Kernel } from '#sim/kernel/kernel.ts';
import { FAULT_CLASS, ORDINARY_CLASS, type Event } from '#sim/kernel/queue.ts';
import { createStreamTable } from '#sim/kernel/random.ts';
import { TraceRecorder } from '#sim/trace/recorder.ts';

class Log implements Entity {
  state: { seen: [number, number, number][] } = { seen: [] };
  private readonly act: (event: Event, ctx: Ctx) => void;

  constructor(act: (event: Event, ctx: Ctx) => void = () => undefined) {
    this.act = act;
  }

  handle(event: Event, ctx: Ctx): void {
    this.state.seen.push([ctx.now, event.kind, event.a]);
    this.act(event, ctx);
  }
}

function kernelWith(...entities: Entity[]): Kernel {
  const kernel = new Kernel(createStreamTable(1), 1, new TraceRecorder('full'));
  for (const entity of entities) kernel.add(entity);
  return kernel;
}

function runAll(kernel: Kernel): void {
  while (kernel.step(Infinity));
}

describe('kernel', () => {
  it('[KERNEL-3] a fault comes before everything else at its time, whenever it was entered', () => {
    const log = new Log();
    const kernel = kernelWith(log);
    kernel.post(10, ORDINARY_CLASS, 0, 0, 16, 1);
    kernel.post(10, FAULT_CLASS, 0, 0, 17, 2);
    runAll(kernel);
    expect(log.state.seen.map(([, , a]) => a)).toEqual([2, 1]);
  });

  it('[KERNEL-4] a killed entity hears nothing of what was meant for its former life', () => {
    const log = new Log();
    const kernel = kernelWith(log);
    kernel.post(10, ORDINARY_CLASS, 0, 0, 16, 1);
    kernel.kill(0);
    kernel.post(20, ORDINARY_CLASS, 0, 0, 16, 2);
    runAll(kernel);
    expect(log.state.seen).toEqual([[20, 16, 2]]);
  });

  it('[KERNEL-5] a frozen entity hears what came due when it is thawed, in its order, and not what was cancelled', () => {
    const log = new Log();
    const thawer: Entity = { state: null, handle: () => kernel.thaw(0) };
    const kernel = kernelWith(log, thawer);
    kernel.freeze(0);
    kernel.post(10, ORDINARY_CLASS, 0, 0, 16, 1);
    const dropped = kernel.post(11, ORDINARY_CLASS, 0, 0, 16, 2);
    kernel.post(12, ORDINARY_CLASS, 0, 0, 16, 3);
    kernel.post(15, ORDINARY_CLASS, 1, 1, 18, dropped);
    kernel.post(16, ORDINARY_CLASS, 0, 0, 16, 4);
    for (let i = 0; i < 3; i += 1) kernel.step(14);
    expect(kernel.cancel(dropped)).toBe(true);
    runAll(kernel);
    expect(log.state.seen).toEqual([
      [15, 16, 1],
      [15, 16, 3],
      [16, 16, 4],
    ]);
  });

  it('[KERNEL-6] an event carries the cause under which it was scheduled, and a record moves the cause on', () => {
    const causes: number[] = [];
    const log = new Log((event, ctx) => {
      causes.push(ctx.cause);
      if (event.a > 2) return;
      ctx.record(3, -1, -1, event.a, 0, 0, 0, 0, 0, 0, -1, -1);
      ctx.schedule(5, 16, event.a + 1);
    });
    const kernel = kernelWith(log);
    kernel.post(0, ORDINARY_CLASS, 0, 0, 16, 1);
    runAll(kernel);
    expect(causes).toEqual([-1, 0, 1]);
  });

  it('[KERNEL-7] the state of the kernel is plain data: a copy is equal and goes on alone', () => {
    const log = new Log((event, ctx) => {
      if (event.a < 50) ctx.schedule(1 + (ctx.random(0).next() % 7), 16, event.a + 1);
    });
    const kernel = kernelWith(log);
    kernel.state.streams.rows.set('x', 0);
    kernel.state.streams.state.set([1, 2, 3, 4]);
    kernel.post(0, ORDINARY_CLASS, 0, 0, 16, 1);
    for (let i = 0; i < 20; i += 1) kernel.step(Infinity);
    const copy = clone({ kernel: kernel.state, log: log.state });
    expect(difference(copy, { kernel: kernel.state, log: log.state })).toBeNull();
    runAll(kernel);
    const straight = clone(log.state.seen);
    kernel.restore(copy.kernel);
    log.state = copy.log;
    runAll(kernel);
    expect(log.state.seen).toEqual(straight);
    expect(straight).toHaveLength(50);
  });
});
