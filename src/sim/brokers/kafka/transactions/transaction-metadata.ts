/**
 * What a coordinator keeps of each transactional id (TransactionMetadata, TransactionStateManager). Durable: it stands in
 * __transaction_state; a restarted coordinator goes on with it, except with a fence that was under way. Which node
 * coordinates an id never changes. Left out: replication of that topic.
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import { topState, type MachineHost, type MachineState, type Subject } from '#sim/machines/host.ts';
import type { BrokerEnv, BrokerState } from '#sim/brokers/kafka/broker-state.ts';
import type {
  CoordinatorState,
  TransactionMachineEvent,
} from '#sim/brokers/kafka/transactions/transaction-coordinator.machine.ts';
import type { AwaitingCoordinator } from '#sim/brokers/kafka/transactions/transaction-verification.ts';

/** What of a transaction is to be marked on one node. */
export interface NodeMarkers {
  readonly node: number;
  partitions: readonly number[];
  groups: readonly string[];
  /** Whether an answer can still come. */
  asked: boolean;
}

export interface TransactionMetadata {
  readonly id: string;
  readonly nameId: number;
  machine: MachineState;
  producerId: number;
  /** The epoch that may write now. */
  producerEpoch: number;
  /** The epoch before the last transaction's end raised it, -1 = it did not: an EndTxn that is sent again carries it. */
  lastEpoch: number;
  /** Entity that last initialised the id, for the trace. */
  entity: number;
  /** transaction.timeout.ms, in µs; and when the open transaction began, -1 = none is open. */
  timeout: number;
  startedAt: number;
  partitions: number[];
  groups: string[];
  /** Markers that are still to be written. */
  markers: NodeMarkers[];
}

export interface TransactionsState {
  /** Durable, by transactional id. */
  readonly metadata: Map<string, TransactionMetadata>;
  /** Durable: how often this coordinator has started. */
  coordinatorEpoch: number;
  /** Volatile: the timer of the next look for transactions past their time, and of markers to be sent again; -1 = none. */
  scan: number;
  retry: number;
  /** Volatile, as a leader or group coordinator: requests that wait for a transaction's coordinator. */
  awaiting: AwaitingCoordinator[];
  questions: number;
}

export function createTransactionsState(): TransactionsState {
  return { metadata: new Map(), coordinatorEpoch: 0, scan: -1, retry: -1, awaiting: [], questions: 0 };
}

/** One turn of the coordinator, made anew for each event. */
export interface TransactionTurn {
  readonly state: BrokerState;
  readonly env: BrokerEnv;
  readonly ctx: Ctx;
  readonly machines: MachineHost;
}

export function coordinatorState({ machine }: TransactionMetadata): CoordinatorState {
  return topState(machine.value) as CoordinatorState;
}

export function subjectOf({ id, nameId, producerEpoch }: TransactionMetadata): Subject {
  return { key: id, nameId, generation: producerEpoch };
}

/** Steps the transaction's machine. */
export function stepTransaction(
  turn: TransactionTurn,
  transaction: TransactionMetadata,
  event: TransactionMachineEvent,
): void {
  turn.machines.send(turn.ctx, transaction.machine, subjectOf(transaction), event);
}
