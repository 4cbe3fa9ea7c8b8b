/**
 * The process that steps run in, as they see it: its plain state (durable: counters that outlive a crash, so that ids
 * never repeat; volatile: lanes and what waits), its clients, and what was fixed when the world was built.
 */
import { intern, type Names } from '#sim/base/names.ts';
import { createArrivalState, type ArrivalState } from '#sim/kernel/arrivals.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import type { ConsumerClient, Ended, ProducerClient } from '#sim/messaging/client-face.ts';
import type { ProcessControl } from '#sim/hosts/hosts.ts';
import type { CALLING, PUBLISHING, SETTLING, TIMING } from '#sim/services/lane.ts';
import { createLane, IDLE, READY, type Lane } from '#sim/services/lane.ts';
import type { Program, Revision } from '#sim/services/program.ts';
import type { Reader } from '#sim/services/reading.ts';
import type { Source } from '#sim/services/source.ts';

/** Kinds of a service instance's own timers: 16 to 63. */
export const CONTINUE = 16;
export const ARRIVAL = 17;
/** Work, waiting or backoff is over: a token. */
export const ELAPSED = 18;
/** a token. */
export const CALL_TIMEOUT = 19;
/** From run, for a fault: a revision to replace the present one. */
export const DEPLOY = 20;

export interface Durable {
  /** Events announced so far. */
  published: number;
  transactions: number;
  tokens: number;
  /** Arrivals made so far: the next item is the one after. */
  made: number;
  arrivals: ArrivalState;
  /** When the source first started, -1 = not yet; when its next arrival is due. */
  origin: number;
  due: number;
  /** The record that the source started with: what arrivals are caused by. */
  cause: number;
  /** The source has made its last. */
  exhausted: boolean;
  revision: number;
}

export interface Volatile {
  alive: boolean;
  lanes: Lane[];
  /** Numbers of lanes to be run on, first come first served. */
  ready: number[];
  /** Number of the last arrival that a lane has taken up: those up to `made` wait. */
  taken: number;
  /** The revision to restart with once no handler is under way, -1 = none. */
  deploying: number;
  /** The clients have been told to close for it. */
  closing: boolean;
  /** Code of the error with which the consumer client has given up, -1 = it has not. */
  fatal: number;
}

/** Codes and reasons as ids. */
export interface Words {
  readonly timeout: number;
  readonly connectionReset: number;
  readonly uniqueViolation: number;
  readonly transient: number;
  readonly permanent: number;
  readonly noHandler: number;
  readonly ignored: number;
  readonly dropped: number;
}

export function internWords(names: Names): Words {
  return {
    timeout: intern(names, 'timeout'),
    connectionReset: intern(names, 'connection reset'),
    uniqueViolation: intern(names, 'unique violation'),
    transient: intern(names, 'transient'),
    permanent: intern(names, 'permanent'),
    noHandler: intern(names, 'no handler'),
    ignored: intern(names, 'ignored'),
    dropped: intern(names, 'dropped by policy'),
  };
}

export interface ServiceParts {
  readonly reader: Reader;
  readonly control: ProcessControl;
  /** Row of the service in the tables. */
  readonly service: number;
  /** Name id of the consumer group, -1 = none. */
  readonly group: number;
  /** How many lanes a producer has; a consumer has one. */
  readonly lanes: number;
  /** µs after which a process that ended by itself is started again; -1 = never. */
  readonly restart: number;
  /** Whether event types without a handler are meant to be passed over. */
  readonly ignore: boolean;
  /** What it runs at first, then what each deploy fault brings. */
  readonly revisions: readonly Revision[];
  /** What drives a producer; null for a consumer. */
  readonly source: Source | null;
}

export interface Place {
  readonly parts: ServiceParts;
  readonly words: Words;
  readonly consumer: ConsumerClient | null;
  readonly producer: ProducerClient | null;
  durable: Durable;
  volatile: Volatile;
}

export function createDurable(): Durable {
  return {
    published: 0,
    transactions: 0,
    tokens: 0,
    made: 0,
    arrivals: createArrivalState(),
    origin: -1,
    due: -1,
    cause: -1,
    exhausted: false,
    revision: 0,
  };
}

/** A process before it starts, or after it died; arrivals that waited are gone with it. */
export function createVolatile(lanes: number, made: number): Volatile {
  const created: Lane[] = [];
  for (let number = 0; number < lanes; number += 1) created.push(createLane(number));
  return { alive: false, lanes: created, ready: [], taken: made, deploying: -1, closing: false, fatal: -1 };
}

export function revisionOf(place: Place): Revision {
  return place.parts.revisions[place.durable.revision] as Revision;
}

export function programOf(place: Place, lane: Lane): Program {
  return revisionOf(place).programs[lane.program] as Program;
}

/** A number that only the answer to what `lane` asks next will carry, in this life of the process or any other. */
export function nextToken(place: Place, lane: Lane): number {
  const { durable } = place;
  durable.tokens += 1;
  const token = durable.tokens * place.volatile.lanes.length + lane.number;
  lane.token = token;
  return token;
}

/** The lane that waits for `token`, or null where nobody does any more. */
export function waiterFor(place: Place, token: number): Lane | null {
  const { lanes } = place.volatile;
  const lane = lanes[token % lanes.length] as Lane;
  return lane.token === token ? lane : null;
}

/** The lane now waits; what comes after its answer is `phase`. */
export function block(
  lane: Lane,
  status: typeof CALLING | typeof PUBLISHING | typeof SETTLING | typeof TIMING,
  phase: number,
): void {
  lane.status = status;
  lane.phase = phase;
}

/** The answer has come: the lane is to be run on from the present record. */
export function wake(place: Place, ctx: Ctx, lane: Lane, code: number, definite: number): void {
  if (lane.timer >= 0) {
    ctx.cancel(lane.timer);
    lane.timer = -1;
  }
  lane.token = -1;
  lane.peer = -1;
  lane.answer = code;
  lane.definite = definite;
  lane.cause = ctx.cause;
  if (lane.status === IDLE || lane.status === READY) return;
  lane.status = READY;
  place.volatile.ready.push(lane.number);
}

export function wakeWith(place: Place, ctx: Ctx, lane: Lane, ended: Ended): void {
  wake(place, ctx, lane, ended.code, ended.definite ? 1 : 0);
}
