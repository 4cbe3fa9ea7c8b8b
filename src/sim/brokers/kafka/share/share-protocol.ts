/**
 * The requests of share groups as the model's packets (KIP-932; versions of Kafka 4.2). Left out: share sessions and
 * their epochs (a connection is a session, as with Fetch), throttling, racks, forgotten topics. Kafka's block of kinds
 * (128 to 191) is full: these and the broker's timers for them begin at 320.
 */
import { BACKGROUND } from '#sim/kernel/queue.ts';
import type { Acknowledgement } from '#sim/brokers/kafka/share/acknowledge.ts';
import type { KafkaError } from '#sim/brokers/kafka/protocol.ts';

export const SHARE_GROUP_HEARTBEAT = 320 | BACKGROUND;
export const SHARE_GROUP_HEARTBEAT_RESPONSE = 321 | BACKGROUND;
/** Acknowledges what was fetched before and acquires more: a long poll. */
export const SHARE_FETCH = 322;
export const SHARE_FETCH_RESPONSE = 323;
export const SHARE_ACKNOWLEDGE = 324;
export const SHARE_ACKNOWLEDGE_RESPONSE = 325;

export const sharePackets: readonly (readonly [kind: number, name: string])[] = [
  [320, 'ShareGroupHeartbeat'],
  [321, 'ShareGroupHeartbeat response'],
  [322, 'ShareFetch'],
  [323, 'ShareFetch response'],
  [324, 'ShareAcknowledge'],
  [325, 'ShareAcknowledge response'],
];

/** Errors that only share groups have. */
export type ShareError = KafkaError | 'INVALID_RECORD_STATE';

export interface ShareGroupHeartbeatRequest {
  readonly group: string;
  /** The member's own invention. */
  readonly memberId: string;
  /** 0 joins, -1 leaves. */
  readonly memberEpoch: number;
  /** Entity of the member, for the trace. */
  readonly entity: number;
  /** Absent = not changed since the last request. */
  readonly topics?: readonly string[];
}

export interface ShareGroupHeartbeatResponse {
  readonly error: KafkaError;
  readonly memberEpoch: number;
  /** µs. */
  readonly heartbeatInterval: number;
  /** Partitions (rows) that it may fetch from; null = as it was told before. */
  readonly assignment: readonly number[] | null;
}

export interface ShareAcknowledgement {
  readonly partition: number;
  readonly first: number;
  readonly last: number;
  readonly type: Acknowledgement;
}

export interface ShareAcknowledgeRequest {
  readonly group: string;
  readonly memberId: string;
  readonly entity: number;
  readonly acknowledgements: readonly ShareAcknowledgement[];
  /** The member goes: what it has acquired and not acknowledged is given back (final epoch). */
  readonly closes?: boolean;
}

export interface ShareFetchRequest extends ShareAcknowledgeRequest {
  readonly maxWait: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly maxRecords: number;
  readonly batchSize: number;
  /** share.acquire.mode = record_limit. */
  readonly strict: boolean;
  readonly partitions: readonly number[];
}

export interface AcknowledgedPartition {
  readonly partition: number;
  readonly error: ShareError;
}

export interface ShareAcknowledgeResponse {
  readonly acknowledged: readonly AcknowledgedPartition[];
}

/** Acquired records of one partition: parallel columns. */
export interface SharedPartition {
  readonly partition: number;
  readonly error: KafkaError;
  readonly offsets: readonly number[];
  readonly mids: readonly number[];
  /** By record: which delivery this is, and the seq of its `acquire`, for causes. */
  readonly deliveries: readonly number[];
  readonly acquired: readonly number[];
}

export interface ShareFetchResponse extends ShareAcknowledgeResponse {
  readonly partitions: readonly SharedPartition[];
}
