/**
 * M/D/c: c servers, service always d. Exact mean wait and probability of waiting, by one of two ways.
 *
 * Light load: what waits every d is a random walk, W(n+1) = (W(n) + A - c)+ with A Poisson(a), a = λd, so by Spitzer's
 *   identity Lq = Σ E[(P(ka) - kc)+]/k and P(no wait) = exp(-Σ P(P(ka) >= kc)/k): positive terms, few while
 *   c(ρ - 1 - ln ρ) is not small.
 * Heavy load: the c - 1 roots z of z^c = e^(a(z-1)) inside the unit circle (Crommelin):
 *   L = Σ 1/(1 - z) + (c - (c-a)²)/(2(c-a)), P(no wait) = (c-a)/Π(1 - z); L is then not small beside Lq.
 *
 * Domain a < c, else unstable. Relative error below 1e-11 to 100,000 servers. Cosmetatos' and Allen-Cunneen's values
 * are approximations. Source: Crommelin (1932); Spitzer (1956); Tijms, "A First Course in Stochastic Models", 9.6.
 */
import { minus, pair, product, value } from '#queueing/double-double.ts';
import { cosSin, exp, expm1, log } from '#queueing/elementary.ts';
import { erlangC } from '#queueing/erlang.ts';
import { requireCount, requirePositive } from '#queueing/impossible-input.ts';
import { poissonExcess } from '#queueing/poisson.ts';
import type { Unstable } from '#queueing/steady.ts';
import { addTo, narrow, settled, wide, wideProduct, type Wide } from '#queueing/wide.ts';

export interface DeterministicAnswer {
  readonly rho: number;
  readonly pWait: Wide;
  readonly Lq: Wide;
  readonly Wq: Wide;
  readonly W: number;
  readonly L: number;
  /** Approximation. */
  readonly cosmetatosWq: Wide;
  /** Approximation: half of the wait in M/M/c. */
  readonly allenCunneenWq: Wide;
}

/** Terms of the sum that cost less than finding the roots. */
const MOST_TERMS = 300;

export function mdc(lambda: number, d: number, servers: number): DeterministicAnswer | Unstable {
  requirePositive('lambda', lambda);
  requirePositive('d', d);
  requireCount('c', servers, 1, 1_000_000);
  // c - a, exactly.
  const free = -value(minus(product(lambda, d), pair(servers)));
  const a = lambda * d;
  const rho = a / servers;
  if (free <= 0) return { unstable: true, rho, growthRate: free === 0 ? 0 : -free / d };
  const { pWait, Lq } = waiting(a, servers, free);
  const Wq = wideProduct(Lq, 1 / lambda);
  const allenCunneenWq = wideProduct(erlangC(servers, 1, a), d / free / 2);
  const correction =
    1 + ((free / servers) * (servers - 1) * (Math.sqrt(4 + 5 * servers) - 2)) / (16 * rho * servers);
  return {
    rho,
    pWait,
    Lq,
    Wq,
    W: narrow(Wq) + d,
    L: narrow(Lq) + a,
    cosmetatosWq: wideProduct(allenCunneenWq, correction),
    allenCunneenWq,
  };
}

interface Waiting {
  readonly pWait: Wide;
  readonly Lq: Wide;
}

function waiting(a: number, c: number, free: number): Waiting {
  if (c === 1) return { pWait: wide(a), Lq: wide((a * a) / (2 * free)) };
  const rho = a / c;
  const decay = c * (rho - 1 - log(rho));
  return 40 / decay < MOST_TERMS ? byRandomWalk(a, c) : byRoots(a, c, free);
}

function byRandomWalk(a: number, c: number): Waiting {
  const Lq = wide(0);
  const exponent = wide(0);
  for (let k = 1; k < 10 * MOST_TERMS; k += 1) {
    const { tail, excess } = poissonExcess(k * c, k * a);
    addTo(Lq, excess.mantissa / k, excess.power);
    addTo(exponent, tail.mantissa / k, tail.power);
    settled(Lq);
    settled(exponent);
    if (excess.power < Lq.power || excess.mantissa < 1e-17 * Lq.mantissa) break;
  }
  const plain = narrow(exponent);
  return { Lq, pWait: plain < 1e-30 ? exponent : wide(-expm1(-plain)) };
}

function byRoots(a: number, c: number, free: number): Waiting {
  const rho = a / c;
  let inverses = 0;
  let logs = 0;
  // Roots come in conjugate pairs; with c even one is real.
  for (let j = 1; 2 * j <= c; j += 1) {
    const weight = 2 * j === c ? 1 : 2;
    const [x, y] = distanceOfRoot(rho, j / c);
    const squared = x * x + y * y;
    inverses += (weight * x) / squared;
    logs += (weight / 2) * log(squared);
  }
  const Lq = inverses + (c - free * free) / (2 * free) - a;
  return { Lq: wide(Lq), pWait: wide(-expm1(log(free) - logs)) };
}

/** 1 - z for the root of z = e^(2πi·turn) e^(ρ(z-1)), by Newton's method from the unit circle's image. */
function distanceOfRoot(rho: number, turn: number): readonly [x: number, y: number] {
  const [cos, sin] = cosSin(2 * Math.PI * turn);
  let x = 1 - cos * 0.5;
  let y = -sin * 0.5;
  for (let round = 0; round < 100; round += 1) {
    // With w = 1 - z: f(w) = 1 - w - e, e = e^(2πi·turn - ρw); f' = -1 + ρe.
    const size = exp(-rho * x);
    const [c, s] = cosSin(-rho * y);
    const re = size * (c * cos - s * sin);
    const im = size * (c * sin + s * cos);
    const fx = 1 - x - re;
    const fy = -y - im;
    const dx = -1 + rho * re;
    const dy = rho * im;
    const norm = dx * dx + dy * dy;
    const stepX = (fx * dx + fy * dy) / norm;
    const stepY = (fy * dx - fx * dy) / norm;
    x -= stepX;
    y -= stepY;
    if (stepX * stepX + stepY * stepY < 1e-31 * (x * x + y * y)) break;
  }
  return [x, y];
}
