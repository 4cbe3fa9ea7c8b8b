/**
 * Requests of the consumer: sent with a correlation id, remembered until they are answered, overdue or their
 * connection breaks (NetworkClient, ConsumerNetworkClient). A node has two connections, one for fetching and one as
 * the coordinator; a broken one is left alone for a while (reconnect.backoff.ms, growing).
 */
import { BACKGROUND } from '#sim/kernel/queue.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import { backoff } from '#sim/brokers/kafka/client/exponential-backoff.ts';
import type {
  ChannelState,
  ConsumerParts,
  ConsumerRequest,
  ConsumerState,
} from '#sim/brokers/kafka/client/consumer-state.ts';

/** The poll loop goes on: after a back-off, or to commit by interval. */
export const POLL_TIMER = 96 | BACKGROUND;
/** A commitSync is tried again. */
export const COMMIT_TIMER = 97;
/** The heartbeat thread wakes. */
export const HEARTBEAT_TIMER = 98 | BACKGROUND;
/** A request is overdue. */
export const DEADLINE_TIMER = 99 | BACKGROUND;
/** A call of the program ends at once, without a request: a = code. */
export const ENDED_TIMER = 100;

export function coordinatorChannel(p: ConsumerParts): number {
  return p.coordinator * 2 + 1;
}

export function dataChannel(node: number): number {
  return node * 2;
}

export function channelOf(s: ConsumerState, channel: number): ChannelState {
  return s.channels[channel] as ChannelState;
}

type Sent = ConsumerRequest extends infer R
  ? R extends ConsumerRequest
    ? Omit<R, 'correlation'>
    : never
  : never;

/** Sends a request on its channel; the answer finds it again by its correlation id. */
export function request(
  p: ConsumerParts,
  s: ConsumerState,
  ctx: Ctx,
  kind: number,
  sent: Sent,
  data: unknown,
): void {
  s.correlation += 1;
  s.requests.push({ ...sent, correlation: s.correlation } as ConsumerRequest);
  armDeadline(s, ctx, sent.deadline);
  ctx.send(p.metadata.nodes[sent.channel >> 1] as number, kind, s.correlation, 0, 0, 0, 0, data);
}

export function takeRequest(s: ConsumerState, correlation: number): ConsumerRequest | null {
  for (let i = 0; i < s.requests.length; i += 1) {
    const found = s.requests[i] as ConsumerRequest;
    if (found.correlation !== correlation) continue;
    s.requests.splice(i, 1);
    return found;
  }
  return null;
}

export function underWay(s: ConsumerState, of: ConsumerRequest['of']): boolean {
  for (let i = 0; i < s.requests.length; i += 1)
    if ((s.requests[i] as ConsumerRequest).of === of) return true;
  return false;
}

/** Breaks a connection and returns the requests that were lost with it. */
export function breakChannel(
  p: ConsumerParts,
  s: ConsumerState,
  ctx: Ctx,
  channel: number,
): ConsumerRequest[] {
  const state = channelOf(s, channel);
  state.downUntil =
    ctx.now + backoff(p.config.reconnectBackoff, p.config.reconnectBackoffMax, state.failures);
  state.failures += 1;
  const lost = s.requests.filter((found) => found.channel === channel);
  s.requests = s.requests.filter((found) => found.channel !== channel);
  return lost;
}

/** Makes the poll loop go on at `at` at the latest. */
export function wakePoll(s: ConsumerState, ctx: Ctx, at: number): void {
  if (s.pollTimer >= 0) {
    if (s.pollTimerAt <= at) return;
    ctx.cancel(s.pollTimer);
  }
  s.pollTimerAt = at;
  s.pollTimer = ctx.schedule(Math.max(0, at - ctx.now), POLL_TIMER);
}

/** One timer for the earliest deadline; it looks for the next when it fires. */
function armDeadline(s: ConsumerState, ctx: Ctx, at: number): void {
  if (s.deadlineTimer >= 0) {
    if (s.deadlineAt <= at) return;
    ctx.cancel(s.deadlineTimer);
  }
  s.deadlineAt = at;
  s.deadlineTimer = ctx.schedule(Math.max(0, at - ctx.now), DEADLINE_TIMER);
}

/** Channels with an overdue request; arms the timer for the next deadline of the others. */
export function overdueChannels(s: ConsumerState, ctx: Ctx): number[] {
  const overdue: number[] = [];
  let next = Infinity;
  for (const found of s.requests) {
    if (found.deadline > ctx.now) next = Math.min(next, found.deadline);
    else if (!overdue.includes(found.channel)) overdue.push(found.channel);
  }
  if (next !== Infinity) armDeadline(s, ctx, next);
  return overdue;
}
