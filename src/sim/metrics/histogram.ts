/**
 * A histogram of integer microseconds with logarithmic buckets, as HdrHistogram has them: values below 64 µs have a
 * bucket each, above that each doubling is cut into 32, so a quantile is at most 1/32 above the true one; minimum,
 * maximum, sum and count are exact. Two histograms merge by adding up. Plain data.
 */
export interface Histogram {
  readonly buckets: Int32Array;
  count: number;
  sum: number;
  min: number;
  max: number;
}

/** 2^5 parts a doubling. */
const PARTS = 32;
const BITS = 5;
/** Up to 2^53 µs, the largest exact time. */
const BUCKETS = (53 - BITS + 1) * PARTS;
const WORD = 2147483648;

export function createHistogram(): Histogram {
  return { buckets: new Int32Array(BUCKETS), count: 0, sum: 0, min: -1, max: -1 };
}

export function observe(histogram: Histogram, value: number): void {
  const bucket = bucketOf(value);
  histogram.buckets[bucket] = (histogram.buckets[bucket] as number) + 1;
  histogram.count += 1;
  histogram.sum += value;
  if (value > histogram.max) histogram.max = value;
  if (histogram.min < 0 || value < histogram.min) histogram.min = value;
}

export function bucketOf(value: number): number {
  if (value < PARTS) return value < 0 ? 0 : value;
  if (value >= WORD) return 26 * PARTS + bucketOf(Math.floor(value / 67108864));
  const exponent = 31 - Math.clz32(value);
  return (exponent - BITS + 1) * PARTS + ((value >>> (exponent - BITS)) & (PARTS - 1));
}

/** The largest value that falls into a bucket. */
export function bucketTop(bucket: number): number {
  const octave = Math.floor(bucket / PARTS);
  const part = bucket % PARTS;
  if (octave === 0) return part;
  let size = 1;
  for (let i = 1; i < octave; i += 1) size *= 2;
  return (PARTS + part + 1) * size - 1;
}

/** The value below or at which a share of the observations lies; 0 where there are none. */
export function quantile(histogram: Histogram, share: number): number {
  if (histogram.count === 0) return 0;
  const rank = Math.max(1, Math.ceil(share * histogram.count));
  let seen = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    seen += histogram.buckets[bucket] as number;
    if (seen >= rank) return Math.min(bucketTop(bucket), histogram.max);
  }
  return histogram.max;
}

export function mean(histogram: Histogram): number {
  return histogram.count === 0 ? 0 : histogram.sum / histogram.count;
}

/** Adds `other` to `into`. */
export function merge(into: Histogram, other: Histogram): void {
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    into.buckets[bucket] = (into.buckets[bucket] as number) + (other.buckets[bucket] as number);
  }
  into.count += other.count;
  into.sum += other.sum;
  if (other.max > into.max) into.max = other.max;
  if (other.count > 0 && (into.min < 0 || other.min < into.min)) into.min = other.min;
}
