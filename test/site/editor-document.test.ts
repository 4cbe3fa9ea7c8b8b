/** The document's pure side: positions, printing, changes, renaming, repairs; and the history on top. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { parseScenario } from '#sim/scenario/parse.ts';
import { addPart, addFault, type PartKind } from '#lib/editor/add-part.ts';
import {
  addItem,
  forgetPositions,
  isRefusal,
  moveItem,
  positionsOf,
  renameKey,
  setPosition,
  setValue,
  unsetValue,
  type Edited,
} from '#lib/editor/change.ts';
import { connectConsume, connectPublish } from '#lib/editor/connect.ts';
import { DocumentLog } from '#lib/editor/document-log.ts';
import { pointerOf, sameJson, valueAt, type Json, type JsonObject } from '#lib/editor/document-tree.ts';
import { durationWords, lengthenFault, moveFault, removeFault } from '#lib/editor/fault-edits.ts';
import { findSpans, nearestSpan, pointerAt } from '#lib/editor/json-positions.ts';
import { names, pointsOf, targetsOf, topicsOf } from '#lib/editor/part-names.ts';
import { printDocument, reprint } from '#lib/editor/print-document.ts';
import { removePart } from '#lib/editor/remove-part.ts';
import { renamePart } from '#lib/editor/rename-part.ts';
import { scenarioFiles } from '../support/scenario-files.ts';

const files = scenarioFiles();
const value = (text: string): JsonObject => JSON.parse(text) as JsonObject;
const file = (name: string): string => files.find((one) => one.name === name)?.text ?? '';
const crash = file('crash-after-charge');

function done(edited: Edited): JsonObject {
  if (isRefusal(edited)) throw new Error(edited.refused);
  return edited.document;
}

function pointersOf(at: Json, pointer = ''): string[] {
  if (typeof at !== 'object' || at === null) return [pointer];
  return [
    pointer,
    ...Object.entries(at).flatMap(([key, inner]) => pointersOf(inner, pointer + pointerOf(key))),
  ];
}

const kinds: readonly PartKind[] = [
  'producer',
  'consumer',
  'topic',
  'external-api',
  'database',
  'fault',
  'check',
];

describe('places in a text', () => {
  it.each(files)('every value of $name is found where it stands', ({ text }) => {
    const spans = findSpans(text);
    for (const pointer of pointersOf(value(text))) {
      const span = spans.get(pointer);
      expect(span, pointer).toBeDefined();
      expect(JSON.parse(text.slice(span?.from, span?.to))).toEqual(valueAt(value(text), pointer));
    }
  });

  it('a broken text keeps the places before the break', () => {
    const text = '{ "a": { "b": 1, "c": [2, 3 } }';
    const spans = findSpans(text);
    expect(text.slice(spans.get('/a/b')?.from, spans.get('/a/b')?.to)).toBe('1');
    expect(nearestSpan(spans, '/a/c/7/x')).toBe(spans.get('/a/c'));
    expect(pointerAt(spans, text.indexOf('3'))).toBe('/a/c/1');
  });

  it('any text whatever is looked through without an error', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '1', 'a', '\\', ' ') }),
        (text) => {
          expect(findSpans(text).size).toBeGreaterThan(0);
        },
      ),
    );
    expect(findSpans('['.repeat(200_000)).size).toBeGreaterThan(0);
  });
});

describe('a changed text', () => {
  it('differs only where the value differs', () => {
    const edited = setValue(value(crash), '/carry/kafka/consume/payment/config/session.timeout.ms', 6000);
    expect(reprint(crash, value(crash), done(edited))).toBe(
      crash.replace('"session.timeout.ms": 10000', '"session.timeout.ms": 6000'),
    );
    expect('what' in edited && edited.what).toBe('set session.timeout.ms 6000');
  });

  it('keeps lines that an inserted step does not touch', () => {
    const text = '{"version":1,\n  "services": { "a": {"every":"1s","do":[ {"work":"1ms"} ]} }\n}';
    const next = done(addItem(value(text), '/services/a/do', 'stop'));
    expect(reprint(text, value(text), next)).toContain('{"work":"1ms"}');
    expect(JSON.parse(reprint(text, value(text), next))).toEqual(next);
  });

  it('says the new value, whatever the two values are', () => {
    const anyJson = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;
    fc.assert(
      fc.property(anyJson, anyJson, fc.boolean(), (a, b, tall) => {
        const text = tall ? JSON.stringify(a, null, 2) : JSON.stringify(a);
        const before = JSON.parse(text) as Json;
        const next = JSON.parse(JSON.stringify(b)) as Json;
        expect(sameJson(JSON.parse(reprint(text, before, next)) as Json, next)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it.each(files)('$name printed from nothing says the same', ({ text }) => {
    expect(sameJson(JSON.parse(printDocument(value(text))) as Json, value(text))).toBe(true);
  });
});

describe('changes', () => {
  it('a renamed service takes its subscription, its instances and its crash points along', () => {
    const renamed = done(renamePart(value(crash), '/services/payment', 'billing'));
    expect(valueAt(renamed, '/carry/kafka/consume/billing/group')).toBe('payment');
    expect(valueAt(renamed, '/faults/0')).toEqual({
      crash: 'billing',
      when: { after: 'billing/charge', nth: 3 },
      for: '5s',
    });
    expect(Object.keys(valueAt(renamed, '/services') as JsonObject)).toEqual(['checkout', 'billing']);
  });

  it.each(files)('any part of $name can be renamed and the document still parses', ({ text }) => {
    const document = value(text);
    const places = [
      ...names(document, '/services').map((name) => pointerOf('services', name)),
      ...names(document, '/stores').map((name) => pointerOf('stores', name)),
      ...names(document, '/brokers').map((name) => pointerOf('brokers', name)),
      ...names(document, '/events').map((name) => pointerOf('events', name)),
      ...topicsOf(document).map((name) => pointerOf('brokers', 'kafka', 'topics', name)),
      ...['operations', 'tables'].flatMap((part) =>
        names(document, '/stores').flatMap((store) =>
          names(document, pointerOf('stores', store, part)).map((name) =>
            pointerOf('stores', store, part, name),
          ),
        ),
      ),
    ];
    for (const place of places) {
      const renamed = parseScenario(JSON.stringify(done(renamePart(document, place, 'renamed'))));
      expect(renamed.ok ? [] : renamed.problems, place).toEqual([]);
    }
  });

  it.each(kinds.slice(0, 5))('a new %s in an empty document runs', (kind) => {
    const start: JsonObject = { version: 1, services: {} };
    const grown = done(addPart(start, kind));
    const whole = names(grown, '/services').length > 0 ? grown : done(addPart(grown, 'producer'));
    const result = parseScenario(JSON.stringify(whole));
    expect(result.ok ? [] : result.problems).toEqual([]);
  });

  it('a whole system is built from the palette and connected', () => {
    let document: JsonObject = { version: 1, services: {} };
    for (const kind of kinds) document = done(addPart(document, kind));
    document = done(connectConsume(document, 'consumer', 'events'));
    document = done(connectPublish(document, 'consumer', 'events', 'item.made'));
    const result = parseScenario(JSON.stringify(document));
    expect(result.ok ? [] : result.problems).toEqual([]);
  });

  it('a removed service leaves nothing that speaks of it', () => {
    const rest = done(removePart(value(crash), '/services/payment'));
    expect(JSON.stringify([valueAt(rest, '/carry/kafka/consume'), valueAt(rest, '/faults') ?? null])).toBe(
      '[{},null]',
    );
  });

  it('faults move, last and go, with their names', () => {
    const added = addFault(value(crash), { crash: 'payment-1', at: '12.5s', for: '5s' });
    expect('what' in added && added.what).toBe('add fault crash payment-1 at 12.5 s');
    const moved = done(moveFault(done(added), 1, 9_250_000));
    expect(valueAt(moved, '/faults/1/at')).toBe('9.25s');
    expect(valueAt(done(lengthenFault(moved, 1, 250_000)), '/faults/1/for')).toBe('250ms');
    expect(valueAt(done(lengthenFault(moved, 1, null)), '/faults/1/for')).toBeUndefined();
    expect(done(removeFault(moved, 1))).toEqual(value(crash));
    expect([0, 1, 1_500, 12_480_001].map(durationWords)).toEqual(['0s', '1us', '1.5ms', '12.480001s']);
  });

  it('positions stand in the file, and the automatic layout comes back', () => {
    const moved = done(setPosition(value(crash), 'payment', 12.4, 80.6));
    expect(positionsOf(moved)).toEqual({ payment: { x: 12, y: 81 } });
    expect(parseScenario(JSON.stringify(moved)).ok).toBe(true);
    expect(done(forgetPositions(moved))).toEqual(value(crash));
    expect(positionsOf({ layout: { positions: { payment: 'left' } } })).toEqual({});
  });

  it('a name that is taken and a place that does not exist are refused', () => {
    for (const edited of [
      renamePart(value(crash), '/services/payment', 'cards'),
      renameKey(value(crash), '/events/order.placed', 'payment.completed'),
      unsetValue(value(crash), '/services/nobody'),
      moveItem(value(crash), '/checks', 0, 17),
      moveFault(value(crash), 5, 1),
    ]) {
      expect(isRefusal(edited) && edited.refused).toMatch(/\.$/);
    }
  });

  it('crash points and targets are named as the parser names them', () => {
    expect(pointsOf(value(file('dual-write')))).toContain('checkout/save/insert');
    expect(targetsOf(value(crash))).toContain('payment-2');
  });
});

interface Move {
  readonly kind: number;
  readonly a: number;
  readonly b: number;
}

/** One of every kind of change, at a place that the numbers choose. */
function play(document: JsonObject, { kind, a, b }: Move): Edited {
  const places = pointersOf(document).slice(1);
  const place = places[a % places.length] ?? '/seed';
  const other = valueAt(document, places[b % places.length] ?? '/seed') ?? null;
  const services = names(document, '/services');
  const service = services[a % Math.max(services.length, 1)] ?? 'payment';
  const topic = topicsOf(document)[b % Math.max(topicsOf(document).length, 1)] ?? 'orders';
  const moves: readonly (() => Edited)[] = [
    () => addPart(document, kinds[a % kinds.length] ?? 'fault'),
    () => removePart(document, pointerOf('services', service)),
    () => removePart(document, place),
    () => renamePart(document, place, `n${b % 50}`),
    () => setValue(document, place, other),
    () => setValue(document, place, b),
    () => unsetValue(document, place),
    () => moveItem(document, place, a % 4, b % 4),
    () => moveFault(document, a % 3, b),
    () => lengthenFault(document, a % 3, b % 2 === 0 ? null : b),
    () => removeFault(document, a % 3),
    () => connectConsume(document, service, topic),
    () => connectPublish(document, service, topic, names(document, '/events')[0] ?? 'none'),
    () => setPosition(document, service, a, b),
    () => addItem(document, place, other),
  ];
  return moves[kind % moves.length]?.() ?? { refused: 'none' };
}

const moves = fc.array(fc.record({ kind: fc.nat(14), a: fc.nat(10_000), b: fc.nat(10_000) }), {
  maxLength: 12,
});

describe('any sequence of changes', () => {
  it('gives documents that parse, or problems with a place', () => {
    fc.assert(
      fc.property(fc.constantFrom(...files), moves, ({ text }, sequence) => {
        let document = value(text);
        for (const move of sequence) {
          const edited = play(document, move);
          if (isRefusal(edited)) {
            expect(edited.refused).toMatch(/\.$/);
            continue;
          }
          expect(edited.what.length).toBeGreaterThan(0);
          document = edited.document;
        }
        const result = parseScenario(JSON.stringify(document));
        if (result.ok) return;
        expect(result.problems.length).toBeGreaterThan(0);
        for (const problem of result.problems) expect(problem.pointer).toMatch(/^(\/|$)/);
      }),
      { numRuns: 200 },
    );
  });

  it('is undone step by step to the very text, and redone', () => {
    fc.assert(
      fc.property(fc.constantFrom(...files), moves, ({ text }, sequence) => {
        const history = new DocumentLog({ clock: () => 0 });
        expect(history.open(text)).toEqual([]);
        const texts = [text];
        for (const move of sequence) {
          if (history.value === null) break;
          const before = history.text;
          history.apply(play(history.value, move));
          if (history.text !== before) texts.push(history.text);
          expect(JSON.parse(history.text)).toEqual(history.value);
          expect(parseScenario(history.good).ok).toBe(true);
        }
        for (const past of texts.slice(0, -1).reverse()) {
          history.undo();
          expect(history.text).toBe(past);
        }
        expect(history.canUndo).toBe(false);
        for (const next of texts.slice(1)) {
          history.redo();
          expect(history.text).toBe(next);
        }
        expect(history.canRedo).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the history', () => {
  it('a broken draft is shown and never run', () => {
    const told: string[] = [];
    const history = new DocumentLog({ onaccepted: (_text, what) => told.push(what), clock: () => 0 });
    history.open(crash);
    history.write(crash.replace('"orders"]', '"oders"]'));
    expect(history.good).toBe(crash);
    expect(history.problems[0]?.pointer).toBe('/carry/kafka/consume/payment/topics/0');
    history.write('{');
    expect([history.good, history.value]).toEqual([crash, null]);
    expect(history.apply({ what: 'x', document: {}, at: '' })).toBe(false);
    expect(history.refused).toContain('not JSON');
    expect(told).toEqual([]);
    history.revert();
    expect([history.text, history.problems.length]).toEqual([crash, 0]);
  });

  it('a form works on a draft that is JSON, and repairs it', () => {
    const told: string[] = [];
    const history = new DocumentLog({ onaccepted: (_text, what) => told.push(what) });
    history.open(crash);
    history.write(crash.replace('"seed": 7', '"seed": -7'));
    expect(history.problems.length).toBe(1);
    history.apply(setValue(history.value ?? {}, '/seed', 9));
    expect([history.problems.length, history.good === history.text, told]).toEqual([0, true, ['set seed 9']]);
    history.undo();
    expect([history.good, told.at(-1)]).toEqual([crash, 'undo: set seed 9']);
  });

  it('typing is one change until a pause', () => {
    let now = 0;
    const history = new DocumentLog({ clock: () => now });
    history.open(crash);
    for (const seed of [71, 712, 7123]) history.write(crash.replace('"seed": 7', `"seed": ${seed}`));
    now = 5_000;
    history.write(crash.replace('"seed": 7', '"seed": 8'));
    expect(history.changes).toEqual({ names: ['edit the JSON', 'edit the JSON'], done: 2 });
    history.undo();
    expect(history.text).toContain('"seed": 7123');
    history.undo();
    expect(history.text).toBe(crash);
  });

  it('a file with problems leaves what is open', () => {
    const history = new DocumentLog();
    history.open(crash);
    expect(history.open('[]').length).toBeGreaterThan(0);
    expect(history.text).toBe(crash);
  });

  it('forgets the oldest of very many changes and keeps a good one', () => {
    const history = new DocumentLog();
    history.open(crash);
    for (let seed = 0; seed < 320; seed += 1) history.apply(setValue(history.value ?? {}, '/seed', seed));
    expect(history.changes.names.length).toBe(299);
    while (history.canUndo) history.undo();
    expect(parseScenario(history.text).ok).toBe(true);
  });
});
