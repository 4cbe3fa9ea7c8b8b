/**
 * One row of Kafka's configuration table, and the table by kind and version. Defaults of 4.0 stand in the tables; what
 * the 4.0.0-SNAPSHOT of the recordings had otherwise stands here, and what 4.2 has otherwise with share groups, for whose
 * sake alone it is a version here (other differences of 4.2 are not kept).
 */
import { BROKER_SECURITY, BROKER_SETTINGS } from '#sim/brokers/kafka/config/broker-settings.ts';
import { CLIENT_SECURITY, CLIENT_SETTINGS } from '#sim/brokers/kafka/config/client-settings.ts';
import { CONSUMER_SETTINGS } from '#sim/brokers/kafka/config/consumer-settings.ts';
import { PRODUCER_SETTINGS } from '#sim/brokers/kafka/config/producer-settings.ts';
import {
  GROUP_SETTINGS,
  SHARE_BROKER_SETTINGS,
  SHARE_CONSUMER_SETTINGS,
} from '#sim/brokers/kafka/config/group-settings.ts';
import { TOPIC_SETTINGS } from '#sim/brokers/kafka/config/topic-settings.ts';
import { compareNames } from '#sim/base/names.ts';

export type ConfigKind = 'producer' | 'consumer' | 'topic' | 'broker' | 'group';

export const CONFIG_KINDS: readonly ConfigKind[] = ['producer', 'consumer', 'topic', 'broker', 'group'];

/** `4.0` and `4.2` are releases; `4.0.0-SNAPSHOT` (October 2024) is what the recordings are of. */
export type KafkaVersion = '4.0' | '4.0.0-SNAPSHOT' | '4.2';

export type SettingValue = string | number | boolean | null | readonly string[];

/** The types of Kafka's ConfigDef. */
export type SettingType =
  'BOOLEAN' | 'INT' | 'SHORT' | 'LONG' | 'DOUBLE' | 'STRING' | 'LIST' | 'CLASS' | 'PASSWORD';

export interface Setting {
  readonly kind: ConfigKind;
  readonly name: string;
  readonly type: SettingType;
  /** Undefined where this table does not keep it. A LONG above 2^53 is the nearest double, as in JSON. */
  readonly default: SettingValue | undefined;
  readonly min: number | null;
  readonly max: number | null;
  /** The valid words, or null. */
  readonly words: readonly string[] | null;
  readonly meaning: string;
  /** Whether a model acts on it. */
  readonly modelled: boolean;
}

const TABLES: Readonly<Record<ConfigKind, readonly [settings: string, security: string]>> = {
  producer: [PRODUCER_SETTINGS + CLIENT_SETTINGS, CLIENT_SECURITY],
  consumer: [CONSUMER_SETTINGS + CLIENT_SETTINGS, CLIENT_SECURITY],
  topic: [TOPIC_SETTINGS, ''],
  broker: [BROKER_SETTINGS, BROKER_SECURITY],
  group: [GROUP_SETTINGS, ''],
};

const JMX = 'auto.include.jmx.reporter | BOOLEAN | true | - | Whether the JMX reporter is added by itself.';

/** Rows of the snapshot that differ from the release; ConfigDef at commit 1eb7644. */
const SNAPSHOT: Readonly<Record<ConfigKind, string>> = {
  producer: `
* linger.ms | LONG | 0 | 0.. | How long a batch waits for more records before it is sent.
  metadata.recovery.strategy | STRING | none | - | What a client does when no known broker can be reached.
  metric.reporters | LIST | [] | - | Classes that report metrics.
  ${JMX}`,
  consumer: `
  metadata.recovery.strategy | STRING | none | - | What a client does when no known broker can be reached.
  metric.reporters | LIST | [] | - | Classes that report metrics.
  ${JMX}`,
  topic: `
  segment.bytes | INT | 1073741824 | 14.. | Size at which a segment is closed and a new one begun.
  message.timestamp.after.max.ms | LONG | 9223372036854775807 | 0.. | How far in the future a timestamp may lie.`,
  broker: `
  log.segment.bytes | INT | 1073741824 | 14.. | Size at which a segment is closed and a new one begun.
  log.message.timestamp.after.max.ms | LONG | 9223372036854775807 | 0.. | How far in the future a timestamp may lie.
  num.recovery.threads.per.data.dir | INT | 1 | 1.. | Threads for recovering logs at start.
  metric.reporters | LIST | [] | - | Classes that report metrics.
  ${JMX}`,
  group: '',
};

/** Rows by version that differ from those of 4.0. */
const DIFFERENT: Readonly<Record<KafkaVersion, Readonly<Partial<Record<ConfigKind, string>>>>> = {
  '4.0': {},
  '4.0.0-SNAPSHOT': SNAPSHOT,
  '4.2': { consumer: SHARE_CONSUMER_SETTINGS, broker: SHARE_BROKER_SETTINGS },
};

/** Names that one of the versions does not have. */
const ABSENT: Readonly<Record<KafkaVersion, readonly string[]>> = {
  '4.0': ['message.format.version', 'auto.include.jmx.reporter'],
  '4.0.0-SNAPSHOT': ['metadata.recovery.rebootstrap.trigger.ms'],
  '4.2': ['message.format.version', 'auto.include.jmx.reporter', 'group.share.max.groups'],
};

function readDefault(type: SettingType, text: string): SettingValue | undefined {
  if (text === '?') return undefined;
  if (text === 'null') return null;
  if (text === '""') return '';
  if (type === 'LIST') return text === '[]' ? [] : text.split(',');
  if (type === 'BOOLEAN') return text === 'true';
  return type === 'STRING' || type === 'CLASS' || type === 'PASSWORD' ? text : Number(text);
}

function readRow(kind: ConfigKind, line: string): Setting {
  const modelled = line.startsWith('*');
  const [name = '', type = '', initial = '', bounds = '', meaning = ''] = line
    .replace(/^\*/, '')
    .split(' | ')
    .map((part) => part.trim());
  const known = type as SettingType;
  const [low = '', high = ''] = bounds.includes('..') ? bounds.split('..') : [];
  return {
    kind,
    name,
    type: known,
    default: readDefault(known, initial),
    min: low === '' ? null : Number(low),
    max: high === '' ? null : Number(high),
    words: bounds.startsWith('=') ? bounds.slice(1).split('/') : null,
    meaning,
    modelled,
  };
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

function buildTable(kind: ConfigKind, version: KafkaVersion): ReadonlyMap<string, Setting> {
  const [settings, security] = TABLES[kind];
  const table = new Map<string, Setting>();
  const rows = [...lines(settings), ...lines(DIFFERENT[version][kind] ?? '')];
  for (const line of rows) {
    const row = readRow(kind, line);
    table.set(row.name, row);
  }
  const meaning = 'Security: nothing here is authenticated or encrypted.';
  for (const line of lines(security)) {
    const name = line.trim();
    const unknown = { default: undefined, min: null, max: null, words: null, modelled: false };
    table.set(name, { kind, name, type: 'STRING', meaning, ...unknown });
  }
  for (const name of ABSENT[version]) table.delete(name);
  return new Map([...table].sort(([a], [b]) => compareNames(a, b)));
}

type Tables = Readonly<Record<ConfigKind, ReadonlyMap<string, Setting>>>;

function buildTables(version: KafkaVersion): Tables {
  return {
    producer: buildTable('producer', version),
    consumer: buildTable('consumer', version),
    topic: buildTable('topic', version),
    broker: buildTable('broker', version),
    group: buildTable('group', version),
  };
}

const BY_VERSION: Readonly<Record<KafkaVersion, Tables>> = {
  '4.0': buildTables('4.0'),
  '4.0.0-SNAPSHOT': buildTables('4.0.0-SNAPSHOT'),
  '4.2': buildTables('4.2'),
};

export function isVersion(text: string): text is KafkaVersion {
  return Object.hasOwn(BY_VERSION, text);
}

/** The setting of this name, or null where Kafka has none. */
export function settingOf(kind: ConfigKind, name: string, version: KafkaVersion): Setting | null {
  return BY_VERSION[version][kind].get(name) ?? null;
}

export function settingsOf(kind: ConfigKind, version: KafkaVersion): Setting[] {
  return [...BY_VERSION[version][kind].values()];
}

export function settingNames(kind: ConfigKind, version: KafkaVersion): string[] {
  return [...BY_VERSION[version][kind].keys()];
}

/** Default and type as Kafka's ConfigDef has them, or null for an unknown name. */
export function defaultOf(
  kind: ConfigKind,
  name: string,
  version: KafkaVersion,
): { readonly default: SettingValue | undefined; readonly type: SettingType } | null {
  const setting = settingOf(kind, name, version);
  return setting === null ? null : { default: setting.default, type: setting.type };
}
