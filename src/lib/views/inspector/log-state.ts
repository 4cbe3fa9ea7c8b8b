/** Topics, partitions, groups, brokers and stores at the playhead. */
import type { BrokerTopology, StoreTopology, Topology, ServiceTopology } from '#lib/scene/parts.ts';
import type { PartitionScene, Scene } from '#lib/scene/scene.ts';
import { amount, clock, count, grouped } from '#lib/views/number-words.ts';
import { factsSection, tableSection, type Section } from '#lib/views/inspector/sections.ts';
import { words } from '#lib/views/inspector/words.ts';

const offset = (value: number): string => (value < 0 ? '–' : String(value));

function lagOf(partition: PartitionScene): number {
  return partition.readers.reduce((sum, { lag }) => sum + lag, 0);
}

export function topicState(topic: string, scene: Scene): Section[] {
  const partitions = scene.partitions.filter((one) => one.topic === topic);
  return [
    tableSection(
      'Partitions',
      ['', 'end', 'lag', 'leader'],
      partitions.map((one) => ({
        cells: [String(one.partition), String(one.end), grouped(lagOf(one)), one.leader],
        to: { kind: 'partition', topic, partition: one.partition },
      })),
    ),
  ];
}

export function partitionState(topic: string, partition: number, scene: Scene): Section[] {
  const log = scene.partitions.find((one) => one.topic === topic && one.partition === partition);
  if (log === undefined) return [];
  return [
    factsSection('Log', [
      { name: 'log start', value: String(log.logStart) },
      { name: 'end', value: String(log.end) },
      { name: 'high watermark', value: String(log.highWatermark) },
      log.leader === ''
        ? { name: 'leader', value: 'nobody' }
        : { name: 'leader', value: log.leader, to: { kind: 'process', name: log.leader } },
      ...(log.replicas.length === 0 ? [] : [{ name: 'leader epoch', value: String(log.epoch) }]),
    ]),
    ...(log.replicas.length === 0
      ? []
      : [
          tableSection(
            'Copies',
            ['node', 'end', 'in sync'],
            log.replicas.map(({ node, end, inSync, leads }) => ({
              cells: [leads ? `${node}, leads` : node, String(end), inSync ? 'yes' : 'no'],
              to: { kind: 'process' as const, name: node },
            })),
          ),
        ]),
    tableSection(
      'Readers',
      ['group', ...words.offsetsHead.slice(1)],
      log.readers.map(({ group, position, committed, lag }) => ({
        cells: [group, offset(position), offset(committed), grouped(lag)],
        to: { kind: 'group', group },
      })),
      log.readers.map(({ owner }) => owner ?? 'nobody').join(', '),
    ),
  ];
}

export function groupState(name: string, scene: Scene): Section[] {
  const group = scene.groups.find((one) => one.name === name);
  if (group === undefined) return [];
  return [
    factsSection(
      'Group',
      [
        { name: 'state', value: group.state === '' ? 'not formed yet' : group.state },
        { name: 'generation', value: offset(group.generation) },
      ],
      `since ${clock(group.since)}`,
    ),
    tableSection(
      'Members',
      ['', 'generation', 'partitions'],
      group.members.map((member) => ({
        cells: [
          member.known ? member.name : `${member.name}, not counted in`,
          offset(member.generation),
          member.assigned.map(({ topic, partition }) => `${topic}/${partition}`).join(' '),
        ],
        strong: !member.known,
        to: { kind: 'process', name: member.name },
      })),
    ),
  ];
}

export function brokerState(broker: BrokerTopology, scene: Scene): Section[] {
  return [
    factsSection('Broker', [
      { name: 'kind', value: `${broker.kind} ${broker.version}` },
      { name: 'nodes', value: broker.nodes.map(({ name }) => name).join(', ') },
    ]),
    tableSection(
      'Topics',
      ['', 'partitions', 'records', 'lag'],
      broker.topics.map(({ name }) => {
        const logs = scene.partitions.filter(({ topic }) => topic === name);
        const sum = (of: (log: PartitionScene) => number): string =>
          grouped(logs.reduce((total, log) => total + of(log), 0));
        return {
          cells: [name, String(logs.length), sum(({ end }) => end), sum(lagOf)],
          to: { kind: 'topic', topic: name },
        };
      }),
    ),
  ];
}

export function storeState(store: StoreTopology, scene: Scene): Section[] {
  if (store.kind === 'database') {
    return [
      tableSection(
        'Tables',
        ['', 'rows', 'unique'],
        store.tables.map(({ name, effect, unique }) => {
          const now = scene.tables.find((table) => table.effect === effect);
          return {
            cells: [name, grouped(now?.rows ?? 0), unique.map((keys) => keys.join(' + ')).join('; ')],
          };
        }),
        store.latency,
      ),
    ];
  }
  return [
    factsSection(
      'Operations',
      store.operations.map(({ name, latency, honoursKeys }) => ({
        name,
        value: `${latency}; idempotency keys ${honoursKeys ? 'honoured' : 'ignored'}`,
      })),
    ),
    tableSection(
      'Ledger',
      ['', 'entries', 'again', words.total],
      scene.ledgers
        .filter((ledger) => ledger.store === store.name)
        .map(({ effect, entries, duplicates, total }) => ({
          cells: [effect, grouped(entries), String(duplicates), amount(total)],
          strong: duplicates > 0,
        })),
    ),
  ];
}

export function serviceState(service: ServiceTopology, scene: Scene, topology: Topology): Section[] {
  const { name, arrivals, group, publishes, consumes, concurrency } = service;
  const processes = scene.processes.filter(({ whole }) => whole === name);
  const calls = topology.links.filter(
    (link) => link.service === name && (link.kind === 'call' || link.kind === 'statement'),
  );
  return [
    tableSection(
      'Instances',
      ['', 'state', 'handled'],
      processes.map((one) => ({
        cells: [one.name, one.word, grouped(one.handled)],
        strong: one.word !== 'running',
        to: { kind: 'process', name: one.name },
      })),
      concurrency > 1 ? `${count(concurrency, 'thread')} each` : '',
    ),
    factsSection('Connections', [
      ...(arrivals === '' ? [] : [{ name: 'arrivals', value: arrivals }]),
      ...consumes.map((topic) => ({
        name: 'reads',
        value: `${topic}, group ${group ?? ''}`,
        to: { kind: 'topic', topic } as const,
      })),
      ...publishes.map(({ event, topic }) => ({
        name: 'publishes',
        value: `${event} to ${topic}`,
        to: { kind: 'topic', topic } as const,
      })),
      ...calls.map(({ at, latency }) => ({ name: 'calls', value: `${at}, ${latency} each way` })),
    ]),
  ];
}
