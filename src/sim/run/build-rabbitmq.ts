/** What a scenario on RabbitMQ is built from: the node, and the clients in each service's process. */
import { present } from '#sim/base/assert.ts';
import { RabbitConsumer } from '#sim/brokers/rabbitmq/client/rabbit-consumer.ts';
import { RabbitProducer, type RabbitRoute } from '#sim/brokers/rabbitmq/client/rabbit-producer.ts';
import type { FieldTable } from '#sim/brokers/rabbitmq/config/field-table.ts';
import { rabbitPackets } from '#sim/brokers/rabbitmq/protocol.ts';
import { RabbitNode } from '#sim/brokers/rabbitmq/rabbit-node.ts';
import type { BrokerFamily } from '#sim/run/family.ts';
import { addProcess, brokerOf, carryOf, type Site } from '#sim/run/site.ts';
import type { PublishRoute, RabbitRouteSpec, ServiceSpec } from '#sim/scenario/scenario.ts';
import type { ServiceInstance } from '#sim/services/instance.ts';

/** Entity of the node; null where the run uses none. */
function addRabbit(site: Site): number | null {
  const spec = brokerOf(site.scenario);
  if (spec?.kind !== 'rabbitmq') return null;
  const topology = present(spec.rabbit, '[RUN-30] a RabbitMQ broker has a topology');
  const name = present(spec.nodeNames[0], '[RUN-31] a RabbitMQ broker has a node');
  const node = site.kernel.entityCount;
  addProcess(site, new RabbitNode({ catalog: site.catalog, topology }), name, spec.name);
  return node;
}

const RECOVERY = 5_000_000;
const HEARTBEAT = 60_000_000;

function connectRabbit(site: Site, node: number, instance: ServiceInstance, service: ServiceSpec): void {
  const { scenario, catalog } = site;
  const carry = carryOf(scenario);
  const consume = carry?.consume.find((entry) => entry.service === service.name) ?? null;
  const times = {
    recovery: microseconds(consume?.config['network-recovery-interval'], RECOVERY),
    heartbeat: microseconds(consume?.config['requested-heartbeat'], HEARTBEAT),
  };
  const rabbit = consume?.rabbit ?? null;
  const consumer =
    rabbit === null ? null : new RabbitConsumer({ catalog, node, listener: instance, ...rabbit, ...times });
  const sizes = new Map(scenario.events.map((event) => [event.name, event.sizeBytes]));
  const routes = (carry?.publish ?? []).map((route) => routeOf(route, sizes.get(route.event) ?? 0));
  const confirms = (carry?.publish ?? []).every((route) => route.rabbit?.confirms !== false);
  const producer = new RabbitProducer({ catalog, node, routes, confirms, listener: instance, ...times });
  instance.connect(consumer, producer);
}

function microseconds(ms: unknown, otherwise: number): number {
  return typeof ms === 'number' ? ms * 1000 : otherwise;
}

function routeOf({ topic, rabbit }: PublishRoute, bytes: number): RabbitRoute {
  const route = present(rabbit, '[RUN-32] a route on RabbitMQ has an exchange');
  const { exchange, routingKey, mandatory } = route;
  return { exchange, label: topic, routingKey, mandatory, properties: propertiesOf(route), bytes };
}

function propertiesOf({ persistent, priority, expiration }: RabbitRouteSpec): FieldTable {
  return {
    deliveryMode: persistent ? 2 : 1,
    ...(priority === null ? {} : { priority }),
    ...(expiration === null ? {} : { expiration: String(expiration) }),
  };
}

export const rabbitFamily: BrokerFamily = {
  packets: rabbitPackets,
  machines: [],
  add(site) {
    const node = addRabbit(site);
    return node === null ? null : (instance, service) => connectRabbit(site, node, instance, service);
  },
};
