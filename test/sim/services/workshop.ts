/**
 * Services of a small scenario on a real kernel, with real stores, hosts and network, but with scripted clients in
 * place of a broker's: what is delivered, confirmed or refused is what the test says.
 */
import { intern, nameOf } from '#sim/base/names.ts';
import type { Ctx, Entity } from '#sim/kernel/entity.ts';
import { FAULT_CLASS, type Event } from '#sim/kernel/queue.ts';
import { streamRow } from '#sim/kernel/random.ts';
import { addEvent, addItem, addMessage } from '#sim/messaging/catalog.ts';
import type {
  ConsumerClient,
  ConsumerListener,
  Delivery,
  ProducerClient,
  ProducerListener,
} from '#sim/messaging/client-face.ts';
import { keyText } from '#sim/messaging/keys.ts';
import { compileItems } from '#sim/run/compile-items.ts';
import { compileTime } from '#sim/run/compile-program.ts';
import { compileRevisions, compileSource } from '#sim/run/compile-service.ts';
import { parseScenario } from '#sim/scenario/parse.ts';
import type { Scenario, StoreSpec } from '#sim/scenario/scenario.ts';
import { ServiceInstance } from '#sim/services/instance.ts';
import { createServiceTables } from '#sim/services/tables.ts';
import { Database } from '#sim/stores/database.ts';
import { ExternalApi, type Failure } from '#sim/stores/external-api.ts';
import * as emit from '#sim/trace/emit.ts';
import { rowAt, type Row } from '#sim/trace/block.ts';
import { Kind, Outcome, Phase, type KindName } from '#sim/trace/vocabulary.ts';
import { smallWorld, type SmallWorld } from '../../support/small-world.ts';

const COMMITTED = 97;
const CONFIRMED = 65;
const APPEARS = 98;

/** One partition's log in the reader's own hands. */
export class ScriptedConsumer implements ConsumerClient {
  state = { log: [] as number[], position: 0, committed: 0, hand: -1, deliveries: 0 };
  listener: ConsumerListener | null = null;
  /** µs that a commit takes; 0 = it is known at once. */
  commitTakes = 0;
  /** Offsets whose first commit is refused. */
  refused = new Set<number>();
  said: string[] = [];
  private readonly world: SmallWorld;

  constructor(world: SmallWorld) {
    this.world = world;
  }

  owns(kind: number): boolean {
    return kind >= 96 && kind < 128;
  }

  handle(event: Event, ctx: Ctx): void {
    if (event.kind === APPEARS) {
      this.state.log.push(event.a);
      this.listener?.ready(ctx);
      return;
    }
    if (event.b < 0) this.commit(ctx, event.a);
    this.listener?.settled(ctx, { code: event.b, definite: true });
  }

  start(): void {
    this.state.position = this.state.committed;
  }

  crashed(): void {
    this.state.hand = -1;
  }

  resumed(): void {
    this.said.push('resumed');
  }

  reset(): void {}

  next(ctx: Ctx): Delivery | null {
    const { log, position } = this.state;
    const mid = log[position];
    if (mid === undefined) return null;
    const lid = this.world.catalog.messages.lid.data[mid] as number;
    this.state.hand = position;
    this.state.position = position + 1;
    this.state.deliveries += 1;
    emit.deliver(ctx, mid, lid, 0, 0, 0, position, 1, this.state.deliveries);
    return { mid, lid, group: 0, topic: 0, partition: 0, offset: position, generation: 1 };
  }

  settle(ctx: Ctx): boolean {
    return this.end(ctx, this.state.hand + 1);
  }

  command(ctx: Ctx, command: string): boolean {
    this.said.push(command);
    if (command === 'commit positions') return this.end(ctx, this.state.position);
    if (command === 'seek failed') this.state.position = this.state.hand;
    return false;
  }

  private end(ctx: Ctx, offset: number): boolean {
    if (this.refused.delete(offset)) {
      ctx.schedule(50, COMMITTED, offset, intern(this.world.catalog.names, 'ILLEGAL_GENERATION'));
      return true;
    }
    if (this.commitTakes > 0) {
      ctx.schedule(this.commitTakes, COMMITTED, offset, -1);
      return true;
    }
    this.commit(ctx, offset);
    return false;
  }

  private commit(ctx: Ctx, offset: number): void {
    this.state.committed = offset;
    emit.commit(ctx, 0, 0, 0, offset, ctx.self, 1);
  }

  finished(): void {
    this.state.hand = -1;
  }

  busy(): boolean {
    return false;
  }
}

/** A producer whose confirms take a while, or are refused. */
export class ScriptedProducer implements ProducerClient {
  state = { published: [] as number[] };
  listener: ProducerListener | null = null;
  confirmTakes = 700;
  /** Codes for the publishes that fail, by their number from 0. */
  refused = new Map<number, string>();
  /** The listener is told within `publish`, as where a buffer is full. */
  atOnce = false;
  private readonly world: SmallWorld;

  constructor(world: SmallWorld) {
    this.world = world;
  }

  owns(kind: number): boolean {
    return kind >= 64 && kind < 96;
  }

  handle(event: Event, ctx: Ctx): void {
    this.answer(ctx, event.a, event.b);
  }

  private answer(ctx: Ctx, token: number, code: number): void {
    if (token >= 0) this.listener?.published(ctx, token, { code, definite: code < 0 });
  }

  start(): void {}
  crashed(): void {}
  resumed(): void {}
  reset(): void {}

  publish(ctx: Ctx, mid: number, _lid: number, _route: number, token: number): void {
    const refusal = this.refused.get(this.state.published.length);
    const code = refusal === undefined ? -1 : intern(this.world.catalog.names, refusal);
    this.state.published.push(mid);
    if (this.atOnce) this.answer(ctx, token, code);
    else ctx.schedule(this.confirmTakes, CONFIRMED, token, code);
  }

  busy(): boolean {
    return false;
  }
}

/** Does something to a process when a record of its kind appears for the nth time. */
class Striker implements Entity {
  state: null = null;
  readonly blows: (() => void)[] = [];

  handle(event: Event): void {
    this.blows[event.a]?.();
  }
}

const base = {
  version: 1,
  title: 'workshop',
  seed: 3,
  horizon: '60s',
  data: {
    order: { id: 'sequence', total: { integer: [500, 20000] }, customer: { zipf: { of: 10, s: 1 } } },
  },
  events: {
    'order.placed': {
      version: '1.0',
      fields: { 'order.id': 'id', 'order.total': 'money', 'order.customer': 'id' },
      size: '600B',
    },
    'order.paid': { version: '1.0', fields: { 'order.id': 'id' }, size: '300B' },
    'order.lost': { version: '1.0', fields: { 'order.id': 'id' }, size: '300B' },
  },
  brokers: { kafka: { kind: 'kafka', topics: { orders: { partitions: 1 }, paid: { partitions: 1 } } } },
  on: 'kafka',
  carry: {
    kafka: {
      publish: {
        'order.placed': { topic: 'orders', key: '{order.id}' },
        'order.paid': { topic: 'paid', key: '{order.id}' },
        'order.lost': { topic: 'orders' },
      },
      consume: { payment: { topics: ['orders'], group: 'payment' } },
    },
  },
  stores: {
    cards: { kind: 'external-api', operations: { charge: { latency: '10ms' } } },
    ledger: {
      kind: 'database',
      latency: '1ms',
      tables: { orders: { unique: [['key']] }, stock: { unique: [['key']] } },
    },
  },
};

type Words = Record<string, unknown>;

export interface Workshop {
  world: SmallWorld;
  scenario: Scenario;
  instances: ServiceInstance[];
  consumers: ScriptedConsumer[];
  producers: ScriptedProducer[];
  entityOf(name: string): number;
  name(id: number): string;
  key(id: number): string;
  /** Puts an event of this type before `payment-1` (the item is the `n`th of a buyer of its own). */
  deliver(type?: string, n?: number): number;
  /** The same at a later time. */
  deliverAt(at: number, type?: string): void;
  onRecord(kind: KindName, match: (row: Row) => boolean, nth: number, blow: (entity: number) => void): void;
  run(until?: number): void;
  /** `charge#before charge#after …` of all step records, failed ones with their code. */
  steps(): string[];
  outcomes(): string[];
}

function parsed(words: Words): Scenario {
  const result = parseScenario(JSON.stringify({ ...base, ...words }));
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 1));
  return result.value;
}

function failuresOf(spec: StoreSpec, operation: string | null): Failure[] {
  const fails =
    spec.kind === 'database'
      ? spec.fails
      : (spec.operations.find(({ name }) => name === operation)?.fails ?? []);
  return fails.map(({ error, nth, rate, definite, happens }) => ({
    code: error,
    nth,
    chance: rate,
    definite,
    happens,
  }));
}

/** A service `payment` that handles `order.placed` with these steps. */
export function handler(steps: unknown, more: Words = {}): Words {
  return { services: { payment: { on: { 'order.placed': steps }, ...more } } };
}

export function workshop(words: Words): Workshop {
  const scenario = parsed(words);
  const world = smallWorld(scenario.seed);
  const { kernel, hosts, catalog } = world;
  const { streams } = kernel.state;
  const entityNames = [
    ...scenario.stores.map(({ name }) => name),
    ...scenario.services.flatMap(({ instanceNames }) => instanceNames),
    'buyer',
  ];
  const entityOf = (name: string): number => entityNames.indexOf(name);
  const factor = (entity: number): number => hosts.factor(entity);
  for (const spec of scenario.stores) {
    const stream = (name: string): number => streamRow(streams, `${spec.name}:${name}`);
    const store =
      spec.kind === 'external-api'
        ? new ExternalApi(
            catalog,
            spec.operations.map(({ name, effect, latency, idempotencyKey }) => ({
              effect,
              latency: compileTime(latency),
              failures: failuresOf(spec, name),
              honoursKeys: idempotencyKey === 'honoured',
              latencyStream: stream(`${name}:latency`),
              failureStream: stream(`${name}:fails`),
            })),
            factor,
          )
        : new Database(
            catalog,
            {
              latency: compileTime(spec.latency),
              latencyStream: stream('latency'),
              failureStream: stream('fails'),
              tables: spec.tables,
              failures: failuresOf(spec, null),
            },
            factor,
          );
    world.add(store, spec.name);
  }
  const items = compileItems(scenario, catalog, streams, entityNames);
  const tables = createServiceTables(scenario.services.length);
  const ground = {
    scenario,
    catalog,
    streams,
    items,
    tables,
    storeEntity: entityOf,
    routeOf: (event: string) => Object.keys(base.carry.kafka.publish).indexOf(event),
  };
  const instances: ServiceInstance[] = [];
  const consumers: ScriptedConsumer[] = [];
  const producers: ScriptedProducer[] = [];
  scenario.services.forEach((service, row) => {
    const revisions = compileRevisions(ground, service);
    service.instanceNames.forEach((name, number) => {
      const instance = new ServiceInstance({
        reader: { items, tables },
        control: hosts,
        service: row,
        group: service.driven.by === 'on' ? intern(catalog.names, 'payment') : -1,
        lanes: service.concurrency,
        restart: service.restart === 'never' ? -1 : service.restart,
        ignore: service.ignore,
        revisions,
        source: compileSource(service, number, catalog, streams),
      });
      const consumer = service.driven.by === 'on' ? new ScriptedConsumer(world) : null;
      const producer = new ScriptedProducer(world);
      producer.listener = instance;
      producers.push(producer);
      if (consumer !== null) {
        consumer.listener = instance;
        consumers.push(consumer);
      }
      instance.connect(consumer, producer);
      instances.push(instance);
      hosts.startAt(hosts.processOf(world.add(instance, name)), service.startAt);
    });
  });
  const buyer = world.add({ state: null, handle: () => undefined }, 'buyer');
  const striker = new Striker();
  const strikerId = world.add(striker, 'striker');
  hosts.addSupervisor();

  const eventOf = (type: string, n: number): number => {
    const item = addItem(catalog, buyer, n);
    for (const field of items.fields)
      if (field.prefixes.length > 0 && (field.prefixes[buyer] as number) < 0)
        field.prefixes[buyer] = intern(catalog.names, 'order-');
    const lid = addEvent(catalog, intern(catalog.names, type), buyer, n, -1, item, -1);
    return addMessage(catalog, lid, 0);
  };
  let made = 0;
  const watches: { kind: number; match: (row: Row) => boolean; left: number; blow: number }[] = [];
  const self: Workshop = {
    world,
    scenario,
    instances,
    consumers,
    producers,
    entityOf,
    name: (id) => nameOf(catalog.names, id),
    key: (id) => keyText(catalog.keys, catalog.names, id),
    deliver(type = 'order.placed', n = (made += 1)) {
      const mid = eventOf(type, n);
      consumers[0]?.state.log.push(mid);
      return mid;
    },
    deliverAt(at, type = 'order.placed') {
      const target = entityOf('payment-1');
      kernel.post(at, 1, target, target, APPEARS, eventOf(type, (made += 1)));
    },
    onRecord(kind, match, nth, blow) {
      let entity = -1;
      const number = striker.blows.push(() => blow(entity)) - 1;
      const watch = {
        kind: Kind[kind],
        left: nth,
        blow: number,
        match: (row: Row) => {
          entity = row.entity;
          return match(row);
        },
      };
      watches.push(watch);
      world.recorder.watch(
        watches.map(({ kind: watched }) => watched),
        (seq) => {
          for (const watching of watches) {
            const row = lastRow(world);
            if (row.seq !== seq || row.kind !== watching.kind || watching.left === 0) continue;
            if (!watching.match(row)) continue;
            watching.left -= 1;
            if (watching.left > 0) continue;
            kernel.post(kernel.now, FAULT_CLASS, strikerId, strikerId, 16, watching.blow);
            kernel.preempt();
          }
        },
      );
    },
    run: (until = 60_000_000) => world.run(until),
    steps: () =>
      world.rows('step').map(({ a, b, d, e }) => {
        const side = b === Phase.before ? 'before' : 'after';
        return `${nameOf(catalog.names, a)}#${side}${d === 1 ? ` ${nameOf(catalog.names, e)}` : ''}`;
      }),
    outcomes: () =>
      world
        .rows('handled')
        .map(({ b }) => (b === Outcome.ok ? 'ok' : b === Outcome.failed ? 'failed' : 'skipped')),
  };
  return self;
}

function lastRow(world: SmallWorld): Row {
  const block = world.recorder.blocks().at(-1);
  if (block === undefined) throw new Error('no record');
  return rowAt(block, block.count - 1);
}
