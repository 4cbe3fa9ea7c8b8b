/**
 * Settings of a topic, one a line: `*` where a model acts on it, name, type, default in 4.0 (`?` not kept),
 * bounds (`=` a choice), meaning.
 * Names, types, defaults, bounds: configuration reference of Apache Kafka 3.9 and ConfigDef of 4.0.0-SNAPSHOT (commit
 * 1eb7644), with the changes that the upgrade guide of 4.0, KIP-1030 and KIP-1102 list. Meanings are ours.
 */
export const TOPIC_SETTINGS = `
* cleanup.policy | LIST | delete | =compact/delete | What happens to old records: delete, compact, or both.
* retention.ms | LONG | 604800000 | -1.. | Age at which a segment may be deleted; -1 never.
* retention.bytes | LONG | -1 | - | Size of a partition above which its oldest segments are deleted; -1 never.
* segment.bytes | INT | 1073741824 | 1048576.. | Size at which a segment is closed and a new one begun.
* segment.ms | LONG | 604800000 | 1.. | Age at which a segment is closed even if it is not full.
  segment.jitter.ms | LONG | 0 | 0.. | Random part taken off segment.ms, so that segments do not all roll at once.
  segment.index.bytes | INT | 10485760 | 4.. | Size of the index of offsets.
* min.insync.replicas | INT | 1 | 1.. | How many replicas must be in sync for acks=all to be accepted.
* unclean.leader.election.enable | BOOLEAN | false | - | Whether a replica out of sync may become leader, losing records.
* max.message.bytes | INT | 1048588 | 0.. | Largest batch that the topic accepts.
  message.timestamp.type | STRING | CreateTime | =CreateTime/LogAppendTime | Whether a record keeps the time of its creation or gets that of the append.
  message.timestamp.before.max.ms | LONG | 9223372036854775807 | 0.. | How far in the past the timestamp of a record may lie.
  message.timestamp.after.max.ms | LONG | 3600000 | 0.. | How far in the future the timestamp of a record may lie.
  message.format.version | STRING | 3.0-IV1 | - | Format of records on disk; gone in 4.0.
* delete.retention.ms | LONG | 86400000 | 0.. | How long tombstones stay in a compacted topic.
* min.cleanable.dirty.ratio | DOUBLE | 0.5 | 0..1 | Share of uncleaned bytes above which a log is compacted.
* min.compaction.lag.ms | LONG | 0 | 0.. | How long a record stays uncompacted at least.
  max.compaction.lag.ms | LONG | 9223372036854775807 | 1.. | How long a record stays uncompacted at most.
  compression.type | STRING | producer | =uncompressed/zstd/lz4/snappy/gzip/producer | How batches are stored: as the producer sent them, or otherwise.
  compression.gzip.level | INT | -1 | - | Level of gzip compression.
  compression.lz4.level | INT | 9 | 1..17 | Level of lz4 compression.
  compression.zstd.level | INT | 3 | -131072..22 | Level of zstd compression.
  file.delete.delay.ms | LONG | 60000 | 0.. | How long a deleted segment stays on disk.
  flush.messages | LONG | 9223372036854775807 | 1.. | Number of records after which the log is flushed to disk.
  flush.ms | LONG | 9223372036854775807 | 0.. | Time after which the log is flushed to disk.
  index.interval.bytes | INT | 4096 | 0.. | How many bytes lie between two entries of the index.
  preallocate | BOOLEAN | false | - | Whether a new segment takes its whole size on disk at once.
  leader.replication.throttled.replicas | LIST | [] | - | Replicas whose replication is throttled on the leader.
  follower.replication.throttled.replicas | LIST | [] | - | Replicas whose replication is throttled on the follower.
  local.retention.ms | LONG | -2 | -2.. | How long segments stay on the broker once they are in remote storage; -2 as retention.ms.
  local.retention.bytes | LONG | -2 | -2.. | How many bytes stay on the broker once they are in remote storage; -2 as retention.bytes.
  remote.storage.enable | BOOLEAN | false | - | Whether old segments move to remote storage.
  remote.log.copy.disable | BOOLEAN | false | - | Whether nothing more is copied to remote storage.
  remote.log.delete.on.disable | BOOLEAN | false | - | Whether remote data is deleted when remote storage is switched off.
`;
