/**
 * The partitions that a member has (SubscriptionState, ConsumerCoordinator#onJoinComplete, #onJoinPrepare). An eager one
 * gives all of them up before it joins; a cooperative one (KIP-429) keeps them, with their positions and what is fetched
 * of them, and gives up only what the new assignment takes away.
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import * as emit from '#sim/trace/emit.ts';
import {
  ownedRow,
  type ConsumerParts,
  type ConsumerState,
  type OwnedPartition,
} from '#sim/brokers/kafka/client/consumer-state.ts';

/** The assignment is there: the position of each partition that is new to the member is looked up next. */
export function takeOver(p: ConsumerParts, s: ConsumerState, ctx: Ctx, rows: readonly number[]): void {
  const cause = ctx.cause;
  for (const row of rows) {
    const known = p.metadata.partitions[row];
    if (known === undefined || ownedRow(s, row) !== null) continue;
    ctx.cause = cause;
    const assigned = emit.assign(
      ctx,
      p.words.group,
      known.topic,
      known.partition,
      ctx.self,
      s.member.generation,
    );
    const owned: OwnedPartition = {
      row,
      topic: known.topic,
      partition: known.partition,
      node: s.view === null ? p.metadata.nodes.indexOf(known.leader) : (s.view.leaders[row] as number),
      assigned,
      fetchState: 'initializing',
      position: -1,
      positioned: assigned,
      outOfRange: -1,
      paused: false,
      buffer: null,
      bufferAt: 0,
      committed: -1,
      offsetEpoch: -1,
      leaderEpoch: s.view?.epochs[row] ?? 0,
    };
    s.owned.push(owned);
    // [KAFKA-GROWTH-5] assigned by somebody who knows more
    if (s.view !== null && p.metadata.growth !== undefined && owned.node < 0) s.view.wanted = true;
  }
}

/** Gives every partition up. `reason` is the name id of why; the program goes on with what poll() has returned. */
export function revokeAll(p: ConsumerParts, s: ConsumerState, ctx: Ctx, reason: number): void {
  revoke(p, s, ctx, reason, () => true);
}

/** Gives those partitions up that `goes` names by their rows. */
function revoke(
  p: ConsumerParts,
  s: ConsumerState,
  ctx: Ctx,
  reason: number,
  goes: (row: number) => boolean,
): void {
  const cause = ctx.cause;
  for (const owned of s.owned) {
    if (!goes(owned.row)) continue;
    ctx.cause = cause;
    emit.revoke(ctx, p.words.group, owned.topic, owned.partition, ctx.self, s.member.generation, reason);
  }
  s.owned = s.owned.filter(({ row }) => !goes(row));
  s.buffered = s.buffered.filter((row) => !goes(row));
}

/** Gives up what is not in `rows`; true where that is anything. */
export function giveUpAllBut(p: ConsumerParts, s: ConsumerState, ctx: Ctx, rows: readonly number[]): boolean {
  const before = s.owned.length;
  const cause = ctx.cause;
  revoke(p, s, ctx, p.words.rebalance, (row) => !rows.includes(row));
  ctx.cause = cause;
  return s.owned.length < before;
}
