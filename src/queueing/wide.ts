/**
 * Positive numbers of any size as mantissa·2^(512·power): a hundred thousand servers have states with probability
 * 1e-60916, and neither they nor their inverses are doubles. Addition and multiplication keep full precision.
 */
import { exp, log } from '#queueing/elementary.ts';

const BLOCK = 512;
const UP = 1.3407807929942597e154;
const DOWN = 1 / UP;
const HIGH_WATER = 1.157920892373162e77;
const LOW_WATER = 1 / HIGH_WATER;

export interface Wide {
  mantissa: number;
  /** Of 2^512. */
  power: number;
}

export const wide = (x: number): Wide => settled({ mantissa: x, power: 0 });

/** Keeps the mantissa between 2^-256 and 2^256, in place. */
export function settled(w: Wide): Wide {
  if (w.mantissa >= HIGH_WATER && w.mantissa !== Infinity) {
    w.mantissa *= DOWN;
    w.power += 1;
  } else if (w.mantissa < LOW_WATER && w.mantissa > 0) {
    w.mantissa *= UP;
    w.power -= 1;
  }
  return w;
}

/** sum += mantissa·2^(512·power), in place. */
export function addTo(sum: Wide, mantissa: number, power: number): void {
  if (mantissa === 0) return;
  const above = power - sum.power;
  if (sum.mantissa === 0 || above > 1) {
    sum.mantissa = mantissa;
    sum.power = power;
  } else if (above === 1) {
    sum.mantissa = sum.mantissa * DOWN + mantissa;
    sum.power = power;
  } else if (above === 0) {
    sum.mantissa += mantissa;
  } else if (above === -1) {
    sum.mantissa += mantissa * DOWN;
  }
}

export function wideSum(a: Wide, b: Wide): Wide {
  const sum = { ...a };
  addTo(sum, b.mantissa, b.power);
  return settled(sum);
}

export const wideProduct = (a: Wide, x: number): Wide =>
  settled({ mantissa: a.mantissa * x, power: a.power });

export const wideQuotient = (a: Wide, b: Wide): Wide =>
  settled({ mantissa: a.mantissa / b.mantissa, power: a.power - b.power });

/** As a double: 0 where it is too small for one, Infinity where too large. */
export function narrow(w: Wide): number {
  if (w.power === 0) return w.mantissa;
  if (w.mantissa === 0 || w.power < -3) return 0;
  if (w.power > 3) return Infinity;
  let x = w.mantissa;
  for (let power = w.power; power > 0; power -= 1) x *= UP;
  for (let power = w.power; power < 0; power += 1) x *= DOWN;
  return x;
}

export const lnOf = (w: Wide): number => log(w.mantissa) + w.power * BLOCK * Math.LN2;

/** e^ln. Relative error about |ln| ulp. */
export function wideExp(ln: number): Wide {
  const power = Math.round(ln / (BLOCK * Math.LN2));
  return settled({ mantissa: exp(ln - power * BLOCK * Math.LN2), power });
}
