/**
 * Whether the log of a new leader is still the one that the consumer has read (KIP-320): when the leader's epoch changes,
 * the consumer asks where the epoch of its last record ends there. If that is before its position, the log was cut, and
 * it goes on from where the logs part; without auto.offset.reset poll() throws. A position that comes from a commit has
 * no epoch and is not checked, as with offsets that a program commits without one. Rules: SPEC.md, KAFKA-CLUSTER-10.
 * Source: SubscriptionState#maybeCompleteValidation, OffsetFetcher#validatePositionsAsync (commit 1eb7644).
 */
import { intern } from '#sim/base/names.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import { channelOf, dataChannel, request, wakePoll } from '#sim/brokers/kafka/client/consumer-channel.ts';
import { leaderRefused } from '#sim/brokers/kafka/client/consumer-leaders.ts';
import {
  ownedRow,
  type ConsumerParts,
  type ConsumerState,
} from '#sim/brokers/kafka/client/consumer-state.ts';
import { setPosition } from '#sim/brokers/kafka/client/positions.ts';
import { OFFSET_FOR_LEADER_EPOCH } from '#sim/brokers/kafka/protocol.ts';
import type { EpochEndRequest, EpochEndResponse } from '#sim/brokers/kafka/replication/cluster-protocol.ts';

/** Asks every leader about the positions that are in doubt. */
export function checkPositions(p: ConsumerParts, s: ConsumerState, ctx: Ctx): void {
  for (let node = 0; node < p.metadata.nodes.length; node += 1) {
    const doubtful = s.owned.filter(
      (owned) => owned.node === node && owned.fetchState === 'await-validation',
    );
    const channel = dataChannel(node);
    const asked = s.requests.some((found) => found.of === 'epoch-end' && found.channel === channel);
    if (doubtful.length === 0 || asked) continue;
    const { downUntil } = channelOf(s, channel);
    if (downUntil > ctx.now) {
      wakePoll(s, ctx, downUntil);
      continue;
    }
    const deadline = ctx.now + p.config.requestTimeout;
    const sent: EpochEndRequest = {
      partitions: doubtful.map(({ row, offsetEpoch }) => ({ partition: row, epoch: offsetEpoch })),
    };
    request(p, s, ctx, OFFSET_FOR_LEADER_EPOCH, { of: 'epoch-end', channel, deadline }, sent);
  }
}

export function positionsChecked(
  p: ConsumerParts,
  s: ConsumerState,
  ctx: Ctx,
  response: EpochEndResponse,
): void {
  const cause = ctx.cause;
  for (const { partition, error, epoch, end } of response.partitions) {
    const owned = ownedRow(s, partition);
    if (owned === null || owned.fetchState !== 'await-validation') continue;
    if (error !== 'NONE') {
      if (s.view !== null) leaderRefused(s.view, owned);
    } else if (end >= owned.position) owned.fetchState = 'fetching';
    else if (p.config.autoOffsetReset === 'none') owned.fetchState = 'await-reset';
    else {
      ctx.cause = cause;
      owned.offsetEpoch = epoch;
      setPosition(p, ctx, owned, end, intern(p.catalog.names, 'truncation'), -1);
    }
  }
}
