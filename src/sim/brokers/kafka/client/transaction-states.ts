/**
 * The states of a transactional producer and which may follow which (TransactionManager.State#isTransitionValid at the
 * recorded commit; 4.0.0 allows one more, KAFKA-18227). Left out: the prepared state of two-phase commit (KIP-939, not in
 * 4.0). Rule: SPEC.md, KAFKA-TXN-11.
 */
import { rulesOf, type RuleVersion } from '#sim/brokers/kafka/version-rules.ts';

export type TransactionState =
  | 'UNINITIALIZED'
  | 'INITIALIZING'
  | 'READY'
  | 'IN_TRANSACTION'
  | 'COMMITTING_TRANSACTION'
  | 'ABORTING_TRANSACTION'
  | 'ABORTABLE_ERROR'
  | 'FATAL_ERROR';

/** By state, those that it may be entered from; null is any. */
const enteredFrom: Readonly<Record<TransactionState, readonly TransactionState[] | null>> = {
  UNINITIALIZED: ['READY', 'ABORTABLE_ERROR'],
  INITIALIZING: ['UNINITIALIZED', 'ABORTING_TRANSACTION'],
  READY: ['INITIALIZING', 'COMMITTING_TRANSACTION', 'ABORTING_TRANSACTION'],
  IN_TRANSACTION: ['READY'],
  COMMITTING_TRANSACTION: ['IN_TRANSACTION'],
  ABORTING_TRANSACTION: ['IN_TRANSACTION', 'ABORTABLE_ERROR'],
  ABORTABLE_ERROR: ['IN_TRANSACTION', 'COMMITTING_TRANSACTION', 'ABORTABLE_ERROR', 'INITIALIZING'],
  FATAL_ERROR: null,
};

export function isTransactionState(name: string): name is TransactionState {
  return Object.hasOwn(enteredFrom, name);
}

/** [KAFKA-TXN-11] */
export function transitionAllowed(
  from: TransactionState,
  to: TransactionState,
  version: RuleVersion,
): boolean {
  const sources = enteredFrom[to];
  if (sources === null || sources.includes(from)) return true;
  const finishing = from === 'COMMITTING_TRANSACTION' && to === 'INITIALIZING';
  return finishing && rulesOf(version).initializesWhileCommitting;
}
