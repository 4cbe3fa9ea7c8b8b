/**
 * Queues that turn arrivals away, lose their patience or draw on few customers: birth-death chains, all of them.
 *
 * - M/M/c/K: at most K customers in the system, those in service included; who comes then is lost.
 * - M/M/c/c (Erlang's loss system): carried load a(1 - B).
 * - Erlang A (M/M/c+M): who waits leaves after an exponential patience with rate θ. P(abandon) = θLq/λ.
 * - Finite source (machine repair): N customers that each come at rate λ while they are outside.
 *
 * States up to p(n)/p(n-1) = λ(n-1)/death(n). Always stable. Source: Gross et al., sections 3.5 to 3.8; for Erlang A
 * Garnett, Mandelbaum, Reiman (2002). Relative error about √states ulp.
 */
import { chainSums } from '#queueing/birth-death.ts';
import { erlangB, erlangCFrom, inverseErlangB } from '#queueing/erlang.ts';
import { ImpossibleInput, requireCount, requirePositive } from '#queueing/impossible-input.ts';
import type { Station } from '#queueing/mmc.ts';
import { narrow, wide, wideProduct, wideQuotient, type Wide } from '#queueing/wide.ts';

/** A quantity that may be too small for a double is wide. */
export interface CapacityAnswer {
  readonly p0: Wide;
  readonly pBlock: Wide;
  /** Arrivals that get in, a unit of time. */
  readonly throughput: number;
  readonly L: number;
  readonly Lq: Wide;
  /** Of those who get in. */
  readonly W: number;
  readonly Wq: Wide;
  readonly utilisation: number;
  readonly pWaitAccepted: Wide;
}

export function mmck({
  lambda,
  mu,
  servers: c,
  capacity: K,
}: Station & { readonly capacity: number }): CapacityAnswer {
  requirePositive('lambda', lambda);
  requirePositive('mu', mu);
  requireCount('servers', c);
  requireCount('capacity', K);
  if (K < c) {
    const sentence = `capacity is ${K}, fewer than the ${c} servers; it counts those in service too.`;
    throw new ImpossibleInput('/capacity', sentence);
  }
  const { total, sums, end } = chainSums(
    (n) => lambda / (Math.min(n, c) * mu),
    [
      (n) => n,
      (n) => Math.max(0, n - c),
      (n) => Math.min(n, c),
      (n) => (n >= c && n < K ? 1 : 0),
      (n) => (n < K ? 1 : 0),
    ],
    K,
  );
  const [inSystem, waiting, busy, fullButOpen, open] = sums as [Wide, Wide, Wide, Wide, Wide];
  const throughput = narrow(wideQuotient(busy, total)) * mu;
  const L = narrow(wideQuotient(inSystem, total));
  const Lq = wideQuotient(waiting, total);
  return {
    p0: wideQuotient(wide(1), total),
    pBlock: wideQuotient(end, total),
    throughput,
    L,
    Lq,
    W: L / throughput,
    Wq: wideProduct(Lq, 1 / throughput),
    utilisation: throughput / (c * mu),
    pWaitAccepted: wideQuotient(fullButOpen, open),
  };
}

export interface LossAnswer {
  readonly pBlock: Wide;
  /** Erlangs that are carried: a(1 - B). */
  readonly carried: number;
  readonly utilisation: number;
  /** What waiting instead of losing would mean: Erlang C, or null where the load is too much for that. */
  readonly pWaitErlangC: Wide | null;
}

export function mmcc(a: number, servers: number): LossAnswer {
  const pBlock = erlangB(servers, a);
  requireCount('servers', servers);
  const carried = a * (1 - narrow(pBlock));
  const waits =
    a >= servers ? null : a === 0 ? wide(0) : erlangCFrom(inverseErlangB(servers, a), servers, 1, a);
  return { pBlock, carried, utilisation: carried / servers, pWaitErlangC: waits };
}

export interface AbandonmentAnswer {
  readonly p0: Wide;
  readonly pWait: Wide;
  readonly L: number;
  readonly Lq: Wide;
  readonly pAbandon: Wide;
  /** Customers served a unit of time. */
  readonly throughput: number;
  /** Over all who come, the patient and the others: Lq/λ. */
  readonly meanWaitAll: Wide;
  readonly utilisation: number;
}

export function erlangA({
  lambda,
  mu,
  servers: c,
  theta,
}: Station & { readonly theta: number }): AbandonmentAnswer {
  requirePositive('lambda', lambda);
  requirePositive('mu', mu);
  requireCount('servers', c);
  requirePositive('theta', theta);
  // Beyond this state the rates of leaving exceed the rate of coming.
  const settledFrom = requireCount('states', Math.ceil(c + Math.max(0, (lambda - c * mu) / theta)));
  const { total, sums } = chainSums(
    (n) => lambda / (Math.min(n, c) * mu + Math.max(0, n - c) * theta),
    [(n) => n, (n) => Math.max(0, n - c), (n) => Math.min(n, c), (n) => (n >= c ? 1 : 0)],
    Infinity,
    settledFrom + 1,
  );
  const [inSystem, waiting, busy, full] = sums as [Wide, Wide, Wide, Wide];
  const Lq = wideQuotient(waiting, total);
  const throughput = narrow(wideQuotient(busy, total)) * mu;
  return {
    p0: wideQuotient(wide(1), total),
    pWait: wideQuotient(full, total),
    L: narrow(wideQuotient(inSystem, total)),
    Lq,
    pAbandon: wideProduct(Lq, theta / lambda),
    throughput,
    meanWaitAll: wideProduct(Lq, 1 / lambda),
    utilisation: throughput / (c * mu),
  };
}

export interface FiniteSourceAnswer {
  readonly p0: Wide;
  readonly L: number;
  readonly Lq: Wide;
  readonly throughput: number;
  readonly W: number;
  readonly Wq: Wide;
}

/** `lambda` is the rate of one idle source. */
export function finiteSource({
  lambda,
  mu,
  servers: c,
  sources: N,
}: Station & { readonly sources: number }): FiniteSourceAnswer {
  requirePositive('lambda', lambda);
  requirePositive('mu', mu);
  requireCount('servers', c);
  requireCount('sources', N);
  const { total, sums } = chainSums(
    (n) => ((N - n + 1) * lambda) / (Math.min(n, c) * mu),
    [(n) => n, (n) => Math.max(0, n - c), (n) => Math.min(n, c)],
    N,
  );
  const [inSystem, waiting, busy] = sums as [Wide, Wide, Wide];
  const throughput = narrow(wideQuotient(busy, total)) * mu;
  const L = narrow(wideQuotient(inSystem, total));
  const Lq = wideQuotient(waiting, total);
  return {
    p0: wideQuotient(wide(1), total),
    L,
    Lq,
    throughput,
    W: L / throughput,
    Wq: wideProduct(Lq, 1 / throughput),
  };
}
