/**
 * One connection of a process, with its channel: opening, heartbeats, and automatic recovery after a pause, as the Java
 * client does it (network recovery interval 5 s). A consumer and a producer each have their own.
 * Left out: recovery of declared queues, topology caches. Source: amqp-client 5.x, AutorecoveringConnection.
 */
import type { Method } from '#sim/brokers/rabbitmq/methods.ts';
import * as protocol from '#sim/brokers/rabbitmq/protocol.ts';
import type { Ctx } from '#sim/kernel/entity.ts';

export interface ConnectionState {
  running: boolean;
  /** The channel's id at the node, -1 = not open. */
  channel: number;
  /** It has been open since the process started. */
  known: boolean;
  /** µs when the node was last heard of. */
  heardAt: number;
  /** Pending reconnection, -1 = none. */
  timer: number;
  beat: number;
}

export interface ConnectionParts {
  /** Entity of the node. */
  readonly node: number;
  readonly role: protocol.Role;
  /** What is said first on the channel. */
  readonly methods: readonly Method[];
  /** µs */
  readonly recovery: number;
  readonly heartbeat: number;
}

export function closedConnection(): ConnectionState {
  return { running: false, channel: -1, known: false, heardAt: 0, timer: -1, beat: -1 };
}

export function connect(parts: ConnectionParts, s: ConnectionState, ctx: Ctx): void {
  s.timer = -1;
  s.heardAt = ctx.now;
  const request: protocol.OpenRequest = { methods: parts.methods };
  ctx.send(parts.node, protocol.OPEN, parts.role, 0, 0, 0, 0, request, protocol.FRAME);
  if (s.beat < 0) s.beat = ctx.schedule(parts.heartbeat, protocol.forRole(protocol.CLIENT_BEAT, parts.role));
}

/** The packet or timer as its connection knows it, whatever the role. */
export function bareKind(parts: ConnectionParts, kind: number): number {
  return protocol.forRole(kind, -parts.role);
}

export function opened(s: ConnectionState, channel: number, ctx: Ctx): void {
  s.channel = channel;
  s.known = true;
  s.heardAt = ctx.now;
}

/** [RABBIT-CLIENT-1] The connection is gone: a new one is tried after the recovery interval. */
export function disconnected(parts: ConnectionParts, s: ConnectionState, ctx: Ctx, refused = false): void {
  s.channel = -1;
  if (s.timer >= 0) ctx.cancel(s.timer);
  const kind = refused ? protocol.RECONNECT_IDLE : protocol.RECONNECT;
  s.timer = ctx.schedule(parts.recovery, protocol.forRole(kind, parts.role));
}

/** Sends a heartbeat; false where the node has been silent for two intervals. */
export function beat(parts: ConnectionParts, s: ConnectionState, ctx: Ctx): boolean {
  s.beat = ctx.schedule(parts.heartbeat, protocol.forRole(protocol.CLIENT_BEAT, parts.role));
  if (s.timer >= 0) return true;
  if (ctx.now - s.heardAt > 2 * parts.heartbeat) return false;
  if (s.channel >= 0) ctx.send(parts.node, protocol.HEARTBEAT, parts.role);
  return true;
}

export function say(parts: ConnectionParts, s: ConnectionState, ctx: Ctx, method: Method, bytes = 0): void {
  ctx.send(parts.node, protocol.METHOD, s.channel, 0, 0, 0, 0, method, bytes + protocol.FRAME);
}
