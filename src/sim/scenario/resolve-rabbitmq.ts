/**
 * What is RabbitMQ's own in a file: the node's topology, written out or imported from RabbitMQ's definitions, routes to
 * exchanges, subscriptions to queues; RabbitMQ's own refusals in its own words. And the bus in memory, which has nothing
 * but names. Queues and exchanges become the broker's topics, of one partition each.
 */
import type { FieldTable } from '#sim/brokers/rabbitmq/config/field-table.ts';
import { readDefinitions } from '#sim/brokers/rabbitmq/config/definitions.ts';
import { declareFault } from '#sim/brokers/rabbitmq/config/queue-arguments.ts';
import { rabbitSetting, rabbitSettings, settingFault } from '#sim/brokers/rabbitmq/config/settings.ts';
import {
  exchangeLabel,
  exchangesTo,
  type Binding,
  type RabbitTopology,
} from '#sim/brokers/rabbitmq/config/topology.ts';
import type { RabbitVersion } from '#sim/brokers/rabbitmq/config/version-rules.ts';
import { compareNames } from '#sim/base/names.ts';
import { numbered } from '#sim/scenario/inventory.ts';
import { entries, items, refer, type Context, type Placed } from '#sim/scenario/place.ts';
import { at, problem, proposal, quote, warning, type Report } from '#sim/scenario/report.ts';
import type {
  BrokerSpec,
  ConfigSet,
  ConfigValue,
  RabbitConsumeSpec,
  RabbitRouteSpec,
  TopicSpec,
} from '#sim/scenario/scenario.ts';
import { readSize } from '#sim/scenario/units.ts';
import type { ScenarioDocument } from '#sim/scenario/schema.ts';

type BrokerWords = NonNullable<ScenarioDocument['brokers']>[string];
type RabbitWords = Extract<BrokerWords, { kind: 'rabbitmq' }>;
type MemoryWords = Extract<BrokerWords, { kind: 'memory' }>;
type CarryWords = NonNullable<ScenarioDocument['carry']>[string];
type RouteWords = Extract<NonNullable<CarryWords['publish']>[string], { exchange: string }>;
type QueueWords = Extract<NonNullable<CarryWords['consume']>[string], { queue: string }>;
type Words = Readonly<Record<string, ConfigValue>> | undefined;

const DEFAULT_VERSION: RabbitVersion = '3.10';

export function rabbitVersion(words: RabbitWords): RabbitVersion {
  return words.version ?? DEFAULT_VERSION;
}

function topic(name: string, config: ConfigSet = {}): TopicSpec {
  return { name, partitions: 1, replicas: null, config };
}

export function resolveMemory({ name, value, pointer }: Placed<MemoryWords>): BrokerSpec {
  const topics = entries(value.topics, at(pointer, 'topics')).map((one) => topic(one.name));
  const nodes = { nodes: 1, nodeNames: numbered(name, 1) };
  return { name, kind: 'memory', version: '', ...nodes, config: {}, topics, groups: [], rabbit: null };
}

export function resolveRabbit(context: Context, { name, value, pointer }: Placed<RabbitWords>): BrokerSpec {
  const rabbit = topologyOf(context, value, pointer);
  const queues = rabbit.queues.map((queue) => topic(queue.name, configOf(queue.args)));
  // the broker's own exchanges are shown where something is published to them
  const used = Object.values(context.document.carry?.[name]?.publish ?? {}).flatMap((route) =>
    'exchange' in route ? [route.exchange] : [],
  );
  const named = rabbit.exchanges.map((exchange) => exchange.name);
  const own = ['', ...BUILT_IN].filter((exchange) => used.includes(exchange));
  const exchanges = [...own, ...named].map((exchange) => topic(exchangeLabel(exchange)));
  const topics = [...queues, ...exchanges].sort((a, b) => compareNames(a.name, b.name));
  const nodes = { nodes: 1, nodeNames: numbered(name, 1) };
  return {
    name,
    kind: 'rabbitmq',
    version: rabbit.version,
    ...nodes,
    config: value.config ?? {},
    topics,
    groups: [],
    rabbit,
  };
}

/** Arguments as settings that can be shown. */
function configOf(args: FieldTable): ConfigSet {
  const shown: Record<string, ConfigValue> = {};
  for (const [name, value] of Object.entries(args))
    if (value === null || typeof value !== 'object') shown[name] = value;
  return shown;
}

function topologyOf(context: Context, words: RabbitWords, pointer: string): RabbitTopology {
  const { report } = context;
  const version = rabbitVersion(words);
  const imported = readDefinitions(words.definitions ?? {});
  for (const unknown of imported.unknown) {
    warning(
      report,
      at(pointer, 'definitions'),
      `${quote(unknown)} in the definitions is kept and not acted on.`,
    );
  }
  const topology: RabbitTopology = {
    version,
    config: nodeConfig(context, at(pointer, 'config'), words.config, version),
    disk: diskOf(report, pointer, words),
    exchanges: [
      ...imported.exchanges,
      ...entries(words.exchanges, at(pointer, 'exchanges')).map((exchange) => ({
        name: exchange.name,
        type: exchange.value.type,
        durable: exchange.value.durable ?? true,
        autoDelete: exchange.value.autoDelete ?? false,
        internal: exchange.value.internal ?? false,
        args: tableOf(exchange.value.arguments),
      })),
    ],
    queues: [
      ...imported.queues,
      ...entries(words.queues, at(pointer, 'queues')).map((queue) => ({
        name: queue.name,
        durable: queue.value.durable ?? true,
        autoDelete: queue.value.autoDelete ?? false,
        args: tableOf(queue.value.arguments),
      })),
    ],
    bindings: [...imported.bindings, ...bindingsOf(context, words, pointer)],
    policies: [
      ...imported.policies,
      ...entries(words.policies, at(pointer, 'policies')).map((policy) => ({
        name: policy.name,
        pattern: policy.value.pattern,
        applyTo: policy.value.applyTo ?? 'all',
        priority: policy.value.priority ?? 0,
        definition: tableOf(policy.value.definition),
      })),
    ],
  };
  checkQueues(context, words, pointer, version);
  checkBindings(context, topology, words, pointer);
  return topology;
}

function diskOf(report: Report, pointer: string, { disk }: RabbitWords): number | null {
  return disk === undefined ? null : readSize(report, at(pointer, 'disk'), disk, Number.MAX_SAFE_INTEGER);
}

/** In code-unit order: the order of keys in a file never matters. */
function tableOf(words: Words): FieldTable {
  return Object.fromEntries(Object.entries(words ?? {}).sort(([a], [b]) => compareNames(a, b)));
}

function bindingsOf(context: Context, words: RabbitWords, pointer: string): Binding[] {
  return items(context, words.bindings, at(pointer, 'bindings')).map(({ value }) => ({
    source: value.source,
    kind: value.to ?? 'queue',
    destination: value.destination,
    routingKey: value.routingKey ?? '',
    args: tableOf(value.arguments),
  }));
}

/** [RABBIT-ARGS-1] [RABBIT-QUEUE-8] What a declaration would be refused for. */
function checkQueues(context: Context, words: RabbitWords, pointer: string, version: RabbitVersion): void {
  const { report } = context;
  for (const { name, value, pointer: place } of entries(words.queues, at(pointer, 'queues'))) {
    const args = tableOf(value.arguments);
    const fault = declareFault(name, args);
    if (fault !== null) problem(report, at(place, 'arguments'), `${fault.replyText}.`);
    const known = rabbitSettings('queue', version).map((setting) => setting.name);
    for (const key of Object.keys(args)) {
      const at2 = at(at(place, 'arguments'), key);
      const setting = rabbitSetting('queue', key, version);
      if (setting === null) {
        const hint = proposal(key, known);
        warning(
          report,
          at2,
          `RabbitMQ has no queue argument ${quote(key)}: it would be kept and ignored.`,
          hint,
        );
      } else if (!setting.modelled) {
        warning(report, at2, `\`${key}\` is known but not modelled: it has no effect here.`);
      }
    }
    const special = args['x-queue-type'] === 'quorum' || args['x-queue-type'] === 'stream';
    if (special && (value.durable === false || value.autoDelete === true)) {
      problem(report, place, `A ${String(args['x-queue-type'])} queue is durable and stays.`);
    } else if (value.durable === false && version === '4.3') {
      const hint = 'Make it durable, or use "version": "3.10".';
      problem(report, place, 'RabbitMQ 4.3 refuses a transient queue that is not exclusive.', hint);
    }
  }
}

function checkBindings(
  context: Context,
  topology: RabbitTopology,
  words: RabbitWords,
  pointer: string,
): void {
  const exchanges = [...topology.exchanges.map(({ name }) => name), ...BUILT_IN];
  const queues = topology.queues.map(({ name }) => name);
  for (const { value, pointer: place } of items(context, words.bindings, at(pointer, 'bindings'))) {
    refer(context, at(place, 'source'), 'exchange', value.source, exchanges);
    const to = value.to ?? 'queue';
    refer(context, at(place, 'destination'), to, value.destination, to === 'queue' ? queues : exchanges);
  }
}

const BUILT_IN = ['amq.direct', 'amq.fanout', 'amq.headers', 'amq.match', 'amq.topic'];

function nodeConfig(
  context: Context,
  pointer: string,
  words: Words,
  version: RabbitVersion,
): Record<string, number> {
  const values: Record<string, number> = {};
  for (const name of Object.keys(words ?? {}).sort(compareNames)) {
    const value = words?.[name];
    const setting = checkSetting(context, at(pointer, name), 'node', name, value, version);
    if (setting && typeof value === 'number') values[name] = value;
  }
  return values;
}

function checkSetting(
  context: Context,
  pointer: string,
  kind: 'node' | 'client',
  name: string,
  value: ConfigValue | undefined,
  version: RabbitVersion,
): boolean {
  const { report } = context;
  const setting = rabbitSetting(kind, name, version);
  if (setting === null) {
    const hint = proposal(
      name,
      rabbitSettings(kind, version).map((known) => known.name),
    );
    problem(report, pointer, `RabbitMQ has no ${kind} setting ${quote(name)}.`, hint);
    return false;
  }
  const fault = settingFault(setting, value);
  if (fault !== null) problem(report, pointer, fault);
  else if (!setting.modelled)
    warning(report, pointer, `\`${name}\` is known but not modelled: it has no effect here.`);
  return fault === null;
}

/** The exchange, and the routing key in pieces between which the event's key stands. */
export function resolveRabbitRoute(
  context: Context,
  { name, value, pointer }: Placed<RouteWords>,
  broker: BrokerSpec,
): { readonly topic: string; readonly rabbit: RabbitRouteSpec } {
  const exchanges = ['', ...(broker.rabbit?.exchanges.map((exchange) => exchange.name) ?? []), ...BUILT_IN];
  refer(context, at(pointer, 'exchange'), 'exchange', value.exchange, exchanges);
  const written = (value.routingKey ?? '{key}').split('{event.type}').join(name);
  const rabbit: RabbitRouteSpec = {
    exchange: value.exchange,
    routingKey: written.split('{key}'),
    mandatory: value.mandatory ?? false,
    persistent: value.persistent ?? true,
    priority: value.priority ?? null,
    expiration: value.expiration ?? null,
    confirms: value.confirms ?? true,
  };
  const strange = /\{(?!key\}|event\.type\})[^}]*\}/.exec(value.routingKey ?? '')?.[0];
  if (strange !== undefined) {
    const hint = 'It may name {event.type} and {key}; `key` may read any field.';
    problem(context.report, at(pointer, 'routingKey'), `A routing key cannot read ${strange}.`, hint);
  }
  return { topic: exchangeLabel(value.exchange), rabbit };
}

export function resolveRabbitConsume(
  context: Context,
  { value, pointer }: Placed<QueueWords>,
  broker: BrokerSpec,
  version: RabbitVersion,
): { readonly topics: string[]; readonly rabbit: RabbitConsumeSpec } {
  const queue = broker.rabbit?.queues.find(({ name }) => name === value.queue);
  refer(
    context,
    at(pointer, 'queue'),
    'queue',
    value.queue,
    broker.rabbit?.queues.map(({ name }) => name) ?? [],
  );
  const noAck = value.ack === 'auto';
  const prefetch = value.prefetch ?? 0;
  for (const name of Object.keys(value.config ?? {})) {
    checkSetting(context, at(at(pointer, 'config'), name), 'client', name, value.config?.[name], version);
  }
  if (queue?.args['x-queue-type'] === 'stream') {
    const place = at(pointer, noAck ? 'ack' : 'prefetch');
    if (noAck) problem(context.report, place, 'A stream cannot be consumed with automatic acknowledgement.');
    else if (prefetch === 0)
      problem(
        context.report,
        place,
        'A consumer of a stream needs a prefetch.',
        'For example "prefetch": 10.',
      );
  }
  const shown = broker.topics.map(({ name }) => name);
  const reach = broker.rabbit === null ? [] : exchangesTo(broker.rabbit, value.queue).map(exchangeLabel);
  const args = tableOf(value.arguments);
  return {
    topics: [value.queue, ...reach.filter((label) => shown.includes(label))].sort(compareNames),
    rabbit: { queue: value.queue, prefetch, noAck, exclusive: value.exclusive ?? false, args },
  };
}
