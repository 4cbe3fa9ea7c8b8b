/**
 * The producer's picture of who leads, in a cluster of several nodes: batches that wait move with their partition to its
 * new leader; those in flight end where they were sent. See cluster-view.
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
import { backoff } from '#sim/brokers/kafka/client/exponential-backoff.ts';
import type { SenderParts } from '#sim/brokers/kafka/client/producer-sender.ts';
import type { ProducerState } from '#sim/brokers/kafka/client/producer-state.ts';
import { wakeAt } from '#sim/brokers/kafka/client/producer-wake.ts';
import { METADATA } from '#sim/brokers/kafka/protocol.ts';
import type { MetadataResponse } from '#sim/brokers/kafka/replication/cluster-protocol.ts';

/** The picture is old. */
export const PRODUCER_METADATA_AGE = 69 | BACKGROUND;

/** Asks who leads, if that is in doubt, nobody has been asked, and somebody can be. */
export function lookUpLeaders(p: SenderParts, s: ProducerState, ctx: Ctx): void {
  const { view } = s;
  if (view === null || !view.wanted || view.correlation >= 0) return;
  const downUntil = s.nodes.map((link) => link.downUntil);
  const place = reachable(view, downUntil, ctx.now);
  const at = Math.max(view.notBefore, place < 0 ? Math.min(...downUntil) : 0);
  if (at > ctx.now) {
    wakeAt(s, ctx, at);
    return;
  }
  s.correlation += 1;
  view.place = place;
  view.correlation = s.correlation;
  view.deadline = ctx.now + p.config.requestTimeout;
  const growing = p.metadata.growth !== undefined;
  const sent = growing ? { maxAge: p.config.metadataMaxAge } : null;
  ctx.send(p.metadata.nodes[place] as number, METADATA, view.correlation, 0, 0, 0, 0, sent);
}

/** False where the answer is to a question that nobody remembers. */
export function leadersTold(
  p: SenderParts,
  s: ProducerState,
  ctx: Ctx,
  correlation: number,
  response: MetadataResponse,
): boolean {
  const { view } = s;
  if (view === null || view.correlation !== correlation) return false;
  const rows = s.queues.flatMap(({ row }) => ((response.leaders[row]?.epoch ?? 0) < 0 ? [] : [row]));
  const pause = backoff(p.config.retryBackoff, p.config.retryBackoffMax, view.failures);
  believe(view, p.metadata, response, rows, ctx.now + pause);
  ageFromNow(view, p.metadata, ctx, PRODUCER_METADATA_AGE, p.config.metadataMaxAge);
  if (p.metadata.growth !== undefined) s.known = countKnown(p, s, view);
  for (const queue of s.queues) queue.node = view.leaders[queue.row] as number;
  s.queuesOfNode = p.metadata.nodes.map((_, node) => {
    const led: number[] = [];
    s.queues.forEach((queue, index) => {
      if (queue.node === node) led.push(index);
    });
    return led;
  });
  return true;
}

/** By topic: how many partitions keys are spread over. */
function countKnown(p: SenderParts, s: ProducerState, view: ClusterView): number[] {
  const counts: number[] = [];
  for (const { sticky, firstQueue, partitions } of p.layout.targets) {
    const queues = s.queues.slice(firstQueue, firstQueue + partitions);
    counts[sticky] = queues.filter(({ row }) => (view.epochs[row] as number) >= 0).length;
  }
  return counts;
}

/** The connection to a node is gone: who leads is in doubt, and a question that it was asked is asked of another. */
export function leadersInDoubt(p: SenderParts, s: ProducerState, ctx: Ctx, node: number): void {
  const { view } = s;
  if (view === null) return;
  view.wanted = true;
  if (view.correlation < 0 || view.place !== node) return;
  const pause = backoff(p.config.retryBackoff, p.config.retryBackoffMax, view.failures);
  askNext(view, p.metadata.nodes.length, ctx.now + pause);
}
