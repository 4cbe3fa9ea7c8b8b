/** Settings in force beside their defaults and meanings, from the family's own table. */
import {
  isVersion,
  resolveConfig,
  settingsOf,
  type Setting,
  type ConfigKind,
  type SettingValue,
  type WrittenConfig,
} from '#sim/brokers/kafka/config.ts';
import { rabbitSettings, type RabbitKind } from '#sim/brokers/rabbitmq/config/settings.ts';
import { isRabbitVersion } from '#sim/brokers/rabbitmq/config/version-rules.ts';
import type { BrokerSpec, ConfigSet } from '#sim/scenario/scenario.ts';
import type { ConfigRow } from '#sim/run/topology.ts';

function textOf(value: SettingValue | undefined): string {
  if (value === undefined) return '';
  return Array.isArray(value) ? value.join(', ') : String(value);
}

function unitOf(name: string): string {
  if (name.endsWith('.ms')) return 'ms';
  return name.endsWith('.bytes') ? 'bytes' : '';
}

/** `acks` of -1 is the same as `all`, and Kafka writes the number. */
function inForce(name: string, value: SettingValue | undefined): string {
  return name === 'acks' && value === '-1' ? 'all' : textOf(value);
}

/** What Kafka takes for a value of it. */
function boundsOf({ min, max, words, type }: Setting): string {
  if (words !== null) return words.join(type === 'LIST' ? ', ' : ' | ');
  if (min !== null && max !== null) return `${min} to ${max}`;
  if (min !== null) return `at least ${min}`;
  return max === null ? '' : `at most ${max}`;
}

/** Settings without a default in the table (security, mostly) are listed only where the file writes them. */
export function describeConfig(
  kind: ConfigKind,
  written: ConfigSet,
  version: string,
  cluster: ConfigSet = {},
): ConfigRow[] {
  const of = isVersion(version) ? version : '4.0';
  const resolved = resolveConfig(kind, written as WrittenConfig, of, cluster as WrittenConfig);
  const values: Readonly<Record<string, SettingValue>> = resolved.ok ? resolved.value.values : {};
  return settingsOf(kind, of)
    .filter((setting) => setting.default !== undefined || Object.hasOwn(written, setting.name))
    .map((setting) => ({
      name: setting.name,
      value: inForce(setting.name, values[setting.name] ?? setting.default),
      default: textOf(setting.default),
      written: Object.hasOwn(written, setting.name),
      meaning: setting.meaning,
      unit: unitOf(setting.name),
      bounds: boundsOf(setting),
      modelled: setting.modelled,
    }));
}

type Describer = typeof describeConfig;

const RABBIT_KINDS: Readonly<Partial<Record<ConfigKind, RabbitKind>>> = {
  broker: 'node',
  topic: 'queue',
  consumer: 'client',
};

const describeRabbit: Describer = (kind, written, version) => {
  const of = RABBIT_KINDS[kind];
  if (of === undefined || !isRabbitVersion(version)) return [];
  return rabbitSettings(of, version).map(({ name, unit, meaning, modelled, default: preset }) => ({
    name,
    value: textOf(written[name] ?? preset ?? undefined),
    default: textOf(preset ?? undefined),
    written: Object.hasOwn(written, name),
    meaning,
    unit,
    modelled,
  }));
};

/** How the settings of a family's parts are described. */
export function describerOf(kind: BrokerSpec['kind']): Describer {
  switch (kind) {
    case 'kafka':
      return describeConfig;
    case 'rabbitmq':
      return describeRabbit;
    case 'memory':
      return () => [];
  }
}
