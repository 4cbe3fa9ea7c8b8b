/**
 * A publishing channel in its process: publishes go out as they come, with confirms if so configured, and nothing is
 * sent again by itself. A broken connection leaves what was not confirmed unknown. Before the first connection is open
 * publishes wait; later, while it is being recovered, they fail at once. Rules: SPEC.md, RABBIT-CLIENT.
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
import * as protocol from '#sim/brokers/rabbitmq/protocol.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import type { Event } from '#sim/kernel/queue.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import type { ProducerClient, ProducerListener } from '#sim/messaging/client-face.ts';
import { keyText } from '#sim/messaging/keys.ts';
import * as emit from '#sim/trace/emit.ts';

export interface RabbitRoute {
  readonly exchange: string;
  /** What the trace calls it. */
  readonly label: string;
  /** Pieces of the routing key, between which the event's key stands. */
  readonly routingKey: readonly string[];
  readonly mandatory: boolean;
  readonly properties: FieldTable;
  readonly bytes: number;
}

export interface RabbitProducerOptions {
  readonly catalog: Catalog;
  readonly node: number;
  readonly routes: readonly RabbitRoute[];
  readonly confirms: boolean;
  readonly listener: ProducerListener;
  /** µs */
  readonly recovery: number;
  readonly heartbeat: number;
}

interface Sent {
  readonly mid: number;
  readonly lid: number;
  readonly route: number;
  /** -1 = nobody waits. */
  readonly token: number;
  /** basic.return came for it. */
  returned: boolean;
}

interface RabbitProducerState {
  connection: ConnectionState;
  /** Not sent yet: the first connection is being opened. */
  waiting: Sent[];
  /** By sequence number on the channel. */
  unconfirmed: Map<number, Sent>;
  nextSeq: number;
  blocked: boolean;
}

function emptyProducer(): RabbitProducerState {
  const connection = closedConnection();
  return { connection, waiting: [], unconfirmed: new Map(), nextSeq: 1, blocked: false };
}

const CODES = ['connection reset', 'connection closed', 'basic.nack', 'NO_ROUTE'] as const;

export class RabbitProducer implements ProducerClient {
  state: RabbitProducerState = emptyProducer();
  private readonly options: RabbitProducerOptions;
  private readonly parts: ConnectionParts;
  /** By route: name id of its label. */
  private readonly labels: readonly number[];
  private readonly codes: ReadonlyMap<string, number>;

  constructor(options: RabbitProducerOptions) {
    const { node, recovery, heartbeat, catalog, confirms, routes } = options;
    this.options = options;
    const methods = confirms ? [{ method: 'confirm.select' } as const] : [];
    this.parts = { node, recovery, heartbeat, role: protocol.PUBLISHING, methods };
    this.labels = routes.map(({ label }) => intern(catalog.names, label));
    this.codes = new Map(CODES.map((code) => [code, intern(catalog.names, code)]));
  }

  owns(kind: number): boolean {
    return protocol.isForRole(kind, protocol.PUBLISHING);
  }

  start(ctx: Ctx): void {
    this.crashed();
    this.state.connection.running = true;
    connect(this.parts, this.state.connection, ctx);
  }

  crashed(): void {
    this.state = emptyProducer();
  }

  resumed(_ctx: Ctx): void {}

  reset(peer: number, ctx: Ctx): void {
    if (peer === this.parts.node && this.state.connection.running) this.lost(ctx, 'connection reset');
  }

  handle(event: Event, ctx: Ctx): void {
    const { state: s, parts } = this;
    const { connection } = s;
    if (!connection.running) return;
    switch (bareKind(parts, event.kind)) {
      case protocol.OPENED:
        this.flow(event.a, ctx);
        return;
      case protocol.CONFIRM:
        if (event.a === connection.channel) this.confirmed(event.b, event.c === 1, ctx);
        return;
      case protocol.RETURN:
        this.returned(event.b);
        return;
      case protocol.BLOCKED:
      case protocol.UNBLOCKED:
        s.blocked = bareKind(parts, event.kind) === protocol.BLOCKED;
        return;
      case protocol.CLOSED:
        this.lost(ctx, 'connection closed');
        return;
      case protocol.HEARTBEAT:
        connection.heardAt = ctx.now;
        return;
      case protocol.RECONNECT:
        connect(parts, connection, ctx);
        return;
      case protocol.CLIENT_BEAT:
        if (!beat(parts, connection, ctx)) this.lost(ctx, 'connection reset');
        return;
    }
  }

  private flow(channel: number, ctx: Ctx): void {
    const { state: s } = this;
    opened(s.connection, channel, ctx);
    s.nextSeq = 1;
    const { waiting } = s;
    s.waiting = [];
    for (const sent of waiting) this.send(sent, ctx);
  }

  publish(ctx: Ctx, mid: number, lid: number, route: number, token: number): void {
    const { state: s } = this;
    const sent: Sent = { mid, lid, route, token, returned: false };
    if (s.connection.channel >= 0) this.send(sent, ctx);
    else if (!s.connection.known) s.waiting.push(sent);
    else this.refuse(sent, 'connection closed', true, ctx);
  }

  private send(sent: Sent, ctx: Ctx): void {
    const { state: s, options } = this;
    const { catalog, confirms } = options;
    const route = options.routes[sent.route];
    assert(route !== undefined, '[RABBIT-CLIENT-5] a route leads to an exchange');
    const { mid, lid } = sent;
    const key = catalog.events.key.data[lid] ?? -1;
    const text = key < 0 ? '' : keyText(catalog.keys, catalog.names, key);
    const { exchange, mandatory, properties, bytes } = route;
    const content = {
      body: '',
      size: bytes,
      properties,
      mid,
      lid,
      cause: catalog.events.produced.data[lid] ?? -1,
    };
    const routingKey = route.routingKey.join(text);
    say(
      this.parts,
      s.connection,
      ctx,
      { method: 'basic.publish', exchange, routingKey, mandatory, content },
      bytes,
    );
    if (confirms) {
      s.unconfirmed.set(s.nextSeq, sent);
      s.nextSeq += 1;
      return;
    }
    // [RABBIT-CLIENT-6] without confirms the client's word is all there is
    emit.confirm(ctx, mid, lid, this.labels[sent.route] ?? -1, 0, -1, 0);
    if (sent.token >= 0) this.options.listener.published(ctx, sent.token, { code: -1, definite: false });
  }

  private returned(mid: number): void {
    for (const sent of this.state.unconfirmed.values()) if (sent.mid === mid) sent.returned = true;
  }

  /** [RABBIT-CLIENT-7] A returned message is confirmed all the same; a program that asked for returns takes it for refused. */
  private confirmed(seq: number, ack: boolean, ctx: Ctx): void {
    const { state: s } = this;
    const sent = s.unconfirmed.get(seq);
    if (sent === undefined) return;
    s.unconfirmed.delete(seq);
    if (!ack) this.refuse(sent, 'basic.nack', false, ctx);
    else if (sent.returned) this.refuse(sent, 'NO_ROUTE', true, ctx);
    else {
      emit.confirm(ctx, sent.mid, sent.lid, this.labels[sent.route] ?? -1, 0, seq, 0);
      if (sent.token >= 0) this.options.listener.published(ctx, sent.token, { code: -1, definite: true });
    }
  }

  private refuse(sent: Sent, word: (typeof CODES)[number], definite: boolean, ctx: Ctx): void {
    const code = this.codes.get(word) ?? -1;
    const { mid, lid, route, token } = sent;
    emit.refuse(ctx, mid, lid, this.labels[route] ?? -1, code, definite ? 1 : 0);
    if (token >= 0) this.options.listener.published(ctx, token, { code, definite });
  }

  /** Nobody knows what became of what was not confirmed. */
  private lost(ctx: Ctx, word: 'connection reset' | 'connection closed'): void {
    const { state: s } = this;
    const open = [...s.unconfirmed.values()];
    s.unconfirmed.clear();
    s.blocked = false;
    disconnected(this.parts, s.connection, ctx);
    for (const sent of open) this.refuse(sent, word, false, ctx);
  }

  close(ctx: Ctx): void {
    if (this.state.unconfirmed.size === 0 && this.state.connection.running) {
      ctx.send(this.parts.node, protocol.CLOSE, this.parts.role);
    }
  }

  busy(_now: number): boolean {
    return this.state.unconfirmed.size > 0 || this.state.waiting.length > 0;
  }
}
