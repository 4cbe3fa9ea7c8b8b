/** What a scenario on a bus in memory is built from: the bus, and the clients in each service's process. */
import { present } from '#sim/base/assert.ts';
import { intern } from '#sim/base/names.ts';
import { BusConsumer, BusProducer } from '#sim/brokers/memory/bus-client.ts';
import { busPackets, MemoryBus } from '#sim/brokers/memory/bus.ts';
import type { BrokerFamily } from '#sim/run/family.ts';
import { addProcess, brokerOf, carryOf, type Site } from '#sim/run/site.ts';
import type { ServiceSpec } from '#sim/scenario/scenario.ts';
import type { ServiceInstance } from '#sim/services/instance.ts';

/** Entity of the bus; null where the run uses none. */
function addMemory(site: Site): number | null {
  const spec = brokerOf(site.scenario);
  if (spec?.kind !== 'memory') return null;
  const name = present(spec.nodeNames[0], '[RUN-33] a bus is a process');
  const bus = site.kernel.entityCount;
  const topics = spec.topics.map((topic) => topic.name);
  addProcess(site, new MemoryBus(site.catalog, topics), name, spec.name);
  return bus;
}

function connectMemory(site: Site, bus: number, instance: ServiceInstance, service: ServiceSpec): void {
  const { scenario, catalog } = site;
  const topics = brokerOf(scenario)?.topics.map((topic) => topic.name) ?? [];
  const carry = carryOf(scenario);
  const consume = carry?.consume.find((entry) => entry.service === service.name) ?? null;
  const sizes = new Map(scenario.events.map((event) => [event.name, event.sizeBytes]));
  const shared = { catalog, bus, listener: instance };
  const consumer =
    consume === null
      ? null
      : new BusConsumer({
          ...shared,
          listen: { topics: consume.topics.map((topic) => topics.indexOf(topic)), group: consume.group },
          topicIds: topics.map((topic) => intern(catalog.names, topic)),
        });
  const routes = (carry?.publish ?? []).map(({ event, topic }) => ({
    topic: topics.indexOf(topic),
    name: intern(catalog.names, topic),
    bytes: sizes.get(event) ?? 0,
  }));
  instance.connect(consumer, new BusProducer({ ...shared, routes }));
}

export const memoryFamily: BrokerFamily = {
  packets: busPackets,
  machines: [],
  add(site) {
    const bus = addMemory(site);
    return bus === null ? null : (instance, service) => connectMemory(site, bus, instance, service);
  },
};
