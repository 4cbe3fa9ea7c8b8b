/**
 * Units as people write them, turned into exact integers: durations into microseconds, sizes into bytes, rates into
 * gaps, decimals into ratios. The shape has been checked by the schema; here what a pattern cannot say is said.
 */
import { LIMITS } from '#sim/scenario/limits.ts';
import { at, problem, quote, type Report } from '#sim/scenario/report.ts';
import type { Distribution, Ratio } from '#sim/scenario/values.ts';
import type { Distribution as DistributionSchema } from '#sim/scenario/schema-words.ts';
import type { Static } from 'typebox';

export type DistributionWords = Static<typeof DistributionSchema>;

const MICROSECONDS: Readonly<Record<string, bigint>> = {
  us: 1n,
  ms: 1_000n,
  s: 1_000_000n,
  min: 60_000_000n,
  h: 3_600_000_000n,
  d: 86_400_000_000n,
};

const BYTES: Readonly<Record<string, bigint>> = {
  B: 1n,
  kB: 1_000n,
  MB: 1_000_000n,
  GB: 1_000_000_000n,
  KiB: 1_024n,
  MiB: 1_048_576n,
  GiB: 1_073_741_824n,
};

interface Decimal {
  readonly digits: bigint;
  /** Ten to the number of decimals. */
  readonly scale: bigint;
  readonly unit: string;
}

function tenTo(zeros: number): bigint {
  return BigInt(`1${'0'.repeat(zeros)}`);
}

function readDecimal(text: string): Decimal {
  const match = /^(-?)([0-9]+)(?:\.([0-9]+))?\/?(.*)$/.exec(text);
  const [, sign = '', whole = '0', decimals = '', unit = ''] = match ?? [];
  return {
    digits: BigInt(`${sign}${whole}${decimals}`),
    scale: tenTo(decimals.length),
    unit,
  };
}

function gcd(a: bigint, b: bigint): bigint {
  let [large, small] = a < 0n ? [-a, b] : [a, b];
  while (small !== 0n) [large, small] = [small, large % small];
  return large;
}

function ratio(num: bigint, den: bigint): Ratio {
  const shared = gcd(num, den);
  return shared === 0n ? { num: 0, den: 1 } : { num: Number(num / shared), den: Number(den / shared) };
}

/** Integer microseconds; 0 after a problem. Negative only where the schema lets a sign through. */
export function readDuration(
  report: Report,
  pointer: string,
  text: string,
  most: number = LIMITS.duration,
): number {
  const { digits, scale, unit } = readDecimal(text);
  const scaled = digits * (MICROSECONDS[unit] ?? 0n);
  if (scaled % scale !== 0n) {
    problem(
      report,
      pointer,
      `${quote(text)} is finer than a microsecond.`,
      'Time is counted in microseconds.',
    );
    return 0;
  }
  const value = Number(scaled / scale);
  if (Math.abs(value) > most) {
    const days = Math.floor(most / 86_400_000_000);
    problem(report, pointer, `${quote(text)} is too long: at most ${days} days here.`);
    return 0;
  }
  return value;
}

/** A duration above zero. */
export function readSpan(report: Report, pointer: string, text: string): number {
  const before = report.problems.length + report.dropped;
  const value = readDuration(report, pointer, text);
  if (value === 0 && report.problems.length + report.dropped === before) {
    problem(report, pointer, `${quote(text)} is no time at all: above zero here.`);
  }
  return value;
}

export function readSize(report: Report, pointer: string, text: string, most: number): number {
  const { digits, scale, unit } = readDecimal(text);
  const scaled = digits * (BYTES[unit] ?? 0n);
  const value = Number(scaled / scale);
  if (scaled % scale !== 0n || value === 0) {
    problem(report, pointer, `${quote(text)} is not a whole number of bytes above zero.`);
    return 1;
  }
  if (value <= most) return value;
  problem(report, pointer, `${quote(text)} is too large: at most ${most} bytes here.`);
  return 1;
}

/** The gap between two arrivals in microseconds. */
export function readGap(report: Report, pointer: string, text: string): Ratio {
  const { digits, scale, unit } = readDecimal(text);
  const none = { num: 1, den: 1 };
  if (digits === 0n) {
    problem(
      report,
      pointer,
      `The rate ${quote(text)} is zero.`,
      'A rate is above zero; leave the source out instead.',
    );
    return none;
  }
  const gap = ratio((MICROSECONDS[unit] ?? 0n) * scale, digits);
  if (gap.num < gap.den * (1_000_000 / LIMITS.ratePerSecond)) {
    problem(report, pointer, `The rate ${quote(text)} is too high: at most ${LIMITS.ratePerSecond}/s.`);
    return none;
  }
  if (Number.isSafeInteger(gap.num) && gap.num / gap.den <= LIMITS.duration) return gap;
  problem(report, pointer, `The rate ${quote(text)} is too low or too finely written.`, 'Use fewer digits.');
  return none;
}

/** An exact ratio from a JSON number with at most `decimals` decimals. */
export function readRatio(
  report: Report,
  pointer: string,
  value: number,
  decimals: number = LIMITS.probabilityDecimals,
): Ratio {
  const [mantissa = '0', exponent = '0'] = String(value).split('e');
  const { digits, scale } = readDecimal(mantissa);
  const shift = tenTo(Math.abs(Number(exponent)));
  const exact = Number(exponent) < 0 ? ratio(digits, scale * shift) : ratio(digits * shift, scale);
  if (tenTo(decimals) % BigInt(Math.max(1, exact.den)) === 0n) return exact;
  problem(report, pointer, `${value} has more than ${decimals} decimals.`);
  return { num: 0, den: 1 };
}

/** `200ppm` as microseconds gained per microsecond. */
export function readDrift(report: Report, pointer: string, text: string): Ratio {
  const { digits, scale } = readDecimal(text);
  const drift = ratio(digits, scale * 1_000_000n);
  if (Math.abs(drift.num) <= drift.den / 2 && drift.den <= 1_000_000_000_000) return drift;
  problem(
    report,
    pointer,
    `The drift ${quote(text)} is too large or too finely written: at most half a second a second.`,
  );
  return { num: 0, den: 1 };
}

export function readDistribution(report: Report, pointer: string, words: DistributionWords): Distribution {
  if (typeof words === 'string') return { kind: 'constant', value: readDuration(report, pointer, words) };
  if ('exponential' in words) {
    return { kind: 'exponential', mean: readSpan(report, at(pointer, 'exponential'), words.exponential) };
  }
  if ('uniform' in words) {
    const place = at(pointer, 'uniform');
    const [min, max] = words.uniform.map((text, side) => readDuration(report, at(place, side), text));
    if ((min ?? 0) > (max ?? 0))
      problem(report, place, 'The lower bound is above the upper one.', 'Swap them.');
    return { kind: 'uniform', min: min ?? 0, max: max ?? 0 };
  }
  if ('lognormal' in words) {
    const place = at(pointer, 'lognormal');
    const median = readSpan(report, at(place, 'median'), words.lognormal.median);
    const p99 = readSpan(report, at(place, 'p99'), words.lognormal.p99);
    if (median > p99) problem(report, place, 'The median is above the 99th percentile.', 'Swap them.');
    return { kind: 'lognormal', median, p99 };
  }
  if ('pareto' in words) {
    const place = at(pointer, 'pareto');
    const { min, shape, max } = words.pareto;
    const least = readSpan(report, at(place, 'min'), min);
    const most = max === undefined ? null : readSpan(report, at(place, 'max'), max);
    if (most !== null && most < least) problem(report, place, '`min` is above `max`.', 'Swap them.');
    return { kind: 'pareto', min: least, shape, max: most };
  }
  const place = at(pointer, 'empirical');
  return {
    kind: 'empirical',
    values: words.empirical.map((text, i) => readDuration(report, at(place, i), text)),
  };
}
