/**
 * What a handler program needs of a broker, whatever its family: the client face. Each family's client models
 * implement it; services know nothing deeper. A client lives inside its service's entity (one process, as a library
 * does) and is given the events in its own range of kinds. Optional members came later: a family has them or not.
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import type { Event } from '#sim/kernel/queue.ts';

/** One record, message or entry that a handler is to work on. */
export interface Delivery {
  readonly mid: number;
  readonly lid: number;
  /** Name ids; group -1 where the family has none. */
  readonly group: number;
  readonly topic: number;
  readonly partition: number;
  readonly offset: number;
  readonly generation: number;
}

/** How a request of the program to its client ended. `code` is a name id, -1 = it went well. */
export interface Ended {
  readonly code: number;
  /** False where nobody on this side can know whether it took place. */
  readonly definite: boolean;
}

/** What a client tells its service. */
export interface ConsumerListener {
  /** Something can be taken by `next` now. */
  ready(ctx: Ctx): void;
  /** The settle, commit or seek that the program waits for has ended. */
  settled(ctx: Ctx, ended: Ended): void;
  /** The client has given up and says why (Kafka: poll() throws); nothing will become ready any more. */
  failed?(ctx: Ctx, ended: Ended): void;
}

export interface ProducerListener {
  /** The publish that the program waits for (token) has ended. */
  published(ctx: Ctx, token: number, ended: Ended): void;
}

export interface ConsumerClient {
  /** Whether an event's kind belongs to this client. */
  owns(kind: number): boolean;
  handle(event: Event, ctx: Ctx): void;
  start(ctx: Ctx): void;
  /** The process died: volatile state is gone. */
  crashed(): void;
  /** The process goes on after a pause. */
  resumed(ctx: Ctx): void;
  /** The connection to the process of `peer` is gone. */
  reset(peer: number, ctx: Ctx): void;
  /** The next delivery, recorded as such, or null: then `ready` will be called when there is one. Called only when the handler of the last one has ended: the program is one thread. */
  next(ctx: Ctx): Delivery | null;
  /** Done with the delivery in hand, in the terms of the carrier. Returns true where the program must wait for `settled`. */
  settle(ctx: Ctx): boolean;
  /** A family's own word (`commit positions`, `commit async`, `seek failed`, …); true where the program must wait. */
  command(ctx: Ctx, command: string): boolean;
  /** Being done with the delivery in hand, as something that the producer's transaction can take in (`enlist`). */
  settlement?(ctx: Ctx): unknown;
  /** The handler of the delivery in hand has ended. */
  finished(ctx: Ctx): void;
  /** An orderly end, before the process stops: says goodbye to the broker. Nothing needs to be waited for. */
  close?(ctx: Ctx): void;
  busy(now: number): boolean;
  state: unknown;
}

export interface ProducerClient {
  owns(kind: number): boolean;
  handle(event: Event, ctx: Ctx): void;
  start(ctx: Ctx): void;
  crashed(): void;
  resumed(ctx: Ctx): void;
  reset(peer: number, ctx: Ctx): void;
  /** Hands an announced event (its produce record already written) to the client. `token` >= 0: tell the listener when it has ended; -1: nobody waits. */
  publish(ctx: Ctx, mid: number, lid: number, route: number, token: number): void;
  /**
   * Whether the program is blocked in the publish that it has just made with token -1 (Kafka: buffer.memory is full); the
   * listener is told when it returns, by the token that it is given then.
   */
  blocked?(): boolean;
  awaitReturn?(token: number): void;
  /**
   * A transaction of the carrier's own, which publishes belong to from `begin` to `complete`; each call tells the listener
   * (token) how it ended. `enlist` makes a settlement part of it.
   */
  begin?(ctx: Ctx, token: number): void;
  enlist?(ctx: Ctx, settlement: unknown, token: number): void;
  complete?(ctx: Ctx, commit: boolean, token: number): void;
  /** An orderly end: what is buffered leaves at once; it is over when `busy` is false. */
  close?(ctx: Ctx): void;
  busy(now: number): boolean;
  state: unknown;
}
