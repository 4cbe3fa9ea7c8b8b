/**
 * The cooperative sticky assignor (CooperativeStickyAssignor of clients at the recorded commit, KIP-429): the sticky
 * placement, but a partition that somebody has yet to give up is left out; it is handed on by the rebalance that follows.
 */
import type { Assignment, Assignor, AssignorMember } from '#sim/brokers/kafka/assignors/assignor.ts';
import { placeSticky } from '#sim/brokers/kafka/assignors/sticky.ts';

function assign(
  members: readonly AssignorMember[],
  rowsOf: ReadonlyMap<string, readonly number[]>,
): readonly Assignment[] {
  const { partitions, moving } = placeSticky(members, rowsOf);
  const inTransit = moving ?? changingHands(members, partitions);
  // [KAFKA-ASSIGNOR-8] who gets it waits until who has it has given it up
  return members.map(({ memberId }) => ({
    memberId,
    partitions: (partitions.get(memberId) ?? []).filter((row) => inTransit.get(row) !== memberId),
  }));
}

/** What is new to one member and was taken from another, by what the members said, whatever is believed of it. */
function changingHands(
  members: readonly AssignorMember[],
  partitions: ReadonlyMap<string, readonly number[]>,
): ReadonlyMap<number, string> {
  const added = new Map<number, string>();
  const revoked = new Set<number>();
  for (const { memberId, owned = [] } of members) {
    const now = partitions.get(memberId) ?? [];
    for (const row of now) if (!owned.includes(row)) added.set(row, memberId);
    for (const row of owned) if (!now.includes(row)) revoked.add(row);
  }
  return new Map([...added].filter(([row]) => revoked.has(row)));
}

export const cooperativeStickyAssignor: Assignor = {
  name: 'cooperative-sticky',
  cooperative: true,
  remembers: 'generation',
  assign,
};
