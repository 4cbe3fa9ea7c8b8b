/**
 * Sticky placement where subscriptions differ (AbstractStickyAssignor.GeneralAssignmentBuilder): everybody keeps what it
 * owned and still subscribes to, the rest goes to the least loaded subscriber, then single partitions are moved until no
 * move makes it more even. Left out: racks.
 */
import { compareNames } from '#sim/base/names.ts';
import { generationOf, type Claims } from '#sim/brokers/kafka/assignors/sticky-claims.ts';
import type { StickyPlacement } from '#sim/brokers/kafka/assignors/sticky-equal.ts';
import {
  balanceScore,
  evenOut,
  insertByLoad,
  loadOf,
  type Balance,
} from '#sim/brokers/kafka/assignors/sticky-balance.ts';
import { noMovements } from '#sim/brokers/kafka/assignors/sticky-movements.ts';
import { rowsOfTopics, type SubscribedCluster } from '#sim/brokers/kafka/assignors/subscribed-cluster.ts';

export function placeUnequally(cluster: SubscribedCluster, claims: Claims): StickyPlacement {
  const balance = startBalance(cluster, claims);
  const revocationRequired = dropUnsubscribed(balance);
  const kept = new Set([...balance.partitions.values()].flat());
  const all = rowsOfTopics(cluster, topicsByChoice(balance));
  const free = all.filter((row) => !kept.has(row));
  for (const memberId of balance.partitions.keys()) insertByLoad(balance, memberId);
  const initializing = [...balance.partitions.values()].every((rows) => rows.length === 0);
  for (const row of free) giveToLeastLoaded(balance, row);
  rebalance(balance, all, free, { initializing, revocationRequired });
  // [KAFKA-ASSIGNOR-6] which partitions change hands is found by comparison with what the members said
  return { partitions: balance.partitions, moving: null };
}

function startBalance(cluster: SubscribedCluster, claims: Claims): Balance {
  const subscribersOf = new Map<string, string[]>(cluster.topics.map((topic) => [topic, []]));
  const topicsOf = new Map<string, readonly string[]>();
  for (const { memberId, topics } of claims.members) {
    const existing = topics.filter((topic) => subscribersOf.has(topic));
    topicsOf.set(memberId, existing);
    for (const topic of existing) subscribersOf.get(topic)?.push(memberId);
  }
  const partitions = new Map<string, number[]>();
  const ownerOf = new Map<number, string>();
  for (const [memberId, owned] of claims.owned) {
    partitions.set(memberId, [...owned]);
    for (const row of owned) ownerOf.set(row, memberId);
  }
  const previousOwner = previousOwners(claims);
  return {
    cluster,
    subscribersOf,
    topicsOf,
    partitions,
    ownerOf,
    previousOwner,
    byLoad: [],
    moves: noMovements(),
  };
}

/** What members of older generations claim: where a partition may go back to. */
function previousOwners({ members, latestGeneration }: Claims): Map<number, string> {
  const found = new Map<number, { memberId: string; generation: number }>();
  for (const member of members) {
    const generation = generationOf(member);
    if (generation >= latestGeneration) continue;
    for (const row of member.owned ?? []) {
      const before = found.get(row);
      if (before === undefined || generation > before.generation) {
        found.set(row, { memberId: member.memberId, generation });
      }
    }
  }
  return new Map([...found].map(([row, { memberId }]) => [row, memberId]));
}

/** Takes away what a member no longer subscribes to; true where there was any. */
function dropUnsubscribed({ cluster, partitions, topicsOf }: Balance): boolean {
  let dropped = false;
  for (const [memberId, rows] of partitions) {
    const topics = topicsOf.get(memberId) ?? [];
    const kept = rows.filter((row) => topics.includes(cluster.topicOf.get(row) as string));
    if (kept.length < rows.length) dropped = true;
    partitions.set(memberId, kept);
  }
  return dropped;
}

/** The topics with the fewest subscribers first. */
function topicsByChoice({ cluster, subscribersOf }: Balance): string[] {
  const choice = (topic: string): number => subscribersOf.get(topic)?.length ?? 0;
  return [...cluster.topics].sort((a, b) => choice(a) - choice(b) || compareNames(a, b));
}

function giveToLeastLoaded(balance: Balance, row: number): void {
  const topic = balance.cluster.topicOf.get(row) as string;
  const at = balance.byLoad.findIndex((memberId) => balance.topicsOf.get(memberId)?.includes(topic));
  const memberId = balance.byLoad[at];
  if (memberId === undefined) return;
  balance.byLoad.splice(at, 1);
  balance.partitions.get(memberId)?.push(row);
  balance.ownerOf.set(row, memberId);
  insertByLoad(balance, memberId);
}

function rebalance(
  balance: Balance,
  all: readonly number[],
  free: readonly number[],
  { initializing, revocationRequired }: { initializing: boolean; revocationRequired: boolean },
): void {
  const movable = (row: number): boolean => hasChoice(balance, balance.cluster.topicOf.get(row) as string);
  const fixed = setFixedAside(balance);
  const before = new Map([...balance.partitions].map(([memberId, rows]) => [memberId, [...rows]]));
  // what must be given up anyway aside, new partitions are moved first
  if (!revocationRequired) evenOut(balance, free.filter(movable));
  const moved = evenOut(balance, all.filter(movable));
  if (!initializing && moved && balanceScore(balance.partitions) >= balanceScore(before)) {
    for (const [memberId, rows] of before) balance.partitions.set(memberId, rows);
  }
  for (const [memberId, rows] of fixed) balance.partitions.set(memberId, rows);
}

function hasChoice({ subscribersOf }: Balance, topic: string): boolean {
  return (subscribersOf.get(topic)?.length ?? 0) >= 2;
}

/** Members that have all that they can have, none of which could go elsewhere, take no part. */
function setFixedAside(balance: Balance): Map<string, number[]> {
  const { partitions, topicsOf, cluster, byLoad } = balance;
  const fixed = new Map<string, number[]>();
  for (const memberId of topicsOf.keys()) {
    const rows = partitions.get(memberId) ?? [];
    const most = rowsOfTopics(cluster, topicsOf.get(memberId) ?? []).length;
    const takesPart =
      loadOf(balance, memberId) < most ||
      rows.some((row) => hasChoice(balance, cluster.topicOf.get(row) as string));
    if (takesPart) continue;
    fixed.set(memberId, rows);
    partitions.delete(memberId);
    byLoad.splice(byLoad.indexOf(memberId), 1);
  }
  return fixed;
}
