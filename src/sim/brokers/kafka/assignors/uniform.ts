/**
 * The KIP-848 coordinator's `uniform` assignor (UniformAssignor of group-coordinator at the recorded commit): even over
 * all topics, and sticky to the group's target assignment. What a member `owned` is here its part of that target, of
 * which no partition is anybody else's. Really topics go by the order of their random ids; here by name.
 */
import type { Assignment, Assignor, AssignorMember } from '#sim/brokers/kafka/assignors/assignor.ts';
import { hashOfString, inHashOrder } from '#sim/brokers/kafka/assignors/java-hash-order.ts';
import { subscribedCluster } from '#sim/brokers/kafka/assignors/subscribed-cluster.ts';
import { placeAlike } from '#sim/brokers/kafka/assignors/uniform-alike.ts';
import { placeMixed } from '#sim/brokers/kafka/assignors/uniform-mixed.ts';

function assign(
  members: readonly AssignorMember[],
  rowsOf: ReadonlyMap<string, readonly number[]>,
): readonly Assignment[] {
  const cluster = subscribedCluster(members, rowsOf);
  const byId = new Map(members.map((member) => [member.memberId, member]));
  const inOrder = inHashOrder(byId.keys(), hashOfString).map((id) => byId.get(id) as AssignorMember);
  const place = alike(members) ? placeAlike : placeMixed;
  const partitions = place(inOrder, cluster);
  return members.map(({ memberId }) => ({ memberId, partitions: partitions.get(memberId) ?? [] }));
}

/** SubscriptionType HOMOGENEOUS: everybody subscribes to the same topics. */
function alike(members: readonly AssignorMember[]): boolean {
  const first = new Set(members[0]?.topics);
  return members.every(({ topics }) => {
    const own = new Set(topics);
    return own.size === first.size && topics.every((topic) => first.has(topic));
  });
}

export const uniformAssignor: Assignor = { name: 'uniform', assign };
