/** M/M/c on the simulator's kernel, as the tests of theory and output analysis want it. */
import { runStation, type StationRun } from '#sim/explore/station.ts';

/** Mean service in ticks. */
export const SERVICE = 100_000;

/** What the first `customers` did, in order of arrival, in ticks. */
export function simulateVisits(
  seed: number,
  customers: number,
  servers: number,
  rho: number,
  queues: 'shared' | 'partitioned' = 'shared',
): StationRun {
  return runStation({
    ...{ seed, customers, servers, queues },
    gap: { kind: 'exponential', mean: SERVICE / (rho * servers) },
    work: { kind: 'exponential', mean: SERVICE },
  });
}

/** Their waits. */
export function simulateWaits(seed: number, customers: number, servers: number, rho: number): Float64Array {
  const { arrived, begun } = simulateVisits(seed, customers, servers, rho);
  return begun.map((at, i) => at - (arrived[i] ?? NaN));
}
