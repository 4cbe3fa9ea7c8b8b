/**
 * What takes effect of the settings that somebody wrote, and what Kafka's clients and brokers refuse. Types and bounds as
 * ConfigDef checks them; then the rules between settings: ProducerConfig#postProcessAndValidateIdempotenceConfigs,
 * KafkaProducer#configureDeliveryTimeout, internals/Heartbeat, GroupCoordinatorService#joinGroup (session timeout). Later
 * than the snapshot: 4.0 refuses more than five requests in flight with idempotence instead of switching it off (upgrade
 * guide of 4.0, "Producer").
 */
import { failure, success, type Result } from '#sim/base/result.ts';
import {
  settingOf,
  settingsOf,
  type ConfigKind,
  type KafkaVersion,
  type Setting,
  type SettingValue,
} from '#sim/brokers/kafka/config/setting.ts';

/** Settings as somebody wrote them; texts are taken for numbers and booleans as in a properties file. */
export type WrittenConfig = Readonly<Record<string, SettingValue>>;

export interface ConfigFault {
  /** The setting that is at fault. */
  readonly name: string;
  /** The exception that Kafka's client throws. */
  readonly error: 'ConfigException' | 'IllegalArgumentException' | 'InvalidSessionTimeoutException';
  readonly message: string;
  readonly hint?: string;
}

export interface ResolvedConfig {
  /** Every setting in force, defaults included, by name. */
  readonly values: Readonly<Record<string, SettingValue>>;
  /** What Kafka changes of itself and only logs, and values that no model acts on. */
  readonly warnings: readonly { readonly name: string; readonly message: string }[];
}

type Resolved = Result<ResolvedConfig, readonly ConfigFault[]>;

interface Draft {
  readonly version: KafkaVersion;
  readonly written: WrittenConfig;
  readonly values: Record<string, SettingValue>;
  readonly faults: ConfigFault[];
  readonly warnings: { name: string; message: string }[];
}

const INT_MAX = 2_147_483_647;

export function resolveConfig(
  kind: ConfigKind,
  written: WrittenConfig,
  version: KafkaVersion,
  cluster: WrittenConfig = {},
): Resolved {
  switch (kind) {
    case 'producer':
      return resolveProducerConfig(written, version);
    case 'consumer':
      return resolveConsumerConfig(written, version, cluster);
    case 'topic':
      return resolveTopicConfig(written, version);
    case 'broker':
      return resolveBrokerConfig(written, version);
    case 'group':
      return resolveGroupConfig(written, version, cluster);
  }
}

export function resolveProducerConfig(written: WrittenConfig, version: KafkaVersion): Resolved {
  const draft = createDraft('producer', written, version);
  const { values } = draft;
  if (values['acks'] === 'all') values['acks'] = '-1';
  settleIdempotence(draft);
  settleDeliveryTimeout(draft);
  return closeDraft(draft);
}

/** `cluster` is the broker's configuration, whose bounds hold for the session timeout. */
export function resolveConsumerConfig(
  written: WrittenConfig,
  version: KafkaVersion,
  cluster: WrittenConfig = {},
): Resolved {
  const draft = createDraft('consumer', written, version);
  const { values, faults, warnings } = draft;
  if (values['group.protocol'] === 'consumer') refuseClassicSettings(draft);
  else settleSession(draft, cluster);
  const reset = String(values['auto.offset.reset']);
  const byDuration = version !== '4.0.0-SNAPSHOT' && /^by_duration:P[0-9A-Z.]+$/.test(reset);
  if (!['earliest', 'latest', 'none'].includes(reset) && !byDuration) {
    const message = `Invalid value ${reset} for configuration auto.offset.reset`;
    faults.push({
      name: 'auto.offset.reset',
      error: 'ConfigException',
      message,
      hint: 'Use earliest, latest or none.',
    });
  }
  if (byDuration)
    warnings.push({ name: 'auto.offset.reset', message: `${reset} is not modelled: it counts as earliest.` });
  resolveAssignors(draft);
  return closeDraft(draft);
}

/** What the classic protocol alone looks at: internals/Heartbeat, and the broker's bounds of the session timeout. */
function settleSession(draft: Draft, cluster: WrittenConfig): void {
  const { values, written, version, faults } = draft;
  const session = amount(values, 'session.timeout.ms');
  const heartbeat = amount(values, 'heartbeat.interval.ms');
  if (heartbeat >= session) {
    const name = Object.hasOwn(written, 'heartbeat.interval.ms')
      ? 'heartbeat.interval.ms'
      : 'session.timeout.ms';
    const message = `heartbeat.interval.ms (${heartbeat}) must be lower than session.timeout.ms (${session}).`;
    faults.push({ name, error: 'IllegalArgumentException', message, hint: 'A third of it is usual.' });
  }
  const broker = createDraft('broker', cluster, version).values;
  const least = amount(broker, 'group.min.session.timeout.ms');
  const most = amount(broker, 'group.max.session.timeout.ms');
  if (session < least || session > most) {
    const message = `session.timeout.ms (${session}) must lie between the broker's ${least} and ${most}.`;
    const hint =
      'The bounds are group.min.session.timeout.ms and group.max.session.timeout.ms of the broker.';
    faults.push({ name: 'session.timeout.ms', error: 'InvalidSessionTimeoutException', message, hint });
  }
  const remote = values['group.remote.assignor'];
  if (remote === null || remote === undefined || remote === '') return;
  const message = 'group.remote.assignor cannot be set when group.protocol=CLASSIC';
  faults.push({ name: 'group.remote.assignor', error: 'ConfigException', message });
}

/** What a share consumer cannot be told (KafkaShareConsumer of 4.2; KIP-932, "Consumer configuration"). */
const NOT_FOR_SHARE: readonly (readonly [name: string, hint: string])[] = [
  ['auto.offset.reset', 'The group has share.auto.offset.reset: brokers, groups.'],
  ['enable.auto.commit', 'The consumer has share.acknowledgement.mode.'],
  ['group.instance.id', 'Members of a share group are never static.'],
  ['isolation.level', 'The group has share.isolation.level: brokers, groups.'],
  ['partition.assignment.strategy', 'The broker assigns.'],
  ['interceptor.classes', 'Leave it out.'],
  ['session.timeout.ms', 'The broker has group.share.session.timeout.ms.'],
  ['heartbeat.interval.ms', 'The broker has group.share.heartbeat.interval.ms.'],
  ['group.protocol', 'A share group has its own protocol.'],
  ['group.remote.assignor', 'The broker assigns.'],
];

export function isRefusedByShareConsumer(name: string): boolean {
  return NOT_FOR_SHARE.some(([refused]) => refused === name);
}

export function resolveShareConsumerConfig(written: WrittenConfig, version: KafkaVersion): Resolved {
  const draft = createDraft('consumer', written, version);
  for (const [name, hint] of NOT_FOR_SHARE) {
    if (!Object.hasOwn(written, name)) continue;
    const message = `${name} cannot be set when using a share group`;
    draft.faults.push({ name, error: 'ConfigException', message, hint });
  }
  return closeDraft(draft);
}

/** Settings of a group: those that it does not have are the broker's, whose bounds hold for it (GroupConfig#validate). */
export function resolveGroupConfig(
  written: WrittenConfig,
  version: KafkaVersion,
  cluster: WrittenConfig = {},
): Resolved {
  const draft = createDraft('group', written, version);
  const { values, faults, warnings } = draft;
  const broker = createDraft('broker', cluster, version).values;
  for (const what of ['record.lock.duration', 'session.timeout', 'heartbeat.interval']) {
    const name = `share.${what}.ms`;
    if (!Object.hasOwn(written, name)) {
      values[name] = broker[`group.share.${what}.ms`] ?? values[name] ?? 0;
      continue;
    }
    const least = amount(broker, `group.share.min.${what}.ms`);
    const most = amount(broker, `group.share.max.${what}.ms`);
    const value = amount(values, name);
    if (value >= least && value <= most) continue;
    const message = `${name} (${value}) must lie between the broker's ${least} and ${most}.`;
    const hint = `The bounds are group.share.min.${what}.ms and group.share.max.${what}.ms of the broker.`;
    faults.push({ name, error: 'ConfigException', message, hint });
  }
  const reset = String(values['share.auto.offset.reset']);
  const name = 'share.auto.offset.reset';
  if (/^by_duration:P[0-9A-Z.]+$/.test(reset)) {
    warnings.push({ name, message: `${reset} is not modelled: it counts as earliest.` });
  } else if (reset !== 'earliest' && reset !== 'latest') {
    const message = `Invalid value ${reset} for configuration ${name}`;
    faults.push({ name, error: 'ConfigException', message, hint: 'Use earliest or latest.' });
  }
  return closeDraft(draft);
}

/** With the consumer protocol assignment and session are the coordinator's: 4.0 refuses these (KAFKA-17338). */
const CLASSIC_ONLY: readonly (readonly [name: string, hint: string])[] = [
  ['session.timeout.ms', 'The broker has group.consumer.session.timeout.ms.'],
  ['heartbeat.interval.ms', 'The broker has group.consumer.heartbeat.interval.ms.'],
  ['partition.assignment.strategy', 'The broker assigns: group.remote.assignor says by which assignor.'],
];

function refuseClassicSettings(draft: Draft): void {
  const { written, version, faults, warnings } = draft;
  for (const [name, hint] of CLASSIC_ONLY) {
    if (!Object.hasOwn(written, name)) continue;
    const message = `${name} cannot be set when group.protocol=CONSUMER`;
    if (version !== '4.0.0-SNAPSHOT') faults.push({ name, error: 'ConfigException', message, hint });
    else warnings.push({ name, message: `${name} is ignored with group.protocol=consumer.` });
  }
}

export function resolveTopicConfig(written: WrittenConfig, version: KafkaVersion): Resolved {
  return closeDraft(createDraft('topic', written, version));
}

export function resolveBrokerConfig(written: WrittenConfig, version: KafkaVersion): Resolved {
  const draft = createDraft('broker', written, version);
  const least = amount(draft.values, 'group.min.session.timeout.ms');
  const most = amount(draft.values, 'group.max.session.timeout.ms');
  if (least > most) {
    const message = `group.min.session.timeout.ms (${least}) is above group.max.session.timeout.ms (${most}).`;
    draft.faults.push({ name: 'group.min.session.timeout.ms', error: 'ConfigException', message });
  }
  if (version === '4.2') checkShareLock(draft);
  return closeDraft(draft);
}

/** ShareGroupConfig#validate. */
function checkShareLock({ values, faults }: Draft): void {
  const name = 'group.share.record.lock.duration.ms';
  const least = amount(values, 'group.share.min.record.lock.duration.ms');
  const most = amount(values, 'group.share.max.record.lock.duration.ms');
  const lock = amount(values, name);
  if (lock >= least && lock <= most) return;
  const [bound, word] = lock < least ? ['min', 'greater'] : ['max', 'less'];
  const message = `${name} must be ${word} than or equal to group.share.${bound}.record.lock.duration.ms`;
  const hint = `Here between ${least} and ${most}; both bounds can be set.`;
  faults.push({ name, error: 'ConfigException', message, hint });
}

function amount(values: Readonly<Record<string, SettingValue>>, name: string): number {
  return Number(values[name] ?? 0);
}

function createDraft(kind: ConfigKind, written: WrittenConfig, version: KafkaVersion): Draft {
  const draft: Draft = { version, written, values: {}, faults: [], warnings: [] };
  for (const setting of settingsOf(kind, version)) {
    if (setting.default !== undefined) draft.values[setting.name] = setting.default;
  }
  for (const [name, value] of Object.entries(written)) {
    const setting = settingOf(kind, name, version);
    if (setting === null) continue;
    const parsed = parseValue(setting, value);
    if (typeof parsed === 'object' && parsed !== null && 'wrong' in parsed) {
      const message = `Invalid value ${show(value)} for configuration ${name}: ${parsed.wrong}`;
      draft.faults.push({ name, error: 'ConfigException', message, hint: setting.meaning });
    } else {
      draft.values[name] = parsed;
    }
  }
  return draft;
}

function closeDraft(draft: Draft): Resolved {
  if (draft.faults.length > 0) return failure(draft.faults);
  return success({ values: draft.values, warnings: draft.warnings });
}

function show(value: SettingValue): string {
  return typeof value === 'string' ? value.slice(0, 60) : JSON.stringify(value).slice(0, 60);
}

/** The value in its type, as ConfigDef#parseType and its validators take it. */
function parseValue(setting: Setting, value: SettingValue): SettingValue | { readonly wrong: string } {
  switch (setting.type) {
    case 'BOOLEAN': {
      const word = typeof value === 'string' ? value.trim().toLowerCase() : value;
      if (typeof word === 'boolean') return word;
      return word === 'true' || word === 'false'
        ? word === 'true'
        : { wrong: 'Expected value to be either true or false' };
    }
    case 'INT':
    case 'SHORT':
    case 'LONG':
    case 'DOUBLE':
      return parseNumber(setting, value);
    case 'LIST':
      return parseList(setting, value);
    default:
      return parseWord(setting, value);
  }
}

function parseNumber(setting: Setting, value: SettingValue): SettingValue | { readonly wrong: string } {
  if (value === null && setting.default === null) return null;
  const text = typeof value === 'string' ? value.trim() : value;
  const plain = typeof text === 'string' && /^[+-]?[0-9]+(\.[0-9]+)?$/.test(text) ? Number(text) : text;
  const whole = setting.type !== 'DOUBLE';
  if (typeof plain !== 'number' || (whole && !Number.isInteger(plain))) {
    return { wrong: whole ? `Not a number of type ${setting.type}` : 'Not a number of type DOUBLE' };
  }
  const ceiling =
    setting.type === 'INT' ? INT_MAX : setting.type === 'SHORT' ? 32_767 : 9_223_372_036_854_775_808;
  if (whole && (plain > ceiling || plain < -ceiling - 1))
    return { wrong: `Not a number of type ${setting.type}` };
  if (setting.min !== null && plain < setting.min) return { wrong: `Value must be at least ${setting.min}` };
  if (setting.max !== null && plain > setting.max)
    return { wrong: `Value must be no more than ${setting.max}` };
  return plain;
}

function parseList(setting: Setting, value: SettingValue): SettingValue | { readonly wrong: string } {
  if (!Array.isArray(value) && typeof value !== 'string')
    return { wrong: 'Expected a comma separated list.' };
  const split = typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value;
  const list: readonly string[] = split.filter((item: string) => item !== '');
  const { words } = setting;
  if (words === null || list.every((item) => words.includes(item))) return list;
  return { wrong: `String must be one of: ${words.join(', ')}` };
}

function parseWord(setting: Setting, value: SettingValue): SettingValue | { readonly wrong: string } {
  if (value === null) return setting.default === null ? null : { wrong: 'entry must be non null' };
  if (typeof value === 'object') return { wrong: 'Expected value to be a string' };
  const word = String(value);
  const { words } = setting;
  if (words === null || words.includes(word)) return word;
  const folded = words.find((known) => known.toLowerCase() === word.toLowerCase());
  const insensitive = setting.name === 'group.protocol';
  return insensitive && folded !== undefined
    ? folded.toLowerCase()
    : { wrong: `String must be one of: ${words.join(', ')}` };
}

function settleIdempotence(draft: Draft): void {
  const { values, written, warnings } = draft;
  const explicit = Object.hasOwn(written, 'enable.idempotence');
  let enabled = values['enable.idempotence'] === true;
  const switchOff = (name: string, why: string, refusal: string | null) => {
    if (refusal !== null) draft.faults.push({ name, error: 'ConfigException', message: refusal });
    else warnings.push({ name, message: `Idempotence is switched off because ${why}.` });
    enabled = false;
  };
  if (enabled && values['retries'] === 0) {
    const refusal = explicit ? 'Must set retries to non-zero when using the idempotent producer.' : null;
    switchOff('retries', 'retries is 0', refusal);
  }
  if (values['enable.idempotence'] === true && values['acks'] !== '-1') {
    const refusal = explicit
      ? 'Must set acks to all in order to use the idempotent producer. Otherwise we cannot guarantee idempotence.'
      : null;
    switchOff('acks', `acks is ${show(values['acks'] ?? null)}, not all`, refusal);
  }
  const flights = amount(values, 'max.in.flight.requests.per.connection');
  if (values['enable.idempotence'] === true && flights > 5) {
    const refusal =
      draft.version !== '4.0.0-SNAPSHOT'
        ? `To use the idempotent producer, max.in.flight.requests.per.connection must be set to at most 5. Current value is ${flights}.`
        : 'Must set max.in.flight.requests.per.connection to at most 5 to use the idempotent producer.';
    const refused = explicit || draft.version !== '4.0.0-SNAPSHOT';
    switchOff(
      'max.in.flight.requests.per.connection',
      `${flights} requests may be in flight`,
      refused ? refusal : null,
    );
  }
  values['enable.idempotence'] = enabled;
  if (enabled || !Object.hasOwn(written, 'transactional.id')) return;
  const message = 'Cannot set a transactional.id without also enabling idempotence.';
  draft.faults.push({ name: 'transactional.id', error: 'ConfigException', message });
}

function settleDeliveryTimeout(draft: Draft): void {
  const { values, written } = draft;
  const linger = Math.min(amount(values, 'linger.ms'), INT_MAX);
  const least = Math.min(linger + amount(values, 'request.timeout.ms'), INT_MAX);
  if (amount(values, 'delivery.timeout.ms') >= least) return;
  const name = 'delivery.timeout.ms';
  if (Object.hasOwn(written, name)) {
    const message = 'delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms';
    draft.faults.push({ name, error: 'ConfigException', message, hint: `Here at least ${least}.` });
  } else {
    values[name] = least;
    draft.warnings.push({
      name,
      message: `delivery.timeout.ms is raised to linger.ms + request.timeout.ms: ${least}.`,
    });
  }
}

const ASSIGNORS: Readonly<Record<string, string>> = {
  range: 'org.apache.kafka.clients.consumer.RangeAssignor',
  roundrobin: 'org.apache.kafka.clients.consumer.RoundRobinAssignor',
  sticky: 'org.apache.kafka.clients.consumer.StickyAssignor',
  'cooperative-sticky': 'org.apache.kafka.clients.consumer.CooperativeStickyAssignor',
};

/** Short names of assignors stand for their classes. */
function resolveAssignors(draft: Draft): void {
  const name = 'partition.assignment.strategy';
  const given = draft.values[name];
  if (!Array.isArray(given)) return;
  const classes = given.map((word: string) => ASSIGNORS[word] ?? word);
  draft.values[name] = classes;
  const strange = classes.filter((word) => !Object.values(ASSIGNORS).includes(word));
  if (strange.length > 0 || classes.length === 0) {
    const what = strange.length > 0 ? `no assignor ${show(strange[0] ?? '')}` : 'no assignor at all';
    const hint = 'Use range (org.apache.kafka.clients.consumer.RangeAssignor).';
    draft.faults.push({ name, error: 'ConfigException', message: `There is ${what} here.`, hint });
  }
}
