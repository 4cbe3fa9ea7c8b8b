/**
 * Settings of a group (what `kafka-configs --entity-type groups` sets), and the rows of broker and consumer that share
 * groups have in 4.2, one a line: `*` where a model acts on it, name, type, default, bounds (`=` a choice), meaning.
 * Names, types, defaults, bounds: configuration reference of Apache Kafka 4.2 (group configs), ShareGroupConfig,
 * KIP-932, KIP-1206 (share.acquire.mode). A model acts on the share settings in 4.2 only. Meanings are ours.
 */
export const GROUP_SETTINGS = `
  consumer.heartbeat.interval.ms | INT | 5000 | 1.. | Time between two heartbeats of this consumer group (KIP-848).
  consumer.session.timeout.ms | INT | 45000 | 1.. | How long the coordinator of this consumer group waits for a heartbeat.
* share.auto.offset.reset | STRING | latest | - | Where a new share group begins: earliest or latest.
* share.heartbeat.interval.ms | INT | 5000 | 1.. | Time between two heartbeats of this share group.
  share.isolation.level | STRING | read_uncommitted | =read_committed/read_uncommitted | Whether records of open and aborted transactions are given out.
* share.record.lock.duration.ms | INT | 30000 | 1000.. | How long a member of this share group may keep a record before it is available again.
* share.session.timeout.ms | INT | 45000 | 1.. | How long the coordinator of this share group waits for a heartbeat.
`;

export const SHARE_BROKER_SETTINGS = `
* group.share.delivery.count.limit | INT | 5 | 2..10 | How often a record is given out before it is archived unprocessed.
* group.share.heartbeat.interval.ms | INT | 5000 | 1.. | Time between two heartbeats of a share group's member.
  group.share.max.heartbeat.interval.ms | INT | 15000 | 1.. | Largest share.heartbeat.interval.ms of a group.
* group.share.max.record.lock.duration.ms | INT | 60000 | 30000..3600000 | Largest share.record.lock.duration.ms of a group.
  group.share.max.session.timeout.ms | INT | 60000 | 1.. | Largest share.session.timeout.ms of a group.
  group.share.max.share.sessions | INT | 2000 | 1.. | How many share sessions a broker keeps.
* group.share.max.size | SHORT | 200 | 10..1000 | How many members a share group may have.
  group.share.min.heartbeat.interval.ms | INT | 5000 | 1.. | Smallest share.heartbeat.interval.ms of a group.
* group.share.min.record.lock.duration.ms | INT | 15000 | 1000..30000 | Smallest share.record.lock.duration.ms of a group.
  group.share.min.session.timeout.ms | INT | 45000 | 1.. | Smallest share.session.timeout.ms of a group.
* group.share.partition.max.record.locks | INT | 2000 | 100..10000 | How far a share group may be ahead of its oldest open record in a partition.
* group.share.record.lock.duration.ms | INT | 30000 | 1000..3600000 | How long a member of a share group may keep a record before it is available again.
* group.share.session.timeout.ms | INT | 45000 | 1.. | How long the coordinator of a share group waits for a heartbeat.
`;

export const SHARE_CONSUMER_SETTINGS = `
* share.acknowledgement.mode | STRING | implicit | =implicit/explicit | Whether poll() accepts what the poll before returned, or the program says of each record what became of it.
* share.acquire.mode | STRING | batch_optimized | =batch_optimized/record_limit | Whether a poll may finish a batch beyond max.poll.records.
`;
