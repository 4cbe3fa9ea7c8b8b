/**
 * Bench (a): an M/M/1 queue with a million customers. Measured: two entities on the kernel, one event an arrival and
 * one a departure, one trace record a customer at level none. Reference: the same queue as one loop, with the same
 * generator, the same portable log and the same typed-array heap inlined, without dispatch, records or digest.
 */
import { compileDistribution, sample, type CompiledDistribution } from '#sim/kernel/distribution.ts';
import { START, type Ctx, type Entity } from '#sim/kernel/entity.ts';
import { Kernel } from '#sim/kernel/kernel.ts';
import { ORDINARY_CLASS, type Event } from '#sim/kernel/queue.ts';
import { createStreamTable, sequentialSource, streamRow } from '#sim/kernel/random.ts';
import { TraceRecorder } from '#sim/trace/recorder.ts';
import { Kind } from '#sim/trace/vocabulary.ts';

const ARRIVAL = 16;
const DEPARTURE = 17;
const GAP: CompiledDistribution = compileDistribution({ kind: 'exponential', mean: 1000 });
const WORK: CompiledDistribution = compileDistribution({ kind: 'exponential', mean: 800 });

/** The station makes its own arrivals: two events a customer, as in the loop below. */
class Station implements Entity {
  state = { made: 0, waiting: new Float64Array(1 << 16), head: 0, tail: 0, busy: false, sojourn: 0 };
  private readonly limit: number;
  private readonly gaps: number;
  private readonly works: number;

  constructor(limit: number, gaps: number, works: number) {
    this.limit = limit;
    this.gaps = gaps;
    this.works = works;
  }

  handle(event: Event, ctx: Ctx): void {
    const s = this.state;
    if (event.kind === DEPARTURE) {
      const sojourn = ctx.now - (s.waiting[s.head & 0xffff] as number);
      s.head += 1;
      s.sojourn += sojourn;
      s.busy = false;
      ctx.record(Kind.handled, -1, -1, 0, 0, 0, 0, 0, 0, sojourn, -1, -1);
      if (s.head < s.tail) this.begin(ctx);
      return;
    }
    if (event.kind === ARRIVAL) {
      s.waiting[s.tail & 0xffff] = ctx.now;
      s.tail += 1;
    }
    if (s.made < this.limit) {
      s.made += 1;
      ctx.schedule(sample(GAP, ctx.random(this.gaps)), ARRIVAL);
    }
    if (!s.busy && s.head < s.tail) this.begin(ctx);
  }

  private begin(ctx: Ctx): void {
    this.state.busy = true;
    ctx.schedule(sample(WORK, ctx.random(this.works)), DEPARTURE);
  }
}

/** Customers a second through the kernel, and their mean time in system in µs. */
export function runKernel(customers: number): { seconds: number; sojournMean: number } {
  const streams = createStreamTable(7);
  const recorder = new TraceRecorder('none');
  const kernel = new Kernel(streams, 7, recorder);
  const station = new Station(customers, streamRow(streams, 'source:gap'), streamRow(streams, 'server:work'));
  const id = kernel.add(station);
  kernel.post(0, ORDINARY_CLASS, id, id, START);
  const begin = performance.now();
  while (kernel.step(Infinity));
  recorder.settle();
  const seconds = (performance.now() - begin) / 1000;
  if (station.state.head !== customers) throw new Error('customers were lost');
  return { seconds, sojournMean: station.state.sojourn / customers };
}

/** The same queue by hand. */
export function runReference(customers: number): { seconds: number; sojournMean: number } {
  const streams = createStreamTable(7);
  const gaps = streamRow(streams, 'source:gap');
  const works = streamRow(streams, 'server:work');
  const at = new Float64Array(64);
  const order = new Float64Array(64);
  const kind = new Int32Array(64);
  let size = 0;
  let seq = 0;
  const push = (time: number, what: number): void => {
    let i = size;
    size += 1;
    const mine = seq;
    seq += 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const parentAt = at[parent] as number;
      if (parentAt < time || (parentAt === time && (order[parent] as number) <= mine)) break;
      at[i] = parentAt;
      order[i] = order[parent] as number;
      kind[i] = kind[parent] as number;
      i = parent;
    }
    at[i] = time;
    order[i] = mine;
    kind[i] = what;
  };
  const pop = (): void => {
    size -= 1;
    const time = at[size] as number;
    const mine = order[size] as number;
    const what = kind[size] as number;
    let i = 0;
    const half = size >> 1;
    while (i < half) {
      let child = 2 * i + 1;
      const right = child + 1;
      if (
        right < size &&
        ((at[right] as number) < (at[child] as number) ||
          ((at[right] as number) === (at[child] as number) &&
            (order[right] as number) < (order[child] as number)))
      ) {
        child = right;
      }
      const childAt = at[child] as number;
      if (time < childAt || (time === childAt && mine <= (order[child] as number))) break;
      at[i] = childAt;
      order[i] = order[child] as number;
      kind[i] = kind[child] as number;
      i = child;
    }
    at[i] = time;
    order[i] = mine;
    kind[i] = what;
  };
  const waiting = new Float64Array(1 << 16);
  let head = 0;
  let tail = 0;
  let busy = false;
  let served = 0;
  let sojourn = 0;
  let made = 1;
  const begin = performance.now();
  push(sample(GAP, sequentialSource(streams, gaps)), ARRIVAL);
  while (size > 0) {
    const now = at[0] as number;
    const what = kind[0] as number;
    pop();
    if (what === ARRIVAL) {
      waiting[tail & 0xffff] = now;
      tail += 1;
      if (made < customers) {
        made += 1;
        push(now + sample(GAP, sequentialSource(streams, gaps)), ARRIVAL);
      }
      if (!busy) {
        busy = true;
        push(now + sample(WORK, sequentialSource(streams, works)), DEPARTURE);
      }
    } else {
      sojourn += now - (waiting[head & 0xffff] as number);
      head += 1;
      served += 1;
      busy = false;
      if (head < tail) {
        busy = true;
        push(now + sample(WORK, sequentialSource(streams, works)), DEPARTURE);
      }
    }
  }
  const seconds = (performance.now() - begin) / 1000;
  if (served !== customers) throw new Error('customers were lost');
  return { seconds, sojournMean: sojourn / customers };
}
