/**
 * Settings under Kafka's own names against Kafka's own table: unknown names, wrong types and bounds are problems in its
 * words; known names that no model acts on yet are warnings.
 */
import {
  isVersion,
  resolveConfig,
  resolveShareConsumerConfig,
  settingNames,
  settingOf,
  type ConfigKind,
  type SettingValue,
} from '#sim/brokers/kafka/config.ts';
import { compareNames } from '#sim/base/names.ts';
import { at, problem, proposal, quote, warning, type Report } from '#sim/scenario/report.ts';
import type { ConfigSet, ConfigValue } from '#sim/scenario/scenario.ts';

export interface CheckedConfig {
  /** As written, sorted by name. */
  readonly set: ConfigSet;
  /** What is in force, defaults included. */
  readonly values: Readonly<Record<string, SettingValue>>;
}

export function checkConfig(
  report: Report,
  pointer: string,
  kind: ConfigKind,
  words: Readonly<Record<string, ConfigValue>> | undefined,
  version: string,
  cluster: Readonly<Record<string, ConfigValue>> = {},
  share = false,
): CheckedConfig {
  const of = isVersion(version) ? version : '4.0';
  const known: Record<string, ConfigValue> = {};
  for (const name of Object.keys(words ?? {}).sort(compareNames)) {
    const value = words?.[name];
    if (value === undefined) continue;
    const place = at(pointer, name);
    const setting = settingOf(kind, name, of);
    if (setting === null) {
      const hint = elsewhere(kind, name) ?? proposal(name, settingNames(kind, of));
      problem(report, place, `Kafka has no ${kind} setting ${quote(name)}.`, hint);
      continue;
    }
    known[name] = value;
    if (!setting.modelled)
      warning(report, place, `\`${name}\` is known but not modelled: it has no effect here.`);
  }
  const resolved = share ? resolveShareConsumerConfig(known, of) : resolveConfig(kind, known, of, cluster);
  if (resolved.ok) {
    for (const warned of resolved.value.warnings) warning(report, at(pointer, warned.name), warned.message);
    return { set: known, values: resolved.value.values };
  }
  for (const wrong of resolved.problems) {
    const sentence = /[.!?]$/.test(wrong.message) ? wrong.message : `${wrong.message}.`;
    problem(report, at(pointer, wrong.name), sentence, wrong.hint);
  }
  return { set: known, values: {} };
}

/** A name that belongs to another part of the file. */
function elsewhere(kind: ConfigKind, name: string): string | undefined {
  for (const other of ['producer', 'consumer', 'topic', 'broker', 'group'] as const) {
    if (other === kind || settingOf(other, name, '4.0') === null) continue;
    return `It is a ${other} setting: ${PLACES[other]}.`;
  }
  return undefined;
}

const PLACES: Readonly<Record<ConfigKind, string>> = {
  producer: '`config` of a service',
  consumer: '`config` under carry, consume',
  topic: '`config` of a topic',
  broker: '`config` of a broker',
  group: '`groups` of a broker',
};
