// xoshiro128** 1.1 (D. Blackman, S. Vigna: "Scrambled linear pseudorandom number generators", ACM TOMS 47, 2021):
// period 2^128 - 1, state in a row of an Int32Array so that it is part of every checkpoint. Not for secrets.

/** xoshiro128**: steps the four words at `base` and returns the next uint32. */
export function nextUint32(state: Int32Array, base: number): number {
  const s0 = state[base] as number;
  const s1 = state[base + 1] as number;
  const s2 = (state[base + 2] as number) ^ s0;
  const s3 = (state[base + 3] as number) ^ s1;
  const fives = Math.imul(s1, 5);
  state[base] = s0 ^ s3;
  state[base + 1] = s1 ^ s2;
  state[base + 2] = s2 ^ (s1 << 9);
  state[base + 3] = (s3 << 11) | (s3 >>> 21);
  return Math.imul((fives << 7) | (fives >>> 25), 9) >>> 0;
}
