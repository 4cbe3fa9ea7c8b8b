/**
 * What a share consumer's process holds in memory, and what it was built from. There is no position: which records it
 * gets next is the broker's to say. What it knows of a record is that it has it, and what it has said of it.
 */
import type { Catalog } from '#sim/messaging/catalog.ts';
import type { ConsumerListener } from '#sim/messaging/client-face.ts';
import type { MachineHost, MachineState } from '#sim/machines/host.ts';
import type { Metadata } from '#sim/brokers/kafka/metadata.ts';
import type { ShareAcknowledgement, SharedPartition } from '#sim/brokers/kafka/share/share-protocol.ts';

/** Resolved settings; durations in µs, sizes in bytes. */
export interface ShareConsumerSettings {
  /** share.acknowledgement.mode, share.acquire.mode = record_limit */
  readonly explicit: boolean;
  readonly strict: boolean;
  readonly maxPollRecords: number;
  readonly maxPollInterval: number;
  readonly fetchMinBytes: number;
  readonly fetchMaxBytes: number;
  readonly fetchMaxWait: number;
  readonly requestTimeout: number;
  readonly retryBackoff: number;
  readonly retryBackoffMax: number;
  readonly reconnectBackoff: number;
  readonly reconnectBackoffMax: number;
}

export interface ShareConsumerOptions {
  readonly catalog: Catalog;
  readonly metadata: Metadata;
  readonly config: ShareConsumerSettings;
  readonly group: string;
  readonly topics: readonly string[];
  readonly clientId: string;
  readonly listener: ConsumerListener;
}

/** Names as ids, looked up once. */
export interface ShareWords {
  readonly group: number;
  readonly rebalance: number;
  readonly lost: number;
  readonly close: number;
  readonly illegalState: number;
  readonly network: number;
}

export interface ShareParts {
  readonly catalog: Catalog;
  readonly metadata: Metadata;
  readonly config: ShareConsumerSettings;
  readonly group: string;
  readonly topics: readonly string[];
  readonly clientId: string;
  readonly words: ShareWords;
  readonly machines: MachineHost;
  /** Index of the coordinator in `Metadata.nodes`. */
  readonly coordinator: number;
}

export type ShareMemberState = 'unjoined' | 'joining' | 'stable' | 'fenced' | 'stale' | 'failed';

export interface ShareRequest {
  readonly correlation: number;
  /** Index in `Metadata.nodes`. */
  readonly node: number;
  readonly deadline: number;
  /** `commit`: a ShareAcknowledge that the program waits for. */
  readonly of: 'heartbeat' | 'fetch' | 'acknowledge' | 'commit';
}

/** Records that a poll returned of one partition, handed out up to `at`. */
export interface ReturnedShare {
  readonly found: SharedPartition;
  at: number;
  /** By record: whether the program has said what became of it. */
  readonly said: boolean[];
}

export interface ShareHand {
  mid: number;
  lid: number;
  group: number;
  topic: number;
  partition: number;
  offset: number;
  generation: number;
  /** Where it is in `returned`, -1 = nothing in hand. */
  index: number;
  record: number;
}

export interface ShareConsumerState {
  running: boolean;
  /** The program is inside poll(): it has asked and waits for `ready`. */
  polling: boolean;
  announced: boolean;
  polledAt: number;
  machine: MachineState | null;
  member: ShareMemberState;
  memberId: string;
  epoch: number;
  /** Whether the coordinator knows the subscription. */
  said: boolean;
  lostCode: string;
  failures: number;
  /** Heartbeats: the timer and when it rings, when one is due, how often, whether one is under way, last answer. */
  beatTimer: number;
  beatTimerAt: number;
  beatDue: number;
  beatInterval: number;
  beating: boolean;
  heardAt: number;
  owned: number[];
  /** Fetched and not yet returned by a poll. */
  buffered: SharedPartition[];
  returned: ReturnedShare[];
  current: number;
  hand: ShareHand;
  /** Said, but not sent. */
  unsent: ShareAcknowledgement[];
  requests: ShareRequest[];
  /** By node: until when it is left alone, and how often it failed in a row. */
  readonly downUntil: number[];
  readonly nodeFailures: number[];
  correlation: number;
  wakeTimer: number;
  wakeAt: number;
  deadlineTimer: number;
  deadlineAt: number;
}

export function emptyShareConsumer(metadata: Metadata, correlation: number): ShareConsumerState {
  return {
    running: false,
    polling: false,
    announced: false,
    polledAt: 0,
    machine: null,
    member: 'unjoined',
    memberId: '',
    epoch: 0,
    said: false,
    lostCode: 'UNKNOWN_MEMBER_ID',
    failures: 0,
    beatTimer: -1,
    beatTimerAt: 0,
    beatDue: 0,
    beatInterval: 0,
    beating: false,
    heardAt: 0,
    owned: [],
    buffered: [],
    returned: [],
    current: 0,
    hand: {
      mid: -1,
      lid: -1,
      group: -1,
      topic: -1,
      partition: -1,
      offset: -1,
      generation: -1,
      index: -1,
      record: -1,
    },
    unsent: [],
    requests: [],
    downUntil: metadata.nodes.map(() => 0),
    nodeFailures: metadata.nodes.map(() => 0),
    correlation,
    wakeTimer: -1,
    wakeAt: 0,
    deadlineTimer: -1,
    deadlineAt: 0,
  };
}
