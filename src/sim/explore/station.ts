/**
 * A station on the kernel and nothing else: Poisson or other arrivals, servers behind one shared queue, or a queue for
 * each (the partitions of a log, chosen evenly at random). What theory is compared with: no broker, no network, no trace.
 * Arrivals, services and the choice of a partition have streams of their own, so that the same seed brings the same
 * customers whatever serves them. Times are ticks: with means from 10,000 ticks on, the kernel's whole numbers round off
 * less than one part in 10,000.
 * Left out: batches, breakdowns, priorities.
 */
import { assert } from '#sim/base/assert.ts';
import {
  compileDistribution,
  sample,
  type CompiledDistribution,
  type Distribution,
} from '#sim/kernel/distribution.ts';
import { START, type Ctx, type Entity } from '#sim/kernel/entity.ts';
import { Kernel } from '#sim/kernel/kernel.ts';
import { ORDINARY_CLASS, type Event } from '#sim/kernel/queue.ts';
import { createStreamTable, streamRow } from '#sim/kernel/random.ts';
import { integerBelow } from '#sim/kernel/uniform.ts';
import { TraceRecorder } from '#sim/trace/recorder.ts';

export interface StationPlan {
  readonly seed: number;
  readonly customers: number;
  readonly servers: number;
  readonly queues: 'shared' | 'partitioned';
  /** Between arrivals. */
  readonly gap: Distribution;
  readonly work: Distribution;
}

/** What each customer did, in order of arrival, in ticks. */
export interface StationRun {
  readonly arrived: Float64Array;
  readonly begun: Float64Array;
  readonly departed: Float64Array;
}

const ARRIVAL = 16;
const DEPARTURE = 17;
const NOBODY = -1;

interface StationState {
  made: number;
  readonly arrived: Float64Array;
  readonly begun: Float64Array;
  readonly departed: Float64Array;
  /** By queue: who is first and last in it, and how many of its servers are idle. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly idle: Int32Array;
  /** By customer: who is behind. */
  readonly behind: Int32Array;
}

class Station implements Entity {
  state: StationState;
  private readonly gap: CompiledDistribution;
  private readonly work: CompiledDistribution;
  private readonly gaps: number;
  private readonly works: number;
  private readonly choices: number;

  constructor(plan: StationPlan, gaps: number, works: number, choices: number) {
    const { customers, servers } = plan;
    const queues = plan.queues === 'shared' ? 1 : servers;
    this.state = {
      made: 0,
      arrived: new Float64Array(customers),
      begun: new Float64Array(customers),
      departed: new Float64Array(customers),
      first: new Int32Array(queues).fill(NOBODY),
      last: new Int32Array(queues).fill(NOBODY),
      idle: new Int32Array(queues).fill(servers / queues),
      behind: new Int32Array(customers).fill(NOBODY),
    };
    this.gap = compileDistribution(plan.gap);
    this.work = compileDistribution(plan.work);
    this.gaps = gaps;
    this.works = works;
    this.choices = choices;
  }

  handle(event: Event, ctx: Ctx): void {
    const s = this.state;
    if (event.kind === DEPARTURE) {
      const queue = event.b;
      s.departed[event.a] = ctx.now;
      s.idle[queue] = (s.idle[queue] as number) + 1;
      this.serve(queue, ctx);
      return;
    }
    if (event.kind === ARRIVAL) this.join(ctx);
    if (s.made < s.arrived.length) ctx.schedule(sample(this.gap, ctx.random(this.gaps)), ARRIVAL);
  }

  private join(ctx: Ctx): void {
    const s = this.state;
    const customer = s.made;
    s.made += 1;
    s.arrived[customer] = ctx.now;
    const queues = s.first.length;
    const queue = queues === 1 ? 0 : integerBelow(queues, ctx.random(this.choices));
    const last = s.last[queue] as number;
    if (last === NOBODY) s.first[queue] = customer;
    else s.behind[last] = customer;
    s.last[queue] = customer;
    this.serve(queue, ctx);
  }

  private serve(queue: number, ctx: Ctx): void {
    const s = this.state;
    const customer = s.first[queue] as number;
    if (customer === NOBODY || (s.idle[queue] as number) === 0) return;
    const next = s.behind[customer] as number;
    s.first[queue] = next;
    if (next === NOBODY) s.last[queue] = NOBODY;
    s.idle[queue] = (s.idle[queue] as number) - 1;
    s.begun[customer] = ctx.now;
    ctx.schedule(sample(this.work, ctx.random(this.works)), DEPARTURE, customer, queue);
  }
}

/** Runs until every customer has left. */
export function runStation(plan: StationPlan): StationRun {
  const { seed, customers, servers } = plan;
  assert(Number.isInteger(customers) && customers > 0, '[STATION-1] there are customers');
  assert(Number.isInteger(servers) && servers > 0, '[STATION-2] there are servers');
  const streams = createStreamTable(seed);
  const kernel = new Kernel(streams, seed, new TraceRecorder('none'));
  const rows = ['gap', 'work', 'choice'].map((name) => streamRow(streams, `station:${name}`));
  const station = new Station(plan, rows[0] as number, rows[1] as number, rows[2] as number);
  const id = kernel.add(station);
  kernel.post(0, ORDINARY_CLASS, id, id, START);
  while (kernel.step(Infinity));
  const { made, arrived, begun, departed } = station.state;
  assert(made === customers, '[STATION-3] every customer arrives and leaves');
  return { arrived, begun, departed };
}
