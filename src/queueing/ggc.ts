/**
 * G/G/c by its first two moments: APPROXIMATIONS and one bound, to be labelled so wherever they are shown. ca², cs² are
 * the squared coefficients of variation of the times between arrivals and of service.
 *
 * - Allen-Cunneen: Wq = P(wait)/(cμ - λ) · (ca² + cs²)/2, P(wait) by Erlang C
 * - Sakasegawa: ρ^(√(2(c+1)) - 1)/(c(1 - ρ)μ) in place of the first factor
 * - Krämer and Langenbach-Belz: Allen-Cunneen times exp(-2(1-ρ)(1-ca²)²/(3 P(wait)(ca²+cs²))) for ca² <= 1, else times
 *   exp(-(1-ρ)(ca²-1)/(ca²+4cs²))
 * - one server: Kingman's approximation ρ/(1-ρ)·(ca²+cs²)/(2μ), and Kingman's upper bound λ(σa²+σs²)/(2(1-ρ))
 *
 * Domain λ > 0, μ > 0, ca², cs² >= 0; λ >= cμ is unstable. Source: Allen, "Probability, Statistics, and Queueing
 * Theory" (1990); Sakasegawa (1977); Krämer and Langenbach-Belz (1976); Kingman (1962).
 */
import { exp, power } from '#queueing/elementary.ts';
import { requireNotNegative, requirePositive } from '#queueing/impossible-input.ts';
import { mmc, type Station } from '#queueing/mmc.ts';
import { isUnstable, type Unstable } from '#queueing/steady.ts';
import { lnOf, wide, wideExp, wideProduct, type Wide } from '#queueing/wide.ts';

export interface ApproximateWaits {
  readonly rho: number;
  readonly allenCunneenWq: Wide;
  readonly sakasegawaWq: Wide;
  readonly klbWq: Wide;
  /** One server only. */
  readonly kingmanApproxWq?: number;
  /** One server only; no wait is longer on average. */
  readonly kingmanBoundWq?: number;
}

export interface Variable extends Station {
  readonly ca2: number;
  readonly cs2: number;
}

export function ggc(station: Variable): ApproximateWaits | Unstable {
  const { lambda, mu, servers, ca2, cs2 } = station;
  requirePositive('lambda', lambda);
  requireNotNegative('ca2', ca2);
  requireNotNegative('cs2', cs2);
  const answer = mmc(station);
  if (isUnstable(answer)) return answer;
  const { rho, spare } = answer;
  const variability = (ca2 + cs2) / 2;
  const allenCunneenWq = wideProduct(answer.wide.Wq, variability);
  const sakasegawa = power(rho, Math.sqrt(2 * (servers + 1)) - 1) / spare;
  const free = spare / (servers * mu);
  const single = {
    kingmanApproxWq: (lambda / spare / mu) * variability,
    kingmanBoundWq: (lambda * (ca2 / lambda / lambda + cs2 / mu / mu)) / (2 * free),
  };
  return {
    rho,
    allenCunneenWq,
    sakasegawaWq: wide(sakasegawa * variability),
    klbWq: variability === 0 ? wide(0) : corrected(allenCunneenWq, klbExponent(station, free, answer.pWait)),
    ...(servers === 1 ? single : {}),
  };
}

function klbExponent({ ca2, cs2 }: Variable, free: number, pWait: number): number {
  if (ca2 > 1) return (-free * (ca2 - 1)) / (ca2 + 4 * cs2);
  const less = 1 - ca2;
  return less === 0 ? 0 : (-2 * free * less * less) / (3 * pWait * (ca2 + cs2));
}

/** The factor can be far too small for a double where hardly anybody waits. */
function corrected(wait: Wide, exponent: number): Wide {
  if (exponent > -600) return wideProduct(wait, exp(exponent));
  return exponent < -1e15 ? wide(0) : wideExp(lnOf(wait) + exponent);
}
