/**
 * Builds the world of a scenario, with the broker families that it is given. Names are taken in code-unit order (the parsed scenario's), entities in the order
 * broker nodes, stores, service instances, supervisor, nemesis; nothing else of a file's layout has a say.
 */
import { assert, present } from '#sim/base/assert.ts';
import { intern } from '#sim/base/names.ts';
import { CREATE_PARTITIONS } from '#sim/brokers/kafka/growth.ts';
import { History } from '#sim/trace/history.ts';
import { createCheckers } from '#sim/checkers/checkers.ts';
import { Nemesis, type Operations } from '#sim/faults/nemesis.ts';
import { Hosts } from '#sim/hosts/hosts.ts';
import { compileDistribution } from '#sim/kernel/distribution.ts';
import { RESET } from '#sim/kernel/entity.ts';
import { Kernel } from '#sim/kernel/kernel.ts';
import { ORDINARY_CLASS } from '#sim/kernel/queue.ts';
import { createStreamTable } from '#sim/kernel/random.ts';
import { createCatalog } from '#sim/messaging/catalog.ts';
import { PauseMetrics } from '#sim/metrics/pause-metrics.ts';
import { RunMetrics } from '#sim/metrics/run-metrics.ts';
import { defaultLink, Network, type LinkShape, type PacketNames } from '#sim/network/network.ts';
import { expectedEvents } from '#sim/run/expected-events.ts';
import { defaultBudget, type Budget } from '#sim/run/budget.ts';
import { addStore } from '#sim/run/build-stores.ts';
import { compileFaults } from '#sim/run/compile-faults.ts';
import { compileItems } from '#sim/run/compile-items.ts';
import type { ProgramGround } from '#sim/run/compile-program.ts';
import { compileRevisions, compileSource } from '#sim/run/compile-service.ts';
import { compileContract } from '#sim/run/contract.ts';
import { createDirectory, entitiesOf } from '#sim/run/directory.ts';
import { distributionOf } from '#sim/run/distribution-of.ts';
import type { BrokerFamily, Connect } from '#sim/run/family.ts';
import { addProcess, brokerOf, carryOf, type Site } from '#sim/run/site.ts';
import { World } from '#sim/run/world.ts';
import { controllerName } from '#sim/scenario/inventory.ts';
import type { Scenario } from '#sim/scenario/scenario.ts';
import { ServiceInstance } from '#sim/services/instance.ts';
import { DEPLOY } from '#sim/services/place.ts';
import { createServiceTables } from '#sim/services/tables.ts';
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

/** `families` must have that of the broker that the run uses. */
export function buildWorldOf(
  scenario: Scenario,
  options: BuildOptions,
  families: readonly BrokerFamily[],
): World {
  const seed = options.seed ?? scenario.seed;
  const without = options.without ?? [];
  const expected = expectedEvents(scenario);
  const catalog = createCatalog(expected);
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

  const connect = addBroker(site, families);
  for (const store of scenario.stores) addStore(site, store);
  const tables = createServiceTables(scenario.services.length, expected);
  addServices(site, connect, tables);
  hosts.addSupervisor();

  const services = scenario.services.map(({ name }) => name);
  const faults = compileFaults(scenario.faults, {
    catalog,
    directory: site.directory,
    streams: kernel.state.streams,
    on: scenario.on,
    serviceNumber: (name) => services.indexOf(name),
  });
  const nemesis = new Nemesis(faults, catalog.names, kernel, hosts, network, operations(site, services));
  nemesis.self = kernel.add(nemesis);

  const contract = compileContract(scenario, site.entityNames, site.directory);
  const history = new History(contract, catalog, expected);
  const judged = without.includes('checkers') ? [] : scenario.checks;
  const checkers = createCheckers(judged, contract, catalog, history);
  const metrics = without.includes('metrics') ? null : new RunMetrics(catalog, history);
  const pauses = metrics === null ? null : new PauseMetrics(contract, catalog);
  const readers = metrics === null || pauses === null ? checkers : [...checkers, metrics, pauses];
  recorder.attach(readers.length === 0 ? [] : [history, ...readers]);
  recorder.watch(nemesis.begin(), (seq, block, row) => nemesis.watch(seq, block, row));
  return new World({
    kernel,
    holders: [hosts, network, tables],
    catalog,
    recorder,
    entityNames: site.entityNames,
    packets: packetNames(families),
    checkers,
    metrics:
      metrics === null || pauses === null
        ? null
        : { values: (at) => [...metrics.values(at), ...pauses.values(at)] },
    again: () => buildWorldOf(scenario, { ...options, level: 'full' }, families),
    horizon: scenario.horizon,
    seed,
    budget: options.budget ?? defaultBudget,
  });
}

/** Adds the broker that the run uses, by its family; what then connects services to it. Null where it uses none. */
function addBroker(site: Site, families: readonly BrokerFamily[]): Connect | null {
  if (brokerOf(site.scenario) === null) return null;
  for (const family of families) {
    const connect = family.add(site);
    if (connect !== null) return connect;
  }
  assert(false, `[RUN-34] no family runs the broker ${site.scenario.on ?? ''}`);
}

/** Names of all entities, in the order in which they are added. */
function namesOf(scenario: Scenario): string[] {
  const broker = scenario.brokers.find(({ name }) => name === scenario.on);
  return [
    ...(broker?.nodeNames ?? []),
    ...(broker !== undefined && broker.nodes > 1 ? [controllerName(broker.name)] : []),
    ...scenario.stores.map(({ name }) => name),
    ...scenario.services.flatMap(({ instanceNames }) => instanceNames),
    'supervisor',
    'nemesis',
  ];
}

function packetNames(families: readonly BrokerFamily[]): PacketNames {
  const packets = families.flatMap((family) => [...family.packets]);
  return new Map([...packets, ...storePackets, [RESET, 'connection reset']]);
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

function addServices(
  site: Site,
  connect: Connect | null,
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
      connect?.(instance, service, name);
      const drift = Math.floor((service.clock.drift.num * 1_000_000) / service.clock.drift.den);
      addProcess(site, instance, name, service.name, service.startAt, service.clock.skew, drift);
    });
  });
}

/**
 * A deploy fault brings a service's revision to each of its instances; an alter fault asks the cluster's controller, which
 * in a cluster of one node is the node, to add partitions.
 */
function operations(site: Site, services: readonly string[]): Operations {
  const { scenario, kernel, directory } = site;
  return {
    deploy(service, revision) {
      for (const entity of entitiesOf(directory, services[service] ?? '')) {
        kernel.post(kernel.now, ORDINARY_CLASS, entity, entity, DEPLOY, revision);
      }
    },
    alter(topic, partitions) {
      const broker = scenario.brokers.find(({ name }) => name === scenario.on);
      if (broker === undefined || topic < 0) return;
      const asked = broker.nodes > 1 ? controllerName(broker.name) : broker.name;
      const entity = present(entitiesOf(directory, asked)[0], `[RUN-12] no entity ${asked}`);
      kernel.post(kernel.now, ORDINARY_CLASS, entity, entity, CREATE_PARTITIONS, topic, partitions);
    },
  };
}
