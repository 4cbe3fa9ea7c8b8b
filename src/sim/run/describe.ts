/**
 * A scenario as the parts that stand still while it runs (run/topology). Order is the parsed scenario's: names in
 * code-unit order, faults as in the file.
 */
import { assert } from '#sim/base/assert.ts';
import { isRefusedByShareConsumer } from '#sim/brokers/kafka/config.ts';
import { mostPartitions, replicaPlaces } from '#sim/run/kafka-cluster.ts';
import { describerOf } from '#sim/run/describe-config.ts';
import { describeSteps, touchedBy } from '#sim/run/describe-program.ts';
import { arrivalsText, distributionText, ordinal, triggerText } from '#sim/run/describe-words.ts';
import { targetText } from '#sim/run/compile-faults.ts';
import type {
  TopicTopology,
  BrokerTopology,
  ConfigRow,
  FaultTopology,
  GroupTopology,
  InstanceTopology,
  LinkTopology,
  ServiceTopology,
  StoreTopology,
  Topology,
} from '#sim/run/topology.ts';
import type { PacketNames } from '#sim/network/network.ts';
import type { FaultSpec } from '#sim/scenario/fault.ts';
import type { Step } from '#sim/scenario/program.ts';
import type {
  BrokerSpec,
  CarrySpec,
  ConsumeSpec,
  Scenario,
  ServiceSpec,
  StoreSpec,
  TopicSpec,
} from '#sim/scenario/scenario.ts';

interface Described {
  readonly scenario: Scenario;
  readonly broker: BrokerSpec | null;
  readonly carry: CarrySpec | null;
  readonly entityNames: readonly string[];
}

export function describeScenario(
  scenario: Scenario,
  seed: number,
  entityNames: readonly string[],
  packets: PacketNames,
): Topology {
  const broker = scenario.brokers.find(({ name }) => name === scenario.on) ?? null;
  const carry = scenario.carry.find((entry) => entry.broker === scenario.on) ?? null;
  const described: Described = { scenario, broker, carry, entityNames };
  const { title, question, about, horizon } = scenario;
  return {
    title,
    question,
    about,
    seed,
    horizon,
    entityNames,
    events: scenario.events.map(({ name, fields, sizeBytes }) => ({
      name,
      fields: fields.map((field) => field.name),
      sizeBytes,
    })),
    brokers: broker === null ? [] : [describeBroker(described, broker)],
    services: scenario.services.map((service) => describeService(described, service)),
    stores: scenario.stores.map((store) => describeStore(described, store)),
    groups: describeGroups(carry),
    links: scenario.services.flatMap((service) => describeLinks(described, service)),
    faults: scenario.faults.map(describeFault),
    checks: scenario.checks.map(({ id, check }) => ({
      id,
      check,
      expect: scenario.expect.find((entry) => entry.check === id)?.verdict ?? null,
    })),
    packets: [...packets],
  };
}

function instanceOf(described: Described, name: string): InstanceTopology {
  const entity = described.entityNames.indexOf(name);
  assert(entity >= 0, `[RUN-18] no entity is called ${name}`);
  return { name, entity };
}

function describeBroker(described: Described, broker: BrokerSpec): BrokerTopology {
  const { name, kind, version, nodeNames, topics, config } = broker;
  const describeConfig = describerOf(kind);
  return {
    name,
    kind,
    version,
    nodes: nodeNames.map((node) => instanceOf(described, node)),
    topics: topics.map((topic) => ({
      name: topic.name,
      ...partitionsOf(described, broker, topic),
      config: describeConfig('topic', topic.config, version, config),
    })),
    config: describeConfig('broker', config, version),
  };
}

/** Partitions, those that a fault may add included, and the nodes that have a copy of each. */
function partitionsOf(
  { scenario }: Described,
  broker: BrokerSpec,
  topic: TopicSpec,
): Pick<TopicTopology, 'partitions' | 'partitionsAtFirst' | 'leaders' | 'replicas'> {
  const partitions = mostPartitions(broker, topic, scenario.faults);
  const replicas = Array.from({ length: partitions }, (_, partition) =>
    (replicaPlaces(broker, topic, partition) ?? [0]).flatMap((place) => broker.nodeNames[place] ?? []),
  );
  const leaders = replicas.map(([leader = broker.name]) => leader);
  const atFirst = partitions > topic.partitions ? { partitionsAtFirst: topic.partitions } : {};
  return { partitions, ...atFirst, leaders, replicas };
}

function stepsOf(service: ServiceSpec): readonly Step[] {
  const { driven } = service;
  return driven.by === 'every' ? driven.do : driven.handlers.flatMap((handler) => handler.do);
}

function describeService(described: Described, service: ServiceSpec): ServiceTopology {
  const { broker, carry } = described;
  const { name, instanceNames, concurrency, driven, config } = service;
  const consume = carry?.consume.find((entry) => entry.service === name) ?? null;
  const published = new Set(touchedBy(stepsOf(service)).events);
  const version = broker?.version ?? '';
  return {
    name,
    instances: instanceNames.map((instance) => instanceOf(described, instance)),
    concurrency,
    arrivals: driven.by === 'every' ? arrivalsText(driven.arrivals) : '',
    programs:
      driven.by === 'every'
        ? [{ event: null, steps: describeSteps(driven.do) }]
        : driven.handlers.map((handler) => ({ event: handler.event, steps: describeSteps(handler.do) })),
    group: consume?.group ?? null,
    consumes: consume?.topics ?? [],
    publishes: (carry?.publish ?? [])
      .filter((route) => published.has(route.event))
      .map(({ event, topic }) => ({ event, topic })),
    producerConfig:
      broker === null || published.size === 0 ? [] : describerOf(broker.kind)('producer', config, version),
    consumerConfig: broker === null || consume === null ? [] : memberConfig(broker, consume),
  };
}

/** A share consumer's settings, and those of its group, which it cannot set itself. */
function memberConfig(broker: BrokerSpec, { share, group, config }: ConsumeSpec): ConfigRow[] {
  const { version } = broker;
  const describeConfig = describerOf(broker.kind);
  const rows = describeConfig('consumer', config, version, broker.config);
  if (!share) return rows;
  const own = broker.groups.find(({ name }) => name === group)?.config ?? {};
  const ofGroup = describeConfig('group', own, version, broker.config);
  return [
    ...ofGroup.filter(({ name }) => name.startsWith('share.')),
    ...rows.filter(({ name }) => !isRefusedByShareConsumer(name)),
  ];
}

function describeStore(described: Described, store: StoreSpec): StoreTopology {
  const { name, entity } = instanceOf(described, store.name);
  if (store.kind === 'database') {
    const tables = store.tables.map(({ name: table, effect, unique }) => ({ name: table, effect, unique }));
    return { kind: store.kind, name, entity, latency: distributionText(store.latency), tables };
  }
  return {
    kind: store.kind,
    name,
    entity,
    operations: store.operations.map((operation) => ({
      name: operation.name,
      effect: operation.effect,
      latency: distributionText(operation.latency),
      honoursKeys: operation.idempotencyKey === 'honoured',
    })),
  };
}

function describeGroups(carry: CarrySpec | null): GroupTopology[] {
  const consume = carry?.consume ?? [];
  return [...new Set(consume.map(({ group }) => group))].map((name) => {
    const entries = consume.filter(({ group }) => group === name);
    return {
      name,
      services: entries.map(({ service }) => service),
      topics: [...new Set(entries.flatMap(({ topics }) => topics))],
    };
  });
}

function describeLinks(described: Described, service: ServiceSpec): LinkTopology[] {
  const { broker, carry } = described;
  const touched = touchedBy(stepsOf(service));
  const link = (kind: LinkTopology['kind'], to: string, door: string): LinkTopology => ({
    kind,
    service: service.name,
    to,
    at: door,
    latency: latencyBetween(described, service, to),
  });
  const topics = (carry?.publish ?? []).flatMap(({ event, topic }) =>
    touched.events.includes(event) ? [topic] : [],
  );
  const consumed = carry?.consume.find((entry) => entry.service === service.name)?.topics ?? [];
  const unique = <T extends { store: string; at: string }>(list: readonly T[]): T[] => [
    ...new Map(list.map((entry) => [entry.at, entry])).values(),
  ];
  return [
    ...(broker === null ? [] : [...new Set(topics)].map((topic) => link('publish', broker.name, topic))),
    ...(broker === null ? [] : consumed.map((topic) => link('consume', broker.name, topic))),
    ...unique(touched.effects).map(({ store, at }) => link('call', store, at)),
    ...unique(touched.tables).map(({ store, at }) => link('statement', store, at)),
  ];
}

/** The first exception of the file that names both ends; else half a millisecond one way (network/defaultLink). */
function latencyBetween({ scenario, broker }: Described, service: ServiceSpec, to: string): string {
  const ours = [service.name, ...service.instanceNames];
  const theirs = [to, ...(broker?.name === to ? broker.nodeNames : [])];
  const exception = scenario.links.find(
    ({ between: [one, other] }) =>
      (ours.includes(one) && theirs.includes(other)) || (ours.includes(other) && theirs.includes(one)),
  );
  return distributionText(exception?.latency ?? { kind: 'constant', value: 500 });
}

function describeFault(fault: FaultSpec, row: number): FaultTopology {
  const shared = { number: row + 1, kind: fault.fault, target: targetText(fault) };
  if (fault.fault === 'drop') {
    const often =
      fault.nth === null
        ? `${fault.probability?.num} in ${fault.probability?.den}`
        : `${ordinal(fault.nth)} time`;
    const { window } = fault;
    return { ...shared, at: window?.at ?? null, trigger: often, lasts: window?.lasts ?? null };
  }
  const { trigger } = fault;
  return {
    ...shared,
    at: trigger.by === 'at' ? trigger.at : null,
    trigger: triggerText(trigger),
    lasts: 'lasts' in fault ? fault.lasts : null,
  };
}
