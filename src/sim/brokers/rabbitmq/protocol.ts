/**
 * AMQP between processes of a run: packets that carry methods one way and frames the other. Opening a connection with
 * its channel and what is declared on it is one round trip. 256 to 319 belong to RabbitMQ.
 * Left out: the handshake's frames, more than one channel a connection (clients here have a connection for consuming
 * and one for publishing, as the documentation advises).
 */
import { BACKGROUND } from '#sim/kernel/queue.ts';
import type { Method } from '#sim/brokers/rabbitmq/methods.ts';

export const OPEN = 256;
export const OPENED = 257;
export const METHOD = 258;
export const DELIVER = 259;
export const RETURN = 260;
export const CONFIRM = 261;
export const CLOSED = 262;
export const CANCEL = 263;
export const BLOCKED = 264;
export const UNBLOCKED = 265;
export const CLOSE = 266;
export const HEARTBEAT = 267 | BACKGROUND;

/** Timers of a client. */
export const RECONNECT = 288;
export const CLIENT_BEAT = 289 | BACKGROUND;
/** The same as RECONNECT where only an event from outside can make it succeed: it holds up no quiescence. */
export const RECONNECT_IDLE = 290 | BACKGROUND;
/** Timers of the node. */
export const DUE = 318;
export const NODE_BEAT = 319 | BACKGROUND;

/** Roles of a process's connections: `event.a` of what goes to the node. What comes back is numbered by role. */
export const CONSUMING = 0;
export const PUBLISHING = 1;
export type Role = typeof CONSUMING | typeof PUBLISHING;

const ROLE = 16;

/** A kind of packet or timer as the client of this role gets it. */
export function forRole(kind: number, role: number): number {
  return kind + role * ROLE;
}

/** Whether a kind belongs to the client of this role. */
export function isForRole(kind: number, role: Role): boolean {
  const bare = (kind & ~BACKGROUND) - role * ROLE;
  return (bare >= 256 && bare < 256 + ROLE) || (bare >= 288 && bare < 288 + ROLE);
}

/** What is said first on a new channel, in this order. */
export interface OpenRequest {
  readonly methods: readonly Method[];
}

export interface DeliverData {
  readonly queue: string;
  readonly mid: number;
  readonly lid: number;
  /** Its place in the queue, or offset in the stream. */
  readonly seq: number;
  readonly redelivered: boolean;
  /** Records: how it came into the queue, and how it left for here. */
  readonly appended: number;
  readonly acquired: number;
}

export interface ClosedData {
  readonly code: string;
  readonly text: string;
}

/** Codes with which a consumer is not let in: another one has the queue for itself, or there is no queue. */
export const TURNED_AWAY: ReadonlySet<string> = new Set(['403', '404']);

/** Bytes of a frame without a body. */
export const FRAME = 60;

const NAMES: readonly (readonly [number, string])[] = [
  [OPEN, 'connection.open'],
  [OPENED, 'channel.open-ok'],
  [METHOD, 'method'],
  [DELIVER, 'basic.deliver'],
  [RETURN, 'basic.return'],
  [CONFIRM, 'basic.ack'],
  [CLOSED, 'channel.close'],
  [CANCEL, 'basic.cancel'],
  [BLOCKED, 'connection.blocked'],
  [UNBLOCKED, 'connection.unblocked'],
  [CLOSE, 'connection.close'],
  [HEARTBEAT, 'heartbeat'],
];

export const rabbitPackets: readonly (readonly [number, string])[] = [
  ...NAMES,
  ...NAMES.map(([kind, name]) => [forRole(kind, PUBLISHING), name] as const),
];
