/** The verbs that ask tables: defaultOf, createProducer, isRetriable. */
import { isRetriable } from '#sim/brokers/kafka/client/retriable-errors.ts';
import {
  CONFIG_KINDS,
  defaultOf,
  isVersion,
  resolveProducerConfig,
  type KafkaVersion,
  type WrittenConfig,
} from '#sim/brokers/kafka/config.ts';
import {
  NOT_MODELLED,
  recordOf,
  textOf,
  type Answer,
  type KafkaCase,
  type Step,
} from '#sim/brokers/kafka/verbs/step.ts';

/** The version that a case is about; the released one where it does not say. */
export function versionOf(given: Step): KafkaVersion {
  const version = textOf(given['version'], '');
  return isVersion(version) ? version : '4.0';
}

export function defaultsCase(given: Step): KafkaCase {
  return {
    do: (step) => {
      const kind = CONFIG_KINDS.find((known) => known === step['kind']);
      if (step['verb'] !== 'defaultOf' || kind === undefined) return NOT_MODELLED;
      const found = defaultOf(kind, textOf(step['name'], ''), versionOf({ ...given, ...step }));
      return found === null ? NOT_MODELLED : { default: found.default, type: found.type };
    },
  };
}

export function producerConfigCase(given: Step): KafkaCase {
  return {
    do: (step) => {
      if (step['verb'] === 'createProducer') return createProducer(given);
      if (step['verb'] === 'isRetriable') return { retriable: isRetriable(textOf(step['error'], '')) };
      return NOT_MODELLED;
    },
  };
}

function createProducer(given: Step): Answer {
  const resolved = resolveProducerConfig(recordOf(given['set']) as WrittenConfig, versionOf(given));
  return resolved.ok ? { ...resolved.value.values } : { error: resolved.problems[0]?.error };
}
