/**
 * The round robin assignor (RoundRobinAssignor of clients at the recorded commit): all partitions, topic by topic, are
 * dealt to the members in turn; who does not subscribe to the topic is passed over and loses the turn.
 */
import {
  compareMembers,
  type Assignment,
  type Assignor,
  type AssignorMember,
} from '#sim/brokers/kafka/assignors/assignor.ts';
import { rowsOfTopics, subscribedCluster } from '#sim/brokers/kafka/assignors/subscribed-cluster.ts';

function assign(
  members: readonly AssignorMember[],
  rowsOf: ReadonlyMap<string, readonly number[]>,
): readonly Assignment[] {
  const cluster = subscribedCluster(members, rowsOf);
  const inOrder = [...members].sort(compareMembers);
  const partitions = new Map<string, number[]>();
  for (const { memberId } of members) partitions.set(memberId, []);
  let turn = 0;
  for (const row of rowsOfTopics(cluster, cluster.topics)) {
    const topic = cluster.topicOf.get(row) as string;
    // [KAFKA-ASSIGNOR-3] the turn goes on where the last partition left it, across topics
    while (inOrder[turn]?.topics.includes(topic) === false) turn = (turn + 1) % inOrder.length;
    partitions.get(inOrder[turn]?.memberId as string)?.push(row);
    turn = (turn + 1) % inOrder.length;
  }
  return members.map(({ memberId }) => ({ memberId, partitions: partitions.get(memberId) ?? [] }));
}

export const roundRobinAssignor: Assignor = { name: 'roundrobin', assign };
