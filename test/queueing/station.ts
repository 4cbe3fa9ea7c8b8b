/**
 * M/M/c on the simulator's own kernel: the waits of the first customers. Arrivals and services are drawn from streams of
 * their own, so that a seed names a replication.
 */
import { compileDistribution, sample, type CompiledDistribution } from '#sim/kernel/distribution.ts';
import { START, type Ctx, type Entity } from '#sim/kernel/entity.ts';
import { Kernel } from '#sim/kernel/kernel.ts';
import { ORDINARY_CLASS, type Event } from '#sim/kernel/queue.ts';
import { createStreamTable, streamRow } from '#sim/kernel/random.ts';
import { TraceRecorder } from '#sim/trace/recorder.ts';

const ARRIVAL = 16;
const DEPARTURE = 17;
/** Mean service in µs: long beside the kernel's microseconds, which round what is drawn. */
export const SERVICE = 100_000;

class Station implements Entity {
  state: {
    made: number;
    idle: number;
    head: number;
    arrived: Float64Array;
    waits: Float64Array;
    departed: Float64Array;
  };
  private readonly gap: CompiledDistribution;
  private readonly work: CompiledDistribution;
  private readonly streams: readonly [gaps: number, works: number];

  constructor(customers: number, servers: number, rho: number, streams: readonly [number, number]) {
    this.state = {
      made: 0,
      idle: servers,
      head: 0,
      arrived: new Float64Array(customers),
      waits: new Float64Array(customers),
      departed: new Float64Array(customers),
    };
    this.gap = compileDistribution({ kind: 'exponential', mean: SERVICE / (rho * servers) });
    this.work = compileDistribution({ kind: 'exponential', mean: SERVICE });
    this.streams = streams;
  }

  handle(event: Event, ctx: Ctx): void {
    const s = this.state;
    if (event.kind === DEPARTURE) {
      s.idle += 1;
      s.departed[event.a] = ctx.now;
    } else {
      if (event.kind === ARRIVAL) {
        s.arrived[s.made] = ctx.now;
        s.made += 1;
      }
      if (s.made < s.arrived.length) ctx.schedule(sample(this.gap, ctx.random(this.streams[0])), ARRIVAL);
    }
    while (s.idle > 0 && s.head < s.made) {
      s.waits[s.head] = ctx.now - (s.arrived[s.head] ?? 0);
      ctx.schedule(sample(this.work, ctx.random(this.streams[1])), DEPARTURE, s.head);
      s.head += 1;
      s.idle -= 1;
    }
  }
}

/** What the first `customers` did, in order of arrival, in µs. */
export function simulateVisits(
  seed: number,
  customers: number,
  servers: number,
  rho: number,
): Station['state'] {
  const streams = createStreamTable(seed);
  const kernel = new Kernel(streams, seed, new TraceRecorder('none'));
  const rows = [streamRow(streams, 'source:gap'), streamRow(streams, 'server:work')] as const;
  const station = new Station(customers, servers, rho, rows);
  const id = kernel.add(station);
  kernel.post(0, ORDINARY_CLASS, id, id, START);
  while (kernel.step(Infinity));
  if (station.state.head !== customers) throw new Error('customers were lost');
  return station.state;
}

/** Their waits. */
export function simulateWaits(seed: number, customers: number, servers: number, rho: number): Float64Array {
  return simulateVisits(seed, customers, servers, rho).waits;
}
