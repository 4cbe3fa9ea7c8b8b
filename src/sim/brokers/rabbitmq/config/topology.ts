/**
 * What a node is set up with before anybody connects, as data: exchanges, queues, bindings, policies and the node's own
 * settings; and which exchanges lead to a queue.
 */
import type { FieldTable } from '#sim/brokers/rabbitmq/config/field-table.ts';
import type { RabbitVersion } from '#sim/brokers/rabbitmq/config/version-rules.ts';

export type ExchangeType = 'direct' | 'fanout' | 'topic' | 'headers';
export type QueueType = 'classic' | 'quorum' | 'stream';

export interface Binding {
  readonly source: string;
  readonly kind: 'queue' | 'exchange';
  readonly destination: string;
  readonly routingKey: string;
  readonly args: FieldTable;
}

export interface Policy {
  readonly name: string;
  readonly pattern: string;
  readonly applyTo: string;
  readonly priority: number;
  readonly definition: FieldTable;
}

export interface ExchangeSetup {
  readonly name: string;
  readonly type: string;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly internal: boolean;
  readonly args: FieldTable;
}

export interface QueueSetup {
  readonly name: string;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly args: FieldTable;
}

export interface RabbitTopology {
  readonly version: RabbitVersion;
  /** Settings of the node by name, ms or bytes. */
  readonly config: Readonly<Record<string, number>>;
  /** Bytes of disk that there are, null = enough. */
  readonly disk: number | null;
  readonly exchanges: readonly ExchangeSetup[];
  readonly queues: readonly QueueSetup[];
  readonly bindings: readonly Binding[];
  readonly policies: readonly Policy[];
}

/** The exchanges from which a queue can be reached, whatever the keys; the default one always. */
export function exchangesTo(topology: RabbitTopology, queue: string): string[] {
  const found = new Set(['']);
  const open: { kind: Binding['kind']; name: string }[] = [{ kind: 'queue', name: queue }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const { source, kind, destination } of topology.bindings) {
      if (kind !== next.kind || destination !== next.name || found.has(source)) continue;
      found.add(source);
      open.push({ kind: 'exchange', name: source });
    }
  }
  return [...found];
}

/** What the trace and the page call an exchange: queues have their own names. */
export function exchangeLabel(name: string): string {
  return name === '' ? '(default exchange)' : `${name} (exchange)`;
}
