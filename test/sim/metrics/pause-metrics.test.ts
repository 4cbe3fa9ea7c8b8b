/** How long partitions stand still without an owner: forged assignments, and the three rebalances beside each other. */
import { describe, expect, it } from 'vitest';
import { PauseMetrics } from '#sim/metrics/pause-metrics.ts';
import { ProcessState } from '#sim/trace/vocabulary.ts';
import { Forge } from '../../support/forge.ts';

const S = 1_000_000;

/** Records of one group on one topic of two partitions; `end` in seconds. */
function measure(
  end: number,
  write: (forge: Draft) => void,
): [pauses: number, total: number, longest: number] {
  const forge = new Forge(['orders', 'payment']);
  const on = (partition: number) => ({ group: 'payment', topic: 'orders', partition });
  write({
    assign: (at, member, partition = 0) =>
      forge.add('assign', member, at * S, { ...on(partition), member, generation: 1 }),
    revoke: (at, member, partition = 0) =>
      forge.add('revoke', member, at * S, { ...on(partition), member, generation: 1, reason: 'rebalance' }),
    position: (at, entity, partition = 0) =>
      forge.add('position', entity, at * S, { ...on(partition), offset: 0, reason: 'committed', from: -1 }),
    crash: (at, entity) =>
      forge.add('process', entity, at * S, { state: ProcessState.crashed, reason: 'fault', factor: 0 }),
  });
  const scope = {
    topics: [{ name: 'orders', partitions: 2 }],
    groups: [{ name: 'payment', topics: ['orders'], handlers: [] }],
    entityNames: forge.entities,
    declaredSkips: [],
  };
  const pauses = new PauseMetrics(scope, forge.catalog);
  forge.write([pauses]);
  const [count, total, longest] = pauses.values(end * S).map(({ value }) => value);
  return [count ?? NaN, total ?? NaN, longest ?? NaN];
}

interface Draft {
  assign(at: number, member: string, partition?: number): void;
  revoke(at: number, member: string, partition?: number): void;
  position(at: number, entity: string, partition?: number): void;
  crash(at: number, entity: string): void;
}

describe('pauses', () => {
  it('last from the last owner to the position of the next; taking a partition up first is none', () => {
    const told = measure(20, ({ assign, position, revoke }) => {
      assign(1, 'a');
      position(2, 'a');
      revoke(5, 'a');
      assign(7, 'b');
      position(8, 'b');
    });
    expect(told).toEqual([1, 3, 3]);
  });

  it('begin with the death of an owner, and go on until the end where nobody comes', () => {
    const told = measure(20, ({ assign, position, crash }) => {
      for (const partition of [0, 1]) {
        assign(1, 'a', partition);
        position(1, 'a', partition);
      }
      crash(10, 'a');
      assign(14, 'b', 1);
      position(15, 'b', 1);
    });
    expect(told).toEqual([2, 15, 10]);
  });

  it('do not end with an owner that gives up again before it reads', () => {
    const told = measure(20, ({ assign, position, revoke }) => {
      assign(1, 'a');
      position(1, 'a');
      revoke(5, 'a');
      assign(6, 'b');
      revoke(7, 'b');
      assign(9, 'a');
      position(9, 'a');
    });
    expect(told).toEqual([1, 4, 4]);
  });

  it('of a shared partition begin with the last of its owners; the broker says where they read', () => {
    const told = measure(20, ({ assign, position, revoke }) => {
      assign(1, 'a');
      assign(1, 'b');
      position(1, 'kafka-1');
      revoke(3, 'a');
      revoke(5, 'b');
      assign(8, 'a');
      revoke(10, 'a');
      assign(11, 'b');
    });
    expect(told).toEqual([2, 4, 3]);
  });

  it('are none where nobody gave anything up', () => {
    expect(measure(20, ({ assign }) => assign(1, 'a'))).toEqual([0, 0, 0]);
  });
});
