/** Kafka's settings at a place of the document: what is written, what could be, with default and meaning from the one table. */
import { keysOf, objectAt, type Json, type JsonObject } from '#lib/editor/document-tree.ts';
import { brokerInUse } from '#lib/editor/part-names.ts';
import { isVersion, settingsOf, type ConfigKind, type SettingValue } from '#sim/brokers/kafka/config.ts';

export interface SettingRow {
  readonly name: string;
  readonly type: string;
  readonly words: readonly string[] | null;
  readonly fallback: string;
  readonly meaning: string;
  readonly modelled: boolean;
  /** Undefined: the default holds. */
  readonly written: Json | undefined;
}

/** Whose settings stand at a pointer: a service's are its producer's. */
export function configKind(pointer: string): ConfigKind {
  const keys = keysOf(pointer);
  if (keys[0] === 'brokers') {
    return keys[2] === 'topics' ? 'topic' : keys[2] === 'groups' ? 'group' : 'broker';
  }
  return keys[0] === 'carry' || keys.at(-1) === 'consume' ? 'consumer' : 'producer';
}

export function settingRows(document: JsonObject, pointer: string): readonly SettingRow[] {
  const kind = configKind(pointer);
  const broker = brokerInUse(document) ?? '';
  const version = objectAt(objectAt(document, '/brokers'), `/${broker}`)['version'];
  const written = objectAt(document, pointer);
  const table = settingsOf(kind, typeof version === 'string' && isVersion(version) ? version : '4.0');
  const known: SettingRow[] = table.map((setting) => ({
    name: setting.name,
    type: setting.type,
    words: setting.type === 'BOOLEAN' ? ['true', 'false'] : setting.words,
    fallback: shown(setting.default),
    meaning: setting.meaning,
    modelled: setting.modelled,
    written: Object.hasOwn(written, setting.name) ? written[setting.name] : undefined,
  }));
  const strange = Object.entries(written).filter(([name]) => !table.some((setting) => setting.name === name));
  const odd = { type: 'STRING', words: null, fallback: '', meaning: '', modelled: true };
  return [...strange.map(([name, value]) => ({ name, ...odd, written: value })), ...known];
}

function shown(value: SettingValue | undefined): string {
  if (value === undefined) return '';
  if (value === '') return '""';
  return Array.isArray(value)
    ? value.map((item: string) => item.replace(/^.*\./, '')).join(', ')
    : String(value);
}

/** A typed text as the setting's type has it; what does not fit stays text, for the parser to complain about. */
export function settingValue(row: SettingRow, text: string): Json {
  if (row.type === 'BOOLEAN' && (text === 'true' || text === 'false')) return text === 'true';
  const numeric = ['INT', 'SHORT', 'LONG', 'DOUBLE'].includes(row.type) && /^-?[0-9]+(\.[0-9]+)?$/.test(text);
  if (numeric) return Number(text);
  return row.type === 'LIST' ? text.split(',').map((item) => item.trim()) : text;
}
