/**
 * Kafka's verbs as the recorded cases speak them (format: the recordings' README): the one door through which the case
 * runner drives the models. A case is a conversation with fresh models; what is not modelled says so. It holds no case
 * ids and no expectations.
 */
import { createOffsetsCase } from '#sim/brokers/kafka/client/verbs.ts';
import { assignorCase } from '#sim/brokers/kafka/verbs/assignor-verbs.ts';
import { defaultsCase, producerConfigCase } from '#sim/brokers/kafka/verbs/config-verbs.ts';
import { groupCase } from '#sim/brokers/kafka/verbs/group-verbs.ts';
import { logCase } from '#sim/brokers/kafka/verbs/log-verbs.ts';
import { partitionerCase } from '#sim/brokers/kafka/verbs/partitioner-verbs.ts';
import { replicationCase } from '#sim/brokers/kafka/verbs/replication-verbs.ts';
import { retentionCase } from '#sim/brokers/kafka/verbs/retention-verbs.ts';
import { transactionCase } from '#sim/brokers/kafka/verbs/transaction-verbs.ts';
import { NOT_MODELLED, recordOf, textOf, type KafkaCase } from '#sim/brokers/kafka/verbs/step.ts';

const notModelled: KafkaCase = { do: () => NOT_MODELLED };

/** A conversation about `topic` (the recording file's) from the state and configuration that `given` says. */
export function createKafkaCase(topic: string, given: unknown): KafkaCase {
  const facts = recordOf(given);
  switch (topic) {
    case 'partitioner':
      return partitionerCase(facts);
    case 'assignors':
      return assignorCase(facts);
    case 'group-coordinator':
      return groupCase(facts);
    case 'producer':
      return producerCase(facts);
    case 'offsets':
      return createOffsetsCase(facts);
    case 'defaults':
      return defaultsCase(facts);
    case 'transactions':
      return transactionCase(facts);
    case 'retention-compaction':
      return retentionCase(facts);
    default:
      return notModelled;
  }
}

/** Replication of one partition where there are replicas; else idempotence, a producer's configuration, the error table. */
function producerCase(given: Record<string, unknown>): KafkaCase {
  if (given['replicas'] !== undefined) return replicationCase(given);
  const log = logCase(given);
  const config = producerConfigCase(given);
  return {
    do: (step) => {
      const verb = textOf(step['verb'], '');
      if (verb === 'append' || verb === 'advanceTime') return log.do(step);
      return config.do(step);
    },
  };
}
