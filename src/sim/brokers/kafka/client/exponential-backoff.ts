/**
 * Pauses between attempts: `first`, doubled each time, at most `max` (KIP-580, clients' ExponentialBackoff). Left out:
 * the real client's jitter of 20 %, so that a run's comparison between two settings is not one between two draws.
 */
export function backoff(first: number, max: number, failures: number): number {
  let pause = first;
  for (let i = 0; i < failures && pause < max; i += 1) pause *= 2;
  return pause < max ? pause : max;
}
