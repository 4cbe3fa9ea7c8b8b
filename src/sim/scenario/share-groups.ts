/**
 * What a file may say of share groups (KIP-932): the version that has them, who is in them, and which words its programs
 * have for a message. A consumer group commits and seeks; a member of a share group acknowledges record by record, and
 * only if its client is set to do so. Everything is told at the words themselves.
 */
import type { WrittenConfig } from '#sim/brokers/kafka/config.ts';
import { entries, items, type Context } from '#sim/scenario/place.ts';
import { at, problem, quote } from '#sim/scenario/report.ts';
import type { BrokerSpec, CarrySpec, ConsumeSpec } from '#sim/scenario/scenario.ts';
import type { OnErrorWords, StepWords } from '#sim/scenario/schema-program.ts';
import { verbOf } from '#sim/scenario/step-names.ts';
import { readSpan } from '#sim/scenario/units.ts';

const MODE = 'share.acknowledgement.mode';
const LOCK = 'share.record.lock.duration.ms';
const BROKER_LOCK = 'group.share.record.lock.duration.ms';
const MILLISECOND = 1000;

export function checkShareGroups(
  context: Context,
  brokers: readonly BrokerSpec[],
  carries: readonly CarrySpec[],
): void {
  for (const carry of carries) {
    const broker = brokers.find(({ name }) => name === carry.broker);
    if (broker?.kind !== 'kafka') continue;
    const place = at(at('/carry', carry.broker), 'consume');
    for (const consume of carry.consume)
      checkMember(context, at(place, consume.service), broker, carry, consume);
  }
  const inUse = carries.find(({ broker }) => broker === context.document.on) ?? carries[0];
  const broker = brokers.find(({ name }) => name === inUse?.broker);
  if (broker?.kind !== undefined && broker.kind !== 'kafka') return;
  for (const consume of inUse?.consume ?? []) checkPrograms(context, broker, consume);
}

/** [KAFKA-SHARE-16] */
function checkMember(
  context: Context,
  pointer: string,
  broker: BrokerSpec,
  carry: CarrySpec,
  consume: ConsumeSpec,
): void {
  const { report } = context;
  const mixed = carry.consume.some(({ group, share }) => group === consume.group && share !== consume.share);
  if (mixed && consume.share) {
    const hint = 'Give them all `"share": true`, or another group.';
    problem(
      report,
      pointer,
      `Group ${quote(consume.group)} is a share group for some of its services only.`,
      hint,
    );
  }
  if (!consume.share) return;
  if (broker.version !== '4.2') {
    const sentence = `Share groups are of Kafka 4.2; broker ${quote(broker.name)} is ${broker.version}.`;
    problem(report, at(pointer, 'share'), sentence, `Write "version": "4.2" under brokers.${broker.name}.`);
  }
  for (const topic of broker.topics) {
    if (!consume.topics.includes(topic.name) || topic.replicas?.some((nodes) => nodes.length > 1) !== true)
      continue;
    const sentence = `A share group on ${quote(topic.name)}, which has several replicas, is not modelled yet.`;
    problem(report, at(pointer, 'topics'), sentence, 'Give the topic one replica.');
  }
}

function checkPrograms(context: Context, broker: BrokerSpec | undefined, consume: ConsumeSpec): void {
  const { document } = context;
  const words = document.services[consume.service];
  if (words === undefined || !('on' in words)) return;
  const check = (handlers: Readonly<Record<string, StepWords[]>> | undefined, pointer: string): void => {
    for (const { value, pointer: place } of entries(handlers, pointer)) {
      checkSteps(context, broker, consume, value, place);
    }
  };
  const service = at('/services', consume.service);
  check(words.on, at(service, 'on'));
  checkOnError(context, consume, words.onError, at(service, 'onError'));
  for (const { value, pointer } of items(context, document.faults, '/faults')) {
    if (!('deploy' in value) || value.deploy !== consume.service) continue;
    check(value.on, at(pointer, 'on'));
    checkOnError(context, consume, value.onError, at(pointer, 'onError'));
  }
}

const OF_SHARE_GROUPS = ['nack', 'reject', 'extend'];
const OF_CONSUMER_GROUPS = ['commit', 'seek'];

function checkSteps(
  context: Context,
  broker: BrokerSpec | undefined,
  consume: ConsumeSpec,
  steps: readonly StepWords[],
  pointer: string,
): void {
  for (const { value, pointer: place } of items(context, steps, pointer)) {
    checkStep(context, broker, consume, value, place);
    if (typeof value === 'object' && 'do' in value) {
      checkSteps(context, broker, consume, value.do, at(place, 'do'));
      if ('transaction' in value) checkCarried(context, consume, value, place);
    }
  }
}

/** A transaction of the broker takes offsets along, which a share group has none of. */
function checkCarried(
  context: Context,
  consume: ConsumeSpec,
  words: Extract<StepWords, { transaction: string }>,
  pointer: string,
): void {
  const { brokers = {} } = context.document;
  if (!consume.share || !Object.hasOwn(brokers, words.transaction) || !words.do.includes('settle')) return;
  const sentence = 'A transaction cannot take an acknowledgement of a share group along.';
  problem(context.report, pointer, sentence, 'Settle behind it.');
}

function checkStep(
  context: Context,
  broker: BrokerSpec | undefined,
  consume: ConsumeSpec,
  step: StepWords,
  pointer: string,
): void {
  const { report } = context;
  const verb = verbOf(step);
  if (!consume.share) {
    if (!OF_SHARE_GROUPS.includes(verb)) return;
    const hint = 'A consumer group has settle, commit and seek; a share group ("share": true) has this.';
    problem(report, pointer, `A consumer group has no \`${verb}\`.`, hint);
    return;
  }
  if (OF_CONSUMER_GROUPS.includes(verb)) {
    const hint = 'It has settle, nack, reject and extend.';
    problem(
      report,
      pointer,
      `A share group has no \`${verb}\`: it has neither positions nor offsets to commit.`,
      hint,
    );
    return;
  }
  if (verb !== 'settle' && !OF_SHARE_GROUPS.includes(verb)) return;
  if (!isExplicit(consume)) {
    const hint = `Set "${MODE}": "explicit", or leave the step out: the next poll() accepts everything.`;
    problem(report, pointer, `\`${verb}\` throws with ${MODE}=implicit.`, hint);
  } else if (typeof step === 'object' && 'extend' in step) {
    checkExtend(context, broker, consume, step.extend, at(pointer, 'extend'));
  }
}

function isExplicit(consume: ConsumeSpec): boolean {
  return consume.config[MODE] === 'explicit';
}

/** [KAFKA-SHARE-3] A renewal has no duration of its own. */
function checkExtend(
  context: Context,
  broker: BrokerSpec | undefined,
  consume: ConsumeSpec,
  words: string,
  pointer: string,
): void {
  const own = broker?.groups.find(({ name }) => name === consume.group)?.config as WrittenConfig | undefined;
  const lock = Number(own?.[LOCK] ?? broker?.config[BROKER_LOCK] ?? 30_000);
  const span = readSpan(context.report, pointer, words);
  if (span === lock * MILLISECOND) return;
  const hint = `Write "${lock}ms", or set ${LOCK} of the group.`;
  const sentence = `A renewed lock lasts as long as any other of the group: ${lock} ms, not ${words}.`;
  problem(context.report, pointer, sentence, hint);
}

function checkOnError(
  context: Context,
  consume: ConsumeSpec,
  words: OnErrorWords | undefined,
  pointer: string,
): void {
  const { report } = context;
  const policy = typeof words === 'object' ? words.retry.then : words;
  if (policy === 'nack' && !consume.share) {
    const hint = 'Use seek-back; a share group ("share": true) has this.';
    problem(report, pointer, 'A consumer group has no `nack`.', hint);
  } else if (consume.share && policy === 'seek-back') {
    problem(report, pointer, 'A share group has no `seek-back`: it has no positions.', 'Use nack.');
  } else if (consume.share && (policy === 'nack' || policy === 'drop') && !isExplicit(consume)) {
    const hint = `Set "${MODE}": "explicit", or use poll-on or crash.`;
    problem(report, pointer, `\`${policy}\` throws with ${MODE}=implicit.`, hint);
  }
}
