/** Records of what operators do to topics while they are in use. */
import type { Ctx } from '#sim/kernel/entity.ts';
import { Kind } from '#sim/trace/vocabulary.ts';

/** A topic was asked to have `count` partitions where it had `from`; `code` is why that was refused, -1 = it was not. */
export function partitions(ctx: Ctx, topic: number, count: number, from: number, code: number): number {
  return ctx.record(Kind.partitions, -1, -1, topic, count, from, code, 0, 0, 0, -1, -1);
}
