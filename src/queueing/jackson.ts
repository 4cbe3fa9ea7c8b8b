/**
 * Open Jackson networks: Poisson arrivals from outside at rates γ, exponential servers, and a customer that leaves
 * station i goes on to j with probability P[i][j], else away. λ = γ + λP (traffic equations); each station is then
 * M/M/c by itself (product form), though its arrivals need not be Poisson. A tandem is the case of one line.
 *
 * Domain: rows of P sum to at most 1, and every customer that arrives can leave. A station with λ >= cμ makes the
 * network unstable. Source: Jackson (1957); Gross et al., section 5.2. The equations are solved by elimination with
 * pivoting and refined with residuals in pairs of doubles.
 */
import { minus, pair, plus, product, value, type Pair } from '#queueing/double-double.ts';
import {
  ImpossibleInput,
  requireCount,
  requireNotNegative,
  requirePositive,
  requireProbability,
} from '#queueing/impossible-input.ts';
import { mmc, type StationAnswer } from '#queueing/mmc.ts';
import { isUnstable, type Unstable } from '#queueing/steady.ts';

export interface Network {
  readonly gamma: readonly number[];
  readonly mu: readonly number[];
  readonly servers: readonly number[];
  /** P[i][j]: from i on to j. */
  readonly routes: readonly (readonly number[])[];
}

export interface NetworkAnswer {
  readonly lambda: readonly number[];
  readonly stations: readonly StationAnswer[];
  readonly Ltotal: number;
  /** Mean time from entering the network to leaving it: Ltotal/Σγ. */
  readonly Wtotal: number;
}

export interface NetworkOverload extends Unstable {
  /** Stations that get more than they can serve, from 0. */
  readonly overloaded: readonly number[];
}

export function jackson(network: Network): NetworkAnswer | NetworkOverload {
  checkNetwork(network);
  const lambda = throughputs(network);
  const answers = lambda.map((rate, i) =>
    mmc({ lambda: rate, mu: network.mu[i] ?? NaN, servers: network.servers[i] ?? NaN }),
  );
  const overloaded = answers.flatMap((one, i) => (isUnstable(one) ? [i] : []));
  const worst = answers.filter(isUnstable);
  if (overloaded.length > 0) {
    const rho = Math.max(...worst.map((one) => one.rho));
    const growthRate = Math.max(...worst.map((one) => one.growthRate));
    return { unstable: true, rho, growthRate, overloaded };
  }
  const stations = answers.filter((one): one is StationAnswer => !isUnstable(one));
  const Ltotal = stations.reduce((sum, { L }) => sum + L, 0);
  const entering = network.gamma.reduce((sum, rate) => sum + rate, 0);
  return { lambda, stations, Ltotal, Wtotal: Ltotal / entering };
}

function checkNetwork({ gamma, mu, servers, routes }: Network): void {
  const n = gamma.length;
  requireCount('stations', n, 1, 500);
  for (const [name, list] of Object.entries({ mu, c: servers, P: routes })) {
    if (list.length === n) continue;
    throw new ImpossibleInput(`/${name}`, `${name} has ${list.length} entries; gamma has ${n}.`);
  }
  gamma.forEach((rate, i) => requireNotNegative(`gamma/${i}`, rate));
  mu.forEach((rate, i) => requirePositive(`mu/${i}`, rate));
  servers.forEach((c, i) => requireCount(`c/${i}`, c));
  if (gamma.every((rate) => rate === 0)) {
    throw new ImpossibleInput('/gamma', 'gamma is 0 everywhere; somebody must arrive from outside.');
  }
  routes.forEach((row, i) => {
    if (row.length !== n) {
      throw new ImpossibleInput(
        `/P/${i}`,
        `Row ${i} of P has ${row.length} entries; there are ${n} stations.`,
      );
    }
    row.forEach((p, j) => requireProbability(`P/${i}/${j}`, p));
    const sum = row.reduce((total, p) => total + p, 0);
    if (sum > 1 + 1e-12) {
      throw new ImpossibleInput(`/P/${i}`, `Row ${i} of P sums to ${sum}; probabilities sum to 1 at most.`);
    }
  });
}

/** λ = γ + λP, to full precision. */
function throughputs({ gamma, routes }: Network): readonly number[] {
  const n = gamma.length;
  const matrix = gamma.map((_, j) => gamma.map((__, i) => (i === j ? 1 : 0) - (routes[i]?.[j] ?? 0)));
  let lambda = eliminate(matrix, gamma);
  for (let round = 0; round < 3; round += 1) {
    const residuals = gamma.map((rate, j) => {
      let sum: Pair = pair(rate);
      for (let i = 0; i < n; i += 1) sum = plus(sum, product(lambda[i] ?? 0, routes[i]?.[j] ?? 0));
      return value(minus(sum, pair(lambda[j] ?? 0)));
    });
    const correction = eliminate(matrix, residuals);
    lambda = lambda.map((rate, i) => Math.max(0, rate + (correction[i] ?? 0)));
  }
  return lambda;
}

function eliminate(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const n = right.length;
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0]);
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let k = 0; k < n; k += 1) {
    let pivot = k;
    for (let i = k + 1; i < n; i += 1) if (Math.abs(at(i, k)) > Math.abs(at(pivot, k))) pivot = i;
    const row = rows[pivot] ?? [];
    if (Math.abs(at(pivot, k)) < 1e-13) {
      throw new ImpossibleInput('/P', 'P keeps customers going round for ever; some must be able to leave.');
    }
    rows[pivot] = rows[k] ?? [];
    rows[k] = row;
    for (let i = k + 1; i < n; i += 1) {
      const factor = at(i, k) / (row[k] ?? 1);
      if (factor !== 0) rows[i] = (rows[i] ?? []).map((x, j) => (j < k ? x : x - factor * (row[j] ?? 0)));
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let k = n - 1; k >= 0; k -= 1) {
    let sum = at(k, n);
    for (let j = k + 1; j < n; j += 1) sum -= at(k, j) * (x[j] ?? 0);
    x[k] = sum / at(k, k);
  }
  return x;
}

/** A line of stations that all pass through, Poisson at rate λ: each is M/M/c (Burke). */
export function tandem(
  lambda: number,
  stages: readonly { readonly mu: number; readonly servers: number }[],
): { readonly stages: readonly StationAnswer[] } | NetworkOverload {
  requireNotNegative('lambda', lambda);
  requireCount('stages', stages.length, 1, 100_000);
  const answers = stages.map((stage) => mmc({ ...stage, lambda }));
  const overloaded = answers.flatMap((one, i) => (isUnstable(one) ? [i] : []));
  const first = answers.find((one) => isUnstable(one));
  // The narrowest station decides by how much the line as a whole grows, wherever it stands.
  if (first !== undefined) {
    const growthRate = Math.max(...answers.map((one) => (isUnstable(one) ? one.growthRate : 0)));
    return { ...first, growthRate, overloaded };
  }
  return { stages: answers.filter((one): one is StationAnswer => !isUnstable(one)) };
}
