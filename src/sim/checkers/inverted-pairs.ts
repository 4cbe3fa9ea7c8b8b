/** Inverted pairs of a sequence (i < j and value i > value j), by merge sort: n log n, exact. Sorts `values`. */
export function invertedPairs(values: number[]): number {
  const spare = new Array<number>(values.length).fill(0);
  let pairs = 0;
  for (let width = 1; width < values.length; width *= 2) {
    for (let from = 0; from + width < values.length; from += 2 * width) {
      const middle = from + width;
      const to = Math.min(from + 2 * width, values.length);
      pairs += merge(values, spare, from, middle, to);
    }
  }
  return pairs;
}

function merge(values: number[], spare: number[], from: number, middle: number, to: number): number {
  let left = from;
  let right = middle;
  let pairs = 0;
  for (let place = from; place < to; place += 1) {
    const takeLeft = left < middle && (right >= to || (values[left] as number) <= (values[right] as number));
    if (!takeLeft) pairs += middle - left;
    spare[place] = (takeLeft ? values[left] : values[right]) as number;
    if (takeLeft) left += 1;
    else right += 1;
  }
  for (let place = from; place < to; place += 1) values[place] = spare[place] as number;
  return pairs;
}
