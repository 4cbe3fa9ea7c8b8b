/**
 * Where things stand: rows of partitions, groups, ledgers and tables for the names and entities that records carry.
 * Names reach the page with the trace, so a name's row is looked up when it is first met and then remembered.
 */
import { nameOf } from '#sim/base/names.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import type { Topology } from '#worker/protocol.ts';
import type { ProcessKind } from '#lib/scene/scene.ts';

export interface PartitionGround {
  readonly topic: string;
  readonly partition: number;
  /** Who leads at first. */
  readonly leader: string;
  readonly leaderEntity: number;
  /** Entities that have a copy, in the order of preference. */
  readonly replicas: readonly number[];
  /** Not there at first. */
  readonly later: boolean;
}

export interface EntityGround {
  readonly name: string;
  /** Null: supervisor and nemesis, which no view shows. */
  readonly kind: ProcessKind | null;
  readonly whole: string;
}

export interface StepGround {
  readonly program: number;
  readonly step: number;
}

/** Which packets carry messages to and fro, and which only keep the protocol going. */
const CARRYING = ['Produce', 'OffsetCommit', 'call', 'statement'];

export class Ground {
  readonly topology: Topology;
  readonly catalog: Catalog;
  readonly entities: readonly EntityGround[];
  readonly partitions: readonly PartitionGround[];
  /** Effects of external APIs, and tables of databases. */
  readonly ledgers: readonly { readonly effect: string; readonly store: string }[];
  readonly tables: readonly { readonly effect: string; readonly store: string; readonly entity: number }[];
  readonly packets: ReadonlyMap<number, string>;
  /** By group: whether a partition's topic is one of the group's. */
  private readonly reads: readonly (readonly boolean[])[];
  private readonly topicRows = new Map<string, number>();
  private readonly steps = new Map<string, StepGround>();
  private readonly seen: Record<'topic' | 'group' | 'ledger' | 'table' | 'coordinator', number[]> = {
    topic: [],
    group: [],
    ledger: [],
    table: [],
    coordinator: [],
  };

  constructor(topology: Topology, catalog: Catalog) {
    this.topology = topology;
    this.catalog = catalog;
    this.entities = entitiesOf(topology);
    this.packets = new Map(topology.packets);
    const partitions: PartitionGround[] = [];
    for (const broker of topology.brokers) {
      for (const topic of broker.topics) {
        this.topicRows.set(topic.name, partitions.length);
        topic.leaders.forEach((leader, partition) => {
          const leaderEntity = topology.entityNames.indexOf(leader);
          const replicas = (topic.replicas[partition] ?? [leader]).map((name) =>
            topology.entityNames.indexOf(name),
          );
          const later = partition >= (topic.partitionsAtFirst ?? topic.partitions);
          partitions.push({ topic: topic.name, partition, leader, leaderEntity, replicas, later });
        });
      }
    }
    this.partitions = partitions;
    this.reads = topology.groups.map(({ topics }) => partitions.map(({ topic }) => topics.includes(topic)));
    this.ledgers = topology.stores.flatMap((store) =>
      store.kind === 'external-api'
        ? store.operations.map(({ effect }) => ({ effect, store: store.name }))
        : [],
    );
    this.tables = topology.stores.flatMap((store) =>
      store.kind === 'database'
        ? store.tables.map(({ effect }) => ({ effect, store: store.name, entity: store.entity }))
        : [],
    );
    for (const { programs } of topology.services) {
      programs.forEach((program, p) =>
        program.steps.forEach(({ point }, step) => this.steps.set(point, { program: p, step })),
      );
    }
  }

  name(id: number): string {
    return id < 0 ? '' : nameOf(this.catalog.names, id);
  }

  entityName(entity: number): string {
    return this.entities[entity]?.name ?? '-';
  }

  packetName(kind: number): string {
    return this.packets.get(kind) ?? `packet ${kind}`;
  }

  carriesMessages(packet: string): boolean {
    return CARRYING.some((name) => packet.startsWith(name));
  }

  /** Row of a partition; -1 = not one of the run's. */
  partitionRow(topic: number, partition: number): number {
    const first = this.remembered('topic', topic, (name) => this.topicRows.get(name) ?? -1);
    return first < 0 ? -1 : first + partition;
  }

  groupRow(group: number): number {
    return this.remembered('group', group, (name) =>
      this.topology.groups.findIndex((entry) => entry.name === name),
    );
  }

  ledgerRow(effect: number): number {
    return this.remembered('ledger', effect, (name) =>
      this.ledgers.findIndex((entry) => entry.effect === name),
    );
  }

  tableRow(table: number): number {
    return this.remembered('table', table, (name) => this.tables.findIndex((entry) => entry.effect === name));
  }

  /** Whether a machine of this name tells how a group is. */
  isCoordinator(machine: number): boolean {
    return this.remembered('coordinator', machine, (name) => (name === 'group-coordinator' ? 1 : 0)) === 1;
  }

  /** Reader of a partition: row in columns by group and partition. */
  slot(group: number, partition: number): number {
    return group * this.partitions.length + partition;
  }

  isRead(group: number, partition: number): boolean {
    return this.reads[group]?.[partition] === true;
  }

  stepAt(point: string): StepGround | null {
    return this.steps.get(point) ?? null;
  }

  private remembered(of: keyof Ground['seen'], id: number, look: (name: string) => number): number {
    if (id < 0) return -1;
    const known = this.seen[of][id];
    if (known !== undefined) return known;
    const row = look(nameOf(this.catalog.names, id));
    this.seen[of][id] = row;
    return row;
  }
}

function entitiesOf(topology: Topology): EntityGround[] {
  const entities: EntityGround[] = topology.entityNames.map((name) => ({ name, kind: null, whole: name }));
  const enter = (entity: number, name: string, kind: ProcessKind, whole: string): void => {
    entities[entity] = { name, kind, whole };
  };
  for (const broker of topology.brokers)
    for (const node of broker.nodes) enter(node.entity, node.name, 'broker', broker.name);
  for (const store of topology.stores) enter(store.entity, store.name, 'store', store.name);
  for (const service of topology.services)
    for (const instance of service.instances) enter(instance.entity, instance.name, 'service', service.name);
  return entities;
}
