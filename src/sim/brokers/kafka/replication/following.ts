/**
 * A node as a follower: one fetcher a leader asks for everything that it follows there, one fetch at a time; what comes
 * is appended as it is, and where the leader's log departs the own one is cut first (ReplicaFetcherThread,
 * AbstractFetcherThread with truncation on fetch, KIP-595). Left out: the sizes of fetches, several fetchers a leader, a
 * follower that is behind the leader's log start. Rules: SPEC.md, KAFKA-REPLICA.
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import { BACKGROUND } from '#sim/kernel/queue.ts';
import { highWatermark, logEnd, type PartitionLog } from '#sim/brokers/kafka/partition-log.ts';
import { REPLICA_FETCH } from '#sim/brokers/kafka/protocol.ts';
import type {
  ReplicaFetchedPartition,
  ReplicaFetchPartition,
  ReplicaFetchRequest,
  ReplicaFetchResponse,
} from '#sim/brokers/kafka/replication/cluster-protocol.ts';
import { cutEpochs, epochAt } from '#sim/brokers/kafka/replication/leader-epochs.ts';
import { appendSlice, cutAt } from '#sim/brokers/kafka/replication/log-copy.ts';
import { truncateLog } from '#sim/brokers/kafka/replication/log-truncation.ts';
import type {
  Fetcher,
  NodeReplica,
  NodeReplication,
} from '#sim/brokers/kafka/replication/node-replication.ts';
import { releaseReplicated } from '#sim/brokers/kafka/transactions/partition-transactions.ts';
import * as emit from '#sim/trace/emit.ts';

/** A fetcher goes on after a failure: a = its leader's place among the nodes. */
export const FETCH_AGAIN = 187 | BACKGROUND;

/** Every fetcher that has something to ask for and nothing under way asks. */
export function fetchFromLeaders(repl: NodeReplication, ctx: Ctx): void {
  const cause = ctx.cause;
  for (let place = 0; place < repl.fetchers.length; place += 1) {
    ctx.cause = cause;
    fetchFrom(repl, ctx, place);
  }
}

export function fetchFrom(repl: NodeReplication, ctx: Ctx, place: number): void {
  const fetcher = repl.fetchers[place];
  const leader = repl.parts.nodes[place];
  if (fetcher === undefined || leader === undefined || fetcher.correlation >= 0) return;
  const partitions: ReplicaFetchPartition[] = [];
  let later = Infinity;
  for (const replica of repl.replicas) {
    if (replica === null || replica.followed === null || replica.leader !== leader) continue;
    if (replica.fetchNotBefore > ctx.now) later = Math.min(later, replica.fetchNotBefore);
    else partitions.push(askFor(replica, replica.followed));
  }
  if (partitions.length === 0) {
    if (later !== Infinity) again(fetcher, ctx, place, later);
    return;
  }
  repl.numbers += 1;
  fetcher.correlation = repl.numbers;
  fetcher.asked = partitions.map(({ partition, offset, leaderEpoch }) => ({
    row: partition,
    offset,
    epoch: leaderEpoch,
  }));
  const request: ReplicaFetchRequest = { partitions };
  ctx.send(leader, REPLICA_FETCH, fetcher.correlation, 0, 0, 0, 0, request);
}

function askFor({ row, epochs, leaderEpoch }: NodeReplica, log: PartitionLog): ReplicaFetchPartition {
  const offset = logEnd(log);
  return { partition: row, offset, lastFetchedEpoch: epochAt(epochs, offset - 1), leaderEpoch };
}

function again(fetcher: Fetcher, ctx: Ctx, place: number, at: number): void {
  if (fetcher.timer >= 0) ctx.cancel(fetcher.timer);
  fetcher.timer = ctx.schedule(at - ctx.now, FETCH_AGAIN, place);
}

/** The leader has answered; the next fetch, which tells it of this one, follows at once. */
export function replicaFetched(
  repl: NodeReplication,
  ctx: Ctx,
  from: number,
  correlation: number,
  response: ReplicaFetchResponse,
): void {
  const place = repl.parts.nodes.indexOf(from);
  const fetcher = repl.fetchers[place];
  if (fetcher === undefined || fetcher.correlation !== correlation) return;
  fetcher.correlation = -1;
  const packet = ctx.cause;
  let last = packet;
  for (const fetched of response.partitions) {
    const asked = fetcher.asked.find(({ row }) => row === fetched.partition);
    const replica = repl.replicas[fetched.partition];
    if (!replica?.followed || asked === undefined || replica.leader !== from) continue;
    if (asked.epoch !== replica.leaderEpoch || asked.offset !== logEnd(replica.followed)) continue;
    ctx.cause = packet;
    if (fetched.error === 'NONE') takeOver(replica, replica.followed, fetched, from, ctx);
    else replica.fetchNotBefore = ctx.now + repl.parts.fetchBackoff;
    last = ctx.cause;
  }
  ctx.cause = last;
  fetchFrom(repl, ctx, place);
}

function takeOver(
  replica: NodeReplica,
  log: PartitionLog,
  fetched: ReplicaFetchedPartition,
  leader: number,
  ctx: Ctx,
): void {
  const { epochs, leaderEpoch } = replica;
  const own = { log, epochs };
  const { topic, partition } = log;
  const before = logEnd(log);
  if (fetched.diverging !== null) {
    const cut = cutAt(own, fetched.diverging); // [KAFKA-REPLICA-11]
    if (cut >= before) return;
    truncateLog(log, cut);
    cutEpochs(epochs, cut);
    emit.truncate(ctx, topic, partition, cut, before, leaderEpoch);
    return;
  }
  if (fetched.slice !== null) appendSlice(own, fetched.slice, ctx.now); // [KAFKA-REPLICA-1]
  const watermark = highWatermark(log);
  log.replicatedTo = Math.min(fetched.highWatermark, logEnd(log)); // [KAFKA-REPLICA-3]
  releaseReplicated(log);
  if (logEnd(log) === before && log.replicatedTo === watermark) return;
  emit.replicate(ctx, topic, partition, logEnd(log), log.replicatedTo, leaderEpoch, leader);
}

/** The connection to a leader is gone: all that was fetched there is left alone for replica.fetch.backoff.ms. */
export function leaderGone(repl: NodeReplication, ctx: Ctx, peer: number): void {
  const place = repl.parts.nodes.indexOf(peer);
  const fetcher = repl.fetchers[place];
  if (fetcher === undefined) return;
  fetcher.correlation = -1;
  for (const replica of repl.replicas) {
    if (replica?.leader === peer) replica.fetchNotBefore = ctx.now + repl.parts.fetchBackoff;
  }
  fetchFrom(repl, ctx, place);
}
