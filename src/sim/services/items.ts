/**
 * Business items and what templates read of them. An arrival draws one item; it is a row of the catalog (kind, owner,
 * n) and nothing else is stored: a field's value is computed when it is read, statelessly from (seed, field, owner's
 * name, n), so that the same order has the same total everywhere and in every fork. Items of several kinds that one
 * arrival draws share owner and n, so one row stands for all of them. The owner is the entity that drew it.
 */
import { intern, type Names } from '#sim/base/names.ts';
import { rankAt } from '#sim/kernel/cumulative-table.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import { integerBetween, nextUnit } from '#sim/kernel/uniform.ts';
import { sampleZipf, type Zipf } from '#sim/kernel/zipf.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import { keyOf, keyText, NO_KEY, type KeyTable } from '#sim/messaging/keys.ts';

export const SEQUENCE_FIELD = 0;
export const INTEGER_FIELD = 1;
export const ZIPF_FIELD = 2;
export const CHOICE_FIELD = 3;
/** No item has it: only an event whose publisher read it from a row. */
export const CARRIED_FIELD = 4;

/** One field of a data item or event, compiled; one shape for all generators. */
export interface ItemField {
  /** `order.total` */
  readonly name: string;
  readonly kind: number;
  /** Row of the stream `data:order.total`. */
  readonly stream: number;
  /** Sequence: name id of the prefix by owner's entity (`order-`, `order-2.`), -1 where it draws none. */
  readonly prefixes: Int32Array;
  /** Zipf: name id of the prefix; integer: that of the empty one. */
  readonly prefix: number;
  readonly min: number;
  readonly max: number;
  readonly zipf: Zipf | null;
  /** Choice: sums of weights, and the values' keys. */
  readonly weights: Float64Array;
  readonly choices: Int32Array;
}

export interface ItemTable {
  readonly catalog: Catalog;
  /** Sorted by name; a field's row is what templates hold. */
  readonly fields: readonly ItemField[];
  /** By entity: the hash of its name (kernel/name-hash), as stateless draws want it. */
  readonly ownerHash: Int32Array;
  /** By entity: name id of `checkout-1/`, the prefix of the ids of the events that it announces. */
  readonly eventPrefix: Int32Array;
}

const LARGEST_NUMBER = 8_000_000;

/**
 * The key that reads as `text`, the same whether it was written as text or as prefix and number: trailing digits that
 * a number would be written as are the number.
 */
export function textKey(keys: KeyTable, names: Names, text: string): number {
  let from = text.length;
  while (from > 0 && text.charCodeAt(from - 1) >= 48 && text.charCodeAt(from - 1) <= 57) from -= 1;
  const digits = text.slice(from);
  const number = Number(digits);
  const whole = digits !== '' && String(number) === digits && number < LARGEST_NUMBER;
  return whole
    ? keyOf(keys, intern(names, text.slice(0, from)), number)
    : keyOf(keys, intern(names, text), -1);
}

/** A field's value as a key. */
export function fieldKey(table: ItemTable, ctx: Ctx, row: number, item: number): number {
  const { items, keys } = table.catalog;
  const field = table.fields[row] as ItemField;
  if (item < 0 || field.kind === CARRIED_FIELD) return NO_KEY;
  const owner = items.owner.data[item] as number;
  const n = items.n.data[item] as number;
  if (field.kind === SEQUENCE_FIELD) return keyOf(keys, field.prefixes[owner] as number, n);
  const source = ctx.randomOf(field.stream, table.ownerHash[owner] as number, n, 0);
  switch (field.kind) {
    case ZIPF_FIELD:
      return keyOf(keys, field.prefix, sampleZipf(field.zipf as Zipf, source));
    case INTEGER_FIELD:
      return keyOf(keys, field.prefix, integerBetween(field.min, field.max, source));
    default:
      return field.choices[rankAt(field.weights, nextUnit(source))] as number;
  }
}

/** A field's value as a number: an integer itself, the place in its sequence or the rank of what is named so. */
export function fieldNumber(table: ItemTable, ctx: Ctx, row: number, item: number): number {
  const { items } = table.catalog;
  const field = table.fields[row] as ItemField;
  if (item < 0 || field.kind === CARRIED_FIELD) return 0;
  const n = items.n.data[item] as number;
  if (field.kind === SEQUENCE_FIELD) return n;
  const source = ctx.randomOf(
    field.stream,
    table.ownerHash[items.owner.data[item] as number] as number,
    n,
    0,
  );
  switch (field.kind) {
    case ZIPF_FIELD:
      return sampleZipf(field.zipf as Zipf, source);
    case INTEGER_FIELD:
      return integerBetween(field.min, field.max, source);
    default:
      return keyNumber(table.catalog, field.choices[rankAt(field.weights, nextUnit(source))] as number);
  }
}

/** The number that a key reads as; 0 where it is none. */
export function keyNumber(catalog: Catalog, key: number): number {
  const number = Number(keyText(catalog.keys, catalog.names, key));
  return number - number === 0 ? number : 0;
}

/** Whether a field's values are numbers (and not names). */
export function isNumeric(field: ItemField): boolean {
  return field.kind === INTEGER_FIELD;
}
