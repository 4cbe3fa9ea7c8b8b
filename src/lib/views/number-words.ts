/**
 * Numbers as the panels write them: clocks, durations with a unit, amounts, counts, rates, ordinals. Times are virtual
 * microseconds, amounts integer minor units. No locale: a clock and an offset read the same everywhere.
 */
import { formatTime } from '#sim/base/time.ts';

const MS = 1_000;
const SECOND = 1_000_000;

/** `00:12.480`: microseconds are left to places that must tell two records apart (`formatTime`). */
export function clock(at: number): string {
  return formatTime(Math.floor(at / MS) * MS);
}

/** `12.480`, for a column that stands under a clock. */
export function seconds(at: number): string {
  const text = clock(at);
  return at < 60 * SECOND ? text.slice(3) : text;
}

/** `250 µs`, `60 ms`, `5.9 s`, `2 min 5 s`. */
export function duration(micros: number): string {
  if (micros < MS) return `${Math.round(micros)} µs`;
  if (micros < SECOND) return `${trimmed(micros / MS, micros < 10 * MS ? 1 : 0)} ms`;
  if (micros < 60 * SECOND) return `${trimmed(micros / SECOND, micros < 10 * SECOND ? 2 : 1)} s`;
  const whole = Math.round(micros / SECOND);
  const rest = whole % 60;
  return `${Math.floor(whole / 60)} min${rest === 0 ? '' : ` ${rest} s`}`;
}

/** As a scenario file writes it: `12.5s`, `250ms`, `1us`. */
export function fileDuration(micros: number): string {
  const whole = Math.max(0, Math.round(micros));
  if (whole % SECOND === 0) return `${whole / SECOND}s`;
  if (whole % MS === 0) return `${whole / MS}ms`;
  return `${whole}us`;
}

const UNITS: Readonly<Record<string, number>> = {
  us: 1,
  ms: MS,
  s: SECOND,
  min: 60 * SECOND,
  h: 3600 * SECOND,
};

/** Microseconds of `5s`, `250 ms`, `1.5min`; null where it reads as no duration. */
export function readDuration(text: string): number | null {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(us|ms|s|min|h)\s*$/.exec(text);
  const unit = UNITS[match?.[2] ?? ''];
  return match === null || unit === undefined ? null : Math.round(Number(match[1]) * unit);
}

/** `4531` as `45.31`. */
export function amount(minor: number): string {
  return (minor / 100).toFixed(2);
}

/** `1,204` */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** `1 record`, `3 records`. */
export function count(many: number, one: string, more = `${one}s`): string {
  return `${grouped(many)} ${many === 1 ? one : more}`;
}

/** `8/s`, `0.4/s`, '' for nothing. */
export function rate(perSecond: number): string {
  return perSecond <= 0 ? '' : `${trimmed(perSecond, perSecond < 10 ? 1 : 0)}/s`;
}

const ORDINALS = ['zeroth', 'first', 'second', 'third', 'fourth', 'fifth'];

export function ordinal(n: number): string {
  return ORDINALS[n] ?? `${n}th`;
}

/** `twice`, `3 times`. */
export function times(n: number): string {
  return n === 1 ? 'once' : n === 2 ? 'twice' : `${n} times`;
}

function trimmed(value: number, decimals: number): string {
  return String(Number(value.toFixed(decimals)));
}
