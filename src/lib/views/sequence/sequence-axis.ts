/**
 * The diagram's axis of time: stretches in which something happens, each on a scale of its own, and between them breaks
 * that cut what is quiet and say how long it was.
 */
import { formatTime } from '#sim/base/time.ts';
import { clock } from '#lib/views/number-words.ts';

export interface Stretch {
  readonly from: number;
  readonly to: number;
  /** Pixels along the axis. */
  readonly start: number;
  readonly end: number;
}

export interface SequenceAxis {
  readonly stretches: readonly Stretch[];
  readonly length: number;
}

const MOST_BREAKS = 3;
/** A gap is quiet where it takes more than this share of all that would be drawn. */
const QUIET = 0.3;
/** µs; shorter gaps are never cut. */
const LEAST_GAP = 2_000;
export const BREAK = 34;
const LEAST_STRETCH = 96;

/** Times where the axis is cut: pairs of what lies before and behind. */
function gapsIn(times: readonly number[]): { readonly from: number; readonly to: number }[] {
  const gaps = times
    .slice(1)
    .map((to, i) => ({ from: times[i] ?? to, to }))
    .sort((a, b) => b.to - b.from - (a.to - a.from));
  let total = (times.at(-1) ?? 0) - (times[0] ?? 0);
  const cut: { readonly from: number; readonly to: number }[] = [];
  for (const gap of gaps) {
    const wide = gap.to - gap.from;
    if (cut.length === MOST_BREAKS || wide < LEAST_GAP || wide < total * QUIET) break;
    cut.push(gap);
    total -= wide;
  }
  return cut.sort((a, b) => a.from - b.from);
}

export function axisOver(all: readonly number[], length: number): SequenceAxis {
  const times = [...new Set(all)].sort((a, b) => a - b);
  const first = times[0] ?? 0;
  const last = times.at(-1) ?? first;
  const cuts = gapsIn(times);
  const edges = [first, ...cuts.flatMap(({ from, to }) => [from, to]), last];
  const spans = Array.from({ length: edges.length / 2 }, (_, i) => ({
    from: edges[i * 2] ?? first,
    to: edges[i * 2 + 1] ?? last,
  }));
  const least = Math.min(LEAST_STRETCH, (length - BREAK * cuts.length) / spans.length);
  const room = Math.max(0, length - BREAK * cuts.length - least * spans.length);
  const weights = spans.map(({ from, to }) => Math.sqrt(Math.max(1, to - from)));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const stretches: Stretch[] = [];
  let start = 0;
  spans.forEach(({ from, to }, i) => {
    const end = start + least + (room * (weights[i] ?? 0)) / sum;
    stretches.push({ from, to, start, end });
    start = end + BREAK;
  });
  return { stretches, length };
}

/** Pixels along the axis; a time within a break stands in its middle, one outside at the nearer end. */
export function along(axis: SequenceAxis, time: number): number {
  let before: Stretch | null = null;
  for (const stretch of axis.stretches) {
    if (time < stretch.from) return before === null ? stretch.start : (before.end + stretch.start) / 2;
    if (time <= stretch.to) {
      const span = stretch.to - stretch.from;
      const share = span === 0 ? 0.5 : (time - stretch.from) / span;
      return stretch.start + (stretch.end - stretch.start) * share;
    }
    before = stretch;
  }
  return before?.end ?? 0;
}

const STEPS = [1, 2, 5]
  .flatMap((n) => [0, 1, 2, 3, 4, 5, 6, 7].map((power) => n * 10 ** power))
  .sort((a, b) => a - b);

function label(at: number, step: number): string {
  const text = step < 1_000 ? formatTime(at) : clock(at);
  return at < 3_600_000_000 ? text.replace(/^00:/, '') : text;
}

export interface SequenceTick {
  readonly at: number;
  /** `06.260`, and to the microsecond where ticks are closer than a millisecond. */
  readonly label: string;
}

/** Round times, far enough apart to be written. */
export function axisTicks(axis: SequenceAxis, apart: number): SequenceTick[] {
  return axis.stretches.flatMap(({ from, to, start, end }) => {
    const most = Math.max(1, Math.floor((end - start) / apart));
    const step = STEPS.find((one) => (to - from) / one <= most) ?? 10_000_000;
    const ticks: SequenceTick[] = [];
    for (let at = Math.ceil(from / step) * step; at <= to; at += step)
      ticks.push({ at, label: label(at, step) });
    return ticks;
  });
}
