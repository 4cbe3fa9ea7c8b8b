/**
 * A broker's part in transactions, as its entity sees it: takes the packets and timers that are about them, on the
 * coordinator, on the leaders and on the groups' coordinators; and holds transactional writes back until their
 * coordinator knows of them. What each of them does stands in the files beside this one.
 */
import type { Event } from '#sim/kernel/queue.ts';
import { checkTransactionalCommit } from '#sim/brokers/kafka/group-offsets.ts';
import type { Turn } from '#sim/brokers/kafka/group-turn.ts';
import * as protocol from '#sim/brokers/kafka/protocol.ts';
import { holdOffsets } from '#sim/brokers/kafka/transactions/group-transactions.ts';
import {
  abortTimedOut,
  addToTransaction,
  endTransaction,
  initTransactionalId,
  startTransactions,
  TRANSACTION_SCAN_TIMER,
  transactionPeerGone,
} from '#sim/brokers/kafka/transactions/transaction-coordinator.ts';
import {
  MARKER_RETRY_TIMER,
  markersWritten,
  retryMarkers,
  writeMarkers,
} from '#sim/brokers/kafka/transactions/transaction-markers.ts';
import type { TransactionTurn } from '#sim/brokers/kafka/transactions/transaction-metadata.ts';
import {
  mustVerify,
  nextVerified,
  unanswered,
  verified,
  type Verified,
} from '#sim/brokers/kafka/transactions/transaction-verification.ts';
import type * as messages from '#sim/brokers/kafka/transactions/transaction-protocol.ts';

/** Writes a produce request to the logs and answers it. */
export type Write = (from: number, correlation: number, request: protocol.ProduceRequest) => void;

export interface TransactionsTurn extends TransactionTurn {
  readonly groups: Turn;
  readonly write: Write;
}

/** What a coordinator may be asked in vain. */
const NOT_HERE: messages.TransactionResponse = { error: 'NOT_COORDINATOR' };

/** Takes what is about transactions; false where the event is not. */
export function transactionEvent(turn: TransactionsTurn, event: Event): boolean {
  const { state, env, ctx } = turn;
  const { from, a: correlation, data } = event;
  const answer = (kind: number, response: unknown): true => {
    const last = ctx.cause;
    ctx.send(from, kind, correlation, 0, 0, 0, 0, response);
    ctx.cause = last;
    return true;
  };
  switch (event.kind) {
    case protocol.ADD_PARTITIONS_TO_TXN: {
      const request = data as messages.AddPartitionsToTxnRequest;
      const response = owns(turn, request) ? { error: addToTransaction(turn, request, from) } : NOT_HERE;
      return answer(protocol.ADD_PARTITIONS_TO_TXN_RESPONSE, response);
    }
    case protocol.ADD_PARTITIONS_TO_TXN_RESPONSE:
      goOn(turn, verified(state, correlation, data as messages.TransactionResponse));
      return true;
    case protocol.ADD_OFFSETS_TO_TXN: {
      const request = data as messages.AddOffsetsToTxnRequest;
      const added = { ...request, partitions: [], groups: [request.group], verifyOnly: false };
      const response = owns(turn, request) ? { error: addToTransaction(turn, added, from) } : NOT_HERE;
      return answer(protocol.ADD_OFFSETS_TO_TXN_RESPONSE, response);
    }
    case protocol.END_TXN: {
      const request = data as messages.EndTxnRequest;
      const packet = ctx.cause;
      const response = owns(turn, request) ? endTransaction(turn, request, from) : NOT_HERE;
      ctx.cause = packet;
      return answer(protocol.END_TXN_RESPONSE, response);
    }
    case protocol.TXN_OFFSET_COMMIT:
      commitInTransaction(turn, from, correlation, data as messages.TxnOffsetCommitRequest);
      return true;
    case protocol.WRITE_TXN_MARKERS:
      writeMarkers(state, env, ctx, from, data as messages.WriteTxnMarkersRequest);
      return true;
    case protocol.WRITE_TXN_MARKERS_RESPONSE:
      markersWritten(turn, from, data as messages.WriteTxnMarkersResponse);
      return true;
    case TRANSACTION_SCAN_TIMER:
      abortTimedOut(turn);
      return true;
    case MARKER_RETRY_TIMER:
      retryMarkers(turn);
      return true;
    default:
      return false;
  }
}

function owns({ env }: TransactionsTurn, { transactionalId }: messages.TransactionalProducer): boolean {
  return env.metadata.coordinatorOf(transactionalId) === env.node;
}

/** InitProducerId with a transactional id. */
export function initTransactional(
  turn: TransactionsTurn,
  request: protocol.InitProducerIdRequest,
): protocol.InitProducerIdResponse {
  const here = turn.env.metadata.coordinatorOf(request.transactionalId) === turn.env.node;
  return here
    ? initTransactionalId(turn, request)
    : { error: 'NOT_COORDINATOR', producerId: -1, producerEpoch: -1 };
}

/** A transactional Produce: written at once where its transaction is known to be open on every partition. */
export function produceInTransaction(
  turn: TransactionsTurn,
  from: number,
  correlation: number,
  request: protocol.ProduceRequest,
): void {
  const { state, env, ctx } = turn;
  const { cause } = ctx;
  if (mustVerify(state, env, ctx, { of: 'produce', from, correlation, request, cause })) return;
  turn.write(from, correlation, request);
}

function commitInTransaction(
  turn: TransactionsTurn,
  from: number,
  correlation: number,
  request: messages.TxnOffsetCommitRequest,
): void {
  const { state, env, ctx } = turn;
  const { cause } = ctx;
  const here = env.metadata.coordinatorOf(request.group) === env.node;
  const error = here ? checkTransactionalCommit(turn.groups, request) : 'NOT_COORDINATOR';
  if (error !== 'NONE') {
    ctx.cause = cause;
    ctx.send(from, protocol.TXN_OFFSET_COMMIT_RESPONSE, correlation, 0, 0, 0, 0, { error });
    return;
  }
  mustVerify(state, env, ctx, { of: 'offsets', from, correlation, request, cause });
}

/** A request has its coordinator's word: it is written or refused; then whatever waited behind it. */
function goOn(turn: TransactionsTurn, ready: Verified | null): void {
  const { state, env, ctx } = turn;
  for (let next = ready; next !== null;) {
    const { awaited, error, asked } = next;
    if (awaited.of === 'produce') {
      const code = onTheWire(error);
      const denied = error === 'NONE' ? undefined : new Map(asked.map((row) => [row, code]));
      turn.write(awaited.from, awaited.correlation, { ...awaited.request, denied });
    } else {
      if (error === 'NONE') holdOffsets(state, awaited.request);
      const { cause } = ctx;
      ctx.send(awaited.from, protocol.TXN_OFFSET_COMMIT_RESPONSE, awaited.correlation, 0, 0, 0, 0, { error });
      ctx.cause = cause;
    }
    next = nextVerified(state, env, ctx, awaited);
  }
}

/** What a producer is told: a coordinator that was not to be had is like too few replicas, which it tries again. */
function onTheWire(error: protocol.KafkaError): protocol.KafkaError {
  switch (error) {
    case 'NETWORK_EXCEPTION':
    case 'NOT_COORDINATOR':
    case 'COORDINATOR_NOT_AVAILABLE':
    case 'COORDINATOR_LOAD_IN_PROGRESS':
      return 'NOT_ENOUGH_REPLICAS';
    case 'PRODUCER_FENCED':
      return 'INVALID_PRODUCER_EPOCH';
    default:
      return error;
  }
}

/** The connection to `peer` is gone. */
export function transactionsLost(turn: TransactionsTurn, peer: number): void {
  const { cause } = turn.ctx;
  for (const question of unanswered(turn.state, peer)) {
    turn.ctx.cause = cause;
    goOn(turn, verified(turn.state, question, { error: 'NETWORK_EXCEPTION' }));
  }
  turn.ctx.cause = cause;
  transactionPeerGone(turn, peer);
}

export { startTransactions };
