/**
 * Exponential, logarithm and what follows from them, from + - * / and bit views alone: the same bits in every engine,
 * so that a table copied from one browser equals another's, and a run that stops at a precision stops at the same
 * replication. The closed forms import nothing from outside, hence these of their own.
 * Source: the argument reduction and coefficients of fdlibm's e_exp.c and e_log.c (Sun Microsystems, freely
 * distributable); Kahan's quotients for log1p and expm1. Error: exp and log below 1 ulp, the others a few.
 */
const scratch = new Float64Array([1]);
const words = new Int32Array(scratch.buffer);
/** Index of the word with sign and exponent, whichever way round this machine stores them. */
const HIGH = words[1] === 0 ? 0 : 1;

const LN2_HI = 0.6931471803691238;
const LN2_LO = 1.9082149292705877e-10;

/** 2^power, exact for -1022 to 1023. */
function powerOfTwo(power: number): number {
  words[1 - HIGH] = 0;
  words[HIGH] = (power + 1023) << 20;
  return scratch[0] ?? NaN;
}

/** ln x. ln 0 is -Infinity, of a negative number NaN. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  if (x < 2.2250738585072014e-308) return log(x * 18014398509481984) - 54 * Math.LN2;
  scratch[0] = x;
  // x = 2^k (1 + f) with 1 + f from sqrt(1/2) to sqrt(2): near 1, k is 0 and nothing cancels.
  const high = words[HIGH] ?? 0;
  const k = ((high + (0x3ff00000 - 0x3fe6a09e)) >> 20) - 1023;
  words[HIGH] = high - (k << 20);
  const f = (scratch[0] ?? NaN) - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const odd =
    z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  const halfSquare = 0.5 * f * f;
  return s * (halfSquare + (odd + even)) + k * LN2_LO - halfSquare + f + k * LN2_HI;
}

/** e^x. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893384) return Infinity;
  if (x < -745.1332191019411) return 0;
  const k = Math.floor(x * Math.LOG2E + 0.5);
  const hi = x - k * LN2_HI;
  const lo = k * LN2_LO;
  const r = hi - lo;
  const rr = r * r;
  const tail = 6.613756321437934e-5 + rr * (-1.6533902205465252e-6 + rr * 4.1381367970572385e-8);
  const c = r - rr * (0.16666666666666602 + rr * (-0.0027777777777015593 + rr * tail));
  const y = 1 + ((r * c) / (2 - c) - lo + hi);
  if (k > 1023) return y * 2 * powerOfTwo(k - 1);
  if (k < -1022) return y * powerOfTwo(k + 600) * powerOfTwo(-600);
  return y * powerOfTwo(k);
}

/** ln(1 + x) without losing x beside the 1. */
export function log1p(x: number): number {
  const u = 1 + x;
  return u === 1 ? x : u === Infinity ? u : (log(u) * x) / (u - 1);
}

/** e^x - 1 without losing what is small. */
export function expm1(x: number): number {
  const u = exp(x);
  if (u === 1) return x;
  const less = u - 1;
  return less === -1 || u === Infinity ? less : (less * x) / log(u);
}

/** x^y for x >= 0. Relative error about |y ln x| ulp. */
export function power(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  if (x === 0) return y > 0 ? 0 : Infinity;
  return exp(y * log(x));
}

/** x^n for a whole n >= 0 by squaring: relative error about n ulp. */
export function wholePower(x: number, n: number): number {
  let result = 1;
  for (let base = x, left = n; left > 0; left = Math.floor(left / 2), base *= base) {
    if (left % 2 === 1) result *= base;
  }
  return result;
}

/** cos and sin of an angle in radians up to some turns, by their series after taking off quarter turns. */
export function cosSin(angle: number): readonly [cos: number, sin: number] {
  const quarters = Math.round(angle / (Math.PI / 2));
  const r = angle - quarters * 1.5707963267948966 - quarters * 6.123233995736766e-17;
  const rr = r * r;
  let cos = 0;
  let sin = 0;
  for (let k = 20; k > 0; k -= 2) {
    cos = (-rr / ((k - 1) * k)) * (1 + cos);
    sin = (-rr / (k * (k + 1))) * (1 + sin);
  }
  const turned = ((quarters % 4) + 4) % 4;
  const c = 1 + cos;
  const s = r * (1 + sin);
  if (turned === 0) return [c, s];
  if (turned === 1) return [-s, c];
  return turned === 2 ? [-c, -s] : [s, -c];
}
