/**
 * The messages of transactions between producers, coordinators and leaders (kafka.apache.org/protocol: AddPartitionsToTxn,
 * AddOffsetsToTxn, TxnOffsetCommit, EndTxn, WriteTxnMarkers), reduced to what decides behaviour. Their packet kinds stand
 * with the others in `protocol.ts`. Left out: versions of the messages, except what transaction.version decides.
 */
import type { KafkaError } from '#sim/brokers/kafka/protocol.ts';

/** Who writes, in every request of a transaction. */
export interface TransactionalProducer {
  readonly transactionalId: string;
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** From a client (transaction.version 1), or from a leader or group coordinator on behalf of one. */
export interface AddPartitionsToTxnRequest extends TransactionalProducer {
  readonly partitions: readonly number[];
  /** Groups whose offsets belong to the transaction: their partitions of __consumer_offsets. */
  readonly groups: readonly string[];
  /** Only asks whether all of them are in the transaction. */
  readonly verifyOnly: boolean;
}

export interface AddOffsetsToTxnRequest extends TransactionalProducer {
  readonly group: string;
}

export interface TxnOffsetCommitRequest extends TransactionalProducer {
  readonly group: string;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly generation: number;
  /** Entity of the member, for the trace. */
  readonly entity: number;
  readonly offsets: readonly { readonly partition: number; readonly offset: number }[];
}

export interface EndTxnRequest extends TransactionalProducer {
  readonly commit: boolean;
}

/** Answer to each of the requests above. */
export interface TransactionResponse {
  readonly error: KafkaError;
}

export interface EndTxnResponse extends TransactionResponse {
  /** transaction.version 2: what the producer is to use for its next transaction; else -1. */
  readonly producerId: number;
  readonly producerEpoch: number;
}

export interface WriteTxnMarkersRequest extends TransactionalProducer {
  readonly commit: boolean;
  readonly coordinatorEpoch: number;
  readonly partitions: readonly number[];
  readonly groups: readonly string[];
}

export interface WriteTxnMarkersResponse {
  readonly transactionalId: string;
  readonly producerEpoch: number;
  /** What has been written; and whether something could not be, and is to be tried again. */
  readonly partitions: readonly number[];
  readonly groups: readonly string[];
  readonly failed: boolean;
}
