/**
 * Removing a part with what only speaks of it: a service's subscription, faults and position; a topic's routes; a check's
 * expected verdict. What else refers to it stays and is reported as a problem with its place.
 */
import type { Edited } from '#lib/editor/change.ts';
import { unsetValue } from '#lib/editor/change.ts';
import { checkName } from '#lib/editor/add-part.ts';
import { removeFault } from '#lib/editor/fault-edits.ts';
import {
  isObject,
  keysOf,
  lastKey,
  listAt,
  parentOf,
  pointerOf,
  valueAt,
  withValue,
  without,
  type Json,
  type JsonObject,
} from '#lib/editor/document-tree.ts';
import { instancesOf, names } from '#lib/editor/part-names.ts';
import { partAt } from '#lib/editor/rename-part.ts';

export function removePart(document: JsonObject, pointer: string): Edited {
  const name = lastKey(pointer);
  const [area, index = ''] = keysOf(pointer);
  if (area === 'faults' && keysOf(pointer).length === 2) return removeFault(document, Number(index));
  if (area === 'checks' && keysOf(pointer).length === 2) return removeCheck(document, pointer);
  const kind = partAt(document, pointer);
  if (valueAt(document, pointer) === undefined) return { refused: `There is no ${name} to remove.` };
  if (kind === 'service') return removeService(document, pointer, name);
  if (kind === 'topic') return removeTopic(document, pointer, name);
  if (kind !== 'store' && kind !== 'broker') return unsetValue(document, pointer);
  const faults = withoutFaultsOn(document, [name, ...(kind === 'broker' ? [`${name}-1`] : [])]);
  return {
    what: `remove ${kind} ${name}`,
    document: unplaced(without(faults, pointer), name),
    at: parentOf(pointer),
  };
}

function removeService(document: JsonObject, pointer: string, name: string): Edited {
  let next = withoutFaultsOn(document, [name, ...instancesOf(document, name)]);
  for (const broker of names(next, '/carry')) {
    next = without(next, pointerOf('carry', broker, 'consume', name));
  }
  return {
    what: `remove service ${name}`,
    document: unplaced(without(next, pointer), name),
    at: '/services',
  };
}

function removeTopic(document: JsonObject, pointer: string, topic: string): Edited {
  const [, broker = ''] = keysOf(pointer);
  let next = without(document, pointer);
  const publish = pointerOf('carry', broker, 'publish');
  for (const event of names(next, publish)) {
    const route = publish + pointerOf(event);
    if (valueAt(next, `${route}/topic`) === topic) next = without(next, route);
  }
  const consume = pointerOf('carry', broker, 'consume');
  for (const service of names(next, consume)) {
    const place = consume + pointerOf(service);
    const topics = listAt(next, `${place}/topics`);
    const rest = topics.filter((name) => name !== topic);
    if (rest.length === topics.length) continue;
    next = rest.length === 0 ? without(next, place) : withValue(next, `${place}/topics`, rest);
  }
  return { what: `remove topic ${topic}`, document: unplaced(next, topic), at: parentOf(pointer) };
}

function removeCheck(document: JsonObject, pointer: string): Edited {
  const check = valueAt(document, pointer);
  if (check === undefined) return { refused: 'There is no such check.' };
  const given = isObject(check) ? check['as'] : undefined;
  const id = typeof given === 'string' ? given : checkName(check);
  const next = without(without(document, pointer), pointerOf('expect', id));
  return { what: `remove check ${id}`, document: next, at: '/checks' };
}

function unplaced(document: JsonObject, name: string): JsonObject {
  return without(document, pointerOf('layout', 'positions', name));
}

/** Without the faults that strike nothing but these. */
function withoutFaultsOn(document: JsonObject, gone: readonly string[]): JsonObject {
  const faults = listAt(document, '/faults');
  const kept = faults.filter((fault) => !strikesOnly(fault, gone));
  if (kept.length === faults.length) return document;
  return kept.length === 0 ? without(document, '/faults') : withValue(document, '/faults', kept);
}

function strikesOnly(fault: Json, gone: readonly string[]): boolean {
  if (!isObject(fault)) return false;
  const answers = typeof fault['of'] === 'string' && gone.includes(fault['of'].split('.')[0] ?? '');
  const when = isObject(fault['when']) ? (fault['when']['after'] ?? fault['when']['before']) : undefined;
  const steps = typeof when === 'string' && gone.includes(when.split('/')[0] ?? '');
  const verbs = ['crash', 'pause', 'restart', 'slow', 'latency', 'deploy'];
  return answers || steps || verbs.some((verb) => gone.includes(String(fault[verb])));
}
