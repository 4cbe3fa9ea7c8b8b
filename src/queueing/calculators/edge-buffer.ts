/**
 * Calculator C17: a buffer at the edge while the uplink is slow or down. Rates a second, times in seconds. The sources
 * give it 1,000 places and a batch every 100 ms [3:1276-1288]: at 50 a second that is 20 s of outage.
 */
import { requireCount, requireNotNegative, requirePositive } from '#queueing/impossible-input.ts';

export interface EdgeBuffer {
  readonly rate: number;
  readonly places: number;
  /** 0 while it is down. */
  readonly uplink: number;
  readonly batchInterval: number;
}

export interface EdgePlan {
  /** Null is never. */
  readonly overflowAfter: number | null;
  /** Messages a second that are lost once it is full. */
  readonly lossRate: number;
  /** Wait for the batch to leave: at most, and on average. */
  readonly batchLatency: number;
  readonly meanBatchLatency: number;
  readonly batchSize: number;
}

export function edgePlan({ rate, places, uplink, batchInterval }: EdgeBuffer): EdgePlan {
  requireNotNegative('rate', rate);
  requireCount('places', places, 1, Number.MAX_SAFE_INTEGER);
  requireNotNegative('uplink', uplink);
  requireNotNegative('batchInterval', batchInterval);
  const growth = rate - uplink;
  return {
    overflowAfter: growth > 0 ? places / growth : null,
    lossRate: Math.max(0, growth),
    batchLatency: batchInterval,
    meanBatchLatency: batchInterval / 2,
    batchSize: rate * batchInterval,
  };
}

/** Places that hold an outage of this length. */
export function placesFor(rate: number, outage: number): number {
  requireNotNegative('rate', rate);
  requirePositive('outage', outage);
  return Math.ceil(rate * outage);
}
