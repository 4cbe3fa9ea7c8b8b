/**
 * One function a kind: the only way in which rooms write records, so that each field has a name where it is written.
 * Every function returns the record's seq and leaves it as `ctx.cause`. `cause` and `also` default to the current
 * cause and none; names are ids in the catalog's table. What the fields mean stands in trace/vocabulary and, for
 * users, in the curriculum's invariants.
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import { Kind } from '#sim/trace/vocabulary.ts';

export * from '#sim/trace/emit-broker.ts';
export * from '#sim/trace/emit-growth.ts';

/** A client announces an event: the first thing that is known of it. `wait` 1 = the program waits for the confirm. */
export function produce(
  ctx: Ctx,
  mid: number,
  lid: number,
  topic: number,
  key: number,
  type: number,
  parent: number,
  wait: number,
): number {
  return ctx.record(Kind.produce, mid, lid, topic, key, type, parent, wait, 0, 0, -1, -1);
}

/** The client learns that the broker has it. `duplicate` 1 = acknowledged as already written. */
export function confirm(
  ctx: Ctx,
  mid: number,
  lid: number,
  topic: number,
  partition: number,
  offset: number,
  duplicate: number,
  cause = -1,
): number {
  return ctx.record(Kind.confirm, mid, lid, topic, partition, offset, duplicate, 0, 0, 0, cause, -1);
}

/** The client gives a publish up. `definite` 1 = it was certainly not written. */
export function refuse(
  ctx: Ctx,
  mid: number,
  lid: number,
  topic: number,
  code: number,
  definite: number,
  cause = -1,
): number {
  return ctx.record(Kind.refuse, mid, lid, topic, code, definite, 0, 0, 0, 0, cause, -1);
}

/**
 * The broker writes a record at an offset. `cause` is normally the `produce`. `transaction` is 0 outside of one, else the
 * producer id + 1: the producer's next marker in the partition says what became of it.
 */
export function append(
  ctx: Ctx,
  mid: number,
  lid: number,
  topic: number,
  partition: number,
  offset: number,
  key: number,
  epoch: number,
  cause = -1,
  also = -1,
  transaction = 0,
): number {
  return ctx.record(Kind.append, mid, lid, topic, partition, offset, key, epoch, transaction, 0, cause, also);
}

/** The broker recognises a resend and does not write it again. */
export function duplicate(
  ctx: Ctx,
  mid: number,
  lid: number,
  topic: number,
  partition: number,
  offset: number,
  cause = -1,
): number {
  return ctx.record(Kind.duplicate, mid, lid, topic, partition, offset, 0, 0, 0, 0, cause, -1);
}

/** A handler is given a record. `cause` is the append, `also` the position record that made it be read. `delivery` counts from 1 within this consumer process, 0 = unknown. */
export function deliver(
  ctx: Ctx,
  mid: number,
  lid: number,
  group: number,
  topic: number,
  partition: number,
  offset: number,
  generation: number,
  delivery: number,
  cause = -1,
  also = -1,
): number {
  return ctx.record(
    Kind.deliver,
    mid,
    lid,
    group,
    topic,
    partition,
    offset,
    generation,
    delivery,
    0,
    cause,
    also,
  );
}

/** A named step of a handler begins (phase 0) or ends (phase 1). `failed` 1 with `code` where it ended in failure. */
export function step(
  ctx: Ctx,
  mid: number,
  lid: number,
  name: number,
  phase: number,
  group: number,
  failed: number,
  code: number,
): number {
  return ctx.record(Kind.step, mid, lid, name, phase, group, failed, code, 0, 0, -1, -1);
}

/** An effect on the outside world took place: a fact, whether or not anybody learns of it. */
export function effect(
  ctx: Ctx,
  mid: number,
  lid: number,
  name: number,
  key: number,
  group: number,
  actor: number,
  attempt: number,
  generation: number,
  amount: number,
): number {
  return ctx.record(Kind.effect, mid, lid, name, key, group, actor, attempt, generation, amount, -1, -1);
}

/** A caller learns how its call ended: `code` -1 = succeeded; `definite` 0 = it may have taken place. */
export function call(
  ctx: Ctx,
  mid: number,
  lid: number,
  name: number,
  key: number,
  actor: number,
  attempt: number,
  code: number,
  definite: number,
  amount: number,
): number {
  return ctx.record(Kind.call, mid, lid, name, key, actor, attempt, code, definite, amount, -1, -1);
}

/** The end of a handler, whatever it did (Outcome). `took` is the time since it was given the record, in µs. */
export function handled(
  ctx: Ctx,
  mid: number,
  lid: number,
  group: number,
  outcome: number,
  topic: number,
  partition: number,
  offset: number,
  took: number,
): number {
  return ctx.record(Kind.handled, mid, lid, group, outcome, topic, partition, offset, 0, took, -1, -1);
}

/** A record that no handler of the service names; `reason` says whether the service declared that it ignores it. */
export function skipped(
  ctx: Ctx,
  mid: number,
  lid: number,
  group: number,
  reason: number,
  topic: number,
  partition: number,
  offset: number,
  cause = -1,
): number {
  return ctx.record(Kind.skipped, mid, lid, group, reason, topic, partition, offset, 0, 0, cause, -1);
}

/** The coordinator stores a committed offset: the offset of the next record to read. */
export function commit(
  ctx: Ctx,
  group: number,
  topic: number,
  partition: number,
  offset: number,
  member: number,
  generation: number,
  cause = -1,
): number {
  return ctx.record(Kind.commit, -1, -1, group, topic, partition, offset, member, generation, 0, cause, -1);
}

export function commitRefused(
  ctx: Ctx,
  group: number,
  code: number,
  member: number,
  generation: number,
  current: number,
): number {
  return ctx.record(Kind.commitRefused, -1, -1, group, code, member, generation, current, 0, 0, -1, -1);
}

/** A consumer's in-memory position is set other than by reading on: on assignment, reset or seek. */
export function position(
  ctx: Ctx,
  group: number,
  topic: number,
  partition: number,
  offset: number,
  reason: number,
  from: number,
  cause = -1,
  also = -1,
): number {
  return ctx.record(Kind.position, -1, -1, group, topic, partition, offset, reason, from, 0, cause, also);
}

/** The partition belongs to `member` from now on, in its own belief (recorded by the member). */
export function assign(
  ctx: Ctx,
  group: number,
  topic: number,
  partition: number,
  member: number,
  generation: number,
): number {
  return ctx.record(Kind.assign, -1, -1, group, topic, partition, member, generation, 0, 0, -1, -1);
}

export function revoke(
  ctx: Ctx,
  group: number,
  topic: number,
  partition: number,
  member: number,
  generation: number,
  reason: number,
): number {
  return ctx.record(Kind.revoke, -1, -1, group, topic, partition, member, generation, reason, 0, -1, -1);
}

/** A statement takes place in a database; within a transaction it counts from its commit on. `transaction` 0 = none. */
export function database(
  ctx: Ctx,
  mid: number,
  lid: number,
  operation: number,
  table: number,
  key: number,
  transaction: number,
  actor: number,
  version: number,
): number {
  return ctx.record(Kind.database, mid, lid, operation, table, key, transaction, actor, version, 0, -1, -1);
}

export function transaction(
  ctx: Ctx,
  mid: number,
  lid: number,
  state: number,
  number: number,
  actor: number,
  code: number,
): number {
  return ctx.record(Kind.transaction, mid, lid, state, number, actor, code, 0, 0, 0, -1, -1);
}

/** A packet leaves; `arrives` is when it gets there (or would have). Written by the network alone. */
export function send(
  ctx: Ctx,
  to: number,
  packet: number,
  verdict: number,
  rule: number,
  arrives: number,
): number {
  return ctx.record(Kind.send, -1, -1, to, packet, verdict, rule, 0, 0, arrives, -1, -1);
}

/** A process changes (ProcessState); `back` = when it comes back, 0 = unknown or does not apply. */
export function process(ctx: Ctx, state: number, reason: number, factor: number, back: number): number {
  return ctx.record(Kind.process, -1, -1, state, reason, factor, 0, 0, 0, back, -1, -1);
}

/** A fault of the file begins (`active` 1) or is healed (0). */
export function fault(
  ctx: Ctx,
  number: number,
  active: number,
  kind: number,
  target: number,
  cause = -1,
): number {
  return ctx.record(Kind.fault, -1, -1, number, active, kind, target, 0, 0, 0, cause, -1);
}

/** A protocol machine goes from one state to another on an event. `subject` = the group, saga … that it belongs to. */
export function machine(
  ctx: Ctx,
  name: number,
  from: number,
  event: number,
  to: number,
  subject: number,
  generation: number,
): number {
  return ctx.record(Kind.machine, -1, -1, name, from, event, to, subject, generation, 0, -1, -1);
}

/** The coordinator's membership changes: joined, rejoined, left, expired, fenced. `also` = the crash behind an expiry. */
export function member(
  ctx: Ctx,
  group: number,
  entity: number,
  change: number,
  generation: number,
  code: number,
  also = -1,
): number {
  return ctx.record(Kind.member, -1, -1, group, entity, change, generation, code, 0, 0, -1, also);
}

/** A client sends a publish again. */
export function retry(
  ctx: Ctx,
  mid: number,
  lid: number,
  topic: number,
  partition: number,
  code: number,
  attempt: number,
): number {
  return ctx.record(Kind.retry, mid, lid, topic, partition, code, attempt, 0, 0, 0, -1, -1);
}

/** A source of arrivals starts (1) or has made its last (0). */
export function source(ctx: Ctx, running: number, made: number): number {
  return ctx.record(Kind.source, -1, -1, running, made, 0, 0, 0, 0, 0, -1, -1);
}
