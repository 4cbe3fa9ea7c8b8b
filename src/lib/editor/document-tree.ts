/**
 * A scenario document as a JSON value, and the few ways to change one: set, remove, rename, insert, move, by JSON pointer
 * (RFC 6901). Every change gives a new value and leaves the old one as it was; keys keep the author's order. Nothing here
 * knows what a scenario is, except in which order its outermost keys are written.
 */
import { DocumentSchema } from '#sim/scenario/schema.ts';
import type { Json } from '#sim/scenario/json-text.ts';

export type { Json };
export type JsonObject = { [key: string]: Json };

const OUTER_KEYS = Object.keys(DocumentSchema.properties);

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function keysOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

export function pointerOf(...keys: readonly (string | number)[]): string {
  return keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

export function parentOf(pointer: string): string {
  return pointer.slice(0, Math.max(0, pointer.lastIndexOf('/')));
}

export function lastKey(pointer: string): string {
  return keysOf(pointer).at(-1) ?? '';
}

function step(value: Json | undefined, key: string): Json | undefined {
  if (Array.isArray(value)) return /^(0|[1-9][0-9]*)$/.test(key) ? value[Number(key)] : undefined;
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

export function valueAt(document: Json | undefined, pointer: string): Json | undefined {
  return keysOf(pointer).reduce(step, document);
}

/** The object at `pointer`, empty where there is none. */
export function objectAt(document: Json | undefined, pointer: string): JsonObject {
  const value = valueAt(document, pointer);
  return isObject(value) ? value : {};
}

export function listAt(document: Json | undefined, pointer: string): readonly Json[] {
  const value = valueAt(document, pointer);
  return Array.isArray(value) ? value : [];
}

/** `value` with what stands at `keys` replaced by what `change` makes of it; undefined takes it away. */
function changeAt(
  value: Json | undefined,
  keys: readonly string[],
  change: (old: Json | undefined) => Json | undefined,
  depth = 0,
): Json | undefined {
  const [key, ...rest] = keys;
  if (key === undefined) return change(value);
  const next = changeAt(step(value, key), rest, change, depth + 1);
  if (Array.isArray(value)) {
    const index = key === '-' ? value.length : Number(key);
    if (!Number.isInteger(index) || index < 0 || index > value.length) return value;
    return next === undefined ? value.toSpliced(index, 1) : value.toSpliced(index, 1, next);
  }
  const entries = isObject(value) ? Object.entries(value) : [];
  const place = entries.findIndex(([name]) => name === key);
  if (next === undefined) return place < 0 ? value : Object.fromEntries(entries.toSpliced(place, 1));
  const at = place >= 0 ? place : depth === 0 ? outerPlace(entries, key) : entries.length;
  return Object.fromEntries(entries.toSpliced(at, place >= 0 ? 1 : 0, [key, next]));
}

/** Where a new outermost key goes: before the first that the schema lists later. */
function outerPlace(entries: readonly [string, Json][], key: string): number {
  const rank = OUTER_KEYS.indexOf(key);
  const after = entries.findIndex(([name]) => rank >= 0 && OUTER_KEYS.indexOf(name) > rank);
  return after < 0 ? entries.length : after;
}

function whole(document: JsonObject, value: Json | undefined): JsonObject {
  return isObject(value) ? value : document;
}

/** Objects that are missing on the way are made; `-` is the place behind a list's last. */
export function withValue(document: JsonObject, pointer: string, value: Json): JsonObject {
  return whole(
    document,
    changeAt(document, keysOf(pointer), () => value),
  );
}

export function without(document: JsonObject, pointer: string): JsonObject {
  if (valueAt(document, pointer) === undefined) return document;
  return whole(
    document,
    changeAt(document, keysOf(pointer), () => undefined),
  );
}

/** The key that `pointer` ends in becomes `to`, at its old place. */
export function withKey(document: JsonObject, pointer: string, to: string): JsonObject {
  const from = lastKey(pointer);
  const renamed = changeAt(document, keysOf(parentOf(pointer)), (old) =>
    isObject(old)
      ? Object.fromEntries(Object.entries(old).map(([key, value]) => [key === from ? to : key, value]))
      : old,
  );
  return whole(document, renamed);
}

export function withItem(document: JsonObject, list: string, index: number, item: Json): JsonObject {
  const changed = changeAt(document, keysOf(list), (old) =>
    Array.isArray(old) ? old.toSpliced(index, 0, item) : (old ?? [item]),
  );
  return whole(document, changed);
}

export function withMove(document: JsonObject, list: string, from: number, to: number): JsonObject {
  const changed = changeAt(document, keysOf(list), (old) => {
    if (!Array.isArray(old)) return old;
    const item = old[from];
    return item === undefined ? old : old.toSpliced(from, 1).toSpliced(to, 0, item);
  });
  return whole(document, changed);
}

/** Whether two values are one; the order of keys counts, since it is the author's. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const left = Object.entries(a);
  const right = Object.entries(b);
  return (
    left.length === right.length &&
    left.every(([key, value], index) => right[index]?.[0] === key && sameJson(value, right[index]?.[1]))
  );
}
