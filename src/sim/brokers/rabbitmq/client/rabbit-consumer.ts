/**
 * A channel consumer in its process: the library takes deliveries off the socket as they come and keeps them until the
 * program is free, so what it holds is up to the prefetch, and without one, or under automatic acknowledgement, the
 * whole queue. A crash loses what it holds: unacknowledged messages come again, acknowledged ones never. After a broken
 * connection deliveries of the old channel are dropped and cannot be acknowledged any more. Rules: SPEC.md.
 */
import { assert } from '#sim/base/assert.ts';
import { intern } from '#sim/base/names.ts';
import {
  bareKind,
  beat,
  closedConnection,
  connect,
  disconnected,
  opened,
  say,
  type ConnectionParts,
  type ConnectionState,
} from '#sim/brokers/rabbitmq/client/connection.ts';
import type { FieldTable } from '#sim/brokers/rabbitmq/config/field-table.ts';
import type { Method } from '#sim/brokers/rabbitmq/methods.ts';
import * as protocol from '#sim/brokers/rabbitmq/protocol.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import type { Event } from '#sim/kernel/queue.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import type { ConsumerClient, ConsumerListener, Delivery } from '#sim/messaging/client-face.ts';
import * as emit from '#sim/trace/emit.ts';

export interface RabbitConsumerOptions {
  readonly catalog: Catalog;
  readonly node: number;
  readonly queue: string;
  readonly prefetch: number;
  readonly noAck: boolean;
  readonly exclusive: boolean;
  readonly args: FieldTable;
  readonly listener: ConsumerListener;
  /** µs */
  readonly recovery: number;
  readonly heartbeat: number;
}

interface Buffered {
  readonly mid: number;
  readonly lid: number;
  readonly seq: number;
  readonly deliveryTag: number;
  readonly redelivered: boolean;
  readonly channel: number;
  readonly appended: number;
  readonly acquired: number;
}

interface RabbitConsumerState {
  connection: ConnectionState;
  buffer: Buffered[];
  /** What the handler works on. */
  hand: Buffered | null;
  settled: boolean;
  /** The program waits for `ready`. */
  waiting: boolean;
}

function emptyConsumer(): RabbitConsumerState {
  return { connection: closedConnection(), buffer: [], hand: null, settled: false, waiting: false };
}

/** [RABBIT-CLIENT-2] qos first, then consume: a window holds from the first delivery on. */
function subscription({ queue, prefetch, noAck, exclusive, args }: RabbitConsumerOptions): Method[] {
  const consumerTag = 'consumer';
  return [
    { method: 'basic.qos', prefetchCount: prefetch, global: false },
    { method: 'basic.consume', queue, consumerTag, noAck, exclusive, args },
  ];
}

export class RabbitConsumer implements ConsumerClient {
  state: RabbitConsumerState = emptyConsumer();
  private readonly options: RabbitConsumerOptions;
  private readonly parts: ConnectionParts;
  private readonly queueId: number;

  constructor(options: RabbitConsumerOptions) {
    const { node, recovery, heartbeat, catalog, queue } = options;
    this.options = options;
    this.parts = { node, recovery, heartbeat, role: protocol.CONSUMING, methods: subscription(options) };
    this.queueId = intern(catalog.names, queue);
  }

  owns(kind: number): boolean {
    return protocol.isForRole(kind, protocol.CONSUMING);
  }

  start(ctx: Ctx): void {
    this.crashed();
    this.state.connection.running = true;
    connect(this.parts, this.state.connection, ctx);
  }

  crashed(): void {
    this.state = emptyConsumer();
  }

  resumed(_ctx: Ctx): void {}

  reset(peer: number, ctx: Ctx): void {
    if (peer === this.parts.node && this.state.connection.running) this.lost(ctx);
  }

  /** What is buffered came over a channel that is gone: the broker gives it to somebody again. */
  private lost(ctx: Ctx, refused = false): void {
    this.state.buffer = [];
    disconnected(this.parts, this.state.connection, ctx, refused);
  }

  handle(event: Event, ctx: Ctx): void {
    const { state: s, parts } = this;
    const { connection } = s;
    if (!connection.running) return;
    switch (bareKind(parts, event.kind)) {
      case protocol.OPENED:
        opened(connection, event.a, ctx);
        return;
      case protocol.DELIVER:
        this.take(event, ctx);
        return;
      case protocol.CLOSED:
        this.lost(ctx, protocol.TURNED_AWAY.has((event.data as protocol.ClosedData).code));
        return;
      case protocol.CANCEL:
        this.lost(ctx);
        return;
      case protocol.HEARTBEAT:
        connection.heardAt = ctx.now;
        return;
      case protocol.RECONNECT:
      case protocol.RECONNECT_IDLE:
        connect(parts, connection, ctx);
        return;
      case protocol.CLIENT_BEAT:
        if (!beat(parts, connection, ctx)) this.lost(ctx);
        return;
    }
  }

  private take(event: Event, ctx: Ctx): void {
    const { state: s } = this;
    const { connection } = s;
    if (event.a !== connection.channel) return;
    connection.heardAt = ctx.now;
    const { mid, lid, seq, redelivered, appended, acquired } = event.data as protocol.DeliverData;
    s.buffer.push({
      mid,
      lid,
      seq,
      redelivered,
      appended,
      acquired,
      deliveryTag: event.b,
      channel: event.a,
    });
    if (!s.waiting) return;
    s.waiting = false;
    this.options.listener.ready(ctx);
  }

  next(ctx: Ctx): Delivery | null {
    const { state: s, queueId } = this;
    const hand = s.buffer.shift();
    if (hand === undefined) {
      s.waiting = true;
      return null;
    }
    s.waiting = false;
    s.hand = hand;
    s.settled = this.options.noAck;
    const { mid, lid, seq, redelivered, appended, acquired } = hand;
    const delivery = redelivered ? 0 : 1;
    emit.deliver(ctx, mid, lid, queueId, queueId, 0, seq, 0, delivery, appended, acquired);
    return { mid, lid, group: queueId, topic: queueId, partition: 0, offset: seq, generation: 0 };
  }

  /** [RABBIT-CLIENT-3] An acknowledgement is sent and not answered: the program goes on at once. */
  settle(ctx: Ctx): boolean {
    this.say(ctx, 'ack', false);
    return false;
  }

  command(ctx: Ctx, command: string): boolean {
    const words = ['nack requeue', 'nack drop', 'reject requeue', 'reject drop'];
    assert(words.includes(command), `[RABBIT-CLIENT-4] a RabbitMQ consumer has no command ${command}`);
    this.say(ctx, 'nack', command.endsWith('requeue'));
    return false;
  }

  private say(ctx: Ctx, what: 'ack' | 'nack', requeue: boolean): void {
    const { state: s, parts } = this;
    const { hand, connection } = s;
    if (hand === null || s.settled || hand.channel !== connection.channel) return;
    s.settled = true;
    const { deliveryTag } = hand;
    const method: Method =
      what === 'ack'
        ? { method: 'basic.ack', deliveryTag, multiple: false }
        : { method: 'basic.nack', deliveryTag, multiple: false, requeue };
    say(parts, connection, ctx, method);
  }

  finished(_ctx: Ctx): void {
    this.state.hand = null;
  }

  close(ctx: Ctx): void {
    const { connection } = this.state;
    if (!connection.running) return;
    ctx.send(this.parts.node, protocol.CLOSE, this.parts.role);
    connection.running = false;
    this.state.buffer = [];
  }

  busy(_now: number): boolean {
    return this.state.buffer.length > 0;
  }
}
