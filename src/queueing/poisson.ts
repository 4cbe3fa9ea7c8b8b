/**
 * Poisson probabilities and tails, small ones without loss: e^(-m) m^k / k! goes through the deviance, since its
 * factors overflow from k = 171 and cancel long before.
 * Source: Loader, "Fast and accurate computation of binomial probabilities" (2000).
 */
import { log, log1p } from '#queueing/elementary.ts';
import { wide, wideExp, wideProduct, type Wide } from '#queueing/wide.ts';

const HALF_LN_2PI = 0.9189385332046728;

/** ln Γ(x) - ((x - ½) ln x - x + ½ ln 2π) for x > 0: Stirling's series from 16 on, below by Γ(x+1) = xΓ(x). */
function stirlingRest(x: number): number {
  if (x < 16) {
    return stirlingRest(x + 1) + (x + 0.5) * log1p(1 / x) - 1;
  }
  const xx = x * x;
  return (
    (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - (1 / 1188 - 691 / 360360 / xx) / xx) / xx) / xx) / xx) / x
  );
}

/** ln Γ(x) for x > 0. Absolute error about 1e-15 (1 + |ln Γ|). */
export function lnGamma(x: number): number {
  return (x - 0.5) * log(x) - x + HALF_LN_2PI + stirlingRest(x);
}

/** x ln(x/m) + m - x, without the cancellation near x = m. */
function deviance(x: number, m: number): number {
  if (Math.abs(x - m) >= 0.1 * (x + m)) return x * log(x / m) + m - x;
  const v = (x - m) / (x + m);
  let term = 2 * x * v;
  let sum = (x - m) * v;
  for (let j = 1; j < 1000; j += 1) {
    term *= v * v;
    const next = sum + term / (2 * j + 1);
    if (next === sum) break;
    sum = next;
  }
  return sum;
}

/** ln P(N = k), N Poisson with mean m > 0. */
export function lnPoisson(k: number, m: number): number {
  if (k === 0) return -m;
  return -stirlingRest(k) - deviance(k, m) - HALF_LN_2PI - 0.5 * log(k);
}

/** Σ over n >= k of P(N = n)/P(N = k), and of (n - k) times that, for k > m: positive terms that fall. */
function relativeTail(k: number, m: number): { readonly mass: number; readonly excess: number } {
  let term = 1;
  let mass = 1;
  let excess = 0;
  for (let n = k + 1; n - k < 10_000_000; n += 1) {
    term *= m / n;
    mass += term;
    excess += (n - k) * term;
    if (term * (n - k) < 1e-18 * (excess + 1e-300) && term < 1e-18 * mass) break;
  }
  return { mass, excess };
}

/** P(N >= k) and E[(N - k)+] for k > m, however small. Relative error about 1e-15 (1 + deviance). */
export function poissonExcess(k: number, m: number): { readonly tail: Wide; readonly excess: Wide } {
  if (m === 0) return { tail: wide(0), excess: wide(0) };
  const first = wideExp(lnPoisson(k, m));
  const { mass, excess } = relativeTail(k, m);
  return { tail: wideProduct(first, mass), excess: wideProduct(first, excess) };
}
