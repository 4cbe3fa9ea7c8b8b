/**
 * Numbers with units for `queue`: a rate such as 800/s, a time such as 10ms. With units everything is computed in
 * seconds and shown in the unit that suits; without any, the unit of time is whatever lambda and mu have.
 */
import { quoted, UsageError } from '#cli/command-arguments.ts';

const SECONDS: Readonly<Record<string, number>> = {
  us: 1e-6,
  ms: 1e-3,
  s: 1,
  min: 60,
  h: 3600,
  d: 86_400,
};

export interface Quantity {
  readonly value: number;
  readonly unit: 'rate' | 'time' | 'none';
}

const NUMBER = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(?:(\/?)(us|ms|s|min|h|d))?$/i;

/** What a flag says: a number, with its unit applied. */
export function quantityOf(flag: string, text: string): Quantity {
  const [, digits, slash, unit] = NUMBER.exec(text) ?? [];
  if (digits === undefined) {
    throw new UsageError(`--${flag} ${quoted(text)} is not a number such as 9, 0.5, 800/s or 10ms.`);
  }
  const seconds = unit === undefined ? undefined : SECONDS[unit];
  if (unit === undefined) return { value: Number(digits), unit: 'none' };
  if (seconds === undefined)
    throw new UsageError(`--${flag} ${quoted(text)}: units are us, ms, s, min, h and d.`);
  if (slash === '/') return { value: Number(digits) / seconds, unit: 'rate' };
  return { value: Number(digits) * seconds, unit: 'time' };
}

/** A number as a line shows it: seven digits, which is more than anybody's rates are known to. */
export function shown(value: number): string {
  return String(Number(value.toPrecision(7)));
}

/** Seconds in the unit that leaves a number from 1 up, if there is one. */
export function shownTime(seconds: number): string {
  const size = Math.abs(seconds);
  if (size === 0) return '0 s';
  if (size < 1e-3) return `${shown(seconds * 1e6)} us`;
  if (size < 1) return `${shown(seconds * 1e3)} ms`;
  return size < 7200 ? `${shown(seconds)} s` : `${shown(seconds / 3600)} h`;
}
