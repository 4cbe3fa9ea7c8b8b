/**
 * What the inspector is about, for each kind of selection: its name, its place in the system, the entities whose records
 * are its trace, its settings and machines, and which tabs have something to say.
 */
import type { ConfigRow, Topology } from '#lib/scene/parts.ts';
import type { ProcessScene, Scene } from '#lib/scene/scene.ts';
import type { Selection } from '#lib/scene/selection.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';
import { tellRecord } from '#lib/scene/told-record.ts';
import { checkTitle } from '#lib/views/check-words.ts';
import {
  brokerState,
  groupState,
  partitionState,
  serviceState,
  storeState,
  topicState,
} from '#lib/views/inspector/log-state.ts';
import { processState } from '#lib/views/inspector/process-state.ts';
import { factsSection, type Section } from '#lib/views/inspector/sections.ts';
import type { TabName } from '#lib/views/inspector/words.ts';
import { clock, duration } from '#lib/views/number-words.ts';

export interface ConfigGroup {
  readonly title: string;
  readonly rows: readonly ConfigRow[];
}

export interface Subject {
  readonly title: string;
  readonly sub: string;
  readonly process: ProcessScene | null;
  readonly breakable: boolean;
  readonly tabs: readonly TabName[];
  readonly sections: readonly Section[];
  readonly configs: readonly ConfigGroup[];
  /** Entities whose records are its trace; empty where `lid` or `place` says it. */
  readonly entities: readonly number[];
  readonly lid: number;
  readonly place: { readonly topic: string; readonly partition: number | null } | null;
  readonly group: string | null;
  /** Effects whose ledgers it shows; null = none. */
  readonly ledgers: ((ledger: { readonly store: string; readonly effect: string }) => boolean) | null;
}

const none: Subject = {
  title: '',
  sub: '',
  process: null,
  breakable: false,
  tabs: ['state'],
  sections: [],
  configs: [],
  entities: [],
  lid: -1,
  place: null,
  group: null,
  ledgers: null,
};

export function subjectOf(
  selection: Selection,
  topology: Topology,
  scene: Scene,
  trace: ReceivedTrace,
): Subject {
  switch (selection.kind) {
    case 'part':
      return partSubject(selection.name, topology, scene);
    case 'process':
      return processSubject(selection.name, topology, scene);
    case 'topic': {
      const broker = topology.brokers.find(({ topics }) =>
        topics.some(({ name }) => name === selection.topic),
      );
      const topic = broker?.topics.find(({ name }) => name === selection.topic);
      return {
        ...none,
        title: selection.topic,
        sub: 'topic',
        tabs: ['state', 'config', 'messages', 'trace'],
        sections: topicState(selection.topic, scene),
        configs: [{ title: 'Topic', rows: topic?.config ?? [] }],
        place: { topic: selection.topic, partition: null },
      };
    }
    case 'partition':
      return {
        ...none,
        title: `${selection.topic}/${selection.partition}`,
        sub: 'partition',
        tabs: ['state', 'messages', 'trace'],
        sections: partitionState(selection.topic, selection.partition, scene),
        place: selection,
      };
    case 'group': {
      const services = topology.groups.find(({ name }) => name === selection.group)?.services ?? [];
      return {
        ...none,
        title: `group ${selection.group}`,
        sub: services.join(', '),
        tabs: ['state', 'machine', 'trace'],
        sections: groupState(selection.group, scene),
        group: selection.group,
        entities: topology.services
          .filter(({ name }) => services.includes(name))
          .flatMap(({ instances }) => instances.map(({ entity }) => entity)),
      };
    }
    case 'message':
      return messageSubject(selection.lid, trace);
    case 'step':
      return stepSubject(selection.point, topology);
    case 'fault': {
      const fault = topology.faults.find(({ number }) => number === selection.number);
      const on = scene.faults.find(({ number }) => number === selection.number);
      return {
        ...none,
        title: `F${selection.number} ${fault?.kind ?? ''} ${fault?.target ?? ''}`,
        sub: 'fault',
        sections: [
          factsSection('Fault', [
            {
              name: 'strikes',
              value: fault === undefined ? '' : fault.at === null ? fault.trigger : `at ${clock(fault.at)}`,
            },
            {
              name: 'lasts',
              value:
                fault?.lasts === null || fault === undefined
                  ? 'for good, or a moment'
                  : duration(fault.lasts),
            },
            {
              name: 'now',
              value: on === undefined ? 'not in force' : `in force since ${clock(on.since)}`,
              bad: on !== undefined,
            },
          ]),
        ],
      };
    }
    case 'check': {
      const check = topology.checks.find(({ id }) => id === selection.id);
      return {
        ...none,
        title: checkTitle({ id: selection.id, checker: check?.check ?? selection.id }),
        sub: 'claim',
      };
    }
  }
}

function partSubject(name: string, topology: Topology, scene: Scene): Subject {
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

function processSubject(name: string, topology: Topology, scene: Scene): Subject {
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

function messageSubject(lid: number, trace: ReceivedTrace): Subject {
  const first = trace.index.eventRecords(lid)[0];
  const told = first === undefined ? null : tellRecord(trace, first);
  return {
    ...none,
    title: told?.subject ?? 'message',
    sub: told?.type ?? '',
    tabs: ['messages', 'trace'],
    lid,
  };
}

function stepSubject(point: string, topology: Topology): Subject {
  for (const service of topology.services) {
    for (const { event, steps } of service.programs) {
      const i = steps.findIndex((step) => step.point === point);
      const step = steps[i];
      if (step === undefined) continue;
      return {
        ...none,
        title: step.name,
        sub: `step of ${service.name}`,
        breakable: true,
        sections: [
          factsSection('Step', [
            { name: 'does', value: step.object === '' ? step.verb : `${step.verb} ${step.object}` },
            { name: 'place', value: `${i + 1} of ${steps.length}` },
            { name: 'program', value: event === null ? 'at each arrival' : `on ${event}` },
            { name: 'crash points', value: `${point}#before, ${point}#after` },
            { name: 'service', value: service.name, to: { kind: 'part', name: service.name } },
          ]),
        ],
        entities: service.instances.map(({ entity }) => entity),
      };
    }
  }
  return { ...none, title: point };
}
