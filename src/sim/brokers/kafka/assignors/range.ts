/**
 * The range assignor (RangeAssignor of clients at the recorded commit): topic by topic, each subscriber gets a run of
 * consecutive partitions, and the first ones get one more where it does not come out even. Left out: racks (KIP-881).
 */
import { compareNames } from '#sim/base/names.ts';
import {
  compareMembers,
  type Assignment,
  type Assignor,
  type AssignorMember,
} from '#sim/brokers/kafka/assignors/assignor.ts';

function assign(
  members: readonly AssignorMember[],
  rowsOf: ReadonlyMap<string, readonly number[]>,
): readonly Assignment[] {
  const inOrder = [...members].sort(compareMembers);
  const partitions = new Map<string, number[]>();
  for (const { memberId } of members) partitions.set(memberId, []);
  for (const topic of [...rowsOf.keys()].sort(compareNames)) {
    const rows = rowsOf.get(topic) ?? [];
    const subscribers = inOrder.filter(({ topics }) => topics.includes(topic));
    if (subscribers.length === 0) continue;
    // [KAFKA-ASSIGNOR-2] the remainder of every topic goes to the same first members
    const each = Math.floor(rows.length / subscribers.length);
    const extra = rows.length % subscribers.length;
    let next = 0;
    subscribers.forEach(({ memberId }, i) => {
      const end = next + each + (i < extra ? 1 : 0);
      partitions.get(memberId)?.push(...rows.slice(next, end));
      next = end;
    });
  }
  return members.map(({ memberId }) => ({ memberId, partitions: partitions.get(memberId) ?? [] }));
}

export const rangeAssignor: Assignor = { name: 'range', assign };
