/** Numbers of a scenario as people write them, for whoever shows its parts: durations, distributions, rates, templates. */
import type { Arrivals } from '#sim/scenario/scenario.ts';
import type { Trigger } from '#sim/scenario/fault.ts';
import type { Distribution, Ratio } from '#sim/scenario/values.ts';

const UNITS: readonly (readonly [number, string])[] = [
  [3_600_000_000, 'h'],
  [60_000_000, 'min'],
  [1_000_000, 's'],
  [1_000, 'ms'],
  [1, 'µs'],
];

/** `40 ms`, `1.5 s`: the largest unit in which it has at most three decimals. */
function durationText(micros: number): string {
  if (micros === 0) return '0 ms';
  for (const [size, unit] of UNITS) {
    if (Math.abs(micros) >= size && (micros * 1000) % size === 0) return `${micros / size} ${unit}`;
  }
  return `${micros} µs`;
}

export function distributionText(distribution: Distribution): string {
  switch (distribution.kind) {
    case 'constant':
      return durationText(distribution.value);
    case 'uniform':
      return `${durationText(distribution.min)} to ${durationText(distribution.max)}`;
    case 'exponential':
      return `${durationText(distribution.mean)} on average, exponential`;
    case 'lognormal':
      return `median ${durationText(distribution.median)}, p99 ${durationText(distribution.p99)}`;
    case 'pareto':
      return `${durationText(distribution.min)} or more, Pareto`;
    case 'empirical':
      return `one of ${distribution.values.length} measured`;
  }
}

/** Gaps of `num / den` µs as a rate: `5/s`, `0.5/s`. */
function rateText({ num, den }: Ratio): string {
  const perSecond = (1_000_000 * den) / num;
  return perSecond >= 0.1
    ? `${Math.round(perSecond * 1000) / 1000}/s`
    : `${Math.round(perSecond * 60_000) / 1000}/min`;
}

export function arrivalsText(arrivals: Arrivals): string {
  switch (arrivals.kind) {
    case 'constant':
      return rateText(arrivals.gap);
    case 'poisson':
      return `${rateText(arrivals.gapMean)}, Poisson`;
    case 'bursty':
      return `${rateText(arrivals.gapMean)} for ${durationText(arrivals.burst)}, then ${durationText(arrivals.pause)} quiet`;
  }
}

function oftenText(nth: number | null, probability: Ratio | null): string {
  if (probability !== null) return `, ${probability.num} in ${probability.den}`;
  return nth === null || nth === 1 ? '' : `, ${ordinal(nth)} time`;
}

export function ordinal(n: number): string {
  const teens = n % 100 >= 11 && n % 100 <= 13;
  return `${n}${(teens ? undefined : ['th', 'st', 'nd', 'rd'][n % 10]) ?? 'th'}`;
}

/** `after payment/charge, 3rd time`; '' where it is a time. */
export function triggerText(trigger: Trigger): string {
  switch (trigger.by) {
    case 'at':
      return '';
    case 'step':
      return `${trigger.side} ${trigger.point}${oftenText(trigger.nth, trigger.probability)}`;
    case 'record': {
      const where = trigger.match.map(({ field, value }) => ` ${field}=${String(value)}`).join('');
      return `at ${trigger.kind}${where}${oftenText(trigger.nth, trigger.probability)}`;
    }
  }
}
