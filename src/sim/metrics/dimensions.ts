/**
 * What metrics are told apart by, as dense rows: topics, partitions, groups, effects. Names are looked up and never
 * added, so that measuring cannot change the ids in the records: build metrics after the world.
 */
import type { Names } from '#sim/base/names.ts';

/** Names of what is measured; a contract for checkers is one. */
export interface MetricsScope {
  readonly topics: readonly { readonly name: string; readonly partitions: number }[];
  readonly groups: readonly { readonly name: string; readonly topics: readonly string[] }[];
  readonly entityNames: readonly string[];
}

export interface Dimensions {
  readonly scope: MetricsScope;
  readonly partitions: readonly { readonly topic: number; readonly partition: number }[];
  /** By name id: row of the topic, its first partition row, row of the group; -1 = none. */
  readonly topicRows: Int32Array;
  readonly firstPartition: Int32Array;
  readonly groupRows: Int32Array;
}

export function createDimensions(scope: MetricsScope, names: Names): Dimensions {
  const partitions: { topic: number; partition: number }[] = [];
  const firsts: number[] = [];
  scope.topics.forEach((topic, row) => {
    firsts.push(partitions.length);
    for (let partition = 0; partition < topic.partitions; partition += 1)
      partitions.push({ topic: row, partition });
  });
  const topicIds = scope.topics.map((topic) => names.index.get(topic.name) ?? -1);
  return {
    scope,
    partitions,
    topicRows: byId(topicIds, (row) => row),
    firstPartition: byId(topicIds, (row) => firsts[row] as number),
    groupRows: byId(
      scope.groups.map((group) => names.index.get(group.name) ?? -1),
      (row) => row,
    ),
  };
}

function byId(ids: readonly number[], valueOf: (row: number) => number): Int32Array {
  const table = new Int32Array(Math.max(0, ...ids.map((id) => id + 1))).fill(-1);
  ids.forEach((id, row) => {
    if (id >= 0) table[id] = valueOf(row);
  });
  return table;
}

export function rowOf(table: Int32Array, id: number): number {
  return id >= 0 && id < table.length ? (table[id] as number) : -1;
}

/** Row of a partition, -1 where it is not measured. */
export function partitionRowOf(dimensions: Dimensions, topic: number, partition: number): number {
  const first = rowOf(dimensions.firstPartition, topic);
  if (first < 0) return -1;
  const size = (dimensions.scope.topics[rowOf(dimensions.topicRows, topic)] as { partitions: number })
    .partitions;
  return partition >= 0 && partition < size ? first + partition : -1;
}
