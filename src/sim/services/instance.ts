/**
 * One process of a service: an entity that runs handler programs on what its consumer client brings, or on the arrivals
 * of its source, and publishes through its producer client. A crash takes lanes, clients' memory and waiting arrivals;
 * counters stay, so that no id is used twice. What arrives is first told to whom it belongs (client, store's answer,
 * timer), which makes lanes ready; then one loop runs them and takes up new work, however much of it takes no time.
 */
import { nameOf } from '#sim/base/names.ts';
import type { Ctx, Entity } from '#sim/kernel/entity.ts';
import { CRASHED, RESET, RESUMED, START } from '#sim/kernel/entity.ts';
import type { Event } from '#sim/kernel/queue.ts';
import { addItem } from '#sim/messaging/catalog.ts';
import type {
  ConsumerClient,
  ConsumerListener,
  Delivery,
  Ended,
  ProducerListener,
} from '#sim/messaging/client-face.ts';
import { Clients, type ClosableConsumer, type ClosableProducer } from '#sim/services/clients.ts';
import { run } from '#sim/services/interpreter.ts';
import {
  begin,
  CALLING,
  IDLE,
  READY,
  SETTLING,
  takeDelivery,
  TIMING,
  type FoundRow,
  type Lane,
} from '#sim/services/lane.ts';
import {
  ARRIVAL,
  CALL_TIMEOUT,
  CONTINUE,
  createDurable,
  createVolatile,
  DEPLOY,
  ELAPSED,
  internWords,
  revisionOf,
  waiterFor,
  wake,
  wakeWith,
  type Durable,
  type Place,
  type ServiceParts,
  type Volatile,
  type Words,
} from '#sim/services/place.ts';
import type { Program } from '#sim/services/program.ts';
import { arrive, startSource, type Source } from '#sim/services/source.ts';
import { countStart } from '#sim/services/tables.ts';
import { CALL_RESPONSE, STATEMENT_RESPONSE } from '#sim/stores/protocol.ts';
import * as emit from '#sim/trace/emit.ts';

interface InstanceState {
  readonly durable: Durable;
  readonly volatile: Volatile;
  readonly consumer: unknown;
  readonly producer: unknown;
}

export class ServiceInstance implements Entity, Place, ConsumerListener, ProducerListener {
  readonly parts: ServiceParts;
  readonly words: Words;
  private readonly clients = new Clients();
  durable: Durable = createDurable();
  volatile: Volatile;
  private readonly lanes: number;
  /** True while the loop is running or a client is being told something: the loop that runs will see to it. */
  private inside = false;

  constructor(parts: ServiceParts) {
    this.parts = parts;
    this.words = internWords(parts.reader.items.catalog.names);
    this.lanes = parts.source === null ? 1 : parts.lanes;
    this.volatile = createVolatile(this.lanes, 0);
  }

  /**
   * Clients are made with this instance as their listener, then given to it, when the world is built: those of revision
   * 0, and those of each later one that brings other settings.
   */
  connect(consumer: ClosableConsumer | null, producer: ClosableProducer | null, revision = 0): void {
    this.clients.add(revision, consumer, producer);
  }

  get consumer(): ClosableConsumer | null {
    return this.clients.consumer;
  }

  get producer(): ClosableProducer | null {
    return this.clients.producer;
  }

  get state(): unknown {
    return { durable: this.durable, volatile: this.volatile, ...this.clients.state };
  }

  set state(state: unknown) {
    const { durable, volatile, consumer, producer } = state as InstanceState;
    this.durable = durable;
    this.volatile = volatile;
    this.clients.restore(durable.revision, { consumer, producer });
  }

  handle(event: Event, ctx: Ctx): void {
    const { kind } = event;
    if (kind < CONTINUE) return this.lifecycle(kind, event.a, ctx);
    if (!this.volatile.alive) {
      // a dead process takes a new program for its next life, and nothing else
      if (kind === DEPLOY) this.become(event.a);
      return;
    }
    if (kind === CALL_RESPONSE || kind === STATEMENT_RESPONSE) this.answered(event, ctx);
    else if (kind < 64) this.timer(kind, event.a, ctx);
    else this.tellClient(event, ctx);
    if (!this.inside) this.drive(ctx);
  }

  private tellClient(event: Event, ctx: Ctx): void {
    const inside = this.inside;
    this.inside = true;
    this.clients.handle(event, ctx);
    this.inside = inside;
  }

  private lifecycle(kind: number, peer: number, ctx: Ctx): void {
    if (kind === CRASHED) {
      const { deploying } = this.volatile;
      this.volatile = createVolatile(this.lanes, this.durable.made);
      this.clients.crashed();
      if (deploying >= 0) this.become(deploying);
      return;
    }
    if (kind === START) this.volatile.alive = true;
    else if (!this.volatile.alive) return;
    const inside = this.inside;
    this.inside = true;
    if (kind === START) this.start(ctx);
    else if (kind === RESET) this.reset(peer, ctx);
    else if (kind === RESUMED) this.clients.resumed(ctx);
    this.inside = inside;
    if (!inside) this.drive(ctx);
  }

  private become(revision: number): void {
    this.durable.revision = revision;
    this.clients.change(revision);
  }

  private start(ctx: Ctx): void {
    this.clients.start(ctx);
    if (this.parts.source !== null) startSource(this.parts.source, this.durable, ctx);
  }

  /** The connection to `peer` is gone: what was asked of it will not be answered. */
  private reset(peer: number, ctx: Ctx): void {
    const { cause } = ctx;
    this.clients.reset(peer, ctx);
    for (const lane of this.volatile.lanes) {
      if (lane.status !== CALLING || lane.peer !== peer) continue;
      ctx.cause = cause;
      wake(this, ctx, lane, this.words.connectionReset, 0);
    }
  }

  private answered(event: Event, ctx: Ctx): void {
    const lane = waiterFor(this, event.a);
    if (lane === null || lane.status !== CALLING) return;
    if (event.kind === CALL_RESPONSE) lane.answered = true;
    else lane.row = event.data as FoundRow['cells'] | null;
    wake(this, ctx, lane, event.b, event.c);
  }

  private timer(kind: number, a: number, ctx: Ctx): void {
    if (kind === ARRIVAL) return arrive(this.parts.source as Source, this.durable, ctx);
    if (kind === DEPLOY) {
      this.volatile.deploying = a;
      return;
    }
    if (kind !== ELAPSED && kind !== CALL_TIMEOUT) return;
    const lane = waiterFor(this, a);
    if (lane === null) return;
    if (kind === ELAPSED) wake(this, ctx, lane, -1, 1);
    else {
      lane.timer = -1;
      wake(this, ctx, lane, this.words.timeout, 0);
    }
  }

  ready(ctx: Ctx): void {
    if (!this.inside) this.drive(ctx);
  }

  settled(ctx: Ctx, ended: Ended): void {
    const lane = this.volatile.lanes[0] as Lane;
    if (lane.status !== SETTLING) return;
    wakeWith(this, ctx, lane, ended);
    if (!this.inside) this.drive(ctx);
  }

  published(ctx: Ctx, token: number, ended: Ended): void {
    const lane = waiterFor(this, token);
    if (lane === null) return;
    wakeWith(this, ctx, lane, ended);
    if (!this.inside) this.drive(ctx);
  }

  /** An error out of poll() itself, which no handler's policy sees: it ends the program. */
  failed(ctx: Ctx, ended: Ended): void {
    this.volatile.fatal = ended.code;
    if (!this.inside) this.drive(ctx);
  }

  /** Runs what is ready and takes up what waits until nothing is left to do now, a fault strikes, or the process ends. */
  private drive(ctx: Ctx): void {
    this.inside = true;
    const { volatile } = this;
    while (this.volatile === volatile) {
      if (ctx.preempted) {
        ctx.schedule(0, CONTINUE);
        break;
      }
      const lane = this.nextReady();
      if (lane !== null) {
        ctx.cause = lane.cause;
        this.runOn(lane, ctx);
      } else if (volatile.fatal >= 0) {
        const { restart, control, reader } = this.parts;
        control.exit(ctx, nameOf(reader.items.catalog.names, volatile.fatal), restart);
      } else if (!this.takeUp(ctx) && volatile.fatal < 0) break;
    }
    this.inside = false;
  }

  private runOn(lane: Lane, ctx: Ctx): void {
    run(this, lane, ctx);
    // it yields: the record that set the fault off is what it goes on from
    if (lane.status === READY && ctx.preempted && this.volatile.lanes[lane.number] === lane) {
      lane.cause = ctx.cause;
      this.volatile.ready.push(lane.number);
    }
  }

  private nextReady(): Lane | null {
    const { ready, lanes } = this.volatile;
    while (ready.length > 0) {
      const number = ready.length === 1 ? ready.pop() : ready.shift();
      const lane = lanes[number as number] as Lane;
      if (lane.status === READY) return lane;
    }
    return null;
  }

  /** Gives new work to an idle lane and runs it. False where there is none, or nobody to do it. */
  private takeUp(ctx: Ctx): boolean {
    if (this.volatile.deploying >= 0) {
      this.restartWhenIdle(ctx);
      return false;
    }
    return this.parts.source === null ? this.takeDelivery(ctx) : this.takeArrival(this.parts.source, ctx);
  }

  private takeDelivery(ctx: Ctx): boolean {
    const lane = this.volatile.lanes[0] as Lane;
    const { consumer } = this;
    if (lane.status !== IDLE || consumer === null) return false;
    const delivery = consumer.next(ctx);
    if (delivery === null) return false;
    const { catalog } = this.parts.reader.items;
    const { lid } = delivery;
    const revision = revisionOf(this);
    const program = revision.handlers[catalog.events.type.data[lid] as number] ?? -1;
    if (program < 0) {
      this.passOver(delivery, consumer, ctx);
      return true;
    }
    takeDelivery(lane, delivery, ctx.now);
    lane.item = catalog.events.item.data[lid] as number;
    lane.tries = 1;
    const attempt = countStart(this.parts.reader.tables, this.parts.service, lid);
    begin(lane, program, (revision.programs[program] as Program).slots, attempt);
    lane.cause = ctx.cause;
    if (ctx.preempted) this.volatile.ready.push(0);
    else this.runOn(lane, ctx);
    return true;
  }

  private passOver(delivery: Delivery, consumer: ConsumerClient, ctx: Ctx): void {
    const { mid, lid, topic, partition, offset } = delivery;
    const reason = this.parts.ignore ? this.words.ignored : this.words.noHandler;
    emit.skipped(ctx, mid, lid, this.parts.group, reason, topic, partition, offset);
    consumer.finished(ctx);
  }

  private takeArrival(source: Source, ctx: Ctx): boolean {
    const { durable, volatile } = this;
    if (volatile.taken >= durable.made) return false;
    const lane = this.idleLane();
    if (lane === null) return false;
    volatile.taken += 1;
    lane.item = addItem(this.parts.reader.items.catalog, ctx.self, volatile.taken);
    lane.tries = 1;
    const revision = revisionOf(this);
    begin(lane, revision.arrival, (revision.programs[revision.arrival] as Program).slots, 1);
    ctx.cause = durable.cause;
    this.runOn(lane, ctx);
    return true;
  }

  private idleLane(): Lane | null {
    const { lanes } = this.volatile;
    for (let number = 0; number < lanes.length; number += 1) {
      const lane = lanes[number] as Lane;
      if (lane.status === IDLE) return lane;
    }
    return null;
  }

  /** A deployment: the handler under way ends, the clients close, then the process ends and comes back as the new one. */
  private restartWhenIdle(ctx: Ctx): void {
    const { volatile } = this;
    if (volatile.lanes.some((lane) => lane.status !== IDLE)) return;
    if (!volatile.closing) {
      volatile.closing = true;
      this.clients.close(ctx);
    }
    if (this.producer?.busy(ctx.now) !== true) this.parts.control.exit(ctx, 'deploy', 0);
  }

  /** Answers that never come make nobody busy: what is on its way is an event of its own. */
  busy(now: number): boolean {
    for (const lane of this.volatile.lanes) if (lane.status === READY || lane.status === TIMING) return true;
    return this.clients.busy(now);
  }
}
