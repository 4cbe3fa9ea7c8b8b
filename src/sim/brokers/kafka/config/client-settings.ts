/**
 * Settings that the producer and the consumer have alike; lines as in consumer-settings, and from the same sources.
 */
export const CLIENT_SETTINGS = `
  bootstrap.servers | LIST | [] | - | First brokers to ask for the cluster; the scenario wires clients to brokers itself.
  client.dns.lookup | STRING | use_all_dns_ips | =use_all_dns_ips/resolve_canonical_bootstrap_servers_only | How host names become addresses.
  client.id | STRING | "" | - | Name of the client in requests and logs.
  connections.max.idle.ms | LONG | 540000 | - | After how long an idle connection is closed.
  send.buffer.bytes | INT | 131072 | -1.. | Size of the TCP send buffer.
* reconnect.backoff.ms | LONG | 50 | 0.. | Pause before connecting again to a node, growing with each failure.
* reconnect.backoff.max.ms | LONG | 1000 | 0.. | Longest pause before connecting again.
* metadata.max.age.ms | LONG | 300000 | 0.. | After how long cluster metadata is asked for again without a reason; here only where a fault adds partitions.
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
