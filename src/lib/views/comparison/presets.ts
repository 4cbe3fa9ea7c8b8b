/** Defaults of the settings that the runs know, by name: what holds where a file writes nothing. */
import type { ComparedRun } from '#lib/views/comparison/compared-run.ts';

export function presetsOf(runs: readonly ComparedRun[]): ReadonlyMap<string, string> {
  const rows = runs.flatMap(({ topology }) => [
    ...topology.services.flatMap(({ producerConfig, consumerConfig }) => [
      ...producerConfig,
      ...consumerConfig,
    ]),
    ...topology.brokers.flatMap(({ config, topics }) => [
      ...config,
      ...topics.flatMap((topic) => topic.config),
    ]),
  ]);
  return new Map(rows.map((row) => [row.name, row.default]));
}
