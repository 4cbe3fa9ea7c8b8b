/**
 * The outline as rows: everything that the stage can select, in a tree of at most four levels, each with one value at
 * its right: lag, rate, rows, state. Rows carry their selection; the order is the topology's.
 */
import type { ReportedVerdict, ServiceTopology, TopicTopology, Topology } from '#lib/scene/parts.ts';
import type { Scene } from '#lib/scene/scene.ts';
import type { Timeline } from '#lib/scene/timeline.ts';
import { checkTitle, checkWords, verdictAt } from '#lib/views/check-words.ts';
import { count, duration, grouped, rate } from '#lib/views/number-words.ts';
import { row, type OutlineRow } from '#lib/views/outline/outline-tree.ts';
import { words } from '#lib/views/outline/words.ts';

export interface Outlined {
  readonly topology: Topology;
  readonly scene: Scene | null;
  readonly timeline: Timeline | null;
  readonly verdicts: readonly ReportedVerdict[] | null;
  /** Time of the run's last record; verdicts that need all of it are known from there on. */
  readonly end: number;
}

/** Partitions of a topic that are listed without being asked for. */
const MOST_OPEN = 12;

export function outlineRows(outlined: Outlined): OutlineRow[] {
  return [
    brokerRows(outlined),
    serviceRows(outlined),
    storeRows(outlined),
    faultRows(outlined),
    checkRows(outlined),
  ].filter(({ children }) => children.length > 0);
}

function lagOf(scene: Scene | null, topic: string, partition: number | null): string {
  if (scene === null) return '';
  const lags = scene.partitions
    .filter((one) => one.topic === topic && (partition === null || one.partition === partition))
    .flatMap(({ readers }) => readers.map(({ lag }) => lag));
  return lags.length === 0 ? '' : grouped(lags.reduce((sum, lag) => sum + lag, 0));
}

/** Numbers of a topic's partitions: of those that exist by now. */
function numbersOf(scene: Scene | null, topic: TopicTopology): number[] {
  const there = scene?.partitions.filter((one) => one.topic === topic.name).length ?? 0;
  const first = topic.partitionsAtFirst ?? topic.partitions;
  return Array.from({ length: Math.max(first, there) }, (_, partition) => partition);
}

function brokerRows({ topology, scene }: Outlined): OutlineRow {
  const brokers = topology.brokers.map((broker) => {
    const topics = broker.topics.map((topic) =>
      row(
        {
          id: `topic:${topic.name}`,
          level: 3,
          label: topic.name,
          value: lagOf(scene, topic.name, null),
          selection: { kind: 'topic', topic: topic.name },
          closed:
            topic.partitions > MOST_OPEN ||
            !topology.groups.some(({ topics: read }) => read.includes(topic.name)),
        },
        numbersOf(scene, topic).map((partition) =>
          row({
            id: `partition:${topic.name}/${partition}`,
            level: 4,
            label: String(partition),
            value: lagOf(scene, topic.name, partition),
            selection: { kind: 'partition', topic: topic.name, partition },
          }),
        ),
      ),
    );
    const groups = topology.groups.map((group) => {
      const now = scene?.groups.find(({ name }) => name === group.name);
      const value = now === undefined || now.generation < 0 ? '' : `gen. ${now.generation}`;
      return row({
        id: `group:${group.name}`,
        level: 3,
        label: `group ${group.name}`,
        value,
        selection: { kind: 'group', group: group.name },
      });
    });
    const nodes = broker.nodes.map(({ name }) => processRow(name, 3, '', scene));
    return row(
      {
        id: `part:${broker.name}`,
        level: 2,
        label: broker.name,
        value: count(broker.nodes.length, 'node'),
        selection: { kind: 'part', name: broker.name },
        breakable: true,
      },
      [...topics, ...groups, ...nodes],
    );
  });
  return row({ id: 'brokers', level: 1, label: words.brokers, value: words.lag, selection: null }, brokers);
}

function processRow(name: string, level: number, value: string, scene: Scene | null): OutlineRow {
  const process = scene?.processes.find((one) => one.name === name);
  return row({
    id: `process:${name}`,
    level,
    label: name,
    value,
    selection: { kind: 'process', name },
    process: process?.word ?? 'running',
    breakable: true,
  });
}

/** Messages a second that a process sent or was given over the last second, whichever its trade is. */
function rateOf(service: ServiceTopology, name: string, scene: Scene | null): string {
  if (scene === null) return '';
  const near = scene.rates.filter((one) => (service.group === null ? one.from === name : one.to === name));
  return rate(near.reduce((sum, { perSecond }) => sum + perSecond, 0));
}

function serviceRows({ topology, scene }: Outlined): OutlineRow {
  const services = topology.services.map((service) => {
    const programs = service.programs.map(({ event, steps }) =>
      row(
        {
          id: `program:${service.name}:${event ?? ''}`,
          level: 3,
          label: event === null ? words.program : `${words.on} ${event}`,
          value: count(steps.length, 'step'),
          selection: null,
          closed: true,
        },
        steps.map((step) =>
          row({
            id: `step:${event ?? ''}:${step.point}`,
            level: 4,
            label: step.name,
            value: step.object,
            selection: { kind: 'step', point: step.point },
            breakable: true,
          }),
        ),
      ),
    );
    const instances = service.instances.map(({ name }) =>
      processRow(name, 3, rateOf(service, name, scene), scene),
    );
    const value = service.group === null ? (service.arrivals.split(',')[0] ?? '') : `group ${service.group}`;
    return row(
      {
        id: `part:${service.name}`,
        level: 2,
        label: service.name,
        value,
        selection: { kind: 'part', name: service.name },
        breakable: true,
      },
      [...instances, ...programs],
    );
  });
  return row({ id: 'services', level: 1, label: words.services, value: '', selection: null }, services);
}

function storeRows({ topology, scene }: Outlined): OutlineRow {
  const stores = topology.stores.map((store) => {
    if (store.kind === 'external-api') return processRow(store.name, 2, words.external, scene);
    const rows = scene?.tables
      .filter((table) => table.store === store.name)
      .reduce((sum, table) => sum + table.rows, 0);
    return processRow(store.name, 2, rows === undefined ? '' : count(rows, 'row'), scene);
  });
  return row({ id: 'stores', level: 1, label: words.stores, value: '', selection: null }, stores);
}

function faultRows({ topology, scene, timeline }: Outlined): OutlineRow {
  const faults = topology.faults.map(({ number, kind, target, at }) => {
    const active = scene?.faults.some((fault) => fault.number === number) ?? false;
    const bars = timeline?.faults.find((lane) => lane.number === number)?.bars ?? [];
    const begun = scene !== null && bars.some(({ from }) => from <= scene.at);
    const ahead =
      scene !== null && at !== null && at > scene.at ? `in ${duration(at - scene.at)}` : words.faultWaiting;
    const value = active ? words.faultOn : begun ? words.faultOver : ahead;
    return row({
      id: `fault:${number}`,
      level: 2,
      label: `F${number} ${kind} ${target}`,
      value,
      selection: { kind: 'fault', number },
    });
  });
  return row({ id: 'faults', level: 1, label: words.faults, value: '', selection: null }, faults);
}

function checkRows({ topology, scene, verdicts, end }: Outlined): OutlineRow {
  const checks = topology.checks.map(({ id, check }) => {
    const known = verdicts?.find((verdict) => verdict.id === id);
    const verdict = known === undefined || scene === null ? 'unknown' : verdictAt(known, scene.at, end);
    return row({
      id: `check:${id}`,
      level: 2,
      label: checkTitle({ id, checker: check }),
      value: checkWords(check).number,
      selection: { kind: 'check', id, anomaly: verdict === 'invalid' ? 0 : -1 },
      verdict,
    });
  });
  const invalid = checks.filter(({ verdict }) => verdict === 'invalid').length;
  return row(
    {
      id: 'checks',
      level: 1,
      label: words.checks,
      value: invalid === 0 ? '' : `${invalid} ${words.invalidSign}`,
      selection: null,
    },
    checks,
  );
}
