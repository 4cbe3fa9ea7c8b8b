/** Topics, groups, messages, steps and faults as subjects. */
import type { Topology } from '#lib/scene/parts.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';
import type { Scene } from '#lib/scene/scene.ts';
import { tellRecord } from '#lib/scene/told-record.ts';
import { groupState, topicState } from '#lib/views/inspector/log-state.ts';
import { factsSection } from '#lib/views/inspector/sections.ts';
import { none, type Subject } from '#lib/views/inspector/subject-shape.ts';
import { clock, duration } from '#lib/views/number-words.ts';

export function topicSubject(name: string, topology: Topology, scene: Scene): Subject {
  const broker = topology.brokers.find(({ topics }) => topics.some((one) => one.name === name));
  const topic = broker?.topics.find((one) => one.name === name);
  return {
    ...none,
    title: name,
    sub: 'topic',
    tabs: ['state', 'config', 'messages', 'trace'],
    sections: topicState(name, scene),
    configs: [{ title: 'Topic', rows: topic?.config ?? [] }],
    place: { topic: name, partition: null },
  };
}

export function groupSubject(group: string, topology: Topology, scene: Scene): Subject {
  const services = topology.groups.find(({ name }) => name === group)?.services ?? [];
  return {
    ...none,
    title: `group ${group}`,
    sub: services.join(', '),
    tabs: ['state', 'machine', 'trace'],
    sections: groupState(group, scene),
    group,
    entities: topology.services
      .filter(({ name }) => services.includes(name))
      .flatMap(({ instances }) => instances.map(({ entity }) => entity)),
  };
}

export function faultSubject(number: number, topology: Topology, scene: Scene): Subject {
  const fault = topology.faults.find((one) => one.number === number);
  const on = scene.faults.find((one) => one.number === number);
  return {
    ...none,
    title: `F${number} ${fault?.kind ?? ''} ${fault?.target ?? ''}`,
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
            fault?.lasts === null || fault === undefined ? 'for good, or a moment' : duration(fault.lasts),
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

export function messageSubject(lid: number, trace: ReceivedTrace): Subject {
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

export function stepSubject(point: string, topology: Topology): Subject {
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
