// Logarithm and exponential in 240-bit fixed point on BigInt: the reference that portable-math is measured
// against, in units of the last place. Itself held to 45 decimals made with mpmath.

const BITS = 240n;
const ONE = 1n << BITS;

/** A positive double as mantissa * 2^exponent, exactly. */
function parts(x: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const raw = view.getBigUint64(0) & ((1n << 63n) - 1n);
  const biased = Number(raw >> 52n);
  const fraction = raw & ((1n << 52n) - 1n);
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

function shifted(mantissa: bigint, by: number): bigint {
  return by >= 0 ? mantissa << BigInt(by) : mantissa >> BigInt(-by);
}

/** A double in fixed point, times 2^-power. */
function fixed(x: number, power = 0): bigint {
  const { mantissa, exponent } = parts(Math.abs(x));
  const size = shifted(mantissa, exponent - power + Number(BITS));
  return x < 0 ? -size : size;
}

function atanhTwice(t: bigint): bigint {
  const square = (t * t) >> BITS;
  let sum = 0n;
  for (let term = t, n = 1n; term !== 0n; n += 2n) {
    sum += term / n;
    term = (term * square) >> BITS;
  }
  return 2n * sum;
}

const LN2 = atanhTwice(ONE / 3n);

/** log(x) for a positive double, in fixed point. */
export function exactLog(x: number): bigint {
  const { mantissa, exponent } = parts(x);
  const bits = BigInt(mantissa.toString(2).length - 1);
  const m = (mantissa << BITS) >> bits;
  return (BigInt(exponent) + bits) * LN2 + atanhTwice(((m - ONE) << BITS) / (m + ONE));
}

/** exp(x) as mantissa in fixed point times 2^power. */
export function exactExp(x: number): { mantissa: bigint; power: number } {
  const power = Math.round(x / 0.6931471805599453);
  const r = fixed(x) - BigInt(power) * LN2;
  let sum = 0n;
  for (let term = ONE, n = 1n; term !== 0n && term !== -1n; n += 1n) {
    sum += term;
    term = ((term * r) >> BITS) / n;
  }
  return { mantissa: sum, power };
}

/** The distance of a double (scaled by 2^-power) from the exact value, in units of the double's last place. */
export function ulpsOff(actual: number, exact: bigint, power = 0): number {
  const { exponent } = parts(Math.abs(actual));
  const ulp = shifted(1n, exponent - power + Number(BITS));
  const off = fixed(actual, power) - exact;
  return Number(((off < 0n ? -off : off) * 1_000_000n) / ulp) / 1e6;
}

/** Fixed point (times 2^power) as decimal digits: an integer part and `places` decimals, cut off. */
export function decimals(value: bigint, places: number, power = 0): string {
  const size = value < 0n ? -value : value;
  const scaled = size * 10n ** BigInt(places);
  const whole = power >= 0 ? (scaled << BigInt(power)) >> BITS : scaled >> (BITS + BigInt(-power));
  const digits = whole.toString().padStart(places + 1, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, digits.length - places)}.${digits.slice(digits.length - places)}`;
}
