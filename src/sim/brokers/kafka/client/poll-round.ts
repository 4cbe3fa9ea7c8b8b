/**
 * One turn of poll()'s loop (ClassicKafkaConsumer#poll, ConsumerCoordinator#poll): rebalance, auto-commit, positions,
 * then records. An eager member returns nothing during a rebalance: first the commit, then the partitions are given up,
 * then JoinGroup. A cooperative one keeps them and goes on fetching and returning (KIP-429).
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import { pollAsMember } from '#sim/brokers/kafka/client/async-membership.ts';
import { wakePoll } from '#sim/brokers/kafka/client/consumer-channel.ts';
import type { ConsumerParts, ConsumerState } from '#sim/brokers/kafka/client/consumer-state.ts';
import { autoCommit, committedBeforeRebalance } from '#sim/brokers/kafka/client/commits.ts';
import { canCollect, sendFetches } from '#sim/brokers/kafka/client/fetcher.ts';
import { readAnswer } from '#sim/brokers/kafka/client/consumer-answers.ts';
import { lookUpLeaders } from '#sim/brokers/kafka/client/consumer-leaders.ts';
import { assignmentIsOld, join, rejoinPending, tell } from '#sim/brokers/kafka/client/membership.ts';
import { revokeAll } from '#sim/brokers/kafka/client/ownership.ts';
import { checkPositions } from '#sim/brokers/kafka/client/position-check.ts';
import { lookUpPositions } from '#sim/brokers/kafka/client/positions.ts';

/** True where poll() can return records now; else everything that leads there has been asked for. */
export function pollRound(p: ConsumerParts, s: ConsumerState, ctx: Ctx): boolean {
  readAnswer(p, s, ctx);
  if (s.member.state === 'failed') return false;
  if (s.view !== null) {
    lookUpLeaders(p, s, ctx);
    checkPositions(p, s, ctx);
    if (p.metadata.growth !== undefined && assignmentIsOld(p, s)) s.member.rejoinNeeded = true;
  }
  if (p.config.protocol === 'consumer') {
    pollAsMember(p, s, ctx);
    if (s.owned.length === 0) return false;
  } else if (rejoinPending(s)) {
    rejoin(p, s, ctx);
    return p.cooperative && recordsOrFetch(p, s, ctx);
  }
  autoCommit(p, s, ctx);
  if (p.config.autoCommit) wakePoll(s, ctx, s.autoCommitAt);
  const failure = lookUpPositions(p, s, ctx);
  if (failure !== '') {
    s.member.lostCode = failure;
    tell(p, s, ctx, 'FATAL');
    return false;
  }
  return recordsOrFetch(p, s, ctx);
}

function recordsOrFetch(p: ConsumerParts, s: ConsumerState, ctx: Ctx): boolean {
  if (canCollect(s)) return true;
  sendFetches(p, s, ctx);
  return false;
}

function rejoin(p: ConsumerParts, s: ConsumerState, ctx: Ctx): void {
  const { member } = s;
  if (!member.rejoinNeeded) return;
  if (member.prepareNeeded) {
    if (!committedBeforeRebalance(p, s, ctx)) return;
    member.prepareNeeded = false;
    const expelled = member.generation < 0 || member.id === '';
    if (s.owned.length > 0 && (expelled || !p.cooperative))
      revokeAll(p, s, ctx, expelled ? p.words.lost : p.words.rebalance);
  }
  join(p, s, ctx);
}
