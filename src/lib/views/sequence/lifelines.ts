/**
 * Which line of the space-time diagram a record stands on: a partition's for what a broker writes about it, else its
 * process's. Partitions of a topic and instances of a service can be taken together as one line.
 */
import { nameOf } from '#sim/base/names.ts';
import type { Row } from '#sim/trace/block.ts';
import { Kind, shapes, type KindName } from '#sim/trace/vocabulary.ts';
import type { Topology } from '#lib/scene/parts.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';

export interface Collapse {
  readonly partitions: boolean;
  readonly instances: boolean;
}

export interface Lifeline {
  /** `process:payment-1`, `partition:orders/2`, `topic:orders`, `service:payment` */
  readonly id: string;
  readonly name: string;
  readonly kind: 'process' | 'partition' | 'store';
}

type Word = 'a' | 'b' | 'c' | 'd' | 'e' | 'f';
const WORDS: readonly Word[] = ['a', 'b', 'c', 'd', 'e', 'f'];

interface PlaceWords {
  readonly topic: Word;
  readonly partition: Word;
}

/** By kind number: where it keeps topic and partition. */
const places: ReadonlyMap<number, PlaceWords> = new Map(
  (Object.keys(shapes) as KindName[]).flatMap((kind) => {
    const { fields, number } = shapes[kind];
    const topic = WORDS[fields.findIndex(([name]) => name === 'topic')];
    const partition = WORDS[fields.findIndex(([name]) => name === 'partition')];
    return topic === undefined || partition === undefined ? [] : [[number, { topic, partition }] as const];
  }),
);

export class Lines {
  readonly #trace: ReceivedTrace;
  readonly #collapse: Collapse;
  readonly #brokers: ReadonlySet<string>;
  /** By process: the line that it stands on. */
  readonly #lines = new Map<string, Lifeline>();
  /** In the order in which they are drawn. */
  readonly #order: string[] = [];

  constructor(trace: ReceivedTrace, topology: Topology, collapse: Collapse) {
    this.#trace = trace;
    this.#collapse = collapse;
    this.#brokers = new Set(topology.brokers.flatMap(({ nodes }) => nodes.map(({ name }) => name)));
    const reads = (service: Topology['services'][number]): boolean => service.consumes.length > 0;
    const services = (wanted: boolean): void => {
      for (const service of topology.services) {
        if (reads(service) !== wanted) continue;
        const together = collapse.instances && service.instances.length > 1;
        for (const { name } of service.instances)
          this.#process(
            name,
            together
              ? {
                  id: `service:${service.name}`,
                  name: `${service.name} ×${service.instances.length}`,
                  kind: 'process',
                }
              : { id: `process:${name}`, name, kind: 'process' },
          );
      }
    };
    services(false);
    for (const { topics } of topology.brokers)
      for (const topic of topics) {
        if (collapse.partitions) this.#order.push(`topic:${topic.name}`);
        else for (let p = 0; p < topic.partitions; p += 1) this.#order.push(`partition:${topic.name}/${p}`);
      }
    for (const { nodes } of topology.brokers)
      for (const { name } of nodes) this.#process(name, { id: `process:${name}`, name, kind: 'process' });
    services(true);
    for (const { name } of topology.stores)
      this.#process(name, { id: `process:${name}`, name, kind: 'store' });
  }

  #process(name: string, line: Lifeline): void {
    this.#lines.set(name, line);
    if (!this.#order.includes(line.id)) this.#order.push(line.id);
  }

  ofProcess(name: string): Lifeline | null {
    return this.#lines.get(name) ?? null;
  }

  ofEntity(entity: number): Lifeline | null {
    return this.ofProcess(this.#trace.header.entityNames[entity] ?? '');
  }

  /** The line of the partition that a record names; null where it names none. */
  ofPartition(row: Row): Lifeline | null {
    const words = places.get(row.kind);
    if (words === undefined || row[words.partition] < 0) return null;
    const topic = nameOf(this.#trace.catalog.names, row[words.topic]);
    if (this.#collapse.partitions) return { id: `topic:${topic}`, name: topic, kind: 'partition' };
    const name = `${topic}/${row[words.partition]}`;
    return { id: `partition:${name}`, name, kind: 'partition' };
  }

  /** Null: it stands on no line (supervisor, nemesis). */
  of(row: Row): Lifeline | null {
    const name = this.#trace.header.entityNames[row.entity] ?? '';
    if (this.#brokers.has(name) && row.kind !== Kind.send)
      return this.ofPartition(row) ?? this.ofProcess(name);
    return this.ofProcess(name);
  }

  inOrder(lines: readonly Lifeline[]): Lifeline[] {
    const rank = (id: string): number => {
      const at = this.#order.indexOf(id);
      return at < 0 ? this.#order.length : at;
    };
    return [...lines].sort((one, other) => rank(one.id) - rank(other.id));
  }
}
