/**
 * M/M/∞: every customer has a server of its own. The number in the system is Poisson with mean a = λ/μ, whatever the
 * service distribution. Domain λ >= 0, μ > 0; always stable. Source: Gross et al., section 3.7. Relative error of tails
 * about 1e-15 (1 + |ln|).
 */
import { minus, pair, product, value } from '#queueing/double-double.ts';
import { requireNotNegative, requirePositive } from '#queueing/impossible-input.ts';
import type { Means } from '#queueing/steady.ts';
import { poissonExcess } from '#queueing/poisson.ts';
import { wideExp, type Wide } from '#queueing/wide.ts';

export interface UnlimitedAnswer extends Means {
  readonly p0: Wide;
  /** P(N > ⌊2a⌋): how rarely twice the mean is exceeded. */
  readonly pMoreThanTwice: Wide;
}

export function mminf(lambda: number, mu: number): UnlimitedAnswer {
  requireNotNegative('lambda', lambda);
  requirePositive('mu', mu);
  const a = lambda / mu;
  let twice = Math.round(2 * a);
  // Whether the exact 2λ/μ reaches this whole number.
  if (value(minus(product(twice, mu), pair(2 * lambda))) > 0) twice -= 1;
  return {
    L: a,
    W: 1 / mu,
    Lq: 0,
    Wq: 0,
    p0: wideExp(-a),
    pMoreThanTwice: poissonExcess(twice + 1, a).tail,
  };
}
