/** What checkers must know of a scenario, taken from its claims: who reads what, what handlers do, what was declared. */
import { present } from '#sim/base/assert.ts';
import type {
  CheckContract,
  EventContract,
  GroupContract,
  HandlerContract,
  InstanceContract,
  TableContract,
  TopicContract,
} from '#sim/checkers/contract.ts';
import { entitiesOf, type Directory } from '#sim/run/directory.ts';
import type {
  BrokerSpec,
  CarrySpec,
  ConsumeSpec,
  Handler,
  Scenario,
  ServiceSpec,
} from '#sim/scenario/scenario.ts';
import type { Step } from '#sim/scenario/program.ts';
import { shareSessionTimeout } from '#sim/run/kafka-share.ts';
import type { WrittenConfig } from '#sim/brokers/kafka/config.ts';
import { usesTransactions } from '#sim/run/kafka-client-settings.ts';
import { brokerSettings, consumerSettings, mostPartitions } from '#sim/run/kafka-cluster.ts';

export function compileContract(
  scenario: Scenario,
  entityNames: readonly string[],
  directory: Directory,
): CheckContract {
  const broker = scenario.brokers.find(({ name }) => name === scenario.on) ?? null;
  const carry = scenario.carry.find((entry) => entry.broker === scenario.on) ?? null;
  return {
    entityNames,
    topics: topicsOf(scenario, broker),
    groups: broker === null || carry === null ? [] : groupsOf(scenario, broker, carry),
    instances: carry === null ? [] : instancesOf(scenario, carry, directory),
    events: scenario.events.map(({ name }) => eventOf(name, carry)),
    tables: tablesOf(scenario, directory),
    transactional: usesTransactions(scenario),
    declaredSkips: ['ignored', 'dropped by policy', 'dead-lettered'],
  };
}

function topicsOf(scenario: Scenario, broker: BrokerSpec | null): TopicContract[] {
  if (broker === null) return [];
  return broker.topics.map((topic) => ({
    name: topic.name,
    partitions: mostPartitions(broker, topic, scenario.faults),
  }));
}

function serviceOf(scenario: Scenario, name: string): ServiceSpec {
  return present(
    scenario.services.find((service) => service.name === name),
    `[RUN-8] no service ${name}`,
  );
}

function groupsOf(scenario: Scenario, broker: BrokerSpec, carry: CarrySpec): GroupContract[] {
  const names = [...new Set(carry.consume.map(({ group }) => group))];
  return names.map((name) => {
    const members = carry.consume.filter(({ group }) => group === name);
    const first = present(members[0], '[RUN-9] a group has a member');
    const { autoCommit, sessionTimeout } = clockOf(broker, first);
    const services = members.map(({ service }) => serviceOf(scenario, service));
    return {
      name,
      service: first.service,
      topics: [...new Set(members.flatMap(({ topics }) => topics))],
      handlers: mergeHandlers(services.flatMap((service) => handlersOf(scenario, service))),
      sessionTimeout,
      deliveries: deliveriesOf(services),
      autoCommit,
      readCommitted:
        broker.kind === 'kafka' &&
        members.every(
          ({ config }) => consumerSettings(broker, config as WrittenConfig).readCommitted === true,
        ),
    };
  });
}

/** How long a member of the group may be silent, and whether its client commits by itself. */
function clockOf(
  broker: BrokerSpec,
  { share, group, config }: ConsumeSpec,
): { readonly sessionTimeout: number; readonly autoCommit: boolean } {
  // a lost connection is noticed at once, a silent peer after two heartbeats
  if (broker.kind !== 'kafka') return { sessionTimeout: 120_000_000, autoCommit: false };
  if (share) return { sessionTimeout: shareSessionTimeout(broker, group), autoCommit: false };
  const { protocol, sessionTimeout, autoCommit } = consumerSettings(broker, config as WrittenConfig);
  // in the new protocol the session is the broker's to say
  if (protocol === 'classic') return { sessionTimeout, autoCommit };
  return { sessionTimeout: brokerSettings(broker).consumerSessionTimeout, autoCommit };
}

/** A service's handlers, those of its later deployments included. */
function handlersOf(scenario: Scenario, service: ServiceSpec): HandlerContract[] {
  const first: readonly Handler[] = service.driven.by === 'on' ? service.driven.handlers : [];
  const later = scenario.faults.flatMap((fault) =>
    fault.fault === 'deploy' && fault.service === service.name ? (fault.handlers ?? []) : [],
  );
  return [...first, ...later].map(({ event, do: steps }) => ({
    event,
    effects: [...new Set(effectsOf(steps, ''))],
    completes: completionsOf(steps),
  }));
}

function mergeHandlers(handlers: readonly HandlerContract[]): HandlerContract[] {
  const events = [...new Set(handlers.map(({ event }) => event))];
  return events.map((event) => {
    const same = handlers.filter((handler) => handler.event === event);
    return {
      event,
      effects: [...new Set(same.flatMap(({ effects }) => effects))],
      completes: [...new Set(same.flatMap(({ completes }) => completes))],
    };
  });
}

function effectsOf(steps: readonly Step[], store: string): string[] {
  return steps.flatMap((step) => {
    switch (step.verb) {
      case 'call':
        return [`${step.store}.${step.operation}`];
      case 'insert':
      case 'update':
        return [`${step.store || store}.${step.table}`];
      case 'transaction':
      case 'when':
        return effectsOf(step.do, step.verb === 'transaction' ? step.store : store);
      default:
        return [];
    }
  });
}

const CONSEQUENCES: ReadonlySet<Step['verb']> = new Set([
  'call',
  'transaction',
  'insert',
  'update',
  'publish',
]);

/** Steps that settle or commit behind which nothing of consequence follows on their path. */
function completionsOf(steps: readonly Step[]): string[] {
  const points: string[] = [];
  const walk = (list: readonly Step[], consequenceAfter: boolean): boolean => {
    let consequence = consequenceAfter;
    for (let i = list.length - 1; i >= 0; i -= 1) {
      const step = list[i] as Step;
      if (step.verb === 'stop') consequence = false;
      else if (step.verb === 'transaction' && step.of === 'broker') {
        // what is inside counts from the transaction's commit on, in whatever order it stands there
        if (!consequence) points.push(...settlesWithin(step.do));
        consequence = true;
      } else if (step.verb === 'settle' || step.verb === 'commit') {
        if (!consequence) points.push(step.point);
      } else if (step.verb === 'when') consequence = walk(step.do, consequence) || consequence;
      else if (CONSEQUENCES.has(step.verb)) consequence = true;
    }
    return consequence;
  };
  walk(steps, false);
  return points;
}

function settlesWithin(steps: readonly Step[]): string[] {
  return steps.flatMap((step) => {
    if (step.verb === 'settle') return [step.point];
    return step.verb === 'when' ? settlesWithin(step.do) : [];
  });
}

function deliveriesOf(services: readonly ServiceSpec[]): number | null {
  const declared = services.map(({ onError }) => (onError.do === 'retry' ? onError.deliveries : null));
  return declared.every((count) => count !== null) ? Math.max(...declared.map((count) => count ?? 0)) : null;
}

function instancesOf(scenario: Scenario, carry: CarrySpec, directory: Directory): InstanceContract[] {
  const instances = (consume: ConsumeSpec): InstanceContract[] =>
    serviceOf(scenario, consume.service).instanceNames.flatMap((name) =>
      entitiesOf(directory, name).map((entity) => ({ entity, group: consume.group })),
    );
  return carry.consume.flatMap(instances);
}

function eventOf(name: string, carry: CarrySpec | null): EventContract {
  const key = carry?.publish.find(({ event }) => event === name)?.key ?? null;
  const only = key !== null && key.length === 1 ? key[0] : undefined;
  return { name, keyField: only !== undefined && 'field' in only ? only.field : null };
}

function tablesOf(scenario: Scenario, directory: Directory): TableContract[] {
  return scenario.stores.flatMap((store) =>
    store.kind === 'database'
      ? store.tables.map((table) => ({
          effect: table.effect,
          database: present(entitiesOf(directory, store.name)[0], '[RUN-11] a database is an entity'),
          table: table.effect,
        }))
      : [],
  );
}
