/**
 * Calculator C10: what moving to events costs and brings, as the sources reckon [3:1366-1410] and without their flaws.
 * Money in one currency, times in years, hours a week. What the sources get wrong, each a switch:
 *
 * - oldOperations: new operations are charged in full, the old ones never credited
 * - yearlyClusters: clusters are counted once in the investment, never as the yearly cost that they are
 * - wholeInvestment: return and payback divide by the migration alone
 * - noConstant: a benefit of 1,000,000 for everybody
 * - discounting: money in five years counts like money today
 *
 * With every switch on the answer is net present value, return and payback of the investment made.
 */
import { ImpossibleInput, requireCount, requireNotNegative } from '#queueing/impossible-input.ts';
import { wholePower } from '#queueing/elementary.ts';
import { rootBetween } from '#queueing/root.ts';

export interface Firm {
  readonly incidentsPerYear: number;
  readonly overprovisioning: number;
  readonly deliveryDaysNow: number;
  readonly deliveryDaysThen: number;
  readonly opsHoursNow: number;
  readonly opsHoursThen: number;
  readonly clusters: number;
}

/** The sources' constants; the coefficients are guesses and belong on sliders. */
export interface Rates {
  readonly incidentCost: number;
  readonly incidentsAvoided: number;
  readonly overprovisioningSaved: number;
  readonly dayValue: number;
  readonly featuresPerYear: number;
  readonly opsHourCost: number;
  readonly clusterCost: number;
  readonly migration: number;
  readonly training: number;
  readonly newCapabilities: number;
  readonly years: number;
  readonly discountRate: number;
  /** Part of the benefits that each year brings; later years bring all. */
  readonly ramp: readonly number[];
}

export const SOURCES_RATES: Rates = {
  incidentCost: 50_000,
  incidentsAvoided: 0.8,
  overprovisioningSaved: 0.6,
  dayValue: 2000,
  featuresPerYear: 12,
  opsHourCost: 150,
  clusterCost: 100_000,
  migration: 500_000,
  training: 50_000,
  newCapabilities: 1_000_000,
  years: 5,
  discountRate: 0.1,
  ramp: [],
};

export interface Corrections {
  readonly oldOperations: boolean;
  readonly yearlyClusters: boolean;
  readonly wholeInvestment: boolean;
  readonly noConstant: boolean;
  readonly discounting: boolean;
}

export const AS_THE_SOURCES: Corrections = {
  oldOperations: false,
  yearlyClusters: false,
  wholeInvestment: false,
  noConstant: false,
  discounting: false,
};

export const CORRECTED: Corrections = {
  oldOperations: true,
  yearlyClusters: true,
  wholeInvestment: true,
  noConstant: true,
  discounting: true,
};

const WEEKS = 52;

export interface Economics {
  readonly investment: number;
  /** Of each year, without the investment. */
  readonly flows: readonly number[];
  /** (Σ flows - investment)/investment. */
  readonly returnOnInvestment: number;
  /** Months until the flows add up to the investment; null is never. */
  readonly paybackMonths: number | null;
  readonly discountedPaybackMonths: number | null;
  readonly netPresentValue: number;
  /** The discount rate at which nothing is gained; null where there is none from -0.99 to 100. */
  readonly internalRate: number | null;
}

function checkFirm(firm: Firm, rates: Rates): void {
  for (const [name, x] of Object.entries(firm)) requireNotNegative(name, x as number);
  for (const [name, x] of Object.entries(rates)) if (typeof x === 'number') requireNotNegative(name, x);
  requireCount('years', rates.years, 1, 100);
  if (rates.migration + rates.training === 0) {
    throw new ImpossibleInput('/migration', 'migration and training are 0; a return needs an investment.');
  }
}

function yearlyBenefit(firm: Firm, rates: Rates, on: Corrections): number {
  const days = firm.deliveryDaysNow - firm.deliveryDaysThen;
  return (
    firm.incidentsPerYear * rates.incidentCost * rates.incidentsAvoided +
    firm.overprovisioning * rates.overprovisioningSaved +
    days * rates.dayValue * rates.featuresPerYear +
    (on.noConstant ? 0 : rates.newCapabilities)
  );
}

export function economics(firm: Firm, rates: Rates = SOURCES_RATES, on: Corrections = CORRECTED): Economics {
  checkFirm(firm, rates);
  const hours = firm.opsHoursThen - (on.oldOperations ? firm.opsHoursNow : 0);
  const clusters = firm.clusters * rates.clusterCost;
  const cost = hours * rates.opsHourCost * WEEKS + (on.yearlyClusters ? clusters : 0);
  const benefit = yearlyBenefit(firm, rates, on);
  const flows = Array.from({ length: rates.years }, (_, year) => benefit * (rates.ramp[year] ?? 1) - cost);
  const investment = rates.migration + (on.wholeInvestment ? rates.training : 0);
  const total = flows.reduce((sum, one) => sum + one, 0);
  const presentValue = (rate: number): number =>
    flows.reduce((sum, one, year) => sum + one / wholePower(1 + rate, year + 1), -investment);
  const rate = on.discounting ? rates.discountRate : 0;
  return {
    investment,
    flows,
    returnOnInvestment: (total - investment) / investment,
    paybackMonths: payback(investment, flows, 0),
    discountedPaybackMonths: payback(investment, flows, rate),
    netPresentValue: presentValue(rate),
    internalRate: internalRate(presentValue),
  };
}

/** Within a year the flow is even; after the last year it goes on as it was then. */
function payback(investment: number, flows: readonly number[], rate: number): number | null {
  let left = investment;
  const last = flows.at(-1) ?? 0;
  for (let year = 0; year < 1000; year += 1) {
    const flow = (flows[year] ?? last) / wholePower(1 + rate, year + 1);
    if (flow >= left) return (year + left / flow) * 12;
    left -= flow;
    if (year >= flows.length && flow <= 0) return null;
  }
  return null;
}

function internalRate(presentValue: (rate: number) => number): number | null {
  const low = -0.99;
  const high = 100;
  return presentValue(low) > 0 === presentValue(high) > 0 ? null : rootBetween(presentValue, low, high);
}

export interface TornadoBar {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  /** Net present value at either end. */
  readonly atLow: number;
  readonly atHigh: number;
}

/** How far each input, moved alone by the part `swing` either way, moves the net present value; the widest first. */
export function tornado(
  firm: Firm,
  rates: Rates = SOURCES_RATES,
  on: Corrections = CORRECTED,
  swing = 0.3,
): readonly TornadoBar[] {
  const npv = (f: Firm, r: Rates): number => economics(f, r, on).netPresentValue;
  const bars: TornadoBar[] = [];
  const bar = (name: string, x: number, at: (moved: number) => number): void => {
    const low = x * (1 - swing);
    const high = x * (1 + swing);
    if (x !== 0) bars.push({ name, low, high, atLow: at(low), atHigh: at(high) });
  };
  for (const [name, x] of Object.entries(firm) as [keyof Firm, number][]) {
    bar(name, x, (moved) => npv({ ...firm, [name]: moved }, rates));
  }
  for (const [name, x] of Object.entries(rates) as [keyof Rates, unknown][]) {
    if (typeof x === 'number' && name !== 'years')
      bar(name, x, (moved) => npv(firm, { ...rates, [name]: moved }));
  }
  const width = (one: TornadoBar): number => Math.abs(one.atHigh - one.atLow);
  return bars
    .filter((one) => width(one) > 0)
    .sort((a, b) => width(b) - width(a) || (a.name < b.name ? -1 : 1));
}

/** The value of one input at which the net present value is 0, or null where it does not reach it up to `most`. */
export function breakEven(
  firm: Firm,
  name: keyof Firm,
  most: number,
  rates: Rates = SOURCES_RATES,
  on: Corrections = CORRECTED,
): number | null {
  const f = (x: number): number => economics({ ...firm, [name]: x }, rates, on).netPresentValue;
  return f(0) > 0 === f(most) > 0 ? null : rootBetween(f, 0, most);
}

/** Requests a month at which a cluster, with the people who run it, costs as much as paying for each request. */
export function payPerUseCrossover(
  clusterMonthly: number,
  opsHoursMonthly: number,
  opsHourCost: number,
  perMillion: number,
): number {
  requireNotNegative('clusterMonthly', clusterMonthly);
  requireNotNegative('opsHoursMonthly', opsHoursMonthly);
  requireNotNegative('opsHourCost', opsHourCost);
  if (!(perMillion > 0))
    throw new ImpossibleInput('/perMillion', 'What costs nothing a request is never crossed.');
  return ((clusterMonthly + opsHoursMonthly * opsHourCost) / perMillion) * 1e6;
}
