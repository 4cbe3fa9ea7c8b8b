/**
 * A changed document as text that differs from the author's text only where the value differs: what stayed keeps its
 * line breaks, its blanks and the way its numbers are written. What is new is written in two-space steps, on one line
 * where it fits.
 */
import { isObject, pointerOf, sameJson, type Json, type JsonObject } from '#lib/editor/document-tree.ts';
import { findSpans, type Span } from '#lib/editor/json-positions.ts';

const WIDTH = 100;

interface Old {
  readonly text: string;
  readonly spans: ReadonlyMap<string, Span>;
}

export function printDocument(document: JsonObject): string {
  return `${printNew(document, 0, 0, true)}\n`;
}

/** `next` in the manner of `text`, whose value is `before`. */
export function reprint(text: string, before: Json, next: Json): string {
  const old: Old = { text, spans: findSpans(text) };
  const span = old.spans.get('');
  if (!span) return `${printNew(next, 0, 0, true)}\n`;
  return text.slice(0, span.from) + printLike(old, '', before, next, 0, 0) + text.slice(span.to);
}

function printLike(
  old: Old,
  pointer: string,
  before: Json | undefined,
  next: Json,
  depth: number,
  used: number,
): string {
  const span = old.spans.get(pointer);
  if (!span || before === undefined) return printNew(next, depth, used, false);
  const raw = old.text.slice(span.from, span.to);
  if (sameJson(before, next)) return raw;
  const tall = /^[[{][ \t]*\r?\n/.test(raw);
  if (Array.isArray(before) && Array.isArray(next)) {
    const taken = new Set<number>();
    const parts = next.map((item, index) => {
      const from = oldPlace(before, next, index, taken);
      taken.add(from);
      return printLike(old, pointer + pointerOf(from), before[from], item, depth + 1, 0);
    });
    return wrap('[', parts, ']', depth, used, tall);
  }
  if (isObject(before) && isObject(next)) {
    const parts = Object.entries(next).map(([key, value]) => {
      const name = `${JSON.stringify(key)}: `;
      const was = Object.hasOwn(before, key) ? before[key] : undefined;
      return name + printLike(old, pointer + pointerOf(key), was, value, depth + 1, name.length);
    });
    return wrap('{', parts, '}', depth, used, tall);
  }
  return printNew(next, depth, used, false);
}

/** Which old item an item of a changed list is: the one at its place, else an equal one that moved. */
function oldPlace(
  before: readonly Json[],
  next: readonly Json[],
  index: number,
  taken: ReadonlySet<number>,
): number {
  if (!taken.has(index) && sameJson(before[index], next[index])) return index;
  const equal = before.findIndex((item, place) => !taken.has(place) && sameJson(item, next[index]));
  if (equal >= 0) return equal;
  return next.length === before.length && !taken.has(index) ? index : -1;
}

function printNew(value: Json, depth: number, used: number, tall: boolean): string {
  if (Array.isArray(value)) {
    const parts = value.map((item) => printNew(item, depth + 1, 0, false));
    return wrap('[', parts, ']', depth, used, tall);
  }
  if (!isObject(value)) return JSON.stringify(value);
  const parts = Object.entries(value).map(([key, inner]) => {
    const name = `${JSON.stringify(key)}: `;
    return name + printNew(inner, depth + 1, name.length, false);
  });
  return wrap('{', parts, '}', depth, used, tall);
}

function wrap(
  open: string,
  parts: readonly string[],
  close: string,
  depth: number,
  used: number,
  tall: boolean,
): string {
  if (parts.length === 0) return open + close;
  const pad = open === '{' ? ' ' : '';
  const flat = `${open}${pad}${parts.join(', ')}${pad}${close}`;
  if (!tall && !flat.includes('\n') && flat.length + used + depth * 2 <= WIDTH) return flat;
  const margin = '  '.repeat(depth + 1);
  return `${open}\n${parts.map((part) => margin + part).join(',\n')}\n${'  '.repeat(depth)}${close}`;
}
