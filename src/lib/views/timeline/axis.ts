/** The timeline's one axis: how far it reaches, its ticks, and the way from time to pixels and back. */
const MS = 1_000;
const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;

const STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((n) => n * MS),
  ...[1, 2, 5, 10, 20, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 20, 30, 60, 120, 360, 720, 1440].map((n) => n * MINUTE),
];

export interface Axis {
  /** Time at the right end. */
  readonly span: number;
  /** Pixels of the left and the right end. */
  readonly left: number;
  readonly right: number;
  readonly step: number;
}

const LABEL_WIDTH = 64;

/** Reaches to the next tick behind `last`, so that it grows in steps while a run is being computed. */
export function axisFor(last: number, left: number, right: number): Axis {
  const room = Math.max(1, Math.floor((right - left) / LABEL_WIDTH));
  const wanted = Math.max(last, 10 * MS);
  const step = STEPS.find((one) => Math.ceil(wanted / one) <= room) ?? (STEPS.at(-1) as number);
  return { span: Math.ceil((wanted * 1.01) / step) * step, left, right, step };
}

export function xOf(axis: Axis, time: number): number {
  return axis.left + (time / axis.span) * (axis.right - axis.left);
}

export function timeOf(axis: Axis, x: number): number {
  const share = (x - axis.left) / Math.max(1, axis.right - axis.left);
  return Math.round(Math.min(1, Math.max(0, share)) * axis.span);
}

export function ticks(axis: Axis): number[] {
  return Array.from({ length: Math.floor(axis.span / axis.step) + 1 }, (_, i) => i * axis.step);
}

/** `00:06`, or `6.25` where ticks are closer than a second. */
export function tickText(axis: Axis, time: number): string {
  if (axis.step < SECOND) return String(time / SECOND);
  const seconds = Math.round(time / SECOND);
  const two = (n: number): string => String(n).padStart(2, '0');
  const clock = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return seconds >= 3600 ? `${Math.floor(seconds / 3600)}:${clock}` : clock;
}
