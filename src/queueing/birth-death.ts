/**
 * The steady state of a chain that moves between neighbouring states: p(n)/p(n-1) = birth(n-1)/death(n). One pass
 * from 0 upward with wide numbers, so no state is too rare and nothing overflows; all terms are positive, so nothing
 * cancels. Relative error about √states ulp.
 */
import { addTo, settled, wide, type Wide } from '#queueing/wide.ts';

/** What the states below it can still add to a sum is less than this part of it. */
const NEGLIGIBLE = 1e-18;

/**
 * The sums over all states of p(n)/p(0) and of weight(n)·p(n)/p(0) for each weight. `ratio(n)` is p(n)/p(n-1); the
 * chain ends at `last`, or goes on until the rest is negligible (ratios must then fall below 1 after `settledFrom`).
 */
export function chainSums(
  ratio: (n: number) => number,
  weights: readonly ((n: number) => number)[],
  last: number,
  settledFrom = 0,
): { readonly total: Wide; readonly sums: readonly Wide[]; readonly end: Wide } {
  const state: Wide = wide(1);
  const total: Wide = wide(1);
  const sums = weights.map((weight) => wide(weight(0)));
  for (let n = 1; n <= last; n += 1) {
    const r = ratio(n);
    state.mantissa *= r;
    settled(state);
    if (state.mantissa === 0) break;
    addTo(total, state.mantissa, state.power);
    settled(total);
    let grown = false;
    for (let j = 0; j < sums.length; j += 1) {
      const sum = sums[j] as Wide;
      const added = (weights[j] as (n: number) => number)(n) * state.mantissa;
      if (added === 0) continue;
      addTo(sum, added, state.power);
      settled(sum);
      if (!isNegligible(added, state.power, sum, r)) grown = true;
    }
    if (last === Infinity && n > settledFrom && r < 1 && !grown) break;
  }
  return { total, sums, end: state };
}

function isNegligible(added: number, power: number, sum: Wide, ratio: number): boolean {
  if (power < sum.power - 1) return true;
  const scale = power < sum.power ? 1 / 1.3407807929942597e154 : 1;
  return (added * scale * ratio) / (1 - ratio) < NEGLIGIBLE * sum.mantissa;
}
