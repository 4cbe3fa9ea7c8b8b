/**
 * The fault that gives a topic of Kafka more partitions while it is in use. What Kafka refuses is refused here in its own
 * words: InvalidPartitionsException (ReplicationControlManager#createPartitions). Event Hubs adds partitions in the
 * premium and dedicated tiers alone (learn.microsoft.com/azure/event-hubs/dynamically-add-partitions).
 */
import { EVENT_HUBS_LIMITS } from '#sim/brokers/kafka/config/event-hubs.ts';
import type { FaultSpec, Trigger } from '#sim/scenario/fault.ts';
import { LIMITS } from '#sim/scenario/limits.ts';
import { refer, type Context } from '#sim/scenario/place.ts';
import { at, problem, quote } from '#sim/scenario/report.ts';
import type { World } from '#sim/scenario/resolve-program.ts';
import type { BrokerSpec } from '#sim/scenario/scenario.ts';
import type { FaultWords } from '#sim/scenario/schema-faults.ts';

type AlterWords = Extract<FaultWords, { alter: unknown }>;
type Alteration = Extract<FaultSpec, { fault: 'alter' }>;

export function resolveAlter(
  world: World,
  brokers: readonly BrokerSpec[],
  value: AlterWords,
  pointer: string,
  timed: { readonly id: string; readonly trigger: Trigger },
): Alteration[] {
  const { context, inventory } = world;
  const { report } = context;
  const place = at(pointer, 'alter');
  const slash = value.alter.indexOf('/');
  if (slash < 0) {
    const first = brokers.find((broker) => broker.topics.some(({ name }) => name === value.alter));
    const hint = `Write "${first?.name ?? 'kafka'}/${value.alter}".`;
    problem(report, place, 'A topic is named with its broker.', hint);
    return [];
  }
  const name = value.alter.slice(0, slash);
  const topic = value.alter.slice(slash + 1);
  if (!refer(context, place, 'broker', name, inventory.brokers)) return [];
  const broker = brokers.find((one) => one.name === name);
  if (broker === undefined) return [];
  if (broker.kind !== 'kafka') {
    const sentence = `${quote(name)} is a broker of kind ${broker.kind}: nothing there has partitions.`;
    problem(report, place, sentence, 'Only a topic of Kafka can be given more partitions.');
    return [];
  }
  const topics = broker.topics.map((one) => one.name);
  if (!refer(context, place, 'topic', topic, topics)) return [];
  checkShared(world, broker, topic, place);
  checkTier(context, name, value, pointer);
  return [{ ...timed, fault: 'alter', broker: name, topic, partitions: value.partitions }];
}

function checkShared({ context, carry }: World, broker: BrokerSpec, topic: string, place: string): void {
  if (carry?.broker !== broker.name) return;
  if (!carry.consume.some((entry) => entry.share && entry.topics.includes(topic))) return;
  const sentence = `A share group reads ${quote(topic)}: partitions that come later are not modelled for it yet.`;
  problem(context.report, place, sentence, 'Use a consumer group.');
}

function checkTier({ document, report }: Context, name: string, value: AlterWords, pointer: string): void {
  const words = document.brokers?.[name];
  if (words?.kind !== 'kafka' || words.profile === undefined) return;
  const tier = words.tier ?? 'standard';
  if (tier !== 'premium' && tier !== 'dedicated') {
    const sentence = `An event hub of the ${tier} tier keeps the partitions that it was created with.`;
    problem(report, at(pointer, 'alter'), sentence, 'Only the premium and dedicated tiers add partitions.');
  }
  const most = EVENT_HUBS_LIMITS[tier].partitions;
  if (value.partitions > most) {
    const sentence = `An event hub of the ${tier} tier has at most ${most} partitions, not ${value.partitions}.`;
    problem(report, at(pointer, 'partitions'), sentence);
  }
}

/** [KAFKA-GROWTH-1] In the order of their times; those that wait for something are held to the first number alone. */
export function checkAlterations(
  { report }: Context,
  brokers: readonly BrokerSpec[],
  faults: readonly FaultSpec[],
): void {
  const alterations = faults.filter((fault): fault is Alteration => fault.fault === 'alter');
  if (alterations.length === 0) return;
  let all = 0;
  for (const broker of brokers) {
    for (const topic of broker.topics) {
      const own = alterations.filter((one) => one.broker === broker.name && one.topic === topic.name);
      all += Math.max(topic.partitions, ...own.map(({ partitions }) => partitions));
      let now = topic.partitions;
      for (const alteration of inTime(own)) {
        if (alteration.partitions <= now) refuse(report, alteration, now);
        else if (alteration.trigger.by === 'at') now = alteration.partitions;
      }
    }
  }
  if (all > LIMITS.partitionsInAll) {
    const sentence = `The topics come to have ${all} partitions together: at most ${LIMITS.partitionsInAll}.`;
    problem(report, '/faults', sentence);
  }
}

function inTime(alterations: readonly Alteration[]): Alteration[] {
  const when = ({ trigger }: Alteration): number => (trigger.by === 'at' ? trigger.at : -1);
  return [...alterations].sort((a, b) => when(a) - when(b));
}

function refuse(report: Context['report'], { id, topic, partitions }: Alteration, now: number): void {
  const place = at(at('/faults', Number(id.slice('fault-'.length)) - 1), 'partitions');
  const sentence =
    partitions === now
      ? `INVALID_PARTITIONS: Topic already has ${now} partition(s).`
      : `INVALID_PARTITIONS: The topic ${topic} currently has ${now} partition(s); ${partitions} would not be an increase.`;
  problem(report, place, sentence, 'Partitions can only be added; for fewer, make another topic.');
}
