/** Geometry of the two charts: mean wait against utilisation, and how many wait longer than t. Sizes in SVG units. */
import { waitCurve } from '#queueing/calculators/queue-model.ts';
import type { QueueInputs } from '#lib/calculators/queue-inputs.ts';

export const FRAME = { width: 760, height: 360, left: 64, right: 740, top: 20, bottom: 320 } as const;

export interface Tick {
  readonly at: number;
  readonly value: number;
}

export interface Scale {
  readonly most: number;
  readonly ticks: readonly Tick[];
}

/** Round steps up to about `most`, four to eight of them. */
export function roundScale(most: number, from: number, to: number): Scale {
  const rough = most / 5;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * unit).find((one) => most / one <= 7) ?? 10 * unit;
  const count = Math.ceil(most / step - 1e-9);
  const top = count * step;
  const ticks = Array.from({ length: count + 1 }, (_, i) => ({
    at: from + ((to - from) * i) / count,
    value: i * step,
  }));
  return { most: top, ticks };
}

export const xOfLoad = (rho: number): number => FRAME.left + Math.min(1, rho) * (FRAME.right - FRAME.left);

export const yOf = (value: number, most: number): number =>
  FRAME.bottom - Math.min(1, value / most) * (FRAME.bottom - FRAME.top);

const point = (x: number, y: number): string => `${x.toFixed(1)} ${y.toFixed(1)}`;

/** A line through the points, up to where it leaves the frame. */
function lineOf(points: readonly (readonly [x: number, y: number, value: number])[], most: number): string {
  const drawn: string[] = [];
  for (const [i, [x, y, value]] of points.entries()) {
    const before = points[i - 1];
    if (value > most) {
      // Cut at the frame, so that a steep line does not end in the air.
      if (before !== undefined) {
        const part = (most - before[2]) / (value - before[2]);
        drawn.push(point(before[0] + (x - before[0]) * (Number.isFinite(part) ? part : 0), FRAME.top));
      }
      break;
    }
    drawn.push(point(x, y));
  }
  return drawn.length === 0 ? '' : `M${drawn.join('L')}`;
}

export interface WaitChart {
  readonly scale: Scale;
  readonly shared: string;
  readonly partitioned: string;
}

/** `present` is the mean wait now, or null where it has none: the scale holds it well inside. */
export function waitChart({ mu, handlers }: QueueInputs, present: number | null): WaitChart {
  const most = Math.max(present === null ? 0 : present * 1.6, 3.2 / mu);
  const scale = roundScale(most, FRAME.bottom, FRAME.top);
  const path = (mode: 'shared' | 'partitioned'): string =>
    lineOf(
      waitCurve(mu, handlers, mode).map(({ rho, Wq }) => [xOfLoad(rho), yOf(Wq, scale.most), Wq]),
      scale.most,
    );
  return { scale, shared: path('shared'), partitioned: path('partitioned') };
}

export interface TailChart {
  readonly scale: Scale;
  readonly x: (t: number) => number;
  readonly y: (part: number) => number;
  readonly line: (tail: (t: number) => number) => string;
}

/** P(wait > t) from 0 to `longest`, on a scale of parts: the distribution behind the mean. */
export function tailChart(longest: number): TailChart {
  const scale = roundScale(longest > 0 ? longest : 1, FRAME.left, FRAME.right);
  const x = (t: number): number => FRAME.left + Math.min(1, t / scale.most) * (FRAME.right - FRAME.left);
  const y = (part: number): number => yOf(part, 1);
  const line = (tail: (t: number) => number): string =>
    `M${Array.from({ length: 121 }, (_, i) => (scale.most * i) / 120)
      .map((t) => point(x(t), y(tail(t))))
      .join('L')}`;
  return { scale, x, y, line };
}
