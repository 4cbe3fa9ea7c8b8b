/**
 * What a producer's process holds in memory, and what it was built from. A batch belongs to exactly one list: that of
 * its partition while it waits, that of its request while it is in flight; everything else finds it there, so that a
 * restored copy has no second one of it. All of it dies with the process.
 */
import type { Catalog } from '#sim/messaging/catalog.ts';
import type { ProducerListener } from '#sim/messaging/client-face.ts';
import { createView, type ClusterView } from '#sim/brokers/kafka/client/cluster-view.ts';
import { createStickyPartition, type StickyPartition } from '#sim/brokers/kafka/partitioner.ts';
import type { ProduceResponse } from '#sim/brokers/kafka/protocol.ts';
import {
  createProducerTransaction,
  type ProducerTransaction,
} from '#sim/brokers/kafka/client/producer-transaction-state.ts';
import type { Metadata } from '#sim/brokers/kafka/metadata.ts';

/** Resolved settings; all durations in µs, sizes in bytes. */
export interface ProducerSettings {
  readonly acks: 0 | 1 | -1;
  readonly idempotence: boolean;
  readonly retries: number;
  readonly maxInFlight: number;
  readonly batchSize: number;
  readonly linger: number;
  readonly maxRequestSize: number;
  readonly requestTimeout: number;
  /** metadata.max.age.ms; absent = five minutes. */
  readonly metadataMaxAge?: number;
  readonly deliveryTimeout: number;
  /** Bytes of batches that have not ended, and how long send() waits for some of them. */
  readonly bufferMemory: number;
  readonly maxBlock: number;
  readonly retryBackoff: number;
  readonly retryBackoffMax: number;
  readonly reconnectBackoff: number;
  readonly reconnectBackoffMax: number;
  /** Records without a key prefer partitions with short queues (KIP-794). */
  readonly adaptivePartitioning: boolean;
  /** Absent or null: the producer has no transactional.id. */
  readonly transactions?: TransactionalSettings | null;
}

/** transactional.id, transaction.timeout.ms in µs, and which transaction.version the cluster has. */
export interface TransactionalSettings {
  readonly id: string;
  readonly timeout: number;
  readonly version: 1 | 2;
}

/** Where events of a type go. */
export interface ProducerRoute {
  readonly topic: string;
  /** Size of one record: key, value and headers. */
  readonly recordBytes: number;
}

export interface ProducerOptions {
  readonly catalog: Catalog;
  readonly metadata: Metadata;
  readonly config: ProducerSettings;
  /** `publish` names them by index. */
  readonly routes: readonly ProducerRoute[];
  readonly listener: ProducerListener;
  /** Row of the producer's own random stream, for records without a key. */
  readonly stream: number;
}

/** Records of one partition that travel together (ProducerBatch). */
export interface Batch {
  /** Index of its partition's queue. */
  readonly queue: number;
  mids: Int32Array;
  /** Who waits for each record, -1 = nobody; null where nobody waits for any. */
  tokens: Int32Array | null;
  count: number;
  bytes: number;
  readonly created: number;
  /** Failures so far. */
  attempts: number;
  /** Not to be sent again before this. */
  retryAt: number;
  /** Name id of the last failure. */
  lastCode: number;
  /** -1 until it has been drained by an idempotent producer; it keeps its sequence over retries. */
  baseSequence: number;
  epoch: number;
  sequenceReset: boolean;
  /** An attempt ended without an answer that rules out that it was written. */
  uncertain: boolean;
  /** Given up while in flight: whatever is answered, the program has been told. */
  done: boolean;
}

/** One partition's batches and sequences (the accumulator's deque, TxnPartitionEntry). */
export interface PartitionQueue {
  readonly row: number;
  readonly topic: number;
  readonly partition: number;
  /** Index of the leader in `Metadata.nodes`, -1 = nobody that is known. */
  node: number;
  /** Oldest first; the last one is open for more. */
  waiting: Batch[];
  /** Records in the last batch that was sent. */
  lastCount: number;
  nextSequence: number;
  /** Last sequence that was acknowledged, -1 = none since the sequences began. */
  lastAcked: number;
  /** Epoch under which its sequences count. */
  epoch: number;
  /** Batches that hold a sequence and have not ended. */
  sequenced: number;
  /** Sequence after a batch that was given up although it had been sent: nothing new until that is cleared up; -1 = none. */
  unresolved: number;
  rewrite: boolean;
}

/** A send() that waits for memory: its program goes on when it returns. */
export interface BlockedSend {
  readonly mid: number;
  readonly lid: number;
  readonly route: number;
  /** Who waits for the record to end, and who for send() to return; -1 = nobody. */
  readonly token: number;
  gate: number;
  /** What it needs. */
  readonly size: number;
  readonly timer: number;
}

export interface ProduceInFlight {
  readonly correlation: number;
  readonly node: number;
  readonly deadline: number;
  readonly batches: Batch[];
  /** What was answered while an earlier answer on the connection is still missing. */
  answer: ProduceResponse | null;
}

export interface NodeLink {
  inFlight: number;
  /** Failures in a row, and until when it is left alone (reconnect.backoff.ms). */
  failures: number;
  downUntil: number;
  drainIndex: number;
}

export interface ProducerState {
  running: boolean;
  closing: boolean;
  queues: PartitionQueue[];
  /** By topic of the options' routes, in order of first mention. */
  sticky: StickyPartition[];
  requests: ProduceInFlight[];
  nodes: NodeLink[];
  /** Survives a crash: an answer to a former life must not be taken for one to this. */
  correlation: number;
  /** -1 = none yet. */
  producerId: number;
  epoch: number;
  bump: boolean;
  /** Correlation id, node and deadline of the InitProducerId under way; -1 = none. */
  init: number;
  initNode: number;
  initDeadline: number;
  initFailures: number;
  initNotBefore: number;
  sendTimer: number;
  sendAt: number;
  deadlineTimer: number;
  /** Bytes of memory that batches hold, and who waits for some, oldest first. */
  buffered: number;
  blocked: BlockedSend[];
  /** Null where it has no transactional id. */
  transaction: ProducerTransaction | null;
  /** What is buffered does not linger: it is part of a transaction that is being committed. */
  flushing: boolean;
  /** By node: indexes of the queues that it leads, as far as is known; and what is known. */
  queuesOfNode: readonly (readonly number[])[];
  view: ClusterView | null;
  /**
   * Where topics may be given partitions: how many are known, by topic as `sticky`; and what was published before the
   * first answer. Null: what the layout says, and nothing to wait for.
   */
  known: number[] | null;
  unplaced: Unplaced[] | null;
}

/** What publish was called with. */
export interface Unplaced {
  readonly mid: number;
  readonly lid: number;
  readonly route: number;
  readonly token: number;
}

/** A topic's queues lie side by side. */
export interface RouteTarget {
  readonly topic: number;
  readonly firstQueue: number;
  readonly partitions: number;
  readonly sticky: number;
  readonly recordBytes: number;
}

export interface ProducerLayout {
  readonly targets: readonly RouteTarget[];
  readonly queues: readonly {
    readonly row: number;
    readonly topic: number;
    readonly partition: number;
    readonly node: number;
  }[];
  readonly topics: number;
  readonly metadata: Metadata;
  /** By node: indexes of the queues that it leads at first. */
  readonly queuesOfNode: readonly (readonly number[])[];
}

/** Where each route leads: fixed when the world is built. */
export function layOut(metadata: Metadata, routes: readonly ProducerRoute[]): ProducerLayout {
  const queues: { row: number; topic: number; partition: number; node: number }[] = [];
  const firstOf = new Map<string, { first: number; count: number; topic: number; index: number }>();
  const targets: RouteTarget[] = [];
  for (const route of routes) {
    let found = firstOf.get(route.topic);
    if (found === undefined) {
      const rows = metadata.rowsOf.get(route.topic) ?? [];
      found = { first: queues.length, count: rows.length, topic: -1, index: firstOf.size };
      for (const row of rows) {
        const known = metadata.partitions[row];
        if (known === undefined) continue;
        found.topic = known.topic;
        queues.push({
          row,
          topic: known.topic,
          partition: known.partition,
          node: metadata.nodes.indexOf(known.leader),
        });
      }
      firstOf.set(route.topic, found);
    }
    targets.push({
      topic: found.topic,
      firstQueue: found.first,
      partitions: found.count,
      sticky: found.index,
      recordBytes: route.recordBytes,
    });
  }
  const queuesOfNode = metadata.nodes.map((_, node) =>
    queues.map((_queue, index) => index).filter((index) => queues[index]?.node === node),
  );
  return { targets, queues, topics: firstOf.size, metadata, queuesOfNode };
}

export function emptyProducer(
  layout: ProducerLayout,
  correlation: number,
  transactional = false,
): ProducerState {
  return {
    running: false,
    closing: false,
    queues: layout.queues.map((queue) => ({
      ...queue,
      waiting: [],
      lastCount: 0,
      nextSequence: 0,
      lastAcked: -1,
      epoch: -1,
      sequenced: 0,
      unresolved: -1,
      rewrite: false,
    })),
    sticky: Array.from({ length: layout.topics }, createStickyPartition),
    requests: [],
    nodes: layout.queuesOfNode.map(() => ({ inFlight: 0, failures: 0, downUntil: 0, drainIndex: 0 })),
    correlation,
    producerId: -1,
    epoch: -1,
    bump: false,
    init: -1,
    initNode: 0,
    initDeadline: 0,
    initFailures: 0,
    initNotBefore: 0,
    sendTimer: -1,
    sendAt: 0,
    deadlineTimer: -1,
    buffered: 0,
    blocked: [],
    transaction: transactional ? createProducerTransaction() : null,
    flushing: false,
    queuesOfNode: layout.queuesOfNode,
    view: createView(layout.metadata),
    known: null,
    unplaced: layout.metadata.growth === undefined ? null : [],
  };
}
