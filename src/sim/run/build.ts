/** Builds the world of any scenario: with every broker family at hand. A page loads families as it needs them (worker). */
import { kafkaShareFamily } from '#sim/run/build-kafka-share.ts';
import { memoryFamily } from '#sim/run/build-memory.ts';
import { rabbitFamily } from '#sim/run/build-rabbitmq.ts';
import { buildWorldOf, type BuildOptions } from '#sim/run/build-world.ts';
import type { BrokerFamily } from '#sim/run/family.ts';
import type { World } from '#sim/run/world.ts';
import type { Scenario } from '#sim/scenario/scenario.ts';

export type { BuildOptions };

export const allFamilies: readonly BrokerFamily[] = [kafkaShareFamily, rabbitFamily, memoryFamily];

export function buildWorld(scenario: Scenario, options: BuildOptions = {}): World {
  return buildWorldOf(scenario, options, allFamilies);
}
