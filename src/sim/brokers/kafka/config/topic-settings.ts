/**
 * Settings of a topic, one a line: `*` where a model acts on it, name, type, default in 4.0 (`?` not kept),
 * bounds (`=` a choice) and, where a model acts on it, its meaning.
 * Names, types, defaults, bounds: configuration reference of Apache Kafka 3.9 and ConfigDef of 4.0.0-SNAPSHOT (commit
 * 1eb7644), with the changes that the upgrade guide of 4.0, KIP-1030 and KIP-1102 list. Meanings are ours.
 */
export const TOPIC_SETTINGS = `
* cleanup.policy | LIST | delete | =compact/delete | What happens to old records: delete, compact, or both.
* retention.ms | LONG | 604800000 | -1.. | Age at which a segment may be deleted; -1 never.
* retention.bytes | LONG | -1 | - | Size of a partition above which its oldest segments are deleted; -1 never.
* segment.bytes | INT | 1073741824 | 1048576.. | Size at which a segment is closed and a new one begun.
* segment.ms | LONG | 604800000 | 1.. | Age at which a segment is closed even if it is not full.
  segment.jitter.ms | LONG | 0 | 0..
  segment.index.bytes | INT | 10485760 | 4..
* min.insync.replicas | INT | 1 | 1.. | How many replicas must be in sync for acks=all to be accepted.
* unclean.leader.election.enable | BOOLEAN | false | - | Whether a replica out of sync may become leader, losing records.
* max.message.bytes | INT | 1048588 | 0.. | Largest batch that the topic accepts.
  message.timestamp.type | STRING | CreateTime | =CreateTime/LogAppendTime
  message.timestamp.before.max.ms | LONG | 9223372036854775807 | 0..
  message.timestamp.after.max.ms | LONG | 3600000 | 0..
  message.format.version | STRING | 3.0-IV1 | -
* delete.retention.ms | LONG | 86400000 | 0.. | How long tombstones stay in a compacted topic.
* min.cleanable.dirty.ratio | DOUBLE | 0.5 | 0..1 | Share of uncleaned bytes above which a log is compacted.
* min.compaction.lag.ms | LONG | 0 | 0.. | How long a record stays uncompacted at least.
  max.compaction.lag.ms | LONG | 9223372036854775807 | 1..
  compression.type | STRING | producer | =uncompressed/zstd/lz4/snappy/gzip/producer
  compression.gzip.level | INT | -1 | -
  compression.lz4.level | INT | 9 | 1..17
  compression.zstd.level | INT | 3 | -131072..22
  file.delete.delay.ms | LONG | 60000 | 0..
  flush.messages | LONG | 9223372036854775807 | 1..
  flush.ms | LONG | 9223372036854775807 | 0..
  index.interval.bytes | INT | 4096 | 0..
  preallocate | BOOLEAN | false | -
  leader.replication.throttled.replicas | LIST | [] | -
  follower.replication.throttled.replicas | LIST | [] | -
  local.retention.ms | LONG | -2 | -2..
  local.retention.bytes | LONG | -2 | -2..
  remote.storage.enable | BOOLEAN | false | -
  remote.log.copy.disable | BOOLEAN | false | -
  remote.log.delete.on.disable | BOOLEAN | false | -
`;
