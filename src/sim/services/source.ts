/**
 * The source of arrivals that drives a producer: open loop, so arrivals are never lost while the process lives; those
 * that find all lanes busy wait as numbers, which costs nothing however many they are. While the process is dead nobody
 * asks for anything: those arrivals are drawn, so that later ones come when they would have come anyway, but not made.
 */
import { nextArrival, type Arrivals } from '#sim/kernel/arrivals.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import { ARRIVAL, type Durable } from '#sim/services/place.ts';
import * as emit from '#sim/trace/emit.ts';

export interface Source {
  /** This instance's share of the service's arrivals. */
  readonly arrivals: Arrivals;
  /** Row of the instance's own stream. */
  readonly stream: number;
  /** µs by which its arrivals lie behind those of the first instance, so that constant ones take turns. */
  readonly phase: number;
  /** Arrivals after which this instance stops, -1 = never. */
  readonly limit: number;
  /** Point in time after which nothing arrives, -1 = never. */
  readonly until: number;
  /** Name id of the kind of item that an arrival draws, -1 = none. */
  readonly item: number;
}

/** The `instance`th (from 0) of `instances` shares of a limit over all of them. */
export function shareOf(limit: number, instances: number, instance: number): number {
  return Math.floor(limit / instances) + (instance < limit % instances ? 1 : 0);
}

/** At START: arrivals begin, or go on after a crash. */
export function startSource(source: Source, durable: Durable, ctx: Ctx): void {
  if (durable.exhausted) return;
  durable.cause = emit.source(ctx, 1, durable.made);
  const first = durable.origin < 0;
  if (first) durable.origin = ctx.now;
  if (source.limit >= 0 && durable.made >= source.limit) return end(durable, ctx);
  if (first) advance(source, durable, ctx);
  while (durable.due < ctx.now) advance(source, durable, ctx);
  plan(source, durable, ctx);
}

/** The next arrival is due: counts it, and all that are due by now, and plans the one after. */
export function arrive(source: Source, durable: Durable, ctx: Ctx): void {
  while (durable.due <= ctx.now) {
    durable.made += 1;
    if (source.limit >= 0 && durable.made >= source.limit) return end(durable, ctx);
    advance(source, durable, ctx);
    if (source.until >= 0 && durable.due > source.until) return end(durable, ctx);
  }
  plan(source, durable, ctx);
}

function advance(source: Source, durable: Durable, ctx: Ctx): void {
  const at = nextArrival(source.arrivals, durable.arrivals, ctx.random(source.stream)) + source.phase;
  durable.due = durable.origin + at;
}

function plan(source: Source, durable: Durable, ctx: Ctx): void {
  if (source.until >= 0 && durable.due > source.until) return end(durable, ctx);
  ctx.schedule(durable.due - ctx.now, ARRIVAL);
}

function end(durable: Durable, ctx: Ctx): void {
  durable.exhausted = true;
  emit.source(ctx, 0, durable.made);
}
