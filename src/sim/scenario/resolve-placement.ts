/**
 * Where the copies of a topic's partitions stand: a replication factor, by which partitions and copies go round the nodes
 * (Kafka begins at a node drawn by lot), or the nodes of each partition by number, the preferred leader first. Kafka's own
 * verdicts in its own words: InvalidReplicationFactorException, InvalidReplicaAssignmentException.
 */
import type { SettingValue } from '#sim/brokers/kafka/config.ts';
import type { Placed } from '#sim/scenario/place.ts';
import { at, problem, type Report } from '#sim/scenario/report.ts';
import type { ScenarioDocument } from '#sim/scenario/schema.ts';

type BrokerWords = Extract<NonNullable<ScenarioDocument['brokers']>[string], { kind: 'kafka' }>;
type TopicWords = NonNullable<BrokerWords['topics']>[string];

/** By partition: numbers of nodes from 0; null in a cluster of one node. */
export function resolvePlacement(
  report: Report,
  topic: Placed<TopicWords>,
  partitions: number,
  nodes: number,
  cluster: Readonly<Record<string, SettingValue>>,
): readonly (readonly number[])[] | null {
  const { replicas } = topic.value;
  const said = topic.value['replication.factor'];
  if (replicas !== undefined) {
    if (said !== undefined) {
      const hint = 'The lists of `replicas` say how many copies there are.';
      problem(report, at(topic.pointer, 'replication.factor'), 'A topic has one of the two.', hint);
    }
    checkAssignment(report, at(topic.pointer, 'replicas'), replicas, partitions, nodes);
    return nodes === 1 ? null : replicas.map((list) => list.map((number) => number - 1));
  }
  const factor = said ?? Number(cluster['default.replication.factor'] ?? 1);
  if (factor > nodes) {
    const place = said === undefined ? topic.pointer : at(topic.pointer, 'replication.factor');
    const sentence = `Replication factor: ${factor} larger than available brokers: ${nodes}.`;
    problem(report, place, sentence, `Give the broker \`nodes\`: ${factor}, or the topic fewer copies.`);
  }
  if (nodes === 1) return null;
  const copies = Math.min(Math.max(factor, 1), nodes);
  return Array.from({ length: partitions }, (_, partition) =>
    Array.from({ length: copies }, (_copy, copy) => (partition + copy) % nodes),
  );
}

function checkAssignment(
  report: Report,
  pointer: string,
  replicas: readonly (readonly number[])[],
  partitions: number,
  nodes: number,
): void {
  if (replicas.length !== partitions) {
    const sentence = `Lists of replicas: ${replicas.length}; partitions: ${partitions}.`;
    problem(report, pointer, sentence, 'Give one list a partition.');
  }
  replicas.forEach((list, partition) => {
    const place = at(pointer, partition);
    if (new Set(list).size !== list.length) {
      problem(report, place, 'The list names a node twice.', 'A node has one copy of a partition.');
    }
    const strange = list.find((number) => number > nodes);
    if (strange !== undefined) {
      const hint = `Nodes are numbered from 1 to ${nodes}.`;
      problem(report, place, `There is no node ${strange} in this cluster.`, hint);
    }
    if (list.length !== replicas[0]?.length) {
      problem(report, place, 'Partitions of one topic have the same number of copies.');
    }
  });
}
