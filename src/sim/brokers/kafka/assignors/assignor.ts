/**
 * What an assignor is (ConsumerPartitionAssignor of the Java client, PartitionAssignor of the KIP-848 coordinator):
 * members with their subscriptions become partitions by member. Partitions are rows of `Metadata`. What a member owns
 * and since when is there for the sticky ones.
 */
import { compareNames } from '#sim/base/names.ts';

export interface AssignorMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly topics: readonly string[];
  readonly owned?: readonly number[];
  readonly ownedGeneration?: number;
  /** The generation that its subscription names, where that is not `ownedGeneration`. */
  readonly generation?: number;
}

export interface Assignment {
  readonly memberId: string;
  readonly partitions: readonly number[];
}

export interface Assignor {
  /** Kafka's name of it: `range`. */
  readonly name: string;
  /** Members keep what they have while they join (KIP-429); absent = they give it up first. */
  readonly cooperative?: boolean;
  /** What of its last assignment it has a member say in the next join (subscriptionUserData); absent = nothing. */
  readonly remembers?: 'partitions' | 'generation';
  /** One assignment a member, in the members' order; `rowsOf` gives a topic's rows in partition order. */
  assign(
    members: readonly AssignorMember[],
    rowsOf: ReadonlyMap<string, readonly number[]>,
  ): readonly Assignment[];
}

/** [KAFKA-ASSIGNOR-1] Static members first, by instance id; then dynamic ones by member id. */
export function compareMembers(a: AssignorMember, b: AssignorMember): number {
  if (a.groupInstanceId !== null && b.groupInstanceId !== null) {
    return compareNames(a.groupInstanceId, b.groupInstanceId);
  }
  if (a.groupInstanceId !== null) return -1;
  if (b.groupInstanceId !== null) return 1;
  return compareNames(a.memberId, b.memberId);
}
