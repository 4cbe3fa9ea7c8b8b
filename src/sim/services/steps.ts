/**
 * What each step does: `execute` begins it, and either concludes it at once or leaves the lane waiting; `conclude`
 * says what the answer means for it. Both leave in the lane what comes next. Crash points, order and what a failure
 * leads to are the interpreter's business.
 */
import { assert } from '#sim/base/assert.ts';
import { CONSTANT, sample } from '#sim/kernel/distribution.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import { addEvent, addMessage } from '#sim/messaging/catalog.ts';
import { NO_KEY } from '#sim/messaging/keys.ts';
import type { UNDONE } from '#sim/services/lane.ts';
import {
  CALLING,
  CONCLUDE,
  PUBLISHING,
  READY,
  RECORD_AFTER,
  RECORD_BEFORE,
  SETTLING,
  TIMING,
  TROUBLE,
  type Lane,
} from '#sim/services/lane.ts';
import { block, CALL_TIMEOUT, ELAPSED, nextToken, type Place } from '#sim/services/place.ts';
import * as program from '#sim/services/program.ts';
import type { ColumnSource, Instruction, Publication } from '#sim/services/program.ts';
import { carried, holds, keyFor, luck, readCell, readKey, readNumber } from '#sim/services/reading.ts';
import {
  CALL,
  STATEMENT,
  emptyRequest,
  type ColumnCell,
  type StatementKind,
  type StatementRequest,
} from '#sim/stores/protocol.ts';
import * as emit from '#sim/trace/emit.ts';

/** The step has ended at once: `code` -1 = well. */
function conclusion(lane: Lane, code: number): void {
  lane.code = code;
  lane.failed = code >= 0;
  lane.phase = RECORD_AFTER;
}

/** Begins the step at hand. False where it ends the process (`fail: crash`), which the caller then does. */
export function execute(place: Place, lane: Lane, step: Instruction, ctx: Ctx): boolean {
  switch (step.op) {
    case program.CALL_STEP:
      call(place, lane, step, ctx);
      return true;
    case program.BEGIN_STEP:
      place.durable.transactions += 1;
      lane.opening = place.durable.transactions;
      lane.commitAt = step.target;
      ask(place, lane, step, ctx, 'begin', lane.opening, CONCLUDE);
      return true;
    case program.COMMIT_STEP:
      ask(place, lane, step, ctx, 'commit', lane.transaction, CONCLUDE);
      return true;
    case program.STATEMENT_STEP:
      ask(place, lane, step, ctx, step.statement, lane.transaction, CONCLUDE);
      return true;
    case program.PUBLISH_STEP:
      publish(place, lane, step.publication as Publication, ctx);
      return true;
    case program.SETTLE_STEP:
    case program.COMMAND_STEP:
      command(place, lane, step, ctx);
      return true;
    case program.WORK_STEP:
    case program.WAIT_STEP:
      pass(place, lane, step, ctx);
      return true;
    case program.WHEN_STEP:
      lane.pc =
        step.condition !== null && holds(place.parts.reader, ctx, step.condition, lane)
          ? step.next
          : step.target;
      lane.phase = RECORD_BEFORE;
      return true;
    case program.CARRIER_BEGIN_STEP:
    case program.CARRIER_COMMIT_STEP:
    case program.ENLIST_STEP:
      carrierTransaction(place, lane, step, ctx);
      return true;
    case program.FAIL_STEP:
      return fail(place, lane, step, ctx);
    default:
      conclusion(lane, -1);
      return true;
  }
}

function fail(place: Place, lane: Lane, step: Instruction, ctx: Ctx): boolean {
  if (step.condition !== null && !holds(place.parts.reader, ctx, step.condition, lane)) {
    conclusion(lane, -1);
    return true;
  }
  if (step.failure === 'crash') return false;
  lane.permanent = step.failure === 'permanent';
  conclusion(lane, lane.permanent ? place.words.permanent : place.words.transient);
  return true;
}

function call(place: Place, lane: Lane, step: Instruction, ctx: Ctx): void {
  const { reader, group } = place.parts;
  const { catalog, ownerHash } = reader.items;
  const { items } = catalog;
  const { item } = lane;
  lane.key = step.key === null ? NO_KEY : readKey(reader, ctx, step.key, lane);
  lane.amount = step.amount === null ? 0 : readNumber(reader, ctx, step.amount, lane);
  const request = requestOf(lane);
  request.actor = ctx.self;
  request.mid = lane.mid;
  request.lid = lane.lid;
  request.group = group;
  request.generation = lane.generation;
  request.itemOwner = item < 0 ? 0 : (ownerHash[items.owner.data[item] as number] as number);
  request.itemN = item < 0 ? -1 : (items.n.data[item] as number);
  request.attempt = lane.attempt;
  request.operation = step.row;
  request.key = lane.key;
  request.amount = lane.amount;
  request.repeat = step.repeat;
  request.idempotencyKey =
    step.idempotencyKey === null ? NO_KEY : readKey(reader, ctx, step.idempotencyKey, lane);
  const token = nextToken(place, lane);
  lane.peer = step.store;
  block(lane, CALLING, CONCLUDE);
  if (step.timeout >= 0) lane.timer = ctx.schedule(step.timeout, CALL_TIMEOUT, token);
  ctx.send(step.store, CALL, token, 0, 0, 0, 0, request);
}

/** What a lane asks with: its last request, unless that may still be on its way to somebody. */
function requestOf(lane: Lane): NonNullable<Lane['request']> {
  if (lane.request === null || !lane.answered) lane.request = emptyRequest();
  lane.answered = false;
  return lane.request;
}

/** Sends a statement and waits for its answer, which `phase` will look at. */
export function ask(
  place: Place,
  lane: Lane,
  step: Instruction,
  ctx: Ctx,
  statement: StatementKind,
  transaction: number,
  phase: typeof CONCLUDE | typeof UNDONE,
): void {
  const token = nextToken(place, lane);
  const writes = phase === CONCLUDE && step.op === program.STATEMENT_STEP;
  const request = statementOf(place, lane, step, ctx, statement, transaction, writes);
  const store = writes ? step.store : lane.transaction === 0 ? step.store : lane.database;
  if (statement === 'begin') lane.database = store;
  lane.peer = store;
  lane.row = null;
  block(lane, CALLING, phase);
  ctx.send(store, STATEMENT, token, 0, 0, 0, 0, request);
}

function statementOf(
  place: Place,
  lane: Lane,
  step: Instruction,
  ctx: Ctx,
  statement: StatementKind,
  transaction: number,
  writes: boolean,
): StatementRequest {
  const { reader, group } = place.parts;
  const { catalog, ownerHash } = reader.items;
  const { items } = catalog;
  const { item } = lane;
  if (writes) lane.key = step.key === null ? NO_KEY : readKey(reader, ctx, step.key, lane);
  return {
    actor: ctx.self,
    mid: lane.mid,
    lid: lane.lid,
    group,
    generation: lane.generation,
    itemOwner: item < 0 ? 0 : (ownerHash[items.owner.data[item] as number] as number),
    itemN: item < 0 ? -1 : (items.n.data[item] as number),
    attempt: lane.attempt,
    statement,
    transaction,
    table: writes ? step.row : -1,
    key: writes ? lane.key : NO_KEY,
    set: writes ? cells(place, lane, step.set, ctx) : [],
    add: writes ? amounts(place, lane, step.add, ctx) : [],
    otherwise: writes ? step.otherwise : 'fail',
  };
}

function cells(
  place: Place,
  lane: Lane,
  columns: readonly ColumnSource[],
  ctx: Ctx,
): (readonly [string, ColumnCell])[] {
  return columns.map(({ column, from }) => [column, readCell(place.parts.reader, ctx, from, lane)] as const);
}

function amounts(
  place: Place,
  lane: Lane,
  columns: readonly ColumnSource[],
  ctx: Ctx,
): (readonly [string, number])[] {
  return columns.map(
    ({ column, from }) => [column, readNumber(place.parts.reader, ctx, from, lane)] as const,
  );
}

/** Announces a new event: a fact of its own with an id of its own, whatever becomes of its message. */
function publish(place: Place, lane: Lane, publication: Publication, ctx: Ctx): void {
  const { producer, durable } = place;
  const { reader } = place.parts;
  const { catalog } = reader.items;
  assert(producer !== null, '[SERVICE-1] a publish step in a service without a producer client');
  durable.published += 1;
  const { type, topic, fields, key: template } = publication;
  const lid = addEvent(catalog, type, ctx.self, durable.published, NO_KEY, lane.item, lane.lid);
  if (fields.length > 0 || reader.tables.state.fields.has(lane.lid))
    carry(place, lane, publication, lid, ctx);
  const key = template === null ? NO_KEY : keyFor(reader, ctx, template, lane, lid, lane.item);
  catalog.events.key.data[lid] = key;
  const mid = addMessage(catalog, lid, 0);
  const { confirmed } = publication;
  const seq = emit.produce(ctx, mid, lid, topic, key, type, lane.lid, confirmed ? 1 : 0);
  catalog.events.produced.data[lid] = seq;
  if (!confirmed) {
    conclusion(lane, -1);
    producer.publish(ctx, mid, lid, publication.route, -1);
    if (producer.blocked !== undefined && producer.blocked()) awaitReturn(place, lane);
    return;
  }
  const token = nextToken(place, lane);
  block(lane, PUBLISHING, CONCLUDE);
  producer.publish(ctx, mid, lid, publication.route, token);
}

/** Nobody asks what became of the record, but the call has not returned: the program stands still. */
function awaitReturn(place: Place, lane: Lane): void {
  const token = nextToken(place, lane);
  block(lane, PUBLISHING, CONCLUDE);
  place.producer?.awaitReturn?.(token);
}

/** Writes down what the new event carries other than its item's own values. */
function carry(place: Place, lane: Lane, publication: Publication, lid: number, ctx: Ctx): void {
  const { reader } = place.parts;
  const own = new Map<number, ColumnCell>();
  for (const field of publication.inherited) {
    const cell = carried(reader, lane.lid, field);
    if (cell !== undefined) own.set(field, cell);
  }
  for (const { field, from } of publication.fields) own.set(field, readCell(reader, ctx, from, lane));
  if (own.size > 0) reader.tables.state.fields.set(lid, own);
}

/** The family's own words for being done: the client may know at once or only later. */
function command(place: Place, lane: Lane, step: Instruction, ctx: Ctx): void {
  const { consumer } = place;
  assert(consumer !== null, '[SERVICE-2] a consumer step in a service without a consumer client');
  block(lane, SETTLING, CONCLUDE);
  const waits = step.op === program.SETTLE_STEP ? consumer.settle(ctx) : consumer.command(ctx, step.command);
  if (waits) return;
  lane.status = READY;
  conclusion(lane, -1);
}

/** Begins the carrier's transaction, has the delivery in hand settled by it, or commits it. */
function carrierTransaction(place: Place, lane: Lane, step: Instruction, ctx: Ctx): void {
  const { consumer, producer } = place;
  assert(producer !== null, '[SERVICE-1] a transaction in a service without a producer client');
  const token = nextToken(place, lane);
  block(lane, PUBLISHING, CONCLUDE);
  if (step.op === program.CARRIER_BEGIN_STEP) producer.begin?.(ctx, token);
  else if (step.op === program.CARRIER_COMMIT_STEP) producer.complete?.(ctx, true, token);
  else producer.enlist?.(ctx, consumer?.settlement?.(ctx) ?? null, token);
}

/** Work takes longer in a slow process, waiting does not. */
function pass(place: Place, lane: Lane, step: Instruction, ctx: Ctx): void {
  const { time } = step;
  let span = 0;
  if (time !== null) {
    span = time.code === CONSTANT ? time.a : sample(time, luck(place.parts.reader, ctx, step.stream, lane));
    if (step.op === program.WORK_STEP) span = Math.floor(span * place.parts.control.factor(ctx.self));
  }
  if (span === 0) return conclusion(lane, -1);
  const token = nextToken(place, lane);
  block(lane, TIMING, CONCLUDE);
  ctx.schedule(span, ELAPSED, token);
}

/** What the answer means for the step at hand. */
export function conclude(place: Place, lane: Lane, step: Instruction, ctx: Ctx): void {
  const code = lane.answer;
  switch (step.op) {
    case program.CALL_STEP:
      emit.call(
        ctx,
        lane.mid,
        lane.lid,
        step.effect,
        lane.key,
        ctx.self,
        lane.attempt,
        code,
        lane.definite,
        lane.amount,
      );
      break;
    case program.BEGIN_STEP:
      if (code < 0) lane.transaction = lane.opening;
      else lane.pc = step.target;
      break;
    case program.COMMIT_STEP:
      lane.transaction = 0;
      break;
    case program.CARRIER_BEGIN_STEP:
      if (code < 0) lane.carriedUntil = step.target;
      else lane.pc = step.target;
      break;
    case program.CARRIER_COMMIT_STEP:
      conclusion(lane, code);
      // a commit that failed leaves the abort to be done before the step ends
      if (code < 0) lane.carriedUntil = -1;
      else lane.phase = TROUBLE;
      return;
    case program.STATEMENT_STEP:
      return concludeStatement(place, lane, step, code);
  }
  conclusion(lane, code);
}

function concludeStatement(place: Place, lane: Lane, step: Instruction, code: number): void {
  if (step.statement === 'read' && code < 0) {
    lane.rows[step.slot] = lane.row === null ? null : { key: lane.key, cells: lane.row };
  }
  lane.row = null;
  conclusion(lane, code);
  if (code !== place.words.uniqueViolation || step.otherwise !== 'rollback') return;
  lane.failed = false;
  lane.undo = lane.transaction !== 0;
}
