/** What holds for every queue, whatever its parameters. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { erlangB, erlangC } from '#queueing/erlang.ts';
import { jackson } from '#queueing/jackson.ts';
import { erlangA, finiteSource, mmcc, mmck } from '#queueing/loss.ts';
import { mdc } from '#queueing/mdc.ts';
import { batchArrivals, mg1, multipleVacations } from '#queueing/mg1.ts';
import {
  mm1,
  mmc,
  moreThan,
  sojournPercentile,
  sojournTail,
  waitPercentile,
  waitTail,
} from '#queueing/mmc.ts';
import { nonPreemptive, preemptiveResume } from '#queueing/priority.ts';
import { isUnstable, type Unstable } from '#queueing/steady.ts';
import { narrow } from '#queueing/wide.ts';
import { relative } from './relative.ts';

const rate = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
const load = fc.double({ min: 0.01, max: 0.9999, noNaN: true });
const servers = fc.integer({ min: 1, max: 400 });

function steady<T extends object>(answer: T): Exclude<T, Unstable> {
  if (isUnstable(answer)) throw new Error('expected a steady state');
  return answer as Exclude<T, Unstable>;
}

describe('laws of queues', () => {
  it("[QUEUE-LAW-1] Little's law: L = λW and Lq = λWq, with those who get in where some do not", () => {
    fc.assert(
      fc.property(rate, load, servers, (mu, rho, c) => {
        const lambda = rho * c * mu;
        const station = { lambda, mu, servers: c };
        const open = steady(mmc(station));
        expect(relative(open.L, lambda * open.W)).toBeLessThan(1e-13);
        // Below it digits are lost: that is what the wide numbers beside them are for.
        if (open.Lq > 1e-290) expect(relative(open.Lq, lambda * open.Wq)).toBeLessThan(1e-13);
        const limited = mmck({ ...station, capacity: c + 5 });
        expect(relative(limited.L, limited.throughput * limited.W)).toBeLessThan(1e-13);
        expect(relative(limited.throughput, lambda * (1 - narrow(limited.pBlock)))).toBeLessThan(1e-11);
        const impatient = erlangA({ ...station, theta: mu });
        expect(relative(impatient.throughput, lambda * (1 - narrow(impatient.pAbandon)))).toBeLessThan(1e-11);
        // With patience as long as service everybody is "served" at rate μ: M/M/∞.
        expect(relative(impatient.L, lambda / mu)).toBeLessThan(1e-11);
        const fixed = steady(mdc(lambda, 1 / mu, c));
        expect(relative(fixed.L, lambda * fixed.W)).toBeLessThan(1e-13);
        const closed = finiteSource({ lambda: rho * mu, mu, servers: c, sources: c + 20 });
        expect(relative(closed.throughput, rho * mu * (c + 20 - closed.L))).toBeLessThan(1e-9);
      }),
      { numRuns: 150 },
    );
  });

  it('[QUEUE-LAW-2] one server: M/M/c, P-K, vacations, batches of one and M/M/1/K meet M/M/1', () => {
    fc.assert(
      fc.property(rate, load, (mu, rho) => {
        const lambda = rho * mu;
        const one = steady(mm1(lambda, mu));
        const same = steady(mg1(lambda, { kind: 'exponential', mean: 1 / mu }));
        expect(relative(same.Wq, one.Wq)).toBeLessThan(1e-11);
        const batches = steady(batchArrivals(lambda, mu, { kind: 'fixed', size: 1 }));
        expect(relative(batches.L, one.L)).toBeLessThan(1e-12);
        const brief = steady(multipleVacations(lambda, mu, { kind: 'deterministic', mean: 1e-15 / mu }));
        expect(relative(brief.Wq, one.Wq)).toBeLessThan(1e-12);
        expect(relative(one.Lq, (one.rho * one.rho) / (one.spare / mu))).toBeLessThan(1e-13);
        const half = steady(mdc(lambda, 1 / mu, 1));
        expect(relative(narrow(half.Wq), one.Wq / 2)).toBeLessThan(1e-11);
      }),
    );
    const large = mmck({ lambda: 0.5, mu: 1, servers: 1, capacity: 200 });
    expect(relative(large.L, 1)).toBeLessThan(1e-13);
    expect(moreThan(0.5, 3)).toBe(1 / 16);
  });

  it('[QUEUE-LAW-3] waits grow with the load and fall with every server', () => {
    fc.assert(
      fc.property(rate, load, load, servers, (mu, one, other, c) => {
        const [low, high] = one < other ? [one, other] : [other, one];
        const at = (rho: number, n: number): number =>
          steady(mmc({ lambda: rho * c * mu, mu, servers: n })).Wq;
        expect(at(low, c)).toBeLessThanOrEqual(at(high, c));
        expect(at(high, c + 1)).toBeLessThanOrEqual(at(high, c));
        // By less each time: what makes greedy allocation exact.
        expect(at(high, c + 1) - at(high, c + 2)).toBeLessThanOrEqual(at(high, c) - at(high, c + 1));
      }),
    );
  });

  it('[QUEUE-LAW-4] a percentile is where the tail is what it says', () => {
    fc.assert(
      fc.property(rate, load, servers, fc.constantFrom(0.5, 0.1, 0.05, 0.01, 0.001), (mu, rho, c, tail) => {
        const answer = steady(mmc({ lambda: rho * c * mu, mu, servers: c }));
        const t = sojournPercentile(answer, mu, tail);
        expect(relative(sojournTail(answer, mu, t), tail)).toBeLessThan(1e-12);
        const wait = waitPercentile(answer, tail);
        if (wait > 0) expect(relative(waitTail(answer, wait), tail)).toBeLessThan(1e-12);
        else expect(answer.pWait).toBeLessThanOrEqual(tail);
      }),
    );
  });

  it('[QUEUE-LAW-5] conservation: whatever the order of classes, the work that waits is the same', () => {
    const list = fc.array(fc.record({ lambda: rate, mu: rate }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(list, load, (classes, rho) => {
        const total = classes.reduce((sum, { lambda, mu }) => sum + lambda / mu, 0);
        const scaled = classes.map(({ lambda, mu }) => ({ lambda: (lambda / total) * rho, mu }));
        const work = (order: typeof scaled): number => {
          const { Wq } = steady(nonPreemptive(order, 1));
          return order.reduce((sum, { lambda, mu }, k) => sum + (lambda / mu) * (Wq[k] ?? NaN), 0);
        };
        expect(relative(work(scaled), work(scaled.toReversed()))).toBeLessThan(1e-9);
        // The highest class does not notice the others where it preempts them.
        const [first] = scaled;
        if (first === undefined) return;
        const alone = steady(mm1(first.lambda, first.mu)).W;
        expect(relative(steady(preemptiveResume(scaled, 1)).W[0] ?? NaN, alone)).toBeLessThan(1e-12);
      }),
    );
  });

  it('[QUEUE-LAW-6] classes of one rate together are M/M/c, preempted or not', () => {
    fc.assert(
      fc.property(
        fc.array(load, { minLength: 1, maxLength: 4 }),
        rate,
        fc.integer({ min: 1, max: 20 }),
        (shares, mu, c) => {
          const sum = shares.reduce((all, one) => all + one, 0);
          const classes = shares.map((share) => ({ lambda: (share / sum) * 0.9 * c * mu, mu }));
          const lambda = classes.reduce((all, one) => all + one.lambda, 0);
          const together = steady(mmc({ lambda, mu, servers: c })).Lq;
          expect(relative(steady(nonPreemptive(classes, c)).LqTotal, together)).toBeLessThan(1e-12);
          expect(relative(steady(preemptiveResume(classes, c)).LqTotal, together)).toBeLessThan(1e-12);
        },
      ),
    );
  });

  it('[QUEUE-LAW-7] a network is product form: each station M/M/c at the rate that the traffic equations give', () => {
    const weights = fc.array(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
      {
        minLength: 3,
        maxLength: 3,
      },
    );
    fc.assert(
      fc.property(weights, fc.array(rate, { minLength: 3, maxLength: 3 }), (rows, gamma) => {
        // The last column is what leaves.
        const routes = rows.map((row) => {
          const sum = row.reduce((all, one) => all + one, 0.2);
          return row.slice(0, 3).map((one) => one / sum);
        });
        const lambda = jackson({ gamma, mu: [1e9, 1e9, 1e9], servers: [1, 1, 1], routes });
        const rates = steady(lambda).lambda;
        for (let j = 0; j < 3; j += 1) {
          const flow = (gamma[j] ?? 0) + rates.reduce((sum, one, i) => sum + one * (routes[i]?.[j] ?? 0), 0);
          expect(relative(rates[j] ?? NaN, flow)).toBeLessThan(1e-13);
        }
        const mu = rates.map((one) => one / 1.8);
        const answer = steady(jackson({ gamma, mu, servers: [2, 2, 2], routes }));
        for (let i = 0; i < 3; i += 1) {
          const alone = steady(mmc({ lambda: rates[i] ?? NaN, mu: mu[i] ?? NaN, servers: 2 }));
          expect(relative(answer.stations[i]?.L ?? NaN, alone.L)).toBeLessThan(1e-12);
        }
        const entering = gamma.reduce((sum, one) => sum + one, 0);
        expect(relative(answer.Ltotal, entering * answer.Wtotal)).toBeLessThan(1e-13);
      }),
    );
  });

  it('[QUEUE-LAW-8] Erlang B and C are fractions of whole numbers where these can be written out', () => {
    const SCALE = 10n ** 100n;
    for (let a = 1n; a <= 30n; a += 7n) {
      let term = 1n;
      let sum = 1n;
      for (let c = 1n; c <= 40n; c += 1n) {
        // Everything times c!, so that no fraction is left: a^c, and the sum before it.
        term *= a;
        sum = sum * c + term;
        const exact = Number((term * SCALE) / sum) / 1e100;
        expect(relative(narrow(erlangB(Number(c), Number(a))), exact)).toBeLessThan(5e-15);
        if (c <= a) continue;
        const waiting = term * c;
        const all = (sum - term) * (c - a) + waiting;
        const waits = Number((waiting * SCALE) / all) / 1e100;
        expect(relative(narrow(erlangC(Number(c), 1, Number(a))), waits)).toBeLessThan(5e-15);
      }
    }
    expect(mmcc(5, 5).pWaitErlangC).toBeNull();
  });

  it('[QUEUE-LAW-11] large Erlang B may begin late in the recurrence: it is what beginning at 0 gives', () => {
    for (const a of [99.5, 1000, 12_345.6, 100_000]) {
      for (const c of [0.5 * a, 0.9 * a, a - 3 * Math.sqrt(a), a, a + 2 * Math.sqrt(a), 1.02 * a].map(
        Math.floor,
      )) {
        let inverse = 1;
        for (let k = 1; k <= c; k += 1) inverse = 1 + (k * inverse) / a;
        expect(relative(narrow(erlangB(c, a)), 1 / inverse)).toBeLessThan(1e-12);
      }
    }
  });

  it('[QUEUE-LAW-9] nothing overflows: 100,000 servers, 0.99999 of saturation, no load at all', () => {
    for (const c of [1, 10, 1000, 100_000]) {
      for (const rho of [0, 1e-9, 0.5, 0.99, 0.99999, 0.9999999]) {
        const answer = steady(mmc({ lambda: rho * c, mu: 1, servers: c }));
        for (const held of [answer.L, answer.Lq, answer.W, answer.Wq, answer.pWait]) {
          expect(Number.isFinite(held) && held >= 0).toBe(true);
        }
        expect(answer.pWait).toBeLessThanOrEqual(1);
        expect(Number.isFinite(sojournPercentile(answer, 1, 0.01))).toBe(true);
        const late = answer.Wq / steady(mmc({ lambda: rho * c, mu: 1, servers: c + 1 })).Wq;
        expect(rho === 0 || answer.Wq === 0 || late > 1).toBe(true);
      }
    }
  });

  it('[QUEUE-LAW-10] saturation is decided exactly, not by a rounded product', () => {
    // 3 x 0.1 rounds up to 0.30000000000000004; the exact product is what counts.
    expect(isUnstable(mmc({ lambda: 0.3, mu: 0.1, servers: 3 }))).toBe(false);
    expect(mmc({ lambda: 10, mu: 1, servers: 10 })).toEqual({ unstable: true, rho: 1, growthRate: 0 });
    expect(mmc({ lambda: 120, mu: 10, servers: 10 })).toEqual({ unstable: true, rho: 1.2, growthRate: 20 });
  });
});
