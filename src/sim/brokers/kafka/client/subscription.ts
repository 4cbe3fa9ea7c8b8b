/**
 * What a member says of itself when it joins, and what the leader's assignor makes of that (ConsumerCoordinator#metadata,
 * #onLeaderElected; StickyAssignor and CooperativeStickyAssignor, #subscriptionUserData and #memberData): the partitions
 * that it keeps, the generation that it comes from, and what its assignor remembers of its last assignment.
 */
import type { Assignor, AssignorMember } from '#sim/brokers/kafka/assignors/assignor.ts';
import { NO_GENERATION } from '#sim/brokers/kafka/assignors/sticky-claims.ts';
import { knownRows } from '#sim/brokers/kafka/client/cluster-view.ts';
import type { ConsumerParts, ConsumerState } from '#sim/brokers/kafka/client/consumer-state.ts';
import type {
  JoinGroupResponse,
  JoinProtocol,
  Subscription,
  SyncGroupRequest,
} from '#sim/brokers/kafka/protocol.ts';

export function protocolsOf(p: ConsumerParts, s: ConsumerState): JoinProtocol[] {
  const owned = s.owned.map(({ row }) => row).sort((a, b) => a - b);
  const { generation } = s.member;
  return p.assignors.map((assignor) => ({
    name: assignor.name,
    topics: p.topics,
    owned,
    generation: generation < 0 ? undefined : generation,
    userData: userDataOf(assignor, s),
  }));
}

function userDataOf(assignor: Assignor, s: ConsumerState): Subscription['userData'] {
  const remembered = s.member.remembered.get(assignor.name);
  if (assignor.remembers === 'partitions') return remembered ?? null;
  if (assignor.remembers === undefined) return null;
  return { partitions: [], generation: remembered?.generation ?? NO_GENERATION };
}

/** How many partitions its topics have, as far as the client knows. */
export function partitionsKnown(p: ConsumerParts, s: ConsumerState): number {
  const rowsOf = knownRows(p.metadata, s.view);
  return p.topics.reduce((sum, topic) => sum + (rowsOf.get(topic)?.length ?? 0), 0);
}

/** The leader runs the assignor that the votes have chosen. */
export function assignAsLeader(
  p: ConsumerParts,
  s: ConsumerState,
  response: JoinGroupResponse,
): SyncGroupRequest['assignments'] {
  const chosen = p.assignors.find(({ name }) => name === response.protocol);
  if (chosen === undefined) return [];
  return chosen.assign(
    response.members.map((member) => memberData(chosen, member)),
    knownRows(p.metadata, s.view),
  );
}

/** [KAFKA-CLIENT-37] An eager sticky member has given everything up: its claims stand in the assignor's own data. */
function memberData(assignor: Assignor, member: JoinGroupResponse['members'][number]): AssignorMember {
  const { memberId, groupInstanceId, topics, userData } = member;
  const generation = member.generation ?? NO_GENERATION;
  const remembered = userData?.generation ?? NO_GENERATION;
  const eager = assignor.remembers === 'partitions';
  return {
    memberId,
    groupInstanceId,
    topics,
    owned: eager ? (userData?.partitions ?? []) : (member.owned ?? []),
    ownedGeneration: eager || generation < 0 ? remembered : generation,
    generation,
  };
}
