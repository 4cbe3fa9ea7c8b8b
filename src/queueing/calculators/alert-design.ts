/**
 * Calculator C11: from an objective ("99 of 100 within a second") to alerts. Times in seconds, rates a second.
 *
 * - Lag in events means nothing without the rate: the sources' threshold of 100,000 events is a second at 100,000/s and
 *   2.8 hours at 10/s [3:1049-1076]. Lag in time is lag/throughput.
 * - A backlog drains at capacity - λ, and never where that is not positive.
 * - A quantile is taken over the sum of the buckets' rates by `le`; the sources take it per instance, or over counters
 *   that only grow [0:1182-1198].
 * - Burn rate b uses the error budget b times too fast: pairs of a long and a short window.
 *   Source: Beyer et al., "The Site Reliability Workbook" (2018), chapter 5.
 */
import { requireNotNegative, requirePositive, requireProbability } from '#queueing/impossible-input.ts';

export interface AlertNeeds {
  /** Part of the events that must be in time. */
  readonly objective: number;
  readonly within: number;
  readonly rate: number;
  readonly capacity: number;
  /** Over which the objective is reckoned. */
  readonly period: number;
  /** Events that are waiting now. */
  readonly lag: number;
}

export interface BurnAlert {
  readonly burnRate: number;
  readonly longWindow: number;
  readonly shortWindow: number;
  /** Part of the whole budget that is gone when it fires. */
  readonly budgetUsed: number;
  /** Until it fires where every event is late. */
  readonly detection: number;
  readonly severity: 'page' | 'ticket';
}

export interface AlertPlan {
  /** Null where nothing is served. */
  readonly lagTime: number | null;
  /** Seconds until the backlog is gone; null is never. */
  readonly drainTime: number | null;
  /** Lag in events that means the objective is at stake, at this rate. */
  readonly lagThreshold: number;
  readonly burnAlerts: readonly BurnAlert[];
  /** The histogram's top bucket must reach beyond the objective, or the quantile is only its bound. */
  readonly leastTopBucket: number;
  readonly quantileRule: string;
}

const HOUR = 3600;
/** Burn rate, long and short window, severity, for a period of 30 days. */
const PAIRS = [
  [14.4, HOUR, HOUR / 12, 'page'],
  [6, 6 * HOUR, HOUR / 2, 'page'],
  [1, 72 * HOUR, 6 * HOUR, 'ticket'],
] as const;

export function alertPlan({ objective, within, rate, capacity, period, lag }: AlertNeeds): AlertPlan {
  requireProbability('objective', objective, { above: true, open: true });
  requirePositive('within', within);
  requireNotNegative('rate', rate);
  requireNotNegative('capacity', capacity);
  requirePositive('period', period);
  requireNotNegative('lag', lag);
  const spare = capacity - rate;
  const budget = 1 - objective;
  return {
    lagTime: capacity === 0 ? null : lag / capacity,
    drainTime: lag === 0 ? 0 : spare > 0 ? lag / spare : null,
    lagThreshold: within * rate,
    burnAlerts: PAIRS.map(([burnRate, longWindow, shortWindow, severity]) => ({
      ...{ burnRate, longWindow, shortWindow, severity },
      budgetUsed: (burnRate * longWindow) / period,
      // The long window is late enough once this part of it is; it cannot be more than all of it.
      detection: Math.min(1, burnRate * budget) * longWindow,
    })),
    leastTopBucket: 2 * within,
    quantileRule: `histogram_quantile(${objective}, sum by (le) (rate(duration_seconds_bucket[5m]))) > ${within}`,
  };
}

/** What the sources' threshold in events means in time at a rate. */
export const sourcesThresholdTime = (rate: number, events = 100_000): number => events / rate;

/** From a fault to the alarm: the window must fill up to the threshold, the rule must hold, the rule must be looked at. */
export function detectionTime(
  window: number,
  partOfWindow: number,
  holdFor: number,
  evaluation: number,
): number {
  requirePositive('window', window);
  requireProbability('partOfWindow', partOfWindow);
  requireNotNegative('holdFor', holdFor);
  requireNotNegative('evaluation', evaluation);
  return window * partOfWindow + holdFor + evaluation;
}

/** Dead letters deserve an alarm for being old or for growing; that there are some is not news. */
export function deadLetterAlarm(
  oldest: number,
  growthRate: number,
  oldestAllowed: number,
  growthAllowed: number,
): 'old' | 'growing' | null {
  if (oldest > oldestAllowed) return 'old';
  return growthRate > growthAllowed ? 'growing' : null;
}
