/**
 * How many events a run will probably bring, so that columns are made large enough at once: the limits of its sources,
 * where they have one. A guess costs nothing but address space, and a column that is too small grows.
 */
import type { Scenario } from '#sim/scenario/scenario.ts';

const LEAST = 64;
const MOST = 4_000_000;

export function expectedEvents(scenario: Scenario): number {
  let events = 0;
  for (const { driven } of scenario.services) if (driven.by === 'every') events += driven.limit ?? 0;
  return Math.min(MOST, Math.max(LEAST, events));
}
