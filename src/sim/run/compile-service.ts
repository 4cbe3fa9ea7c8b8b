/**
 * A service as its instances run it: the program of each event type (or of an arrival), what a failure leads to, every
 * revision that a deploy fault of the file brings, and each instance's share of the arrivals.
 */
import { intern } from '#sim/base/names.ts';
import { checkArrivals, type Arrivals, type Rate } from '#sim/kernel/arrivals.ts';
import { streamRow, type StreamTable } from '#sim/kernel/random.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import { compileProgram, type ProgramGround } from '#sim/run/compile-program.ts';
import type {
  Arrivals as Written,
  Handler,
  OnError as WrittenOnError,
  ServiceSpec,
} from '#sim/scenario/scenario.ts';
import type { Ratio } from '#sim/scenario/values.ts';
import type { OnError, Revision } from '#sim/services/program.ts';
import { shareOf, type Source } from '#sim/services/source.ts';

/** Row 0 is what the service runs at first; each deploy fault on it, in the file's order, brings the next. */
export function compileRevisions(ground: ProgramGround, service: ServiceSpec): Revision[] {
  const { driven } = service;
  let handlers = driven.by === 'on' ? driven.handlers : [];
  let onError = service.onError;
  const arrival = driven.by === 'every' ? compileProgram(ground, driven.do) : null;
  const revision = (): Revision => {
    const programs = handlers.map((handler) => compileProgram(ground, handler.do));
    if (arrival !== null) programs.push(arrival);
    return {
      programs,
      handlers: handlerRows(ground.catalog, handlers),
      arrival: arrival === null ? -1 : programs.length - 1,
      onError: compileOnError(onError),
    };
  };
  const revisions = [revision()];
  for (const fault of ground.scenario.faults) {
    if (fault.fault !== 'deploy' || fault.service !== service.name) continue;
    handlers = fault.handlers ?? handlers;
    onError = fault.onError ?? onError;
    revisions.push(revision());
  }
  return revisions;
}

function handlerRows(catalog: Catalog, handlers: readonly Handler[]): Int32Array {
  const types = handlers.map(({ event }) => intern(catalog.names, event));
  const rows = new Int32Array(Math.max(-1, ...types) + 1).fill(-1);
  types.forEach((type, row) => {
    rows[type] = row;
  });
  return rows;
}

function compileOnError(written: WrittenOnError): OnError {
  if (written.do !== 'retry')
    return { deliveries: 1, backoff: { first: 0, factor: 1, max: 0 }, then: written.do };
  const { deliveries, backoff, then } = written;
  return { deliveries, backoff, then };
}

/** What drives the `instance`th (from 0) instance; null where the service is driven by events. */
export function compileSource(
  service: ServiceSpec,
  instance: number,
  catalog: Catalog,
  streams: StreamTable,
): Source | null {
  const { driven, instances } = service;
  if (driven.by !== 'every') return null;
  const arrivals = arrivalsOf(driven.arrivals, instances);
  checkArrivals(arrivals);
  const { count, per } = arrivals.rate;
  return {
    arrivals,
    stream: streamRow(streams, `${service.instanceNames[instance] ?? service.name}:arrivals`),
    phase: arrivals.kind === 'constant' ? Math.floor((instance * per) / (count * instances)) : 0,
    limit: driven.limit === null ? -1 : shareOf(driven.limit, instances, instance),
    until: driven.until ?? -1,
    item: driven.draws.length === 0 ? -1 : intern(catalog.names, driven.draws[0] ?? ''),
  };
}

/** One instance's share: each of the service's gaps is `instances` times as long. */
function arrivalsOf(written: Written, instances: number): Arrivals {
  switch (written.kind) {
    case 'constant':
      return { kind: 'constant', rate: rateOf(written.gap, instances) };
    case 'poisson':
      return { kind: 'poisson', rate: rateOf(written.gapMean, instances) };
    case 'bursty': {
      const { burst, pause } = written;
      return { kind: 'bursty', rate: rateOf(written.gapMean, instances), burst, pause };
    }
  }
}

function rateOf(gap: Ratio, instances: number): Rate {
  return { count: gap.den, per: gap.num * instances };
}
