/**
 * What every client of a Kafka cluster knows: its topics, their partitions and who leads each. Built once from the
 * scenario; a partition's row is its name on the wire and in columns. Leaders move in a cluster of several nodes: what
 * stands here is who leads at first. Left out: finding the brokers and the group coordinator.
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
