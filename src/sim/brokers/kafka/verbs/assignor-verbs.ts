/** The verbs of the assignor cases: assign, rebalance; for the clients' assignors and the KIP-848 coordinator's. */
import type { Assignor, AssignorMember } from '#sim/brokers/kafka/assignors/assignor.ts';
import {
  assignorNamed,
  clientAssignors,
  coordinatorAssignors,
} from '#sim/brokers/kafka/assignors/by-name.ts';
import {
  listOf,
  NOT_MODELLED,
  numberOf,
  recordOf,
  textOf,
  textOrNull,
  type KafkaCase,
  type Step,
} from '#sim/brokers/kafka/verbs/step.ts';

interface Cluster {
  readonly rowsOf: Map<string, number[]>;
  /** `t-3` by row. */
  readonly names: string[];
}

export function assignorCase(given: Step): KafkaCase {
  const offered = given['protocol'] === 'consumer' ? coordinatorAssignors : clientAssignors;
  const assignor = assignorNamed(offered, given['assignor']);
  return {
    do: (step) => {
      const verb = step['verb'];
      if (assignor === null || (verb !== 'assign' && verb !== 'rebalance')) return NOT_MODELLED;
      const cluster = clusterOf(recordOf(step['topics'] ?? given['topics']));
      const source = step['members'] ?? given['members'];
      const members = Array.isArray(source) ? listed(source, cluster) : named(recordOf(source), cluster);
      const assignment = assignmentOf(assignor, members, cluster);
      if (verb === 'assign') return { assignment };
      const revoked = revokedOf(members, assignment, cluster);
      const someRevoked = Object.keys(revoked).length > 0;
      // [KAFKA-ASSIGNOR-8] a cooperative member that has given something up joins again
      return { assignment, revoked, followUpRebalance: assignor.cooperative === true && someRevoked };
    },
  };
}

function clusterOf(topics: Step): Cluster {
  const rowsOf = new Map<string, number[]>();
  const names: string[] = [];
  for (const topic of Object.keys(topics)) {
    const rows: number[] = [];
    for (let partition = 0; partition < numberOf(topics[topic], 0); partition += 1) {
      rows.push(names.length);
      names.push(`${topic}-${partition}`);
    }
    rowsOf.set(topic, rows);
  }
  return { rowsOf, names };
}

/** Members of `given`: a list with `id` and `owned` as `[topic, partition]`. */
function listed(members: readonly unknown[], cluster: Cluster): AssignorMember[] {
  return members.map((one) => {
    const member = recordOf(one);
    const owned = listOf(member['owned']).map((pair) => listOf(pair).join('-'));
    return memberOf(textOf(member['id'], ''), member, owned, cluster);
  });
}

/** Members of a `rebalance`: a map with `ownedBefore` as `"t-3"`. */
function named(members: Step, cluster: Cluster): AssignorMember[] {
  return Object.keys(members).map((id) => {
    const member = recordOf(members[id]);
    return memberOf(id, member, listOf(member['ownedBefore']).map(String), cluster);
  });
}

function memberOf(id: string, member: Step, owned: readonly string[], cluster: Cluster): AssignorMember {
  return {
    memberId: id,
    groupInstanceId: textOrNull(member['groupInstanceId']),
    topics: listOf(member['topics']).map(String),
    owned: owned.map((name) => cluster.names.indexOf(name)).filter((row) => row >= 0),
    ownedGeneration: numberOf(member['generation'], -1),
  };
}

function assignmentOf(
  assignor: Assignor,
  members: readonly AssignorMember[],
  cluster: Cluster,
): Record<string, string[]> {
  const answer: Record<string, string[]> = {};
  for (const { memberId, partitions } of assignor.assign(members, cluster.rowsOf)) {
    answer[memberId] = partitions.map((row) => cluster.names[row] as string);
  }
  return answer;
}

/** What each member owned and does not get back; members that lose nothing are not named. */
function revokedOf(
  members: readonly AssignorMember[],
  assignment: Readonly<Record<string, readonly string[]>>,
  cluster: Cluster,
): Record<string, string[]> {
  const revoked: Record<string, string[]> = {};
  for (const { memberId, owned = [] } of members) {
    const lost = owned
      .map((row) => cluster.names[row] as string)
      .filter((name) => assignment[memberId]?.includes(name) !== true);
    if (lost.length > 0) revoked[memberId] = lost;
  }
  return revoked;
}
