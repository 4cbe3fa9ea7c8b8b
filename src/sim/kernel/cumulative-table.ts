// Tables that turn a fraction into a value: sums of weights with binary search, and values read as a
// piecewise linear quantile function.

/** The sums of the weights up to and including each. */
export function cumulate(weights: readonly number[]): Float64Array {
  const cumulative = new Float64Array(weights.length);
  let total = 0;
  weights.forEach((weight, i) => {
    total += weight;
    cumulative[i] = total;
  });
  return cumulative;
}

/** The first row whose cumulative weight is above `fraction` (in [0, 1)) of the whole. */
export function rankAt(cumulative: Float64Array, fraction: number): number {
  let high = cumulative.length - 1;
  const sought = fraction * (cumulative[high] as number);
  let low = 0;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((cumulative[middle] as number) > sought) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The ascending values as a piecewise linear function of a fraction in [0, 1]. */
export function between(values: Float64Array, fraction: number): number {
  const place = fraction * (values.length - 1);
  const row = Math.min(Math.floor(place), values.length - 2);
  const lower = values[row] as number;
  return lower + (place - row) * ((values[row + 1] as number) - lower);
}
