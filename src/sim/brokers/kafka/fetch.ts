/**
 * The Fetch request: answered at once where `fetch.min.bytes` can be read (or something is wrong, or the client does
 * not wait), else parked until data comes or `fetch.max.wait.ms` is over. Responses carry the partitions that have
 * records or an error, as in an incremental fetch session (KIP-227). Followers' fetches: `replication/leading`. Left out: quotas.
 * Rules: SPEC.md, KAFKA-LOG.
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import { BACKGROUND } from '#sim/kernel/queue.ts';
import type { BrokerState, ParkedFetch } from '#sim/brokers/kafka/broker-state.ts';
import { logEnd, readRecords, spanFrom } from '#sim/brokers/kafka/partition-log.ts';
import { endFor, recordsFor } from '#sim/brokers/kafka/transactions/isolation.ts';
import { advanceLeading } from '#sim/brokers/kafka/replication/leading.ts';
import {
  FETCH_RESPONSE,
  type FetchedPartition,
  type FetchRequest,
  type KafkaError,
} from '#sim/brokers/kafka/protocol.ts';

/** The end of a long poll. */
export const FETCH_WAIT_OVER = 176 | BACKGROUND;

const NO_ROWS = new Int32Array(0);

/** Answers or parks a fetch from entity `from`. */
export function fetch(
  state: BrokerState,
  ctx: Ctx,
  from: number,
  correlation: number,
  request: FetchRequest,
): void {
  if (request.maxWait <= 0 || request.partitions.length === 0 || canAnswer(state, request)) {
    answer(state, ctx, from, correlation, request);
    return;
  }
  state.parkedIds += 1;
  const timer = ctx.schedule(request.maxWait, FETCH_WAIT_OVER, state.parkedIds);
  state.parked.push({ id: state.parkedIds, from, correlation, request, timer });
}

/** [KAFKA-LOG-6] After an append: answers the parked fetches that now have enough, those of followers first. */
export function answerParked(state: BrokerState, ctx: Ctx): void {
  const { parked, replication } = state;
  if (replication !== null) advanceLeading(state, replication, ctx);
  if (parked.length === 0) return;
  const cause = ctx.cause;
  let kept = 0;
  for (let i = 0; i < parked.length; i += 1) {
    const waiting = parked[i] as ParkedFetch;
    if (canAnswer(state, waiting.request)) {
      ctx.cancel(waiting.timer);
      ctx.cause = cause;
      answer(state, ctx, waiting.from, waiting.correlation, waiting.request);
    } else {
      parked[kept] = waiting;
      kept += 1;
    }
  }
  parked.length = kept;
}

/** [KAFKA-LOG-7] The wait of parked fetch `id` is over: it gets what there is. */
export function endFetchWait(state: BrokerState, ctx: Ctx, id: number): void {
  const index = state.parked.findIndex((waiting) => waiting.id === id);
  const waiting = state.parked[index];
  if (waiting === undefined) return;
  state.parked.splice(index, 1);
  answer(state, ctx, waiting.from, waiting.correlation, waiting.request);
}

/** The connection to `peer` is gone, and with it whatever it waited for. */
export function forgetFetches(state: BrokerState, ctx: Ctx, peer: number): void {
  for (const waiting of state.parked) if (waiting.from === peer) ctx.cancel(waiting.timer);
  state.parked = state.parked.filter((waiting) => waiting.from !== peer);
}

function errorOf(state: BrokerState, partition: number, offset: number): KafkaError {
  const log = state.logs[partition];
  if (log === undefined) return 'UNKNOWN_TOPIC_OR_PARTITION';
  if (log === null) return 'NOT_LEADER_OR_FOLLOWER';
  return offset < log.logStart || offset > logEnd(log) ? 'OFFSET_OUT_OF_RANGE' : 'NONE'; // [KAFKA-LOG-8]
}

function canAnswer(state: BrokerState, request: FetchRequest): boolean {
  const { partitions } = request;
  const committed = request.readCommitted === true;
  let bytes = 0;
  let left = request.maxBytes;
  for (let i = 0; i < partitions.length; i += 1) {
    const { partition, offset, maxBytes } = partitions[i] as FetchRequest['partitions'][number];
    const log = state.logs[partition];
    if (log === undefined || log === null) return true;
    const end = endFor(log, committed);
    if (offset >= end && offset <= logEnd(log)) continue;
    if (errorOf(state, partition, offset) !== 'NONE') return true;
    const span = spanFrom(log, offset, Math.min(maxBytes, left), bytes === 0, end);
    bytes += span.bytes;
    left = Math.max(0, left - span.bytes);
    if (bytes >= request.minBytes) return true;
  }
  return bytes >= request.minBytes;
}

/** Reads in the request's order; [KAFKA-LOG-5] at least one batch comes, however small the limits are. */
function answer(
  state: BrokerState,
  ctx: Ctx,
  from: number,
  correlation: number,
  request: FetchRequest,
): void {
  const found: FetchedPartition[] = [];
  let bytes = 0;
  let left = request.maxBytes;
  const committed = request.readCommitted === true;
  for (const { partition, offset, maxBytes } of request.partitions) {
    const error = errorOf(state, partition, offset);
    const log = state.logs[partition];
    if (error !== 'NONE' || log === undefined || log === null) {
      found.push(failed(partition, error, log === undefined || log === null ? -1 : log.logStart));
      // What took the records away is why the reader is told so.
      const moved = log?.kept?.moved ?? -1;
      if (error === 'OFFSET_OUT_OF_RANGE' && moved >= 0) ctx.cause = moved;
      continue;
    }
    const end = endFor(log, committed);
    if (offset >= end) continue;
    const span = spanFrom(log, offset, Math.min(maxBytes, left), bytes === 0, end);
    if (span.rows > 0) {
      const read = readRecords(log, offset, span.rows);
      const told =
        log.transactions === null ? read : recordsFor(log, read, offset, offset + span.rows, committed);
      const epochs = state.replication?.replicas[partition]?.epochs;
      found.push(epochs === undefined ? told : { ...told, epochs: [...epochs] });
    }
    bytes += span.bytes;
    left = Math.max(0, left - span.bytes);
  }
  ctx.send(from, FETCH_RESPONSE, correlation, 0, 0, 0, 0, { partitions: found }, bytes);
}

function failed(partition: number, error: KafkaError, logStart: number): FetchedPartition {
  return {
    partition,
    error,
    offsets: NO_ROWS,
    mids: NO_ROWS,
    appended: NO_ROWS,
    highWatermark: -1,
    logStart,
  };
}
