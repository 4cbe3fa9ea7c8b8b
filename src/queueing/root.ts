/**
 * A zero of a continuous function between two points where its signs differ, to the last bit or two: secant steps
 * that fall back to halving (Dowell and Jarratt's Illinois rule, 1971).
 */
export function rootBetween(f: (x: number) => number, low: number, high: number): number {
  let a = low;
  let b = high;
  let fa = f(a);
  let fb = f(b);
  let best = Math.abs(fa) < Math.abs(fb) ? a : b;
  let least = Math.min(Math.abs(fa), Math.abs(fb));
  for (let round = 1; round < 300 && least > 0; round += 1) {
    const secant = b - (fb * (b - a)) / (fb - fa);
    const inside = secant > Math.min(a, b) && secant < Math.max(a, b);
    const x = inside && round % 6 !== 0 ? secant : a + (b - a) / 2;
    if (x === a || x === b) break;
    const fx = f(x);
    if (Math.abs(fx) < least) {
      least = Math.abs(fx);
      best = x;
    }
    if (fx > 0 === fb > 0) {
      fa *= 0.5;
    } else {
      a = b;
      fa = fb;
    }
    b = x;
    fb = fx;
  }
  return best;
}

/** A point above `low` beyond which f has the other sign, by doubling the distance. */
export function bracketAbove(f: (x: number) => number, low: number, start: number): number {
  const positive = f(low) > 0;
  let high = start;
  for (let round = 0; round < 1100 && f(high) > 0 === positive; round += 1) high = low + (high - low) * 2;
  return high;
}
