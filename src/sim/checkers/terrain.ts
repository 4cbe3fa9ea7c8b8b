/**
 * The contract in dense integers: rows of the groups that a claim is about, rows of partitions, and tables from the
 * names and entities in records to those rows. Made once when a checker is built; constant during the run. Names are
 * looked up and never added, so that what is judged cannot change the ids in the records: build checkers after the world.
 * A slot is a (group, partition): `group row × partitions + partition row`.
 */
import type { CheckContract, GroupContract } from '#sim/checkers/contract.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import { idOf, look, partitionRow, tableOf } from '#sim/trace/dimensions.ts';

export interface Terrain {
  readonly groups: readonly GroupContract[];
  readonly groupCount: number;
  readonly partitionCount: number;
  /** By name id, -1 = not among them. */
  readonly groupRows: Int32Array;
  /** By group row here: its row in the whole contract, which the history goes by. */
  readonly contractRows: Int32Array;
  /** By name id: the row of a topic's partition 0, -1 = unknown topic; and how many it has. */
  readonly firstPartition: Int32Array;
  readonly topicSize: Int32Array;
  /** By slot: 1 where the group is subscribed. */
  readonly subscribed: Uint8Array;
  /** By partition row: the rows of the groups that are to read it. */
  readonly readers: readonly Int32Array[];
  /** By partition row: `orders-3`. */
  readonly partitionNames: readonly string[];
  /** By entity: its group's row, -1 = none. */
  readonly groupOfEntity: Int32Array;
}

/** `groups` null: all of the contract. */
export function createTerrain(
  contract: CheckContract,
  catalog: Catalog,
  groups: readonly string[] | null,
): Terrain {
  const judged = contract.groups.filter((group) => groups === null || groups.includes(group.name));
  const groupIds = judged.map((group) => idOf(catalog.names, group.name));
  const topicIds = contract.topics.map((topic) => idOf(catalog.names, topic.name));
  const groupRows = tableOf(groupIds, (row) => row);
  const firsts: number[] = [];
  const partitionNames: string[] = [];
  for (const topic of contract.topics) {
    firsts.push(partitionNames.length);
    for (let p = 0; p < topic.partitions; p += 1) partitionNames.push(`${topic.name}-${p}`);
  }
  const partitionCount = partitionNames.length;
  const subscribed = new Uint8Array(judged.length * partitionCount);
  const readers: number[][] = partitionNames.map(() => []);
  judged.forEach((group, g) => {
    contract.topics.forEach((topic, t) => {
      if (!group.topics.includes(topic.name)) return;
      for (let p = firsts[t] as number; p < (firsts[t] as number) + topic.partitions; p += 1) {
        subscribed[g * partitionCount + p] = 1;
        (readers[p] as number[]).push(g);
      }
    });
  });
  const groupOfEntity = new Int32Array(contract.entityNames.length).fill(-1);
  for (const instance of contract.instances) {
    groupOfEntity[instance.entity] = judged.findIndex((group) => group.name === instance.group);
  }
  return {
    groups: judged,
    groupCount: judged.length,
    partitionCount,
    groupRows,
    contractRows: Int32Array.from(judged, (group) => contract.groups.indexOf(group)),
    firstPartition: tableOf(topicIds, (t) => firsts[t] as number),
    topicSize: tableOf(topicIds, (t) => (contract.topics[t] as { partitions: number }).partitions),
    subscribed,
    readers: readers.map((rows) => Int32Array.from(rows)),
    partitionNames,
    groupOfEntity,
  };
}

/** Slot of a group (name id) and partition, -1 where either is not judged or the group is not subscribed. */
export function slotOf(terrain: Terrain, group: number, topic: number, partition: number): number {
  const g = look(terrain.groupRows, group);
  if (g < 0) return -1;
  const p = partitionRow(terrain, topic, partition);
  if (p < 0) return -1;
  const slot = g * terrain.partitionCount + p;
  return terrain.subscribed[slot] === 1 ? slot : -1;
}
