/** Services, brokers, stores and their processes as subjects. */
import type { Topology } from '#lib/scene/parts.ts';
import type { Scene } from '#lib/scene/scene.ts';
import { brokerState, serviceState, storeState } from '#lib/views/inspector/log-state.ts';
import { processState } from '#lib/views/inspector/process-state.ts';
import { none, type ConfigGroup, type Subject } from '#lib/views/inspector/subject-shape.ts';
import type { TabName } from '#lib/views/inspector/words.ts';

export function partSubject(name: string, topology: Topology, scene: Scene): Subject {
  const broker = topology.brokers.find((one) => one.name === name);
  if (broker !== undefined) {
    return {
      ...none,
      title: name,
      sub: 'broker',
      breakable: true,
      tabs: ['state', 'config', 'trace'],
      sections: brokerState(broker, scene),
      configs: [{ title: 'Broker', rows: broker.config }],
      entities: broker.nodes.map(({ entity }) => entity),
    };
  }
  const service = topology.services.find((one) => one.name === name);
  if (service === undefined) return processSubject(name, topology, scene);
  const only = service.instances.length === 1 ? service.instances[0] : undefined;
  if (only !== undefined && only.name === name) return processSubject(name, topology, scene);
  return {
    ...none,
    title: name,
    sub: service.group === null ? 'service' : `service, group ${service.group}`,
    breakable: true,
    tabs: ['state', 'config', 'ledger', 'trace'],
    sections: serviceState(service, scene, topology),
    configs: configsOf(name, topology),
    entities: service.instances.map(({ entity }) => entity),
    ledgers: ledgersOf(name, topology),
  };
}

function configsOf(service: string, topology: Topology): ConfigGroup[] {
  const found = topology.services.find(({ name }) => name === service);
  if (found === undefined) return [];
  return [
    { title: 'Consumer', rows: found.consumerConfig },
    { title: 'Producer', rows: found.producerConfig },
  ].filter(({ rows }) => rows.length > 0);
}

function ledgersOf(service: string, topology: Topology): (ledger: { readonly effect: string }) => boolean {
  const called = topology.links.filter((link) => link.service === service).map(({ at }) => at);
  return ({ effect }) => called.includes(effect);
}

export function processSubject(name: string, topology: Topology, scene: Scene): Subject {
  const process = scene.processes.find((one) => one.name === name);
  if (process === undefined) return { ...none, title: name };
  const base = { ...none, title: name, process, breakable: true, entities: [process.entity] };
  if (process.kind === 'store') {
    const store = topology.stores.find((one) => one.name === name);
    return {
      ...base,
      sub: store?.kind === 'database' ? 'database' : 'external API, outside our control',
      tabs: ['state', 'ledger', 'trace'],
      sections: [
        ...processState(process, scene, topology),
        ...(store === undefined ? [] : storeState(store, scene)),
      ],
      ledgers: (ledger) => ledger.store === name,
    };
  }
  if (process.kind === 'broker') {
    const broker = topology.brokers.find(({ nodes }) => nodes.some((node) => node.name === name));
    return {
      ...base,
      sub: `node of ${process.whole}`,
      tabs: ['state', 'config', 'machine', 'trace'],
      sections: [
        ...processState(process, scene, topology),
        ...(broker === undefined ? [] : brokerState(broker, scene)),
      ],
      configs: [{ title: 'Broker', rows: broker?.config ?? [] }],
    };
  }
  // What it is meant to belong to: a process that has not joined yet, or was put out, keeps its tabs.
  const group = topology.services.find((one) => one.name === process.whole)?.group ?? null;
  const reading: TabName[] = group === null ? [] : ['machine', 'messages'];
  return {
    ...base,
    sub: group === null ? process.whole : `group ${group}`,
    tabs: ['state', 'config', ...reading, 'ledger', 'trace'],
    sections: processState(process, scene, topology),
    configs: configsOf(process.whole, topology),
    ledgers: ledgersOf(process.whole, topology),
  };
}
