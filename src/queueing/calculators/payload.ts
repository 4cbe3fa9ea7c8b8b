/**
 * Calculator C15: events that carry everything against events that name what changed and let consumers ask. Bytes and
 * rates a second. The sources advise "only what consumers need" without a number [4:1334-1338] [1:206-241].
 */
import {
  requireCount,
  requireNotNegative,
  requirePositive,
  requireProbability,
} from '#queueing/impossible-input.ts';

export interface PayloadNeeds {
  readonly rate: number;
  readonly consumers: number;
  readonly fullSize: number;
  readonly thinSize: number;
  /** Of a request and its answer. */
  readonly callbackSize: number;
  /** Part of the lookups that the consumer's own cache answers. */
  readonly cacheHits: number;
}

export interface PayloadPlan {
  /** Bytes a second from the broker to all consumers. */
  readonly fullBandwidth: number;
  readonly thinBandwidth: number;
  /** Requests a second at the owner, who must be up for all of them. */
  readonly callbackLoad: number;
  /** A full event up to this size costs no more bytes than a thin one with its callbacks. */
  readonly breakEvenSize: number;
  readonly cheaper: 'full' | 'thin';
}

export function payloadPlan(needs: PayloadNeeds): PayloadPlan {
  const { rate, consumers, fullSize, thinSize, callbackSize, cacheHits } = needs;
  requireNotNegative('rate', rate);
  requireCount('consumers', consumers, 0);
  requirePositive('fullSize', fullSize);
  requirePositive('thinSize', thinSize);
  requireNotNegative('callbackSize', callbackSize);
  requireProbability('cacheHits', cacheHits);
  const breakEvenSize = thinSize + (1 - cacheHits) * callbackSize;
  return {
    fullBandwidth: rate * consumers * fullSize,
    thinBandwidth: rate * consumers * breakEvenSize,
    callbackLoad: rate * consumers * (1 - cacheHits),
    breakEvenSize,
    cheaper: fullSize <= breakEvenSize ? 'full' : 'thin',
  };
}
