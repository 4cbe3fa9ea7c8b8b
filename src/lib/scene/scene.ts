/**
 * What is true in a run at one time: all that stage, inspector, outline and timeline show. Plain data, made new for each
 * playhead by SceneAt (scene/scene-at) from the records before it and nothing else. Names are written out; ids of the
 * run (entity, lid, mid, seq, key) stand beside them for selection and look-up. Times are virtual microseconds.
 */
import type { SimTime } from '#sim/base/time.ts';

export type ProcessKind = 'service' | 'broker' | 'store';
/** `zombie`: runs, but its group has gone on without it. */
export type ProcessWord = 'running' | 'slow' | 'paused' | 'crashed' | 'zombie';

/** A message as every view shows it. */
export interface MessageScene {
  /** Logical event: stable over resends and deliveries. */
  readonly lid: number;
  /** Physical copy; -1 where the record speaks of none. */
  readonly mid: number;
  /** `order-17`; `-` without a key. */
  readonly key: string;
  /** Key id; its hue is `hueOf(key)`; -1 = none. */
  readonly keyId: number;
  /** The number in the key (`order-17` → `17`), else the announcer's own count: what stands in the token. */
  readonly numeral: string;
  /** Event type. */
  readonly type: string;
}

export interface InHandScene extends MessageScene {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Times this process was given it; counted from 1. */
  readonly delivery: number;
  /** Times any process of the group was given it so far, this one included: the number on the token's tag. */
  readonly deliveries: number;
  readonly since: SimTime;
}

/** What a process is at work on: a consumer has one thread; of a source with several, it is the latest step that counts. */
export interface LaneScene {
  /** What it is about; null for a source's own arrivals. */
  readonly inHand: InHandScene | null;
  /** Event type whose program runs; null = the arrival program. Index into the service's programs. */
  readonly program: number;
  /** Index into that program's steps: the step that is under way (`inside`) or that was last taken. -1 = before the first. */
  readonly step: number;
  /** `payment/charge` */
  readonly point: string;
  readonly inside: boolean;
  readonly stepSince: SimTime;
  /** Code of the last step's failure, '' where it went well. */
  readonly failed: string;
}

export interface AssignedScene {
  readonly topic: string;
  readonly partition: number;
}

export interface EffectScene {
  readonly effect: string;
  readonly key: string;
  readonly at: SimTime;
  readonly seq: number;
}

export interface ProcessScene {
  readonly entity: number;
  readonly name: string;
  readonly kind: ProcessKind;
  /** Service, broker or store that it is part of. */
  readonly whole: string;
  readonly word: ProcessWord;
  /** Since when it is what `word` says. */
  readonly since: SimTime;
  /** When it comes back; null = unknown or does not apply. */
  readonly back: SimTime | null;
  /** Times as long as work takes; 1 = as ever. */
  readonly factor: number;
  /** Seq of its last `process` record; -1 = none yet. */
  readonly changed: number;
  /** Generation that it believes in; -1 = not in a group. */
  readonly generation: number;
  readonly group: string | null;
  readonly assigned: readonly AssignedScene[];
  readonly lanes: readonly LaneScene[];
  /** The latest of its effects, at most eight, oldest first. */
  readonly lastEffects: readonly EffectScene[];
  /** Handlers ended so far. */
  readonly handled: number;
}

export interface RecordScene extends MessageScene {
  readonly offset: number;
  /** Seq of its `append`. */
  readonly seq: number;
  readonly at: SimTime;
  /** Times it was delivered to any reader so far. */
  readonly deliveries: number;
  /** What has become of the transaction that it is part of; absent = it is part of none. */
  readonly transaction?: RecordTransaction;
}

export type RecordTransaction = 'open' | 'committed' | 'aborted';

/** An offset that holds no record but the end of a transaction. */
export interface MarkerScene {
  readonly offset: number;
  readonly committed: boolean;
}

export interface ReaderScene {
  readonly group: string;
  /** Offset of the next record to read after a restart; -1 = none committed. */
  readonly committed: number;
  /** Offset of the next record that the owner will be given; -1 = nobody owns it. */
  readonly position: number;
  /** Name of the member that believes it owns the partition; null = nobody. */
  readonly owner: string | null;
  /** end - committed (from log start where nothing is committed). */
  readonly lag: number;
}

/** One of several copies of a partition. */
export interface ReplicaScene {
  readonly node: string;
  readonly leads: boolean;
  readonly inSync: boolean;
  /** Offset behind its last record. */
  readonly end: number;
}

export interface PartitionScene {
  readonly topic: string;
  readonly partition: number;
  /** '' = nobody leads. */
  readonly leader: string;
  readonly epoch: number;
  readonly logStart: number;
  /** Offset of the next record to be written by the leader. */
  readonly end: number;
  /** Consumers read below it: the end where there is one copy. */
  readonly highWatermark: number;
  /** In the order of preference; empty where there is one copy. */
  readonly replicas: readonly ReplicaScene[];
  /** The last records, oldest first, at most RECENT (scene/picture). */
  readonly records: readonly RecordScene[];
  /** Markers among them, in the order of offsets; absent = none. */
  readonly markers?: readonly MarkerScene[];
  /** Readers of committed records read below it; absent = it is the high watermark. */
  readonly stableOffset?: number;
  readonly readers: readonly ReaderScene[];
}

export interface MemberScene {
  readonly name: string;
  readonly entity: number;
  /** Generation that the member believes in. */
  readonly generation: number;
  /** The coordinator counts it in. */
  readonly known: boolean;
  readonly assigned: readonly AssignedScene[];
}

export interface GroupScene {
  readonly name: string;
  /** State of the coordinator's machine; '' before its first. */
  readonly state: string;
  readonly generation: number;
  readonly since: SimTime;
  readonly members: readonly MemberScene[];
}

export interface LedgerRowScene extends MessageScene {
  /** Place in the ledger, from 1. */
  readonly entry: number;
  readonly effect: string;
  readonly attempt: number;
  /** Minor units. */
  readonly amount: number;
  /** Process that asked for it. */
  readonly actor: string;
  readonly at: SimTime;
  readonly seq: number;
  /** Which time for this business key: 2 = the second. */
  readonly nth: number;
  /** The same business key stands in the ledger more than once by now. */
  readonly repeated: boolean;
}

export interface LedgerScene {
  /** `cards.charge` */
  readonly effect: string;
  readonly store: string;
  readonly entries: number;
  /** Entries beyond the first of their key. */
  readonly duplicates: number;
  /** Minor units, over all entries. */
  readonly total: number;
  /** The last rows, oldest first, at most RECENT (scene/picture). */
  readonly rows: readonly LedgerRowScene[];
}

export interface TableRowScene {
  /** `insert` or `update` */
  readonly operation: string;
  readonly key: string;
  readonly keyId: number;
  /** Event whose handler did it; -1 = none. */
  readonly lid: number;
  readonly actor: string;
  readonly at: SimTime;
  readonly seq: number;
}

export interface TableScene {
  /** `ledger.orders` */
  readonly effect: string;
  readonly store: string;
  /** Rows inserted and committed. */
  readonly rows: number;
  /** Transactions that are open on its database; what they do is not there before they commit. */
  readonly openTransactions: number;
  /** The last statements that took effect, oldest first. */
  readonly latest: readonly TableRowScene[];
}

export type FlightVerdict = 'passed' | 'dropped' | 'held' | 'delayed' | 'duplicated';

/** A packet between two processes at this time: it left at `sentAt` and is there, or would be, at `arrivesAt`. */
export interface FlightScene {
  /** Seq of its `send`. */
  readonly seq: number;
  readonly from: string;
  readonly to: string;
  readonly fromEntity: number;
  readonly toEntity: number;
  /** `Produce`, `Fetch response`, `call` … */
  readonly packet: string;
  /** What it carries, as far as the trace says; empty for protocol traffic. The first few only (`more`). */
  readonly cargo: readonly MessageScene[];
  readonly more: number;
  readonly sentAt: SimTime;
  readonly arrivesAt: SimTime;
  /** 0 at `sentAt`, 1 at `arrivesAt`; 0.5 for one that never arrives (dropped, shown for a second) or waits (held). */
  readonly progress: number;
  readonly verdict: FlightVerdict;
}

export interface FaultScene {
  /** As in Topology.faults. */
  readonly number: number;
  readonly kind: string;
  readonly target: string;
  readonly since: SimTime;
  readonly seq: number;
}

export interface MachineScene {
  /** Name of the machine: of which `MachineGraph` it is. */
  readonly machine: string;
  readonly entity: number;
  /** The group … that it belongs to. */
  readonly subject: string;
  /** Path of the state that it is in. */
  readonly state: string;
  /** The last transition. */
  readonly from: string;
  readonly event: string;
  readonly since: SimTime;
  readonly seq: number;
}

export interface CounterScene {
  readonly produced: number;
  readonly confirmed: number;
  readonly refused: number;
  readonly appended: number;
  readonly delivered: number;
  readonly redelivered: number;
  readonly handled: number;
  readonly failed: number;
  readonly skipped: number;
  readonly effects: number;
  readonly commits: number;
  readonly commitsRefused: number;
  readonly retries: number;
  readonly packets: number;
  readonly packetsLost: number;
}

/**
 * How many messages a second go from one process to another (events appended, records delivered, effects asked for),
 * measured over the last second before the playhead.
 */
export interface LinkRateScene {
  readonly from: string;
  readonly to: string;
  readonly perSecond: number;
}

export interface Scene {
  /** The playhead. */
  readonly at: SimTime;
  /** Seq of the first record that is not part of it. */
  readonly seq: number;
  /** By entity; supervisor and nemesis are left out. */
  readonly processes: readonly ProcessScene[];
  readonly partitions: readonly PartitionScene[];
  readonly groups: readonly GroupScene[];
  readonly ledgers: readonly LedgerScene[];
  readonly tables: readonly TableScene[];
  readonly flights: readonly FlightScene[];
  readonly rates: readonly LinkRateScene[];
  readonly faults: readonly FaultScene[];
  readonly machines: readonly MachineScene[];
  readonly counters: CounterScene;
}

/** Token hue 1 to 8 of a key (`--key-1` …); 0 = no key. Depends on the key's text alone, so it holds across runs. */
export function hueOf(key: string): number {
  if (key === '-' || key === '') return 0;
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i += 1) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) & 7) + 1;
}
