/**
 * What every run must obey, whatever was simulated (V27): conservation, customers at the start + arrivals - departures =
 * customers at the end, exactly; Little's law over a window, L = λW within a tolerance, since those at its edges are cut;
 * and utilisation, busy time over time, against λ times the mean service. A run that violates them was miscounted, or
 * its window is no steady state.
 *
 * One pass over what each customer did: O(customers), nothing while the simulation runs.
 * Source: Little (1961); Stidham, "A last word on L = λW" (1974).
 */
import { ImpossibleInput } from '#queueing/impossible-input.ts';

/** What happened to each customer, by row; Infinity is "not yet". Times in any one unit. */
export interface Visits {
  readonly arrived: ArrayLike<number>;
  readonly begun: ArrayLike<number>;
  readonly departed: ArrayLike<number>;
}

export interface Flow {
  /** Mean number in the system over the window. */
  readonly L: number;
  /** Arrivals in the window a unit of time. */
  readonly lambda: number;
  /** Mean time in the system of those who arrived in the window; until its end at least for who is still there. */
  readonly W: number;
  /** |L - λW|/L. */
  readonly gap: number;
  readonly atStart: number;
  readonly atEnd: number;
  readonly arrivals: number;
  readonly departures: number;
  readonly conserved: boolean;
  /** Busy servers on average, over all servers. */
  readonly utilisation: number;
  readonly holds: boolean;
}

/** Customers whose times run backwards were not served; they are counted as an error of the simulation. */
function checkVisits({ arrived, begun, departed }: Visits): void {
  for (let i = 0; i < arrived.length; i += 1) {
    const a = arrived[i] ?? NaN;
    const b = begun[i] ?? NaN;
    const d = departed[i] ?? NaN;
    if (!(a <= b && b <= d)) {
      throw new ImpossibleInput(
        `/visits/${i}`,
        `Customer ${i} arrived at ${a}, began at ${b} and left at ${d}.`,
      );
    }
  }
}

export function flowOver(visits: Visits, from: number, to: number, servers: number, tolerance = 0.05): Flow {
  checkVisits(visits);
  if (!(from < to)) throw new ImpossibleInput('/to', `A window from ${from} to ${to} is empty.`);
  const { arrived, begun, departed } = visits;
  let present = 0;
  let busy = 0;
  let time = 0;
  let [arrivals, departures, atStart, atEnd] = [0, 0, 0, 0];
  for (let i = 0; i < arrived.length; i += 1) {
    const a = arrived[i] ?? NaN;
    const d = departed[i] ?? NaN;
    present += overlap(a, d, from, to);
    busy += overlap(begun[i] ?? NaN, d, from, to);
    if (a < from && d >= from) atStart += 1;
    if (a < to && d >= to) atEnd += 1;
    if (d >= from && d < to) departures += 1;
    if (a < from || a >= to) continue;
    arrivals += 1;
    time += (d === Infinity ? to : d) - a;
  }
  const span = to - from;
  const L = present / span;
  const lambda = arrivals / span;
  const W = arrivals === 0 ? 0 : time / arrivals;
  const gap = L === 0 ? (arrivals === 0 ? 0 : Infinity) : Math.abs(L - lambda * W) / L;
  const conserved = atStart + arrivals - departures === atEnd;
  const utilisation = busy / (servers * span);
  return {
    ...{ L, lambda, W, gap, atStart, atEnd, arrivals, departures, conserved, utilisation },
    holds: conserved && gap <= tolerance && utilisation <= 1 + 1e-9,
  };
}

function overlap(start: number, end: number, from: number, to: number): number {
  return Math.max(0, Math.min(end, to) - Math.max(start, from));
}
