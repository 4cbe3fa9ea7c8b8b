/**
 * What a run is told apart by, as dense rows: topics, partitions and consumer groups, and tables from the names in
 * records to those rows. Constant during the run. Names are looked up and never added, so that measuring and judging
 * cannot change the ids in the records: build what needs this after the world.
 */
import type { Names } from '#sim/base/names.ts';

/** Names of what is told apart; a contract for checkers is one. */
export interface Scope {
  readonly topics: readonly { readonly name: string; readonly partitions: number }[];
  readonly groups: readonly {
    readonly name: string;
    readonly topics: readonly string[];
    readonly handlers: readonly { readonly event: string; readonly completes: readonly string[] }[];
  }[];
  readonly entityNames: readonly string[];
  /** Reasons in `skipped` records that are declared, and so no loss. */
  readonly declaredSkips: readonly string[];
}

export interface Dimensions {
  readonly scope: Scope;
  readonly groupCount: number;
  readonly partitionCount: number;
  /** By partition row. */
  readonly partitions: readonly { readonly topic: number; readonly partition: number }[];
  /** By name id: row of the topic, the row of its partition 0, and how many it has; row of the group; -1 = none. */
  readonly topicRows: Int32Array;
  readonly firstPartition: Int32Array;
  readonly topicSize: Int32Array;
  readonly groupRows: Int32Array;
}

export function createDimensions(scope: Scope, names: Names): Dimensions {
  const partitions: { topic: number; partition: number }[] = [];
  const firsts: number[] = [];
  scope.topics.forEach((topic, row) => {
    firsts.push(partitions.length);
    for (let partition = 0; partition < topic.partitions; partition += 1)
      partitions.push({ topic: row, partition });
  });
  const topicIds = scope.topics.map((topic) => idOf(names, topic.name));
  return {
    scope,
    groupCount: scope.groups.length,
    partitionCount: partitions.length,
    partitions,
    topicRows: tableOf(topicIds, (row) => row),
    firstPartition: tableOf(topicIds, (row) => firsts[row] as number),
    topicSize: tableOf(topicIds, (row) => (scope.topics[row] as { partitions: number }).partitions),
    groupRows: tableOf(
      scope.groups.map((group) => idOf(names, group.name)),
      (row) => row,
    ),
  };
}

/** The id of a name that is in the table, else -1: no record speaks of it. */
export function idOf(names: Names, name: string): number {
  return names.index.get(name) ?? -1;
}

/** A table by id that holds `valueOf(row)` for each id of the list, else -1. */
export function tableOf(ids: readonly number[], valueOf: (row: number) => number): Int32Array {
  let top = -1;
  for (const id of ids) if (id > top) top = id;
  const table = new Int32Array(top + 1).fill(-1);
  ids.forEach((id, row) => {
    if (id >= 0) table[id] = valueOf(row);
  });
  return table;
}

/** The entry of a table by id, -1 outside it. */
export function look(table: Int32Array, id: number): number {
  return id >= 0 && id < table.length ? (table[id] as number) : -1;
}

/** Row of a partition, -1 where it is not among them. */
export function partitionRow(
  dimensions: Pick<Dimensions, 'firstPartition' | 'topicSize'>,
  topic: number,
  partition: number,
): number {
  const first = look(dimensions.firstPartition, topic);
  if (first < 0 || partition < 0 || partition >= (dimensions.topicSize[topic] as number)) return -1;
  return first + partition;
}
