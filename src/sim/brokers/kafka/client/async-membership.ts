/**
 * Membership by the new protocol (`group.protocol` = consumer, KIP-848; ConsumerMembershipManager and
 * ConsumerHeartbeatRequestManager at the recorded commit): heartbeats join, bring assignments and confirm what was given
 * up. There is no leader, and no partition but those that move stands still. Without auto-commit a new assignment is
 * taken at once, whatever the program does; with it in the next poll(), after the positions were committed, since only
 * then they are known to be done with (KAFKA-18641). Left out: rebalance listeners, patterns.
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import { topState } from '#sim/machines/host.ts';
import type { AsyncMemberEvent } from '#sim/brokers/kafka/client/async-member.machine.ts';
import { committedBeforeRebalance } from '#sim/brokers/kafka/client/commits.ts';
import { channelOf, coordinatorChannel, request } from '#sim/brokers/kafka/client/consumer-channel.ts';
import type { ConsumerParts, ConsumerState, MemberState } from '#sim/brokers/kafka/client/consumer-state.ts';
import { backoff } from '#sim/brokers/kafka/client/exponential-backoff.ts';
import {
  armHeartbeat,
  heartbeatWakes,
  pollDeadline,
  type HeartbeatFinding,
} from '#sim/brokers/kafka/client/heartbeat.ts';
import { leaveGroup } from '#sim/brokers/kafka/client/membership.ts';
import { giveUpAllBut, revokeAll, takeOver } from '#sim/brokers/kafka/client/ownership.ts';
import { isRetriable } from '#sim/brokers/kafka/client/retriable-errors.ts';
import {
  CONSUMER_GROUP_HEARTBEAT,
  type ConsumerGroupHeartbeatRequest,
  type ConsumerGroupHeartbeatResponse,
  type KafkaError,
} from '#sim/brokers/kafka/protocol.ts';

/** Epochs that say "I join", "I leave", "I leave for a while" (a static member). */
const JOINS = 0;
const LEAVES = -1;
const LEAVES_FOR_A_WHILE = -2;

function tell(p: ConsumerParts, s: ConsumerState, ctx: Ctx, type: AsyncMemberEvent['type']): void {
  const { member } = s;
  const subject = { key: '', nameId: p.words.group, generation: member.generation };
  member.machine ??= p.machines.start(ctx, subject);
  p.machines.send(ctx, member.machine, subject, { type });
  member.state = topState(member.machine.value) as MemberState;
}

/** poll() begins or goes on: joins where this is the first, or the first after it had left. */
export function pollAsMember(p: ConsumerParts, s: ConsumerState, ctx: Ctx): void {
  const { state } = s.member;
  if (state === 'unjoined' || state === 'stale') join(p, s, ctx);
  else if (state === 'reconciling') reconcile(p, s, ctx, true);
}

function join(p: ConsumerParts, s: ConsumerState, ctx: Ctx): void {
  const { member, heartbeat } = s;
  // a real one is a random UUID of the process
  if (member.id === '') member.id = `${p.clientId}-${ctx.now}`;
  member.generation = JOINS;
  member.rejoinNeeded = false;
  member.told = null;
  member.confirmed = null;
  heartbeat.sessionDeadline = Infinity; // the session is the coordinator's affair
  heartbeat.heardAt = ctx.now;
  tell(p, s, ctx, 'JOIN');
  beatNow(p, s, ctx);
}

/** [KAFKA-CLIENT-50] Joining and confirming do not wait for the interval, but for the answer that is under way. */
function beatNow(p: ConsumerParts, s: ConsumerState, ctx: Ctx): void {
  s.heartbeat.due = ctx.now;
  if (!s.heartbeat.inFlight) beat(p, s, ctx);
  armHeartbeat(p, s, ctx);
}

function beat(p: ConsumerParts, s: ConsumerState, ctx: Ctx): void {
  const { member, heartbeat } = s;
  const channel = coordinatorChannel(p);
  const { downUntil } = channelOf(s, channel);
  if (downUntil > ctx.now) {
    heartbeat.due = downUntil;
    return;
  }
  heartbeat.due = ctx.now + heartbeat.interval;
  heartbeat.inFlight = true;
  const deadline = ctx.now + p.config.requestTimeout;
  const sent = heartbeatRequest(p, s, ctx);
  request(
    p,
    s,
    ctx,
    CONSUMER_GROUP_HEARTBEAT,
    { of: 'consumer-heartbeat', channel, deadline, generation: member.generation },
    sent,
  );
  if (member.state === 'acknowledging') tell(p, s, ctx, 'ACKNOWLEDGED');
}

/** Everything when it joins or the last answer was an error, else only what has changed. */
function heartbeatRequest(p: ConsumerParts, s: ConsumerState, ctx: Ctx): ConsumerGroupHeartbeatRequest {
  const { member } = s;
  const { config } = p;
  const owned = s.owned.map(({ row }) => row);
  const known = member.confirmed;
  const same = known !== null && known.length === owned.length && known.every((row, i) => row === owned[i]);
  member.confirmed = owned;
  return {
    group: p.group,
    memberId: member.id,
    memberEpoch: member.generation,
    groupInstanceId: config.groupInstanceId,
    clientId: p.clientId,
    entity: ctx.self,
    ...(known === null ? { rebalanceTimeout: config.maxPollInterval, topics: p.topics } : {}),
    ...(known === null && config.remoteAssignor !== null ? { serverAssignor: config.remoteAssignor } : {}),
    ...(same ? {} : { owned }),
  };
}

/** The timer of the heartbeat of either protocol. */
export function wakes(p: ConsumerParts, s: ConsumerState, ctx: Ctx): HeartbeatFinding {
  if (p.config.protocol === 'classic') return heartbeatWakes(p, s, ctx);
  memberWakes(p, s, ctx);
  return 'nothing';
}

/** The heartbeat's timer: one is due, or the program has not polled for too long. */
function memberWakes(p: ConsumerParts, s: ConsumerState, ctx: Ctx): void {
  const { heartbeat, member } = s;
  heartbeat.timer = -1;
  if (member.state === 'unjoined' || member.state === 'stale' || member.state === 'failed') return;
  if (pollDeadline(p, s) <= ctx.now) {
    // [KAFKA-CLIENT-53] it leaves by itself, and gives everything up, until the next poll()
    sayGoodbye(p, s, ctx);
    tell(p, s, ctx, 'STALE');
    revokeAll(p, s, ctx, p.words.lost);
    return;
  }
  if (heartbeat.due <= ctx.now && !heartbeat.inFlight) beat(p, s, ctx);
  armHeartbeat(p, s, ctx);
}

export function memberAnswered(
  p: ConsumerParts,
  s: ConsumerState,
  ctx: Ctx,
  response: ConsumerGroupHeartbeatResponse,
): void {
  const { member, heartbeat } = s;
  heartbeat.inFlight = false;
  if (member.state === 'unjoined' || member.state === 'stale' || member.state === 'failed') return;
  if (response.error !== 'NONE') {
    refused(p, s, ctx, response.error);
    return;
  }
  member.joinFailures = 0;
  heartbeat.interval = response.heartbeatInterval;
  member.generation = response.memberEpoch;
  member.joined = { id: member.id, generation: member.generation };
  if (response.assignment !== null) assigned(p, s, ctx, response.assignment);
  if (s.member.state === 'reconciling') reconcile(p, s, ctx, false);
  if (s.member.state === 'acknowledging') beatNow(p, s, ctx);
  else armHeartbeat(p, s, ctx);
}

function assigned(p: ConsumerParts, s: ConsumerState, ctx: Ctx, rows: readonly number[]): void {
  s.member.told = rows;
  const same = rows.length === s.owned.length && s.owned.every(({ row }) => rows.includes(row));
  tell(p, s, ctx, same ? 'UNCHANGED' : 'ASSIGNED');
}

/** [KAFKA-CLIENT-51] Commit, give up, take over: only what moves is touched. */
function reconcile(p: ConsumerParts, s: ConsumerState, ctx: Ctx, polling: boolean): void {
  const { member } = s;
  const rows = member.told ?? [];
  if (p.config.autoCommit) {
    for (const owned of s.owned) if (!rows.includes(owned.row)) owned.paused = true;
    if (!polling || !committedBeforeRebalance(p, s, ctx)) return;
    member.prepareUntil = -1;
  }
  giveUpAllBut(p, s, ctx, rows);
  if (s.owned.length === 0) s.autoCommitAt = ctx.now + p.config.autoCommitInterval;
  takeOver(p, s, ctx, rows);
  tell(p, s, ctx, 'RECONCILED');
  if (polling) beatNow(p, s, ctx);
}

/** [KAFKA-CLIENT-52] An error answer. */
function refused(p: ConsumerParts, s: ConsumerState, ctx: Ctx, error: KafkaError): void {
  const { member } = s;
  if (error === 'FENCED_MEMBER_EPOCH' || error === 'UNKNOWN_MEMBER_ID') {
    member.lostCode = error;
    tell(p, s, ctx, 'FENCED');
    revokeAll(p, s, ctx, p.words.lost);
    join(p, s, ctx);
  } else if (isRetriable(error)) memberUnanswered(p, s, ctx);
  else {
    member.lostCode = error;
    tell(p, s, ctx, 'FATAL');
    revokeAll(p, s, ctx, p.words.lost);
  }
}

/** No answer, or one that says "later": everything is said anew after the back-off. */
export function memberUnanswered(p: ConsumerParts, s: ConsumerState, ctx: Ctx): void {
  const { member, heartbeat } = s;
  heartbeat.inFlight = false;
  if (member.state === 'unjoined' || member.state === 'stale' || member.state === 'failed') return;
  member.confirmed = null;
  heartbeat.due = ctx.now + backoff(p.config.retryBackoff, p.config.retryBackoffMax, member.joinFailures);
  member.joinFailures += 1;
  armHeartbeat(p, s, ctx);
}

/** A member of either protocol leaves: closed, or max.poll.interval.ms is over. */
export function leave(p: ConsumerParts, s: ConsumerState, ctx: Ctx): void {
  if (p.config.protocol === 'classic') {
    leaveGroup(p, s, ctx);
    return;
  }
  const { state } = s.member;
  if (state === 'unjoined' || state === 'failed') return;
  if (state !== 'stale') sayGoodbye(p, s, ctx);
  tell(p, s, ctx, 'LEAVE');
}

/** Sent once; nobody waits for the answer. A static member says that it will be back (KIP-345, KIP-848). */
function sayGoodbye(p: ConsumerParts, s: ConsumerState, ctx: Ctx): void {
  const { member } = s;
  const { groupInstanceId } = p.config;
  const sent: ConsumerGroupHeartbeatRequest = {
    group: p.group,
    memberId: member.id,
    memberEpoch: groupInstanceId === null ? LEAVES : LEAVES_FOR_A_WHILE,
    groupInstanceId,
    clientId: p.clientId,
    entity: ctx.self,
  };
  ctx.send(p.metadata.nodes[p.coordinator] as number, CONSUMER_GROUP_HEARTBEAT, 0, 0, 0, 0, 0, sent);
  member.generation = -1;
  member.lostCode = 'UNKNOWN_MEMBER_ID';
  s.heartbeat.inFlight = false;
}
