/**
 * Settings of the consumer, one a line: `*` where a model acts on it, name, type, default in 4.0 (`?` not kept),
 * bounds (`=` a choice), meaning.
 * Names, types, defaults, bounds: configuration reference of Apache Kafka 3.9 and ConfigDef of 4.0.0-SNAPSHOT (commit
 * 1eb7644), with the changes that the upgrade guide of 4.0, KIP-1030 and KIP-1102 list. Meanings are ours.
 */
export const CONSUMER_SETTINGS = `
* enable.auto.commit | BOOLEAN | true | - | Whether poll() commits the positions of the poll before, at intervals.
* auto.commit.interval.ms | INT | 5000 | 0.. | Time between two automatic commits.
* auto.offset.reset | STRING | latest | - | Where to begin without a valid committed offset: earliest, latest, or none (an error).
* max.poll.records | INT | 500 | 1.. | How many records one poll() returns at most.
* max.poll.interval.ms | INT | 300000 | 1.. | How long the program may take between two polls before it leaves the group.
* session.timeout.ms | INT | 45000 | - | How long the coordinator waits for a heartbeat before it removes a member.
* heartbeat.interval.ms | INT | 3000 | - | Time between two heartbeats.
* fetch.min.bytes | INT | 1 | 0.. | Bytes that a fetch waits for.
* fetch.max.wait.ms | INT | 500 | 0.. | How long a fetch waits for fetch.min.bytes.
* partition.assignment.strategy | LIST | org.apache.kafka.clients.consumer.RangeAssignor,org.apache.kafka.clients.consumer.CooperativeStickyAssignor | - | Assignors that the member supports, best first.
* default.api.timeout.ms | INT | 60000 | 0.. | How long a call of the client such as commitSync() may take.
* request.timeout.ms | INT | 30000 | 0.. | How long the client waits for the answer to one request before it counts as failed.
* retry.backoff.ms | LONG | 100 | 0.. | Pause before a failed request is sent again, growing with each failure.
* retry.backoff.max.ms | LONG | 1000 | 0.. | Longest pause before a failed request is sent again.
* group.instance.id | STRING | null | - | Name of a static member, which keeps its partitions over a quick restart.
* group.protocol | STRING | classic | =classic/consumer | Which protocol the group speaks: classic, or consumer (KIP-848).
* group.remote.assignor | STRING | null | - | Assignor on the broker, for the consumer protocol.
* isolation.level | STRING | read_uncommitted | =read_committed/read_uncommitted | Whether records of open and aborted transactions are returned.
* fetch.max.bytes | INT | 52428800 | 0.. | Bytes that one fetch returns at most.
* max.partition.fetch.bytes | INT | 1048576 | 0.. | Bytes that one fetch returns of one partition at most.
  group.id | STRING | null | - | The consumer group.
  allow.auto.create.topics | BOOLEAN | true | - | Whether subscribing may create a topic.
  exclude.internal.topics | BOOLEAN | true | - | Whether a pattern passes over internal topics.
  check.crcs | BOOLEAN | true | - | Whether checksums of records are checked.
  client.rack | STRING | "" | - | Where the client stands, to fetch from a near replica.
  key.deserializer | CLASS | ? | - | Class that turns bytes into keys.
  value.deserializer | CLASS | ? | - | Class that turns bytes into values.
  receive.buffer.bytes | INT | 65536 | -1.. | Size of the TCP receive buffer.
`;
