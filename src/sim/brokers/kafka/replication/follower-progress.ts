/**
 * What a leader knows of a follower: the log end that its last fetch reported, and when it was last caught up (cluster/
 * Replica at the recorded commit). Nothing is known of it until it has fetched from this leader.
 * Rules: SPEC.md, KAFKA-REPLICA.
 */
import type { SimTime } from '#sim/base/time.ts';

export interface FollowerProgress {
  readonly broker: number;
  logEnd: number;
  lastFetchAt: SimTime;
  /** The leader's log end when it last fetched. */
  leaderEndThen: number;
  caughtUpAt: SimTime;
}

const UNKNOWN = -1;
/** So long ago that no lag covers it. */
const NEVER = -Number.MAX_SAFE_INTEGER;

/** A follower that a new leader has not heard of; one in sync counts as caught up at that time. */
export function unknownFollower(broker: number, inSync: boolean, now: SimTime): FollowerProgress {
  const caughtUpAt = inSync ? now : NEVER;
  return { broker, logEnd: UNKNOWN, lastFetchAt: NEVER, leaderEndThen: UNKNOWN, caughtUpAt };
}

/**
 * [KAFKA-REPLICA-8] A fetch at `offset`. Caught up now if it asks for the log end; at its last fetch if it asks for what
 * was the log end then.
 */
export function reportFetch(
  follower: FollowerProgress,
  offset: number,
  leaderEnd: number,
  now: SimTime,
): void {
  if (offset >= leaderEnd) follower.caughtUpAt = Math.max(follower.caughtUpAt, now);
  else if (offset >= follower.leaderEndThen) {
    follower.caughtUpAt = Math.max(follower.caughtUpAt, follower.lastFetchAt);
  }
  follower.logEnd = offset;
  follower.leaderEndThen = Math.max(follower.leaderEndThen, leaderEnd);
  follower.lastFetchAt = now;
}

/** [KAFKA-REPLICA-8] Has everything, or had it at most `maxLag` ago. */
export function isCaughtUp(
  follower: FollowerProgress,
  leaderEnd: number,
  maxLag: number,
  now: SimTime,
): boolean {
  return follower.logEnd === leaderEnd || now - follower.caughtUpAt <= maxLag;
}
