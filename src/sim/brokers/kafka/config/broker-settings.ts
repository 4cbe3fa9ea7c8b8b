/**
 * Settings of the broker, one a line: `*` where a model acts on it, name, type, default in 4.0 (`?` not kept),
 * bounds (`=` a choice), meaning.
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
  group.coordinator.rebalance.protocols | LIST | classic,consumer | =consumer/classic/share/unknown | Group protocols that the coordinator speaks.
* group.consumer.assignors | LIST | org.apache.kafka.coordinator.group.assignor.UniformAssignor,org.apache.kafka.coordinator.group.assignor.RangeAssignor | - | Assignors on the broker, for the consumer protocol.
* group.consumer.session.timeout.ms | INT | 45000 | 1.. | Session timeout of members of the consumer protocol.
  group.consumer.min.session.timeout.ms | INT | 45000 | 1.. | Shortest session timeout of the consumer protocol.
  group.consumer.max.session.timeout.ms | INT | 60000 | 1.. | Longest session timeout of the consumer protocol.
* group.consumer.heartbeat.interval.ms | INT | 5000 | 1.. | Heartbeat interval of the consumer protocol.
  group.consumer.min.heartbeat.interval.ms | INT | 5000 | 1.. | Shortest heartbeat interval of the consumer protocol.
  group.consumer.max.heartbeat.interval.ms | INT | 15000 | 1.. | Longest heartbeat interval of the consumer protocol.
* group.consumer.max.size | INT | 2147483647 | 1.. | Most members of a group of the consumer protocol.
  group.consumer.migration.policy | STRING | bidirectional | =bidirectional/upgrade/downgrade/disabled | Whether groups may move between the two protocols while they run.
  offsets.retention.minutes | INT | 10080 | 1.. | How long an empty group keeps its committed offsets.
  offsets.retention.check.interval.ms | LONG | 600000 | 1.. | How often expired offsets are looked for.
  offsets.topic.num.partitions | INT | 50 | 1.. | Partitions of the topic that holds committed offsets.
  offsets.topic.replication.factor | SHORT | 3 | 1.. | Replicas of the topic that holds committed offsets.
  offsets.commit.timeout.ms | INT | 5000 | 1.. | How long a commit of offsets waits for its replicas.
  offset.metadata.max.bytes | INT | 4096 | - | Longest note that may go with a committed offset.
* replica.lag.time.max.ms | LONG | 30000 | - | How long a follower may be behind before it falls out of sync.
* replica.fetch.wait.max.ms | INT | 500 | - | How long a fetch of a follower waits for bytes.
  replica.fetch.min.bytes | INT | 1 | - | Bytes that a fetch of a follower waits for.
  replica.high.watermark.checkpoint.interval.ms | LONG | 5000 | - | How often high watermarks are written to disk.
  leader.imbalance.check.interval.seconds | LONG | 300 | 1.. | How often the balance of leaders is looked at.
  auto.leader.rebalance.enable | BOOLEAN | true | - | Whether leadership goes back to preferred replicas by itself.
  auto.create.topics.enable | BOOLEAN | true | - | Whether using an unknown topic creates it.
  delete.topic.enable | BOOLEAN | true | - | Whether topics may be deleted.
* message.max.bytes | INT | 1048588 | 0.. | Largest batch that the broker accepts.
* log.retention.hours | INT | 168 | - | Age at which segments may be deleted, in hours.
* log.retention.minutes | INT | null | - | The same in minutes; goes before hours.
* log.retention.ms | LONG | null | - | The same in milliseconds; goes before minutes.
* log.retention.bytes | LONG | -1 | - | Size of a partition above which its oldest segments are deleted; -1 never.
* log.retention.check.interval.ms | LONG | 300000 | 1.. | How often retention is looked at.
* log.segment.bytes | INT | 1073741824 | 1048576.. | Size at which a segment is closed and a new one begun.
  log.segment.delete.delay.ms | LONG | 60000 | 0.. | How long a deleted segment stays on disk.
* log.roll.hours | INT | 168 | 1.. | Age at which a segment is closed even if it is not full.
* log.roll.ms | LONG | null | - | The same in milliseconds; goes before hours.
* log.cleanup.policy | LIST | delete | =compact/delete | What happens to old records unless the topic says.
* log.cleaner.delete.retention.ms | LONG | 86400000 | 0.. | How long tombstones stay.
* log.cleaner.min.cleanable.ratio | DOUBLE | 0.5 | 0..1 | Share of uncleaned bytes above which a log is compacted.
* log.cleaner.min.compaction.lag.ms | LONG | 0 | 0.. | How long a record stays uncompacted at least.
  log.cleaner.max.compaction.lag.ms | LONG | 9223372036854775807 | 1.. | How long a record stays uncompacted at most.
* log.cleaner.backoff.ms | LONG | 15000 | 0.. | How long the cleaner sleeps when there is nothing to clean.
  log.message.timestamp.type | STRING | CreateTime | =CreateTime/LogAppendTime | Whether a record keeps the time of its creation or gets that of the append.
  log.message.timestamp.before.max.ms | LONG | 9223372036854775807 | 0.. | How far in the past the timestamp of a record may lie.
  log.message.timestamp.after.max.ms | LONG | 3600000 | 0.. | How far in the future the timestamp of a record may lie.
* transaction.max.timeout.ms | INT | 900000 | 1.. | Longest transaction.timeout.ms that a producer may ask for.
  transaction.state.log.num.partitions | INT | 50 | 1.. | Partitions of the topic that holds the states of transactions.
  transaction.state.log.replication.factor | SHORT | 3 | 1.. | Replicas of the topic that holds the states of transactions.
  transaction.state.log.min.isr | INT | 2 | 1.. | How many replicas of it must be in sync.
* transaction.abort.timed.out.transaction.cleanup.interval.ms | INT | 10000 | 1.. | How often transactions past their time are looked for.
  transactional.id.expiration.ms | INT | 604800000 | 1.. | After how long an unused transactional.id is forgotten.
* producer.id.expiration.ms | INT | 86400000 | 1.. | After how long an unused producer id is forgotten by a partition.
  controlled.shutdown.enable | BOOLEAN | true | - | Whether a broker hands over its leaderships before it stops.
* broker.session.timeout.ms | INT | 9000 | - | How long the controller waits for a heartbeat of a broker.
* broker.heartbeat.interval.ms | INT | 2000 | - | Time between two heartbeats of a broker to the controller.
  connections.max.idle.ms | LONG | 600000 | - | After how long an idle connection is closed.
  fetch.max.bytes | INT | 57671680 | 1024.. | Bytes that one fetch returns at most.
  compression.type | STRING | producer | =uncompressed/zstd/lz4/snappy/gzip/producer | How batches are stored: as the producer sent them, or otherwise.
  advertised.listeners | STRING | null | - | Connections, threads and buffers of the broker process.
  background.threads | INT | 10 | 1.. | Connections, threads and buffers of the broker process.
  broker.id | INT | -1 | - | The cluster's own metadata and its controllers.
  controller.listener.names | STRING | null | - | The cluster's own metadata and its controllers.
  controller.quorum.bootstrap.servers | LIST | [] | - | The cluster's own metadata and its controllers.
  controller.quorum.election.backoff.max.ms | INT | 1000 | - | The cluster's own metadata and its controllers.
  controller.quorum.election.timeout.ms | INT | 1000 | - | The cluster's own metadata and its controllers.
  controller.quorum.fetch.timeout.ms | INT | 2000 | - | The cluster's own metadata and its controllers.
  controller.quorum.voters | LIST | [] | - | The cluster's own metadata and its controllers.
  early.start.listeners | STRING | null | - | Connections, threads and buffers of the broker process.
  eligible.leader.replicas.enable | BOOLEAN | false | - | The cluster's own metadata and its controllers.
  leader.imbalance.per.broker.percentage | INT | 10 | - | Replication between brokers.
  listeners | STRING | PLAINTEXT://:9092 | - | Connections, threads and buffers of the broker process.
  log.dir | STRING | /tmp/kafka-logs | - | How logs are kept on disk.
  log.dirs | STRING | null | - | How logs are kept on disk.
  log.flush.interval.messages | LONG | 9223372036854775807 | 1.. | How logs are kept on disk.
  log.flush.interval.ms | LONG | null | - | How logs are kept on disk.
  log.flush.offset.checkpoint.interval.ms | INT | 60000 | 0.. | How logs are kept on disk.
  log.flush.scheduler.interval.ms | LONG | 9223372036854775807 | - | How logs are kept on disk.
  log.flush.start.offset.checkpoint.interval.ms | INT | 60000 | 0.. | How logs are kept on disk.
  log.roll.jitter.hours | INT | 0 | 0.. | How logs are kept on disk.
  log.roll.jitter.ms | LONG | null | - | How logs are kept on disk.
  metadata.log.dir | STRING | null | - | The cluster's own metadata and its controllers.
  metadata.log.max.record.bytes.between.snapshots | LONG | 20971520 | 1.. | The cluster's own metadata and its controllers.
  metadata.log.max.snapshot.interval.ms | LONG | 3600000 | 0.. | The cluster's own metadata and its controllers.
  metadata.log.segment.bytes | INT | 1073741824 | 12.. | The cluster's own metadata and its controllers.
  metadata.log.segment.ms | LONG | 604800000 | - | The cluster's own metadata and its controllers.
  metadata.max.retention.bytes | LONG | 104857600 | - | The cluster's own metadata and its controllers.
  metadata.max.retention.ms | LONG | 604800000 | - | The cluster's own metadata and its controllers.
  node.id | INT | -1 | - | The cluster's own metadata and its controllers.
  num.io.threads | INT | 8 | 1.. | Connections, threads and buffers of the broker process.
  num.network.threads | INT | 3 | 1.. | Connections, threads and buffers of the broker process.
  num.recovery.threads.per.data.dir | INT | 2 | 1.. | Connections, threads and buffers of the broker process.
  num.replica.alter.log.dirs.threads | INT | null | - | Replication between brokers.
  num.replica.fetchers | INT | 1 | - | Replication between brokers.
  offsets.load.buffer.size | INT | 5242880 | 1.. | Inner workings of the coordinators.
  offsets.topic.compression.codec | INT | 0 | - | Inner workings of the coordinators.
  offsets.topic.segment.bytes | INT | 104857600 | 1.. | Inner workings of the coordinators.
  process.roles | LIST | [] | =broker/controller | The cluster's own metadata and its controllers.
  queued.max.requests | INT | 500 | 1.. | Connections, threads and buffers of the broker process.
  replica.socket.receive.buffer.bytes | INT | 65536 | - | Replication between brokers.
  replica.socket.timeout.ms | INT | 30000 | - | Replication between brokers.
  request.timeout.ms | INT | 30000 | - | Connections, threads and buffers of the broker process.
  socket.receive.buffer.bytes | INT | 102400 | - | Connections, threads and buffers of the broker process.
  socket.request.max.bytes | INT | 104857600 | 1.. | Connections, threads and buffers of the broker process.
  socket.send.buffer.bytes | INT | 102400 | - | Connections, threads and buffers of the broker process.
  transaction.state.log.load.buffer.size | INT | 5242880 | 1.. | Inner workings of the coordinators.
  transaction.state.log.segment.bytes | INT | 104857600 | 1.. | Inner workings of the coordinators.
  broker.rack | STRING | null | - | Connections, threads and buffers of the broker process.
  compression.gzip.level | INT | -1 | - | How logs are kept on disk.
  compression.lz4.level | INT | 9 | 1..17 | How logs are kept on disk.
  compression.zstd.level | INT | 3 | -131072..22 | How logs are kept on disk.
  connections.max.reauth.ms | LONG | 0 | - | Connections, threads and buffers of the broker process.
  controlled.shutdown.max.retries | INT | 3 | - | Connections, threads and buffers of the broker process.
  controlled.shutdown.retry.backoff.ms | LONG | 5000 | - | Connections, threads and buffers of the broker process.
  controller.quorum.append.linger.ms | INT | 25 | - | The cluster's own metadata and its controllers.
  controller.quorum.request.timeout.ms | INT | 2000 | - | The cluster's own metadata and its controllers.
  delegation.token.expiry.time.ms | LONG | 86400000 | 1.. | Access control.
  delegation.token.max.lifetime.ms | LONG | 604800000 | 1.. | Access control.
  delegation.token.secret.key | PASSWORD | null | - | Access control.
  delete.records.purgatory.purge.interval.requests | INT | 1 | - | Connections, threads and buffers of the broker process.
  fetch.purgatory.purge.interval.requests | INT | 1000 | - | Connections, threads and buffers of the broker process.
  group.coordinator.append.linger.ms | INT | 10 | 0.. | Inner workings of the coordinators.
  group.coordinator.threads | INT | 1 | 1.. | Inner workings of the coordinators.
  group.share.delivery.count.limit | INT | 5 | 2..10 | Share groups.
  group.share.heartbeat.interval.ms | INT | 5000 | 1.. | Share groups.
  group.share.max.groups | SHORT | 10 | 1..100 | Share groups.
  group.share.max.heartbeat.interval.ms | INT | 15000 | 1.. | Share groups.
  group.share.max.record.lock.duration.ms | INT | 60000 | 30000..3600000 | Share groups.
  group.share.max.session.timeout.ms | INT | 60000 | 1.. | Share groups.
  group.share.max.size | SHORT | 200 | 10..1000 | Share groups.
  group.share.min.heartbeat.interval.ms | INT | 5000 | 1.. | Share groups.
  group.share.min.record.lock.duration.ms | INT | 15000 | 1000..30000 | Share groups.
  group.share.min.session.timeout.ms | INT | 45000 | 1.. | Share groups.
  group.share.partition.max.record.locks | INT | 200 | 100..10000 | Share groups.
  group.share.record.lock.duration.ms | INT | 30000 | 1000..60000 | Share groups.
  group.share.session.timeout.ms | INT | 45000 | 1.. | Share groups.
  initial.broker.registration.timeout.ms | INT | 60000 | - | The cluster's own metadata and its controllers.
  inter.broker.listener.name | STRING | null | - | Connections, threads and buffers of the broker process.
  log.cleaner.dedupe.buffer.size | LONG | 134217728 | - | How logs are kept on disk.
* log.cleaner.enable | BOOLEAN | true | - | How logs are kept on disk.
  log.cleaner.io.buffer.load.factor | DOUBLE | 0.9 | - | How logs are kept on disk.
  log.cleaner.io.buffer.size | INT | 524288 | 0.. | How logs are kept on disk.
  log.cleaner.io.max.bytes.per.second | DOUBLE | 1.7976931348623157E308 | - | How logs are kept on disk.
  log.cleaner.threads | INT | 1 | 0.. | How logs are kept on disk.
  log.index.interval.bytes | INT | 4096 | 0.. | How logs are kept on disk.
  log.index.size.max.bytes | INT | 10485760 | 4.. | How logs are kept on disk.
  log.local.retention.bytes | LONG | -2 | -2.. | Remote storage of old segments.
  log.local.retention.ms | LONG | -2 | -2.. | Remote storage of old segments.
  log.preallocate | BOOLEAN | false | - | How logs are kept on disk.
  max.connection.creation.rate | INT | 2147483647 | 0.. | Connections, threads and buffers of the broker process.
  max.connections | INT | 2147483647 | 0.. | Connections, threads and buffers of the broker process.
  max.connections.per.ip | INT | 2147483647 | 0.. | Connections, threads and buffers of the broker process.
  max.connections.per.ip.overrides | STRING | "" | - | Connections, threads and buffers of the broker process.
  max.incremental.fetch.session.cache.slots | INT | 1000 | 0.. | Connections, threads and buffers of the broker process.
  max.request.partition.size.limit | INT | 2000 | 1.. | Connections, threads and buffers of the broker process.
  principal.builder.class | CLASS | org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder | - | Connections, threads and buffers of the broker process.
  producer.purgatory.purge.interval.requests | INT | 1000 | - | Connections, threads and buffers of the broker process.
  queued.max.request.bytes | LONG | -1 | - | Connections, threads and buffers of the broker process.
  remote.fetch.max.wait.ms | INT | 500 | 1.. | Remote storage of old segments.
  remote.log.manager.copier.thread.pool.size | INT | 10 | 1.. | Remote storage of old segments.
  remote.log.manager.copy.max.bytes.per.second | LONG | 9223372036854775807 | 1.. | Remote storage of old segments.
  remote.log.manager.copy.quota.window.num | INT | 11 | 1.. | Remote storage of old segments.
  remote.log.manager.copy.quota.window.size.seconds | INT | 1 | 1.. | Remote storage of old segments.
  remote.log.manager.expiration.thread.pool.size | INT | 10 | 1.. | Remote storage of old segments.
  remote.log.manager.fetch.max.bytes.per.second | LONG | 9223372036854775807 | 1.. | Remote storage of old segments.
  remote.log.manager.fetch.quota.window.num | INT | 11 | 1.. | Remote storage of old segments.
  remote.log.manager.fetch.quota.window.size.seconds | INT | 1 | 1.. | Remote storage of old segments.
  remote.log.manager.thread.pool.size | INT | 2 | 1.. | Remote storage of old segments.
  remote.log.metadata.manager.class.name | STRING | org.apache.kafka.server.log.remote.metadata.storage.TopicBasedRemoteLogMetadataManager | - | Remote storage of old segments.
  remote.log.metadata.manager.class.path | STRING | null | - | Remote storage of old segments.
  remote.log.metadata.manager.impl.prefix | STRING | rlmm.config. | - | Remote storage of old segments.
  remote.log.metadata.manager.listener.name | STRING | null | - | Remote storage of old segments.
  remote.log.reader.max.pending.tasks | INT | 100 | 1.. | Remote storage of old segments.
  remote.log.reader.threads | INT | 10 | 1.. | Remote storage of old segments.
  remote.log.storage.manager.class.name | STRING | null | - | Remote storage of old segments.
  remote.log.storage.manager.class.path | STRING | null | - | Remote storage of old segments.
  remote.log.storage.manager.impl.prefix | STRING | rsm.config. | - | Remote storage of old segments.
  remote.log.storage.system.enable | BOOLEAN | false | - | Remote storage of old segments.
* replica.fetch.backoff.ms | INT | 1000 | 0.. | How long a follower leaves a leader alone whose fetch has failed.
  replica.fetch.max.bytes | INT | 1048576 | 0.. | Replication between brokers.
  replica.fetch.response.max.bytes | INT | 10485760 | 0.. | Replication between brokers.
  replica.selector.class | STRING | null | - | Replication between brokers.
  reserved.broker.max.id | INT | 1000 | 0.. | The cluster's own metadata and its controllers.
  socket.connection.setup.timeout.max.ms | LONG | 30000 | - | Connections, threads and buffers of the broker process.
  socket.connection.setup.timeout.ms | LONG | 10000 | - | Connections, threads and buffers of the broker process.
  socket.listen.backlog.size | INT | 50 | 1.. | Connections, threads and buffers of the broker process.
  alter.config.policy.class.name | CLASS | null | - | Access control.
  alter.log.dirs.replication.quota.window.num | INT | 11 | 1.. | Quotas.
  alter.log.dirs.replication.quota.window.size.seconds | INT | 1 | 1.. | Quotas.
  authorizer.class.name | STRING | "" | - | Access control.
  client.quota.callback.class | CLASS | null | - | Quotas.
  connection.failed.authentication.delay.ms | INT | 100 | 0.. | Connections, threads and buffers of the broker process.
  controller.quorum.retry.backoff.ms | INT | 20 | - | The cluster's own metadata and its controllers.
  controller.quota.window.num | INT | 11 | 1.. | Quotas.
  controller.quota.window.size.seconds | INT | 1 | 1.. | Quotas.
  create.topic.policy.class.name | CLASS | null | - | Access control.
  delegation.token.expiry.check.interval.ms | LONG | 3600000 | 1.. | Access control.
  kafka.metrics.polling.interval.secs | INT | 10 | 1.. | Metrics.
  kafka.metrics.reporters | LIST | [] | - | Metrics.
  log.dir.failure.timeout.ms | LONG | 30000 | 1.. | How logs are kept on disk.
  metadata.max.idle.interval.ms | INT | 500 | 0.. | The cluster's own metadata and its controllers.
  metric.reporters | LIST | org.apache.kafka.common.metrics.JmxReporter | - | Metrics.
  metrics.num.samples | INT | 2 | 1.. | Metrics.
  metrics.recording.level | STRING | INFO | - | Metrics.
  metrics.sample.window.ms | LONG | 30000 | 1.. | Metrics.
  quota.window.num | INT | 11 | 1.. | Quotas.
  quota.window.size.seconds | INT | 1 | 1.. | Quotas.
  remote.log.index.file.cache.total.size.bytes | LONG | 1073741824 | 1.. | Remote storage of old segments.
  remote.log.manager.task.interval.ms | LONG | 30000 | 1.. | Remote storage of old segments.
  remote.log.metadata.custom.metadata.max.bytes | INT | 128 | 0.. | Remote storage of old segments.
  replication.quota.window.num | INT | 11 | 1.. | Quotas.
  replication.quota.window.size.seconds | INT | 1 | 1.. | Quotas.
  telemetry.max.bytes | INT | 1048576 | 1.. | Connections, threads and buffers of the broker process.
  transaction.partition.verification.enable | BOOLEAN | true | - | Inner workings of the coordinators.
  transaction.remove.expired.transaction.cleanup.interval.ms | INT | 3600000 | 1.. | Inner workings of the coordinators.
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
