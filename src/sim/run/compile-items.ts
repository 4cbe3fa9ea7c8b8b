/**
 * The scenario's data items and event fields as the services read them: one row a field, sorted by name. A sequence's
 * first producer counts `order-1`, `order-2`; the kth of several counts `order-k.1`, so that no two orders share a name.
 * Producers are taken by service name, then by instance.
 */
import { intern } from '#sim/base/names.ts';
import { cumulate } from '#sim/kernel/cumulative-table.ts';
import { hashName } from '#sim/kernel/name-hash.ts';
import { streamRow, type StreamTable } from '#sim/kernel/random.ts';
import { compileZipf } from '#sim/kernel/zipf.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import type { DataField, Scenario } from '#sim/scenario/scenario.ts';
import {
  CARRIED_FIELD,
  CHOICE_FIELD,
  INTEGER_FIELD,
  SEQUENCE_FIELD,
  textKey,
  ZIPF_FIELD,
  type ItemField,
  type ItemTable,
} from '#sim/services/items.ts';

type Facts = Pick<Scenario, 'data' | 'events' | 'services'>;

/** `entityNames`: by entity, all of the world's. */
export function compileItems(
  scenario: Facts,
  catalog: Catalog,
  streams: StreamTable,
  entityNames: readonly string[],
): ItemTable {
  const names = new Set(scenario.data.flatMap((item) => item.fields.map(({ field }) => field)));
  for (const event of scenario.events) for (const field of event.fields) names.add(field.name);
  const fields = [...names].sort().map((name): ItemField => {
    const item = scenario.data.find((other) => other.fields.some(({ field }) => field === name));
    const field = item?.fields.find((other) => other.field === name);
    if (item === undefined || field === undefined) return blank(name, CARRIED_FIELD);
    const stream = streamRow(streams, `data:${name}`);
    return {
      ...compileField(field, catalog, () => prefixesOf(scenario, item.name, field, catalog, entityNames)),
      stream,
    };
  });
  return {
    catalog,
    fields,
    ownerHash: Int32Array.from(entityNames, (name) => hashName(name)),
    eventPrefix: Int32Array.from(entityNames, (name) => intern(catalog.names, `${name}/`)),
  };
}

function blank(name: string, kind: number): ItemField {
  return {
    name,
    kind,
    stream: -1,
    prefixes: new Int32Array(0),
    prefix: -1,
    min: 0,
    max: 0,
    zipf: null,
    weights: new Float64Array(0),
    choices: new Int32Array(0),
  };
}

function compileField(field: DataField, catalog: Catalog, prefixes: () => Int32Array): ItemField {
  const { names, keys } = catalog;
  switch (field.kind) {
    case 'sequence':
      return { ...blank(field.field, SEQUENCE_FIELD), prefixes: prefixes() };
    case 'integer':
      return {
        ...blank(field.field, INTEGER_FIELD),
        prefix: intern(names, ''),
        min: field.min,
        max: field.max,
      };
    case 'zipf':
      return {
        ...blank(field.field, ZIPF_FIELD),
        prefix: intern(names, `${field.prefix}-`),
        zipf: compileZipf(field.of, field.s),
      };
    case 'choice':
      return {
        ...blank(field.field, CHOICE_FIELD),
        weights: cumulate(field.values.map(({ weight }) => weight)),
        choices: Int32Array.from(field.values, ({ value }) => textKey(keys, names, value)),
      };
  }
}

function prefixesOf(
  scenario: Facts,
  item: string,
  field: DataField & { readonly prefix?: string },
  catalog: Catalog,
  entityNames: readonly string[],
): Int32Array {
  const prefixes = new Int32Array(entityNames.length).fill(-1);
  let rank = 0;
  for (const service of scenario.services) {
    if (service.driven.by !== 'every' || !service.driven.draws.includes(item)) continue;
    for (const instance of service.instanceNames) {
      rank += 1;
      const text = rank === 1 ? `${field.prefix}-` : `${field.prefix}-${rank}.`;
      const entity = entityNames.indexOf(instance);
      if (entity >= 0) prefixes[entity] = intern(catalog.names, text);
    }
  }
  return prefixes;
}
