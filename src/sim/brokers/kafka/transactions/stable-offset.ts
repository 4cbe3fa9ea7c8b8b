/**
 * Says in the trace where a partition's last stable offset stands, whenever that is not simply the high watermark: while
 * a transaction is open, and once more when nothing holds it back any longer.
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import { highWatermark, type PartitionLog } from '#sim/brokers/kafka/partition-log.ts';
import { lastStableOffset } from '#sim/brokers/kafka/transactions/partition-transactions.ts';
import * as emit from '#sim/trace/emit.ts';

/** To be called after anything that may move it: an append, a marker, a rise of the high watermark. */
export function tellStable(ctx: Ctx, log: PartitionLog): void {
  const { transactions } = log;
  if (transactions === null) return;
  const stable = lastStableOffset(log);
  const end = highWatermark(log);
  const told = stable < end ? stable : -1;
  if (told === transactions.told) return;
  transactions.told = told;
  const { cause } = ctx;
  emit.stable(ctx, log.topic, log.partition, stable, end);
  ctx.cause = cause;
}
