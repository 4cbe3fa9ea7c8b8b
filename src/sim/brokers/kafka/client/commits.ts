/**
 * Committing offsets (ConsumerCoordinator): commitSync is tried again until default.api.timeout.ms while the failure is
 * retriable, commitAsync never; auto-commit is a commitAsync of all positions from within poll(), when its interval is
 * over, and before a rebalance. A commit without membership fails without being sent. What was done for the records
 * stands, whether or not their commit is refused. Left out: callbacks of commitAsync.
 */
import { intern } from '#sim/base/names.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import type { Ended } from '#sim/messaging/client-face.ts';
import * as emit from '#sim/trace/emit.ts';
import {
  channelOf,
  COMMIT_TIMER,
  coordinatorChannel,
  request,
  wakePoll,
} from '#sim/brokers/kafka/client/consumer-channel.ts';
import {
  ownedRow,
  type CommitReason,
  type ConsumerParts,
  type ConsumerRequest,
  type ConsumerState,
  type Offsets,
  type OwnedPartition,
} from '#sim/brokers/kafka/client/consumer-state.ts';
import { backoff } from '#sim/brokers/kafka/client/exponential-backoff.ts';
import { loseMembership, tell } from '#sim/brokers/kafka/client/membership.ts';
import { isRetriable } from '#sim/brokers/kafka/client/retriable-errors.ts';
import { OFFSET_COMMIT, type KafkaError, type OffsetCommitRequest } from '#sim/brokers/kafka/protocol.ts';

export type CommitInFlight = Extract<ConsumerRequest, { of: 'commit' }>;

/** `prepareUntil` otherwise is a deadline. */
const NOT_BEGUN = -1;
const PREPARED = 0;
const WENT_WELL: Ended = { code: -1, definite: true };

/** Positions of all assigned partitions that have one (SubscriptionState#allConsumed). */
export function positionsOf(s: ConsumerState): Offsets {
  const offsets: { partition: number; offset: number }[] = [];
  for (const owned of s.owned) {
    if (owned.fetchState === 'fetching') offsets.push({ partition: owned.row, offset: owned.position });
  }
  return offsets;
}

/** Whether a commit can be sent as a member's; in the new protocol throughout a rebalance. */
export function isMember(p: ConsumerParts, s: ConsumerState): boolean {
  return p.config.protocol === 'classic' ? s.member.state === 'stable' : s.member.generation > 0;
}

/** Sends a commit; an error code where it cannot be sent. */
export function sendCommit(
  p: ConsumerParts,
  s: ConsumerState,
  ctx: Ctx,
  offsets: Offsets,
  reason: CommitReason,
): KafkaError {
  const { member } = s;
  if (!isMember(p, s)) {
    const rebalancing = member.state === 'preparing_rebalance' || member.state === 'completing_rebalance';
    const code = rebalancing ? 'REBALANCE_IN_PROGRESS' : (member.lostCode as KafkaError);
    emit.commitRefused(ctx, p.words.group, intern(p.catalog.names, code), ctx.self, member.generation, -1);
    return code;
  }
  const channel = coordinatorChannel(p);
  if (channelOf(s, channel).downUntil > ctx.now) return 'COORDINATOR_NOT_AVAILABLE';
  const sent: OffsetCommitRequest = {
    group: p.group,
    memberId: member.id,
    groupInstanceId: p.config.groupInstanceId,
    generation: member.generation,
    entity: ctx.self,
    offsets,
  };
  const deadline = ctx.now + p.config.requestTimeout;
  request(
    p,
    s,
    ctx,
    OFFSET_COMMIT,
    { of: 'commit', channel, deadline, reason, offsets, generation: member.generation },
    sent,
  );
  return 'NONE';
}

/** commitSync: how it ended, or null while the program has to wait. */
export function commitSync(p: ConsumerParts, s: ConsumerState, ctx: Ctx, offsets: Offsets): Ended | null {
  if (offsets.length === 0) return WENT_WELL;
  s.sync = { offsets, deadline: ctx.now + p.config.defaultApiTimeout, failures: 0, uncertain: false };
  return trySync(p, s, ctx);
}

export function trySync(p: ConsumerParts, s: ConsumerState, ctx: Ctx): Ended | null {
  if (s.sync === null) return null;
  const error = sendCommit(p, s, ctx, s.sync.offsets, 'sync');
  return error === 'NONE' ? null : syncFailed(p, s, ctx, error);
}

/** Tries again later, or ends the program's wait. */
function syncFailed(p: ConsumerParts, s: ConsumerState, ctx: Ctx, error: KafkaError): Ended | null {
  const { sync } = s;
  if (sync === null) return null;
  if (isRetriable(error)) {
    const pause = backoff(p.config.retryBackoff, p.config.retryBackoffMax, sync.failures);
    const at = Math.max(ctx.now + pause, channelOf(s, coordinatorChannel(p)).downUntil);
    sync.failures += 1;
    if (at < sync.deadline) {
      ctx.schedule(at - ctx.now, COMMIT_TIMER);
      return null;
    }
    s.sync = null;
    return { code: intern(p.catalog.names, 'REQUEST_TIMED_OUT'), definite: !sync.uncertain };
  }
  s.sync = null;
  return { code: intern(p.catalog.names, error), definite: !sync.uncertain };
}

/** A commit was answered, or its connection broke. Returns how the program's commitSync ended, if it did. */
export function commitEnded(
  p: ConsumerParts,
  s: ConsumerState,
  ctx: Ctx,
  sent: CommitInFlight,
  error: KafkaError,
  answered: boolean,
): Ended | null {
  const { member } = s;
  if (error === 'NONE') noteCommitted(s, sent.offsets);
  else if (error === 'REBALANCE_IN_PROGRESS') member.rejoinNeeded = true;
  else if (p.config.protocol === 'consumer') {
    // [KAFKA-CLIENT-54] only the commit has failed: what became of the membership the next heartbeat tells
  } else if (error === 'UNKNOWN_MEMBER_ID' || error === 'ILLEGAL_GENERATION') {
    if (member.state === 'stable' && member.generation === sent.generation) loseMembership(p, s, ctx, error);
  } else if (error === 'FENCED_INSTANCE_ID') tell(p, s, ctx, 'FATAL');
  if (sent.reason === 'auto' && isRetriable(error)) s.autoCommitAt = ctx.now + p.config.retryBackoff;
  if (sent.reason === 'prepare') {
    if (isRetriable(error) || error === 'STALE_MEMBER_EPOCH')
      member.notBefore = ctx.now + p.config.retryBackoff;
    else member.prepareUntil = PREPARED;
  }
  if (sent.reason !== 'sync' || s.sync === null) return null;
  if (!answered) s.sync.uncertain = true;
  if (error !== 'NONE') return syncFailed(p, s, ctx, error);
  s.sync = null;
  return WENT_WELL;
}

function noteCommitted(s: ConsumerState, offsets: Offsets): void {
  for (const { partition, offset } of offsets) {
    const owned = ownedRow(s, partition);
    if (owned !== null) owned.committed = offset;
  }
}

/** Auto-commit by interval, from within poll() and before it returns new records. */
export function autoCommit(p: ConsumerParts, s: ConsumerState, ctx: Ctx): void {
  if (!p.config.autoCommit || s.autoCommitAt > ctx.now) return;
  s.autoCommitAt = ctx.now + p.config.autoCommitInterval;
  const offsets = positionsOf(s);
  if (offsets.length === 0) return;
  const error = sendCommit(p, s, ctx, offsets, 'auto');
  if (isRetriable(error)) s.autoCommitAt = ctx.now + p.config.retryBackoff;
}

/** The commit before a rebalance: true once it need not be waited for any longer (ConsumerCoordinator#onJoinPrepare). */
export function committedBeforeRebalance(p: ConsumerParts, s: ConsumerState, ctx: Ctx): boolean {
  const { member } = s;
  if (!p.config.autoCommit || !isMember(p, s) || member.prepareUntil === PREPARED) return true;
  if (s.requests.some((found) => found.of === 'commit' && found.reason === 'prepare')) return false;
  const offsets = positionsOf(s);
  if (offsets.length === 0) return true;
  if (member.prepareUntil === NOT_BEGUN) member.prepareUntil = ctx.now + p.config.maxPollInterval;
  if (member.prepareUntil <= ctx.now) return true;
  const notBefore = Math.max(member.notBefore, channelOf(s, coordinatorChannel(p)).downUntil);
  if (notBefore > ctx.now) {
    wakePoll(s, ctx, notBefore);
    return false;
  }
  return sendCommit(p, s, ctx, offsets, 'prepare') !== 'NONE';
}

/** Whether auto-commit still has something to do. */
export function uncommitted(p: ConsumerParts, s: ConsumerState): boolean {
  if (!p.config.autoCommit) return false;
  return s.owned.some(
    (owned: OwnedPartition) => owned.fetchState === 'fetching' && owned.position !== owned.committed,
  );
}
