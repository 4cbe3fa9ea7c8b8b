/**
 * The heartbeat thread (AbstractCoordinator.HeartbeatThread, Heartbeat): from JoinGroup's answer on it sends heartbeats
 * whatever the program does, notices that the program has not polled for max.poll.interval.ms and then leaves the group
 * for it, and gives a coordinator up that has been silent for session.timeout.ms. Its granularity (100 ms in the real
 * client) is left out: it wakes when something is due.
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import {
  coordinatorChannel,
  HEARTBEAT_TIMER,
  request,
  channelOf,
} from '#sim/brokers/kafka/client/consumer-channel.ts';
import type { ConsumerParts, ConsumerState } from '#sim/brokers/kafka/client/consumer-state.ts';
import { HEARTBEAT, type HeartbeatRequest } from '#sim/brokers/kafka/protocol.ts';

/** What the thread found when it woke. */
export type HeartbeatFinding = 'nothing' | 'coordinator-silent' | 'poll-overdue';

function enabled(s: ConsumerState): boolean {
  return s.member.state === 'stable' || s.member.state === 'completing_rebalance';
}

export function startHeartbeats(p: ConsumerParts, s: ConsumerState, ctx: Ctx): void {
  const { heartbeat } = s;
  heartbeat.due = ctx.now + p.config.heartbeatInterval;
  heartbeat.sessionDeadline = ctx.now + p.config.sessionTimeout;
  heartbeat.inFlight = false;
  heartbeat.heardAt = ctx.now;
  armHeartbeat(p, s, ctx);
}

/** The thread wakes: sends a heartbeat where one is due, and says what else it found. */
export function heartbeatWakes(p: ConsumerParts, s: ConsumerState, ctx: Ctx): HeartbeatFinding {
  const { heartbeat } = s;
  heartbeat.timer = -1;
  if (!enabled(s)) return 'nothing';
  let found: HeartbeatFinding = 'nothing';
  if (heartbeat.sessionDeadline <= ctx.now) {
    heartbeat.sessionDeadline = ctx.now + p.config.sessionTimeout;
    heartbeat.due = ctx.now + p.config.retryBackoff;
    found = 'coordinator-silent';
  } else if (pollDeadline(p, s) <= ctx.now) return 'poll-overdue';
  else if (heartbeat.due <= ctx.now && !heartbeat.inFlight) beat(p, s, ctx);
  armHeartbeat(p, s, ctx);
  return found;
}

/** A program that is inside poll() is polling all the time. */
export function pollDeadline(p: ConsumerParts, s: ConsumerState): number {
  return s.polling ? Infinity : s.polledAt + p.config.maxPollInterval;
}

function beat(p: ConsumerParts, s: ConsumerState, ctx: Ctx): void {
  const { heartbeat, member } = s;
  const { downUntil } = channelOf(s, coordinatorChannel(p));
  if (downUntil > ctx.now) {
    heartbeat.due = downUntil;
    return;
  }
  heartbeat.due = ctx.now + p.config.heartbeatInterval;
  heartbeat.inFlight = true;
  const sent: HeartbeatRequest = {
    group: p.group,
    memberId: member.id,
    groupInstanceId: p.config.groupInstanceId,
    generation: member.generation,
  };
  const deadline = ctx.now + p.config.requestTimeout;
  request(
    p,
    s,
    ctx,
    HEARTBEAT,
    { of: 'heartbeat', channel: coordinatorChannel(p), deadline, generation: member.generation },
    sent,
  );
}

export function armHeartbeat(p: ConsumerParts, s: ConsumerState, ctx: Ctx): void {
  const { heartbeat } = s;
  let at = Math.min(heartbeat.sessionDeadline, pollDeadline(p, s));
  // a heartbeat that is due while one is in flight waits for its answer
  if (!heartbeat.inFlight) at = Math.min(at, heartbeat.due);
  else if (heartbeat.due > ctx.now) at = Math.min(at, heartbeat.due);
  if (at === Infinity) return;
  if (heartbeat.timer >= 0) {
    if (heartbeat.timerAt <= at) return;
    ctx.cancel(heartbeat.timer);
  }
  heartbeat.timerAt = at;
  heartbeat.timer = ctx.schedule(Math.max(0, at - ctx.now), HEARTBEAT_TIMER);
}

/** The program leaves poll(): from now on it has max.poll.interval.ms. */
export function leavesPoll(p: ConsumerParts, s: ConsumerState, ctx: Ctx): void {
  if (s.heartbeat.timer >= 0 && s.heartbeat.timerAt > pollDeadline(p, s)) armHeartbeat(p, s, ctx);
}

/** The coordinator answered a heartbeat: it is alive and has refreshed the session. */
export function heartbeatAnswered(p: ConsumerParts, s: ConsumerState, ctx: Ctx): void {
  const { heartbeat } = s;
  heartbeat.inFlight = false;
  heartbeat.heardAt = ctx.now;
  heartbeat.sessionDeadline = ctx.now + p.config.sessionTimeout;
  if (enabled(s)) armHeartbeat(p, s, ctx);
}

/** A heartbeat failed: another after retry.backoff.ms. */
export function heartbeatFailed(p: ConsumerParts, s: ConsumerState, ctx: Ctx): void {
  s.heartbeat.inFlight = false;
  s.heartbeat.due = ctx.now + p.config.retryBackoff;
  if (enabled(s)) armHeartbeat(p, s, ctx);
}
