/**
 * The closed forms by name, as the command line and the reference values ask for them: parameters as JSON in, the
 * quantities by their names in the field out. What each computes, its domain, error and source stand with the function.
 */
import { allocate, OBJECTIVES } from '#queueing/allocation.ts';
import { busyPeriod, busyPeriodDensity, busyPeriodWithin } from '#queueing/busy-period.ts';
import { serversForBlocking } from '#queueing/erlang.ts';
import { ggc } from '#queueing/ggc.ts';
import { jackson, tandem } from '#queueing/jackson.ts';
import { erlangA, finiteSource, mmcc, mmck } from '#queueing/loss.ts';
import { deterministicWait, deterministicWaitPercentile } from '#queueing/md1.ts';
import { mdc } from '#queueing/mdc.ts';
import { batchArrivals, mg1, multipleVacations } from '#queueing/mg1.ts';
import { mm1, mmc, moreThan, sojournPercentile, waitPercentile, type StationAnswer } from '#queueing/mmc.ts';
import { mminf } from '#queueing/mminf.ts';
import {
  batch,
  count,
  countFromZero,
  duration,
  listOf,
  notNegative,
  objectOf,
  oneOf,
  optional,
  part,
  positive,
  probability,
  readAll,
  unknownNames,
  type Json,
  type Read,
  type Readers,
} from '#queueing/parameters.ts';
import { nonPreemptive, preemptiveResume } from '#queueing/priority.ts';
import { bernoulliFeedback, classicalRetrial, immediateRetries } from '#queueing/returning.ts';
import { staffForServiceLevel, staffForWaiting } from '#queueing/staffing.ts';
import { isUnstable, told } from '#queueing/steady.ts';
import type { Wide } from '#queueing/wide.ts';

export interface Model {
  /** One line, for a list. */
  readonly about: string;
  readonly readers: Readers;
  /** Throws ImpossibleInputs where the parameters cannot be. */
  readonly answer: (params: Json) => Json;
}

function model<T extends Readers>(about: string, readers: T, answer: (params: Read<T>) => object): Model {
  return { about, readers, answer: (params) => plain(answer(readAll(readers, params))) };
}

const isWide = (value: unknown): value is Wide =>
  typeof value === 'object' && value !== null && 'mantissa' in value && 'power' in value;

/** The answer as JSON: wide numbers under their names, those too small for a double with a `log10_` twin. */
function plain(answer: object): Json {
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(answer)) {
    if (isWide(value)) Object.assign(out, told(name, value));
    else out[name] = value as unknown;
  }
  return out;
}

const TAILS = { p50: 0.5, p95: 0.05, p99: 0.01 } as const;

function percentiles(prefix: string, at: (tail: number) => number): Json {
  return Object.fromEntries(Object.entries(TAILS).map(([name, tail]) => [`${prefix}_${name}`, at(tail)]));
}

function stationJson(answer: StationAnswer, mu: number): Json {
  const { rho, a, W, L, wide } = answer;
  return {
    ...{ rho, a, ...wide, W, L },
    ...percentiles('wq', (tail) => waitPercentile(answer, tail)),
    ...percentiles('w', (tail) => sojournPercentile(answer, mu, tail)),
  };
}

const rates = { lambda_: notNegative, mu: positive };
const station = { ...rates, c: count };
const arriving = { lambda_: positive, mu: positive };
const classes = listOf(objectOf({ lambda_: positive, mu: positive }));
const byClass = { classes, c: optional(count, 1) };

const single: Readonly<Record<string, Model>> = {
  mm1: model('one server: Poisson arrivals, exponential service', rates, ({ lambda_, mu }) => {
    const answer = mm1(lambda_, mu);
    if (isUnstable(answer)) return answer;
    const { p0, varL, rho } = answer;
    return { ...stationJson(answer, mu), p0, varL, pN_gt_10: moreThan(rho, 10) };
  }),
  mg1: model(
    'one server: Poisson arrivals, any service distribution (Pollaczek-Khinchine)',
    { lambda_: notNegative, service: duration },
    ({ lambda_, service }) => mg1(lambda_, service),
  ),
  md1: model(
    'one server: Poisson arrivals, service always d',
    { lambda_: notNegative, d: positive },
    ({ lambda_, d }) => {
      const answer = mg1(lambda_, { kind: 'deterministic', mean: d });
      if (isUnstable(answer)) return answer;
      const wait = lambda_ === 0 ? null : deterministicWait(lambda_, d);
      const at = (tail: number): number => (wait === null ? 0 : deterministicWaitPercentile(wait, tail));
      return { ...answer, ...percentiles('wq', at) };
    },
  ),
  mm1_bernoulli_feedback: model(
    'one server; after each service the customer returns with probability q',
    { ...rates, q: probability },
    ({ lambda_, mu, q }) => bernoulliFeedback(lambda_, mu, q),
  ),
  mm1_immediate_retries_max: model(
    'one server; a failed attempt (probability q) rejoins at once, at most maxRetries times',
    { ...rates, q: probability, maxRetries: countFromZero },
    ({ lambda_, mu, q, maxRetries }) => immediateRetries(lambda_, mu, q, maxRetries),
  ),
  mm1_retrial_classical: model(
    'one server; who finds it busy tries again at rate theta',
    { ...rates, theta: positive },
    ({ lambda_, mu, theta }) => classicalRetrial(lambda_, mu, theta),
  ),
  mm1_multiple_vacations: model(
    'one server that goes away whenever it finds no work',
    { ...rates, vacation: duration },
    ({ lambda_, mu, vacation }) => multipleVacations(lambda_, mu, vacation),
  ),
  mxm1_batch: model(
    'one server; customers come in batches, lambda of them a unit of time',
    { ...arriving, batch },
    ({ lambda_, mu, batch: size }) => batchArrivals(lambda_, mu, size),
  ),
  mm1_busy_period: model(
    'one server: how long it stays busy once it is; with t, density and probability at t',
    { ...arriving, t: optional(notNegative, -1) },
    ({ lambda_, mu, t }) => {
      const answer = busyPeriod(lambda_, mu);
      if (isUnstable(answer) || t < 0) return answer;
      const density = busyPeriodDensity(lambda_, mu, t);
      return { ...answer, density_t: density, cdf_t: busyPeriodWithin(lambda_, mu, t) };
    },
  ),
};

const several: Readonly<Record<string, Model>> = {
  mmc: model('c servers: Poisson arrivals, exponential service', station, ({ lambda_, mu, c }) => {
    const answer = mmc({ lambda: lambda_, mu, servers: c });
    return isUnstable(answer) ? answer : stationJson(answer, mu);
  }),
  mminf: model('a server for everyone', rates, ({ lambda_, mu }) => {
    const { pMoreThanTwice, ...rest } = mminf(lambda_, mu);
    return { ...rest, pN_gt_2a: pMoreThanTwice };
  }),
  mdc: model(
    'c servers: Poisson arrivals, service always d; with two approximations',
    { lambda_: positive, d: positive, c: count },
    ({ lambda_, d, c }) => mdc(lambda_, d, c),
  ),
  ggc: model(
    'c servers, any distributions, by two moments: approximations and a bound',
    { ...arriving, c: count, ca2: notNegative, cs2: notNegative },
    ({ lambda_, mu, c, ca2, cs2 }) => ggc({ lambda: lambda_, mu, servers: c, ca2, cs2 }),
  ),
  mmck: model(
    'c servers and at most K customers; who comes then is lost',
    { ...arriving, c: count, K: count },
    ({ lambda_, mu, c, K }) => mmck({ lambda: lambda_, mu, servers: c, capacity: K }),
  ),
  mmcc: model('a erlangs on c servers without a queue (Erlang B)', { a: notNegative, c: count }, ({ a, c }) =>
    mmcc(a, c),
  ),
  erlangB_min_servers: model(
    'the least servers that lose at most the part target of a erlangs',
    { a: notNegative, target: part },
    ({ a, target }) => serversForBlocking(a, target),
  ),
  erlangA: model(
    'c servers; who waits leaves at rate theta',
    { ...arriving, theta: positive, c: count },
    ({ lambda_, mu, theta, c }) => erlangA({ lambda: lambda_, mu, theta, servers: c }),
  ),
  finite_source: model(
    'N customers that each come at rate lambda while outside; c servers',
    { N: count, c: count, ...arriving },
    ({ N, c, lambda_, mu }) => finiteSource({ lambda: lambda_, mu, servers: c, sources: N }),
  ),
  priority_nonpreemptive: model('classes by priority, service is not interrupted', byClass, (given) =>
    nonPreemptive(given.classes.map(plainRates), given.c),
  ),
  priority_preemptive_resume: model(
    'classes by priority, service is interrupted and resumed',
    byClass,
    (given) => preemptiveResume(given.classes.map(plainRates), given.c),
  ),
};

function plainRates({ lambda_, mu }: { readonly lambda_: number; readonly mu: number }): {
  readonly lambda: number;
  readonly mu: number;
} {
  return { lambda: lambda_, mu };
}

const networks: Readonly<Record<string, Model>> = {
  jackson: model(
    'an open network: arrivals gamma, rates mu, servers c, routes P',
    { gamma: listOf(notNegative), mu: listOf(positive), c: listOf(count), P: listOf(listOf(probability)) },
    ({ gamma, mu, c, P }) => {
      const answer = jackson({ gamma, mu, servers: c, routes: P });
      if (isUnstable(answer)) return answer;
      const of = (pick: (one: StationAnswer) => number): number[] => answer.stations.map(pick);
      return {
        lambda_: answer.lambda,
        rho: of(({ rho }) => rho),
        L: of(({ L }) => L),
        Lq: of(({ Lq }) => Lq),
        W: of(({ W }) => W),
        Ltotal: answer.Ltotal,
        Wtotal: answer.Wtotal,
      };
    },
  ),
  tandem: model(
    'stations one after the other',
    { lambda_: notNegative, stages: listOf(objectOf({ mu: positive, c: count })) },
    ({ lambda_, stages }) => {
      const answer = tandem(
        lambda_,
        stages.map(({ mu, c }) => ({ mu, servers: c })),
      );
      if (isUnstable(answer)) return answer;
      const of = (pick: (one: StationAnswer) => number): number[] => answer.stages.map(pick);
      const total = (list: readonly number[]): number => list.reduce((sum, one) => sum + one, 0);
      const W = of((one) => one.W);
      const L = of((one) => one.L);
      return { W, L, Wtotal: total(W), Ltotal: total(L), WqTotal: total(of(({ Wq }) => Wq)) };
    },
  ),
};

const decisions: Readonly<Record<string, Model>> = {
  staffing_pwait: model(
    'the least servers for a erlangs with P(wait) at most target',
    { a: notNegative, target: part },
    ({ a, target }) => staffForWaiting(a, target),
  ),
  staffing_service_level: model(
    'the least servers with P(Wq <= T) at least target',
    { ...rates, T: notNegative, target: part },
    ({ lambda_, mu, T, target }) => staffForServiceLevel(lambda_, mu, T, target),
  ),
  allocation: model(
    'N handlers divided among services by an objective',
    {
      services: listOf(objectOf({ lambda_: notNegative, mu: positive, weight: optional(notNegative, 1) })),
      N: countFromZero,
      objective: oneOf(OBJECTIVES),
    },
    ({ services, N, objective }) => {
      const listed = services.map(({ lambda_, mu, weight }) => ({ lambda: lambda_, mu, weight }));
      const answer = allocate(listed, N, objective);
      if (!answer.feasible) return answer;
      const { handlers, ...rest } = answer;
      return { ...rest, optimal: handlers };
    },
  ),
};

const models: Readonly<Record<string, Model>> = { ...single, ...several, ...networks, ...decisions };

export const MODEL_NAMES: readonly string[] = Object.keys(models);

export function modelNamed(name: string): Model | null {
  return Object.hasOwn(models, name) ? (models[name] ?? null) : null;
}

/** The answer to `params`, or `not-modelled`. */
export function closedForm(name: string, params: Json): Json | 'not-modelled' {
  return modelNamed(name)?.answer(params) ?? 'not-modelled';
}

/** Parameters that a model does not have. */
export const strangers = (asked: Model, params: Json): readonly string[] =>
  unknownNames(asked.readers, params);
