/**
 * The second phase: a decided transaction is marked on every leader that has records of it and in every group that has
 * offsets of it (TransactionMarkerChannelManager; KafkaApis#handleWriteTxnMarkersRequest). A node that does not answer is
 * asked again for ever: what was decided holds. Simplified: a leader answers as soon as it has written the marker, before
 * its followers have. Rules: SPEC.md, KAFKA-COORDINATOR-6, 7.
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import type { BrokerEnv, BrokerState } from '#sim/brokers/kafka/broker-state.ts';
import { answerParked } from '#sim/brokers/kafka/fetch.ts';
import { advanceLeading } from '#sim/brokers/kafka/replication/leading.ts';
import { WRITE_TXN_MARKERS, WRITE_TXN_MARKERS_RESPONSE } from '#sim/brokers/kafka/protocol.ts';
import { endGroupTransaction } from '#sim/brokers/kafka/transactions/group-transactions.ts';
import { appendMarker } from '#sim/brokers/kafka/transactions/partition-transactions.ts';
import { tellStable } from '#sim/brokers/kafka/transactions/stable-offset.ts';
import {
  coordinatorState,
  stepTransaction,
  type NodeMarkers,
  type TransactionMetadata,
  type TransactionTurn,
} from '#sim/brokers/kafka/transactions/transaction-metadata.ts';
import type {
  WriteTxnMarkersRequest,
  WriteTxnMarkersResponse,
} from '#sim/brokers/kafka/transactions/transaction-protocol.ts';
import * as emit from '#sim/trace/emit.ts';
import { BrokerTransactionState } from '#sim/trace/vocabulary.ts';

/** Markers that were not written are sent again. */
export const MARKER_RETRY_TIMER = 178;
/** µs; retry.backoff.ms of the broker's own client (TransactionMarkerChannelManager). */
const RETRY_BACKOFF = 100_000;

/** The transaction is decided: its markers leave for every node concerned. */
export function sendMarkers(turn: TransactionTurn, transaction: TransactionMetadata): void {
  transaction.markers = shareOut(turn, transaction.partitions, transaction.groups);
  if (transaction.markers.length === 0) completed(turn, transaction);
  else askUnasked(turn, transaction);
}

/** To whom the markers have to go, by the leaders that this node knows of. */
function shareOut(
  { state, env }: TransactionTurn,
  partitions: readonly number[],
  groups: readonly string[],
): NodeMarkers[] {
  const byNode = new Map<number, { partitions: number[]; groups: string[] }>();
  const at = (node: number): { partitions: number[]; groups: string[] } => {
    const known = byNode.get(node) ?? { partitions: [], groups: [] };
    byNode.set(node, known);
    return known;
  };
  for (const row of partitions) {
    const first = env.metadata.partitions[row]?.leader ?? env.node;
    const leader = state.replication?.image.partitions[row]?.leader ?? first;
    // where nobody leads now, whoever led at first says so, and it is tried again
    at(leader < 0 ? first : leader).partitions.push(row);
  }
  for (const group of groups) at(env.metadata.coordinatorOf(group)).groups.push(group);
  return [...byNode].map(([node, what]) => ({ node, ...what, asked: false }));
}

function askUnasked(turn: TransactionTurn, transaction: TransactionMetadata): void {
  const { ctx, state } = turn;
  const { cause } = ctx;
  for (const markers of transaction.markers) {
    if (markers.asked) continue;
    markers.asked = true;
    ctx.cause = cause;
    const request: WriteTxnMarkersRequest = {
      transactionalId: transaction.id,
      producerId: transaction.producerId,
      producerEpoch: transaction.producerEpoch,
      commit: coordinatorState(transaction) === 'PrepareCommit',
      coordinatorEpoch: state.transactions.coordinatorEpoch,
      partitions: markers.partitions,
      groups: markers.groups,
    };
    ctx.send(markers.node, WRITE_TXN_MARKERS, 0, 0, 0, 0, 0, request);
  }
}

/** On a leader or group coordinator: writes the markers and answers. */
export function writeMarkers(
  state: BrokerState,
  env: BrokerEnv,
  ctx: Ctx,
  from: number,
  request: WriteTxnMarkersRequest,
): void {
  const { transactionalId, producerId, producerEpoch, commit, coordinatorEpoch } = request;
  const packet = ctx.cause;
  const marked: number[] = [];
  const marker = { producerId, producerEpoch, commit, coordinatorEpoch };
  for (const row of request.partitions) {
    const log = state.logs[row];
    if (log === undefined || log === null) continue;
    marked.push(row);
    const written = appendMarker(log, marker, ctx.now, env.settings.producerIdExpiration);
    // a marker of an older epoch or coordinator has been overtaken: there is nothing left to be marked
    if (written.error !== 'NONE') continue;
    ctx.cause = packet;
    const { topic, partition } = log;
    emit.marker(ctx, topic, partition, written.offset, commit ? 1 : 0, producerId, producerEpoch);
    tellStable(ctx, log);
  }
  for (const group of request.groups) {
    ctx.cause = packet;
    endGroupTransaction(state, env, ctx, group, producerId, commit);
  }
  const last = ctx.cause;
  const answer: WriteTxnMarkersResponse = {
    transactionalId,
    producerEpoch,
    partitions: marked,
    groups: request.groups,
    failed: marked.length < request.partitions.length,
  };
  ctx.cause = packet;
  ctx.send(from, WRITE_TXN_MARKERS_RESPONSE, 0, 0, 0, 0, 0, answer);
  ctx.cause = last;
  if (state.replication !== null) advanceLeading(state, state.replication, ctx);
  answerParked(state, ctx);
}

/** A node has answered: what it could not write is tried again, and the last answer completes the transaction. */
export function markersWritten(turn: TransactionTurn, from: number, response: WriteTxnMarkersResponse): void {
  const transaction = turn.state.transactions.metadata.get(response.transactionalId);
  if (transaction === undefined || transaction.producerEpoch !== response.producerEpoch) return;
  const markers = transaction.markers.find(({ node }) => node === from);
  if (markers === undefined) return;
  markers.partitions = markers.partitions.filter((row) => !response.partitions.includes(row));
  markers.groups = markers.groups.filter((group) => !response.groups.includes(group));
  if (response.failed) tryAgain(turn, markers);
  if (markers.partitions.length + markers.groups.length > 0) return;
  transaction.markers = transaction.markers.filter((other) => other !== markers);
  if (transaction.markers.length === 0) completed(turn, transaction);
}

function tryAgain({ state, ctx }: TransactionTurn, markers: NodeMarkers): void {
  markers.asked = false;
  const { transactions } = state;
  if (transactions.retry < 0) transactions.retry = ctx.schedule(RETRY_BACKOFF, MARKER_RETRY_TIMER);
}

/** The connection to a node is gone: what it was asked is asked again. */
export function markersLost(turn: TransactionTurn, peer: number): void {
  for (const { markers } of turn.state.transactions.metadata.values()) {
    for (const one of markers) if (one.node === peer && one.asked) tryAgain(turn, one);
  }
}

/** Leaders may have changed meanwhile: what is left is shared out anew. */
export function retryMarkers(turn: TransactionTurn): void {
  const { cause } = turn.ctx;
  turn.state.transactions.retry = -1;
  for (const transaction of turn.state.transactions.metadata.values()) {
    const unasked = transaction.markers.filter(({ asked }) => !asked);
    if (unasked.length === 0) continue;
    const anew = shareOut(
      turn,
      unasked.flatMap(({ partitions }) => partitions),
      unasked.flatMap(({ groups }) => groups),
    );
    transaction.markers = transaction.markers.filter(({ asked }) => asked);
    for (const one of anew) {
      const known = transaction.markers.find(({ node }) => node === one.node);
      // one question at a time to a node: what came to it meanwhile goes with the next
      if (known === undefined) transaction.markers.push(one);
      else {
        known.partitions = [...known.partitions, ...one.partitions];
        known.groups = [...known.groups, ...one.groups];
        known.asked = false;
      }
    }
    turn.ctx.cause = cause;
    askUnasked(turn, transaction);
  }
}

/** [KAFKA-COORDINATOR-6] Everything is marked. */
function completed(turn: TransactionTurn, transaction: TransactionMetadata): void {
  const { ctx } = turn;
  const committed = coordinatorState(transaction) === 'PrepareCommit';
  stepTransaction(turn, transaction, { type: 'MARKED' });
  transaction.partitions = [];
  transaction.groups = [];
  transaction.startedAt = -1;
  const { nameId, producerId, producerEpoch, entity } = transaction;
  const state = committed ? BrokerTransactionState.committed : BrokerTransactionState.aborted;
  emit.brokerTransaction(ctx, state, nameId, producerId, producerEpoch, entity, -1);
}
