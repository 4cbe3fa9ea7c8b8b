/** The verbs of the assignor cases: assign, rebalance; for the assignors that exist. */
import type { Assignor, AssignorMember } from '#sim/brokers/kafka/assignors/assignor.ts';
import { rangeAssignor } from '#sim/brokers/kafka/assignors/range.ts';
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

/** The KIP-848 coordinator's range assignor places as the client's does (group-coordinator's RangeAssignor). */
const assignors = new Map<unknown, Assignor>([['range', rangeAssignor]]);

interface Cluster {
  readonly rowsOf: Map<string, number[]>;
  /** `t-3` by row. */
  readonly names: string[];
}

export function assignorCase(given: Step): KafkaCase {
  const assignor = assignors.get(given['assignor']);
  return {
    do: (step) => {
      const verb = step['verb'];
      if (assignor === undefined || (verb !== 'assign' && verb !== 'rebalance')) return NOT_MODELLED;
      const cluster = clusterOf(recordOf(step['topics'] ?? given['topics']));
      const source = step['members'] ?? given['members'];
      const members = Array.isArray(source) ? listed(source, cluster) : named(recordOf(source), cluster);
      return { assignment: assignmentOf(assignor, members, cluster) };
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
