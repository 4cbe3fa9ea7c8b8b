/**
 * Older versions of the format, brought up one version at a time; each step turns plain JSON of version n into n + 1 and
 * remembers what it renamed, so that problems point into the author's own file. Version 0 was never released: the service
 * table was `workload`, checks were `claims`, `title` was `name`, and lengths of time were numbers of milliseconds.
 */
import { FORMAT_VERSION } from '#sim/scenario/schema.ts';
import type { Json } from '#sim/scenario/json-text.ts';
import type { Problem } from '#sim/scenario/values.ts';

type JsonObject = { [key: string]: Json };

interface Migration {
  readonly from: number;
  /** Top-level keys, old to new. */
  readonly renames: Readonly<Record<string, string>>;
  readonly change: (document: JsonObject) => JsonObject;
}

export interface Migrated {
  readonly document: JsonObject;
  /** The version that the file said it has. */
  readonly from: number;
}

/** Keys whose numbers were milliseconds in version 0, wherever they stood outside settings. */
const MILLISECONDS = new Set([
  'horizon',
  'at',
  'for',
  'until',
  'startAt',
  'restart',
  'timeout',
  'latency',
  'work',
  'wait',
  'exponential',
  'backoff',
  'window',
]);

function durationsInWords(value: Json, key: string): Json {
  if (typeof value === 'number') return MILLISECONDS.has(key) ? `${value}ms` : value;
  if (typeof value !== 'object' || value === null || key === 'config' || key === 'consume') return value;
  if (Array.isArray(value)) return value.map((item) => durationsInWords(item, ''));
  const copy: JsonObject = {};
  for (const [name, item] of Object.entries(value)) copy[name] = durationsInWords(item, name);
  return copy;
}

const MIGRATIONS: readonly Migration[] = [
  {
    from: 0,
    renames: { workload: 'services', claims: 'checks', name: 'title' },
    change: (document) => {
      const next: JsonObject = {};
      for (const [key, value] of Object.entries(document)) {
        if (key === 'carry' || key === 'layout' || key === 'views') next[key] = value;
        else next[key] = durationsInWords(value, key);
      }
      return next;
    },
  },
];

/** The document in the current version; one of a version that nobody knows comes back as it is. */
export function migrate(document: JsonObject): Migrated {
  const said = document['version'];
  let version = typeof said === 'number' ? said : FORMAT_VERSION;
  let current = document;
  for (;;) {
    const step = MIGRATIONS.find((migration) => migration.from === version);
    if (!step) return { document: current, from: typeof said === 'number' ? said : FORMAT_VERSION };
    current = { ...rename(step.change(current), step.renames), version: version + 1 };
    version += 1;
  }
}

function rename(document: JsonObject, renames: Readonly<Record<string, string>>): JsonObject {
  const next: JsonObject = {};
  for (const [key, value] of Object.entries(document)) {
    const to = Object.hasOwn(renames, key) ? (renames[key] ?? key) : key;
    // A file that has both names keeps both, so that neither is lost without a word.
    next[Object.hasOwn(document, to) ? key : to] = value;
  }
  return next;
}

/** The problem as seen in the file that was read, with its old names. */
export function inOldWords(found: Problem, from: number, file: JsonObject): Problem {
  let { pointer } = found;
  for (const { from: version, renames } of [...MIGRATIONS].reverse()) {
    if (version < from) continue;
    for (const [old, now] of Object.entries(renames)) {
      const inside = pointer === `/${now}` || pointer.startsWith(`/${now}/`);
      if (inside && Object.hasOwn(file, old) && !Object.hasOwn(file, now)) {
        pointer = `/${old}${pointer.slice(now.length + 1)}`;
        break;
      }
    }
  }
  return { ...found, pointer };
}
