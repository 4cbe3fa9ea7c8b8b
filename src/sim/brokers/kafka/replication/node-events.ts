/**
 * The part of a broker node that exists in a cluster of several: every event of replication goes to where it belongs.
 * Rules: SPEC.md, KAFKA-REPLICA, KAFKA-CLUSTER.
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import type { Event } from '#sim/kernel/queue.ts';
import type { BrokerState } from '#sim/brokers/kafka/broker-state.ts';
import { answerParked } from '#sim/brokers/kafka/fetch.ts';
import { highWatermark, logEnd } from '#sim/brokers/kafka/partition-log.ts';
import * as protocol from '#sim/brokers/kafka/protocol.ts';
import { LIFE_TIMER, liveOn, registrationRefused } from '#sim/brokers/kafka/replication/broker-lifecycle.ts';
import type {
  AlterPartitionResponse,
  BrokerRegistrationResponse,
  ClusterImage,
  EpochEndRequest,
  EpochEndResponse,
  MetadataResponse,
  ReplicaFetchRequest,
  ReplicaFetchResponse,
} from '#sim/brokers/kafka/replication/cluster-protocol.ts';
import {
  FETCH_AGAIN,
  fetchFrom,
  fetchFromLeaders,
  leaderGone,
  replicaFetched,
} from '#sim/brokers/kafka/replication/following.ts';
import { endOfEpoch } from '#sim/brokers/kafka/replication/leader-epochs.ts';
import { hasMinInSync } from '#sim/brokers/kafka/replication/high-watermark.ts';
import {
  alterRefused,
  checkLag,
  endReplicaWait,
  forgetReplica,
  LAG_CHECK,
  REPLICA_WAIT_OVER,
  replicaFetch,
} from '#sim/brokers/kafka/replication/leading.ts';
import type { NodeReplication } from '#sim/brokers/kafka/replication/node-replication.ts';
import { applyImage } from '#sim/brokers/kafka/replication/roles.ts';
import type { ReplicationSettings } from '#sim/brokers/kafka/replication/replicated-partition.ts';
import {
  forgetProducer,
  PRODUCE_WAIT_OVER,
  produceOverdue,
} from '#sim/brokers/kafka/replication/waiting-produce.ts';

/** Takes an event of replication; false where it is none. */
export function replicationEvent(state: BrokerState, repl: NodeReplication, event: Event, ctx: Ctx): boolean {
  const { from, a, data } = event;
  switch (event.kind) {
    case protocol.REPLICA_FETCH:
      replicaFetch(state, repl, ctx, from, a, data as ReplicaFetchRequest);
      answerParked(state, ctx);
      return true;
    case protocol.REPLICA_FETCH_RESPONSE:
      replicaFetched(repl, ctx, from, a, data as ReplicaFetchResponse);
      return true;
    case protocol.METADATA_RECORDS:
      if (repl.registered) applyImage(state, repl, ctx, data as ClusterImage);
      answerParked(state, ctx);
      return true;
    case protocol.BROKER_REGISTRATION_RESPONSE:
      registered(state, repl, ctx, data as BrokerRegistrationResponse);
      return true;
    case protocol.ALTER_PARTITION_RESPONSE:
      alterRefused(repl, data as AlterPartitionResponse);
      return true;
    case protocol.OFFSET_FOR_LEADER_EPOCH:
      ctx.send(from, event.kind + 1, a, 0, 0, 0, 0, epochEnds(state, repl, data as EpochEndRequest));
      return true;
    case protocol.METADATA:
    case protocol.CONSUMER_METADATA:
      ctx.send(from, event.kind + 1, a, 0, 0, 0, 0, metadata(repl));
      return true;
    default:
      return replicationTimer(state, repl, event.kind, a, ctx);
  }
}

function replicationTimer(
  state: BrokerState,
  repl: NodeReplication,
  kind: number,
  a: number,
  ctx: Ctx,
): boolean {
  switch (kind) {
    case REPLICA_WAIT_OVER:
      endReplicaWait(state, repl, ctx, a);
      return true;
    case FETCH_AGAIN: {
      const fetcher = repl.fetchers[a];
      if (fetcher !== undefined) fetcher.timer = -1;
      fetchFrom(repl, ctx, a);
      return true;
    }
    case LAG_CHECK:
      checkLag(state, repl, ctx);
      return true;
    case LIFE_TIMER:
      liveOn(repl, ctx);
      return true;
    case PRODUCE_WAIT_OVER:
      produceOverdue(repl, ctx, a);
      return true;
    default:
      return false;
  }
}

/** The node's process has come up. */
export function startReplication(repl: NodeReplication, ctx: Ctx): void {
  liveOn(repl, ctx);
  ctx.schedule(repl.parts.lagCheck, LAG_CHECK);
  fetchFromLeaders(repl, ctx);
}

function registered(
  state: BrokerState,
  repl: NodeReplication,
  ctx: Ctx,
  { registered: accepted, image }: BrokerRegistrationResponse,
): void {
  if (repl.registered) return;
  if (!accepted || image === null) {
    registrationRefused(repl, ctx);
    return;
  }
  applyImage(state, repl, ctx, image);
  repl.registered = true;
  liveOn(repl, ctx);
}

/** [KAFKA-CLUSTER-10] */
function epochEnds(
  state: BrokerState,
  repl: NodeReplication,
  { partitions }: EpochEndRequest,
): EpochEndResponse {
  return {
    partitions: partitions.map(({ partition, epoch }) => {
      const log = state.logs[partition];
      const replica = repl.replicas[partition];
      if (!log || !replica?.led) {
        return { partition, error: 'NOT_LEADER_OR_FOLLOWER' as const, epoch: -1, end: -1 };
      }
      const found = endOfEpoch(replica.epochs, epoch, logEnd(log));
      return { partition, error: 'NONE' as const, epoch: found.epoch, end: found.start };
    }),
  };
}

/** What this node knows of the cluster, for a client. */
function metadata({ image }: NodeReplication): MetadataResponse {
  return { leaders: image.partitions.map(({ leader, leaderEpoch }) => ({ leader, epoch: leaderEpoch })) };
}

/** The connection to `peer` is gone, whatever it was to this node. */
export function replicationPeerGone(repl: NodeReplication, ctx: Ctx, peer: number): void {
  forgetReplica(repl, ctx, peer);
  forgetProducer(repl, ctx, peer);
  leaderGone(repl, ctx, peer);
}

/** Something will still come of it: a registration, a copy, a follower that catches up. */
export function replicationBusy(state: BrokerState, repl: NodeReplication): boolean {
  if (!state.up) return false;
  if (!repl.registered || repl.image.fenced.includes(repl.parts.self) || repl.pending.length > 0) return true;
  for (const replica of repl.replicas) {
    const log = replica === null ? null : state.logs[replica.row];
    if (!replica?.led || !log) continue;
    const { replicas, isr, fenced } = replica.led;
    const settings = repl.parts.settings[replica.row] as ReplicationSettings;
    if (highWatermark(log) < logEnd(log) && hasMinInSync(replica.led, settings)) return true;
    if (replicas.some((node) => !isr.includes(node) && !fenced.includes(node))) return true;
  }
  return false;
}
