/**
 * A RabbitMQ node in a run: the model (node.ts, methods.ts) behind packets, with its timers, its heartbeats and its
 * alarms, and what the trace is told. A crash is a restart: connections go, and what is not durable; what a
 * durable queue has is kept as if each write had reached the disk. Rules: SPEC.md, RABBIT-RESTART, RABBIT-ALARM.
 */
import type { SimTime } from '#sim/base/time.ts';
import { alarmLimits, alarmsOf, type AlarmLimits } from '#sim/brokers/rabbitmq/alarms.ts';
import type { Frame } from '#sim/brokers/rabbitmq/frames.ts';
import { perform, type Method } from '#sim/brokers/rabbitmq/methods.ts';
import {
  endConnection,
  finish,
  nextDue,
  openChannel,
  openConnection,
  passTime,
  restart,
} from '#sim/brokers/rabbitmq/node.ts';
import { isProtocolError } from '#sim/brokers/rabbitmq/config/protocol-error.ts';
import * as protocol from '#sim/brokers/rabbitmq/protocol.ts';
import { countsOf } from '#sim/brokers/rabbitmq/queues.ts';
import { queueRecords, recordHappenings, type Records } from '#sim/brokers/rabbitmq/records.ts';
import type { RabbitTopology } from '#sim/brokers/rabbitmq/config/topology.ts';
import { createTopology } from '#sim/brokers/rabbitmq/set-up.ts';
import type { BrokerState } from '#sim/brokers/rabbitmq/state.ts';
import { CRASHED, RESET, START, type Ctx, type Entity } from '#sim/kernel/entity.ts';
import type { Event } from '#sim/kernel/queue.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import * as emit from '#sim/trace/emit.ts';

export interface RabbitNodeParts {
  readonly catalog: Catalog;
  readonly topology: RabbitTopology;
}

/** A packet that a blocked connection sent: nobody reads it yet. */
interface Unread {
  readonly connection: number;
  readonly channel: number;
  readonly method: Method;
  readonly cause: number;
}

interface Peer {
  readonly entity: number;
  readonly role: number;
}

interface RabbitNodeState {
  readonly node: BrokerState;
  up: boolean;
  /** By connection. */
  readonly peers: Map<number, Peer>;
  unread: Unread[];
  /** By entity: the queue whose consumer it tries to be again and again. */
  readonly turnedAway: Map<number, string>;
  readonly records: Records;
  /** The pending timer and when it is due, -1 = none. */
  timer: number;
  dueAt: number;
}

export class RabbitNode implements Entity {
  state: RabbitNodeState;
  private readonly parts: RabbitNodeParts;
  /** By queue: name id. */
  private readonly queueIds: ReadonlyMap<string, number>;
  private readonly heartbeat: number;
  private readonly limits: AlarmLimits;

  constructor(parts: RabbitNodeParts) {
    this.parts = parts;
    const node = createTopology(parts.topology);
    node.told = [];
    this.queueIds = queueRecords(parts.catalog, node);
    this.heartbeat = (node.env.get('heartbeat') ?? 60_000) * 1000;
    this.limits = alarmLimits(parts.topology);
    const records: Records = { appended: new Map(), freed: new Map() };
    this.state = {
      node,
      up: false,
      peers: new Map(),
      unread: [],
      turnedAway: new Map(),
      records,
      timer: -1,
      dueAt: -1,
    };
  }

  /** Messages wait for one that was turned away and is about to come again. */
  busy(): boolean {
    const { node, turnedAway } = this.state;
    for (const name of turnedAway.values()) {
      const queue = node.queues.get(name);
      if (queue === undefined || queue.type === 'stream') continue;
      if (queue.readyCount > 0 && countsOf(queue).consumers === 0) return true;
    }
    return false;
  }

  handle(event: Event, ctx: Ctx): void {
    const { state } = this;
    if (event.kind === CRASHED) {
      this.crash();
      return;
    }
    if (event.kind === START) {
      state.up = true;
      ctx.schedule(this.heartbeat, protocol.NODE_BEAT);
    }
    if (!state.up) return;
    passTime(state.node, ctx.now);
    this.flush(ctx, -1);
    this.watch(ctx);
    this.hear(event, ctx);
    this.arm(ctx);
  }

  private hear(event: Event, ctx: Ctx): void {
    const { state } = this;
    switch (event.kind) {
      case protocol.OPEN:
        this.open(event.from, event.a, event.data as protocol.OpenRequest, ctx);
        return;
      case protocol.METHOD:
        this.method(event.from, event.a, event.data as Method, ctx);
        return;
      case protocol.CLOSE:
        this.end(this.connectionOf(event.from, event.a), ctx);
        return;
      case protocol.HEARTBEAT:
        this.heard(this.connectionOf(event.from, event.a), ctx.now);
        ctx.send(event.from, protocol.forRole(protocol.HEARTBEAT, event.a));
        return;
      case protocol.DUE:
        state.timer = -1;
        return;
      case protocol.NODE_BEAT:
        this.beat(ctx);
        return;
      case RESET:
        state.turnedAway.delete(event.a);
        for (const [connection, { entity }] of [...state.peers])
          if (entity === event.a) this.end(connection, ctx);
        return;
    }
  }

  private connectionOf(entity: number, role: number): number {
    for (const [connection, peer] of this.state.peers) {
      if (peer.entity === entity && peer.role === role) return connection;
    }
    return -1;
  }

  private heard(connection: number, now: SimTime): void {
    const known = this.state.node.connections.get(connection);
    if (known !== undefined) known.heardAt = now;
  }

  private open(entity: number, role: number, { methods }: protocol.OpenRequest, ctx: Ctx): void {
    const { node, peers } = this.state;
    this.end(this.connectionOf(entity, role), ctx);
    const connection = openConnection(node);
    peers.set(connection, { entity, role });
    const channel = openChannel(node, connection);
    const packet = ctx.cause;
    ctx.send(entity, protocol.forRole(protocol.OPENED, role), channel.id);
    this.state.turnedAway.delete(entity);
    for (const method of methods) {
      const answer = perform(node, channel, method);
      ctx.cause = packet;
      this.flush(ctx, entity);
      if (!isProtocolError(answer)) continue;
      if (method.method === 'basic.consume') this.state.turnedAway.set(entity, method.queue);
      return;
    }
  }

  /** [RABBIT-ALARM-1] While an alarm is on, a connection that publishes is told so once and read no more. */
  private method(entity: number, channel: number, method: Method, ctx: Ctx): void {
    const { node, unread } = this.state;
    const known = node.channels.get(channel);
    if (known === undefined) return;
    const connection = node.connections.get(known.connection);
    if (connection === undefined) return;
    connection.heardAt = ctx.now;
    if (node.alarms.length > 0 && method.method === 'basic.publish' && !connection.blocked) {
      connection.blocked = true;
      const reason = `low on ${node.alarms[0] ?? 'memory'}`;
      node.frames.push({ frame: 'connection.blocked', connection: connection.id, reason });
    }
    if (connection.blocked) {
      unread.push({ connection: connection.id, channel, method, cause: ctx.cause });
      this.flush(ctx, entity);
      return;
    }
    perform(node, known, method);
    this.flush(ctx, entity);
    this.watch(ctx);
  }

  private end(connection: number, ctx: Ctx): void {
    const { state } = this;
    const peer = state.peers.get(connection);
    if (peer === undefined) return;
    state.unread = state.unread.filter((packet) => packet.connection !== connection);
    endConnection(state.node, connection);
    finish(state.node);
    this.flush(ctx, peer.entity);
    state.peers.delete(connection);
    this.watch(ctx);
  }

  /** [RABBIT-HEARTBEAT-1] Two intervals without a word: the peer is taken for dead. */
  private beat(ctx: Ctx): void {
    const { node } = this.state;
    for (const { id, heardAt } of [...node.connections.values()]) {
      if (ctx.now - heardAt > 2 * this.heartbeat) this.end(id, ctx);
    }
    ctx.schedule(this.heartbeat, protocol.NODE_BEAT);
  }

  /** [RABBIT-ALARM-2] [RABBIT-ALARM-3] What is used up now; publishers go on once nothing is. */
  private watch(ctx: Ctx): void {
    const { state } = this;
    const { node } = state;
    const before = node.alarms.length;
    node.alarms = alarmsOf(node, this.limits);
    if (before === 0) return;
    if (node.alarms.length > 0) return;
    for (const connection of node.connections.values()) {
      if (!connection.blocked) continue;
      connection.blocked = false;
      node.frames.push({ frame: 'connection.unblocked', connection: connection.id });
    }
    const waiting = state.unread;
    state.unread = [];
    this.flush(ctx, -1);
    for (const { channel, method, cause } of waiting) {
      ctx.cause = cause;
      const entity = this.entityOfChannel(channel);
      if (entity >= 0) this.method(entity, channel, method, ctx);
    }
  }

  private entityOfChannel(channel: number): number {
    const connection = this.state.node.channels.get(channel)?.connection ?? -1;
    return this.state.peers.get(connection)?.entity ?? -1;
  }

  /** Writes down what has happened, then sends what there is to send. */
  private flush(ctx: Ctx, member: number): void {
    const { node, records } = this.state;
    const { catalog } = this.parts;
    recordHappenings(node, records, { catalog, queueIds: this.queueIds, member }, ctx);
    const { frames } = node;
    node.frames = [];
    const { cause } = ctx;
    for (const frame of frames) {
      ctx.cause = cause;
      this.send(frame, ctx);
    }
    ctx.cause = cause;
  }

  private send(frame: Frame, ctx: Ctx): void {
    const { node, peers } = this.state;
    const id =
      'connection' in frame ? frame.connection : (node.channels.get(frame.channel)?.connection ?? -1);
    const peer = peers.get(id);
    if (peer === undefined) return;
    const { entity, role } = peer;
    const kind = (of: number): number => protocol.forRole(of, role);
    switch (frame.frame) {
      case 'basic.deliver':
        this.deliver(frame, entity, kind(protocol.DELIVER), ctx);
        return;
      case 'basic.return':
        ctx.send(entity, kind(protocol.RETURN), frame.channel, frame.message.mid);
        return;
      case 'basic.ack':
      case 'basic.nack':
        ctx.send(
          entity,
          kind(protocol.CONFIRM),
          frame.channel,
          frame.seq,
          frame.frame === 'basic.ack' ? 1 : 0,
        );
        return;
      case 'basic.cancel':
        ctx.send(entity, kind(protocol.CANCEL), frame.channel);
        return;
      case 'channel.close':
      case 'connection.close': {
        const data: protocol.ClosedData = { code: String(frame.replyCode), text: frame.replyText };
        ctx.send(entity, kind(protocol.CLOSED), 0, 0, 0, 0, 0, data);
        endConnection(node, id);
        peers.delete(id);
        return;
      }
      case 'connection.blocked':
      case 'connection.unblocked': {
        const blocked = frame.frame === 'connection.blocked';
        ctx.send(entity, kind(blocked ? protocol.BLOCKED : protocol.UNBLOCKED));
      }
    }
  }

  private deliver(
    frame: Extract<Frame, { frame: 'basic.deliver' }>,
    entity: number,
    kind: number,
    ctx: Ctx,
  ): void {
    const { message, queue, seq, redelivered } = frame;
    const { mid, lid, size } = message;
    const { appended, freed } = this.state.records;
    const id = this.queueIds.get(queue) ?? -1;
    const came = appended.get(queue)?.data[seq] ?? -1;
    const back = freed.get(queue)?.get(seq) ?? -1;
    const delivery = redelivered ? 0 : 1;
    const acquired = emit.acquire(ctx, mid, lid, id, id, 0, seq, entity, delivery, -1, came, back);
    const data: protocol.DeliverData = { queue, mid, lid, seq, redelivered, appended: came, acquired };
    ctx.send(entity, kind, frame.channel, frame.deliveryTag, 0, 0, 0, data, size + protocol.FRAME);
  }

  /** One timer for whatever comes due first. */
  private arm(ctx: Ctx): void {
    const { state } = this;
    const due = nextDue(state.node);
    if (due === state.dueAt && state.timer >= 0) return;
    if (state.timer >= 0) ctx.cancel(state.timer);
    state.timer = due < 0 ? -1 : ctx.schedule(Math.max(0, due - ctx.now), protocol.DUE);
    state.dueAt = due;
  }

  /** [RABBIT-RESTART-1] [RABBIT-RESTART-2] What is lost is written down when the node is back. */
  private crash(): void {
    const { state } = this;
    state.up = false;
    restart(state.node);
    state.peers.clear();
    state.unread = [];
    state.turnedAway.clear();
    state.timer = -1;
    state.dueAt = -1;
  }
}
