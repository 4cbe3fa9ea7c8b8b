/** What a node is set up with before anybody connects: exchanges, queues, bindings, policies and its own settings. */
import { bind, declareExchange } from '#sim/brokers/rabbitmq/exchanges.ts';
import { createNode } from '#sim/brokers/rabbitmq/node.ts';
import type { ProtocolError } from '#sim/brokers/rabbitmq/config/protocol-error.ts';
import { declareQueue } from '#sim/brokers/rabbitmq/queues.ts';
import type { RabbitTopology } from '#sim/brokers/rabbitmq/config/topology.ts';
import type { BrokerState } from '#sim/brokers/rabbitmq/state.ts';

export interface SetupFault {
  readonly part: 'exchanges' | 'queues' | 'bindings';
  /** Its place in the list. */
  readonly row: number;
  readonly error: ProtocolError;
}

/** A node with everything declared, and what it refused. */
export function setUp(topology: RabbitTopology): {
  readonly node: BrokerState;
  readonly faults: SetupFault[];
} {
  const node = createNode(topology.version);
  const faults: SetupFault[] = [];
  for (const [name, value] of Object.entries(topology.config)) node.env.set(name, value);
  node.policies = [...topology.policies];
  topology.exchanges.forEach(({ name, ...exchange }, row) => {
    const error = declareExchange(node, { ...exchange, exchange: name });
    if (error !== null) faults.push({ part: 'exchanges', row, error });
  });
  topology.queues.forEach(({ name, ...queue }, row) => {
    const made = declareQueue(node, { ...queue, queue: name, exclusive: false }, -1);
    if ('replyCode' in made) faults.push({ part: 'queues', row, error: made });
  });
  topology.bindings.forEach((binding, row) => {
    const error = bind(node, binding, -1);
    if (error !== null) faults.push({ part: 'bindings', row, error });
  });
  return { node, faults };
}

export function createTopology(topology: RabbitTopology): BrokerState {
  return setUp(topology).node;
}
