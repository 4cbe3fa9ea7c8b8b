/**
 * Pauses between attempts: `first`, doubled each time, at most `max` (KIP-580, clients' ExponentialBackoff). The retries of
 * batches have the real client's jitter; left out elsewhere, where nobody's order or time limit hangs on it.
 */
export function backoff(first: number, max: number, failures: number): number {
  let pause = first;
  for (let i = 0; i < failures && pause < max; i += 1) pause *= 2;
  return pause < max ? pause : max;
}

const JITTER = 0.2;

/**
 * The same with a jitter of 20 % both ways; `word` is a random one of 32 bits. A pause that does not grow has none, and none
 * is longer than `max` (ExponentialBackoff#backoff).
 */
export function jittered(first: number, max: number, failures: number, word: number): number {
  const pause = backoff(first, max, failures);
  if (first >= max) return pause;
  const factor = 1 - JITTER + (2 * JITTER * (word >>> 0)) / 4_294_967_296;
  const drawn = Math.floor(pause * factor);
  return drawn < max ? drawn : max;
}
