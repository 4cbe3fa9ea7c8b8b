/**
 * A process on the bus: it listens from its start on, keeps what comes until the program is free, and publishes without
 * hearing anything back. After a broken connection it listens again. Rules: SPEC.md, MEMORY.
 */
import { intern } from '#sim/base/names.ts';
import { LEAVE, LISTEN, LISTEN_AGAIN, MESSAGE, PUBLISH, type ListenData } from '#sim/brokers/memory/bus.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import type { Event } from '#sim/kernel/queue.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import type {
  ConsumerClient,
  ConsumerListener,
  Delivery,
  ProducerClient,
  ProducerListener,
} from '#sim/messaging/client-face.ts';
import * as emit from '#sim/trace/emit.ts';

/** µs until a lost connection is tried again. */
const AGAIN = 2_000_000;

export interface BusConsumerOptions {
  readonly catalog: Catalog;
  readonly bus: number;
  readonly listen: ListenData;
  /** By topic row: name id. */
  readonly topicIds: readonly number[];
  readonly listener: ConsumerListener;
}

interface Received {
  readonly mid: number;
  readonly topic: number;
  readonly offset: number;
  readonly cause: number;
}

interface BusConsumerState {
  running: boolean;
  waiting: boolean;
  buffer: Received[];
}

export class BusConsumer implements ConsumerClient {
  state: BusConsumerState = { running: false, waiting: false, buffer: [] };
  private readonly options: BusConsumerOptions;
  private readonly group: number;

  constructor(options: BusConsumerOptions) {
    this.options = options;
    this.group = intern(options.catalog.names, options.listen.group);
  }

  owns(kind: number): boolean {
    return kind === MESSAGE || kind === LISTEN_AGAIN;
  }

  start(ctx: Ctx): void {
    this.state = { running: true, waiting: false, buffer: [] };
    this.listen(ctx);
  }

  private listen(ctx: Ctx): void {
    ctx.send(this.options.bus, LISTEN, 0, 0, 0, 0, 0, this.options.listen);
  }

  crashed(): void {
    this.state = { running: false, waiting: false, buffer: [] };
  }

  resumed(_ctx: Ctx): void {}

  /** [MEMORY-5] */
  reset(peer: number, ctx: Ctx): void {
    if (peer === this.options.bus && this.state.running) ctx.schedule(AGAIN, LISTEN_AGAIN);
  }

  handle(event: Event, ctx: Ctx): void {
    const { state: s } = this;
    if (!s.running) return;
    if (event.kind === LISTEN_AGAIN) {
      this.listen(ctx);
      return;
    }
    s.buffer.push({ mid: event.a, topic: event.b, offset: event.c, cause: event.d });
    if (!s.waiting) return;
    s.waiting = false;
    this.options.listener.ready(ctx);
  }

  next(ctx: Ctx): Delivery | null {
    const { state: s, options, group } = this;
    const received = s.buffer.shift();
    s.waiting = received === undefined;
    if (received === undefined) return null;
    const { mid, offset, cause } = received;
    const lid = options.catalog.messages.lid.data[mid] as number;
    const topic = options.topicIds[received.topic] as number;
    emit.deliver(ctx, mid, lid, group, topic, 0, offset, 0, 1, cause);
    return { mid, lid, group, topic, partition: 0, offset, generation: 0 };
  }

  /** There is nothing to settle. */
  settle(_ctx: Ctx): boolean {
    return false;
  }

  command(_ctx: Ctx, _command: string): boolean {
    return false;
  }

  finished(_ctx: Ctx): void {}

  close(ctx: Ctx): void {
    ctx.send(this.options.bus, LEAVE);
    this.state.running = false;
  }

  busy(_now: number): boolean {
    return this.state.buffer.length > 0;
  }
}

export interface BusProducerOptions {
  readonly catalog: Catalog;
  readonly bus: number;
  /** By route: topic row, its name id, bytes of an event. */
  readonly routes: readonly { readonly topic: number; readonly name: number; readonly bytes: number }[];
  readonly listener: ProducerListener;
}

export class BusProducer implements ProducerClient {
  state: null = null;
  private readonly options: BusProducerOptions;

  constructor(options: BusProducerOptions) {
    this.options = options;
  }

  owns(_kind: number): boolean {
    return false;
  }

  handle(_event: Event, _ctx: Ctx): void {}

  start(_ctx: Ctx): void {}

  crashed(): void {}

  resumed(_ctx: Ctx): void {}

  reset(_peer: number, _ctx: Ctx): void {}

  /** [MEMORY-3] */
  publish(ctx: Ctx, mid: number, lid: number, route: number, token: number): void {
    const { bus, routes, listener } = this.options;
    const target = routes[route];
    if (target === undefined) return;
    const { topic, name, bytes } = target;
    ctx.send(bus, PUBLISH, mid, topic, 0, 0, bytes, null, bytes);
    emit.confirm(ctx, mid, lid, name, 0, -1, 0);
    if (token >= 0) listener.published(ctx, token, { code: -1, definite: false });
  }

  busy(_now: number): boolean {
    return false;
  }
}
