/** The broker families that a run needs: each is loaded when a file first asks for it, and then stays. */
import type { BrokerFamily } from '#sim/run/family.ts';
import type { Scenario } from '#sim/scenario/scenario.ts';

export async function familiesFor(scenario: Scenario): Promise<readonly BrokerFamily[]> {
  const broker = scenario.brokers.find(({ name }) => name === scenario.on);
  switch (broker?.kind) {
    case 'rabbitmq':
      return [(await import('#sim/run/build-rabbitmq.ts')).rabbitFamily];
    case 'memory':
      return [(await import('#sim/run/build-memory.ts')).memoryFamily];
    case 'kafka':
      return sharesPartitions(scenario)
        ? [(await import('#sim/run/build-kafka-share.ts')).kafkaShareFamily]
        : [(await import('#sim/run/build-kafka.ts')).kafkaFamily];
    default:
      return [];
  }
}

function sharesPartitions(scenario: Scenario): boolean {
  return scenario.carry.some(({ consume }) => consume.some(({ share }) => share));
}
