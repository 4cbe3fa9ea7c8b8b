/**
 * The states of a transaction on its coordinator (TransactionState and its valid previous states; KIP-98, KIP-890). The
 * machine knows the states; producers, partitions and markers are the coordinator's. PrepareEpochFence is passed through
 * while a producer is fenced whose transaction is still open. Rules: SPEC.md, KAFKA-COORDINATOR.
 */
import { setup } from 'xstate';

export type TransactionMachineEvent =
  | { readonly type: 'ADD' }
  | { readonly type: 'INIT' }
  | { readonly type: 'COMMIT' }
  | { readonly type: 'ABORT' }
  | { readonly type: 'FENCE' }
  | { readonly type: 'MARKED' }
  | { readonly type: 'EXPIRE' };

/** The names of the states. */
export type CoordinatorState =
  | 'Empty'
  | 'Ongoing'
  | 'PrepareEpochFence'
  | 'PrepareCommit'
  | 'PrepareAbort'
  | 'CompleteCommit'
  | 'CompleteAbort'
  | 'Dead';

/** Nothing is open. An abort of nothing raises the epoch all the same (transaction.version 2). */
const closed = { ADD: 'Ongoing', INIT: 'Empty', ABORT: 'PrepareAbort', EXPIRE: 'Dead' } as const;

export const transactionCoordinatorMachine = setup({
  types: { events: {} as TransactionMachineEvent },
}).createMachine({
  id: 'transaction-coordinator',
  initial: 'Empty',
  states: {
    Empty: { on: closed },
    Ongoing: { on: { COMMIT: 'PrepareCommit', ABORT: 'PrepareAbort', FENCE: 'PrepareEpochFence' } },
    PrepareEpochFence: { on: { ABORT: 'PrepareAbort' } },
    PrepareCommit: { on: { MARKED: 'CompleteCommit' } },
    PrepareAbort: { on: { MARKED: 'CompleteAbort' } },
    CompleteCommit: { on: closed },
    CompleteAbort: { on: closed },
    Dead: {},
  },
});
