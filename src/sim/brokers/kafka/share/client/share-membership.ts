/**
 * Membership of a share consumer (ShareMembershipManager, ShareHeartbeatRequestManager of Kafka 4.2): heartbeats join,
 * bring assignments and say goodbye. A new assignment is taken at once; what poll() has returned of a partition that
 * goes stays with the member until it is acknowledged or its lock ends.
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import { topState } from '#sim/machines/host.ts';
import { backoff } from '#sim/brokers/kafka/client/exponential-backoff.ts';
import { isRetriable } from '#sim/brokers/kafka/client/retriable-errors.ts';
import { send, SHARE_BEAT_TIMER } from '#sim/brokers/kafka/share/client/share-channel.ts';
import type {
  ShareConsumerState,
  ShareMemberState,
  ShareParts,
} from '#sim/brokers/kafka/share/client/share-consumer-state.ts';
import type { ShareMemberEvent } from '#sim/brokers/kafka/share/client/share-member.machine.ts';
import {
  SHARE_GROUP_HEARTBEAT,
  type ShareGroupHeartbeatRequest,
  type ShareGroupHeartbeatResponse,
} from '#sim/brokers/kafka/share/share-protocol.ts';
import * as emit from '#sim/trace/emit.ts';

const JOINS = 0;
const LEAVES = -1;

function tell(p: ShareParts, s: ShareConsumerState, ctx: Ctx, type: ShareMemberEvent['type']): void {
  const subject = { key: '', nameId: p.words.group, generation: s.epoch };
  s.machine ??= p.machines.start(ctx, subject);
  p.machines.send(ctx, s.machine, subject, { type });
  s.member = topState(s.machine.value) as ShareMemberState;
}

function away(s: ShareConsumerState): boolean {
  return s.member === 'unjoined' || s.member === 'stale' || s.member === 'failed';
}

/** poll() begins: joins where this is the first, or the first after it had left. */
export function joinInPoll(p: ShareParts, s: ShareConsumerState, ctx: Ctx): void {
  if (s.member === 'unjoined' || s.member === 'stale') join(p, s, ctx);
}

function join(p: ShareParts, s: ShareConsumerState, ctx: Ctx): void {
  // a real one is a random UUID of the process
  if (s.memberId === '') s.memberId = `${p.clientId}-${ctx.now}`;
  s.epoch = JOINS;
  s.said = false;
  s.heardAt = ctx.now;
  tell(p, s, ctx, 'JOIN');
  s.beatDue = ctx.now;
  if (!s.beating) beat(p, s, ctx);
  armBeat(p, s, ctx);
}

function beat(p: ShareParts, s: ShareConsumerState, ctx: Ctx): void {
  const down = s.downUntil[p.coordinator] as number;
  if (down > ctx.now) {
    s.beatDue = down;
    return;
  }
  s.beatDue = ctx.now + s.beatInterval;
  s.beating = true;
  const sent: ShareGroupHeartbeatRequest = {
    group: p.group,
    memberId: s.memberId,
    memberEpoch: s.epoch,
    entity: ctx.self,
    ...(s.said ? {} : { topics: p.topics }),
  };
  s.said = true;
  send(p, s, ctx, SHARE_GROUP_HEARTBEAT, 'heartbeat', p.coordinator, sent);
}

function pollDeadline(p: ShareParts, s: ShareConsumerState): number {
  return s.polling ? Infinity : s.polledAt + p.config.maxPollInterval;
}

export function armBeat(p: ShareParts, s: ShareConsumerState, ctx: Ctx): void {
  if (away(s)) return;
  const at = Math.min(pollDeadline(p, s), s.beating ? Infinity : s.beatDue);
  if (at === Infinity) return;
  if (s.beatTimer >= 0) {
    if (s.beatTimerAt <= at) return;
    ctx.cancel(s.beatTimer);
  }
  s.beatTimerAt = at;
  s.beatTimer = ctx.schedule(Math.max(0, at - ctx.now), SHARE_BEAT_TIMER);
}

/** [KAFKA-SHARE-17] A heartbeat is due, or the program has not polled for max.poll.interval.ms. */
export function beatWakes(p: ShareParts, s: ShareConsumerState, ctx: Ctx): void {
  s.beatTimer = -1;
  if (away(s)) return;
  if (pollDeadline(p, s) <= ctx.now) {
    sayGoodbye(p, s, ctx);
    tell(p, s, ctx, 'STALE');
    own(p, s, ctx, [], p.words.lost);
    return;
  }
  if (s.beatDue <= ctx.now && !s.beating) beat(p, s, ctx);
  armBeat(p, s, ctx);
}

export function beatAnswered(
  p: ShareParts,
  s: ShareConsumerState,
  ctx: Ctx,
  response: ShareGroupHeartbeatResponse,
): void {
  s.beating = false;
  s.heardAt = ctx.now;
  if (away(s)) return;
  const { error } = response;
  if (error === 'FENCED_MEMBER_EPOCH' || error === 'UNKNOWN_MEMBER_ID') {
    tell(p, s, ctx, 'FENCED');
    own(p, s, ctx, [], p.words.lost);
    join(p, s, ctx);
    return;
  }
  if (error !== 'NONE' && !isRetriable(error)) {
    s.lostCode = error;
    tell(p, s, ctx, 'FATAL');
    own(p, s, ctx, [], p.words.lost);
    return;
  }
  if (error !== 'NONE') {
    beatLost(p, s, ctx);
    return;
  }
  s.failures = 0;
  s.beatInterval = response.heartbeatInterval;
  s.beatDue = ctx.now + s.beatInterval;
  s.epoch = response.memberEpoch;
  if (s.member === 'joining') tell(p, s, ctx, 'ASSIGNED');
  if (response.assignment !== null) own(p, s, ctx, response.assignment, p.words.rebalance);
  armBeat(p, s, ctx);
}

/** No answer: everything is said anew after the back-off. */
export function beatLost(p: ShareParts, s: ShareConsumerState, ctx: Ctx): void {
  s.beating = false;
  s.said = false;
  s.beatDue = ctx.now + backoff(p.config.retryBackoff, p.config.retryBackoffMax, s.failures);
  s.failures += 1;
  armBeat(p, s, ctx);
}

/** Takes over and gives up what an assignment changes. */
function own(p: ShareParts, s: ShareConsumerState, ctx: Ctx, rows: readonly number[], reason: number): void {
  const { cause } = ctx;
  for (const row of s.owned) {
    const known = p.metadata.partitions[row];
    if (known === undefined || rows.includes(row)) continue;
    ctx.cause = cause;
    emit.revoke(ctx, p.words.group, known.topic, known.partition, ctx.self, s.epoch, reason);
  }
  for (const row of rows) {
    const known = p.metadata.partitions[row];
    if (known === undefined || s.owned.includes(row)) continue;
    ctx.cause = cause;
    emit.assign(ctx, p.words.group, known.topic, known.partition, ctx.self, s.epoch);
  }
  ctx.cause = cause;
  s.owned = [...rows];
}

/** It leaves for good: closed. */
export function leaveShareGroup(p: ShareParts, s: ShareConsumerState, ctx: Ctx): void {
  if (s.member === 'unjoined' || s.member === 'failed') return;
  if (s.member !== 'stale') sayGoodbye(p, s, ctx);
  tell(p, s, ctx, 'LEAVE');
  own(p, s, ctx, [], p.words.close);
}

/** Sent once; nobody waits for the answer. */
function sayGoodbye(p: ShareParts, s: ShareConsumerState, ctx: Ctx): void {
  const { memberId } = s;
  const sent: ShareGroupHeartbeatRequest = {
    group: p.group,
    memberId,
    memberEpoch: LEAVES,
    entity: ctx.self,
  };
  ctx.send(p.metadata.nodes[p.coordinator] as number, SHARE_GROUP_HEARTBEAT, 0, 0, 0, 0, 0, sent);
  s.beating = false;
}
