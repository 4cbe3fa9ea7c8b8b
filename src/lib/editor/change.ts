/**
 * A change to a document: the new value, what it is called in the list of things to undo, and the place whose control
 * shows it. What cannot be done is refused with a sentence and changes nothing.
 */
import {
  keysOf,
  lastKey,
  parentOf,
  sameJson,
  withItem,
  withMove,
  withValue,
  without,
} from '#lib/editor/document-tree.ts';
import { listAt, objectAt, valueAt, withKey, type Json, type JsonObject } from '#lib/editor/document-tree.ts';

export interface Change {
  /** "set session.timeout.ms 6000": the imperative that stands at undo. */
  readonly what: string;
  readonly document: JsonObject;
  /** JSON pointer of the part or setting that shows the change. */
  readonly at: string;
}

export interface Refusal {
  readonly refused: string;
}

export type Edited = Change | Refusal;

export function isRefusal(edited: Edited): edited is Refusal {
  return 'refused' in edited;
}

/** A value as a change's name shows it: one short line. */
function shown(value: Json | undefined): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return text.length <= 40 ? text : `${text.slice(0, 37)}...`;
}

/** "12.5s" as "12.5 s". */
export function spaced(duration: Json | undefined): string {
  return shown(duration).replace(/^(-?[0-9.]+)([a-z]+)$/, '$1 $2');
}

/** What the end of a pointer is called: its key, or "step 2" for an item of a list. */
function nameAt(pointer: string): string {
  const keys = keysOf(pointer);
  const last = keys.at(-1) ?? 'the document';
  if (!/^[0-9]+$/.test(last)) return last;
  const list = keys.at(-2) ?? 'item';
  return `${list.replace(/s$/, '')} ${Number(last) + 1}`;
}

export function setValue(document: JsonObject, pointer: string, value: Json): Edited {
  if (pointer === '') return { refused: 'The whole document is replaced in its JSON.' };
  const next = withValue(document, pointer, value);
  if (!sameJson(valueAt(next, pointer), value) && lastKey(pointer) !== '-') {
    return { refused: `There is no place ${pointer} in this document.` };
  }
  return { what: `set ${nameAt(pointer)} ${shown(value)}`, document: next, at: pointer };
}

export function unsetValue(document: JsonObject, pointer: string): Edited {
  if (valueAt(document, pointer) === undefined || pointer === '') {
    return { refused: `There is nothing at ${pointer} to remove.` };
  }
  return { what: `remove ${nameAt(pointer)}`, document: without(document, pointer), at: parentOf(pointer) };
}

export function renameKey(document: JsonObject, pointer: string, to: string): Edited {
  const around = objectAt(document, parentOf(pointer));
  const from = lastKey(pointer);
  if (!Object.hasOwn(around, from)) return { refused: `There is no ${from} to rename.` };
  if (to === '' || to === '__proto__') return { refused: 'A name has at least one letter.' };
  if (to !== from && Object.hasOwn(around, to)) return { refused: `The name ${to} is taken.` };
  const at = `${parentOf(pointer)}/${to.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return { what: `rename ${from} to ${to}`, document: withKey(document, pointer, to), at };
}

export function addItem(document: JsonObject, list: string, item: Json): Edited {
  const old = valueAt(document, list);
  if (old !== undefined && !Array.isArray(old)) return { refused: `There is no list at ${list}.` };
  const index = old?.length ?? 0;
  const next = old === undefined ? withValue(document, list, [item]) : withItem(document, list, index, item);
  return { what: `add to ${nameAt(list)}: ${shown(item)}`, document: next, at: `${list}/${index}` };
}

/** Reorders a list: steps, faults, ways to fail. */
export function moveItem(document: JsonObject, list: string, from: number, to: number): Edited {
  const { length } = listAt(document, list);
  const inside = (index: number) => Number.isInteger(index) && index >= 0 && index < length;
  if (!inside(from) || !inside(to)) return { refused: `${nameAt(list)} has ${length} items.` };
  const what = `move ${nameAt(`${list}/${from}`)} to place ${to + 1}`;
  return { what, document: withMove(document, list, from, to), at: `${list}/${to}` };
}

/** Where a part stands on the stage; never part of the digest. */
export function setPosition(document: JsonObject, name: string, x: number, y: number): Edited {
  if (!Number.isFinite(x) || !Number.isFinite(y)) return { refused: 'A position is two numbers.' };
  const layout = objectAt(document, '/layout');
  const positions = { ...objectAt(layout, '/positions'), [name]: { x: Math.round(x), y: Math.round(y) } };
  const next = withValue(document, '/layout', { ...layout, positions });
  return { what: `move ${name} on the stage`, document: next, at: '/layout' };
}

/** Positions as the stage takes them; what is no position is left out. */
export function positionsOf(
  document: JsonObject,
): Readonly<Record<string, { readonly x: number; readonly y: number }>> {
  const kept = Object.entries(objectAt(document, '/layout/positions')).flatMap(([name, place]) => {
    const x = valueAt(place, '/x');
    const y = valueAt(place, '/y');
    return typeof x === 'number' && typeof y === 'number' ? [[name, { x, y }] as const] : [];
  });
  return Object.fromEntries(kept);
}

/** Back to the automatic layout. */
export function forgetPositions(document: JsonObject): Edited {
  if (valueAt(document, '/layout/positions') === undefined) return { refused: 'Nothing was moved.' };
  const rest = without(document, '/layout/positions');
  const empty = Object.keys(objectAt(rest, '/layout')).length === 0;
  return { what: 'lay out anew', document: empty ? without(rest, '/layout') : rest, at: '/layout' };
}

/** What the document's amounts are counted in, as its `views` say: `EUR`; '' where they do not. */
export function currencyOf(document: JsonObject): string {
  const named = valueAt(document, '/views/currency');
  return typeof named === 'string' && named.length <= 8 ? named : '';
}
