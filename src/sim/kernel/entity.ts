/**
 * What an entity is and what it may do: the contract between the scheduler and everything simulated. The kernel knows
 * neither networks nor traces; `Carrier` and `Recorder` are how they are given to it.
 */
import type { SimTime } from '#sim/base/time.ts';
import type { Event } from '#sim/kernel/queue.ts';
import type { Source } from '#sim/kernel/random.ts';

/** Kinds that the kernel and the hosts give to every entity; rooms number their own from 16. */
export const START = 1;
/** Told synchronously when the entity's process dies: forget what is volatile. Sends and timers have no effect. */
export const CRASHED = 2;
/** The connection to the process of entity `a` is gone (it crashed, or was restarted). */
export const RESET = 3;
/** The process goes on after a pause; events that came due meanwhile follow in their order. */
export const RESUMED = 4;

/** A part of the simulated world: plain state and a synchronous handler. */
export interface Entity {
  handle(event: Event, ctx: Ctx): void;
  /** True while something will still happen to it without anything from outside (see run/quiescence). */
  busy?(now: SimTime): boolean;
  /** Everything that a checkpoint must hold: plain data. Replaced whole on restore. */
  state: unknown;
}

/** What an entity may do, and nothing more. One reused object; `self` is whoever is being told. */
export interface Ctx {
  readonly now: SimTime;
  readonly self: number;
  /** The record that what happens now is caused by; `record` moves it on to the new record. */
  cause: number;
  /** True once a fault's trigger has fired during this call: yield before the next step (schedule 0, return). */
  readonly preempted: boolean;
  /** A timer for itself after `delay` µs (0 = after what is already due now). Returns its handle. */
  schedule(
    delay: number,
    kind: number,
    a?: number,
    b?: number,
    c?: number,
    d?: number,
    x?: number,
    data?: unknown,
  ): number;
  cancel(handle: number): boolean;
  /** A packet to another entity over the network. `bytes` is its size for bandwidth. */
  send(
    to: number,
    kind: number,
    a?: number,
    b?: number,
    c?: number,
    d?: number,
    x?: number,
    data?: unknown,
    bytes?: number,
  ): void;
  /** The sequential stream of this row (StreamTable), for what belongs to no business item. */
  random(stream: number): Source;
  /** A stateless draw for item `n` of `owner`, attempt by attempt: the same item meets the same luck everywhere. */
  randomOf(stream: number, owner: number, n: number, attempt: number): Source;
  /** Appends a trace record and returns its seq. `cause` -1 = `ctx.cause`. Use the functions of trace/emit. */
  record(
    kind: number,
    mid: number,
    lid: number,
    a: number,
    b: number,
    c: number,
    d: number,
    e: number,
    f: number,
    value: number,
    cause: number,
    also: number,
  ): number;
}

/** What `carry` answers where the carrier keeps the packet itself, and where nobody does. */
export const HELD = -2;
export const LOST = -1;

/** Decides when a packet arrives. */
export interface Carrier {
  /** µs from now, LOST, or HELD: then it is given the packet. */
  carry(ctx: Ctx, from: number, to: number, kind: number, bytes: number): number;
  hold(
    ctx: Ctx,
    from: number,
    to: number,
    kind: number,
    a: number,
    b: number,
    c: number,
    d: number,
    x: number,
    data: unknown,
  ): void;
}

export interface Recorder {
  write(
    kind: number,
    entity: number,
    at: number,
    cause: number,
    also: number,
    mid: number,
    lid: number,
    a: number,
    b: number,
    c: number,
    d: number,
    e: number,
    f: number,
    value: number,
  ): number;
}
