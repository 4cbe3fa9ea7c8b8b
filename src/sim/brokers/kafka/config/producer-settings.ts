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
* buffer.memory | LONG | 33554432 | 0.. | Bytes of records that may wait to be sent before send() blocks.
* max.block.ms | LONG | 60000 | 0.. | How long send() may block for metadata or buffer space.
* transactional.id | STRING | null | - | Name under which a producer resumes its transactions after a restart; {instance} in it stands for the instance's name.
* transaction.timeout.ms | INT | 60000 | - | How long a transaction may stay open before the coordinator aborts it.
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
  receive.buffer.bytes | INT | 32768 | -1.. | Size of the TCP receive buffer.
`;
