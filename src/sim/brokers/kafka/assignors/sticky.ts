/**
 * The sticky assignor (StickyAssignor, AbstractStickyAssignor of clients at the recorded commit), an eager one: members
 * give everything up before they join, and get back as much of it as an even assignment allows.
 */
import type { Assignment, Assignor, AssignorMember } from '#sim/brokers/kafka/assignors/assignor.ts';
import { readClaims } from '#sim/brokers/kafka/assignors/sticky-claims.ts';
import { placeEqually, type StickyPlacement } from '#sim/brokers/kafka/assignors/sticky-equal.ts';
import { placeUnequally } from '#sim/brokers/kafka/assignors/sticky-general.ts';
import { subscribedCluster } from '#sim/brokers/kafka/assignors/subscribed-cluster.ts';

export function placeSticky(
  members: readonly AssignorMember[],
  rowsOf: ReadonlyMap<string, readonly number[]>,
): StickyPlacement {
  if (members.length === 0) return { partitions: new Map(), moving: new Map() };
  const cluster = subscribedCluster(members, rowsOf);
  const claims = readClaims(members, cluster);
  return claims.subscriptionsEqual ? placeEqually(cluster, claims) : placeUnequally(cluster, claims);
}

function assign(
  members: readonly AssignorMember[],
  rowsOf: ReadonlyMap<string, readonly number[]>,
): readonly Assignment[] {
  const { partitions } = placeSticky(members, rowsOf);
  return members.map(({ memberId }) => ({ memberId, partitions: partitions.get(memberId) ?? [] }));
}

export const stickyAssignor: Assignor = { name: 'sticky', remembers: 'partitions', assign };
