/**
 * What a consumer's process holds in memory, and what it was built from. A partition has two numbers that are easily
 * taken for one: `position`, where the next poll() goes on, lives here and dies with the process; the committed offset
 * lives with the coordinator, and only a note of the last known one is kept here.
 */
import type { Catalog } from '#sim/messaging/catalog.ts';
import type { ConsumerListener } from '#sim/messaging/client-face.ts';
import type { Assignor } from '#sim/brokers/kafka/assignors/assignor.ts';
import { createView, type ClusterView } from '#sim/brokers/kafka/client/cluster-view.ts';
import type { MachineHost, MachineState } from '#sim/machines/host.ts';
import type { Metadata } from '#sim/brokers/kafka/metadata.ts';
import type { FetchedPartition, JoinGroupResponse, SyncGroupResponse } from '#sim/brokers/kafka/protocol.ts';

/** Resolved settings; all durations in µs, sizes in bytes. */
export interface ConsumerSettings {
  readonly autoCommit: boolean;
  readonly autoCommitInterval: number;
  readonly autoOffsetReset: 'earliest' | 'latest' | 'none';
  readonly maxPollRecords: number;
  readonly maxPollInterval: number;
  readonly sessionTimeout: number;
  readonly heartbeatInterval: number;
  readonly fetchMinBytes: number;
  readonly fetchMaxBytes: number;
  readonly fetchMaxWait: number;
  readonly maxPartitionFetchBytes: number;
  readonly requestTimeout: number;
  /** metadata.max.age.ms; absent = five minutes. */
  readonly metadataMaxAge?: number;
  readonly defaultApiTimeout: number;
  readonly retryBackoff: number;
  readonly retryBackoffMax: number;
  readonly reconnectBackoff: number;
  readonly reconnectBackoffMax: number;
  /** group.protocol: classic, or consumer (KIP-848); group.remote.assignor of the latter. */
  readonly protocol: 'classic' | 'consumer';
  readonly remoteAssignor: string | null;
  /** isolation.level is read_committed. */
  readonly readCommitted?: boolean;
  /** Name of a static member (KIP-345), or null. */
  readonly groupInstanceId: string | null;
}

export interface ConsumerOptions {
  readonly catalog: Catalog;
  readonly metadata: Metadata;
  readonly config: ConsumerSettings;
  readonly group: string;
  readonly topics: readonly string[];
  /** The coordinator builds the member id from it. */
  readonly clientId: string;
  readonly listener: ConsumerListener;
  /** What it offers when it joins, best first. */
  readonly assignors: readonly Assignor[];
}

/** Names as ids, looked up once. */
export interface ConsumerWords {
  readonly group: number;
  readonly committed: number;
  readonly earliest: number;
  readonly latest: number;
  readonly seek: number;
  readonly rebalance: number;
  readonly lost: number;
  readonly close: number;
}

export interface ConsumerParts {
  readonly catalog: Catalog;
  readonly metadata: Metadata;
  readonly config: ConsumerSettings;
  readonly group: string;
  readonly topics: readonly string[];
  readonly clientId: string;
  readonly assignors: readonly Assignor[];
  readonly words: ConsumerWords;
  readonly machines: MachineHost;
  /** Every assignor is: partitions are kept while joining (KIP-429). */
  readonly cooperative: boolean;
  /** Index of the coordinator in `Metadata.nodes`. */
  readonly coordinator: number;
}

/** Where the position of an assigned partition comes from (SubscriptionState's fetch states). */
export type FetchState = 'initializing' | 'await-reset' | 'await-validation' | 'fetching';

export interface OwnedPartition {
  readonly row: number;
  readonly topic: number;
  readonly partition: number;
  /** Index of the leader in `Metadata.nodes`, -1 = nobody that is known, or it leads no longer. */
  node: number;
  /** Seq of the assign record. */
  readonly assigned: number;
  fetchState: FetchState;
  position: number;
  /** Seq of the record that set the position other than by reading on. */
  positioned: number;
  /** Seq of the answer that the position is out of range, until a reset has set a new one; -1 = none. */
  outOfRange: number;
  paused: boolean;
  /** Fetched and not yet returned by poll: its rows from `bufferAt` on. */
  buffer: FetchedPartition | null;
  bufferAt: number;
  /** Last offset known to be committed, -1 = none. */
  committed: number;
  /** Epoch of the last record read, -1 = unknown; and the leader's epoch as of which the position holds. */
  offsetEpoch: number;
  leaderEpoch: number;
}

/** Records of one partition that a poll returned: rows `at` … `end` of a fetch are still to be handed out. */
export interface Returned {
  readonly row: number;
  readonly topic: number;
  readonly partition: number;
  readonly generation: number;
  readonly positioned: number;
  readonly offsets: Int32Array;
  readonly mids: Int32Array;
  readonly appended: Int32Array;
  at: number;
  end: number;
}

/** What this process has handed out of a partition, to count deliveries: everything in `from` … `to`. */
export interface HandedOut {
  from: number;
  to: number;
  /** Some offset in between may not have been handed out. */
  holes: boolean;
  /** Times by offset, where it is more than one. */
  again: Map<number, number>;
}

export type Offsets = readonly { readonly partition: number; readonly offset: number }[];

/** Why offsets are being committed: that decides what becomes of a failure. */
export type CommitReason = 'sync' | 'async' | 'auto' | 'prepare';

/** A request under way. `channel` is node * 2, + 1 for the connection to the coordinator. */
export type ConsumerRequest = {
  readonly correlation: number;
  readonly channel: number;
  readonly deadline: number;
} & (
  | { readonly of: 'join' | 'sync-group' | 'offset-fetch' | 'metadata' | 'epoch-end' }
  | { readonly of: 'heartbeat' | 'consumer-heartbeat'; readonly generation: number }
  | {
      readonly of: 'commit';
      readonly reason: CommitReason;
      readonly offsets: Offsets;
      readonly generation: number;
    }
  | { readonly of: 'list-offsets'; readonly policy: 'earliest' | 'latest' }
  | {
      readonly of: 'fetch';
      readonly partitions: readonly { readonly partition: number; readonly offset: number }[];
    }
);

export interface ChannelState {
  failures: number;
  downUntil: number;
}

/** The program's commitSync, which it is waiting for. */
export interface SyncCommit {
  offsets: Offsets;
  readonly deadline: number;
  failures: number;
  /** An attempt went unanswered: it may have been stored. */
  uncertain: boolean;
}

/**
 * AbstractCoordinator.MemberState, and `failed` for what a program cannot recover from; between `stable` and `failed`
 * those that only the new protocol has.
 */
export type MemberState =
  | 'unjoined'
  | 'preparing_rebalance'
  | 'completing_rebalance'
  | 'stable'
  | 'joining'
  | 'reconciling'
  | 'acknowledging'
  | 'fenced'
  | 'stale'
  | 'failed';

/** `cause` is the record that brought it. */
export type UnreadAnswer = { readonly cause: number } & (
  | { readonly of: 'join'; readonly response: JoinGroupResponse }
  | { readonly of: 'sync-group'; readonly response: SyncGroupResponse }
);

export interface MemberStatus {
  /** The machine (consumer-member.machine), and its state by name; null before the process starts. */
  machine: MachineState | null;
  state: MemberState;
  /** '' = none. */
  id: string;
  /** -1 = none. */
  generation: number;
  /** What groupMetadata() says: id and generation of the last join that was completed, though it may be no member any more. */
  joined: { readonly id: string; readonly generation: number };
  /** The assignor of this generation, '' = none. */
  protocol: string;
  /** By assignor: the last assignment that it was told of. */
  remembered: Map<string, { readonly partitions: readonly number[]; readonly generation: number }>;
  /** An answer to JoinGroup or SyncGroup that came while the program was not in poll(). */
  unread: UnreadAnswer | null;
  /** Why it is no longer a member: what a commit without membership fails with. */
  lostCode: string;
  rejoinNeeded: boolean;
  /** As the group's leader: how many partitions it assigned over; -1 = it does not lead. */
  ledOver: number;
  /** Callbacks and the commit before a rebalance are still to be done. */
  prepareNeeded: boolean;
  /** A commit before the rebalance is under way; until when it is waited for, -1 = not begun. */
  prepareUntil: number;
  joinFailures: number;
  notBefore: number;
  /** New protocol: rows that the coordinator assigned last, and those that it was told of; null = all must be said. */
  told: readonly number[] | null;
  confirmed: readonly number[] | null;
}

export interface HeartbeatStatus {
  timer: number;
  timerAt: number;
  /** When the next heartbeat is due. */
  due: number;
  /** When the coordinator is given up unless it answers before. */
  sessionDeadline: number;
  inFlight: boolean;
  /** New protocol: the coordinator says how often. */
  interval: number;
  /** When the coordinator last answered anything. */
  heardAt: number;
}

export interface ConsumerState {
  running: boolean;
  /** The program is inside poll(): it has asked and waits for `ready`. */
  polling: boolean;
  announced: boolean;
  /** When poll() was last called. */
  polledAt: number;
  member: MemberStatus;
  heartbeat: HeartbeatStatus;
  owned: OwnedPartition[];
  /** Rows of partitions with buffered records, in the order in which they arrived. */
  buffered: number[];
  returned: Returned[];
  current: number;
  /** The delivery in hand; one object, written over by the next. */
  hand: Hand;
  handedOut: (HandedOut | null)[];
  requests: ConsumerRequest[];
  channels: ChannelState[];
  correlation: number;
  sync: SyncCommit | null;
  autoCommitAt: number;
  /** Back-off of position look-ups. */
  lookupFailures: number;
  lookupNotBefore: number;
  pollTimer: number;
  pollTimerAt: number;
  deadlineTimer: number;
  deadlineAt: number;
  view: ClusterView | null;
}

export interface Hand {
  mid: number;
  lid: number;
  group: number;
  topic: number;
  partition: number;
  offset: number;
  generation: number;
  /** Row in `Metadata`, -1 = nothing in hand. */
  row: number;
}

export function emptyConsumer(metadata: Metadata, correlation: number): ConsumerState {
  return {
    running: false,
    polling: false,
    announced: false,
    polledAt: 0,
    member: {
      machine: null,
      state: 'unjoined',
      id: '',
      generation: -1,
      joined: { id: '', generation: -1 },
      protocol: '',
      remembered: new Map(),
      unread: null,
      lostCode: 'UNKNOWN_MEMBER_ID',
      rejoinNeeded: true,
      ledOver: -1,
      prepareNeeded: true,
      prepareUntil: -1,
      joinFailures: 0,
      notBefore: 0,
      told: null,
      confirmed: null,
    },
    heartbeat: {
      timer: -1,
      timerAt: 0,
      due: 0,
      sessionDeadline: 0,
      inFlight: false,
      interval: 0,
      heardAt: 0,
    },
    owned: [],
    buffered: [],
    returned: [],
    current: 0,
    hand: { mid: -1, lid: -1, group: -1, topic: -1, partition: -1, offset: -1, generation: -1, row: -1 },
    handedOut: metadata.partitions.map(() => null),
    requests: [],
    channels: metadata.nodes.flatMap(() => [
      { failures: 0, downUntil: 0 },
      { failures: 0, downUntil: 0 },
    ]),
    correlation,
    sync: null,
    autoCommitAt: 0,
    lookupFailures: 0,
    lookupNotBefore: 0,
    pollTimer: -1,
    pollTimerAt: 0,
    deadlineTimer: -1,
    deadlineAt: 0,
    view: createView(metadata),
  };
}

export function ownedRow(s: ConsumerState, row: number): OwnedPartition | null {
  for (let i = 0; i < s.owned.length; i += 1) {
    const owned = s.owned[i] as OwnedPartition;
    if (owned.row === row) return owned;
  }
  return null;
}
