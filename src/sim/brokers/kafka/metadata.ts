/**
 * What every client of a Kafka cluster knows: its topics, their partitions and who leads each. Built once from the
 * scenario; a partition's row is its name on the wire and in columns. Left out: finding the brokers and the group
 * coordinator, stale metadata (leaders do not move while a partition has one replica).
 */
export interface PartitionMetadata {
  /** Name id of the topic. */
  readonly topic: number;
  readonly topicName: string;
  /** Number within the topic, from 0. */
  readonly partition: number;
  /** Entity of the leading broker node. */
  readonly leader: number;
}

export interface Metadata {
  readonly partitions: readonly PartitionMetadata[];
  /** Rows of a topic's partitions, by topic name, in partition order. */
  readonly rowsOf: ReadonlyMap<string, readonly number[]>;
  /** Entities of the broker nodes. */
  readonly nodes: readonly number[];
  /** Entity of the node that coordinates a group. */
  coordinatorOf(group: string): number;
}
