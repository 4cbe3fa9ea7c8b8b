/** What the Kafka clients of a scenario's services are set to, as the file writes it: at first and after deployments. */
import type { WrittenConfig } from '#sim/brokers/kafka/config.ts';
import { carryOf } from '#sim/run/site.ts';
import type { Scenario, ServiceSpec } from '#sim/scenario/scenario.ts';

const TRANSACTIONAL_ID = 'transactional.id';

/** Client settings as written. */
export interface WrittenSettings {
  readonly producer: WrittenConfig;
  readonly consumer: WrittenConfig;
}

/** What the service's clients are set to at first and after each deployment; null = as before. */
export function settingsByRevision(scenario: Scenario, service: ServiceSpec): (WrittenSettings | null)[] {
  const consume = carryOf(scenario)?.consume.find((entry) => entry.service === service.name);
  let settings: WrittenSettings = {
    producer: service.config as WrittenConfig,
    consumer: (consume?.config ?? {}) as WrittenConfig,
  };
  const revisions: (WrittenSettings | null)[] = [settings];
  for (const fault of scenario.faults) {
    if (fault.fault !== 'deploy' || fault.service !== service.name) continue;
    const { config, consumerConfig } = fault;
    if (config === null && consumerConfig === null) revisions.push(null);
    else {
      settings = {
        producer: (config as WrittenConfig | null) ?? settings.producer,
        consumer: (consumerConfig as WrittenConfig | null) ?? settings.consumer,
      };
      revisions.push(settings);
    }
  }
  return revisions;
}

/** `{instance}` in a transactional id stands for the instance's name. */
export function forInstance(config: WrittenConfig, name: string): WrittenConfig {
  const id = config[TRANSACTIONAL_ID];
  return typeof id === 'string'
    ? { ...config, [TRANSACTIONAL_ID]: id.replaceAll('{instance}', name) }
    : config;
}

/** Whether some producer of the run has a transactional id, at first or after a deployment. */
export function usesTransactions(scenario: Scenario): boolean {
  return scenario.services.some((service) =>
    settingsByRevision(scenario, service).some((settings) => {
      const id = settings?.producer[TRANSACTIONAL_ID];
      return id !== undefined && id !== null;
    }),
  );
}
