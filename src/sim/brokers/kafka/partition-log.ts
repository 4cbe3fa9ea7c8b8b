/**
 * A partition's log on its leader: which message stands at which offset, in columns (offset = base + row), and where
 * its batches end, for byte limits. Durable: it survives a crash of the broker. What followers, transactions, retention
 * and compaction do to a log stands in `replication/`, `transactions/` and `retention/`. Left out: the page cache (what
 * was appended is kept, as if every append were flushed). Rules: SPEC.md, KAFKA-LOG.
 */
import { floatAt, floatColumn, intAt, intColumn, pushFloat, pushInt } from '#sim/base/column.ts';
import type { FloatColumn, IntColumn } from '#sim/base/column.ts';
import type { ProducerHistory } from '#sim/brokers/kafka/producer-history.ts';
import type { FetchedPartition } from '#sim/brokers/kafka/protocol.ts';
import { createKeptLog, keepBatch, type KeptLog } from '#sim/brokers/kafka/retention/kept-log.ts';
import type { LogPolicy } from '#sim/brokers/kafka/retention/log-policy.ts';
import type { PartitionTransactions } from '#sim/brokers/kafka/transactions/partition-transactions.ts';

/** The high watermark of a log without followers goes with the log end. */
const FOLLOWS_LOG_END = -1;

export interface PartitionLog {
  /** Row of the partition in the cluster's metadata. */
  readonly row: number;
  /** Name id of the topic, and the partition's number in it. */
  readonly topic: number;
  readonly partition: number;
  /** Of the leader that writes here. */
  leaderEpoch: number;
  /** Offset of the first row of the columns. */
  readonly base: number;
  /** First offset that can still be read. */
  logStart: number;
  readonly mids: IntColumn;
  /** Seq of each record's `append` in the trace. */
  readonly appended: IntColumn;
  /** By batch: the offset after its last record, and the bytes of the log up to its end. */
  readonly batchEnds: IntColumn;
  readonly batchBytes: FloatColumn;
  /** Idempotent producers that have written here, by producer id. */
  readonly producers: Map<number, ProducerHistory>;
  /** The high watermark where there are followers, else `FOLLOWS_LOG_END`. */
  replicatedTo: number;
  /** Null until the first transaction writes here. */
  transactions: PartitionTransactions | null;
  /** Null where the topic's cleanup policy cannot matter in the run. */
  kept: KeptLog | null;
}

/** What a read would give: `rows` records from the offset on, and the bytes that the response carries for them. */
export interface ReadSpan {
  readonly rows: number;
  readonly bytes: number;
}

const NOTHING: ReadSpan = { rows: 0, bytes: 0 };

/** An empty log whose first record will get `base` as its offset. */
export function createPartitionLog(
  row: number,
  topic: number,
  partition: number,
  base = 0,
  policy: LogPolicy | null = null,
): PartitionLog {
  return {
    row,
    topic,
    partition,
    leaderEpoch: 0,
    base,
    logStart: base,
    mids: intColumn('append'),
    appended: intColumn('append'),
    batchEnds: intColumn('append'),
    batchBytes: floatColumn('append'),
    producers: new Map(),
    replicatedTo: FOLLOWS_LOG_END,
    transactions: null,
    kept: policy === null ? null : createKeptLog(policy, base),
  };
}

/** The offset that the next record will get. */
export function logEnd(log: PartitionLog): number {
  return log.base + log.mids.length;
}

/** Consumers read below this offset. [KAFKA-LOG-2] With one replica it is the log end. */
export function highWatermark(log: PartitionLog): number {
  return log.replicatedTo === FOLLOWS_LOG_END ? logEnd(log) : log.replicatedTo;
}

/** Closes the batch of all records appended since the last one, `now` (which matters only where the log keeps times). */
export function endBatch(log: PartitionLog, bytes: number, now = 0): void {
  const last = log.batchBytes.length - 1;
  pushFloat(log.batchBytes, floatAt(log.batchBytes, last, 0) + bytes);
  pushInt(log.batchEnds, logEnd(log));
  if (log.kept !== null) keepBatch(log.kept, logEnd(log), bytes, now);
}

/** Number of the batch that holds `offset`. */
export function batchOf(log: PartitionLog, offset: number): number {
  const ends = log.batchEnds.data;
  let low = 0;
  let high = log.batchEnds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ends[middle] as number) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * [KAFKA-LOG-5] Whole batches from the one that holds `offset`, up to `maxBytes`; where not even the first one fits,
 * that one if `oversized`, else nothing. A batch that is cut off at the limit counts into the bytes (the broker sends
 * a slice of the file) but gives no records.
 */
export function spanFrom(
  log: PartitionLog,
  offset: number,
  maxBytes: number,
  oversized: boolean,
  end = highWatermark(log),
): ReadSpan {
  if (offset >= end) return NOTHING;
  const first = batchOf(log, offset);
  const batches = end === logEnd(log) ? log.batchBytes.length : batchOf(log, end);
  const bytes = log.batchBytes.data;
  const before = first === 0 ? 0 : (bytes[first - 1] as number);
  const total = (bytes[batches - 1] as number) - before;
  if (total <= maxBytes) return { rows: end - offset, bytes: total };
  let low = first;
  let high = batches;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bytes[middle] as number) - before > maxBytes) high = middle;
    else low = middle + 1;
  }
  if (low > first) return { rows: intAt(log.batchEnds, low - 1) - offset, bytes: maxBytes };
  if (!oversized) return NOTHING;
  return { rows: intAt(log.batchEnds, first) - offset, bytes: (bytes[first] as number) - before };
}

/** `rows` records from `offset` on, as a fetch response carries them. */
export function readRecords(log: PartitionLog, offset: number, rows: number): FetchedPartition {
  if (log.kept !== null && log.kept.gone.size > 0) return readSurvivors(log, log.kept.gone, offset, rows);
  const from = offset - log.base;
  const offsets = new Int32Array(rows);
  for (let i = 0; i < rows; i += 1) offsets[i] = offset + i;
  return {
    partition: log.row,
    error: 'NONE',
    offsets,
    mids: log.mids.data.subarray(from, from + rows),
    appended: log.appended.data.subarray(from, from + rows),
    highWatermark: highWatermark(log),
    logStart: log.logStart,
  };
}

/** [KAFKA-COMPACT-6] The same where a cleaning has left gaps: positions jump over them, also over one at the end. */
function readSurvivors(
  log: PartitionLog,
  gone: ReadonlySet<number>,
  offset: number,
  rows: number,
): FetchedPartition {
  const found: number[] = [];
  for (let at = offset; at < offset + rows; at += 1) if (!gone.has(at)) found.push(at);
  return {
    partition: log.row,
    error: 'NONE',
    offsets: Int32Array.from(found),
    mids: Int32Array.from(found, (at) => intAt(log.mids, at - log.base)),
    appended: Int32Array.from(found, (at) => intAt(log.appended, at - log.base)),
    highWatermark: highWatermark(log),
    logStart: log.logStart,
    next: offset + rows,
  };
}
