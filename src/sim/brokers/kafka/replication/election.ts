/**
 * Who leads a partition: the controller's decision when a broker goes or comes back (PartitionChangeBuilder at the
 * recorded commit; documentation, "Design: Replication"). Left out: eligible leader replicas (KIP-966 part 2, off by
 * default in 4.0), reassignment, preferred leader elections, the time that a decision takes. Rules: SPEC.md, KAFKA-REPLICA.
 */

/** What the controller keeps of a partition; `replicas` in the order of preference. */
export interface PartitionRegistration {
  readonly replicas: readonly number[];
  /** Null where nobody leads. */
  leader: number | null;
  leaderEpoch: number;
  isr: number[];
}

export interface ElectionOutcome {
  /** Whether the leader is another one than before, or none. */
  readonly changed: boolean;
  readonly unclean: boolean;
}

const UNCHANGED: ElectionOutcome = { changed: false, unclean: false };

/** [KAFKA-REPLICA-9] Takes who is not alive out of the in-sync set, but for its last member, and elects a leader. */
export function reconsider(
  partition: PartitionRegistration,
  isAlive: (broker: number) => boolean,
  uncleanAllowed: boolean,
): ElectionOutcome {
  const inSync = partition.isr.filter(isAlive);
  if (inSync.length > 0) partition.isr = inSync;
  const { leader, replicas } = partition;
  if (leader !== null && isAlive(leader)) return UNCHANGED;
  const clean = replicas.find((broker) => inSync.includes(broker));
  if (clean !== undefined) return lead(partition, clean, false);
  const other = uncleanAllowed ? replicas.find(isAlive) : undefined; // [KAFKA-REPLICA-10]
  if (other !== undefined) {
    partition.isr = [other];
    return lead(partition, other, true);
  }
  return leader === null ? UNCHANGED : lead(partition, null, false);
}

function lead(partition: PartitionRegistration, leader: number | null, unclean: boolean): ElectionOutcome {
  partition.leader = leader;
  partition.leaderEpoch += 1;
  return { changed: true, unclean };
}
