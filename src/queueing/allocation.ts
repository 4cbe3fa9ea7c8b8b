/**
 * N handlers among services, each M/M/c. Exact for
 *
 * - sum_lambdaW, sum_weight_lambdaW: Σ w λW, the (weighted) number in the system
 * - sum_W: Σ W
 * - max_W: the longest W
 *
 * W falls with every server, and by less each time (Dyer and Proll 1977), so giving each further handler where it does
 * most is optimal for the sums (Fox 1966), and giving it to the longest W for the last. Infeasible where the least
 * stable numbers add up to more than N.
 */
import {
  ImpossibleInput,
  requireCount,
  requireNotNegative,
  requirePositive,
} from '#queueing/impossible-input.ts';
import { mmc } from '#queueing/mmc.ts';
import { leastStable } from '#queueing/staffing.ts';
import { isUnstable } from '#queueing/steady.ts';

export interface Service {
  readonly lambda: number;
  readonly mu: number;
  readonly weight?: number;
}

export const OBJECTIVES = ['sum_lambdaW', 'sum_W', 'sum_weight_lambdaW', 'max_W'] as const;
export type Objective = (typeof OBJECTIVES)[number];

export interface Infeasible {
  readonly feasible: false;
  readonly minimumHandlers: number;
  readonly minimumPerService: readonly number[];
}

export interface Allocation {
  readonly feasible: true;
  readonly handlers: readonly number[];
  readonly objective: number;
  readonly minimumHandlers: number;
  readonly minimumPerService: readonly number[];
}

/** What a service with c handlers adds to the objective (or what the maximum is taken of). */
function cost({ lambda, mu, weight = 1 }: Service, servers: number, objective: Objective): number {
  const answer = mmc({ lambda, mu, servers });
  if (isUnstable(answer)) return Infinity;
  if (objective === 'sum_lambdaW') return answer.L;
  return objective === 'sum_weight_lambdaW' ? weight * answer.L : answer.W;
}

/** By how much one more handler lowers it; from the queue alone, since the rest does not change. */
function gain({ lambda, mu, weight = 1 }: Service, servers: number, objective: Objective): number {
  const now = mmc({ lambda, mu, servers });
  const then = mmc({ lambda, mu, servers: servers + 1 });
  if (isUnstable(now) || isUnstable(then)) return Infinity;
  if (objective === 'sum_W') return now.Wq - then.Wq;
  return (objective === 'sum_weight_lambdaW' ? weight : 1) * (now.Lq - then.Lq);
}

export function costOf(
  services: readonly Service[],
  handlers: readonly number[],
  objective: Objective,
): number {
  const costs = services.map((service, i) => cost(service, handlers[i] ?? 0, objective));
  return objective === 'max_W' ? Math.max(...costs) : costs.reduce((sum, one) => sum + one, 0);
}

export function leastHandlers(services: readonly Service[]): readonly number[] {
  return services.map(({ lambda, mu }) => leastStable(lambda, mu));
}

export function allocate(
  services: readonly Service[],
  N: number,
  objective: Objective,
): Allocation | Infeasible {
  checkServices(services);
  requireCount('N', N, 0, 1_000_000);
  const minimumPerService = leastHandlers(services);
  const minimumHandlers = minimumPerService.reduce((sum, c) => sum + c, 0);
  if (minimumHandlers > N) return { feasible: false, minimumHandlers, minimumPerService };
  const handlers = [...minimumPerService];
  const merit = (i: number): number => {
    const service = services[i] as Service;
    const c = handlers[i] ?? 0;
    return objective === 'max_W' ? cost(service, c, objective) : gain(service, c, objective);
  };
  const merits = services.map((_, i) => merit(i));
  for (let left = N - minimumHandlers; left > 0; left -= 1) {
    let best = 0;
    for (let i = 1; i < merits.length; i += 1) if ((merits[i] ?? 0) > (merits[best] ?? 0)) best = i;
    handlers[best] = (handlers[best] ?? 0) + 1;
    merits[best] = merit(best);
  }
  return {
    feasible: true,
    handlers,
    objective: costOf(services, handlers, objective),
    minimumHandlers,
    minimumPerService,
  };
}

function checkServices(services: readonly Service[]): void {
  requireCount('services', services.length, 1, 10_000);
  services.forEach(({ lambda, mu, weight }, i) => {
    requireNotNegative(`services/${i}/lambda`, lambda);
    requirePositive(`services/${i}/mu`, mu);
    if (weight !== undefined) requireNotNegative(`services/${i}/weight`, weight);
  });
}

/** More possibilities than this are not tried one by one. */
const MOST_TRIED = 2_000_000;

export interface Searched {
  readonly handlers: readonly number[];
  readonly objective: number;
  readonly tried: number;
}

/** The best of all divisions of N, each tried: what the greedy answer is compared with. Null where infeasible. */
export function searchAllocations(
  services: readonly Service[],
  N: number,
  objective: Objective,
): Searched | null {
  checkServices(services);
  requireCount('N', N, 0, 1_000_000);
  const least = leastHandlers(services);
  const spare = N - least.reduce((sum, c) => sum + c, 0);
  if (spare < 0) return null;
  let count = 1;
  for (let i = 1; i < services.length; i += 1) count = (count * (spare + i)) / i;
  if (count > MOST_TRIED) {
    const sentence = `There are ${count} divisions; at most ${MOST_TRIED} are tried one by one.`;
    throw new ImpossibleInput('/N', sentence);
  }
  const costs = services.map((service, i) =>
    Array.from({ length: spare + 1 }, (_, more) => cost(service, (least[i] ?? 0) + more, objective)),
  );
  const extra = services.map(() => 0);
  let best: Searched = { handlers: [], objective: Infinity, tried: 0 };
  let tried = 0;
  const visit = (i: number, left: number, sofar: number): void => {
    const own = costs[i] ?? [];
    const last = i === services.length - 1;
    for (let more = last ? left : 0; more <= left; more += 1) {
      extra[i] = more;
      const added = own[more] ?? Infinity;
      const value = objective === 'max_W' ? Math.max(sofar, added) : sofar + added;
      if (!last) visit(i + 1, left - more, value);
      else {
        tried += 1;
        if (value < best.objective) {
          best = { handlers: least.map((c, k) => c + (extra[k] ?? 0)), objective: value, tried };
        }
      }
    }
  };
  visit(0, spare, 0);
  return { ...best, tried };
}
