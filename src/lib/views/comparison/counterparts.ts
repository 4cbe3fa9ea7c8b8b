/**
 * Which measures a broker family has, and why another one has no counterpart to it. Only what the models say of
 * themselves: rules KF-* and the SPEC.md of each family in src/sim/brokers.
 */
import type { Topology } from '#lib/scene/parts.ts';
import { brokerKind } from '#lib/views/comparison/compared-run.ts';

/** Measures that not every family has. */
export type FamilyMeasure = 'pauses' | 'rebalances' | 'lag' | 'refused-commits';

const ofQueues: Readonly<Record<FamilyMeasure, string>> = {
  pauses: 'A queue is not shared out in partitions: any consumer that is there is given its messages.',
  rebalances: 'Consumers of a queue come and go one by one; nothing is shared out anew.',
  lag: 'Nobody commits an offset: a queue forgets what is acknowledged. “Waiting” compares.',
  'refused-commits': 'Nobody commits: messages are acknowledged one by one on the channel that brought them.',
};

const ofBus: Readonly<Record<FamilyMeasure, string>> = {
  pauses: 'The bus assigns nothing: who is there is told, who is not there is not.',
  rebalances: 'The bus has no groups whose members share something out.',
  lag: 'The bus keeps nothing that anybody could be behind.',
  'refused-commits': 'The bus keeps nothing, so nobody commits.',
};

const ofShareGroups: Readonly<Partial<Record<FamilyMeasure, string>>> = {
  rebalances: 'Members of a share group read the same partitions; none waits for another.',
  lag: 'A share group acknowledges records one by one and commits no offset.',
  'refused-commits': 'A share group acknowledges records one by one and commits no offset.',
};

const withoutBarrier =
  'With group.protocol=consumer the group never stops together: each member gives up and takes over at its own heartbeat.';

/** Null: the run has it. */
export function noCounterpart(topology: Topology, group: string, measure: FamilyMeasure): string | null {
  const kind = brokerKind(topology);
  if (kind === 'rabbitmq') return ofQueues[measure];
  if (kind === 'memory') return ofBus[measure];
  const members = topology.services.filter((service) => service.group === group);
  const settings = members.flatMap(({ consumerConfig }) => consumerConfig);
  if (settings.some(({ name }) => name.startsWith('share.'))) return ofShareGroups[measure] ?? null;
  const protocol = settings.find(({ name }) => name === 'group.protocol')?.value;
  return measure === 'rebalances' && protocol === 'consumer' ? withoutBarrier : null;
}
