/** Out and in again: the same document, one canonical text, nothing of layout in what a run depends on. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsed, readText, scenarioFiles, wholeFile } from './scenario-files.ts';
import { canonicalJson, essence, exportScenario } from '#sim/scenario/export.ts';

test.each(scenarioFiles())('%s: export after import is the identity', (path) => {
  const scenario = parsed(readText(path));
  const text = exportScenario(scenario.document);
  expect(JSON.parse(text)).toEqual(JSON.parse(readText(path)));
  expect(Object.keys(JSON.parse(text) as object)).toEqual(Object.keys(JSON.parse(readText(path)) as object));
  expect(parsed(text)).toEqual(scenario);
  expect(exportScenario(parsed(text).document)).toBe(text);
});

test('`made` is written on export and replaced by the next', () => {
  const { document } = parsed(wholeFile);
  const once = exportScenario(document, { version: '1.0.0', digest: 'aa' });
  const twice = exportScenario(parsed(once).document, { version: '1.0.1', digest: 'bb' });
  expect(parsed(once).document.made).toEqual({ version: '1.0.0', digest: 'aa' });
  expect(parsed(twice).document.made).toEqual({ version: '1.0.1', digest: 'bb' });
  expect(exportScenario(parsed(twice).document)).toBe(twice);
});

test('canonical text does not know the order of keys and keeps that of lists', () => {
  expect(canonicalJson({ b: [2, 1, { z: 1, a: null }], a: 'é"' })).toBe(
    '{"a":"é\\"","b":[2,1,{"a":null,"z":1}]}',
  );
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('title, layout and views are no part of what a run depends on; the seed is', () => {
  const { document } = parsed(wholeFile);
  const dressed = {
    ...document,
    title: 'x',
    about: 'y',
    layout: { kafka: [1, 2] },
    views: { first: 'stage' },
  };
  expect(essence(dressed)).toBe(essence(document));
  expect(essence({ ...document, seed: 8 })).not.toBe(essence(document));
});
