/**
 * What a broker node keeps of share groups: as coordinator the groups and their members (all of it stands in
 * __consumer_offsets), as leader the state of its partitions in each group. Simplified: Kafka's persister, which writes
 * that state through a share coordinator into __share_group_state before an acknowledgement is answered, takes no time
 * and cannot fail here. As there, acquisitions and the deliveries that they count are not persisted.
 */
import type { Catalog } from '#sim/messaging/catalog.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import type { Metadata } from '#sim/brokers/kafka/metadata.ts';
import type { PartitionLog } from '#sim/brokers/kafka/partition-log.ts';
import type { SharePartition } from '#sim/brokers/kafka/share/share-partition.ts';
import type { ShareFetchRequest, AcknowledgedPartition } from '#sim/brokers/kafka/share/share-protocol.ts';

/** Of one group; times in µs. */
export interface ShareGroupSettings {
  /** share.record.lock.duration.ms, share.session.timeout.ms, share.heartbeat.interval.ms */
  readonly lockDuration: number;
  readonly sessionTimeout: number;
  readonly heartbeatInterval: number;
  /** share.auto.offset.reset */
  readonly reset: 'earliest' | 'latest';
}

export interface ShareSettings {
  /** group.share.delivery.count.limit, group.share.partition.max.record.locks, group.share.max.size */
  readonly deliveries: number;
  readonly locks: number;
  readonly maxGroupSize: number;
  readonly usual: ShareGroupSettings;
  /** Groups that are configured otherwise, by name. */
  readonly groups: ReadonlyMap<string, ShareGroupSettings>;
}

export interface ShareMember {
  readonly id: string;
  entity: number;
  topics: readonly string[];
  epoch: number;
  previousEpoch: number;
  /** Rows that it was told of last. */
  assigned: readonly number[];
  /** When its session ends, its timer (-1 = none), and the record that it was last heard by. */
  deadline: number;
  timer: number;
  heard: number;
  /** Its process is known to us to have died, and by which record: the coordinator does not know it. */
  lost: boolean;
  lostBy: number;
}

export interface ShareGroup {
  readonly name: string;
  readonly nameId: number;
  epoch: number;
  targetEpoch: number;
  /** Rows by member id. */
  target: Map<string, readonly number[]>;
  readonly members: Map<string, ShareMember>;
}

/** A partition in a group, at its leader. */
export interface LedShare {
  readonly group: string;
  readonly nameId: number;
  readonly row: number;
  readonly p: SharePartition;
  /** In which of the node's lives it was last used: locks do not outlive one. */
  life: number;
  /** By offset: seq of the record that made it available again. */
  readonly freed: Map<number, number>;
}

export interface ParkedShareFetch {
  readonly id: number;
  readonly from: number;
  readonly correlation: number;
  readonly request: ShareFetchRequest;
  readonly acknowledged: readonly AcknowledgedPartition[];
  readonly timer: number;
}

export interface ShareState {
  /** Durable but for timers. */
  readonly groups: Map<string, ShareGroup>;
  /** Durable, acquisitions excepted: by group and row. */
  readonly led: Map<string, LedShare>;
  /** How often the node has started. */
  lives: number;
  /** Volatile. */
  parked: ParkedShareFetch[];
  parkedIds: number;
  /** The timer of the lock that ends first, -1 = none. */
  lockTimer: number;
  lockTimerAt: number;
  /** By member id: its process, for the trace. */
  readonly entities: Map<string, number>;
  /** Living members that were put out and have not come back: for `busy` alone. */
  unaware: Set<number>;
}

/** One turn of the broker's share part: made anew for each event, never kept. */
export interface ShareTurn {
  readonly share: ShareState;
  readonly logs: readonly (PartitionLog | null)[];
  readonly catalog: Catalog;
  readonly metadata: Metadata;
  readonly node: number;
  readonly settings: ShareSettings;
  readonly ctx: Ctx;
}

export function createShareState(): ShareState {
  return {
    groups: new Map(),
    led: new Map(),
    lives: 0,
    parked: [],
    parkedIds: 0,
    lockTimer: -1,
    lockTimerAt: Infinity,
    entities: new Map(),
    unaware: new Set(),
  };
}

export function settingsOf(settings: ShareSettings, group: string): ShareGroupSettings {
  return settings.groups.get(group) ?? settings.usual;
}
