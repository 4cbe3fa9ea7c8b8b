/**
 * Who owned what, as far as it is believed (AbstractStickyAssignor#allSubscriptionsEqual): of two members that claim a
 * partition the one with the newer generation is right; of one generation, neither. Members are read in the order of
 * the leader's hash map, which decides where three claim the same one.
 */
import type { AssignorMember } from '#sim/brokers/kafka/assignors/assignor.ts';
import { hashOfString, inHashOrder } from '#sim/brokers/kafka/assignors/java-hash-order.ts';
import type { SubscribedCluster } from '#sim/brokers/kafka/assignors/subscribed-cluster.ts';

/** The generation of a member that has none. */
export const NO_GENERATION = -1;

export interface Claims {
  /** In the order of the leader's hash map. */
  readonly members: readonly AssignorMember[];
  readonly subscriptionsEqual: boolean;
  /** By member id, in the order of `members`. */
  readonly owned: Map<string, number[]>;
  readonly claimedTwice: ReadonlySet<number>;
  readonly latestGeneration: number;
}

export function generationOf(member: AssignorMember | undefined): number {
  return member?.ownedGeneration ?? NO_GENERATION;
}

export function readClaims(unordered: readonly AssignorMember[], cluster: SubscribedCluster): Claims {
  const byId = new Map(unordered.map((member) => [member.memberId, member]));
  const members = inHashOrder(byId.keys(), hashOfString).map((id) => byId.get(id) as AssignorMember);
  const owned = new Map<string, number[]>();
  const claimedTwice = new Set<number>();
  const ownerOf = new Map<number, string>();
  let latestGeneration = NO_GENERATION;
  for (const member of members) {
    const { memberId } = member;
    const generation = generationOf(member);
    latestGeneration = Math.max(latestGeneration, generation);
    const mine: number[] = [];
    owned.set(memberId, mine);
    for (const row of member.owned ?? []) {
      if (!cluster.topicOf.has(row)) continue;
      const other = ownerOf.get(row);
      if (other === undefined) {
        mine.push(row);
        ownerOf.set(row, memberId);
        continue;
      }
      // the other's is read from its subscription, not from what its assignor remembers
      const others = byId.get(other)?.generation ?? generationOf(byId.get(other));
      if (generation < others) continue;
      // [KAFKA-ASSIGNOR-5] the newer generation is believed; in the same one nobody is
      if (generation === others) claimedTwice.add(row);
      else mine.push(row);
      withdraw(owned.get(other), row);
      ownerOf.set(row, memberId);
    }
  }
  return {
    members,
    subscriptionsEqual: subscriptionsEqual(members),
    owned,
    claimedTwice,
    latestGeneration,
  };
}

function withdraw(rows: number[] | undefined, row: number): void {
  const at = rows?.indexOf(row) ?? -1;
  if (at >= 0) rows?.splice(at, 1);
}

/** Compared with the first subscription that is not empty; empty ones before it do not count as different. */
function subscriptionsEqual(members: readonly AssignorMember[]): boolean {
  let first: ReadonlySet<string> = new Set();
  for (const { topics } of members) {
    if (first.size === 0) first = new Set(topics);
    else if (topics.length !== first.size || !topics.every((topic) => first.has(topic))) return false;
  }
  return true;
}
