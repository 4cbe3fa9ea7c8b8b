/**
 * Sessions: a member, or an id that was handed out, that is not heard of for its timeout is removed. Being heard of
 * only moves a deadline; the timer looks at it when it rings, so that heartbeats and commits cost next to nothing.
 * Session timers are housekeeping for the run's quiescence; what an expiry sets going is not. Rules: SPEC.md,
 * KAFKA-GROUP-4 to 6.
 */
import { BACKGROUND } from '#sim/kernel/queue.ts';
import type { Group, Member, Session } from '#sim/brokers/kafka/group.ts';
import type { Turn } from '#sim/brokers/kafka/group-turn.ts';

export const SESSION_TIMER = 179 | BACKGROUND;

/** [KAFKA-GROUP-5] A member whose first join is parked cannot heartbeat: it gets this long (µs). */
export const NEW_MEMBER_JOIN_TIMEOUT = 300_000_000;

/** What the session timer carries. */
export interface SessionTimer {
  readonly group: string;
  readonly memberId: string;
}

/** A group of either protocol. */
interface Named {
  readonly name: string;
}

/** It was heard of now: the session ends `timeout` from now. */
export function keepAlive(
  turn: Turn,
  group: Named,
  memberId: string,
  session: Session,
  timeout: number,
): void {
  const { ctx } = turn;
  session.deadline = ctx.now + timeout;
  session.heard = ctx.cause;
  if (session.timer !== -1 && session.rings <= session.deadline) return;
  if (session.timer !== -1) ctx.cancel(session.timer);
  arm(turn, group, memberId, session);
}

export function keepMemberAlive(turn: Turn, group: Group, member: Member): void {
  member.lost = false;
  member.lostBy = -1;
  keepAlive(turn, group, member.id, member.session, member.sessionTimeout);
}

export function endSession(turn: Turn, session: Session): void {
  if (session.timer !== -1) turn.ctx.cancel(session.timer);
  session.timer = -1;
}

function arm(turn: Turn, group: Named, memberId: string, session: Session): void {
  const timer: SessionTimer = { group: group.name, memberId };
  session.rings = session.deadline;
  const delay = session.deadline - turn.ctx.now;
  session.timer = turn.ctx.schedule(delay, SESSION_TIMER, 0, 0, 0, 0, 0, timer);
}

/** The timer has rung: true where the deadline has passed, else it is set again. */
export function sessionOver(turn: Turn, group: Named, memberId: string, session: Session): boolean {
  session.timer = -1;
  if (session.deadline <= turn.ctx.now) return true;
  arm(turn, group, memberId, session);
  return false;
}
