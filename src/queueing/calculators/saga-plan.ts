/**
 * Calculator C13: the steps of a saga. P(success) = Π p; where step k fails, what the reversible steps before it did is
 * compensated. The sources write the steps down in the order of the story [2:431-469] [3:396-523]; right is reversible
 * and failure-prone first, then the pivot that decides, then what can be retried until it works.
 */
import { requireNotNegative, requirePositive, requireProbability } from '#queueing/impossible-input.ts';
import { ImpossibleInput } from '#queueing/impossible-input.ts';

export type StepKind =
  /** Has a compensation. */
  | 'reversible'
  /** Cannot be undone and may fail: after it the saga must succeed. */
  | 'pivot'
  /** Succeeds if it is tried often enough. */
  | 'retriable';

export interface SagaStep {
  readonly name: string;
  readonly kind: StepKind;
  readonly success: number;
  /** What undoing it costs, in whatever unit; 1 counts compensations. */
  readonly compensationCost: number;
  /** The 99.9th percentile of its queue and service, in seconds. */
  readonly slowest: number;
}

export interface SagaPlan {
  readonly success: number;
  readonly expectedCompensations: number;
  readonly expectedCost: number;
  /** Irreversible steps that a later failure leaves standing: their names. */
  readonly leftStanding: readonly string[];
  /** Each step must be given more time than this before it is taken for failed. */
  readonly timeouts: readonly number[];
  /** States of the machine: before, after and undoing each step, done, compensated. */
  readonly states: number;
}

function checkSteps(steps: readonly SagaStep[]): void {
  if (steps.length === 0) throw new ImpossibleInput('/steps', 'A saga has at least one step.');
  steps.forEach(({ success, compensationCost, slowest }, i) => {
    requireProbability(`steps/${i}/success`, success);
    requireNotNegative(`steps/${i}/compensationCost`, compensationCost);
    requirePositive(`steps/${i}/slowest`, slowest);
  });
}

export function sagaPlan(steps: readonly SagaStep[]): SagaPlan {
  checkSteps(steps);
  let reached = 1;
  let undone = 0;
  let cost = 0;
  let expectedCompensations = 0;
  let expectedCost = 0;
  const standing: string[] = [];
  const leftStanding = new Set<string>();
  for (const { name, kind, success, compensationCost } of steps) {
    // What is retried until it works fails nobody.
    const failure = kind === 'retriable' ? 0 : reached * (1 - success);
    expectedCompensations += failure * undone;
    expectedCost += failure * cost;
    if (failure > 0) for (const one of standing) leftStanding.add(one);
    reached -= failure;
    if (kind === 'reversible') {
      undone += 1;
      cost += compensationCost;
    } else standing.push(name);
  }
  const reversible = steps.filter(({ kind }) => kind === 'reversible').length;
  return {
    success: reached,
    expectedCompensations,
    expectedCost,
    leftStanding: [...leftStanding],
    timeouts: steps.map(({ slowest }) => slowest),
    states: steps.length + 1 + reversible + 1,
  };
}

const RANK: Readonly<Record<StepKind, number>> = { reversible: 0, pivot: 1, retriable: 2 };

/**
 * The order that is cheapest to undo among those that never leave a pivot standing: reversible steps by failure for its
 * cost, the least likely to be undone in vain last, then pivots, then what can be retried.
 */
export function orderSteps(steps: readonly SagaStep[]): readonly SagaStep[] {
  const worth = ({ success, compensationCost }: SagaStep): number =>
    compensationCost * success === 0 ? Infinity : (1 - success) / (compensationCost * success);
  return steps
    .map((step, i) => ({ step, i }))
    .sort((a, b) => {
      const kinds = RANK[a.step.kind] - RANK[b.step.kind];
      if (kinds !== 0) return kinds;
      if (a.step.kind === 'pivot') return a.step.success - b.step.success || a.i - b.i;
      if (a.step.kind === 'retriable') return a.i - b.i;
      const [x, y] = [worth(a.step), worth(b.step)];
      return x === y ? a.i - b.i : x > y ? -1 : 1;
    })
    .map(({ step }) => step);
}

/**
 * Part of the sagas that a crash of the orchestrator leaves half done: those under way when it strikes. With a durable
 * log they are taken up again.
 */
export function stuckPart(crashesPerSecond: number, duration: number, durableLog: boolean): number {
  requireNotNegative('crashesPerSecond', crashesPerSecond);
  requireNotNegative('duration', duration);
  return durableLog ? 0 : Math.min(1, crashesPerSecond * duration);
}
