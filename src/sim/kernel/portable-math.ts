// Natural logarithm, exponential and power from + - * / and bit views alone, so that every engine gives
// the same bits (Math.log, exp and pow differ between engines in the last place).
// log and exp follow fdlibm's e_log.c and e_exp.c (Sun Microsystems, freely distributable) in the
// branch-poor order of operations that musl uses: error below 1 ulp. Literals are the shortest ones for
// the published bit patterns: ECMAScript leaves digits after the twentieth to the implementation.
// Left out: signalling, errno, and a pow for negative bases.

const scratch = new Float64Array(1);
const words = new Int32Array(scratch.buffer);
scratch[0] = 1;
/** Index of the word with sign and exponent: found by looking, so byte order does not matter. */
const HIGH = words[1] === 0 ? 0 : 1;

const LN2_HI = 0.6931471803691238;
const LN2_LO = 1.9082149292705877e-10;
const INVERSE_LN2 = 1.4426950408889634;

const TWO_54 = 18014398509481984;

/**
 * Powers of two by exponent - LEAST_POWER. Scaling by them is exact, and spares writing half a double and
 * reading the whole, which no processor forwards (it cost as much as all the rest of a logarithm).
 */
const LEAST_POWER = -1074;
const POWERS = new Float64Array(1024 - LEAST_POWER);
for (let power = 5e-324, i = 0; i < POWERS.length; power *= 2, i += 1) POWERS[i] = power;

const L1 = 0.6666666666666735;
const L2 = 0.3999999999940942;
const L3 = 0.2857142874366239;
const L4 = 0.22222198432149784;
const L5 = 0.1818357216161805;
const L6 = 0.15313837699209373;
const L7 = 0.14798198605116586;

const E1 = 0.16666666666666602;
const E2 = -0.0027777777777015593;
const E3 = 6.613756321437934e-5;
const E4 = -1.6533902205465252e-6;
const E5 = 4.1381367970572385e-8;

/** Above it the result is not a finite double; below the second, not even the smallest subnormal. */
const EXP_OVERFLOW = 709.782712893384;
const EXP_UNDERFLOW = -745.1332191019411;

/** Natural logarithm, error below 1 ulp. log(0) is -Infinity; of a negative number or NaN, NaN. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  let bias = 0x3ff;
  if (x < 2.2250738585072014e-308) {
    x *= TWO_54;
    bias += 54;
  }
  scratch[0] = x;
  // x = 2^k * (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)): near 1 k is 0 and nothing cancels.
  const raised = ((words[HIGH] as number) + (0x3ff00000 - 0x3fe6a09e)) >> 20;
  const k = raised - bias;
  const f = x * (POWERS[0x3ff - raised - LEAST_POWER] as number) - 1;
  const halfSquare = 0.5 * f * f;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (L2 + w * (L4 + w * L6));
  const odd = z * (L1 + w * (L3 + w * (L5 + w * L7)));
  return s * (halfSquare + (odd + even)) + k * LN2_LO - halfSquare + f + k * LN2_HI;
}

/** e to the power of x, error below 1 ulp where the result is a normal number. */
export function exp(x: number): number {
  if (x !== x) return x;
  if (x > EXP_OVERFLOW) return Infinity;
  if (x < EXP_UNDERFLOW) return 0;
  const k = Math.floor(x * INVERSE_LN2 + 0.5) | 0;
  const hi = x - k * LN2_HI;
  const lo = k * LN2_LO;
  const r = hi - lo;
  const rr = r * r;
  const c = r - rr * (E1 + rr * (E2 + rr * (E3 + rr * (E4 + rr * E5))));
  const y = 1 + ((r * c) / (2 - c) - lo + hi);
  if (k === 0) return y;
  if (k > 1023) return y * 2 * (POWERS[k - 1 - LEAST_POWER] as number);
  if (k >= -1021) return y * (POWERS[k - LEAST_POWER] as number);
  return y * (POWERS[k + 1000 - LEAST_POWER] as number) * (POWERS[-1000 - LEAST_POWER] as number);
}

/**
 * x to the power of y for x >= 0 as exp(y log x). The relative error grows with the exponent: about
 * (1 + |y log x|) ulp, which is 1e-14 for the ranks and tails that distributions ask for.
 */
export function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  if (x === 0) return y > 0 ? 0 : Infinity;
  return exp(y * log(x));
}
