/**
 * From what a simulation measured to what may be said of it: where the warm-up ends, an interval for the mean, and
 * whether that is precise enough to stop.
 *
 * - Warm-up by MSER-5: means of five, cut where the standard error of the rest is least, in the first half at most
 *   (White, "An effective truncation heuristic" 1997; White, Cobb, Spratt 2000). A cut in the last place allowed
 *   means that the run was too short to tell.
 * - Independent replications: Student's t over their means.
 * - Batch means for one long run: batches so long that neighbours are no longer correlated (von Neumann's ratio), else
 *   "not enough data yet".
 * - Relative precision γ: half width / |mean| <= γ/(1+γ), so that the true relative error is γ at most (Law, "Simulation
 *   Modeling and Analysis", section 9.4).
 */
import { requireProbability } from '#queueing/impossible-input.ts';
import { studentQuantile } from '#queueing/student-t.ts';

export interface Interval {
  readonly enough: true;
  readonly mean: number;
  readonly halfWidth: number;
  readonly confidence: number;
  /** Replications or batches behind it. */
  readonly samples: number;
}

/** Instead of a number that would be false. */
export interface NotEnough {
  readonly enough: false;
  readonly why: string;
}

type Series = readonly number[] | Float64Array;

export interface WarmUp {
  /** Observations to leave out at the beginning. */
  readonly cut: number;
  /** Whether the rest is long enough to trust the cut. */
  readonly settled: boolean;
}

const GROUP = 5;

export function mser5(series: Series): WarmUp {
  const groups = Math.floor(series.length / GROUP);
  if (groups < 4) return { cut: 0, settled: false };
  let count = 0;
  let mean = 0;
  let squares = 0;
  let best = Infinity;
  let cut = 0;
  // From the end backwards, so that the spread of what is left grows by one group at a time (Welford).
  for (let g = groups - 1; g >= 0; g -= 1) {
    let x = 0;
    for (let i = 0; i < GROUP; i += 1) x += series[g * GROUP + i] ?? 0;
    x /= GROUP;
    count += 1;
    const apart = x - mean;
    mean += apart / count;
    squares += apart * (x - mean);
    const error = squares / (count * count);
    if (g <= Math.floor(groups / 2) && error <= best) {
      best = error;
      cut = g;
    }
  }
  return { cut: cut * GROUP, settled: cut < Math.floor(groups / 2) };
}

/** The mean of independent replications, each given by its own mean. */
export function replicationInterval(means: Series, confidence = 0.95): Interval | NotEnough {
  requireProbability('confidence', confidence, { above: true, open: true });
  const n = means.length;
  if (n < 2) return { enough: false, why: 'An interval needs at least two replications.' };
  let mean = 0;
  for (const x of means) mean += x;
  mean /= n;
  let squares = 0;
  for (const x of means) squares += (x - mean) * (x - mean);
  const halfWidth = studentQuantile(confidence, n - 1) * Math.sqrt(squares / (n - 1) / n);
  if (!Number.isFinite(halfWidth)) return { enough: false, why: 'A replication has no mean.' };
  return { enough: true, mean, halfWidth, confidence, samples: n };
}

const BATCHES = 20;
/** Observations that a batch must have before its mean means anything. */
const LEAST_BATCH = 25;
/** Five of 100 uncorrelated series of 20 exceed it: 1.645 √((n-2)/(n²-1)). */
const CORRELATION_LIMIT = 1.645 * Math.sqrt((BATCHES - 2) / (BATCHES * BATCHES - 1));

/** The mean of one long run after its warm-up. */
export function batchMeans(series: Series, confidence = 0.95): Interval | NotEnough {
  const size = Math.floor(series.length / BATCHES);
  if (size < LEAST_BATCH) {
    const least = BATCHES * LEAST_BATCH;
    return { enough: false, why: `Not enough data yet: ${series.length} of at least ${least} observations.` };
  }
  // What does not fill a batch is left out where the warm-up might still be felt.
  const first = series.length - size * BATCHES;
  const means = Array.from({ length: BATCHES }, (_, b) => {
    let sum = 0;
    for (let i = 0; i < size; i += 1) sum += series[first + b * size + i] ?? 0;
    return sum / size;
  });
  if (neighbourCorrelation(means) > CORRELATION_LIMIT) {
    const why = `Not enough data yet: batches of ${size} observations still depend on each other.`;
    return { enough: false, why };
  }
  return replicationInterval(means, confidence);
}

/** Lag-1 correlation of batch means by von Neumann's ratio: 1 - Σ(x(i+1)-x(i))²/(2Σ(x-mean)²), ends corrected. */
export function neighbourCorrelation(means: readonly number[]): number {
  const mean = means.reduce((sum, x) => sum + x, 0) / means.length;
  let squares = 0;
  let steps = 0;
  means.forEach((x, i) => {
    squares += (x - mean) * (x - mean);
    const before = means[i - 1];
    if (before !== undefined) steps += (x - before) * (x - before);
  });
  if (squares === 0) return 0;
  const ends = ((means[0] ?? 0) - mean) * ((means[0] ?? 0) - mean);
  const last = ((means.at(-1) ?? 0) - mean) * ((means.at(-1) ?? 0) - mean);
  return 1 - steps / (2 * squares) - (ends + last) / (2 * squares);
}

/** Fewer replications than this are never precise enough: their spread is too uncertain itself. */
export const LEAST_REPLICATIONS = 10;

/** Whether the relative precision is reached, 0.05 for five of 100. */
export function isPrecise(interval: Interval | NotEnough, precision: number): boolean {
  if (!interval.enough || interval.samples < LEAST_REPLICATIONS) return false;
  return interval.halfWidth <= (Math.abs(interval.mean) * precision) / (1 + precision);
}

/** About how many replications the precision will take, from what the spread is so far. Null where it cannot tell. */
export function replicationsNeeded(interval: Interval | NotEnough, precision: number): number | null {
  if (!interval.enough || interval.mean === 0) return null;
  const wanted = (Math.abs(interval.mean) * precision) / (1 + precision);
  const ratio = interval.halfWidth / wanted;
  return Math.max(LEAST_REPLICATIONS, Math.ceil(interval.samples * ratio * ratio));
}

/** Whether theory's value lies within. */
export const contains = ({ mean, halfWidth }: Interval, value: number): boolean =>
  Math.abs(value - mean) <= halfWidth;
