/**
 * Partitions that a topic is given while it is in use (CreatePartitions; ReplicationControlManager#createPartitions): which
 * of them exist, what a client is told of them, and whether anybody has yet to hear of it. They begin empty; nothing moves
 * over. Null in a cluster whose file adds none. In a cluster of several nodes the controller decides, and what exists
 * stands in its image (leader epoch -1 = not yet). Rules: SPEC.md, KAFKA-GROWTH.
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import type { Event } from '#sim/kernel/queue.ts';
import type { BrokerEnv, BrokerState } from '#sim/brokers/kafka/broker-state.ts';
import type { ConsumerGroup } from '#sim/brokers/kafka/consumer-group.ts';
import { rowsThatExist, type Metadata } from '#sim/brokers/kafka/metadata.ts';
import type { PartitionLog } from '#sim/brokers/kafka/partition-log.ts';
import { CONSUMER_METADATA, METADATA } from '#sim/brokers/kafka/protocol.ts';
import type { MetadataRequest, MetadataResponse } from '#sim/brokers/kafka/replication/cluster-protocol.ts';
import * as emit from '#sim/trace/emit-growth.ts';

/** An operator's request: a = name id of the topic, b = the number of partitions that it is to have. */
export const CREATE_PARTITIONS = 191;

export interface Growth {
  /** Durable. By partition row: whether it exists; counts in a cluster of one node alone. */
  readonly exists: boolean[];
  /** Volatile. Clients: how many partitions they were told of, and until when they will have asked again. For `busy`. */
  told: Map<number, { readonly partitions: number; readonly until: number }>;
}

/** A flight and its answer. */
const ASKED_AGAIN_WITHIN = 1_000_000;
/** metadata.max.age.ms of a client that does not say. */
const DEFAULT_AGE = 300_000_000;

export function createGrowth(metadata: Metadata): Growth | null {
  if (metadata.growth === undefined) return null;
  return { exists: metadata.partitions.map(({ later }) => later !== true), told: new Map() };
}

function partitionExists(state: BrokerState, row: number): boolean {
  const { growth, replication } = state;
  if (growth === null) return true;
  if (replication === null) return growth.exists[row] === true;
  return (replication.image.partitions[row]?.leaderEpoch ?? -1) >= 0;
}

/** A topic's rows, of those partitions that exist as far as this node knows. */
export function existingRows(state: BrokerState, metadata: Metadata): ReadonlyMap<string, readonly number[]> {
  if (state.growth === null) return metadata.rowsOf;
  return rowsThatExist(metadata, (row) => partitionExists(state, row));
}

function countExisting(state: BrokerState, metadata: Metadata): number {
  let count = 0;
  for (let row = 0; row < metadata.partitions.length; row += 1) if (partitionExists(state, row)) count += 1;
  return count;
}

/** Takes what only a cluster that grows is sent; false where it is something else. */
export function growthEvent(
  state: BrokerState,
  growth: Growth,
  env: BrokerEnv,
  event: Event,
  ctx: Ctx,
  newLog: (row: number) => PartitionLog,
): boolean {
  switch (event.kind) {
    case METADATA:
    case CONSUMER_METADATA: {
      const age = (event.data as MetadataRequest | null)?.maxAge ?? DEFAULT_AGE;
      const until = ctx.now + age + ASKED_AGAIN_WITHIN;
      growth.told.set(event.from, { partitions: countExisting(state, env.metadata), until });
      ctx.send(event.from, event.kind + 1, event.a, 0, 0, 0, 0, metadataOf(state, env));
      return true;
    }
    case CREATE_PARTITIONS: {
      const rows = rowsToAdd(env.metadata, ctx, event.a, event.b, (row) => partitionExists(state, row));
      for (const row of rows) {
        growth.exists[row] = true;
        state.logs[row] = newLog(row);
      }
      return true;
    }
    default:
      return false;
  }
}

/** [KAFKA-GROWTH-1] The rows that come into being; none where that would not be an increase. Either is recorded. */
export function rowsToAdd(
  metadata: Metadata,
  ctx: Ctx,
  topic: number,
  count: number,
  exists: (row: number) => boolean,
): number[] {
  const rows = metadata.partitions.flatMap((known, row) => (known.topic === topic ? [row] : []));
  const from = rows.filter(exists).length;
  const refused = count <= from;
  emit.partitions(ctx, topic, count, from, refused ? (metadata.growth?.invalidPartitions ?? -1) : -1);
  return refused ? [] : rows.slice(from, count);
}

function metadataOf(state: BrokerState, env: BrokerEnv): MetadataResponse {
  const { replication } = state;
  if (replication !== null) {
    const { partitions } = replication.image;
    return { leaders: partitions.map(({ leader, leaderEpoch }) => ({ leader, epoch: leaderEpoch })) };
  }
  return {
    leaders: env.metadata.partitions.map((_, row) =>
      partitionExists(state, row) ? { leader: env.node, epoch: 0 } : { leader: -1, epoch: -1 },
    ),
  };
}

/** [KAFKA-GROWTH-4] Partitions of the topics that the group's members subscribe to. */
export function subscribedPartitions(state: BrokerState, metadata: Metadata, group: ConsumerGroup): number {
  const topics = new Set([...group.members.values()].flatMap((member) => member.topics));
  let count = 0;
  for (const [topic, rows] of existingRows(state, metadata)) if (topics.has(topic)) count += rows.length;
  return count;
}

/** Some client, or some group of the new protocol, has yet to hear of partitions that exist. */
export function growthBusy(state: BrokerState, metadata: Metadata, now: number): boolean {
  const { growth } = state;
  if (growth === null) return false;
  const count = countExisting(state, metadata);
  for (const { partitions, until } of growth.told.values())
    if (partitions < count && now <= until) return true;
  for (const group of state.consumerGroups.values()) {
    if (group.members.size > 0 && group.partitions !== subscribedPartitions(state, metadata, group))
      return true;
  }
  return false;
}
