/**
 * Settings of the broker, one a line: `*` where a model acts on it, name, type, default in 4.0 (`?` not kept),
 * bounds (`=` a choice) and, where a model acts on it, its meaning.
 * Names, types, defaults, bounds: configuration reference of Apache Kafka 3.9 and ConfigDef of 4.0.0-SNAPSHOT (commit
 * 1eb7644), with the changes that the upgrade guide of 4.0, KIP-1030 and KIP-1102 list. Meanings are ours.
 */
export const BROKER_SETTINGS = `
* num.partitions | INT | 1 | 1.. | Partitions of a topic that does not say.
* default.replication.factor | INT | 1 | - | Replicas of a topic that does not say.
* min.insync.replicas | INT | 1 | 1.. | How many replicas must be in sync for acks=all to be accepted, unless the topic says.
* unclean.leader.election.enable | BOOLEAN | false | - | Whether a replica out of sync may become leader, losing records.
* group.initial.rebalance.delay.ms | INT | 3000 | - | How long the coordinator waits for more members before the first rebalance of an empty group.
* group.min.session.timeout.ms | INT | 6000 | - | Shortest session.timeout.ms that a member may ask for.
* group.max.session.timeout.ms | INT | 1800000 | - | Longest session.timeout.ms that a member may ask for.
* group.max.size | INT | 2147483647 | 1.. | Most members of a group.
  group.coordinator.rebalance.protocols | LIST | classic,consumer | =consumer/classic/share/unknown
* group.consumer.assignors | LIST | org.apache.kafka.coordinator.group.assignor.UniformAssignor,org.apache.kafka.coordinator.group.assignor.RangeAssignor | - | Assignors on the broker, for the consumer protocol.
* group.consumer.session.timeout.ms | INT | 45000 | 1.. | Session timeout of members of the consumer protocol.
  group.consumer.min.session.timeout.ms | INT | 45000 | 1..
  group.consumer.max.session.timeout.ms | INT | 60000 | 1..
* group.consumer.heartbeat.interval.ms | INT | 5000 | 1.. | Heartbeat interval of the consumer protocol.
  group.consumer.min.heartbeat.interval.ms | INT | 5000 | 1..
  group.consumer.max.heartbeat.interval.ms | INT | 15000 | 1..
* group.consumer.max.size | INT | 2147483647 | 1.. | Most members of a group of the consumer protocol.
  group.consumer.migration.policy | STRING | bidirectional | =bidirectional/upgrade/downgrade/disabled
  offsets.retention.minutes | INT | 10080 | 1..
  offsets.retention.check.interval.ms | LONG | 600000 | 1..
  offsets.topic.num.partitions | INT | 50 | 1..
  offsets.topic.replication.factor | SHORT | 3 | 1..
  offsets.commit.timeout.ms | INT | 5000 | 1..
  offset.metadata.max.bytes | INT | 4096 | -
* replica.lag.time.max.ms | LONG | 30000 | - | How long a follower may be behind before it falls out of sync.
* replica.fetch.wait.max.ms | INT | 500 | - | How long a fetch of a follower waits for bytes.
  replica.fetch.min.bytes | INT | 1 | -
  replica.high.watermark.checkpoint.interval.ms | LONG | 5000 | -
  leader.imbalance.check.interval.seconds | LONG | 300 | 1..
  auto.leader.rebalance.enable | BOOLEAN | true | -
  auto.create.topics.enable | BOOLEAN | true | -
  delete.topic.enable | BOOLEAN | true | -
* message.max.bytes | INT | 1048588 | 0.. | Largest batch that the broker accepts.
* log.retention.hours | INT | 168 | - | Age at which segments may be deleted, in hours.
* log.retention.minutes | INT | null | - | The same in minutes; goes before hours.
* log.retention.ms | LONG | null | - | The same in milliseconds; goes before minutes.
* log.retention.bytes | LONG | -1 | - | Size of a partition above which its oldest segments are deleted; -1 never.
* log.retention.check.interval.ms | LONG | 300000 | 1.. | How often retention is looked at.
* log.segment.bytes | INT | 1073741824 | 1048576.. | Size at which a segment is closed and a new one begun.
  log.segment.delete.delay.ms | LONG | 60000 | 0..
* log.roll.hours | INT | 168 | 1.. | Age at which a segment is closed even if it is not full.
* log.roll.ms | LONG | null | - | The same in milliseconds; goes before hours.
* log.cleanup.policy | LIST | delete | =compact/delete | What happens to old records unless the topic says.
* log.cleaner.delete.retention.ms | LONG | 86400000 | 0.. | How long tombstones stay.
* log.cleaner.min.cleanable.ratio | DOUBLE | 0.5 | 0..1 | Share of uncleaned bytes above which a log is compacted.
* log.cleaner.min.compaction.lag.ms | LONG | 0 | 0.. | How long a record stays uncompacted at least.
  log.cleaner.max.compaction.lag.ms | LONG | 9223372036854775807 | 1..
* log.cleaner.backoff.ms | LONG | 15000 | 0.. | How long the cleaner sleeps when there is nothing to clean.
  log.message.timestamp.type | STRING | CreateTime | =CreateTime/LogAppendTime
  log.message.timestamp.before.max.ms | LONG | 9223372036854775807 | 0..
  log.message.timestamp.after.max.ms | LONG | 3600000 | 0..
* transaction.max.timeout.ms | INT | 900000 | 1.. | Longest transaction.timeout.ms that a producer may ask for.
  transaction.state.log.num.partitions | INT | 50 | 1..
  transaction.state.log.replication.factor | SHORT | 3 | 1..
  transaction.state.log.min.isr | INT | 2 | 1..
* transaction.abort.timed.out.transaction.cleanup.interval.ms | INT | 10000 | 1.. | How often transactions past their time are looked for.
  transactional.id.expiration.ms | INT | 604800000 | 1..
* producer.id.expiration.ms | INT | 86400000 | 1.. | After how long an unused producer id is forgotten by a partition.
  controlled.shutdown.enable | BOOLEAN | true | -
* broker.session.timeout.ms | INT | 9000 | - | How long the controller waits for a heartbeat of a broker.
* broker.heartbeat.interval.ms | INT | 2000 | - | Time between two heartbeats of a broker to the controller.
  connections.max.idle.ms | LONG | 600000 | -
  fetch.max.bytes | INT | 57671680 | 1024..
  compression.type | STRING | producer | =uncompressed/zstd/lz4/snappy/gzip/producer
  advertised.listeners | STRING | null | -
  background.threads | INT | 10 | 1..
  broker.id | INT | -1 | -
  controller.listener.names | STRING | null | -
  controller.quorum.bootstrap.servers | LIST | [] | -
  controller.quorum.election.backoff.max.ms | INT | 1000 | -
  controller.quorum.election.timeout.ms | INT | 1000 | -
  controller.quorum.fetch.timeout.ms | INT | 2000 | -
  controller.quorum.voters | LIST | [] | -
  early.start.listeners | STRING | null | -
  eligible.leader.replicas.enable | BOOLEAN | false | -
  leader.imbalance.per.broker.percentage | INT | 10 | -
  listeners | STRING | PLAINTEXT://:9092 | -
  log.dir | STRING | /tmp/kafka-logs | -
  log.dirs | STRING | null | -
  log.flush.interval.messages | LONG | 9223372036854775807 | 1..
  log.flush.interval.ms | LONG | null | -
  log.flush.offset.checkpoint.interval.ms | INT | 60000 | 0..
  log.flush.scheduler.interval.ms | LONG | 9223372036854775807 | -
  log.flush.start.offset.checkpoint.interval.ms | INT | 60000 | 0..
  log.roll.jitter.hours | INT | 0 | 0..
  log.roll.jitter.ms | LONG | null | -
  metadata.log.dir | STRING | null | -
  metadata.log.max.record.bytes.between.snapshots | LONG | 20971520 | 1..
  metadata.log.max.snapshot.interval.ms | LONG | 3600000 | 0..
  metadata.log.segment.bytes | INT | 1073741824 | 12..
  metadata.log.segment.ms | LONG | 604800000 | -
  metadata.max.retention.bytes | LONG | 104857600 | -
  metadata.max.retention.ms | LONG | 604800000 | -
  node.id | INT | -1 | -
  num.io.threads | INT | 8 | 1..
  num.network.threads | INT | 3 | 1..
  num.recovery.threads.per.data.dir | INT | 2 | 1..
  num.replica.alter.log.dirs.threads | INT | null | -
  num.replica.fetchers | INT | 1 | -
  offsets.load.buffer.size | INT | 5242880 | 1..
  offsets.topic.compression.codec | INT | 0 | -
  offsets.topic.segment.bytes | INT | 104857600 | 1..
  process.roles | LIST | [] | =broker/controller
  queued.max.requests | INT | 500 | 1..
  replica.socket.receive.buffer.bytes | INT | 65536 | -
  replica.socket.timeout.ms | INT | 30000 | -
  request.timeout.ms | INT | 30000 | -
  socket.receive.buffer.bytes | INT | 102400 | -
  socket.request.max.bytes | INT | 104857600 | 1..
  socket.send.buffer.bytes | INT | 102400 | -
  transaction.state.log.load.buffer.size | INT | 5242880 | 1..
  transaction.state.log.segment.bytes | INT | 104857600 | 1..
  broker.rack | STRING | null | -
  compression.gzip.level | INT | -1 | -
  compression.lz4.level | INT | 9 | 1..17
  compression.zstd.level | INT | 3 | -131072..22
  connections.max.reauth.ms | LONG | 0 | -
  controlled.shutdown.max.retries | INT | 3 | -
  controlled.shutdown.retry.backoff.ms | LONG | 5000 | -
  controller.quorum.append.linger.ms | INT | 25 | -
  controller.quorum.request.timeout.ms | INT | 2000 | -
  delegation.token.expiry.time.ms | LONG | 86400000 | 1..
  delegation.token.max.lifetime.ms | LONG | 604800000 | 1..
  delegation.token.secret.key | PASSWORD | null | -
  delete.records.purgatory.purge.interval.requests | INT | 1 | -
  fetch.purgatory.purge.interval.requests | INT | 1000 | -
  group.coordinator.append.linger.ms | INT | 10 | 0..
  group.coordinator.threads | INT | 1 | 1..
  group.share.delivery.count.limit | INT | 5 | 2..10
  group.share.heartbeat.interval.ms | INT | 5000 | 1..
  group.share.max.groups | SHORT | 10 | 1..100
  group.share.max.heartbeat.interval.ms | INT | 15000 | 1..
  group.share.max.record.lock.duration.ms | INT | 60000 | 30000..3600000
  group.share.max.session.timeout.ms | INT | 60000 | 1..
  group.share.max.size | SHORT | 200 | 10..1000
  group.share.min.heartbeat.interval.ms | INT | 5000 | 1..
  group.share.min.record.lock.duration.ms | INT | 15000 | 1000..30000
  group.share.min.session.timeout.ms | INT | 45000 | 1..
  group.share.partition.max.record.locks | INT | 200 | 100..10000
  group.share.record.lock.duration.ms | INT | 30000 | 1000..60000
  group.share.session.timeout.ms | INT | 45000 | 1..
  initial.broker.registration.timeout.ms | INT | 60000 | -
  inter.broker.listener.name | STRING | null | -
  log.cleaner.dedupe.buffer.size | LONG | 134217728 | -
* log.cleaner.enable | BOOLEAN | true | - | How logs are kept on disk.
  log.cleaner.io.buffer.load.factor | DOUBLE | 0.9 | -
  log.cleaner.io.buffer.size | INT | 524288 | 0..
  log.cleaner.io.max.bytes.per.second | DOUBLE | 1.7976931348623157E308 | -
  log.cleaner.threads | INT | 1 | 0..
  log.index.interval.bytes | INT | 4096 | 0..
  log.index.size.max.bytes | INT | 10485760 | 4..
  log.local.retention.bytes | LONG | -2 | -2..
  log.local.retention.ms | LONG | -2 | -2..
  log.preallocate | BOOLEAN | false | -
  max.connection.creation.rate | INT | 2147483647 | 0..
  max.connections | INT | 2147483647 | 0..
  max.connections.per.ip | INT | 2147483647 | 0..
  max.connections.per.ip.overrides | STRING | "" | -
  max.incremental.fetch.session.cache.slots | INT | 1000 | 0..
  max.request.partition.size.limit | INT | 2000 | 1..
  principal.builder.class | CLASS | org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder | -
  producer.purgatory.purge.interval.requests | INT | 1000 | -
  queued.max.request.bytes | LONG | -1 | -
  remote.fetch.max.wait.ms | INT | 500 | 1..
  remote.log.manager.copier.thread.pool.size | INT | 10 | 1..
  remote.log.manager.copy.max.bytes.per.second | LONG | 9223372036854775807 | 1..
  remote.log.manager.copy.quota.window.num | INT | 11 | 1..
  remote.log.manager.copy.quota.window.size.seconds | INT | 1 | 1..
  remote.log.manager.expiration.thread.pool.size | INT | 10 | 1..
  remote.log.manager.fetch.max.bytes.per.second | LONG | 9223372036854775807 | 1..
  remote.log.manager.fetch.quota.window.num | INT | 11 | 1..
  remote.log.manager.fetch.quota.window.size.seconds | INT | 1 | 1..
  remote.log.manager.thread.pool.size | INT | 2 | 1..
  remote.log.metadata.manager.class.name | STRING | org.apache.kafka.server.log.remote.metadata.storage.TopicBasedRemoteLogMetadataManager | -
  remote.log.metadata.manager.class.path | STRING | null | -
  remote.log.metadata.manager.impl.prefix | STRING | rlmm.config. | -
  remote.log.metadata.manager.listener.name | STRING | null | -
  remote.log.reader.max.pending.tasks | INT | 100 | 1..
  remote.log.reader.threads | INT | 10 | 1..
  remote.log.storage.manager.class.name | STRING | null | -
  remote.log.storage.manager.class.path | STRING | null | -
  remote.log.storage.manager.impl.prefix | STRING | rsm.config. | -
  remote.log.storage.system.enable | BOOLEAN | false | -
* replica.fetch.backoff.ms | INT | 1000 | 0.. | How long a follower leaves a leader alone whose fetch has failed.
  replica.fetch.max.bytes | INT | 1048576 | 0..
  replica.fetch.response.max.bytes | INT | 10485760 | 0..
  replica.selector.class | STRING | null | -
  reserved.broker.max.id | INT | 1000 | 0..
  socket.connection.setup.timeout.max.ms | LONG | 30000 | -
  socket.connection.setup.timeout.ms | LONG | 10000 | -
  socket.listen.backlog.size | INT | 50 | 1..
  alter.config.policy.class.name | CLASS | null | -
  alter.log.dirs.replication.quota.window.num | INT | 11 | 1..
  alter.log.dirs.replication.quota.window.size.seconds | INT | 1 | 1..
  authorizer.class.name | STRING | "" | -
  client.quota.callback.class | CLASS | null | -
  connection.failed.authentication.delay.ms | INT | 100 | 0..
  controller.quorum.retry.backoff.ms | INT | 20 | -
  controller.quota.window.num | INT | 11 | 1..
  controller.quota.window.size.seconds | INT | 1 | 1..
  create.topic.policy.class.name | CLASS | null | -
  delegation.token.expiry.check.interval.ms | LONG | 3600000 | 1..
  kafka.metrics.polling.interval.secs | INT | 10 | 1..
  kafka.metrics.reporters | LIST | [] | -
  log.dir.failure.timeout.ms | LONG | 30000 | 1..
  metadata.max.idle.interval.ms | INT | 500 | 0..
  metric.reporters | LIST | org.apache.kafka.common.metrics.JmxReporter | -
  metrics.num.samples | INT | 2 | 1..
  metrics.recording.level | STRING | INFO | -
  metrics.sample.window.ms | LONG | 30000 | 1..
  quota.window.num | INT | 11 | 1..
  quota.window.size.seconds | INT | 1 | 1..
  remote.log.index.file.cache.total.size.bytes | LONG | 1073741824 | 1..
  remote.log.manager.task.interval.ms | LONG | 30000 | 1..
  remote.log.metadata.custom.metadata.max.bytes | INT | 128 | 0..
  replication.quota.window.num | INT | 11 | 1..
  replication.quota.window.size.seconds | INT | 1 | 1..
  telemetry.max.bytes | INT | 1048576 | 1..
  transaction.partition.verification.enable | BOOLEAN | true | -
  transaction.remove.expired.transaction.cleanup.interval.ms | INT | 3600000 | 1..
`;

/** Security settings, known by name only: nothing here is authenticated or encrypted. */
export const BROKER_SECURITY = `
sasl.mechanism.controller.protocol
sasl.client.callback.handler.class
sasl.enabled.mechanisms
sasl.jaas.config
sasl.kerberos.kinit.cmd
sasl.kerberos.min.time.before.relogin
sasl.kerberos.principal.to.local.rules
sasl.kerberos.service.name
sasl.kerberos.ticket.renew.jitter
sasl.kerberos.ticket.renew.window.factor
sasl.login.callback.handler.class
sasl.login.class
sasl.login.refresh.buffer.seconds
sasl.login.refresh.min.period.seconds
sasl.login.refresh.window.factor
sasl.login.refresh.window.jitter
sasl.mechanism.inter.broker.protocol
sasl.oauthbearer.jwks.endpoint.url
sasl.oauthbearer.token.endpoint.url
sasl.server.callback.handler.class
sasl.server.max.receive.size
security.inter.broker.protocol
ssl.cipher.suites
ssl.client.auth
ssl.enabled.protocols
ssl.key.password
ssl.keymanager.algorithm
ssl.keystore.certificate.chain
ssl.keystore.key
ssl.keystore.location
ssl.keystore.password
ssl.keystore.type
ssl.protocol
ssl.provider
ssl.trustmanager.algorithm
ssl.truststore.certificates
ssl.truststore.location
ssl.truststore.password
ssl.truststore.type
listener.security.protocol.map
sasl.login.connect.timeout.ms
sasl.login.read.timeout.ms
sasl.login.retry.backoff.max.ms
sasl.login.retry.backoff.ms
sasl.oauthbearer.clock.skew.seconds
sasl.oauthbearer.expected.audience
sasl.oauthbearer.expected.issuer
sasl.oauthbearer.jwks.endpoint.refresh.ms
sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms
sasl.oauthbearer.jwks.endpoint.retry.backoff.ms
sasl.oauthbearer.scope.claim.name
sasl.oauthbearer.sub.claim.name
security.providers
ssl.allow.dn.changes
ssl.allow.san.changes
ssl.endpoint.identification.algorithm
ssl.engine.factory.class
ssl.principal.mapping.rules
ssl.secure.random.implementation
`;
