/** A group's members beside a producer that fills the log, for tests of the consumer. */
import { intAt } from '#sim/base/column.ts';
import { BACKGROUND } from '#sim/kernel/queue.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import type { WrittenConfig } from '#sim/brokers/kafka/config.ts';
import {
  assignorsFor,
  clientWorld,
  consumerConfig,
  producerConfig,
  type ClientWorld,
  type Process,
} from './client-world.ts';

export const MS = 1000;
export const S = 1_000_000;
export const MANUAL = { 'enable.auto.commit': false };

export type Member = Process & { readonly id: number };

export interface Desk extends ClientWorld {
  member(name: string, written?: WrittenConfig): Member;
  /** Publishes these keys at a time in ms. */
  fill(ms: number, keys: readonly number[]): void;
  /** The member's program makes a turn. */
  turn<T>(member: Member, call: (ctx: Ctx) => T): T;
  packets(kind: number, from: number): number[];
  committed(row?: number): number;
  pass(until: number): void;
}

export function desk(partitions = 1, settings = {}): Desk {
  const world = clientWorld(partitions, settings);
  const filler = world.addProcess('filler', { producer: producerConfig({ 'linger.ms': 0 }) });
  world.start(filler.id);
  const plan: (readonly number[])[] = [];
  filler.turn = (ctx, self) => plan.shift()?.forEach((key) => world.publish(ctx, self, key, -1));
  return {
    ...world,
    member(name, written = {}) {
      const classic = written['group.protocol'] !== 'consumer';
      const session: Record<string, number> = classic ? { 'session.timeout.ms': 10_000 } : {};
      return world.addProcess(name, {
        consumer: consumerConfig({ ...session, ...written }),
        assignors: assignorsFor(written),
      });
    },
    fill(ms, keys) {
      plan.push(keys);
      world.at(ms * MS, filler.id);
    },
    turn(member, call) {
      let result: unknown;
      member.turn = (ctx) => {
        result = call(ctx);
      };
      world.at(world.kernel.now, member.id);
      world.run(world.kernel.now);
      return result as never;
    },
    packets: (kind, from) =>
      world
        .rows('send')
        .filter(({ b, entity }) => (b & ~BACKGROUND) === (kind & ~BACKGROUND) && entity === from)
        .map(({ at }) => at),
    committed(row = 0) {
      const found = world.broker.state.persisted.get('g');
      return found === undefined ? -1 : intAt(found.committed, row);
    },
    pass(until) {
      world.run(until);
      world.kernel.now = until;
      world.kernel.state.now = until;
    },
  };
}

export const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
