/**
 * Wrong files made from right ones: every place once with each of many strange values, keys misspelt, doubled, added and
 * taken away, texts cut and scrambled. A seed gives the same list again.
 */
import type { Json } from '#sim/scenario/json-text.ts';

export interface Mutation {
  readonly about: string;
  readonly text: string;
}

type JsonObject = { [key: string]: Json };

/** A small generator of its own (mulberry32), so that a printed seed brings the same files back anywhere. */
export function randomFrom(seed: string): (below: number) => number {
  let state = 0;
  for (const character of seed) state = (Math.imul(state, 31) + (character.codePointAt(0) ?? 0)) | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const STRANGE: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  1,
  1.5,
  1e21,
  -1e-9,
  9_007_199_254_740_994,
  '',
  ' ',
  '0s',
  '5m',
  '-5s',
  '1e3ms',
  'NaN',
  '{',
  '{order.id',
  '{{order.id}}',
  '{constructor}',
  'constructor',
  '__proto__',
  'x'.repeat(5000),
  '\u0000',
  '\ud800',
  'orders ',
  'payment/charge#after',
  [],
  [[]],
  {},
  { '': {} },
  { kind: 'kafka' },
  { publish: 'order.placed', wait: {} },
  { hasOwnProperty: 1, toString: 2, valueOf: 3 },
];

interface Place {
  readonly pointer: string;
  readonly put: (value: Json) => void;
  readonly take: () => void;
}

function placesOf(value: Json, pointer: string, found: Place[]): Place[] {
  if (Array.isArray(value)) {
    value.forEach((item, i) => {
      found.push({
        pointer: `${pointer}/${i}`,
        put: (next) => (value[i] = next),
        take: () => value.splice(i, 1),
      });
      placesOf(item, `${pointer}/${i}`, found);
    });
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      const put = (next: Json) => (value[key] = next);
      found.push({ pointer: `${pointer}/${key}`, put, take: () => delete value[key] });
      placesOf(item, `${pointer}/${key}`, found);
    }
  }
  return found;
}

function misspell(name: string, random: (below: number) => number): string {
  const i = random(Math.max(1, name.length));
  const kinds = [
    () => name.slice(0, i) + name.slice(i + 1),
    () => `${name.slice(0, i)}x${name.slice(i)}`,
    () => name.slice(0, i) + (name[i + 1] ?? '') + (name[i] ?? '') + name.slice(i + 2),
    () => name.toUpperCase(),
    () => `${name} `,
    () => 'constructor',
  ];
  return (kinds[random(kinds.length)] ?? kinds[0])?.() ?? name;
}

function renameOne(document: JsonObject, random: (below: number) => number): string {
  const objects: JsonObject[] = [];
  const visit = (value: Json) => {
    if (typeof value !== 'object' || value === null) return;
    if (!Array.isArray(value)) objects.push(value);
    for (const item of Object.values(value)) visit(item as Json);
  };
  visit(document);
  const object = objects[random(objects.length)] ?? document;
  const keys = Object.keys(object);
  const key = keys[random(Math.max(1, keys.length))];
  if (key === undefined) return 'nothing renamed';
  const next = misspell(key, random);
  const value = object[key] as Json;
  delete object[key];
  Object.defineProperty(object, next, { value, enumerable: true, configurable: true, writable: true });
  return `key ${key} renamed ${next}`;
}

function mutateOnce(text: string, random: (below: number) => number): Mutation {
  const document = JSON.parse(text) as JsonObject;
  const places = placesOf(document, '', []);
  const place = places[random(places.length)];
  const strange = STRANGE[random(STRANGE.length)] ?? null;
  const other = places[random(places.length)];
  switch (random(7)) {
    case 0:
    case 1:
      place?.put(structuredClone(strange));
      return {
        about: `${place?.pointer} = ${JSON.stringify(strange)?.slice(0, 40)}`,
        text: JSON.stringify(document),
      };
    case 2:
      place?.take();
      return { about: `${place?.pointer} taken away`, text: JSON.stringify(document) };
    case 3:
      return { about: renameOne(document, random), text: JSON.stringify(document) };
    case 4: {
      const copied = valueAt(JSON.parse(text) as Json, other?.pointer ?? '');
      place?.put(copied);
      return {
        about: `${place?.pointer} = what stands at ${other?.pointer}`,
        text: JSON.stringify(document),
      };
    }
    case 5: {
      const from = random(text.length);
      const cut = text.slice(0, from) + text.slice(from + 1 + random(20));
      return { about: `characters cut at ${from}`, text: cut };
    }
    default: {
      const from = random(text.length);
      const garbage =
        ['"', '{', '}', '[', ',', '\\', '\u0000', '\ufeff', '9', '-', '/*', ':'][random(12)] ?? '';
      return {
        about: `${JSON.stringify(garbage)} put in at ${from}`,
        text: text.slice(0, from) + garbage + text.slice(from),
      };
    }
  }
}

function valueAt(document: Json, pointer: string): Json {
  let here = document;
  for (const key of pointer.split('/').slice(1)) {
    const next: Json | undefined = Array.isArray(here) ? here[Number(key)] : (here as JsonObject)[key];
    if (next === undefined) return null;
    here = next;
  }
  return here;
}

/** `count` wrong (or still right) files made from `text`; every third one is changed more than once. */
export function mutations(text: string, count: number, seed: string): Mutation[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, i) => {
    let mutation = mutateOnce(text, random);
    for (let more = i % 3 === 0 ? random(3) : 0; more > 0; more -= 1) {
      try {
        const next = mutateOnce(mutation.text, random);
        mutation = { about: `${mutation.about}; ${next.about}`, text: next.text };
      } catch {
        break;
      }
    }
    return mutation;
  });
}

/** Every place of `text` with every strange value. */
export function* systematic(text: string): Generator<Mutation> {
  const count = placesOf(JSON.parse(text) as Json, '', []).length;
  for (let i = 0; i < count; i += 1) {
    for (const strange of STRANGE) {
      const document = JSON.parse(text) as Json;
      const place = placesOf(document, '', [])[i];
      place?.put(structuredClone(strange));
      const about = `${place?.pointer} = ${JSON.stringify(strange)?.slice(0, 40)}`;
      yield { about, text: JSON.stringify(document) };
    }
    const document = JSON.parse(text) as Json;
    const place = placesOf(document, '', [])[i];
    place?.take();
    yield { about: `${place?.pointer} taken away`, text: JSON.stringify(document) };
  }
}
