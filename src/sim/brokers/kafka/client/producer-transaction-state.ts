/**
 * What a transactional producer's process holds in memory of its transaction, beside its batches: the client's state, what
 * the program waits for, and the one request that may be under way. All of it dies with the process; the coordinator's
 * part does not.
 */
import type { TransactionState } from '#sim/brokers/kafka/client/transaction-states.ts';

/** What sendOffsetsToTransaction is given: the offsets, and who in the group says so (ConsumerGroupMetadata). */
export interface GroupSettlement {
  readonly group: string;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly generation: number;
  readonly entity: number;
  readonly offsets: readonly { readonly partition: number; readonly offset: number }[];
}

/** What the program waits for. */
export interface TransactionCall {
  readonly of: 'begin' | 'offsets' | 'commit' | 'abort';
  readonly token: number;
}

export type RequestOf = 'add-partitions' | 'add-offsets' | 'offsets' | 'end';

export interface ProducerTransaction {
  state: TransactionState;
  /** Why it is in one of the error states, '' = it is in none. */
  code: string;
  call: TransactionCall | null;
  /** Something of the open transaction may have reached a broker. */
  begun: boolean;
  /** transaction.version 1: rows and group that the coordinator has. */
  added: number[];
  addedGroup: string;
  settlement: GroupSettlement | null;
  request: { of: RequestOf; correlation: number; node: number; rows: number[]; deadline: number } | null;
  failures: number;
  /** Timer of the next attempt, -1 = none. */
  timer: number;
}

export function createProducerTransaction(): ProducerTransaction {
  return {
    state: 'UNINITIALIZED',
    code: '',
    call: null,
    begun: false,
    added: [],
    addedGroup: '',
    settlement: null,
    request: null,
    failures: 0,
    timer: -1,
  };
}

/** Whether the partition may not be written to yet: version 1 adds it to the transaction first. */
export function mustAdd(transaction: ProducerTransaction | null, version: number, row: number): boolean {
  return version < 2 && transaction !== null && !transaction.added.includes(row);
}
