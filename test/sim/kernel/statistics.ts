// Tests of fit for the kernel's draws. Every seed is fixed, so a test passes or fails once and for all; the
// significance says how unlikely the fixed draw would have been of a right generator: 1 in 10,000 a test.

/** How many draws: small when every test is run, full with SPILLWAY_DEEP. */
export const draws = process.env.SPILLWAY_DEEP ? 2_000_000 : 100_000;

const Z = 3.719;

/** Chi-square above this has a probability of 1e-4 (Wilson and Hilferty's approximation). */
export function chiSquareLimit(freedom: number): number {
  const c = 2 / (9 * freedom);
  return freedom * (1 - c + Z * Math.sqrt(c)) ** 3;
}

function chiSquare(counts: ArrayLike<number>, expected: ArrayLike<number> | number): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i += 1) {
    const wanted = typeof expected === 'number' ? expected : (expected[i] ?? 0);
    sum += ((counts[i] ?? 0) - wanted) ** 2 / wanted;
  }
  return sum;
}

/** How far chi-square is from its limit: below 1 is a fit. */
export function misfit(counts: ArrayLike<number>, expected: ArrayLike<number> | number): number {
  return chiSquare(counts, expected) / chiSquareLimit(counts.length - 1);
}

/** Kolmogorov-Smirnov: the greatest distance times sqrt(n), over its limit of 2.225 at 1e-4. Below 1 is a fit. */
export function ksMisfit(values: number[], cumulative: (x: number) => number): number {
  const sorted = Float64Array.from(values).sort();
  let greatest = 0;
  sorted.forEach((value, i) => {
    const p = cumulative(value);
    greatest = Math.max(greatest, Math.abs(p - i / sorted.length), Math.abs((i + 1) / sorted.length - p));
  });
  return (greatest * Math.sqrt(sorted.length)) / 2.225;
}

export function meanAndVariance(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, variance };
}

/** How far the mean is from its theory in standard errors, over the limit of 3.891 (two-sided 1e-4). Below 1 is a fit. */
export function meanMisfit(values: readonly number[], mean: number, variance: number): number {
  return Math.abs(meanAndVariance(values).mean - mean) / (3.891 * Math.sqrt(variance / values.length));
}

/** Standard normal distribution function (Abramowitz and Stegun 7.1.26, error below 1e-7). */
export function normalCumulative(z: number): number {
  const t = 1 / (1 + 0.3275911 * (Math.abs(z) / Math.SQRT2));
  const poly =
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  const upper = 0.5 * poly * Math.exp((-z * z) / 2);
  return z > 0 ? 1 - upper : upper;
}
