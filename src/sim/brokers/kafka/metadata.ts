/**
 * What every client of a Kafka cluster knows: its topics, their partitions and who leads each. Built once from the
 * scenario; a partition's row is its name on the wire and in columns. Leaders move in a cluster of several nodes: what
 * stands here is who leads at first, and partitions that are added later stand here from the beginning. Left out: finding the brokers and the group coordinator.
 */
export interface PartitionMetadata {
  /** Name id of the topic. */
  readonly topic: number;
  readonly topicName: string;
  /** Number within the topic, from 0. */
  readonly partition: number;
  /** Entity of the broker node that leads at first. */
  readonly leader: number;
  /** Entities of the nodes that have a copy, in the order of preference; absent = the leader alone. */
  readonly replicas?: readonly number[];
  /** Not there at first: a fault may add it (see growth). */
  readonly later?: boolean;
}

export interface Metadata {
  readonly partitions: readonly PartitionMetadata[];
  /** Rows of a topic's partitions, by topic name, in partition order. */
  readonly rowsOf: ReadonlyMap<string, readonly number[]>;
  /** Entities of the broker nodes. */
  readonly nodes: readonly number[];
  /** Entity of the node that coordinates a group. */
  coordinatorOf(group: string): number;
  /** Present where some topic may be given more partitions during the run: name id of the refusal. */
  readonly growth?: { readonly invalidPartitions: number };
}

/** A topic's rows, of those partitions that exist. */
export function rowsThatExist(
  metadata: Metadata,
  exists: (row: number) => boolean,
): ReadonlyMap<string, readonly number[]> {
  const rowsOf = new Map<string, readonly number[]>();
  for (const [topic, rows] of metadata.rowsOf) rowsOf.set(topic, rows.filter(exists));
  return rowsOf;
}
