/**
 * Holds a file to what is documented of Azure Event Hubs where a Kafka cluster has that profile: limits of its tier and
 * settings that are not the user's are problems, advice to clients is a warning. The run itself is Kafka's: one broker,
 * because nothing is known of how many there are.
 */
import {
  EVENT_HUBS_CLIENTS,
  EVENT_HUBS_LIMITS,
  EVENT_HUBS_TOPIC_SETTINGS,
  type EventHubsLimits,
  type EventHubsTier,
} from '#sim/brokers/kafka/config/event-hubs.ts';
import { entries, type Context, type Placed } from '#sim/scenario/place.ts';
import { at, problem, quote, warning } from '#sim/scenario/report.ts';
import type { ConfigValue, EventType } from '#sim/scenario/scenario.ts';
import type { ScenarioDocument } from '#sim/scenario/schema.ts';

type BrokerWords = Extract<NonNullable<ScenarioDocument['brokers']>[string], { kind: 'kafka' }>;
type ConfigWords = Readonly<Record<string, ConfigValue>> | undefined;

const DAY = 86_400_000;

export function checkEventHubs(context: Context, events: readonly EventType[]): void {
  for (const { name, value, pointer } of entries(context.document.brokers, '/brokers')) {
    if (value.kind !== 'kafka') continue;
    const { report } = context;
    if (value.profile === undefined) {
      if (value.tier === undefined) continue;
      const hint = 'Add "profile": "event-hubs", or remove it.';
      problem(report, at(pointer, 'tier'), 'Kafka itself has no tiers.', hint);
      continue;
    }
    const tier = value.tier ?? 'standard';
    const limits = EVENT_HUBS_LIMITS[tier];
    if (!limits.kafka) {
      const sentence = 'The Basic tier of Event Hubs has no Kafka endpoint.';
      problem(report, at(pointer, 'tier'), sentence, 'Use standard, premium or dedicated.');
      continue;
    }
    checkNamespace(context, value, pointer, tier, limits);
    for (const topic of entries(value.topics, at(pointer, 'topics')))
      checkTopic(context, topic, tier, limits);
    checkTraffic(context, name, events, tier, limits);
  }
}

function checkNamespace(
  { report }: Context,
  words: BrokerWords,
  pointer: string,
  tier: EventHubsTier,
  limits: EventHubsLimits,
): void {
  const hubs = Object.keys(words.topics).length;
  if (hubs > limits.eventHubs) {
    const sentence = `A namespace of the ${tier} tier has at most ${limits.eventHubs} event hubs, not ${hubs}.`;
    problem(report, at(pointer, 'topics'), sentence);
  }
  if ((words.nodes ?? 1) > 1) {
    const hint = 'Leave `nodes` out: how many brokers there are is not documented.';
    problem(report, at(pointer, 'nodes'), 'The brokers of Event Hubs are not the user’s.', hint);
  }
  for (const name of Object.keys(words.config ?? {})) {
    const hint = 'Its brokers are set up by Microsoft; a topic has retention.ms and cleanup.policy.';
    problem(report, at(at(pointer, 'config'), name), `Event Hubs does not let ${quote(name)} be set.`, hint);
  }
}

function checkTopic(
  { report }: Context,
  { value, pointer }: Placed<BrokerWords['topics'][string]>,
  tier: EventHubsTier,
  limits: EventHubsLimits,
): void {
  const { partitions = 1, config } = value;
  if (partitions > limits.partitions) {
    const sentence = `An event hub of the ${tier} tier has at most ${limits.partitions} partitions, not ${partitions}.`;
    problem(report, at(pointer, 'partitions'), sentence);
  }
  if (value.replicas !== undefined) {
    const hint = 'Leave them out: how event hubs are replicated is not documented.';
    problem(report, at(pointer, 'replicas'), 'The replicas of an event hub are not the user’s.', hint);
  }
  const place = at(pointer, 'config');
  for (const name of Object.keys(config ?? {})) {
    if (EVENT_HUBS_TOPIC_SETTINGS.includes(name)) continue;
    const hint = `An event hub has ${EVENT_HUBS_TOPIC_SETTINGS.join(', ')}.`;
    problem(report, at(place, name), `Event Hubs does not let ${quote(name)} be set.`, hint);
  }
  const retention = Number(config?.['retention.ms'] ?? 0);
  if (retention < 0 || retention > limits.retentionDays * DAY) {
    const most = `${limits.retentionDays} days (${limits.retentionDays * DAY})`;
    problem(report, at(place, 'retention.ms'), `The ${tier} tier keeps events for at most ${most}.`);
  }
}

function checkTraffic(
  context: Context,
  broker: string,
  events: readonly EventType[],
  tier: EventHubsTier,
  limits: EventHubsLimits,
): void {
  const { report, document } = context;
  const carry = document.carry?.[broker];
  for (const { name } of entries(carry?.publish, '')) {
    const event = events.find((one) => one.name === name);
    if (event === undefined || event.sizeBytes <= limits.publication) continue;
    const sentence = `A publication of the ${tier} tier has at most ${limits.publication} bytes.`;
    problem(report, at(at('/events', name), 'size'), sentence);
  }
  for (const consume of entries(carry?.consume, at(at('/carry', broker), 'consume'))) {
    advise(context, 'consumer', consume.value.config, at(consume.pointer, 'config'));
  }
  if (document.on !== undefined && document.on !== broker) return;
  for (const service of entries(document.services, '/services')) {
    const place = at(service.pointer, 'config');
    const { config } = service.value;
    advise(context, 'producer', config, place);
    if (config?.['transactional.id'] === undefined || limits.transactions) continue;
    const hint = 'They are in preview on premium and dedicated.';
    const sentence = `The ${tier} tier of Event Hubs has no Kafka transactions.`;
    problem(report, at(place, 'transactional.id'), sentence, hint);
  }
}

function advise(
  { report }: Context,
  kind: 'producer' | 'consumer',
  config: ConfigWords,
  place: string,
): void {
  for (const { kind: of, name, below, least, why } of EVENT_HUBS_CLIENTS) {
    const written = config?.[name];
    if (of !== kind || written === undefined) continue;
    const value = Number(written);
    if (below !== undefined && value >= below) {
      warning(report, at(place, name), `\`${name}\` should be below ${below}: ${why}.`);
    }
    if (least !== undefined && value < least) {
      warning(report, at(place, name), `\`${name}\` should be at least ${least}: ${why}.`);
    }
  }
}
