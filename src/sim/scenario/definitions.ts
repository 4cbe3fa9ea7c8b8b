/** The topology of a file's RabbitMQ node as RabbitMQ's own definitions; what the file imported is kept in them. */
import { writeDefinitions } from '#sim/brokers/rabbitmq/config/definitions.ts';
import type { BrokerSpec } from '#sim/scenario/scenario.ts';

export type RabbitSpec = BrokerSpec & { readonly rabbit: NonNullable<BrokerSpec['rabbit']> };

export function isRabbit(broker: BrokerSpec): broker is RabbitSpec {
  return broker.rabbit !== null;
}

/** `file` is the scenario's text, which has been found to be without problems. */
export function definitionsOf(broker: RabbitSpec, file: string): Readonly<Record<string, unknown>> {
  const { brokers } = JSON.parse(file) as {
    readonly brokers: Readonly<Record<string, { readonly definitions?: Readonly<Record<string, unknown>> }>>;
  };
  return writeDefinitions(broker.rabbit, brokers[broker.name]?.definitions);
}
