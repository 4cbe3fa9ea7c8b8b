/**
 * The topics that somebody subscribes to and that exist, as the client's assignors see them
 * (AbstractPartitionAssignor#assign): the others are passed over. Partitions are rows of `Metadata`.
 */
import { compareNames } from '#sim/base/names.ts';
import type { AssignorMember } from '#sim/brokers/kafka/assignors/assignor.ts';

export interface SubscribedCluster {
  /** In the order of their names. */
  readonly topics: readonly string[];
  readonly rowsOf: ReadonlyMap<string, readonly number[]>;
  readonly topicOf: ReadonlyMap<number, string>;
  /** The partition's number within its topic. */
  readonly numberOf: ReadonlyMap<number, number>;
  readonly partitionCount: number;
}

export function subscribedCluster(
  members: readonly AssignorMember[],
  allRows: ReadonlyMap<string, readonly number[]>,
): SubscribedCluster {
  const subscribed = new Set<string>();
  for (const { topics } of members) for (const topic of topics) subscribed.add(topic);
  const topics = [...subscribed].filter((topic) => (allRows.get(topic)?.length ?? 0) > 0).sort(compareNames);
  const rowsOf = new Map<string, readonly number[]>();
  const topicOf = new Map<number, string>();
  const numberOf = new Map<number, number>();
  for (const topic of topics) {
    const rows = allRows.get(topic) ?? [];
    rowsOf.set(topic, rows);
    rows.forEach((row, number) => {
      topicOf.set(row, topic);
      numberOf.set(row, number);
    });
  }
  return { topics, rowsOf, topicOf, numberOf, partitionCount: topicOf.size };
}

/** Every partition, topic by topic. */
export function rowsOfTopics(cluster: SubscribedCluster, topics: readonly string[]): number[] {
  return topics.flatMap((topic) => cluster.rowsOf.get(topic) ?? []);
}
