/**
 * Which partitions changed hands while an assignment was being balanced (AbstractStickyAssignor.PartitionMovements). Two
 * members shall not swap partitions of a topic: instead of moving one back the other way, one that came is returned.
 */
import {
  capacityFor,
  hashOfTopicPartition,
  inHashOrder,
} from '#sim/brokers/kafka/assignors/java-hash-order.ts';
import type { SubscribedCluster } from '#sim/brokers/kafka/assignors/subscribed-cluster.ts';

interface Movement {
  readonly from: string;
  readonly to: string;
}

/** Rows that went one way, in the order of their coming, and the size that the hash set has grown to. */
interface Moved {
  readonly rows: Set<number>;
  capacity: number;
}

export interface Movements {
  readonly movementOf: Map<number, Movement>;
  /** By topic, from and to. */
  readonly byWay: Map<string, Moved>;
}

export function noMovements(): Movements {
  return { movementOf: new Map(), byWay: new Map() };
}

function wayOf(topic: string, from: string, to: string): string {
  return JSON.stringify([topic, from, to]);
}

/** What to move instead of `row` so that nothing of its topic goes from `from` to `to` and back. */
export function partitionToMove(
  moves: Movements,
  cluster: SubscribedCluster,
  row: number,
  from: string,
  to: string,
): number {
  const topic = cluster.topicOf.get(row) as string;
  const source = moves.movementOf.get(row)?.from ?? from;
  const reverse = moves.byWay.get(wayOf(topic, to, source));
  if (reverse === undefined) return row;
  const hashOf = (moved: number): number =>
    hashOfTopicPartition(topic, cluster.numberOf.get(moved) as number);
  return inHashOrder(reverse.rows, hashOf, reverse.capacity)[0] as number;
}

export function noteMovement(
  moves: Movements,
  cluster: SubscribedCluster,
  row: number,
  from: string,
  to: string,
): void {
  const topic = cluster.topicOf.get(row) as string;
  const before = moves.movementOf.get(row);
  if (before !== undefined) {
    moves.movementOf.delete(row);
    const way = wayOf(topic, before.from, before.to);
    const moved = moves.byWay.get(way);
    moved?.rows.delete(row);
    if (moved?.rows.size === 0) moves.byWay.delete(way);
    if (before.from === to) return;
  }
  const movement = { from: before?.from ?? from, to };
  moves.movementOf.set(row, movement);
  const way = wayOf(topic, movement.from, to);
  const moved = moves.byWay.get(way) ?? { rows: new Set<number>(), capacity: 16 };
  moves.byWay.set(way, moved);
  moved.rows.add(row);
  moved.capacity = capacityFor(moved.rows.size, moved.capacity);
}
