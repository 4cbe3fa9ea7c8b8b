/**
 * Settings of the producer, one a line: `*` where a model acts on it, name, type, default in 4.0 (`?` not kept),
 * bounds (`=` a choice), meaning.
 * Names, types, defaults, bounds: configuration reference of Apache Kafka 3.9 and ConfigDef of 4.0.0-SNAPSHOT (commit
 * 1eb7644), with the changes that the upgrade guide of 4.0, KIP-1030 and KIP-1102 list. Meanings are ours.
 */
export const PRODUCER_SETTINGS = `
* acks | STRING | all | =all/-1/0/1 | Whose answer counts as success: 0 nobody, 1 the leader, all every in-sync replica.
* enable.idempotence | BOOLEAN | true | - | Whether the broker drops a batch that a retry sends again.
* retries | INT | 2147483647 | 0..2147483647 | How often a failed batch is sent again at most; delivery.timeout.ms usually ends it first.
* max.in.flight.requests.per.connection | INT | 5 | 1.. | How many requests may wait for an answer on one connection.
* linger.ms | LONG | 5 | 0.. | How long a batch waits for more records before it is sent.
* batch.size | INT | 16384 | 0.. | Bytes at which a batch for one partition is full.
* delivery.timeout.ms | INT | 120000 | 0.. | How long after send() a record is reported as sent or failed at the latest.
* request.timeout.ms | INT | 30000 | 0.. | How long the client waits for the answer to one request before it counts as failed.
* retry.backoff.ms | LONG | 100 | 0.. | Pause before a failed request is sent again, growing with each failure.
* retry.backoff.max.ms | LONG | 1000 | 0.. | Longest pause before a failed request is sent again.
* max.request.size | INT | 1048576 | 0.. | Largest request, and so the largest record, that the producer sends.
  buffer.memory | LONG | 33554432 | 0.. | Bytes of records that may wait to be sent before send() blocks.
  max.block.ms | LONG | 60000 | 0.. | How long send() may block for metadata or buffer space.
  transactional.id | STRING | null | - | Name under which a producer resumes its transactions after a restart.
  transaction.timeout.ms | INT | 60000 | - | How long a transaction may stay open before the coordinator aborts it.
  partitioner.class | CLASS | null | - | Class that chooses the partition; none: by key, else sticky.
  partitioner.ignore.keys | BOOLEAN | false | - | Whether keys are left out of the choice of partition.
* partitioner.adaptive.partitioning.enable | BOOLEAN | true | - | Whether records without a key prefer brokers that answer quickly.
  partitioner.availability.timeout.ms | LONG | 0 | 0.. | After how long without an answer a partition is avoided for records without a key; 0 never.
  compression.type | STRING | none | =none/gzip/snappy/lz4/zstd | How batches are compressed.
  compression.gzip.level | INT | -1 | - | Level of gzip compression.
  compression.lz4.level | INT | 9 | 1..17 | Level of lz4 compression.
  compression.zstd.level | INT | 3 | -131072..22 | Level of zstd compression.
  key.serializer | CLASS | ? | - | Class that turns keys into bytes.
  value.serializer | CLASS | ? | - | Class that turns values into bytes.
  metadata.max.idle.ms | LONG | 300000 | 5000.. | After how long without records the metadata of a topic is forgotten.
  bootstrap.servers | LIST | [] | - | First brokers to ask for the cluster; the scenario wires clients to brokers itself.
  client.dns.lookup | STRING | use_all_dns_ips | =use_all_dns_ips/resolve_canonical_bootstrap_servers_only | How host names become addresses.
  client.id | STRING | "" | - | Name of the client in requests and logs.
  connections.max.idle.ms | LONG | 540000 | - | After how long an idle connection is closed.
  receive.buffer.bytes | INT | 32768 | -1.. | Size of the TCP receive buffer.
  send.buffer.bytes | INT | 131072 | -1.. | Size of the TCP send buffer.
* reconnect.backoff.ms | LONG | 50 | 0.. | Pause before connecting again to a node, growing with each failure.
* reconnect.backoff.max.ms | LONG | 1000 | 0.. | Longest pause before connecting again.
  metadata.max.age.ms | LONG | 300000 | 0.. | After how long cluster metadata is asked for again without a reason.
  metadata.recovery.strategy | STRING | rebootstrap | - | What a client does when no known broker can be reached.
  metadata.recovery.rebootstrap.trigger.ms | LONG | 300000 | 0.. | After how long without metadata a client starts again from bootstrap.servers.
  socket.connection.setup.timeout.ms | LONG | 10000 | - | How long a connection may take to be set up.
  socket.connection.setup.timeout.max.ms | LONG | 30000 | - | Longest time that setting up a connection may take after failures.
  interceptor.classes | LIST | [] | - | Classes that see records on their way.
  enable.metrics.push | BOOLEAN | true | - | Whether the client pushes its metrics to the brokers.
  metric.reporters | LIST | org.apache.kafka.common.metrics.JmxReporter | - | Classes that report metrics.
  metrics.num.samples | INT | 2 | 1.. | Number of samples kept for a metric.
  metrics.recording.level | STRING | INFO | =INFO/DEBUG/TRACE | Which metrics are recorded.
  metrics.sample.window.ms | LONG | 30000 | 0.. | Time span of one sample of a metric.
  auto.include.jmx.reporter | BOOLEAN | true | - | Whether the JMX reporter is added by itself.
`;

/** Security settings of both clients, known by name only: nothing here is authenticated or encrypted. */
export const CLIENT_SECURITY = `
ssl.key.password
ssl.keystore.certificate.chain
ssl.keystore.key
ssl.keystore.location
ssl.keystore.password
ssl.truststore.certificates
ssl.truststore.location
ssl.truststore.password
sasl.client.callback.handler.class
sasl.jaas.config
sasl.kerberos.service.name
sasl.login.callback.handler.class
sasl.login.class
sasl.mechanism
sasl.oauthbearer.jwks.endpoint.url
sasl.oauthbearer.token.endpoint.url
security.protocol
ssl.enabled.protocols
ssl.keystore.type
ssl.protocol
ssl.provider
ssl.truststore.type
sasl.kerberos.kinit.cmd
sasl.kerberos.min.time.before.relogin
sasl.kerberos.ticket.renew.jitter
sasl.kerberos.ticket.renew.window.factor
sasl.login.connect.timeout.ms
sasl.login.read.timeout.ms
sasl.login.refresh.buffer.seconds
sasl.login.refresh.min.period.seconds
sasl.login.refresh.window.factor
sasl.login.refresh.window.jitter
sasl.login.retry.backoff.max.ms
sasl.login.retry.backoff.ms
sasl.oauthbearer.clock.skew.seconds
sasl.oauthbearer.expected.audience
sasl.oauthbearer.expected.issuer
sasl.oauthbearer.header.urlencode
sasl.oauthbearer.jwks.endpoint.refresh.ms
sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms
sasl.oauthbearer.jwks.endpoint.retry.backoff.ms
sasl.oauthbearer.scope.claim.name
sasl.oauthbearer.sub.claim.name
security.providers
ssl.cipher.suites
ssl.endpoint.identification.algorithm
ssl.engine.factory.class
ssl.keymanager.algorithm
ssl.secure.random.implementation
ssl.trustmanager.algorithm
`;
