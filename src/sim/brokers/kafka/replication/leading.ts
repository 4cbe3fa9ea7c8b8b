/**
 * A node as the leader of its partitions: what followers fetch, how far that has got, who is in sync, and the answers to
 * Produce requests that waited for it (Partition#fetchRecords, #maybeExpandIsr, #maybeShrinkIsr, DelayedProduce,
 * DelayedFetch). The in-sync set changes only when the controller says so (AlterPartition, KIP-497). Left out: limits on
 * the size of a follower's fetch. Rules: SPEC.md, KAFKA-REPLICA, KAFKA-CLUSTER.
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import { BACKGROUND } from '#sim/kernel/queue.ts';
import type { BrokerState } from '#sim/brokers/kafka/broker-state.ts';
import { highWatermark, logEnd, type PartitionLog } from '#sim/brokers/kafka/partition-log.ts';
import * as protocol from '#sim/brokers/kafka/protocol.ts';
import type {
  AlterPartitionRequest,
  AlterPartitionResponse,
  ReplicaFetchedPartition,
  ReplicaFetchPartition,
  ReplicaFetchRequest,
  ReplicaFetchResponse,
} from '#sim/brokers/kafka/replication/cluster-protocol.ts';
import { reportFetch } from '#sim/brokers/kafka/replication/follower-progress.ts';
import { raiseHighWatermark } from '#sim/brokers/kafka/replication/high-watermark.ts';
import { laggards, mayJoin } from '#sim/brokers/kafka/replication/in-sync-set.ts';
import { divergence, readSlice } from '#sim/brokers/kafka/replication/log-copy.ts';
import type { NodeReplica, NodeReplication } from '#sim/brokers/kafka/replication/node-replication.ts';
import type { ReplicationSettings } from '#sim/brokers/kafka/replication/replicated-partition.ts';
import { tellStable } from '#sim/brokers/kafka/transactions/stable-offset.ts';
import { settlePending } from '#sim/brokers/kafka/replication/waiting-produce.ts';
import * as emit from '#sim/trace/emit.ts';

/** The end of a follower's long poll, and the leader's look for laggards. */
export const REPLICA_WAIT_OVER = 184 | BACKGROUND;
export const LAG_CHECK = 185 | BACKGROUND;

/** Something was written, or somebody has fetched: watermarks rise, and what waited for that is answered. */
export function advanceLeading(state: BrokerState, repl: NodeReplication, ctx: Ctx): void {
  const cause = ctx.cause;
  for (const replica of repl.replicas) {
    if (replica === null || replica.led === null) continue;
    const log = state.logs[replica.row];
    if (log === null || log === undefined) continue;
    raise(repl, replica, log, ctx);
    settlePending(repl, replica.led, ctx);
    ctx.cause = cause;
  }
  answerReplicas(state, repl, ctx);
}

function settingsOf(repl: NodeReplication, row: number): ReplicationSettings {
  return repl.parts.settings[row] as ReplicationSettings;
}

/** [KAFKA-REPLICA-2] Leaves `ctx.cause` at the record that says so. */
function raise(repl: NodeReplication, replica: NodeReplica, log: PartitionLog, ctx: Ctx): void {
  if (replica.led === null || replica.led.replicas.length === 1) return;
  const before = highWatermark(log);
  raiseHighWatermark(replica.led, log, settingsOf(repl, replica.row), ctx.now);
  const after = highWatermark(log);
  if (after > before) emit.highWatermark(ctx, log.topic, log.partition, after, before, replica.leaderEpoch);
  if (log.transactions !== null) tellStable(ctx, log);
}

/** A follower's fetch: answered at once where there is something to say, else parked. */
export function replicaFetch(
  state: BrokerState,
  repl: NodeReplication,
  ctx: Ctx,
  from: number,
  correlation: number,
  request: ReplicaFetchRequest,
): void {
  // [KAFKA-REPLICA-3] the answer has the high watermark from before this fetch raised it
  const found = request.partitions.map((asked) => read(state, repl, asked));
  for (const asked of request.partitions) noteFetch(state, repl, ctx, from, asked);
  if (found.some(worthTelling)) answer(ctx, from, correlation, found);
  else {
    repl.numbers += 1;
    const timer = ctx.schedule(repl.parts.fetchWait, REPLICA_WAIT_OVER, repl.numbers);
    repl.parked.push({ id: repl.numbers, from, correlation, request, timer });
  }
}

function worthTelling({ error, diverging, slice }: ReplicaFetchedPartition): boolean {
  return error !== 'NONE' || diverging !== null || slice !== null;
}

function answer(ctx: Ctx, to: number, correlation: number, partitions: ReplicaFetchedPartition[]): void {
  let bytes = 0;
  for (const { slice } of partitions) for (const size of slice?.batchBytes ?? []) bytes += size;
  const response: ReplicaFetchResponse = { partitions };
  ctx.send(to, protocol.REPLICA_FETCH_RESPONSE, correlation, 0, 0, 0, 0, response, bytes);
}

function read(
  state: BrokerState,
  repl: NodeReplication,
  asked: ReplicaFetchPartition,
): ReplicaFetchedPartition {
  const { partition, offset, lastFetchedEpoch, leaderEpoch } = asked;
  const replica = repl.replicas[partition];
  const log = state.logs[partition];
  const nothing = { partition, diverging: null, slice: null, highWatermark: -1 };
  if (!replica?.led || !log) return { ...nothing, error: 'NOT_LEADER_OR_FOLLOWER' };
  if (leaderEpoch < replica.leaderEpoch) return { ...nothing, error: 'FENCED_LEADER_EPOCH' };
  if (leaderEpoch > replica.leaderEpoch) return { ...nothing, error: 'UNKNOWN_LEADER_EPOCH' };
  const own = { log, epochs: replica.epochs };
  const diverging = divergence(own, offset, lastFetchedEpoch);
  const slice = diverging === null && offset < logEnd(log) ? readSlice(own, offset) : null;
  return { partition, error: 'NONE', diverging, slice, highWatermark: highWatermark(log) };
}

/** [KAFKA-REPLICA-8] What the leader learns from a fetch. */
function noteFetch(
  state: BrokerState,
  repl: NodeReplication,
  ctx: Ctx,
  from: number,
  asked: ReplicaFetchPartition,
): void {
  const replica = repl.replicas[asked.partition];
  const log = state.logs[asked.partition];
  if (!replica?.led || !log || asked.leaderEpoch !== replica.leaderEpoch) return;
  const progress = replica.led.followers.find(({ broker }) => broker === from);
  const own = { log, epochs: replica.epochs };
  if (progress === undefined || divergence(own, asked.offset, asked.lastFetchedEpoch) !== null) return;
  const cause = ctx.cause;
  reportFetch(progress, asked.offset, logEnd(log), ctx.now);
  if (mayJoin(replica.led, progress, log)) propose(repl, replica, [...replica.led.isr, from], ctx);
  raise(repl, replica, log, ctx);
  settlePending(repl, replica.led, ctx);
  ctx.cause = cause;
}

/** Whether a parked fetch has something now, and what; null = nothing. */
function answerReplicas(state: BrokerState, repl: NodeReplication, ctx: Ctx): void {
  if (repl.parked.length === 0) return;
  const cause = ctx.cause;
  repl.parked = repl.parked.filter(({ from, correlation, request, timer }) => {
    const found = request.partitions.map((asked) => read(state, repl, asked));
    if (!found.some(worthTelling)) return true;
    ctx.cancel(timer);
    ctx.cause = cause;
    answer(ctx, from, correlation, found);
    return false;
  });
  ctx.cause = cause;
}

export function endReplicaWait(state: BrokerState, repl: NodeReplication, ctx: Ctx, id: number): void {
  const waiting = repl.parked.find((parked) => parked.id === id);
  if (waiting === undefined) return;
  repl.parked = repl.parked.filter((parked) => parked !== waiting);
  const found = waiting.request.partitions.map((asked) => read(state, repl, asked));
  answer(ctx, waiting.from, waiting.correlation, found);
}

/** [KAFKA-CLUSTER-5] Asks the controller for another in-sync set; one question at a time. */
function propose(repl: NodeReplication, replica: NodeReplica, isr: readonly number[], ctx: Ctx): void {
  if (replica.led === null || replica.led.proposed !== null) return;
  replica.led.proposed = isr;
  const request: AlterPartitionRequest = { partition: replica.row, leaderEpoch: replica.leaderEpoch, isr };
  ctx.send(repl.parts.controller, protocol.ALTER_PARTITION, 0, 0, 0, 0, 0, request);
}

/** The controller has refused; what it accepts comes with the metadata. */
export function alterRefused(
  repl: NodeReplication,
  { partition, leaderEpoch }: AlterPartitionResponse,
): void {
  const replica = repl.replicas[partition];
  if (replica?.led && replica.leaderEpoch === leaderEpoch) replica.led.proposed = null;
}

/** [KAFKA-REPLICA-8] Every half of replica.lag.time.max.ms. */
export function checkLag(state: BrokerState, repl: NodeReplication, ctx: Ctx): void {
  const cause = ctx.cause;
  ctx.schedule(repl.parts.lagCheck, LAG_CHECK);
  for (const replica of repl.replicas) {
    const log = replica === null ? null : state.logs[replica.row];
    if (!replica?.led || !log) continue;
    const { isr } = replica.led;
    const late = laggards(replica.led, log, settingsOf(repl, replica.row), ctx.now);
    ctx.cause = cause;
    const left = isr.filter((node) => !late.includes(node));
    if (late.length > 0) propose(repl, replica, left, ctx);
  }
}

/** A follower is gone: nobody hears what it waits for. */
export function forgetReplica(repl: NodeReplication, ctx: Ctx, peer: number): void {
  for (const { from, timer } of repl.parked) if (from === peer) ctx.cancel(timer);
  repl.parked = repl.parked.filter(({ from }) => from !== peer);
}
