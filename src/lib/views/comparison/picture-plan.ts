/**
 * What every picture of a comparison has in common: one time scale, one scale of waiting events, the same lanes at the
 * same heights, so that what stands below each other was at the same time and is of the same kind.
 */
import type { Measured } from '#lib/views/comparison/measures.ts';

export interface PicturePlan {
  /** The latest end of all runs, µs. */
  readonly span: number;
  readonly mostWaiting: number;
  /** Tops of the lanes, in pixels; null = no run has it. */
  readonly faults: { readonly top: number; readonly rows: number } | null;
  readonly group: number | null;
  readonly pauses: { readonly top: number; readonly rows: number; readonly pitch: number } | null;
  readonly waiting: number;
  readonly anomalies: number;
  readonly height: number;
}

const AXIS = 20;
/** A lane's name stands on a line of its own above it. */
const NAME = 15;
export const FAULT_ROW = 8;
const GROUP = 26;
export const WAITING = 40;
const ANOMALIES = 18;
/** Room for the rows of pauses: many partitions get thinner rows. */
const PAUSE_ROOM = 72;

/** `orders/3`, in the order of the topics and partitions. */
export function pausedParts(one: Measured): string[] {
  const { pauses } = one.facts;
  const sorted = [...pauses].sort(
    (a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : 0) || a.partition - b.partition,
  );
  return [...new Set(sorted.map(({ topic, partition }) => `${topic}/${partition}`))];
}

export function planPictures(all: readonly Measured[]): PicturePlan {
  let top = AXIS;
  const lane = (height: number): number => {
    const at = top + NAME;
    top = at + height;
    return at;
  };
  const faultRows = Math.max(0, ...all.map(({ run }) => run.timeline.faults.length));
  const hasSpans = all.some(({ run }) => run.timeline.groups.some(({ spans }) => spans.length > 0));
  const pauseRows = Math.max(0, ...all.map((one) => pausedParts(one).length));
  const pitch = pauseRows === 0 ? 0 : Math.max(2, Math.min(6, Math.floor(PAUSE_ROOM / pauseRows)));
  return {
    span: Math.max(1, ...all.map(({ run }) => run.report.virtualTime)),
    mostWaiting: Math.max(1, ...all.flatMap(({ facts }) => facts.waiting.map(({ series }) => series.max))),
    faults: faultRows === 0 ? null : { top: lane(faultRows * FAULT_ROW), rows: faultRows },
    group: hasSpans ? lane(GROUP) : null,
    pauses: pauseRows === 0 ? null : { top: lane(pauseRows * pitch + 4), rows: pauseRows, pitch },
    waiting: lane(WAITING),
    anomalies: lane(ANOMALIES),
    height: top,
  };
}
