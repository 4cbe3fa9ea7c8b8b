/**
 * Calculator C2: a fixed number of handlers among services. The sources minimise Σ x/μ, which rises with every handler,
 * so their optimum is always one each, whatever arrives [3:1226-1256]. Right is the least (weighted) number in the
 * system, exact by greedy marginal allocation; the fluid rule is where it starts from.
 */
import {
  allocate,
  leastHandlers,
  type Allocation,
  type Infeasible,
  type Service,
} from '#queueing/allocation.ts';

export interface SourcesAllocation {
  readonly handlers: readonly number[];
  readonly utilisation: readonly number[];
  /** Services, from 0, that get more than one handler can do; the listing reports them all the same. */
  readonly unstable: readonly number[];
}

function sourcesAllocation(services: readonly Service[]): SourcesAllocation {
  const utilisation = services.map(({ lambda, mu }) => lambda / mu);
  return {
    handlers: services.map(() => 1),
    utilisation,
    unstable: utilisation.flatMap((rho, i) => (rho >= 1 ? [i] : [])),
  };
}

/** x(i) = a(i) + (N - Σa)·√a(i)/Σ√a: what a fluid of handlers would do. Null where N is not more than Σa. */
export function fluidAllocation(services: readonly Service[], N: number): readonly number[] | null {
  const loads = services.map(({ lambda, mu }) => lambda / mu);
  const spare = N - loads.reduce((sum, a) => sum + a, 0);
  if (spare <= 0) return null;
  const roots = loads.reduce((sum, a) => sum + Math.sqrt(a), 0);
  return loads.map((a) => a + (roots === 0 ? spare / loads.length : (spare * Math.sqrt(a)) / roots));
}

export interface AllocationAnswer {
  readonly sources: SourcesAllocation;
  readonly fluid: readonly number[] | null;
  readonly least: readonly number[];
  readonly best: Allocation | Infeasible;
  /** Of each service under the best allocation. */
  readonly utilisation: readonly number[] | null;
}

export function handlerAllocation(services: readonly Service[], N: number): AllocationAnswer {
  const weighted = services.some(({ weight }) => weight !== undefined);
  const best = allocate(services, N, weighted ? 'sum_weight_lambdaW' : 'sum_lambdaW');
  const utilisation = best.feasible
    ? services.map(({ lambda, mu }, i) => lambda / ((best.handlers[i] ?? 0) * mu))
    : null;
  return {
    sources: sourcesAllocation(services),
    fluid: fluidAllocation(services, N),
    least: leastHandlers(services),
    best,
    utilisation,
  };
}
