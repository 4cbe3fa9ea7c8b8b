/**
 * The transaction coordinator of a node: who may write under a transactional id, what belongs to its open transaction, and
 * how that ends (TransactionCoordinator; KIP-98, KIP-447, KIP-890). One node coordinates an id for good (the one that
 * `Metadata.coordinatorOf` names). Left out: exhaustion of epochs, expiry of unused ids, two-phase commit (KIP-939),
 * administration. Rules: SPEC.md, KAFKA-COORDINATOR.
 */
import { intern } from '#sim/base/names.ts';
import type { BrokerEnv, BrokerState } from '#sim/brokers/kafka/broker-state.ts';
import type {
  InitProducerIdRequest,
  InitProducerIdResponse,
  KafkaError,
} from '#sim/brokers/kafka/protocol.ts';
import { markersLost, sendMarkers } from '#sim/brokers/kafka/transactions/transaction-markers.ts';
import {
  coordinatorState,
  stepTransaction,
  subjectOf,
  type TransactionMetadata,
  type TransactionTurn,
} from '#sim/brokers/kafka/transactions/transaction-metadata.ts';
import type {
  AddPartitionsToTxnRequest,
  EndTxnRequest,
  EndTxnResponse,
  TransactionalProducer,
} from '#sim/brokers/kafka/transactions/transaction-protocol.ts';
import * as emit from '#sim/trace/emit.ts';
import { BrokerTransactionState } from '#sim/trace/vocabulary.ts';

/** Looks for transactions past their time. It runs only while one is open. */
export const TRANSACTION_SCAN_TIMER = 189;

/** [KAFKA-PRODUCER-1] A new id, unique in the cluster. */
export function newProducerId(state: BrokerState, { metadata: { nodes }, node }: BrokerEnv): number {
  const producerId = state.producerIds * nodes.length + Math.max(0, nodes.indexOf(node));
  state.producerIds += 1;
  return producerId;
}

/** [KAFKA-COORDINATOR-1, 2] Whoever initialises an id is its only producer from then on. */
export function initTransactionalId(
  turn: TransactionTurn,
  request: InitProducerIdRequest,
): InitProducerIdResponse {
  const { transactions } = turn.state;
  const { transactionalId, transactionTimeout, entity } = request;
  if (transactionTimeout > turn.env.settings.transactionMaxTimeout) {
    return refusedInit('INVALID_TRANSACTION_TIMEOUT');
  }
  let transaction = transactions.metadata.get(transactionalId);
  if (transaction === undefined) {
    transaction = create(turn, request);
    transactions.metadata.set(transactionalId, transaction);
  } else {
    switch (coordinatorState(transaction)) {
      case 'PrepareCommit':
      case 'PrepareAbort':
      case 'PrepareEpochFence':
        return refusedInit('CONCURRENT_TRANSACTIONS');
      case 'Ongoing':
        fence(turn, transaction, 'PRODUCER_FENCED');
        return refusedInit('CONCURRENT_TRANSACTIONS');
      default:
        stepTransaction(turn, transaction, { type: 'INIT' });
        transaction.producerEpoch += 1;
        transaction.lastEpoch = -1;
        transaction.timeout = transactionTimeout;
        transaction.entity = entity;
    }
  }
  tell(turn, transaction, BrokerTransactionState.initialized);
  const { producerId, producerEpoch } = transaction;
  return { error: 'NONE', producerId, producerEpoch };
}

function refusedInit(error: KafkaError): InitProducerIdResponse {
  return { error, producerId: -1, producerEpoch: -1 };
}

function create(turn: TransactionTurn, request: InitProducerIdRequest): TransactionMetadata {
  const { transactionalId: id, transactionTimeout: timeout, entity } = request;
  const nameId = intern(turn.env.catalog.names, id);
  return {
    id,
    nameId,
    machine: turn.machines.start(turn.ctx, { key: id, nameId, generation: 0 }),
    producerId: newProducerId(turn.state, turn.env),
    producerEpoch: 0,
    lastEpoch: -1,
    entity,
    timeout,
    startedAt: -1,
    partitions: [],
    groups: [],
    markers: [],
  };
}

function tell(turn: TransactionTurn, transaction: TransactionMetadata, state: number, code = -1): void {
  const { nameId, producerId, producerEpoch, entity } = transaction;
  emit.brokerTransaction(turn.ctx, state, nameId, producerId, producerEpoch, entity, code);
}

/** The transaction that a request speaks of, or why it may not. */
function find(
  { state }: TransactionTurn,
  { transactionalId, producerId }: TransactionalProducer,
): TransactionMetadata | null {
  const transaction = state.transactions.metadata.get(transactionalId);
  return transaction === undefined || transaction.producerId !== producerId ? null : transaction;
}

/** [KAFKA-COORDINATOR-3, 4] Takes partitions and groups into the transaction, which begins with the first; or only looks. */
export function addToTransaction(
  turn: TransactionTurn,
  request: AddPartitionsToTxnRequest,
  from: number,
): KafkaError {
  const transaction = find(turn, request);
  if (transaction === null) return 'INVALID_PRODUCER_ID_MAPPING';
  if (request.producerEpoch !== transaction.producerEpoch) return outdated(turn, request, transaction, from);
  const state = coordinatorState(transaction);
  if (request.verifyOnly) return contains(transaction, request) ? 'NONE' : 'INVALID_TXN_STATE';
  if (state === 'PrepareCommit' || state === 'PrepareAbort' || state === 'PrepareEpochFence') {
    return 'CONCURRENT_TRANSACTIONS';
  }
  if (state === 'Dead') return 'INVALID_PRODUCER_ID_MAPPING';
  for (const row of request.partitions) {
    if (!transaction.partitions.includes(row)) transaction.partitions.push(row);
  }
  for (const group of request.groups) {
    if (!transaction.groups.includes(group)) transaction.groups.push(group);
  }
  if (state !== 'Ongoing') {
    stepTransaction(turn, transaction, { type: 'ADD' });
    transaction.startedAt = turn.ctx.now;
    transaction.lastEpoch = -1;
    tell(turn, transaction, BrokerTransactionState.begun);
    armScan(turn);
  }
  return 'NONE';
}

function contains(transaction: TransactionMetadata, request: AddPartitionsToTxnRequest): boolean {
  return (
    coordinatorState(transaction) === 'Ongoing' &&
    request.partitions.every((row) => transaction.partitions.includes(row)) &&
    request.groups.every((group) => transaction.groups.includes(group))
  );
}

/** [KAFKA-COORDINATOR-2] Somebody else has had the id initialised, or the transaction was aborted over its head. */
function outdated(
  { ctx, env }: TransactionTurn,
  { producerId, producerEpoch }: TransactionalProducer,
  { nameId }: TransactionMetadata,
  from: number,
): KafkaError {
  const code = intern(env.catalog.names, 'PRODUCER_FENCED');
  // a leader asks on behalf of a producer that it does not name
  const actor = env.metadata.nodes.includes(from) ? -1 : from;
  emit.brokerTransaction(ctx, BrokerTransactionState.fenced, nameId, producerId, producerEpoch, actor, code);
  return 'PRODUCER_FENCED';
}

/** [KAFKA-COORDINATOR-5] The producer says how its transaction ends; what is stored now holds, whatever becomes of it. */
export function endTransaction(turn: TransactionTurn, request: EndTxnRequest, from: number): EndTxnResponse {
  const transaction = find(turn, request);
  if (transaction === null) return refusedEnd('INVALID_PRODUCER_ID_MAPPING');
  const raises = turn.env.settings.transactionVersion >= 2;
  const again = raises && request.producerEpoch === transaction.lastEpoch;
  if (request.producerEpoch !== transaction.producerEpoch && !again) {
    return refusedEnd(outdated(turn, request, transaction, from));
  }
  const { commit } = request;
  switch (coordinatorState(transaction)) {
    case 'Ongoing':
      decide(turn, transaction, commit);
      return ended(turn, transaction);
    case 'PrepareCommit':
      return refusedEnd(commit ? 'CONCURRENT_TRANSACTIONS' : 'INVALID_TXN_STATE');
    case 'PrepareAbort':
      return refusedEnd(commit ? 'INVALID_TXN_STATE' : 'CONCURRENT_TRANSACTIONS');
    case 'CompleteCommit':
      if (commit && (!raises || again)) return ended(turn, transaction);
      break;
    case 'CompleteAbort':
      if (!commit && (!raises || again)) return ended(turn, transaction);
      break;
    case 'PrepareEpochFence':
      return refusedEnd('CONCURRENT_TRANSACTIONS');
    case 'Empty':
      break;
    case 'Dead':
      return refusedEnd('INVALID_PRODUCER_ID_MAPPING');
  }
  if (!raises || commit || again) return refusedEnd('INVALID_TXN_STATE');
  // an abort of a transaction that wrote nothing raises the epoch all the same
  decide(turn, transaction, false);
  return ended(turn, transaction);
}

function refusedEnd(error: KafkaError): EndTxnResponse {
  return { error, producerId: -1, producerEpoch: -1 };
}

function ended(turn: TransactionTurn, { producerId, producerEpoch }: TransactionMetadata): EndTxnResponse {
  if (turn.env.settings.transactionVersion < 2) return { error: 'NONE', producerId: -1, producerEpoch: -1 };
  return { error: 'NONE', producerId, producerEpoch };
}

/** [KAFKA-COORDINATOR-8] With version 2 a transaction's end raises the epoch, and its markers carry the raised one. */
function decide(turn: TransactionTurn, transaction: TransactionMetadata, commit: boolean): void {
  stepTransaction(turn, transaction, { type: commit ? 'COMMIT' : 'ABORT' });
  if (turn.env.settings.transactionVersion >= 2) {
    transaction.lastEpoch = transaction.producerEpoch;
    transaction.producerEpoch += 1;
  }
  const { 'commit prepared': prepared, 'abort prepared': given } = BrokerTransactionState;
  tell(turn, transaction, commit ? prepared : given);
  sendMarkers(turn, transaction);
}

/** Aborts an open transaction over its producer's head: the epoch that it writes with is no longer good. */
function fence(turn: TransactionTurn, transaction: TransactionMetadata, code: KafkaError): void {
  stepTransaction(turn, transaction, { type: 'FENCE' });
  transaction.producerEpoch += 1;
  tell(turn, transaction, BrokerTransactionState.fenced, intern(turn.env.catalog.names, code));
  decide(turn, transaction, false);
  transaction.lastEpoch = -1;
}

/** [KAFKA-COORDINATOR-10] Every transaction.abort.timed.out.transaction.cleanup.interval.ms since the node's beginning. */
function armScan({ state, env, ctx }: TransactionTurn): void {
  const { transactions } = state;
  if (transactions.scan >= 0) return;
  const interval = env.settings.transactionScanInterval;
  transactions.scan = ctx.schedule(interval - (ctx.now % interval), TRANSACTION_SCAN_TIMER);
}

export function abortTimedOut(turn: TransactionTurn): void {
  const { cause, now } = turn.ctx;
  turn.state.transactions.scan = -1;
  let open = false;
  for (const transaction of turn.state.transactions.metadata.values()) {
    if (coordinatorState(transaction) !== 'Ongoing') continue;
    if (transaction.startedAt + transaction.timeout < now) {
      turn.ctx.cause = cause;
      fence(turn, transaction, 'REQUEST_TIMED_OUT');
    } else open = true;
  }
  if (open) armScan(turn);
}

/** The node has come up: what was decided goes on, what was open stays open, a fence that was under way is forgotten. */
export function startTransactions(turn: TransactionTurn): void {
  const { transactions } = turn.state;
  const { cause } = turn.ctx;
  transactions.coordinatorEpoch += 1;
  for (const transaction of transactions.metadata.values()) {
    const state = coordinatorState(transaction);
    const stands = state === 'PrepareEpochFence' ? 'Ongoing' : state;
    turn.ctx.cause = cause;
    transaction.machine = turn.machines.resume(turn.ctx, subjectOf(transaction), stands, {}, 'load');
    if (stands === 'Ongoing') armScan(turn);
    else if (stands === 'PrepareCommit' || stands === 'PrepareAbort') sendMarkers(turn, transaction);
  }
}

/** The connection to a node is gone. */
export const transactionPeerGone = markersLost;
