/**
 * Builds the world of a scenario. Names are taken in code-unit order (the parsed scenario's), entities in the order
 * broker nodes, stores, service instances, supervisor, nemesis; nothing else of a file's layout has a say.
 */
import { present } from '#sim/base/assert.ts';
import { intern } from '#sim/base/names.ts';
import { KafkaBroker } from '#sim/brokers/kafka/broker.ts';
import { rangeAssignor } from '#sim/brokers/kafka/assignors/range.ts';
import { KafkaConsumer } from '#sim/brokers/kafka/client/kafka-consumer.ts';
import { KafkaProducer } from '#sim/brokers/kafka/client/kafka-producer.ts';
import type { WrittenConfig } from '#sim/brokers/kafka/config.ts';
import type { Metadata } from '#sim/brokers/kafka/metadata.ts';
import { kafkaPackets } from '#sim/brokers/kafka/protocol.ts';
import { createCheckers } from '#sim/checkers/checkers.ts';
import { RunMetrics } from '#sim/metrics/run-metrics.ts';
import { Nemesis } from '#sim/faults/nemesis.ts';
import { Hosts } from '#sim/hosts/hosts.ts';
import { compileDistribution } from '#sim/kernel/distribution.ts';
import { RESET, type Entity } from '#sim/kernel/entity.ts';
import { Kernel } from '#sim/kernel/kernel.ts';
import { ORDINARY_CLASS } from '#sim/kernel/queue.ts';
import { createStreamTable, streamRow } from '#sim/kernel/random.ts';
import { createCatalog, type Catalog } from '#sim/messaging/catalog.ts';
import { defaultLink, Network, type LinkShape, type PacketNames } from '#sim/network/network.ts';
import { defaultBudget, type Budget } from '#sim/run/budget.ts';
import { compileFaults } from '#sim/run/compile-faults.ts';
import { compileItems } from '#sim/run/compile-items.ts';
import type { ProgramGround } from '#sim/run/compile-program.ts';
import { compileRevisions, compileSource } from '#sim/run/compile-service.ts';
import { compileContract } from '#sim/run/contract.ts';
import { createDirectory, enter, entitiesOf, type Directory } from '#sim/run/directory.ts';
import { distributionOf } from '#sim/run/distribution-of.ts';
import {
  brokerSettings,
  clusterMetadata,
  consumerSettings,
  producerSettings,
} from '#sim/run/kafka-cluster.ts';
import { World } from '#sim/run/world.ts';
import type {
  BrokerSpec,
  CarrySpec,
  FailureSpec,
  Scenario,
  ServiceSpec,
  StoreSpec,
} from '#sim/scenario/scenario.ts';
import { ServiceInstance } from '#sim/services/instance.ts';
import { DEPLOY } from '#sim/services/place.ts';
import { createServiceTables } from '#sim/services/tables.ts';
import { Database } from '#sim/stores/database.ts';
import { ExternalApi, type Failure } from '#sim/stores/external-api.ts';
import { storePackets } from '#sim/stores/protocol.ts';
import { TraceRecorder, type TraceLevel } from '#sim/trace/recorder.ts';

export interface BuildOptions {
  /** Instead of the file's. */
  readonly seed?: number;
  /** What of the trace is stored; default `full`. */
  readonly level?: TraceLevel;
  readonly budget?: Budget;
  /** For benchmarks, so that everyone sees what costs: run without these. */
  readonly without?: readonly ('digest' | 'metrics' | 'checkers')[];
  /** For tests: permutes equal times between different pairs of sender and receiver. */
  readonly tieSeed?: number;
}

/** What is being put together. */
interface Site {
  readonly scenario: Scenario;
  readonly catalog: Catalog;
  readonly kernel: Kernel;
  readonly hosts: Hosts;
  readonly directory: Directory;
  /** By entity. */
  readonly entityNames: string[];
}

export function buildWorld(scenario: Scenario, options: BuildOptions = {}): World {
  const seed = options.seed ?? scenario.seed;
  const without = options.without ?? [];
  const catalog = createCatalog();
  const recorder = new TraceRecorder(options.level ?? 'full', !without.includes('digest'));
  const kernel = new Kernel(createStreamTable(seed), seed, recorder, options.tieSeed ?? 0);
  const hosts = new Hosts(kernel, catalog.names);
  const site: Site = {
    scenario,
    catalog,
    kernel,
    hosts,
    directory: createDirectory(),
    entityNames: namesOf(scenario),
  };
  for (const name of site.entityNames) intern(catalog.names, name);

  const network = new Network(kernel, hosts, site.entityNames, linkShapes(site));
  kernel.connect(network);
  hosts.watchConnections(network);

  const metadata = addBroker(site);
  for (const store of scenario.stores) addStore(site, store);
  const tables = createServiceTables(scenario.services.length);
  addServices(site, metadata, tables);
  hosts.addSupervisor();

  const services = scenario.services.map(({ name }) => name);
  const faults = compileFaults(scenario.faults, {
    catalog,
    directory: site.directory,
    streams: kernel.state.streams,
    serviceNumber: (name) => services.indexOf(name),
  });
  const nemesis = new Nemesis(faults, catalog.names, kernel, hosts, network, deployments(site, services));
  nemesis.self = kernel.add(nemesis);

  const contract = compileContract(scenario, site.entityNames, site.directory);
  const checkers = without.includes('checkers') ? [] : createCheckers(scenario.checks, contract, catalog);
  const metrics = without.includes('metrics') ? null : new RunMetrics(contract, catalog);
  recorder.attach(metrics === null ? checkers : [...checkers, metrics]);
  recorder.watch(nemesis.begin(), (seq, block, row) => nemesis.watch(seq, block, row));
  return new World({
    kernel,
    holders: [hosts, network, tables],
    catalog,
    recorder,
    entityNames: site.entityNames,
    packets: packetNames(),
    checkers,
    metrics,
    again: () => buildWorld(scenario, { ...options, level: 'full' }),
    horizon: scenario.horizon,
    seed,
    budget: options.budget ?? defaultBudget,
  });
}

/** Names of all entities, in the order in which they are added. */
function namesOf(scenario: Scenario): string[] {
  const broker = scenario.brokers.find(({ name }) => name === scenario.on);
  return [
    ...(broker?.nodeNames ?? []),
    ...scenario.stores.map(({ name }) => name),
    ...scenario.services.flatMap(({ instanceNames }) => instanceNames),
    'supervisor',
    'nemesis',
  ];
}

function packetNames(): PacketNames {
  return new Map([...kafkaPackets, ...storePackets, [RESET, 'connection reset']]);
}

/** Adds an entity in a process of its own, under its name and that of the whole that it belongs to. */
function addProcess(
  site: Site,
  entity: Entity,
  name: string,
  whole: string,
  startAt = 0,
  skew = 0,
  drift = 0,
): void {
  const id = site.kernel.add(entity);
  const process = site.hosts.add(name, [id], skew, drift);
  enter(site.directory, id, process, name, whole);
  site.hosts.startAt(process, startAt);
}

function linkShapes(site: Site): (from: number, to: number) => LinkShape {
  const shapes = site.scenario.links.map((link) => ({
    between: link.between,
    shape: {
      latency:
        link.latency === null ? defaultLink.latency : compileDistribution(distributionOf(link.latency)),
      bandwidth: link.bytesPerSecond ?? 0,
    },
  }));
  const called = (entity: number, name: string): boolean => entitiesOf(site.directory, name).includes(entity);
  return (from, to) =>
    shapes.find(
      ({ between: [one, other] }) =>
        (called(from, one) && called(to, other)) || (called(from, other) && called(to, one)),
    )?.shape ?? defaultLink;
}

function brokerOf(scenario: Scenario): BrokerSpec | null {
  return scenario.brokers.find(({ name }) => name === scenario.on) ?? null;
}

function carryOf(scenario: Scenario): CarrySpec | null {
  return scenario.carry.find(({ broker }) => broker === scenario.on) ?? null;
}

function addBroker(site: Site): Metadata | null {
  const spec = brokerOf(site.scenario);
  if (spec === null) return null;
  const nodes = spec.nodeNames.map((name) => site.entityNames.indexOf(name));
  const metadata = clusterMetadata(spec, nodes, site.catalog);
  const settings = brokerSettings(spec);
  spec.nodeNames.forEach((name, i) => {
    const node = present(nodes[i], '[RUN-12] a cluster has a node');
    addProcess(site, new KafkaBroker({ catalog: site.catalog, metadata, node, settings }), name, spec.name);
  });
  return metadata;
}

function failuresOf(specs: readonly FailureSpec[]): Failure[] {
  return specs.map(({ error, rate, nth, definite, happens }) => ({
    code: error,
    nth,
    chance: rate,
    definite,
    happens,
  }));
}

function addStore(site: Site, spec: StoreSpec): void {
  const { catalog, hosts, kernel } = site;
  const factor = (entity: number): number => hosts.factor(entity);
  const stream = (name: string): number => streamRow(kernel.state.streams, `${spec.name}${name}`);
  const store =
    spec.kind === 'database'
      ? new Database(
          catalog,
          {
            latency: compileDistribution(distributionOf(spec.latency)),
            latencyStream: stream(':latency'),
            failureStream: stream(':failure'),
            tables: spec.tables.map(({ effect, unique }) => ({ effect, unique })),
            failures: failuresOf(spec.fails),
          },
          factor,
        )
      : new ExternalApi(
          catalog,
          spec.operations.map((operation) => ({
            effect: operation.effect,
            latency: compileDistribution(distributionOf(operation.latency)),
            failures: failuresOf(operation.fails),
            honoursKeys: operation.idempotencyKey === 'honoured',
            latencyStream: stream(`.${operation.name}:latency`),
            failureStream: stream(`.${operation.name}:failure`),
          })),
          factor,
        );
  addProcess(site, store, spec.name, spec.name);
}

function addServices(
  site: Site,
  metadata: Metadata | null,
  tables: ReturnType<typeof createServiceTables>,
): void {
  const { scenario, catalog, kernel, directory, entityNames } = site;
  const items = compileItems(scenario, catalog, kernel.state.streams, entityNames);
  const routes = carryOf(scenario)?.publish ?? [];
  const ground: ProgramGround = {
    scenario,
    catalog,
    streams: kernel.state.streams,
    items,
    tables,
    storeEntity: (name) => present(entitiesOf(directory, name)[0], `[RUN-15] no store ${name}`),
    routeOf: (event) => routes.findIndex((route) => route.event === event),
  };
  scenario.services.forEach((service, row) => {
    const revisions = compileRevisions(ground, service);
    const consume = carryOf(scenario)?.consume.find((entry) => entry.service === service.name) ?? null;
    service.instanceNames.forEach((name, i) => {
      const instance = new ServiceInstance({
        reader: { items, tables },
        control: site.hosts,
        service: row,
        group: consume === null ? -1 : intern(catalog.names, consume.group),
        lanes: service.concurrency,
        restart: service.restart === 'never' ? -1 : service.restart,
        ignore: service.ignore,
        revisions,
        source: compileSource(service, i, catalog, kernel.state.streams),
      });
      if (metadata !== null) {
        settingsByRevision(scenario, service).forEach((settings, revision) => {
          if (settings !== null) connectKafka(site, metadata, instance, service, name, settings, revision);
        });
      }
      const drift = Math.floor((service.clock.drift.num * 1_000_000) / service.clock.drift.den);
      addProcess(site, instance, name, service.name, service.startAt, service.clock.skew, drift);
    });
  });
}

/** Client settings as written. */
interface WrittenSettings {
  readonly producer: WrittenConfig;
  readonly consumer: WrittenConfig;
}

/** What the service's clients are set to at first and after each deployment; null = as before. */
function settingsByRevision(scenario: Scenario, service: ServiceSpec): (WrittenSettings | null)[] {
  const consume = carryOf(scenario)?.consume.find((entry) => entry.service === service.name);
  let settings: WrittenSettings = {
    producer: service.config as WrittenConfig,
    consumer: (consume?.config ?? {}) as WrittenConfig,
  };
  const revisions: (WrittenSettings | null)[] = [settings];
  for (const fault of scenario.faults) {
    if (fault.fault !== 'deploy' || fault.service !== service.name) continue;
    const { config, consumerConfig } = fault;
    if (config === null && consumerConfig === null) revisions.push(null);
    else {
      settings = {
        producer: (config as WrittenConfig | null) ?? settings.producer,
        consumer: (consumerConfig as WrittenConfig | null) ?? settings.consumer,
      };
      revisions.push(settings);
    }
  }
  return revisions;
}

function connectKafka(
  site: Site,
  metadata: Metadata,
  instance: ServiceInstance,
  service: ServiceSpec,
  name: string,
  settings: WrittenSettings,
  revision: number,
): void {
  const { scenario, catalog, kernel } = site;
  const broker = present(brokerOf(scenario), '[RUN-16] a cluster');
  const carry = carryOf(scenario);
  const consume = carry?.consume.find((entry) => entry.service === service.name) ?? null;
  const consumer =
    consume === null
      ? null
      : new KafkaConsumer({
          catalog,
          metadata,
          config: consumerSettings(broker, settings.consumer),
          group: consume.group,
          topics: consume.topics,
          clientId: name,
          listener: instance,
          assignors: [rangeAssignor],
        });
  const sizes = new Map(scenario.events.map((event) => [event.name, event.sizeBytes]));
  const producer = new KafkaProducer({
    catalog,
    metadata,
    config: producerSettings(broker, settings.producer),
    routes: (carry?.publish ?? []).map(({ event, topic }) => ({ topic, recordBytes: sizes.get(event) ?? 0 })),
    listener: instance,
    stream: streamRow(kernel.state.streams, `${name}:producer`),
  });
  instance.connect(consumer, producer, revision);
}

/** A deploy fault brings a service's revision to each of its instances. */
function deployments(site: Site, services: readonly string[]): ConstructorParameters<typeof Nemesis>[5] {
  const { kernel, directory } = site;
  return {
    deploy(service, revision) {
      for (const entity of entitiesOf(directory, services[service] ?? '')) {
        kernel.post(kernel.now, ORDINARY_CLASS, entity, entity, DEPLOY, revision);
      }
    },
  };
}
