/**
 * What is explored, as a list of whole runs: seeds, and each seed's crash points. The list is made first, then somebody
 * carries it out run by run (the command line in a loop, a worker in slices), so nothing here waits.
 */
import { crashedAt, crashPointsOf, type CrashPoint } from '#sim/explore/crash-points.ts';
import {
  listAt,
  meaningOf,
  withFaults,
  withSeed,
  type JsonObject,
  type Source,
} from '#sim/explore/document.ts';
import { outcomeOf, type Outcome } from '#sim/explore/outcome.ts';
import { present } from '#sim/base/assert.ts';

export interface Wishes {
  /** How many seeds, from `seed` (null: the file's) upwards. */
  readonly seeds: number;
  readonly seed: number | null;
  readonly crashPoints: boolean;
  /** Whether the file's own faults stay beside the crash. */
  readonly keepFaults: boolean;
  /** How long a crashed process stays away: `5s`. */
  readonly back: string;
  /** Every `of`th run, beginning with the `part`th: from 1. */
  readonly shard: { readonly part: number; readonly of: number };
}

export interface PlannedRun {
  readonly seed: number;
  readonly point: CrashPoint | null;
  /** The file that this run is. */
  readonly document: JsonObject;
}

export interface Explored extends PlannedRun {
  readonly outcome: Outcome;
}

const SEEDS = 4_294_967_296;

export function planOf(source: Source, wishes: Wishes): { readonly runs: readonly PlannedRun[] } {
  const first = wishes.seed ?? source.scenario.seed;
  const runs: PlannedRun[] = [];
  for (let i = 0; i < wishes.seeds; i += 1) {
    const seed = (first + i) % SEEDS;
    const document = withSeed(source.document, seed);
    if (!wishes.crashPoints) runs.push({ seed, point: null, document });
    else runs.push(...crashRuns(document, seed, wishes));
  }
  const { part, of } = wishes.shard;
  return { runs: runs.filter((_, n) => n % of === part - 1) };
}

/** The run without a crash stands first: what the others are compared with. */
function crashRuns(document: JsonObject, seed: number, wishes: Wishes): PlannedRun[] {
  const others = wishes.keepFaults ? listAt(document, 'faults') : [];
  const { expect: _expect, ...unexpected } = document;
  const calm = withFaults(wishes.keepFaults ? document : unexpected, others);
  const scenario = meaningOf(calm);
  const points = crashPointsOf(present(scenario.ok ? scenario.value : undefined, '[EXPLORE-1] a scenario'));
  return [
    { seed, point: null, document: calm },
    ...points.map((point) => ({ seed, point, document: crashedAt(document, point, wishes.back, others) })),
  ];
}

export function explore(planned: PlannedRun): Explored {
  const scenario = meaningOf(planned.document);
  const parsed = present(scenario.ok ? scenario.value : undefined, '[EXPLORE-2] a planned run is a scenario');
  return { ...planned, outcome: outcomeOf(parsed) };
}
