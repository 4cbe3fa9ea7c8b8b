/**
 * Renaming a part everywhere that the document speaks of it: routes, subscriptions, steps, faults, crash points, links,
 * checks. Steps and templates are text with names inside; each rule below says where a name of that kind may stand.
 */
import type { Edited } from '#lib/editor/change.ts';
import {
  isObject,
  lastKey,
  parentOf,
  valueAt,
  keysOf,
  pointerOf,
  type Json,
  type JsonObject,
} from '#lib/editor/document-tree.ts';
import { allNames, names } from '#lib/editor/part-names.ts';

export type PartPlace = 'service' | 'broker' | 'store' | 'topic' | 'event' | 'operation' | 'table' | 'other';

/** Which kind of part stands at a pointer. */
export function partAt(document: JsonObject, pointer: string): PartPlace {
  const [area, name = '', inner] = keysOf(pointer);
  const depth = keysOf(pointer).length;
  if (depth === 2) {
    if (area === 'services') return 'service';
    if (area === 'brokers') return 'broker';
    if (area === 'stores') return 'store';
    if (area === 'events') return 'event';
  }
  if (depth === 4 && area === 'brokers' && inner === 'topics') return 'topic';
  if (depth === 4 && area === 'stores' && valueAt(document, pointerOf('stores', name))) {
    if (inner === 'operations') return 'operation';
    if (inner === 'tables') return 'table';
  }
  return 'other';
}

/** Gives a text or key at `path` its new form; the same text where it does not mean the part. */
type Rule = (path: readonly string[], text: string, isKey: boolean) => string;

function rewrite(value: Json, path: readonly string[], rule: Rule): Json {
  if (typeof value === 'string') return rule(path, value, false);
  if (Array.isArray(value)) return value.map((item, index) => rewrite(item, [...path, String(index)], rule));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => {
    const name = rule([...path, key], key, true);
    return [name, rewrite(inner, [...path, key], rule)] as const;
  });
  return Object.fromEntries(entries);
}

/** `name` or one of its numbered instances or nodes. */
function withNumber(text: string, from: string, to: string): string {
  if (text === from) return to;
  const number = text.startsWith(`${from}-`) ? text.slice(from.length + 1) : '';
  return /^[1-9][0-9]*$/.test(number) ? `${to}-${number}` : text;
}

function swapHead(text: string, mark: string, from: string, to: string): string {
  return text.startsWith(from + mark) ? to + text.slice(from.length) : text;
}

/** Where faults and links name processes. */
function namesTarget(path: readonly string[]): boolean {
  const [area, , key] = path;
  if (area === 'links') return key === 'between';
  const verbs = ['crash', 'pause', 'restart', 'slow', 'partition', 'latency', 'deploy'];
  return area === 'faults' && (verbs.includes(key ?? '') || (key === 'when' && path[3] === 'match'));
}

/** Where a fault names a topic with its broker: `kafka/orders`. */
function altersTopic(path: readonly string[]): boolean {
  return path[0] === 'faults' && path[2] === 'alter';
}

function isPoint(path: readonly string[]): boolean {
  return path[0] === 'faults' && path[2] === 'when' && (path[3] === 'after' || path[3] === 'before');
}

function isPosition(path: readonly string[]): boolean {
  return path[0] === 'layout' && path[1] === 'positions' && path.length === 3;
}

/** Where `store.part` or `store.table` may stand: steps, checks, faults on answers, goals. */
const EFFECT_KEYS = new Set(['call', 'insert', 'update', 'read', 'effect', 'table', 'of']);

function inSteps(path: readonly string[]): boolean {
  return path[0] === 'services' || (path[0] === 'faults' && path[2] === 'on');
}

function namesEffect(path: readonly string[]): boolean {
  const key = path.at(-1) ?? '';
  return EFFECT_KEYS.has(key) && ['services', 'faults', 'checks', 'goal'].includes(path[0] ?? '');
}

function rulesFor(kind: PartPlace, pointer: string, from: string, to: string): Rule {
  const [, owner = ''] = keysOf(pointer);
  switch (kind) {
    case 'service':
      return (path, text, isKey) => {
        const consumes = path[0] === 'carry' && path[2] === 'consume' && path.length === 4;
        if (isKey) return text === from && (consumes || isPosition(path)) ? to : text;
        if (isPoint(path)) return swapHead(text, '/', from, to);
        return namesTarget(path) ? withNumber(text, from, to) : text;
      };
    case 'broker':
      return (path, text, isKey) => {
        if (isKey)
          return text === from && ((path[0] === 'carry' && path.length === 2) || isPosition(path))
            ? to
            : text;
        if (path[0] === 'on' && path.length === 1) return text === from ? to : text;
        if (inSteps(path) && path.at(-1) === 'transaction') return text === from ? to : text;
        if (altersTopic(path)) return swapHead(text, '/', from, to);
        if (!namesTarget(path)) return text;
        return text === `${from}-controller` ? `${to}-controller` : withNumber(text, from, to);
      };
    case 'store':
      return (path, text, isKey) => {
        if (isKey) return text === from && isPosition(path) ? to : text;
        if (namesTarget(path)) return text === from ? to : text;
        if (inSteps(path) && path.at(-1) === 'transaction') return text === from ? to : text;
        return namesEffect(path) ? swapHead(text, '.', from, to) : text;
      };
    case 'operation':
    case 'table':
      return (path, text, isKey) =>
        !isKey && namesEffect(path) && text === `${owner}.${from}` ? `${owner}.${to}` : text;
    case 'topic':
      return (path, text, isKey) => {
        if (!isKey && altersTopic(path)) return text === `${owner}/${from}` ? `${owner}/${to}` : text;
        if (isKey || path[0] !== 'carry') return isKey && text === from && isPosition(path) ? to : text;
        return text === from && path[1] === owner && (path.at(-1) === 'topic' || path.at(-2) === 'topics')
          ? to
          : text;
      };
    case 'event':
      return (path, text, isKey) => {
        const route = path[0] === 'carry' && path[2] === 'publish' && path.length === 4;
        const handler = inSteps(path) && path.at(-2) === 'on' && path.length === 4;
        if (isKey) return text === from && (route || handler) ? to : text;
        if (isPoint(path)) return text.replace(`/${from}/`, `/${to}/`);
        const told =
          (inSteps(path) && path.at(-1) === 'publish') || (path[0] === 'checks' && path.at(-1) === 'event');
        return told && text === from ? to : text;
      };
    case 'other':
      return (_path, text) => text;
  }
}

/** Bare names of tables, as they stand inside a transaction on their store. */
function renameInside(value: Json, store: string, from: string, to: string, within: boolean): Json {
  if (Array.isArray(value)) return value.map((item) => renameInside(item, store, from, to, within));
  if (!isObject(value)) return value;
  const inside = 'transaction' in value ? value['transaction'] === store : within;
  const entries = Object.entries(value).map(([key, inner]) => {
    const table = inside && inner === from && ['insert', 'update', 'read'].includes(key);
    return [key, table ? to : renameInside(inner, store, from, to, inside)] as const;
  });
  return Object.fromEntries(entries);
}

export function renamePart(document: JsonObject, pointer: string, to: string): Edited {
  const from = lastKey(pointer);
  const kind = partAt(document, pointer);
  if (valueAt(document, pointer) === undefined) return { refused: `There is no ${from} to rename.` };
  if (to === '' || to === '__proto__' || to.length > 249)
    return { refused: 'A name has 1 to 249 characters.' };
  const shared = kind === 'service' || kind === 'broker' || kind === 'store';
  const taken = shared ? allNames(document) : names(document, parentOf(pointer));
  if (to !== from && taken.includes(to)) return { refused: `The name ${to} is taken.` };
  const rule = rulesFor(kind, pointer, from, to);
  const path = keysOf(pointer);
  const own: Rule = (here, text, isKey) =>
    isKey && here.length === path.length && here.every((key, index) => key === path[index])
      ? to
      : rule(here, text, isKey);
  let next = rewrite(document, [], own);
  if (kind === 'table') next = renameInside(next, path[1] ?? '', from, to, false);
  const at = parentOf(pointer) + pointerOf(to);
  return { what: `rename ${from} to ${to}`, document: isObject(next) ? next : document, at };
}
