/**
 * What the leaders and group coordinators ask a transaction's coordinator before they write anything of it (KIP-890:
 * AddPartitionsToTxnManager, ReplicaManager#handleProduceAppend): with transaction.version 1 whether it has the partition,
 * with version 2 to take it in, which the client then need not do. The first write of a producer to a partition waits for
 * that; whatever the same connection sends meanwhile waits behind it, as a connection's requests do in the broker.
 * Rules: SPEC.md, KAFKA-COORDINATOR-4.
 */
import type { BrokerEnv, BrokerState } from '#sim/brokers/kafka/broker-state.ts';
import { NO_OFFSET } from '#sim/brokers/kafka/producer-history.ts';
import { ADD_PARTITIONS_TO_TXN, type KafkaError, type ProduceRequest } from '#sim/brokers/kafka/protocol.ts';
import type {
  AddPartitionsToTxnRequest,
  TransactionResponse,
  TxnOffsetCommitRequest,
} from '#sim/brokers/kafka/transactions/transaction-protocol.ts';
import type { Ctx } from '#sim/kernel/entity.ts';

/** A request of a client that waits for the answer of a transaction's coordinator, or behind one that does. */
export type AwaitingCoordinator = {
  /** Number of the question, -1 = it waits behind another one of the same client. */
  question: number;
  readonly node: number;
  readonly from: number;
  readonly correlation: number;
  readonly cause: number;
} & (
  | { readonly of: 'produce'; readonly request: ProduceRequest }
  | { readonly of: 'offsets'; readonly request: TxnOffsetCommitRequest }
);

type Waiting = AwaitingCoordinator extends infer W
  ? W extends AwaitingCoordinator
    ? Omit<W, 'question' | 'node'>
    : never
  : never;

/** What is ready to be written: a request, and what its coordinator said of the partitions that it was asked about. */
export interface Verified {
  readonly awaited: AwaitingCoordinator;
  readonly error: KafkaError;
  /** Rows that the answer is about. */
  readonly asked: readonly number[];
}

/** Rows of a produce request that this producer has no open transaction on. */
function unopened(state: BrokerState, { producerId, producerEpoch, batches }: ProduceRequest): number[] {
  const rows: number[] = [];
  for (const { partition } of batches) {
    const log = state.logs[partition];
    // what this node does not lead is refused for that
    if (log === undefined || log === null) continue;
    const history = log.producers.get(producerId);
    const open = history !== undefined && history.openSince !== NO_OFFSET && history.epoch === producerEpoch;
    if (!open) rows.push(partition);
  }
  return rows;
}

/** Whether the request has to wait, in which case it is kept and `verified` will bring it back. */
export function mustVerify(state: BrokerState, env: BrokerEnv, ctx: Ctx, waiting: Waiting): boolean {
  const { awaiting } = state.transactions;
  const behind = awaiting.some(({ from, of }) => from === waiting.from && of === waiting.of);
  if (!behind && !needsAnswer(state, waiting)) return false;
  const node = env.metadata.coordinatorOf(waiting.request.transactionalId ?? '');
  const awaited: AwaitingCoordinator = { ...waiting, question: -1, node };
  awaiting.push(awaited);
  if (!behind) ask(state, env, ctx, awaited);
  return true;
}

function needsAnswer(state: BrokerState, waiting: Waiting): boolean {
  return waiting.of === 'offsets' || unopened(state, waiting.request).length > 0;
}

function rowsOf(state: BrokerState, awaited: AwaitingCoordinator): readonly number[] {
  return awaited.of === 'produce' ? unopened(state, awaited.request) : [];
}

function ask(state: BrokerState, env: BrokerEnv, ctx: Ctx, awaited: AwaitingCoordinator): void {
  const { transactions } = state;
  transactions.questions += 1;
  awaited.question = transactions.questions;
  const { producerId, producerEpoch, transactionalId = '' } = awaited.request;
  const request: AddPartitionsToTxnRequest = {
    transactionalId,
    producerId,
    producerEpoch,
    partitions: rowsOf(state, awaited),
    groups: awaited.of === 'offsets' ? [awaited.request.group] : [],
    verifyOnly: env.settings.transactionVersion < 2,
  };
  ctx.send(awaited.node, ADD_PARTITIONS_TO_TXN, awaited.question, 0, 0, 0, 0, request);
}

/** An answer has come: the request that waited for it, or null where nobody does any more. */
export function verified(
  state: BrokerState,
  question: number,
  response: TransactionResponse,
): Verified | null {
  const { awaiting } = state.transactions;
  const at = awaiting.findIndex((awaited) => awaited.question === question);
  const awaited = awaiting[at];
  if (awaited === undefined) return null;
  awaiting.splice(at, 1);
  return { awaited, error: response.error, asked: rowsOf(state, awaited) };
}

/** The next request of the same client, once the one before it has been written; null where none waits or it must ask. */
export function nextVerified(
  state: BrokerState,
  env: BrokerEnv,
  ctx: Ctx,
  { from, of }: AwaitingCoordinator,
): Verified | null {
  const { awaiting } = state.transactions;
  const at = awaiting.findIndex((awaited) => awaited.from === from && awaited.of === of);
  const awaited = awaiting[at];
  if (awaited === undefined || awaited.question >= 0) return null;
  ctx.cause = awaited.cause;
  if (needsAnswer(state, awaited)) {
    ask(state, env, ctx, awaited);
    return null;
  }
  awaiting.splice(at, 1);
  return { awaited, error: 'NONE', asked: [] };
}

/** The connection to a node is gone: what it was asked will not be answered. */
export function unanswered(state: BrokerState, peer: number): number[] {
  return state.transactions.awaiting
    .filter(({ node, question }) => node === peer && question >= 0)
    .map(({ question }) => question);
}
