/**
 * Fetching (Fetcher, FetchCollector, FetchBuffer): at most one Fetch in flight a node, for the partitions that have
 * nothing buffered; poll() takes up to max.poll.records from the buffers, first fetched first, and only then moves the
 * positions. What arrives for a partition that has been given up, or for an old position, is dropped.
 * Left out: incremental fetch sessions, fetching from followers.
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import { outdates } from '#sim/brokers/kafka/client/cluster-view.ts';
import { leaderRefused } from '#sim/brokers/kafka/client/consumer-leaders.ts';
import { channelOf, dataChannel, request, wakePoll } from '#sim/brokers/kafka/client/consumer-channel.ts';
import {
  ownedRow,
  type ConsumerParts,
  type ConsumerRequest,
  type ConsumerState,
  type OwnedPartition,
} from '#sim/brokers/kafka/client/consumer-state.ts';
import { epochAt } from '#sim/brokers/kafka/replication/leader-epochs.ts';
import { FETCH, type FetchPartition, type FetchResponse } from '#sim/brokers/kafka/protocol.ts';

type FetchInFlight = Extract<ConsumerRequest, { of: 'fetch' }>;

function fetchable(owned: OwnedPartition): boolean {
  return owned.fetchState === 'fetching' && !owned.paused && owned.buffer === null;
}

/** Sends a Fetch to every node that has none in flight and leads a partition without buffered records. */
export function sendFetches(p: ConsumerParts, s: ConsumerState, ctx: Ctx): void {
  for (let node = 0; node < p.metadata.nodes.length; node += 1) {
    if (fetching(s, node)) continue;
    const partitions: FetchPartition[] = [];
    for (let i = 0; i < s.owned.length; i += 1) {
      const owned = s.owned[i] as OwnedPartition;
      if (owned.node !== node || !fetchable(owned)) continue;
      partitions.push({
        partition: owned.row,
        offset: owned.position,
        maxBytes: p.config.maxPartitionFetchBytes,
      });
    }
    if (partitions.length === 0) continue;
    const channel = dataChannel(node);
    const { downUntil } = channelOf(s, channel);
    if (downUntil > ctx.now) {
      wakePoll(s, ctx, downUntil);
      continue;
    }
    const { fetchMaxWait, fetchMinBytes, fetchMaxBytes, requestTimeout, readCommitted } = p.config;
    request(
      p,
      s,
      ctx,
      FETCH,
      { of: 'fetch', channel, deadline: ctx.now + requestTimeout, partitions },
      { maxWait: fetchMaxWait, minBytes: fetchMinBytes, maxBytes: fetchMaxBytes, partitions, readCommitted },
    );
  }
}

function fetching(s: ConsumerState, node: number): boolean {
  const channel = dataChannel(node);
  for (let i = 0; i < s.requests.length; i += 1) {
    const found = s.requests[i] as ConsumerRequest;
    if (found.channel === channel && found.of === 'fetch') return true;
  }
  return false;
}

/**
 * True where something could be fetched and no request asks for it where the position is: its node is left alone for
 * a while, or the request under way asks from where the position was before a seek.
 */
export function fetchHeldUp(s: ConsumerState): boolean {
  return s.owned.some((owned) => fetchable(owned) && !askedFor(s, owned));
}

function askedFor(s: ConsumerState, { row, position }: OwnedPartition): boolean {
  return s.requests.some(
    (request) =>
      request.of === 'fetch' &&
      request.partitions.some(({ partition, offset }) => partition === row && offset === position),
  );
}

/** Puts what has arrived into the buffers; `cause` is the record that brought it. */
export function fetched(s: ConsumerState, sent: FetchInFlight, response: FetchResponse, cause: number): void {
  let asked = 0;
  for (const part of response.partitions) {
    while (asked < sent.partitions.length && sent.partitions[asked]?.partition !== part.partition) asked += 1;
    const offset = sent.partitions[asked]?.offset;
    const owned = ownedRow(s, part.partition);
    if (owned === null || !fetchableAt(owned, offset)) continue;
    if (part.error === 'OFFSET_OUT_OF_RANGE') {
      owned.fetchState = 'await-reset';
      owned.outOfRange = cause;
    } else if (s.view !== null && outdates(part.error)) leaderRefused(s.view, owned);
    else if (part.error === 'NONE' && part.mids.length > 0) {
      owned.buffer = part;
      owned.bufferAt = 0;
      s.buffered.push(owned.row);
    } else if (part.error === 'NONE' && part.next !== undefined) owned.position = part.next;
  }
}

function fetchableAt(owned: OwnedPartition, offset: number | undefined): boolean {
  return owned.fetchState === 'fetching' && owned.buffer === null && owned.position === offset;
}

/** Whether poll() would return something. */
export function canCollect(s: ConsumerState): boolean {
  for (let i = 0; i < s.buffered.length; i += 1) {
    const owned = ownedRow(s, s.buffered[i] as number);
    if (owned !== null && owned.buffer !== null && !owned.paused) return true;
  }
  return false;
}

/** Takes what one poll() returns from the buffers and moves the positions behind it. */
export function collect(p: ConsumerParts, s: ConsumerState): void {
  s.returned.length = 0;
  s.current = 0;
  let left = p.config.maxPollRecords;
  let kept = 0;
  for (let i = 0; i < s.buffered.length; i += 1) {
    const row = s.buffered[i] as number;
    const owned = ownedRow(s, row);
    if (owned === null || owned.buffer === null) continue;
    if (left > 0 && !owned.paused) left -= returnFrom(s, owned, left);
    if (owned.buffer === null) continue;
    s.buffered[kept] = row;
    kept += 1;
  }
  s.buffered.length = kept;
}

function returnFrom(s: ConsumerState, owned: OwnedPartition, limit: number): number {
  const { buffer, bufferAt } = owned;
  if (buffer === null) return 0;
  const count = Math.min(limit, buffer.mids.length - bufferAt);
  const end = bufferAt + count;
  s.returned.push({
    row: owned.row,
    topic: owned.topic,
    partition: owned.partition,
    generation: s.member.generation,
    positioned: owned.positioned,
    offsets: buffer.offsets,
    mids: buffer.mids,
    appended: buffer.appended,
    at: bufferAt,
    end,
  });
  owned.position = (buffer.offsets[end - 1] as number) + 1;
  if (buffer.epochs !== undefined) owned.offsetEpoch = epochAt(buffer.epochs, owned.position - 1);
  owned.bufferAt = end;
  if (end < buffer.mids.length) return count;
  // [KAFKA-TXN-2] markers and aborted records behind the last one take offsets too
  if (buffer.next !== undefined) owned.position = buffer.next;
  owned.buffer = null;
  // the next fetch asks for the others first (SubscriptionState#movePartitionToEnd)
  s.owned.splice(s.owned.indexOf(owned), 1);
  s.owned.push(owned);
  return count;
}

/** Forgets what is buffered or still to be handed out of a partition. */
export function dropBuffered(s: ConsumerState, owned: OwnedPartition): void {
  owned.buffer = null;
  s.buffered = s.buffered.filter((row) => row !== owned.row);
  for (const returned of s.returned) if (returned.row === owned.row) returned.end = returned.at;
}
