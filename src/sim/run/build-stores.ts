/** Stores of the scenario, as entities. */
import { compileDistribution } from '#sim/kernel/distribution.ts';
import { streamRow } from '#sim/kernel/random.ts';
import { distributionOf } from '#sim/run/distribution-of.ts';
import { addProcess, type Site } from '#sim/run/site.ts';
import type { FailureSpec, StoreSpec } from '#sim/scenario/scenario.ts';
import { Database } from '#sim/stores/database.ts';
import { ExternalApi, type Failure } from '#sim/stores/external-api.ts';

function failuresOf(specs: readonly FailureSpec[]): Failure[] {
  return specs.map(({ error, rate, nth, definite, happens }) => ({
    code: error,
    nth,
    chance: rate,
    definite,
    happens,
  }));
}

export function addStore(site: Site, spec: StoreSpec): void {
  const { catalog, hosts, kernel } = site;
  const factor = (entity: number): number => hosts.factor(entity);
  const stream = (name: string): number => streamRow(kernel.state.streams, `${spec.name}${name}`);
  const store =
    spec.kind === 'database'
      ? new Database(
          catalog,
          {
            latency: compileDistribution(distributionOf(spec.latency)),
            latencyStream: stream(':latency'),
            failureStream: stream(':failure'),
            tables: spec.tables.map(({ effect, unique }) => ({ effect, unique })),
            failures: failuresOf(spec.fails),
          },
          factor,
        )
      : new ExternalApi(
          catalog,
          spec.operations.map((operation) => ({
            effect: operation.effect,
            latency: compileDistribution(distributionOf(operation.latency)),
            failures: failuresOf(operation.fails),
            honoursKeys: operation.idempotencyKey === 'honoured',
            latencyStream: stream(`.${operation.name}:latency`),
            failureStream: stream(`.${operation.name}:failure`),
          })),
          factor,
        );
  addProcess(site, store, spec.name, spec.name);
}
