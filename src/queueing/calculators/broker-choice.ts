/**
 * Calculator C8: which brokers can do what is asked, and in which order to look at them. Hard requirements exclude,
 * wishes weigh; the sources' guides ask one question after the other and take the first that fits, so that "low volume"
 * decides before "replay" is asked [2:48-61], or answer without the quantities [4:1406-1423].
 */
import { BROKERS, FACTS, type Broker, type Fact, type Property } from '#queueing/calculators/broker-facts.ts';
import { requireNotNegative } from '#queueing/impossible-input.ts';

export interface BrokerNeeds {
  /** What must be there. `partly` counts, with its condition told. */
  readonly must: readonly Property[];
  /** What would be good, with its weight. */
  readonly wishes: Readonly<Partial<Record<Property, number>>>;
  /** Messages a second. */
  readonly rate: number;
  readonly messageSize: number;
}

export interface Reason {
  readonly property: Property | 'messageSize' | 'rate';
  readonly sentence: string;
  readonly source: string;
}

export interface Candidate {
  readonly broker: Broker;
  /** From 0 to 1: the part of the wishes' weight that is met, half for "partly". */
  readonly score: number;
  readonly reasons: readonly Reason[];
  /** Conditions under which a requirement is met, and claims that this rate is beyond. */
  readonly conditions: readonly Reason[];
}

export interface BrokerChoice {
  readonly feasible: readonly Candidate[];
  readonly excluded: readonly { readonly broker: Broker; readonly reasons: readonly Reason[] }[];
}

const VALUE: Readonly<Record<Fact['has'], number>> = { yes: 1, partly: 0.5, no: 0 };

const reasonOf = (broker: Broker, property: Property): Reason => {
  const { why, source } = FACTS[broker].properties[property];
  return { property, sentence: why, source };
};

export function chooseBrokers(needs: BrokerNeeds): BrokerChoice {
  requireNotNegative('rate', needs.rate);
  requireNotNegative('messageSize', needs.messageSize);
  const excluded: { broker: Broker; reasons: Reason[] }[] = [];
  const feasible: Candidate[] = [];
  for (const broker of BROKERS) {
    const reasons = exclusions(broker, needs);
    if (reasons.length > 0) excluded.push({ broker, reasons });
    else feasible.push(candidate(broker, needs));
  }
  feasible.sort((a, b) => b.score - a.score || BROKERS.indexOf(a.broker) - BROKERS.indexOf(b.broker));
  return { feasible, excluded };
}

function exclusions(broker: Broker, { must, messageSize }: BrokerNeeds): Reason[] {
  const { properties, largestMessage, name } = FACTS[broker];
  const reasons = must.filter((one) => properties[one].has === 'no').map((one) => reasonOf(broker, one));
  if (messageSize > largestMessage) {
    const sentence = `A message of ${messageSize} bytes is more than the ${largestMessage} of ${name}.`;
    reasons.push({ property: 'messageSize', sentence, source: 'documented default or limit' });
  }
  return reasons;
}

function candidate(broker: Broker, { must, wishes, rate }: BrokerNeeds): Candidate {
  const { properties, claimed, claimedBy } = FACTS[broker];
  const wished = Object.entries(wishes) as [Property, number][];
  const total = wished.reduce((sum, [name, weight]) => sum + requireNotNegative(`wishes/${name}`, weight), 0);
  const met = wished.reduce((sum, [name, weight]) => sum + weight * VALUE[properties[name].has], 0);
  const conditions = must
    .filter((one) => properties[one].has === 'partly')
    .map((one) => reasonOf(broker, one));
  if (rate > claimed[0]) {
    const beyond =
      rate > claimed[1] ? 'more than anybody claims for it' : 'more than the lowest claim for it';
    const sentence = `${rate} a second is ${beyond}: measure it with your sizes and acknowledgements.`;
    conditions.push({ property: 'rate', sentence, source: claimedBy });
  }
  const named = [...must, ...wished.map(([name]) => name).filter((name) => !must.includes(name))];
  const reasons = named.filter((one) => properties[one].has !== 'no').map((one) => reasonOf(broker, one));
  return { broker, score: total === 0 ? 1 : met / total, reasons, conditions };
}

export interface GuideQuestions {
  readonly simpleQueue: boolean;
  readonly lowVolume: boolean;
  readonly highThroughput: boolean;
  readonly eventSourcing: boolean;
  readonly replay: boolean;
  readonly redisThere: boolean;
  readonly simplePubSub: boolean;
  readonly lightweight: boolean;
  readonly cloudNative: boolean;
}

/** The guide as printed [2:48-61]: the first branch that fits. */
export function sourcesGuide(asked: GuideQuestions): Broker | null {
  if (asked.simpleQueue || asked.lowVolume) return 'rabbitmq';
  if (asked.highThroughput || asked.eventSourcing || asked.replay) return 'kafka';
  if (asked.redisThere || asked.simplePubSub) return 'redis-streams';
  return asked.lightweight || asked.cloudNative ? 'nats-core' : null;
}

/** Requirements that the sources' choice does not meet at all. */
export function overlooked(choice: Broker, must: readonly Property[]): readonly Reason[] {
  return must.filter((one) => FACTS[choice].properties[one].has === 'no').map((one) => reasonOf(choice, one));
}
