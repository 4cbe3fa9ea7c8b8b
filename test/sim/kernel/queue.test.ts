import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as queue from '#sim/kernel/queue.ts';

interface Made {
  at: number;
  eventClass: number;
  handle: number;
  id: number;
}

function push(q: queue.QueueState, at: number, eventClass: number, id: number): number {
  const slot = queue.takeSlot(q);
  q.rows[slot * queue.ROW + queue.KIND] = 16;
  q.rows[slot * queue.ROW + queue.A] = id;
  return queue.enter(q, slot, at, eventClass, 0);
}

function pop(q: queue.QueueState): { at: number; id: number } | null {
  const slot = queue.takeNext(q, Infinity);
  if (slot < 0) return null;
  const id = q.rows[slot * queue.ROW + queue.A] as number;
  queue.releaseSlot(q, slot);
  return { at: q.takenAt, id };
}

describe('event queue', () => {
  it('[KERNEL-QUEUE-2] pops in the order (at, class, seq) and nothing else, cancelled events never', () => {
    const command = fc.oneof(
      fc.record({ do: fc.constant('push' as const), at: fc.nat(40), eventClass: fc.nat(1) }),
      fc.record({ do: fc.constant('cancel' as const), which: fc.nat() }),
      fc.record({ do: fc.constant('pop' as const) }),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 400 }), (commands) => {
        const q = queue.createQueueState(4);
        let model: Made[] = [];
        let id = 0;
        for (const step of commands) {
          if (step.do === 'push') {
            const handle = push(q, step.at, step.eventClass, id);
            model.push({ at: step.at, eventClass: step.eventClass, handle, id });
            id += 1;
          } else if (step.do === 'cancel') {
            const victim = model[step.which % Math.max(1, model.length)];
            if (victim === undefined) continue;
            expect(queue.cancel(q, victim.handle)).toBe(true);
            expect(queue.cancel(q, victim.handle)).toBe(false);
            model = model.filter((made) => made !== victim);
          } else {
            const sorted = [...model].sort(
              (a, b) => a.at - b.at || a.eventClass - b.eventClass || a.id - b.id,
            );
            const due = sorted[0];
            const popped = pop(q);
            expect(popped).toEqual(due === undefined ? null : { at: due.at, id: due.id });
            model = model.filter((made) => made !== due);
          }
          expect(q.foreground).toBe(model.length);
        }
      }),
      { numRuns: process.env['SPILLWAY_DEEP'] ? 2000 : 150 },
    );
  });

  it('[KERNEL-QUEUE-3] a handle of an event that has happened cancels nothing, whoever has its slot now', () => {
    const q = queue.createQueueState(4);
    const first = push(q, 1, 1, 1);
    expect(pop(q)).toEqual({ at: 1, id: 1 });
    push(q, 2, 1, 2);
    expect(queue.cancel(q, first)).toBe(false);
    expect(pop(q)).toEqual({ at: 2, id: 2 });
  });

  it('[KERNEL-QUEUE-4] many cancelled events leave the heap before they are due', () => {
    const q = queue.createQueueState(4);
    for (let i = 0; i < 10_000; i += 1) queue.cancel(q, push(q, 1_000_000 + i, 1, i));
    expect(q.size).toBeLessThan(2_500);
    push(q, 5, 1, 77);
    expect(pop(q)).toEqual({ at: 5, id: 77 });
    expect(pop(q)).toBeNull();
    expect(q.freeCount).toBe(q.status.length);
  });
});
