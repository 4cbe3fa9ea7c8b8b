/** The assignors by Kafka's names: those of the clients (`partition.assignment.strategy`), and the coordinator's own (KIP-848). */
import type { Assignor } from '#sim/brokers/kafka/assignors/assignor.ts';
import { cooperativeStickyAssignor } from '#sim/brokers/kafka/assignors/cooperative-sticky.ts';
import { rangeAssignor } from '#sim/brokers/kafka/assignors/range.ts';
import { roundRobinAssignor } from '#sim/brokers/kafka/assignors/round-robin.ts';
import { stickyAssignor } from '#sim/brokers/kafka/assignors/sticky.ts';
import { uniformAssignor } from '#sim/brokers/kafka/assignors/uniform.ts';

export const clientAssignors: readonly Assignor[] = [
  rangeAssignor,
  roundRobinAssignor,
  stickyAssignor,
  cooperativeStickyAssignor,
];

/** `group.consumer.assignors`: the range one places as the clients' does. */
export const coordinatorAssignors: readonly Assignor[] = [uniformAssignor, rangeAssignor];

export function assignorNamed(assignors: readonly Assignor[], name: unknown): Assignor | null {
  return assignors.find((assignor) => assignor.name === name) ?? null;
}
