/**
 * Share groups at a broker node (KIP-932 as of Kafka 4.2): tells requests, timers and the node's own fate to the parts
 * that they concern.
 */
import { CRASHED, RESET, START } from '#sim/kernel/entity.ts';
import type { Event } from '#sim/kernel/queue.ts';
import {
  answerShareFetches,
  endShareWait,
  forgetShareFetches,
  shareAcknowledge,
  shareFetch,
  SHARE_FETCH_WAIT_OVER,
} from '#sim/brokers/kafka/share/share-fetch.ts';
import {
  loadShareGroups,
  SHARE_SESSION_TIMER,
  shareGroupHeartbeat,
  shareSessionEnds,
  type ShareSessionTimer,
} from '#sim/brokers/kafka/share/share-group.ts';
import { loadLed, locksEnd, memberGone, SHARE_LOCK_TIMER } from '#sim/brokers/kafka/share/share-leader.ts';
import * as protocol from '#sim/brokers/kafka/share/share-protocol.ts';
import type { ShareState, ShareTurn } from '#sim/brokers/kafka/share/share-state.ts';

/** Takes what belongs to share groups; false where the event is none of that. */
export function shareEvent(turn: ShareTurn, event: Event): boolean {
  const { from, a, data } = event;
  switch (event.kind) {
    case protocol.SHARE_GROUP_HEARTBEAT: {
      const response = shareGroupHeartbeat(turn, data as protocol.ShareGroupHeartbeatRequest);
      turn.ctx.send(from, protocol.SHARE_GROUP_HEARTBEAT_RESPONSE, a, 0, 0, 0, 0, response);
      return true;
    }
    case protocol.SHARE_FETCH:
      shareFetch(turn, from, a, data as protocol.ShareFetchRequest);
      return true;
    case protocol.SHARE_ACKNOWLEDGE:
      shareAcknowledge(turn, from, a, data as protocol.ShareAcknowledgeRequest);
      return true;
    case SHARE_FETCH_WAIT_OVER:
      endShareWait(turn, a);
      return true;
    case SHARE_LOCK_TIMER:
      locksEnd(turn);
      return true;
    case SHARE_SESSION_TIMER:
      shareSessionEnds(turn, data as ShareSessionTimer);
      return true;
    default:
      return false;
  }
}

/** After an event of the broker, whichever it was: kind and first number of it. */
export function afterEvent(turn: ShareTurn, kind: number, a: number): void {
  if (kind === CRASHED) forget(turn.share);
  else if (kind === START) {
    loadShareGroups(turn);
    loadLed(turn);
  } else if (kind === RESET) peerGone(turn, a);
  if (turn.share.parked.length > 0) answerShareFetches(turn);
}

/** A crash takes timers and parked fetches; locks are given up when the node comes back. */
function forget(share: ShareState): void {
  share.parked = [];
  share.lockTimer = -1;
  share.lockTimerAt = Infinity;
  share.unaware = new Set();
}

/** [KAFKA-SHARE-12] A connection that ends takes the share session with it; the coordinator does not notice. */
function peerGone(turn: ShareTurn, peer: number): void {
  const { share, ctx } = turn;
  forgetShareFetches(turn, peer);
  share.unaware.delete(peer);
  for (const [memberId, entity] of share.entities) {
    if (entity !== peer) continue;
    memberGone(turn, memberId, entity);
  }
  for (const group of share.groups.values()) {
    for (const member of group.members.values()) {
      if (member.entity !== peer) continue;
      member.lost = true;
      member.lostBy = ctx.cause;
    }
  }
}

/** Whether something will still come of it: a lock that ends, or a dead member that has yet to be found out. */
export function shareBusy(share: ShareState): boolean {
  if (share.unaware.size > 0) return true;
  for (const { members } of share.groups.values()) {
    for (const member of members.values()) if (member.lost) return true;
  }
  for (const { p } of share.led.values()) {
    for (const { states } of p.batches) if (states.some(({ state }) => state === 'acquired')) return true;
  }
  return false;
}
