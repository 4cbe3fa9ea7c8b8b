/**
 * The consumer's picture of who leads, in a cluster of several nodes: a partition whose leader refused is fetched again
 * once the picture has been refreshed. See cluster-view.
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import { BACKGROUND } from '#sim/kernel/queue.ts';
import {
  ageFromNow,
  askNext,
  believe,
  reachable,
  type ClusterView,
} from '#sim/brokers/kafka/client/cluster-view.ts';
import {
  channelOf,
  dataChannel,
  request,
  underWay,
  wakePoll,
} from '#sim/brokers/kafka/client/consumer-channel.ts';
import type {
  ConsumerParts,
  ConsumerState,
  OwnedPartition,
} from '#sim/brokers/kafka/client/consumer-state.ts';
import { backoff } from '#sim/brokers/kafka/client/exponential-backoff.ts';
import { CONSUMER_METADATA } from '#sim/brokers/kafka/protocol.ts';
import type { MetadataResponse } from '#sim/brokers/kafka/replication/cluster-protocol.ts';

/** The picture is old. */
export const CONSUMER_METADATA_AGE = 102 | BACKGROUND;

/** The node does not lead that partition. */
export function leaderRefused(view: ClusterView, owned: OwnedPartition): void {
  view.wanted = true;
  owned.node = -1;
}

/** Asks who leads, if that is in doubt, nobody has been asked, and somebody can be. */
export function lookUpLeaders(p: ConsumerParts, s: ConsumerState, ctx: Ctx): void {
  const { view } = s;
  if (view === null || !view.wanted || underWay(s, 'metadata')) return;
  const downUntil = p.metadata.nodes.map((_, node) => channelOf(s, dataChannel(node)).downUntil);
  const place = reachable(view, downUntil, ctx.now);
  const at = Math.max(view.notBefore, place < 0 ? Math.min(...downUntil) : 0);
  if (at > ctx.now) {
    wakePoll(s, ctx, at);
    return;
  }
  view.place = place;
  const deadline = ctx.now + p.config.requestTimeout;
  const sent = p.metadata.growth === undefined ? null : { maxAge: p.config.metadataMaxAge };
  request(p, s, ctx, CONSUMER_METADATA, { of: 'metadata', channel: dataChannel(place), deadline }, sent);
}

/** [KAFKA-GROWTH-3] The heartbeat thread sends too: the program need not be in poll(). */
export function metadataIsOld(p: ConsumerParts, s: ConsumerState, ctx: Ctx): void {
  if (s.view === null) return;
  s.view.ageTimer = -1;
  s.view.wanted = true;
  lookUpLeaders(p, s, ctx);
}

export function leadersTold(p: ConsumerParts, s: ConsumerState, ctx: Ctx, response: MetadataResponse): void {
  const { view } = s;
  if (view === null) return;
  const rows = s.owned.map(({ row }) => row);
  const pause = backoff(p.config.retryBackoff, p.config.retryBackoffMax, view.failures);
  believe(view, p.metadata, response, rows, ctx.now + pause);
  ageFromNow(view, p.metadata, ctx, CONSUMER_METADATA_AGE, p.config.metadataMaxAge);
  for (const owned of s.owned) {
    owned.node = view.leaders[owned.row] as number;
    doubt(s, owned, view.epochs[owned.row] as number);
  }
}

/** Another leader may have another log: what is buffered is not returned before that is known (see position-check). */
function doubt(s: ConsumerState, owned: OwnedPartition, epoch: number): void {
  if (epoch === owned.leaderEpoch || owned.node < 0) return;
  owned.leaderEpoch = epoch;
  if (owned.offsetEpoch < 0 || owned.fetchState !== 'fetching') return;
  owned.fetchState = 'await-validation';
  owned.buffer = null;
  s.buffered = s.buffered.filter((row) => row !== owned.row);
}

/** The node that was asked is gone. */
export function leadersUntold(p: ConsumerParts, s: ConsumerState, ctx: Ctx): void {
  const { view } = s;
  if (view === null) return;
  const pause = backoff(p.config.retryBackoff, p.config.retryBackoffMax, view.failures);
  askNext(view, p.metadata.nodes.length, ctx.now + pause);
}
