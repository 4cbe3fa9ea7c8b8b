/**
 * Calculator C12: "seven trillion a day" as a rate that a partition can be held against. Sources name daily totals
 * only [3:57-64,753] [1:1005,1018].
 */
import { requireCount, requireNotNegative, requirePositive } from '#queueing/impossible-input.ts';

export const SECONDS_A_DAY = 86_400;

export interface Scale {
  readonly perSecond: number;
  readonly perDay: number;
  readonly perMonth: number;
  /** A second at the busiest time. */
  readonly peak: number;
  readonly peakPerPartition: number;
  /** Between two messages of one partition at the busiest time, in seconds; null without any. */
  readonly gap: number | null;
}

const MONTH = 365.25 / 12;

export function scaleOf(perDay: number, peakFactor = 1, partitions = 1): Scale {
  requireNotNegative('perDay', perDay);
  requirePositive('peakFactor', peakFactor);
  requireCount('partitions', partitions);
  const perSecond = perDay / SECONDS_A_DAY;
  const peakPerPartition = (perSecond * peakFactor) / partitions;
  return {
    perSecond,
    perDay,
    perMonth: perDay * MONTH,
    peak: perSecond * peakFactor,
    peakPerPartition,
    gap: peakPerPartition === 0 ? null : 1 / peakPerPartition,
  };
}
