/** A kernel with recorder, hosts and network, for tests of single rooms. */
import { Hosts } from '#sim/hosts/hosts.ts';
import type { Ctx, Entity } from '#sim/kernel/entity.ts';
import { Kernel } from '#sim/kernel/kernel.ts';
import type { Event } from '#sim/kernel/queue.ts';
import { createStreamTable } from '#sim/kernel/random.ts';
import { createCatalog, type Catalog } from '#sim/messaging/catalog.ts';
import { defaultLink, Network } from '#sim/network/network.ts';
import { rowAt, type Row } from '#sim/trace/block.ts';
import { TraceRecorder } from '#sim/trace/recorder.ts';
import { Kind, type KindName } from '#sim/trace/vocabulary.ts';

export interface Heard {
  at: number;
  kind: number;
  from: number;
  a: number;
  b: number;
  c: number;
  d: number;
  data: unknown;
}

/** Hears everything, and does what it is told on the way. */
export class Probe implements Entity {
  state: { heard: Heard[] } = { heard: [] };
  act: (event: Event, ctx: Ctx) => void = () => undefined;

  handle(event: Event, ctx: Ctx): void {
    const { kind, from, a, b, c, d, data } = event;
    this.state.heard.push({ at: ctx.now, kind, from, a, b, c, d, data });
    this.act(event, ctx);
  }

  /** Times and kinds of what was heard, of these kinds. */
  times(...kinds: number[]): [number, number][] {
    return this.state.heard.filter(({ kind }) => kinds.includes(kind)).map(({ at, kind }) => [at, kind]);
  }
}

export interface SmallWorld {
  kernel: Kernel;
  hosts: Hosts;
  network: Network;
  catalog: Catalog;
  recorder: TraceRecorder;
  /** Adds an entity in a process of its own; returns its id, which is also its process. */
  add(entity: Entity, name: string): number;
  run(until?: number): void;
  rows(kind: KindName): Row[];
}

export function smallWorld(seed = 1): SmallWorld {
  const catalog = createCatalog();
  const recorder = new TraceRecorder('full');
  const kernel = new Kernel(createStreamTable(seed), seed, recorder);
  const hosts = new Hosts(kernel, catalog.names);
  const entityNames: string[] = [];
  const network = new Network(kernel, hosts, entityNames, () => defaultLink);
  kernel.connect(network);
  hosts.watchConnections(network);
  return {
    kernel,
    hosts,
    network,
    catalog,
    recorder,
    add(entity, name) {
      const id = kernel.add(entity);
      entityNames[id] = name;
      hosts.add(name, [id]);
      return id;
    },
    run(until = Infinity) {
      while (kernel.step(until));
    },
    rows(kind) {
      return recorder
        .blocks()
        .flatMap((block) => Array.from({ length: block.count }, (_, row) => rowAt(block, row)))
        .filter((row) => row.kind === Kind[kind]);
    },
  };
}
