/**
 * Calculator C7: retries with growing delays. d(k) = min(cap, base·2^k), and what jitter makes of it:
 * full: uniform from 0 to d; equal: half of d and uniform up to the other half; decorrelated: min(cap, uniform from base
 * to three times the delay before). Times in seconds. The sources try three times with 1 + 2 s [2:505] or 2 + 4 s
 * [4:1142] in the handler: an outage of more than 3 s or 6 s sends everything to the dead-letter queue.
 * Source of the jitter modes: Brooker, "Exponential Backoff and Jitter" (AWS Architecture Blog, 2015).
 */
import { wholePower } from '#queueing/elementary.ts';
import {
  requireCount,
  requireNotNegative,
  requirePositive,
  requireProbability,
} from '#queueing/impossible-input.ts';

export const JITTERS = ['none', 'full', 'equal', 'decorrelated'] as const;
export type Jitter = (typeof JITTERS)[number];

export interface Backoff {
  readonly base: number;
  readonly cap: number;
  /** The first one included. */
  readonly attempts: number;
  readonly jitter: Jitter;
}

export interface Delay {
  readonly least: number;
  /** For decorrelated jitter at a cap an upper bound: the cap is applied to the mean. */
  readonly mean: number;
  readonly most: number;
}

/** The delays between attempts, one fewer than attempts. */
export function delays({ base, cap, attempts, jitter }: Backoff): readonly Delay[] {
  requirePositive('base', base);
  requirePositive('cap', cap);
  requireCount('attempts', attempts, 1, 1000);
  const list: Delay[] = [];
  let before: Delay = { least: base, mean: base, most: base };
  for (let k = 0; k < attempts - 1; k += 1) {
    const d = Math.min(cap, base * wholePower(2, k));
    if (jitter === 'none') list.push({ least: d, mean: d, most: d });
    else if (jitter === 'full') list.push({ least: 0, mean: d / 2, most: d });
    else if (jitter === 'equal') list.push({ least: d / 2, mean: 0.75 * d, most: d });
    else {
      before = {
        least: Math.min(cap, base),
        mean: Math.min(cap, (base + 3 * before.mean) / 2),
        most: Math.min(cap, 3 * before.most),
      };
      list.push(before);
    }
  }
  return list;
}

export interface RetryPlan {
  readonly delays: readonly Delay[];
  /** All delays together. */
  readonly total: Delay;
  /** Attempts a message: (1 - p^m)/(1 - p). Also how many times the load is multiplied. */
  readonly attemptsExpected: number;
  /** Part of the messages that fail every time, p^m, where failures are independent. */
  readonly deadLettered: number;
  /** How long one message can hold a handler that waits inline: every delay and every attempt. */
  readonly hold: number;
  /** Whether that is less than the poll deadline or the visibility timeout. */
  readonly withinDeadline: boolean;
}

export interface Retried {
  /** Probability that an attempt fails. */
  readonly failing: number;
  readonly attemptTime: number;
  readonly deadline: number;
}

export function retryPlan(backoff: Backoff, { failing, attemptTime, deadline }: Retried): RetryPlan {
  const p = requireProbability('failing', failing);
  requireNotNegative('attemptTime', attemptTime);
  requirePositive('deadline', deadline);
  const list = delays(backoff);
  const sum = (pick: (one: Delay) => number): number => list.reduce((all, one) => all + pick(one), 0);
  const total = {
    least: sum(({ least }) => least),
    mean: sum(({ mean }) => mean),
    most: sum(({ most }) => most),
  };
  const m = backoff.attempts;
  let attemptsExpected = 0;
  for (let k = 0; k < m; k += 1) attemptsExpected += wholePower(p, k);
  const hold = total.most + m * attemptTime;
  return {
    ...{ delays: list, total, attemptsExpected, hold },
    deadLettered: wholePower(p, m),
    withinDeadline: hold < deadline,
  };
}

/**
 * Whether a message whose first attempt meets the start of an outage ends in the dead-letter queue: surely where the
 * outage outlasts the longest delays, surely not where it ends before the shortest are over, else perhaps.
 */
export function survivesOutage(backoff: Backoff, outage: number): 'dead-lettered' | 'perhaps' | 'survives' {
  requireNotNegative('outage', outage);
  const list = delays(backoff);
  const least = list.reduce((all, one) => all + one.least, 0);
  const most = list.reduce((all, one) => all + one.most, 0);
  if (outage > most) return 'dead-lettered';
  return outage <= least ? 'survives' : 'perhaps';
}

/** The sources' two plans. */
export const SOURCES_PLANS: readonly Backoff[] = [
  { base: 1, cap: 1e9, attempts: 3, jitter: 'none' },
  { base: 2, cap: 1e9, attempts: 3, jitter: 'none' },
];
