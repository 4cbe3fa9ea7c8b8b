/**
 * The Produce request on the leader: checks, idempotence, append, one `append` record in the trace for each message.
 * What acks=all waits for stands in `replication/waiting-produce`. Left out:
 * the closing of the connection on an error under acks=0 (nothing is sent). Rules: SPEC.md, KAFKA-LOG, KAFKA-PRODUCER.
 */
import { intAt, pushInt } from '#sim/base/column.ts';
import { lidOf } from '#sim/messaging/catalog.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import type { BrokerEnv, BrokerState } from '#sim/brokers/kafka/broker-state.ts';
import { endBatch, logEnd, type PartitionLog } from '#sim/brokers/kafka/partition-log.ts';
import {
  checkSequence,
  findDuplicate,
  historyOf,
  remember,
  sequenceAfter,
} from '#sim/brokers/kafka/producer-history.ts';
import {
  checkTransactional,
  noteTransactional,
} from '#sim/brokers/kafka/transactions/partition-transactions.ts';
import { tellStable } from '#sim/brokers/kafka/transactions/stable-offset.ts';
import type { KafkaError, ProduceBatch, ProduceRequest, ProduceResult } from '#sim/brokers/kafka/protocol.ts';
import { takesWrites } from '#sim/brokers/kafka/replication/waiting-produce.ts';
import * as emit from '#sim/trace/emit.ts';

/** Writes what can be written of a request; one result a batch, in the request's order. */
export function produce(
  state: BrokerState,
  env: BrokerEnv,
  ctx: Ctx,
  request: ProduceRequest,
): ProduceResult[] {
  const packet = ctx.cause;
  const results: ProduceResult[] = [];
  for (const batch of request.batches) results.push(writeBatch(state, env, ctx, request, batch, packet));
  return results;
}

function refused(batch: ProduceBatch, error: KafkaError): ProduceResult {
  return { partition: batch.partition, error, baseOffset: -1, duplicate: false, appended: -1 };
}

function writeBatch(
  state: BrokerState,
  env: BrokerEnv,
  ctx: Ctx,
  request: ProduceRequest,
  batch: ProduceBatch,
  packet: number,
): ProduceResult {
  const { acks, producerId, producerEpoch: epoch } = request;
  if (acks !== -1 && acks !== 0 && acks !== 1) return refused(batch, 'INVALID_REQUIRED_ACKS'); // [KAFKA-LOG-3]
  const log = state.logs[batch.partition];
  if (log === undefined) return refused(batch, 'UNKNOWN_TOPIC_OR_PARTITION');
  if (log === null) return refused(batch, 'NOT_LEADER_OR_FOLLOWER');
  if (acks === -1 && state.replication !== null && !takesWrites(state.replication, batch.partition))
    return refused(batch, 'NOT_ENOUGH_REPLICAS'); // [KAFKA-REPLICA-5]
  if (batch.bytes > (env.maxBatchBytes[batch.partition] as number))
    return refused(batch, 'MESSAGE_TOO_LARGE'); // [KAFKA-LOG-4]
  if (log.kept !== null && log.kept.policy.compacts && hasKeyless(env, batch)) {
    return refused(batch, 'INVALID_RECORD'); // [KAFKA-COMPACT-7]
  }
  const denied = request.denied?.get(batch.partition);
  if (denied !== undefined) return refused(batch, denied); // [KAFKA-COORDINATOR-4]
  const baseOffset = logEnd(log);
  if (producerId < 0)
    return written(batch, baseOffset, appendRecords(log, env, ctx, batch.mids, packet), log, ctx.now);

  const first = batch.baseSequence;
  const last = sequenceAfter(first, batch.mids.length - 1);
  const history = historyOf(log.producers, producerId, ctx.now, env.settings.producerIdExpiration);
  const known = findDuplicate(history, epoch, first, last);
  if (known !== null) {
    recordDuplicate(log, ctx, env, batch, known.baseOffset, packet);
    return {
      partition: batch.partition,
      error: 'NONE',
      baseOffset: known.baseOffset,
      duplicate: true,
      appended: -1,
    };
  }
  const error = checkSequence(history, epoch, first);
  if (error !== 'NONE') return refused(batch, error);
  const transactional = request.transactionalId !== undefined;
  const misplaced = checkTransactional(history, transactional);
  if (misplaced !== 'NONE') return refused(batch, misplaced);
  const appended = appendRecords(log, env, ctx, batch.mids, packet, transactional ? producerId + 1 : 0);
  remember(
    log.producers,
    producerId,
    epoch,
    { firstSequence: first, lastSequence: last, baseOffset },
    ctx.now,
  );
  if (transactional) {
    noteTransactional(log, { producerId, firstOffset: baseOffset, endOffset: logEnd(log) });
    tellStable(ctx, log);
  }
  return written(batch, baseOffset, appended, log, ctx.now);
}

/** A compacted log knows records by their keys. */
function hasKeyless({ catalog }: BrokerEnv, { mids }: ProduceBatch): boolean {
  for (const mid of mids) if (intAt(catalog.events.key, lidOf(catalog, mid)) < 0) return true;
  return false;
}

function written(
  batch: ProduceBatch,
  baseOffset: number,
  appended: number,
  log: PartitionLog,
  now: number,
): ProduceResult {
  endBatch(log, batch.bytes, now);
  return { partition: batch.partition, error: 'NONE', baseOffset, duplicate: false, appended };
}

/** Returns the seq of the first message's `append`. */
function appendRecords(
  log: PartitionLog,
  env: BrokerEnv,
  ctx: Ctx,
  mids: Int32Array,
  packet: number,
  transaction = 0,
): number {
  const lids = env.catalog.messages.lid.data;
  const keys = env.catalog.events.key.data;
  const produced = env.catalog.events.produced.data;
  const { topic, partition, leaderEpoch } = log;
  let offset = logEnd(log);
  let firstSeq = -1;
  for (let i = 0; i < mids.length; i += 1) {
    const mid = mids[i] as number;
    const lid = lids[mid] as number;
    const announced = produced[lid] as number;
    const cause = announced >= 0 ? announced : packet;
    ctx.cause = packet;
    const key = keys[lid] as number;
    const seq = emit.append(
      ctx,
      mid,
      lid,
      topic,
      partition,
      offset,
      key,
      leaderEpoch,
      cause,
      packet,
      transaction,
    );
    pushInt(log.mids, mid);
    pushInt(log.appended, seq);
    if (firstSeq < 0) firstSeq = seq;
    offset += 1;
  }
  return firstSeq;
}

/** [KAFKA-PRODUCER-2] A recognised resend is acknowledged with the old offset and not written. */
function recordDuplicate(
  log: PartitionLog,
  ctx: Ctx,
  env: BrokerEnv,
  batch: ProduceBatch,
  baseOffset: number,
  packet: number,
): void {
  for (let i = 0; i < batch.mids.length; i += 1) {
    const mid = batch.mids[i] as number;
    emit.duplicate(ctx, mid, lidOf(env.catalog, mid), log.topic, log.partition, baseOffset + i, packet);
  }
}
