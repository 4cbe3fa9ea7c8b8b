/**
 * The seam for assignors (ConsumerPartitionAssignor): the group's leader turns members and their subscriptions into
 * partitions by member. Names are Kafka's.
 */
export interface AssignorMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly topics: readonly string[];
}

export interface Assignor {
  readonly name: string;
  /** Rows of partitions by member; `rowsOf` gives a topic's rows in partition order. */
  assign(
    members: readonly AssignorMember[],
    rowsOf: ReadonlyMap<string, readonly number[]>,
  ): readonly { readonly memberId: string; readonly partitions: readonly number[] }[];
}
