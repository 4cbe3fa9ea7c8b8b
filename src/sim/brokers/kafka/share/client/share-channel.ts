/**
 * Requests of a share consumer: sent with a correlation id, remembered until they are answered, overdue, or their
 * connection breaks. One connection a node; a broken one is left alone for a while. Losing it loses the share session:
 * the broker gives back what this member had acquired there.
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import { BACKGROUND } from '#sim/kernel/queue.ts';
import { backoff } from '#sim/brokers/kafka/client/exponential-backoff.ts';
import type {
  ShareConsumerState,
  ShareParts,
  ShareRequest,
} from '#sim/brokers/kafka/share/client/share-consumer-state.ts';

/** The poll loop goes on after a back-off; the heartbeat is due; a request is overdue; a call ends at once. */
export const SHARE_POLL_TIMER = 96 | BACKGROUND;
export const SHARE_BEAT_TIMER = 98 | BACKGROUND;
export const SHARE_DEADLINE_TIMER = 99 | BACKGROUND;
export const SHARE_ENDED_TIMER = 100;

export function send(
  p: ShareParts,
  s: ShareConsumerState,
  ctx: Ctx,
  kind: number,
  of: ShareRequest['of'],
  node: number,
  data: unknown,
): void {
  s.correlation += 1;
  const deadline = ctx.now + p.config.requestTimeout;
  s.requests.push({ correlation: s.correlation, node, deadline, of });
  armDeadline(s, ctx, deadline);
  ctx.send(p.metadata.nodes[node] as number, kind, s.correlation, 0, 0, 0, 0, data);
}

export function takeRequest(s: ShareConsumerState, correlation: number): ShareRequest | null {
  const at = s.requests.findIndex((request) => request.correlation === correlation);
  return at < 0 ? null : (s.requests.splice(at, 1)[0] ?? null);
}

/** Breaks the connection to a node; returns what was under way on it. */
export function breakConnection(
  p: ShareParts,
  s: ShareConsumerState,
  ctx: Ctx,
  node: number,
): ShareRequest[] {
  const { reconnectBackoff, reconnectBackoffMax } = p.config;
  const failures = s.nodeFailures[node] as number;
  s.downUntil[node] = ctx.now + backoff(reconnectBackoff, reconnectBackoffMax, failures);
  s.nodeFailures[node] = failures + 1;
  const lost = s.requests.filter((request) => request.node === node);
  s.requests = s.requests.filter((request) => request.node !== node);
  return lost;
}

/** Makes the poll loop go on at `at` at the latest. */
export function wakeAt(s: ShareConsumerState, ctx: Ctx, at: number): void {
  if (s.wakeTimer >= 0) {
    if (s.wakeAt <= at) return;
    ctx.cancel(s.wakeTimer);
  }
  s.wakeAt = at;
  s.wakeTimer = ctx.schedule(Math.max(0, at - ctx.now), SHARE_POLL_TIMER);
}

function armDeadline(s: ShareConsumerState, ctx: Ctx, at: number): void {
  if (s.deadlineTimer >= 0) {
    if (s.deadlineAt <= at) return;
    ctx.cancel(s.deadlineTimer);
  }
  s.deadlineAt = at;
  s.deadlineTimer = ctx.schedule(Math.max(0, at - ctx.now), SHARE_DEADLINE_TIMER);
}

/** Nodes with an overdue request; arms the timer for the next deadline of the others. */
export function overdueNodes(s: ShareConsumerState, ctx: Ctx): number[] {
  s.deadlineTimer = -1;
  const overdue = s.requests.filter(({ deadline }) => deadline <= ctx.now).map(({ node }) => node);
  const next = s.requests.reduce(
    (at, { deadline }) => (deadline > ctx.now ? Math.min(at, deadline) : at),
    Infinity,
  );
  if (next !== Infinity) armDeadline(s, ctx, next);
  return [...new Set(overdue)];
}
