/**
 * Reading templates and conditions in a lane's place: fields of the event at hand or of the drawn item, attributes of
 * the event, columns of rows that were read. A template of one hole is read straight into a key or number, without
 * text; several pieces are joined as text. Nothing is evaluated: a condition is one comparison.
 */
import { compareNames, nameOf } from '#sim/base/names.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import { chance } from '#sim/kernel/uniform.ts';
import { keyOf, keyText, NO_KEY } from '#sim/messaging/keys.ts';
import type { ColumnCell } from '#sim/stores/protocol.ts';
import {
  fieldKey,
  fieldNumber,
  isNumeric,
  keyNumber,
  textKey,
  type ItemField,
  type ItemTable,
} from '#sim/services/items.ts';
import type { Lane } from '#sim/services/lane.ts';
import * as program from '#sim/services/program.ts';
import type { Comparison, Condition, Template } from '#sim/services/program.ts';
import type { ServiceTables } from '#sim/services/tables.ts';

/** What is read from: build-time tables, and what events carry of their own. */
export interface Reader {
  readonly items: ItemTable;
  readonly tables: ServiceTables;
}

/** What an event carries of its own in this field; undefined = its item's own value. */
export function carried(reader: Reader, lid: number, field: number): ColumnCell | undefined {
  const fields = reader.tables.state.fields;
  return lid < 0 || fields.size === 0 ? undefined : fields.get(lid)?.get(field);
}

function cellKey(reader: Reader, cell: ColumnCell | undefined): number {
  const { keys, names } = reader.items.catalog;
  return cell === undefined ? NO_KEY : textKey(keys, names, String(cell));
}

/** The key that the template reads as. */
export function readKey(reader: Reader, ctx: Ctx, template: Template, lane: Lane): number {
  return keyFor(reader, ctx, template, lane, lane.lid, lane.item);
}

/** The same for another event than the one at hand: the key of an event that is being announced. */
export function keyFor(
  reader: Reader,
  ctx: Ctx,
  template: Template,
  lane: Lane,
  lid: number,
  item: number,
): number {
  const { items } = reader;
  const { catalog } = items;
  switch (template.kind) {
    case program.FIELD: {
      const cell = carried(reader, lid, template.field);
      return cell === undefined ? fieldKey(items, ctx, template.field, item) : cellKey(reader, cell);
    }
    case program.TEXT:
      return template.key;
    case program.EVENT_ID: {
      const owner = catalog.events.owner.data[lid] as number;
      return keyOf(catalog.keys, items.eventPrefix[owner] as number, catalog.events.n.data[lid] as number);
    }
    case program.EVENT_KEY:
      return catalog.events.key.data[lid] as number;
    case program.ROW_KEY:
      return lane.rows[template.slot]?.key ?? NO_KEY;
    case program.ROW_COLUMN:
      return cellKey(reader, lane.rows[template.slot]?.cells[template.column]);
    default:
      return textKey(catalog.keys, catalog.names, textFor(reader, ctx, template, lane, lid, item));
  }
}

/** The number that the template reads as, 0 where it is none. */
export function readNumber(reader: Reader, ctx: Ctx, template: Template, lane: Lane): number {
  if (template.kind === program.FIELD) {
    const cell = carried(reader, lane.lid, template.field);
    if (cell === undefined) return fieldNumber(reader.items, ctx, template.field, lane.item);
    return cellNumber(cell);
  }
  if (template.kind === program.TEXT) return cellNumber(template.cell);
  if (template.kind === program.ROW_COLUMN)
    return cellNumber(lane.rows[template.slot]?.cells[template.column] ?? 0);
  return keyNumber(reader.items.catalog, readKey(reader, ctx, template, lane));
}

function cellNumber(cell: ColumnCell): number {
  const number = Number(cell);
  return number - number === 0 ? number : 0;
}

/** The text that the template reads as. */
function textFor(
  reader: Reader,
  ctx: Ctx,
  template: Template,
  lane: Lane,
  lid: number,
  item: number,
): string {
  if (template.kind === program.TEXT) return template.text;
  if (template.kind === program.JOINED) {
    let text = '';
    for (const part of template.parts) text += textFor(reader, ctx, part, lane, lid, item);
    return text;
  }
  const { keys, names } = reader.items.catalog;
  if (template.kind === program.EVENT_TYPE)
    return nameOf(names, reader.items.catalog.events.type.data[lid] as number);
  return keyText(keys, names, keyFor(reader, ctx, template, lane, lid, item));
}

/** The value that the template reads as: a template of one hole keeps the hole's type. */
export function readCell(reader: Reader, ctx: Ctx, template: Template, lane: Lane): ColumnCell {
  switch (template.kind) {
    case program.TEXT:
      return template.cell;
    case program.FIELD: {
      const cell = carried(reader, lane.lid, template.field);
      if (cell !== undefined) return cell;
      const numeric = isNumeric(reader.items.fields[template.field] as ItemField);
      if (numeric) return fieldNumber(reader.items, ctx, template.field, lane.item);
      break;
    }
    case program.ROW_COLUMN:
      return lane.rows[template.slot]?.cells[template.column] ?? '-';
  }
  return textFor(reader, ctx, template, lane, lane.lid, lane.item);
}

/** Whether the condition holds. Every `nth` in it counts, whatever the others say. */
export function holds(reader: Reader, ctx: Ctx, condition: Condition, lane: Lane): boolean {
  switch (condition.kind) {
    case program.NTH: {
      const { reached } = reader.tables.state;
      const count = (reached[condition.counter] ?? 0) + 1;
      reached[condition.counter] = count;
      return count === condition.nth;
    }
    case program.FIELD_COMPARED:
      return condition.operand !== null && fieldHolds(reader, ctx, condition, condition.operand, lane);
    case program.DELIVERY_COMPARED:
      return compares(condition.compare, lane.attempt - Number(condition.value));
    case program.PROBABILITY:
      return chance(condition.times, condition.of, luck(reader, ctx, condition.stream, lane));
    case program.FOUND:
      return (lane.rows[condition.slot] !== null) === (condition.found === 1);
    default: {
      let all = true;
      for (const part of condition.parts) all = holds(reader, ctx, part, lane) && all;
      return all;
    }
  }
}

function fieldHolds(reader: Reader, ctx: Ctx, condition: Condition, operand: Template, lane: Lane): boolean {
  const { value, compare } = condition;
  if (typeof value === 'number') return compares(compare, readNumber(reader, ctx, operand, lane) - value);
  return compares(compare, compareNames(textFor(reader, ctx, operand, lane, lane.lid, lane.item), value));
}

function compares(compare: Comparison, difference: number): boolean {
  switch (compare) {
    case 'eq':
      return difference === 0;
    case 'ne':
      return difference !== 0;
    case 'lt':
      return difference < 0;
    case 'lte':
      return difference <= 0;
    case 'gt':
      return difference > 0;
    case 'gte':
      return difference >= 0;
  }
}

/** The luck of this try with the item at hand; sequential where there is none. */
export function luck(reader: Reader, ctx: Ctx, stream: number, lane: Lane): ReturnType<Ctx['random']> {
  if (lane.item < 0) return ctx.random(stream);
  const { items } = reader.items.catalog;
  const owner = items.owner.data[lane.item] as number;
  return ctx.randomOf(
    stream,
    reader.items.ownerHash[owner] as number,
    items.n.data[lane.item] as number,
    lane.attempt,
  );
}
