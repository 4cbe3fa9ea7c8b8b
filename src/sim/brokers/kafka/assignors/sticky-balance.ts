/**
 * The moves of the sticky assignor's general case (AbstractStickyAssignor.GeneralAssignmentBuilder#performReassignments):
 * partition by partition, to whoever may have it and has the least, until the members are as even as their
 * subscriptions allow. The order of partitions and of members decides which of several even placements comes out.
 */
import { compareNames } from '#sim/base/names.ts';
import {
  noteMovement,
  partitionToMove,
  type Movements,
} from '#sim/brokers/kafka/assignors/sticky-movements.ts';
import { rowsOfTopics, type SubscribedCluster } from '#sim/brokers/kafka/assignors/subscribed-cluster.ts';

export interface Balance {
  readonly cluster: SubscribedCluster;
  readonly subscribersOf: ReadonlyMap<string, readonly string[]>;
  readonly topicsOf: ReadonlyMap<string, readonly string[]>;
  /** By member id; those that take no part in the balancing are set aside meanwhile. */
  readonly partitions: Map<string, number[]>;
  readonly ownerOf: Map<number, string>;
  /** By partition: its owner in the newest generation before the latest. */
  readonly previousOwner: ReadonlyMap<number, string>;
  /** Members, those with the fewest partitions first, then by id. */
  readonly byLoad: string[];
  readonly moves: Movements;
}

export function loadOf({ partitions }: Balance, memberId: string): number {
  return partitions.get(memberId)?.length ?? 0;
}

export function insertByLoad(balance: Balance, memberId: string): void {
  const { byLoad } = balance;
  const load = loadOf(balance, memberId);
  let at = 0;
  while (at < byLoad.length) {
    const other = byLoad[at] as string;
    const order = loadOf(balance, other) - load || compareNames(other, memberId);
    if (order > 0) break;
    at += 1;
  }
  byLoad.splice(at, 0, memberId);
}

/** The sum of the differences of all pairs: 0 = everybody has the same number. */
export function balanceScore(partitions: ReadonlyMap<string, readonly number[]>): number {
  const sizes = [...partitions.values()].map((rows) => rows.length);
  let score = 0;
  for (let i = 0; i < sizes.length; i += 1) {
    for (let j = i + 1; j < sizes.length; j += 1) {
      score += Math.abs((sizes[i] as number) - (sizes[j] as number));
    }
  }
  return score;
}

/** True where something was moved. */
export function evenOut(balance: Balance, rows: readonly number[]): boolean {
  let moved = false;
  let modified = rows.length > 0;
  while (modified) {
    modified = false;
    for (const row of rows) {
      if (isBalanced(balance)) break;
      const to = betterOwner(balance, row);
      if (to === null) continue;
      move(balance, row, to);
      modified = true;
      moved = true;
    }
  }
  return moved;
}

/** Whether no member could get a partition of another that has at least two more. */
function isBalanced(balance: Balance): boolean {
  const { byLoad, topicsOf, cluster, ownerOf } = balance;
  const least = loadOf(balance, byLoad[0] as string);
  if (least >= loadOf(balance, byLoad[byLoad.length - 1] as string) - 1) return true;
  for (const memberId of byLoad) {
    const load = loadOf(balance, memberId);
    const topics = topicsOf.get(memberId) ?? [];
    if (load === rowsOfTopics(cluster, topics).length) continue;
    for (const topic of topics) {
      for (const row of cluster.rowsOf.get(topic) ?? []) {
        if (loadOf(balance, ownerOf.get(row) as string) > load + 1) return false;
      }
    }
  }
  return true;
}

/** [KAFKA-ASSIGNOR-7] Its owner of an earlier generation, if that evens out; else the least loaded subscriber. */
function betterOwner(balance: Balance, row: number): string | null {
  const { cluster, subscribersOf, topicsOf, partitions } = balance;
  const load = loadOf(balance, balance.ownerOf.get(row) as string);
  const previous = balance.previousOwner.get(row);
  // the real class fails where the earlier owner was set aside; here it counts as none
  if (previous !== undefined && partitions.has(previous) && load > loadOf(balance, previous) + 1) {
    return previous;
  }
  const topic = cluster.topicOf.get(row) as string;
  const subscribers = subscribersOf.get(topic) ?? [];
  if (!subscribers.some((memberId) => load > loadOf(balance, memberId) + 1)) return null;
  return balance.byLoad.find((memberId) => topicsOf.get(memberId)?.includes(topic)) ?? null;
}

function move(balance: Balance, wanted: number, to: string): void {
  const { cluster, moves, ownerOf, byLoad, partitions } = balance;
  const row = partitionToMove(moves, cluster, wanted, ownerOf.get(wanted) as string, to);
  const from = ownerOf.get(row) as string;
  byLoad.splice(byLoad.indexOf(from), 1);
  const at = byLoad.indexOf(to);
  if (at >= 0) byLoad.splice(at, 1);
  noteMovement(moves, cluster, row, from, to);
  const mine = partitions.get(from) as number[];
  mine.splice(mine.indexOf(row), 1);
  partitions.get(to)?.push(row);
  ownerOf.set(row, to);
  insertByLoad(balance, to);
  if (from !== to) insertByLoad(balance, from);
}
