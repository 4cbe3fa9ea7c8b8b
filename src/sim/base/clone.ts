/**
 * Copying and comparing plain data: what a checkpoint, a fork and a state comparison are made of.
 * Objects, arrays, Maps, Sets and typed arrays are copied; append-only columns are shared by length (base/column);
 * strings, numbers, booleans, null and undefined are themselves. Functions and class instances are our bug.
 */
import { assert } from '#sim/base/assert.ts';

type Plain = Record<string, unknown>;

function isColumn(value: Plain): boolean {
  return (value['column'] === 'append' || value['column'] === 'mutable') && ArrayBuffer.isView(value['data']);
}

function cloneColumn(value: Plain): Plain {
  const length = value['length'] as number;
  const data = value['data'] as Int32Array | Float64Array;
  if (value['column'] === 'append') return { column: 'append', data, length, owned: false };
  return { column: 'mutable', data: data.slice(0, length), length, owned: true };
}

/** A copy that shares nothing that either side will write. */
export function clone<T>(value: T): T {
  return cloneAny(value) as T;
}

function cloneAny(value: unknown): unknown {
  if (typeof value === 'function') assert(false, '[BASE-2] a function in the state of the world');
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(cloneAny);
  if (ArrayBuffer.isView(value)) return (value as Int32Array).slice();
  if (value instanceof Map) return new Map([...value].map(([key, held]) => [key, cloneAny(held)]));
  if (value instanceof Set) return new Set(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  assert(
    prototype === Object.prototype || prototype === null,
    '[BASE-3] a class instance in the state of the world',
  );
  const plain = value as Plain;
  if (isColumn(plain)) return cloneColumn(plain);
  const copy: Plain = {};
  for (const key of Object.keys(plain)) copy[key] = cloneAny(plain[key]);
  return copy;
}

/** The path of the first difference between two states (`/groups/2/generation`), or null where they are equal. */
export function difference(a: unknown, b: unknown, path = ''): string | null {
  if (Object.is(a, b)) return null;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return path || '/';
  if (a instanceof Map && b instanceof Map) return difference([...a], [...b], path);
  if (a instanceof Set && b instanceof Set) return difference([...a], [...b], path);
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b))
    return differenceOfRows(a as Int32Array, b as Int32Array, path);
  if (Array.isArray(a) && Array.isArray(b) && a.length !== b.length) return `${path}/length`;
  const left = a as Plain;
  const right = b as Plain;
  if (isColumn(left) && isColumn(right)) {
    const l = (left['data'] as Int32Array).subarray(0, left['length'] as number);
    return differenceOfRows(l, (right['data'] as Int32Array).subarray(0, right['length'] as number), path);
  }
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const found = difference(left[key], right[key], `${path}/${key}`);
    if (found !== null) return found;
  }
  return null;
}

function differenceOfRows(a: Int32Array, b: Int32Array, path: string): string | null {
  if (a.length !== b.length) return `${path}/length`;
  for (let row = 0; row < a.length; row += 1) {
    if (!Object.is(a[row], b[row])) return `${path}/${row}`;
  }
  return null;
}

/**
 * Makes `target`, which others hold on to, hold what `source` holds: for the few states that are shared by reference
 * (the catalog). Columns, Maps, arrays and typed arrays are refilled in place; `source` is copied, never shared.
 */
export function restoreInto(target: object, source: object): void {
  const to = target as Plain;
  const from = source as Plain;
  for (const key of Object.keys(from)) {
    const held = to[key];
    const value = from[key];
    if (Array.isArray(held) && Array.isArray(value)) {
      held.length = 0;
      for (const item of value) held.push(cloneAny(item));
    } else if (held instanceof Map && value instanceof Map) {
      held.clear();
      for (const [name, item] of value) held.set(name, cloneAny(item));
    } else if (isPlainObject(held) && isPlainObject(value) && !isColumn(value)) {
      restoreInto(held, value);
    } else if (isPlainObject(held) && isPlainObject(value)) {
      Object.assign(held, cloneColumn(value));
    } else {
      to[key] = cloneAny(value);
    }
  }
}

function isPlainObject(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}
