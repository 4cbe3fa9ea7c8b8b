/**
 * One poll() of a share consumer (KafkaShareConsumer, ShareConsumeRequestManager of Kafka 4.2). What the poll before
 * returned is accepted, or must have been acknowledged record by record; then what was fetched is returned, or else every
 * node that leads an assigned partition is asked for more. What was said goes with that request, or alone where none
 * goes to that node. Nothing is fetched ahead of a poll: a lock counts from the moment the broker gives a record.
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import { send, wakeAt } from '#sim/brokers/kafka/share/client/share-channel.ts';
import type { ShareConsumerState, ShareParts } from '#sim/brokers/kafka/share/client/share-consumer-state.ts';
import { joinInPoll } from '#sim/brokers/kafka/share/client/share-membership.ts';
import type { Acknowledgement } from '#sim/brokers/kafka/share/acknowledge.ts';
import {
  SHARE_ACKNOWLEDGE,
  SHARE_FETCH,
  type ShareAcknowledgement,
  type ShareAcknowledgeRequest,
  type ShareFetchRequest,
  type ShareFetchResponse,
} from '#sim/brokers/kafka/share/share-protocol.ts';

/** [KAFKA-SHARE-18] False where poll() throws: a record that it returned has not been acknowledged. */
export function endLastPoll(p: ShareParts, s: ShareConsumerState): boolean {
  for (const { found, said } of s.returned) {
    for (let i = 0; i < said.length; i += 1) {
      if (said[i] === true) continue;
      if (p.config.explicit) return false;
      say(s, found.partition, found.offsets[i] as number, 'accept');
    }
  }
  s.returned = [];
  s.current = 0;
  return true;
}

/** Notes an acknowledgement to be sent; neighbours of one kind go together. */
function say(s: ShareConsumerState, partition: number, offset: number, type: Acknowledgement): void {
  const last = s.unsent[s.unsent.length - 1];
  const joins = last?.partition === partition && last.type === type && last.last === offset - 1;
  if (last !== undefined && joins) s.unsent[s.unsent.length - 1] = { ...last, last: offset };
  else s.unsent.push({ partition, first: offset, last: offset, type });
}

/** True where the poll has something to return. */
export function pollShare(p: ShareParts, s: ShareConsumerState, ctx: Ctx): boolean {
  joinInPoll(p, s, ctx);
  if (s.member === 'failed') return false;
  if (s.buffered.length > 0) {
    for (let node = 0; node < p.metadata.nodes.length; node += 1) sendSaid(p, s, ctx, node);
    return true;
  }
  for (let node = 0; node < p.metadata.nodes.length; node += 1) fetchFrom(p, s, ctx, node);
  return false;
}

export function collectShare(s: ShareConsumerState): void {
  s.returned = s.buffered.map((found) => ({ found, at: 0, said: found.offsets.map(() => false) }));
  s.current = 0;
  s.buffered = [];
}

/** Index of the node that leads a partition. */
export function nodeOf(p: ShareParts, row: number): number {
  return p.metadata.nodes.indexOf(p.metadata.partitions[row]?.leader ?? -1);
}

/** Takes what is to be said to a node. */
function takeSaid(p: ShareParts, s: ShareConsumerState, node: number): ShareAcknowledgement[] {
  const said = s.unsent.filter(({ partition }) => nodeOf(p, partition) === node);
  if (said.length > 0) s.unsent = s.unsent.filter(({ partition }) => nodeOf(p, partition) !== node);
  return said;
}

function available(p: ShareParts, s: ShareConsumerState, ctx: Ctx, node: number): boolean {
  const down = s.downUntil[node] as number;
  if (down <= ctx.now) return true;
  wakeAt(s, ctx, down);
  return false;
}

export function requestOf(
  p: ShareParts,
  s: ShareConsumerState,
  ctx: Ctx,
  acknowledgements: readonly ShareAcknowledgement[],
): ShareAcknowledgeRequest {
  return { group: p.group, memberId: s.memberId, entity: ctx.self, acknowledgements };
}

function sendSaid(p: ShareParts, s: ShareConsumerState, ctx: Ctx, node: number): void {
  if (!s.unsent.some(({ partition }) => nodeOf(p, partition) === node)) return;
  if (!available(p, s, ctx, node)) return;
  send(p, s, ctx, SHARE_ACKNOWLEDGE, 'acknowledge', node, requestOf(p, s, ctx, takeSaid(p, s, node)));
}

function fetchFrom(p: ShareParts, s: ShareConsumerState, ctx: Ctx, node: number): void {
  const partitions = s.owned.filter((row) => nodeOf(p, row) === node);
  const waits = s.requests.some((request) => request.of === 'fetch' && request.node === node);
  if (waits || partitions.length === 0) {
    sendSaid(p, s, ctx, node);
    return;
  }
  if (!available(p, s, ctx, node)) return;
  const { fetchMaxWait, fetchMinBytes, fetchMaxBytes, maxPollRecords, strict } = p.config;
  const sent: ShareFetchRequest = {
    ...requestOf(p, s, ctx, takeSaid(p, s, node)),
    maxWait: fetchMaxWait,
    minBytes: fetchMinBytes,
    maxBytes: fetchMaxBytes,
    maxRecords: maxPollRecords,
    batchSize: maxPollRecords,
    strict,
    partitions,
  };
  send(p, s, ctx, SHARE_FETCH, 'fetch', node, sent);
}

/** What has arrived. A node that does not lead what it was asked for is left alone for a while. */
export function shareFetched(
  p: ShareParts,
  s: ShareConsumerState,
  ctx: Ctx,
  node: number,
  response: ShareFetchResponse,
): void {
  for (const found of response.partitions) {
    if (found.error !== 'NONE') s.downUntil[node] = ctx.now + p.config.retryBackoff;
    else if (found.offsets.length > 0) s.buffered.push(found);
  }
}

/** The session with a node is lost: what it had given and was not returned yet is given to somebody again. */
export function dropNode(p: ShareParts, s: ShareConsumerState, node: number): void {
  s.buffered = s.buffered.filter(({ partition }) => nodeOf(p, partition) !== node);
  takeSaid(p, s, node);
}
