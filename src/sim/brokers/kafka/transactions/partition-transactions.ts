/**
 * What a partition's log knows of transactions: which are open, which have ended above the high watermark, which were
 * aborted, and where their batches and markers stand. It gives the last stable offset (ProducerStateManager,
 * ProducerAppendInfo, TransactionIndex at the recorded commit; KIP-98). Who may write at all is asked before
 * (transaction-verification). Left out: index files. Rules: SPEC.md, KAFKA-TXN.
 */
import { pushInt } from '#sim/base/column.ts';
import type { SimTime } from '#sim/base/time.ts';
import { endBatch, highWatermark, logEnd, type PartitionLog } from '#sim/brokers/kafka/partition-log.ts';
import {
  enterEpoch,
  historyOf,
  NO_OFFSET,
  type ProducerHistory,
} from '#sim/brokers/kafka/producer-history.ts';
import type { KafkaError } from '#sim/brokers/kafka/protocol.ts';

/** From a transaction's first record here to its marker. */
export interface EndedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
  readonly markerOffset: number;
}

export interface TransactionalBatch {
  readonly producerId: number;
  readonly firstOffset: number;
  readonly endOffset: number;
}

export interface TransactionMarker {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly commit: boolean;
  readonly coordinatorEpoch: number;
}

export interface StandingMarker extends TransactionMarker {
  readonly offset: number;
}

export interface PartitionTransactions {
  /** Producer id and first offset of what is open, in the order of offsets. */
  readonly open: { readonly producerId: number; readonly firstOffset: number }[];
  /** Ended by a marker that is not below the high watermark yet. */
  readonly unreplicated: EndedTransaction[];
  /** The index of aborted transactions, in the order of their markers. */
  readonly aborted: EndedTransaction[];
  /** Every transactional batch, and every marker with its offset, in the order of the log. */
  readonly batches: TransactionalBatch[];
  readonly markers: StandingMarker[];
  /** Last stable offset that the trace was told of, -1 = it is the high watermark. */
  told: number;
}

/** A row of the log that holds a marker has no message. */
export const NO_MESSAGE = -1;
/** A batch with one control record. */
const MARKER_BYTES = 78;

function transactionsOf(log: PartitionLog): PartitionTransactions {
  log.transactions ??= { open: [], unreplicated: [], aborted: [], batches: [], markers: [], told: -1 };
  return log.transactions;
}

/** [KAFKA-TXN-6] A producer with an open transaction writes nothing outside of it. */
export function checkTransactional(history: ProducerHistory | undefined, transactional: boolean): KafkaError {
  const open = history !== undefined && history.openSince !== NO_OFFSET;
  return open && !transactional ? 'INVALID_TXN_STATE' : 'NONE';
}

/** [KAFKA-TXN-1] Notes a batch that stands in the log; the first one of its producer opens a transaction. */
export function noteTransactional(log: PartitionLog, batch: TransactionalBatch): void {
  const { open, batches } = transactionsOf(log);
  const { producerId, firstOffset } = batch;
  batches.push(batch);
  if (open.some((transaction) => transaction.producerId === producerId)) return;
  open.push({ producerId, firstOffset });
  const history = log.producers.get(producerId);
  if (history !== undefined) history.openSince = firstOffset;
}

/** Appends a commit or abort marker; its offset, or why it is refused. */
export function appendMarker(
  log: PartitionLog,
  marker: TransactionMarker,
  now: SimTime,
  expiration: number,
): { readonly error: KafkaError; readonly offset: number } {
  const { producerId, producerEpoch, coordinatorEpoch } = marker;
  const known = historyOf(log.producers, producerId, now, expiration);
  if (known !== undefined && producerEpoch < known.epoch) return refused('INVALID_PRODUCER_EPOCH'); // [KAFKA-TXN-5]
  if (known !== undefined && coordinatorEpoch < known.coordinatorEpoch) {
    return refused('TRANSACTION_COORDINATOR_FENCED'); // [KAFKA-TXN-9]
  }
  const offset = logEnd(log);
  pushInt(log.mids, NO_MESSAGE); // [KAFKA-TXN-2]
  pushInt(log.appended, -1);
  endBatch(log, MARKER_BYTES, now);
  enterEpoch(log.producers, producerId, producerEpoch, now);
  noteMarker(log, { ...marker, offset });
  releaseReplicated(log);
  return { error: 'NONE', offset };
}

function refused(error: KafkaError): { readonly error: KafkaError; readonly offset: number } {
  return { error, offset: NO_OFFSET };
}

/** Notes a marker that stands in the log: it ends its producer's transaction, if there is one. */
export function noteMarker(log: PartitionLog, marker: StandingMarker): void {
  const { open, unreplicated, aborted, markers } = transactionsOf(log);
  const { producerId, commit, coordinatorEpoch, offset } = marker;
  markers.push(marker);
  const history = log.producers.get(producerId);
  if (history !== undefined) {
    history.coordinatorEpoch = coordinatorEpoch;
    history.openSince = NO_OFFSET;
  }
  const row = open.findIndex((transaction) => transaction.producerId === producerId);
  const firstOffset = open[row]?.firstOffset;
  if (firstOffset === undefined) return;
  open.splice(row, 1);
  const ended: EndedTransaction = { producerId, firstOffset, markerOffset: offset };
  unreplicated.push(ended);
  if (!commit) aborted.push(ended);
}

/** [KAFKA-TXN-4] After the high watermark rose: what has a marker below it is stable. */
export function releaseReplicated(log: PartitionLog): void {
  if (log.transactions === null) return;
  const { unreplicated } = log.transactions;
  const replicated = highWatermark(log);
  let kept = 0;
  for (const ended of unreplicated) {
    if (ended.markerOffset < replicated) continue;
    unreplicated[kept] = ended;
    kept += 1;
  }
  unreplicated.length = kept;
}

/** [KAFKA-TXN-3] The first offset of a transaction that is open or not replicated, at most the high watermark. */
export function lastStableOffset(log: PartitionLog): number {
  let stable = highWatermark(log);
  if (log.transactions === null) return stable;
  for (const { firstOffset } of log.transactions.open) if (firstOffset < stable) stable = firstOffset;
  for (const { firstOffset } of log.transactions.unreplicated) if (firstOffset < stable) stable = firstOffset;
  return stable > log.logStart ? stable : log.logStart;
}
