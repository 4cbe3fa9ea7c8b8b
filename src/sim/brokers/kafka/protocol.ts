/**
 * Kafka's requests and responses as the model's packets: the verbs of the wire protocol (kafka.apache.org/protocol),
 * reduced to what decides behaviour. Every request carries the client's correlation id in `event.a` and comes back with
 * it; everything else is in `event.data`, plain and never written again once sent. A topic partition is its row in
 * `Metadata`. Left out: versions of the messages, metadata and coordinator look-ups (clients know them), sessions of
 * fetch requests, authentication.
 */
import { BACKGROUND } from '#sim/kernel/queue.ts';
import type { LeaderEpoch } from '#sim/brokers/kafka/replication/leader-epochs.ts';

/** Packet kinds: requests even, responses odd. 128 to 191 belong to Kafka. */
export const PRODUCE = 128;
export const PRODUCE_RESPONSE = 129;
/**
 * A long poll that is parked holds nothing up; on its way and back it does, since its answer may bring records.
 */
export const FETCH = 130;
export const FETCH_RESPONSE = 131;
export const LIST_OFFSETS = 132;
export const LIST_OFFSETS_RESPONSE = 133;
export const INIT_PRODUCER_ID = 134;
export const INIT_PRODUCER_ID_RESPONSE = 135;
export const JOIN_GROUP = 136;
export const JOIN_GROUP_RESPONSE = 137;
export const SYNC_GROUP = 138;
export const SYNC_GROUP_RESPONSE = 139;
export const HEARTBEAT = 140 | BACKGROUND;
export const HEARTBEAT_RESPONSE = 141 | BACKGROUND;
export const LEAVE_GROUP = 142;
export const LEAVE_GROUP_RESPONSE = 143;
export const OFFSET_COMMIT = 144;
export const OFFSET_COMMIT_RESPONSE = 145;
export const OFFSET_FETCH = 146;
export const OFFSET_FETCH_RESPONSE = 147;
export const ADD_PARTITIONS_TO_TXN = 148;
export const ADD_PARTITIONS_TO_TXN_RESPONSE = 149;
export const ADD_OFFSETS_TO_TXN = 150;
export const ADD_OFFSETS_TO_TXN_RESPONSE = 151;
export const END_TXN = 152;
export const END_TXN_RESPONSE = 153;
export const WRITE_TXN_MARKERS = 154;
export const WRITE_TXN_MARKERS_RESPONSE = 155;
export const TXN_OFFSET_COMMIT = 156;
export const TXN_OFFSET_COMMIT_RESPONSE = 157;
export const CONSUMER_GROUP_HEARTBEAT = 158 | BACKGROUND;
export const CONSUMER_GROUP_HEARTBEAT_RESPONSE = 159 | BACKGROUND;

/** A follower's fetch (a Fetch with a replica id): answered at once where there is something, else after its wait. */
export const REPLICA_FETCH = 166 | BACKGROUND;
export const REPLICA_FETCH_RESPONSE = 167 | BACKGROUND;
export const BROKER_REGISTRATION = 168 | BACKGROUND;
export const BROKER_REGISTRATION_RESPONSE = 169 | BACKGROUND;
export const BROKER_HEARTBEAT = 170 | BACKGROUND;
/** What the controller has decided, on its way to a broker (the metadata log). */
export const METADATA_RECORDS = 171;
export const ALTER_PARTITION = 172;
export const ALTER_PARTITION_RESPONSE = 173;
/** A consumer asks whether its position is still in the leader's log. */
export const OFFSET_FOR_LEADER_EPOCH = 162;
export const OFFSET_FOR_LEADER_EPOCH_RESPONSE = 163;
/** Clients ask who leads. The answer goes to the consumer or to the producer of a process. */
export const METADATA = 174;
export const METADATA_RESPONSE = 175;
export const CONSUMER_METADATA = 164;
export const CONSUMER_METADATA_RESPONSE = 165;

/** Names of the packet kinds, for the trace's readers. */
export const kafkaPackets: readonly (readonly [kind: number, name: string])[] = [
  [128, 'Produce'],
  [129, 'Produce response'],
  [130, 'Fetch'],
  [131, 'Fetch response'],
  [132, 'ListOffsets'],
  [133, 'ListOffsets response'],
  [134, 'InitProducerId'],
  [135, 'InitProducerId response'],
  [136, 'JoinGroup'],
  [137, 'JoinGroup response'],
  [138, 'SyncGroup'],
  [139, 'SyncGroup response'],
  [140, 'Heartbeat'],
  [141, 'Heartbeat response'],
  [142, 'LeaveGroup'],
  [143, 'LeaveGroup response'],
  [144, 'OffsetCommit'],
  [145, 'OffsetCommit response'],
  [146, 'OffsetFetch'],
  [147, 'OffsetFetch response'],
  [148, 'AddPartitionsToTxn'],
  [149, 'AddPartitionsToTxn response'],
  [150, 'AddOffsetsToTxn'],
  [151, 'AddOffsetsToTxn response'],
  [152, 'EndTxn'],
  [153, 'EndTxn response'],
  [154, 'WriteTxnMarkers'],
  [155, 'WriteTxnMarkers response'],
  [156, 'TxnOffsetCommit'],
  [157, 'TxnOffsetCommit response'],
  [158, 'ConsumerGroupHeartbeat'],
  [159, 'ConsumerGroupHeartbeat response'],
  [162, 'OffsetForLeaderEpoch'],
  [163, 'OffsetForLeaderEpoch response'],
  [164, 'Metadata'],
  [165, 'Metadata response'],
  [166, 'Replica fetch'],
  [167, 'Replica fetch response'],
  [168, 'BrokerRegistration'],
  [169, 'BrokerRegistration response'],
  [170, 'BrokerHeartbeat'],
  [171, 'Metadata records'],
  [172, 'AlterPartition'],
  [173, 'AlterPartition response'],
  [174, 'Metadata'],
  [175, 'Metadata response'],
];

/** Kafka's error names (org.apache.kafka.common.protocol.Errors); `NONE` is success. */
export type KafkaError =
  | 'NONE'
  | 'OFFSET_OUT_OF_RANGE'
  | 'UNKNOWN_TOPIC_OR_PARTITION'
  | 'NOT_LEADER_OR_FOLLOWER'
  | 'REQUEST_TIMED_OUT'
  | 'NETWORK_EXCEPTION'
  | 'MESSAGE_TOO_LARGE'
  | 'INVALID_RECORD'
  | 'COORDINATOR_LOAD_IN_PROGRESS'
  | 'COORDINATOR_NOT_AVAILABLE'
  | 'NOT_COORDINATOR'
  | 'LEADER_NOT_AVAILABLE'
  | 'NOT_ENOUGH_REPLICAS'
  | 'NOT_ENOUGH_REPLICAS_AFTER_APPEND'
  | 'FENCED_LEADER_EPOCH'
  | 'UNKNOWN_LEADER_EPOCH'
  | 'INELIGIBLE_REPLICA'
  | 'INVALID_REQUIRED_ACKS'
  | 'ILLEGAL_GENERATION'
  | 'INCONSISTENT_GROUP_PROTOCOL'
  | 'INVALID_GROUP_ID'
  | 'GROUP_ID_NOT_FOUND'
  | 'UNKNOWN_MEMBER_ID'
  | 'INVALID_SESSION_TIMEOUT'
  | 'REBALANCE_IN_PROGRESS'
  | 'OUT_OF_ORDER_SEQUENCE_NUMBER'
  | 'DUPLICATE_SEQUENCE_NUMBER'
  | 'INVALID_PRODUCER_EPOCH'
  | 'UNKNOWN_PRODUCER_ID'
  | 'INVALID_TXN_STATE'
  | 'TRANSACTION_COORDINATOR_FENCED'
  | 'CONCURRENT_TRANSACTIONS'
  | 'INVALID_PRODUCER_ID_MAPPING'
  | 'INVALID_TRANSACTION_TIMEOUT'
  | 'PRODUCER_FENCED'
  | 'TRANSACTION_ABORTABLE'
  | 'UNSTABLE_OFFSET_COMMIT'
  | 'MEMBER_ID_REQUIRED'
  | 'FENCED_INSTANCE_ID'
  | 'GROUP_MAX_SIZE_REACHED'
  | 'INVALID_REQUEST'
  | 'FENCED_MEMBER_EPOCH'
  | 'STALE_MEMBER_EPOCH'
  | 'UNRELEASED_INSTANCE_ID'
  | 'UNSUPPORTED_ASSIGNOR';

/** One batch for one partition. `mids[i]` has sequence `baseSequence + i` where the producer is idempotent. */
export interface ProduceBatch {
  readonly partition: number;
  readonly mids: Int32Array;
  /** -1 without idempotence. */
  readonly baseSequence: number;
  readonly bytes: number;
}

export interface ProduceRequest {
  /** 0, 1 or -1 (all). */
  readonly acks: number;
  /** µs that the leader may wait for its followers; absent = 30 s. */
  readonly timeout?: number;
  /** -1 without idempotence. */
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly batches: readonly ProduceBatch[];
  /** The producer's transactional id; absent = the batches belong to no transaction. */
  readonly transactionalId?: string;
  /** Partitions that the coordinator has refused to take into the transaction: never on the wire. */
  readonly denied?: ReadonlyMap<number, KafkaError>;
}

export interface ProduceResult {
  readonly partition: number;
  readonly error: KafkaError;
  readonly baseOffset: number;
  /** True where the broker recognised a resend and answered with the old offset. */
  readonly duplicate: boolean;
  /** Seq of the append record of the first message, for causes; -1 where nothing was written. */
  readonly appended: number;
}

/** No response is sent for acks 0. */
export interface ProduceResponse {
  readonly results: readonly ProduceResult[];
}

export interface FetchPartition {
  readonly partition: number;
  readonly offset: number;
  readonly maxBytes: number;
}

export interface FetchRequest {
  readonly maxWait: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly partitions: readonly FetchPartition[];
  /** isolation.level; absent = read_uncommitted. */
  readonly readCommitted?: boolean;
}

/** Records of one partition from `offset` on: parallel columns, in offset order, gaps possible. */
export interface FetchedPartition {
  readonly partition: number;
  readonly error: KafkaError;
  readonly offsets: Int32Array;
  readonly mids: Int32Array;
  /** Seqs of the append records, for causes. */
  readonly appended: Int32Array;
  readonly highWatermark: number;
  readonly logStart: number;
  /** Offset after what was read, where that ends in rows that are no record for this reader; absent = after the last. */
  readonly next?: number;
  /** Epochs of the leaders that wrote the log, with their first offsets; absent in a cluster of one node. */
  readonly epochs?: readonly LeaderEpoch[];
}

export interface FetchResponse {
  readonly partitions: readonly FetchedPartition[];
}

export interface ListOffsetsRequest {
  /** -1 latest, -2 earliest (the protocol's timestamps). */
  readonly timestamp: number;
  /** isolation.level: latest is the last stable offset; absent = read_uncommitted. */
  readonly readCommitted?: boolean;
  readonly partitions: readonly number[];
}

export interface ListOffsetsResponse {
  readonly offsets: readonly {
    readonly partition: number;
    readonly offset: number;
    readonly error: KafkaError;
  }[];
}

/** Without data: an id for an idempotent producer. */
export interface InitProducerIdRequest {
  readonly transactionalId: string;
  /** µs. */
  readonly transactionTimeout: number;
  /** Entity of the producer, for the trace. */
  readonly entity: number;
}

export interface InitProducerIdResponse {
  readonly error: KafkaError;
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** A member's subscription as the leader's assignor reads it (ConsumerProtocolSubscription, version 3). */
export interface Subscription {
  readonly topics: readonly string[];
  /** Partitions (rows) that it keeps while it joins: none where it has given them up. */
  readonly owned?: readonly number[];
  /** The generation that it comes from; absent = none. */
  readonly generation?: number;
  /** What its assignor remembers of its last assignment. */
  readonly userData?: { readonly partitions: readonly number[]; readonly generation: number } | null;
}

/** What a member says that it can do: the assignor's name, and its subscription. */
export interface JoinProtocol extends Subscription {
  readonly name: string;
}

export interface JoinGroupRequest {
  readonly group: string;
  /** Empty the first time; the broker hands one out (KIP-394). */
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  /** Entity of the member, for the trace. */
  readonly entity: number;
  /** µs. */
  readonly sessionTimeout: number;
  readonly rebalanceTimeout: number;
  readonly protocols: readonly JoinProtocol[];
  /** Version of the request; absent = 9, the one that knows every rule below. */
  readonly version?: number;
}

export interface JoinGroupResponse {
  readonly error: KafkaError;
  readonly memberId: string;
  readonly generation: number;
  readonly leader: string;
  readonly protocol: string;
  /** Filled for the leader alone. */
  readonly members: readonly (Subscription & {
    readonly memberId: string;
    readonly groupInstanceId: string | null;
  })[];
  /** True for a static leader that came back unnoticed: it must not assign again (KIP-814). */
  readonly skipAssignment?: boolean;
}

export interface SyncGroupRequest {
  readonly group: string;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly generation: number;
  /** The protocol that the member believes in (version 5); absent = it does not say. */
  readonly protocol?: string;
  /** The leader's answer: partitions (rows) by member id; empty from followers. */
  readonly assignments: readonly { readonly memberId: string; readonly partitions: readonly number[] }[];
}

export interface SyncGroupResponse {
  readonly error: KafkaError;
  readonly partitions: readonly number[];
}

export interface HeartbeatRequest {
  readonly group: string;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly generation: number;
}

/** Answer to Heartbeat and OffsetCommit, and to a LeaveGroup of one member. */
export interface ErrorResponse {
  readonly error: KafkaError;
}

/** One member leaves: its own error is the answer's. */
export interface LeaveGroupRequest {
  readonly group: string;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  /** Several at once (version 3): then the fields above do not count, and each has its own error in the answer. */
  readonly members?: readonly { readonly memberId: string; readonly groupInstanceId: string | null }[];
}

export interface LeaveGroupResponse extends ErrorResponse {
  readonly members?: readonly { readonly memberId: string; readonly error: KafkaError }[];
}

export interface OffsetCommitRequest extends HeartbeatRequest {
  readonly entity: number;
  readonly offsets: readonly { readonly partition: number; readonly offset: number }[];
}

/** KIP-848. Absent fields have not changed since the last request. */
export interface ConsumerGroupHeartbeatRequest {
  readonly group: string;
  /** The member's own invention (from 4.0 on); empty = the coordinator hands one out. */
  readonly memberId: string;
  /** 0 joins, -1 leaves, -2 leaves for a while (static members). */
  readonly memberEpoch: number;
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  /** Entity of the member, for the trace. */
  readonly entity: number;
  /** µs. */
  readonly rebalanceTimeout?: number;
  readonly topics?: readonly string[];
  readonly serverAssignor?: string;
  /** Partitions (rows) that it has. */
  readonly owned?: readonly number[];
}

export interface ConsumerGroupHeartbeatResponse {
  readonly error: KafkaError;
  readonly memberId: string;
  readonly memberEpoch: number;
  /** µs. */
  readonly heartbeatInterval: number;
  /** Partitions (rows) that it may have; null = as it was told before. */
  readonly assignment: readonly number[] | null;
}

export interface OffsetFetchRequest {
  /** Offsets of open transactions are not passed over: the answer is UNSTABLE_OFFSET_COMMIT (KIP-447). */
  readonly requireStable?: boolean;
  readonly group: string;
  /** Who asks, where it is a member of the new protocol (version 9). */
  readonly memberId?: string;
  readonly memberEpoch?: number;
  readonly partitions: readonly number[];
}

export interface OffsetFetchResponse {
  /** Absent = NONE. */
  readonly error?: KafkaError;
  /** offset -1 = none committed; `committed` = seq of the commit record, -1 = none. */
  readonly offsets: readonly {
    readonly partition: number;
    readonly offset: number;
    readonly committed: number;
  }[];
}
