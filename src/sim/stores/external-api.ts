/**
 * An API that somebody else runs (a card processor, a mail service): operations with a latency, ways to fail that are
 * definite or not, and idempotency keys that are honoured or ignored. Its effects are facts: they go to the trace's
 * ledger (`effect` records) whether or not anybody learns of them. Its state is durable and it has no capacity limit.
 * An honoured idempotency key answers again with the first answer and has no second effect, also while the first is
 * still being worked on (Stripe, "Idempotent requests": results are stored by key; concurrent repeats are refused
 * there with 409, here they wait for the first: said on the page).
 */
import type { SimTime } from '#sim/base/time.ts';
import { intern } from '#sim/base/names.ts';
import { CONSTANT, sample, type CompiledDistribution } from '#sim/kernel/distribution.ts';
import type { Ctx, Entity } from '#sim/kernel/entity.ts';
import type { Event } from '#sim/kernel/queue.ts';
import { chance } from '#sim/kernel/uniform.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import { CALL, CALL_RESPONSE, type CallRequest } from '#sim/stores/protocol.ts';
import * as emit from '#sim/trace/emit.ts';

/** One way to fail; `nth` counts attempts at the operation, `chance` is drawn for each attempt. */
export interface Failure {
  readonly code: string;
  readonly nth: number | null;
  readonly chance: { readonly num: number; readonly den: number } | null;
  readonly definite: boolean;
  /** Whether the effect takes place all the same. */
  readonly happens: boolean;
}

export interface Operation {
  /** `cards.charge` */
  readonly effect: string;
  readonly latency: CompiledDistribution;
  readonly failures: readonly Failure[];
  readonly honoursKeys: boolean;
  /** Rows of the streams of its latency and of its failures. */
  readonly latencyStream: number;
  readonly failureStream: number;
}

interface Answer {
  readonly code: number;
  readonly definite: number;
  readonly effect: number;
}

interface ApiState {
  /** By operation: attempts so far. */
  attempts: number[];
  /** By operation: what each honoured key was answered; null while it is being worked on. */
  answers: Map<number, Answer | null>[];
  /** Callers that wait for the answer to somebody's earlier request with the same key. */
  waiting: { operation: number; key: number; from: number; token: number }[];
}

const DONE = 208;

/** Attempts at one item that have luck of their own before the next call of the program shares it. */
const ATTEMPTS = 65_536;

export class ExternalApi implements Entity {
  state: ApiState;
  private readonly operations: readonly Operation[];
  private readonly effects: readonly number[];
  private readonly codes: readonly (readonly number[])[];
  private readonly factor: (entity: number) => number;

  constructor(catalog: Catalog, operations: readonly Operation[], factor: (entity: number) => number) {
    this.operations = operations;
    this.factor = factor;
    this.effects = operations.map((operation) => intern(catalog.names, operation.effect));
    this.codes = operations.map((operation) =>
      operation.failures.map((way) => intern(catalog.names, way.code)),
    );
    this.state = { attempts: operations.map(() => 0), answers: operations.map(() => new Map()), waiting: [] };
  }

  handle(event: Event, ctx: Ctx): void {
    if (event.kind === CALL) this.receive(event.from, event.a, event.data as CallRequest, ctx);
    else if (event.kind === DONE) this.complete(event.b, event.a, event.data as CallRequest, ctx);
  }

  private receive(from: number, token: number, request: CallRequest, ctx: Ctx): void {
    const operation = this.operations[request.operation] as Operation;
    if (operation.honoursKeys && request.idempotencyKey >= 0) {
      const answers = this.state.answers[request.operation] as Map<number, Answer | null>;
      const known = answers.get(request.idempotencyKey);
      if (known === null) {
        this.state.waiting.push({ operation: request.operation, key: request.idempotencyKey, from, token });
        return;
      }
      if (known !== undefined) {
        ctx.send(from, CALL_RESPONSE, token, known.code, known.definite, known.effect);
        return;
      }
      answers.set(request.idempotencyKey, null);
    }
    const latency = this.latency(operation, request, ctx) * this.factor(ctx.self);
    if (latency === 0) this.complete(from, token, request, ctx);
    else ctx.schedule(Math.floor(latency), DONE, token, from, 0, 0, 0, request);
  }

  private latency(operation: Operation, request: CallRequest, ctx: Ctx): SimTime {
    if (operation.latency.code === CONSTANT) return operation.latency.a;
    const source =
      request.itemN < 0
        ? ctx.random(operation.latencyStream)
        : ctx.randomOf(operation.latencyStream, request.itemOwner, request.itemN, luckOf(request));
    return sample(operation.latency, source);
  }

  private complete(from: number, token: number, request: CallRequest, ctx: Ctx): void {
    const number = request.operation;
    const operation = this.operations[number] as Operation;
    const nth = (this.state.attempts[number] as number) + 1;
    this.state.attempts[number] = nth;
    const way = operation.failures.length === 0 ? -1 : this.failing(operation, nth, request, ctx);
    const failure = way < 0 ? null : (operation.failures[way] as Failure);
    const effect = failure === null || failure.happens ? this.takeEffect(request, ctx) : -1;
    const code = way < 0 ? -1 : ((this.codes[number] as readonly number[])[way] as number);
    const definite = failure === null || failure.definite ? 1 : 0;
    ctx.send(from, CALL_RESPONSE, token, code, definite, effect);
    if (operation.honoursKeys && request.idempotencyKey >= 0)
      this.remember(request, { code, definite, effect }, ctx);
  }

  private takeEffect(request: CallRequest, ctx: Ctx): number {
    const { mid, lid, key, group, actor, attempt, generation, amount, operation } = request;
    const name = this.effects[operation] as number;
    return emit.effect(ctx, mid, lid, name, key, group, actor, attempt, generation, amount);
  }

  /** The first way to fail that applies, in the file's order; -1 = it succeeds. */
  private failing(operation: Operation, nth: number, request: CallRequest, ctx: Ctx): number {
    for (let way = 0; way < operation.failures.length; way += 1) {
      const failure = operation.failures[way] as Failure;
      if (failure.nth !== null) {
        if (failure.nth === nth) return way;
      } else if (failure.chance !== null) {
        const source =
          request.itemN < 0
            ? ctx.random(operation.failureStream)
            : ctx.randomOf(
                operation.failureStream,
                request.itemOwner,
                request.itemN,
                luckOf(request) * 64 + way,
              );
        if (chance(failure.chance.num, failure.chance.den, source)) return way;
      }
    }
    return -1;
  }

  /** A definite failure is forgotten: the same key may try again. */
  private remember(request: CallRequest, answer: Answer, ctx: Ctx): void {
    const answers = this.state.answers[request.operation] as Map<number, Answer | null>;
    if (answer.code >= 0 && answer.definite === 1) answers.delete(request.idempotencyKey);
    else answers.set(request.idempotencyKey, { ...answer, code: -1, definite: 1 });
    const mine = (waiter: ApiState['waiting'][number]): boolean =>
      waiter.operation === request.operation && waiter.key === request.idempotencyKey;
    const waiting = this.state.waiting.filter(mine);
    if (waiting.length === 0) return;
    this.state.waiting = this.state.waiting.filter((waiter) => !mine(waiter));
    for (const waiter of waiting) {
      ctx.send(waiter.from, CALL_RESPONSE, waiter.token, answer.code, answer.definite, answer.effect);
    }
  }
}

/** Which luck an attempt has: the first call of an operation in a program that of its attempt, each later one its own. */
function luckOf(request: CallRequest): number {
  return request.attempt + (request.repeat % 1024) * ATTEMPTS;
}
