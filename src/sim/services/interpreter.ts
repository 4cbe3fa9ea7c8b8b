/**
 * Runs a lane from step to step until it waits, yields or ends. Each step is recorded before and after: these are the
 * crash points. A fault that such a record set off strikes before the next step: the lane stays ready and returns, and
 * the process goes on with it in an event of its own, unless the fault has ended the process. No recursion: a program
 * whose steps take no time is one loop.
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import {
  ABANDONED,
  begin,
  CONCLUDE,
  DROPPED,
  EXECUTE,
  FINISH,
  IDLE,
  LEAVE,
  POLICY,
  PUBLISHING,
  READY,
  RECORD_AFTER,
  RECORD_BEFORE,
  SETTLING,
  TIMING,
  TROUBLE,
  TRY_AGAIN,
  UNDONE,
  type Lane,
} from '#sim/services/lane.ts';
import { block, ELAPSED, nextToken, programOf, revisionOf, type Place } from '#sim/services/place.ts';
import type { Backoff, Instruction, OnError } from '#sim/services/program.ts';
import { ask, conclude, execute } from '#sim/services/steps.ts';
import { countStart } from '#sim/services/tables.ts';
import * as emit from '#sim/trace/emit.ts';
import { Outcome, Phase } from '#sim/trace/vocabulary.ts';

/** Runs `lane` on. Afterwards it waits, is idle, or is ready still (it yields); or the process has ended. */
export function run(place: Place, lane: Lane, ctx: Ctx): void {
  const code = programOf(place, lane).code;
  const { group } = place.parts;
  while (lane.status === READY) {
    switch (lane.phase) {
      case RECORD_BEFORE: {
        if (lane.pc >= code.length) {
          lane.outcome = Outcome.ok;
          lane.phase = FINISH;
          break;
        }
        const step = code[lane.pc] as Instruction;
        lane.phase = EXECUTE;
        if (!step.before) break;
        emit.step(ctx, lane.mid, lane.lid, step.point, Phase.before, group, 0, -1);
        if (ctx.preempted) return;
        break;
      }
      case EXECUTE:
        if (execute(place, lane, code[lane.pc] as Instruction, ctx)) break;
        return exit(place, ctx, 'a step failed by ending the process');
      case CONCLUDE:
        conclude(place, lane, code[lane.pc] as Instruction, ctx);
        break;
      case RECORD_AFTER: {
        const step = code[lane.pc] as Instruction;
        const failed = lane.failed;
        if (failed || lane.undo) lane.phase = TROUBLE;
        else {
          lane.phase = RECORD_BEFORE;
          lane.pc = step.next;
        }
        if (!step.after && !failed) break;
        emit.step(ctx, lane.mid, lane.lid, step.point, Phase.after, group, failed ? 1 : 0, lane.code);
        if (ctx.preempted) return;
        break;
      }
      default:
        if (!leave(place, lane, ctx)) return;
    }
  }
}

/** What is not a step: failures and the end. False where the lane must not go on now. */
function leave(place: Place, lane: Lane, ctx: Ctx): boolean {
  switch (lane.phase) {
    case TROUBLE:
      if (lane.transaction === 0 && lane.carriedUntil >= 0) abandon(place, lane, ctx);
      else if (lane.transaction === 0) lane.phase = POLICY;
      else if (lane.code === place.words.connectionReset) lane.phase = UNDONE;
      else rollBack(place, lane, ctx, UNDONE);
      return true;
    case UNDONE:
      lane.transaction = 0;
      lane.undo = false;
      lane.pc = lane.commitAt;
      lane.phase = RECORD_AFTER;
      return true;
    case ABANDONED:
      lane.pc = lane.carriedUntil;
      lane.carriedUntil = -1;
      lane.phase = RECORD_AFTER;
      return true;
    case POLICY:
      return applyPolicy(place, lane, ctx);
    case TRY_AGAIN: {
      lane.tries += 1;
      const again =
        lane.lid < 0 ? lane.tries : countStart(place.parts.reader.tables, place.parts.service, lane.lid);
      begin(lane, lane.program, programOf(place, lane).slots, again);
      return true;
    }
    case DROPPED:
      lane.outcome = lane.answer < 0 ? Outcome.skipped : Outcome.failed;
      lane.phase = FINISH;
      return true;
    case FINISH:
      return finish(place, lane, ctx);
    default:
      if (place.consumer !== null) place.consumer.finished(ctx);
      lane.status = IDLE;
      return true;
  }
}

function rollBack(place: Place, lane: Lane, ctx: Ctx, phase: typeof UNDONE): void {
  const step = programOf(place, lane).code[lane.commitAt] as Instruction;
  ask(place, lane, step, ctx, 'rollback', lane.transaction, phase);
}

/** Aborts the carrier's transaction; how that ends changes nothing, since the step has failed. */
function abandon(place: Place, lane: Lane, ctx: Ctx): void {
  const token = nextToken(place, lane);
  block(lane, PUBLISHING, ABANDONED);
  place.producer?.complete?.(ctx, false, token);
}

/** The handler has ended: says how. */
function finish(place: Place, lane: Lane, ctx: Ctx): boolean {
  lane.phase = LEAVE;
  if (place.consumer === null) return true;
  recordHandled(place, lane, ctx);
  return !ctx.preempted;
}

function recordHandled(place: Place, lane: Lane, ctx: Ctx): void {
  emit.handled(
    ctx,
    lane.mid,
    lane.lid,
    place.parts.group,
    lane.outcome,
    lane.topic,
    lane.partition,
    lane.offset,
    ctx.now - lane.began,
  );
}

/** The program's answer to a failed step. False where the process has ended. */
function applyPolicy(place: Place, lane: Lane, ctx: Ctx): boolean {
  const { onError } = revisionOf(place);
  lane.outcome = Outcome.failed;
  if (lane.tries < onError.deliveries && !lane.permanent) {
    waitBeforeRetry(place, lane, onError, ctx);
    return true;
  }
  switch (onError.then) {
    case 'poll-on':
      lane.phase = FINISH;
      return true;
    case 'crash':
      if (place.consumer !== null) recordHandled(place, lane, ctx);
      exit(place, ctx, 'unhandled error');
      return false;
    case 'seek-back':
      return giveBack(place, lane, ctx, 'seek failed');
    case 'nack':
      return giveBack(place, lane, ctx, 'nack requeue');
    case 'drop':
      drop(place, lane, ctx);
      return true;
  }
}

function waitBeforeRetry(place: Place, lane: Lane, onError: OnError, ctx: Ctx): void {
  const pause = pauseOf(onError.backoff, lane.tries);
  lane.phase = TRY_AGAIN;
  if (pause === 0) return;
  const token = nextToken(place, lane);
  block(lane, TIMING, TRY_AGAIN);
  ctx.schedule(pause, ELAPSED, token);
}

/** The pause after the nth try: `first`, each later one `factor` times as long, at most `max`. */
export function pauseOf(backoff: Backoff, tries: number): number {
  let pause = backoff.first;
  for (let n = 1; n < tries && pause < backoff.max; n += 1) pause *= backoff.factor;
  return Math.min(pause, backoff.max);
}

/** The record is to come again: in the terms of its carrier. */
function giveBack(place: Place, lane: Lane, ctx: Ctx, command: string): boolean {
  const { consumer } = place;
  lane.phase = LEAVE;
  if (consumer === null) return true;
  recordHandled(place, lane, ctx);
  block(lane, SETTLING, LEAVE);
  if (!consumer.command(ctx, command)) lane.status = READY;
  return !ctx.preempted;
}

/** Says that the record is passed over before settling it, so that the commit is not taken for a loss. */
function drop(place: Place, lane: Lane, ctx: Ctx): void {
  const { consumer } = place;
  if (consumer === null) {
    lane.phase = LEAVE;
    return;
  }
  const { mid, lid, topic, partition, offset } = lane;
  emit.skipped(ctx, mid, lid, place.parts.group, place.words.dropped, topic, partition, offset);
  lane.answer = -1;
  block(lane, SETTLING, DROPPED);
  if (!consumer.settle(ctx)) lane.status = READY;
}

function exit(place: Place, ctx: Ctx, reason: string): void {
  place.parts.control.exit(ctx, reason, place.parts.restart);
}
