/**
 * Offsets that are committed within a transaction (OffsetMetadataManager#commitTransactionalOffset, #completeTransaction):
 * they wait beside the group's committed ones until the transaction's marker makes them count or drops them, and
 * meanwhile a member that asks for stable offsets is told to come back (KIP-447). Rules: SPEC.md, KAFKA-COORDINATOR-9.
 */
import { ensureInt } from '#sim/base/column.ts';
import { intern } from '#sim/base/names.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import type { BrokerEnv, BrokerState } from '#sim/brokers/kafka/broker-state.ts';
import { offsetsOf } from '#sim/brokers/kafka/group-persistence.ts';
import type { PersistedGroup } from '#sim/brokers/kafka/group.ts';
import type { TxnOffsetCommitRequest } from '#sim/brokers/kafka/transactions/transaction-protocol.ts';
import * as emit from '#sim/trace/emit.ts';

/** What an open transaction will have committed. */
export interface PendingOffset {
  readonly partition: number;
  readonly offset: number;
  readonly entity: number;
  readonly generation: number;
}

/** Durable: notes the offsets under their producer. */
export function holdOffsets(state: BrokerState, request: TxnOffsetCommitRequest): void {
  const persisted = offsetsOf(state, request.group);
  persisted.pending ??= new Map();
  const { entity, generation, producerId } = request;
  const held = persisted.pending.get(producerId) ?? [];
  const kept = held.filter(({ partition }) => !request.offsets.some((one) => one.partition === partition));
  for (const { partition, offset } of request.offsets) kept.push({ partition, offset, entity, generation });
  persisted.pending.set(producerId, kept);
}

/** [KAFKA-COORDINATOR-9] Whether an open transaction would change one of the partitions' offsets. */
export function isUnstable(persisted: PersistedGroup | undefined, partitions: readonly number[]): boolean {
  if (persisted?.pending === undefined) return false;
  for (const held of persisted.pending.values()) {
    if (held.some(({ partition }) => partitions.includes(partition))) return true;
  }
  return false;
}

/** The marker in __consumer_offsets: what was held counts from now on, or never did. */
export function endGroupTransaction(
  state: BrokerState,
  env: BrokerEnv,
  ctx: Ctx,
  group: string,
  producerId: number,
  commit: boolean,
): void {
  const persisted = state.persisted.get(group);
  const held = persisted?.pending?.get(producerId);
  if (persisted === undefined || held === undefined) return;
  persisted.pending?.delete(producerId);
  if (!commit) return;
  const { committed, committedBy } = persisted;
  const packet = ctx.cause;
  const nameId = intern(env.catalog.names, group);
  ensureInt(committed, env.metadata.partitions.length, -1);
  ensureInt(committedBy, env.metadata.partitions.length, -1);
  for (const { partition: row, offset, entity, generation } of held) {
    const known = env.metadata.partitions[row];
    if (known === undefined) continue;
    const { topic, partition } = known;
    committed.data[row] = offset;
    committedBy.data[row] = emit.commit(ctx, nameId, topic, partition, offset, entity, generation, packet);
  }
}
