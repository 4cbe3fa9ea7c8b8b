/**
 * Uniform placement where all members subscribe to the same topics (UniformHomogeneousAssignmentBuilder): each gets a
 * quota in turn, one more for the first ones where it does not come out even, keeps of its own what fits, and takes free
 * partitions for the rest of it.
 */
import type { AssignorMember } from '#sim/brokers/kafka/assignors/assignor.ts';
import { inHashOrder } from '#sim/brokers/kafka/assignors/java-hash-order.ts';
import { rowsOfTopics, type SubscribedCluster } from '#sim/brokers/kafka/assignors/subscribed-cluster.ts';

export function placeAlike(
  members: readonly AssignorMember[],
  cluster: SubscribedCluster,
): ReadonlyMap<string, number[]> {
  const partitions = new Map<string, number[]>();
  const owned = new Set(members.flatMap((member) => member.owned ?? []));
  const all = rowsOfTopics(cluster, cluster.topics);
  const free = all.filter((row) => !owned.has(row));
  const each = Math.floor(all.length / members.length);
  const extra = all.length % members.length;
  const unfilled: { readonly kept: number[]; readonly missing: number }[] = [];
  members.forEach((member, i) => {
    // [KAFKA-ASSIGNOR-9] the first members get the remainder, whoever has more already
    const quota = each + (i < extra ? 1 : 0);
    const subscribed = ownedInOrder(member, cluster);
    const kept = subscribed.slice(0, quota);
    free.push(...subscribed.slice(quota));
    partitions.set(member.memberId, kept);
    if (kept.length < quota) unfilled.push({ kept, missing: quota - kept.length });
  });
  let next = 0;
  for (const { kept, missing } of unfilled) {
    kept.push(...free.slice(next, next + missing));
    next += missing;
  }
  return partitions;
}

/** Topic by topic, the partitions of one as a hash set gives them: by number while there are few. */
function ownedInOrder({ owned = [] }: AssignorMember, cluster: SubscribedCluster): number[] {
  return cluster.topics.flatMap((topic) =>
    inHashOrder(
      owned.filter((row) => cluster.topicOf.get(row) === topic),
      (row) => cluster.numberOf.get(row) as number,
    ),
  );
}
