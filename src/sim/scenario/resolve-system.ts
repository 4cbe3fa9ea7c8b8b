/**
 * Data, events, brokers, carry, stores and links: from the author's words to exact plain data, with every reference
 * checked and Kafka's own rules applied to its settings.
 */
import { compareNames } from '#sim/base/names.ts';
import { checkConfig } from '#sim/scenario/settings.ts';
import { numbered, type Inventory } from '#sim/scenario/inventory.ts';
import { LIMITS } from '#sim/scenario/limits.ts';
import {
  absent,
  entries,
  items,
  rawNames,
  refer,
  sortedBy,
  type Context,
  type Placed,
} from '#sim/scenario/place.ts';
import { at, intact, leaveOut, problem, warning } from '#sim/scenario/report.ts';
import { readTemplate, type Scope } from '#sim/scenario/template.ts';
import { readDistribution, readRatio, readSize } from '#sim/scenario/units.ts';
import { resolvePlacement } from '#sim/scenario/resolve-placement.ts';
import {
  rabbitVersion,
  resolveMemory,
  resolveRabbit,
  resolveRabbitConsume,
  resolveRabbitRoute,
} from '#sim/scenario/resolve-rabbitmq.ts';
import type {
  BrokerSpec,
  CarrySpec,
  ConsumeSpec,
  DataItem,
  EventType,
  FailureSpec,
  Generator,
  LinkSpec,
  PublishRoute,
  StoreSpec,
  TopicSpec,
} from '#sim/scenario/scenario.ts';
import type { ScenarioDocument } from '#sim/scenario/schema.ts';
import type { FailWords } from '#sim/scenario/schema-stores.ts';
import type { GeneratorWords } from '#sim/scenario/schema-system.ts';
import type { Template } from '#sim/scenario/values.ts';

export function resolveData(context: Context): DataItem[] {
  return entries(context.document.data, '/data').map((item) => ({
    name: item.name,
    fields: entries(item.value, item.pointer).map((field) => ({
      name: field.name,
      field: `${item.name}.${field.name}`,
      ...resolveGenerator(context, item.name, field),
    })),
  }));
}

function resolveGenerator(context: Context, item: string, field: Placed<GeneratorWords>): Generator {
  const words = field.value;
  if (words === 'sequence') return { kind: 'sequence', prefix: item };
  if ('zipf' in words) return { kind: 'zipf', prefix: field.name, of: words.zipf.of, s: words.zipf.s };
  if ('integer' in words) {
    const [min, max] = words.integer;
    if (min > max) {
      problem(
        context.report,
        at(field.pointer, 'integer'),
        'The lower bound is above the upper one.',
        'Swap them.',
      );
    }
    return { kind: 'integer', min, max };
  }
  const choice = words.choice;
  const values = Array.isArray(choice)
    ? choice.map((value) => ({ value, weight: 1 }))
    : entries(choice, '').map(({ name, value }) => ({ value: name, weight: value }));
  return { kind: 'choice', values };
}

export function resolveEvents(context: Context): EventType[] {
  return entries(context.document.events, '/events').map(({ name, value, pointer }) => ({
    name,
    version: value.version ?? '1.0',
    fields: entries(value.fields, '').map((field) => ({ name: field.name, type: field.value })),
    sizeBytes: readSize(
      context.report,
      at(pointer, 'size'),
      value.size ?? (value.tombstone === true ? '100B' : '1KiB'),
      LIMITS.eventSize,
    ),
    tombstone: value.tombstone ?? false,
  }));
}

type BrokerWords = NonNullable<ScenarioDocument['brokers']>[string];
type KafkaWords = Extract<BrokerWords, { kind: 'kafka' }>;

export function resolveBrokers(context: Context): BrokerSpec[] {
  const brokers = entries(context.document.brokers, '/brokers').map((broker) =>
    resolveBroker(context, broker),
  );
  let partitions = 0;
  for (const broker of brokers) for (const topic of broker.topics) partitions += topic.partitions;
  if (partitions > LIMITS.partitionsInAll) {
    const sentence = `The topics have ${partitions} partitions together: at most ${LIMITS.partitionsInAll}.`;
    problem(context.report, '/brokers', sentence);
  }
  return brokers;
}

function resolveBroker(context: Context, placed: Placed<BrokerWords>): BrokerSpec {
  const { name, value, pointer } = placed;
  switch (value.kind) {
    case 'kafka':
      return resolveKafka(context, { name, value, pointer });
    case 'rabbitmq':
      return resolveRabbit(context, { name, value, pointer });
    case 'memory':
      return resolveMemory({ name, value, pointer });
  }
}

function resolveKafka(context: Context, { name, value, pointer }: Placed<KafkaWords>): BrokerSpec {
  const { report } = context;
  const version = value.version ?? '4.0';
  const nodes = value.nodes ?? 1;
  const config = checkConfig(report, at(pointer, 'config'), 'broker', value.config, version);
  const preset = Number(config.values['num.partitions'] ?? 1);
  const topics = entries(value.topics, at(pointer, 'topics'));
  if (topics.length > LIMITS.topics)
    problem(report, at(pointer, 'topics'), `More than ${LIMITS.topics} topics.`);
  return {
    name,
    kind: 'kafka',
    rabbit: null,
    version,
    nodes,
    nodeNames: numbered(name, nodes),
    config: config.set,
    topics: topics.map((topic): TopicSpec => {
      if (topic.name === '.' || topic.name === '..') {
        problem(report, topic.pointer, `A topic cannot be called ${topic.name}.`, 'Choose another name.');
      }
      const partitions = topic.value.partitions ?? preset;
      return {
        name: topic.name,
        partitions,
        replicas: resolvePlacement(report, topic, partitions, nodes, config.values),
        config: checkConfig(report, at(topic.pointer, 'config'), 'topic', topic.value.config, version).set,
      };
    }),
    groups: entries(value.groups, at(pointer, 'groups')).map((group) => {
      const place = at(group.pointer, 'config');
      const settings = checkConfig(report, place, 'group', group.value.config, version, value.config);
      return { name: group.name, config: settings.set };
    }),
  };
}

export function resolveCarry(
  context: Context,
  inventory: Inventory,
  events: readonly EventType[],
  brokers: readonly BrokerSpec[],
): CarrySpec[] {
  return entries(context.document.carry, '/carry')
    .filter(({ name, pointer }) => refer(context, pointer, 'broker', name, inventory.brokers))
    .map(({ name, value, pointer }) => {
      const topics = rawNames(context, 'brokers', name, 'topics');
      const broker = brokers.find((one) => one.name === name);
      if (broker === undefined) return { broker: name, publish: [], consume: [] };
      return {
        broker: name,
        publish: resolvePublish(
          context,
          at(pointer, 'publish'),
          value.publish,
          topics,
          inventory,
          events,
          broker,
        ),
        consume: resolveConsume(context, at(pointer, 'consume'), broker, value.consume, topics, inventory),
      };
    });
}

type CarryWords = NonNullable<ScenarioDocument['carry']>[string];

function resolvePublish(
  context: Context,
  pointer: string,
  words: CarryWords['publish'],
  topics: readonly string[],
  inventory: Inventory,
  events: readonly EventType[],
  broker: BrokerSpec,
): PublishRoute[] {
  return entries(words, pointer).map((route) => {
    refer(context, route.pointer, 'event type', route.name, inventory.events);
    const target = routeTarget(context, route, topics, broker);
    const event = events.find(({ name }) => name === route.name);
    const { key } = route.value;
    const scope: Scope = {
      fields: event?.fields.map((field) => field.name) ?? [],
      complete: intact(context.report, at('/events', route.name)),
      owner: route.name,
      attributes: ['id', 'type'],
      rows: new Map(),
      used: new Set(),
    };
    const readable = key !== undefined && event !== undefined;
    const template = readable ? readTemplate(context.report, at(route.pointer, 'key'), key, scope) : null;
    if (event?.tombstone === true) checkTombstone(context, route.pointer, event, template);
    return { event: route.name, key: template, ...target };
  });
}

type RouteWords = NonNullable<CarryWords['publish']>[string];

/** A topic, or an exchange: what its broker has. */
function routeTarget(
  context: Context,
  { name, value, pointer }: Placed<RouteWords>,
  topics: readonly string[],
  broker: BrokerSpec,
): Pick<PublishRoute, 'topic' | 'rabbit'> {
  if ('exchange' in value && broker.kind === 'rabbitmq')
    return resolveRabbitRoute(context, { name, value, pointer }, broker);
  if ('topic' in value && broker.kind !== 'rabbitmq') {
    refer(context, at(pointer, 'topic'), 'topic', value.topic, topics);
    return { topic: value.topic, rabbit: null };
  }
  wrongFamily(context, pointer, broker, 'an `exchange`, with `routingKey`', 'a `topic`');
  return { topic: '', rabbit: null };
}

function wrongFamily(
  context: Context,
  pointer: string,
  { name, kind }: BrokerSpec,
  ofRabbit: string,
  ofOthers: string,
): void {
  const wants = kind === 'rabbitmq' ? ofRabbit : ofOthers;
  problem(context.report, pointer, `\`${name}\` is of kind ${kind}: this needs ${wants}.`);
}

/** A record without a value says nothing but its key. */
function checkTombstone(context: Context, pointer: string, event: EventType, key: Template | null): void {
  const { report } = context;
  if (key === null) {
    const hint = 'It deletes a key: say which, for example "key": "{customer.id}".';
    problem(report, pointer, `\`${event.name}\` is a tombstone and goes out without a key.`, hint);
    return;
  }
  const [only] = key;
  const carried = key.length === 1 && only !== undefined && 'field' in only ? only.field : null;
  for (const { name } of event.fields) {
    if (name === carried) continue;
    const place = at(at(at('/events', event.name), 'fields'), name);
    const hint = 'A tombstone carries its key alone: leave this field out, or make it the whole key.';
    problem(report, place, `\`${event.name}\` is a tombstone: \`${name}\` cannot be read from it.`, hint);
  }
}

function resolveConsume(
  context: Context,
  pointer: string,
  broker: BrokerSpec,
  words: CarryWords['consume'],
  topics: readonly string[],
  inventory: Inventory,
): ConsumeSpec[] {
  return entries(words, pointer).flatMap((consume) => {
    const service = context.document.services[consume.name];
    if (
      refer(context, consume.pointer, 'service', consume.name, inventory.services) &&
      service &&
      !('on' in service)
    ) {
      problem(
        context.report,
        consume.pointer,
        `\`${consume.name}\` handles no events.`,
        'Give it `on`, or remove this.',
      );
    }
    return subscriptionOf(context, consume, broker, topics);
  });
}

type ConsumeWords = NonNullable<CarryWords['consume']>[string];

function subscriptionOf(
  context: Context,
  { name, value, pointer }: Placed<ConsumeWords>,
  broker: BrokerSpec,
  topics: readonly string[],
): ConsumeSpec[] {
  const words = context.document.brokers?.[broker.name];
  if ('queue' in value && words?.kind === 'rabbitmq') {
    const own = resolveRabbitConsume(context, { name, value, pointer }, broker, rabbitVersion(words));
    return [{ service: name, group: value.queue, share: false, config: value.config ?? {}, ...own }];
  }
  if (!('topics' in value) || words === undefined || words.kind === 'rabbitmq') {
    wrongFamily(context, pointer, broker, 'a `queue`', '`topics` and a `group`');
    return [];
  }
  for (const topic of items(context, value.topics, at(pointer, 'topics'))) {
    refer(context, topic.pointer, 'topic', topic.value, topics);
  }
  const share = value.share === true;
  const own = {
    service: name,
    topics: [...new Set(value.topics)].sort(compareNames),
    group: value.group,
    share,
  };
  if (words.kind === 'memory') return [{ ...own, config: {}, rabbit: null }];
  const place = at(pointer, 'config');
  const { config, version = '4.0' } = words;
  const settings = checkConfig(context.report, place, 'consumer', value.config, version, config, share);
  return [{ ...own, config: settings.set, rabbit: null }];
}

export function resolveStores(context: Context): StoreSpec[] {
  return entries(context.document.stores, '/stores').map(({ name, value, pointer }): StoreSpec => {
    if (value.kind === 'external-api') {
      const operations = entries(value.operations, at(pointer, 'operations')).map((operation) => ({
        name: operation.name,
        effect: `${name}.${operation.name}`,
        latency: readDistribution(
          context.report,
          at(operation.pointer, 'latency'),
          operation.value.latency ?? '0ms',
        ),
        fails: resolveFails(context, at(operation.pointer, 'fails'), operation.value.fails),
        idempotencyKey: operation.value.idempotencyKey ?? ('ignored' as const),
      }));
      return { kind: 'external-api', name, operations };
    }
    const tables = entries(value.tables, at(pointer, 'tables')).map((table) => ({
      name: table.name,
      effect: `${name}.${table.name}`,
      unique: (table.value.unique ?? []).map((key) => (typeof key === 'string' ? [key] : key)),
    }));
    return {
      kind: 'database',
      name,
      latency: readDistribution(context.report, at(pointer, 'latency'), value.latency ?? '1ms'),
      tables,
      fails: resolveFails(context, at(pointer, 'fails'), value.fails),
    };
  });
}

function resolveFails(context: Context, pointer: string, words: FailWords[] | undefined): FailureSpec[] {
  const { report } = context;
  return items(context, words, pointer).map(({ value, pointer: place }) => {
    if ((value.rate === undefined) === (value.nth === undefined)) {
      problem(
        report,
        place,
        'A way to fail has either `rate` or `nth`.',
        'For example "rate": 0.02 or "nth": 3.',
      );
    }
    if (value.definite && value.happens !== undefined) {
      const hint = 'Remove `happens`, or set `definite` to false.';
      problem(report, at(place, 'happens'), 'A definite failure never happens all the same.', hint);
    }
    if (!value.definite && value.happens === undefined) {
      const hint = 'true: it takes place and nobody hears of it; false: it does not.';
      problem(report, place, 'A failure that is not definite needs `happens`.', hint);
    }
    return {
      error: value.error,
      rate: value.rate === undefined ? null : readRatio(report, at(place, 'rate'), value.rate),
      nth: value.nth ?? null,
      definite: value.definite,
      happens: value.happens ?? false,
    };
  });
}

export function resolveLinks(context: Context, inventory: Inventory): LinkSpec[] {
  const links = items(context, context.document.links, '/links').map(({ value, pointer }): LinkSpec => {
    const known = [...inventory.targets.keys()];
    value.between.forEach((name, side) => {
      refer(context, at(at(pointer, 'between'), side), 'service, broker or store', name, known);
    });
    const [a, b] = value.between;
    if (a === b) problem(context.report, at(pointer, 'between'), 'A link joins two different names.');
    const { latency, bandwidth } = value;
    if (latency === undefined && bandwidth === undefined) {
      problem(context.report, pointer, 'A link needs `latency` or `bandwidth`.');
    }
    const place = at(pointer, 'bandwidth');
    const speed = bandwidth?.slice(0, -'/s'.length);
    return {
      between: compareNames(a, b) <= 0 ? [a, b] : [b, a],
      latency:
        latency === undefined ? null : readDistribution(context.report, at(pointer, 'latency'), latency),
      bytesPerSecond:
        speed === undefined ? null : readSize(context.report, place, speed, Number.MAX_SAFE_INTEGER),
    };
  });
  return sortedBy(links, (link) => link.between.join(' '));
}

/** The broker that the run uses. */
export function resolveOn(context: Context, inventory: Inventory): string | null {
  const { on } = context.document;
  if (on !== undefined) {
    if (refer(context, '/on', 'broker', on, inventory.brokers)) return on;
    leaveOut(context.report, '/on');
    return null;
  }
  if (inventory.brokers.length > 1) {
    absent(context, ['/on'], '', 'The file has several brokers: `on` must say which one the run uses.');
  }
  return inventory.brokers[0] ?? null;
}

/** Parts of the format that are read and checked, and that nothing acts on yet. */
export function warnOfIdleParts(context: Context): void {
  const { alerts = [], goal } = context.document;
  if (alerts.length > 0) {
    warning(context.report, '/alerts', 'Alerts are not modelled yet: these are not evaluated.');
  }
  if (goal !== undefined) warning(context.report, '/goal', 'Goals are not evaluated yet.');
}
