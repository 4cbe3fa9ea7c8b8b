/** The project's own JSON reader against the engine's, and what only it says. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJson } from '#sim/scenario/json-text.ts';
import { createReport } from '#sim/scenario/report.ts';

function read(text: string): { value: unknown; sentences: string[]; pointers: string[] } {
  const report = createReport();
  const value = readJson(text, report);
  const { problems } = report;
  return {
    value,
    sentences: problems.map(({ sentence }) => sentence),
    pointers: problems.map(({ pointer }) => pointer),
  };
}

test('what JSON.stringify writes is read back', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
      const text = JSON.stringify(value, null, space);
      const keys = new Set(['__proto__', 'constructor', 'prototype']);
      fc.pre(![...keys].some((key) => text.includes(JSON.stringify(key))));
      expect(read(text)).toEqual({ value: JSON.parse(text) as unknown, sentences: [], pointers: [] });
    }),
  );
});

test('accepts and refuses what the engine accepts and refuses', () => {
  const alphabet = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    'a',
    '\\',
    'u00e9',
    '1',
    '-',
    '.',
    'e',
    '0',
    'null',
    'true',
    ' ',
    '\n',
    '\u0001',
  );
  fc.assert(
    fc.property(fc.array(alphabet, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      let wanted: unknown;
      try {
        wanted = JSON.parse(text) as unknown;
      } catch {
        wanted = undefined;
      }
      const { value, sentences } = read(text);
      const twice = sentences.some(
        (sentence) => sentence.includes('stands twice') || sentence.includes('too large'),
      );
      fc.pre(!twice);
      expect(JSON.stringify(value)).toBe(JSON.stringify(wanted));
      expect(sentences.length).toBe(wanted === undefined ? 1 : 0);
    }),
    { numRuns: 3000 },
  );
});

test.each([
  ['{"a":1,}', 'This is not JSON: "}" where a key should stand at line 1, column 8.'],
  ['{\n  // no\n}', 'This is not JSON: "/" where a key should stand at line 2, column 3.'],
  ['[1,\n 2 3]', 'This is not JSON: "3" where , or ] should stand at line 2, column 4.'],
  ['{"a":NaN}', 'This is not JSON: an unexpected "N" at line 1, column 6.'],
  ['{"a":"x', 'This is not JSON: a text without end at line 1, column 8.'],
  ['{"a":"x\ny"}', 'This is not JSON: a control character in a text at line 1, column 8.'],
  ['{"a":"\\x"}', 'This is not JSON: an unknown escape in a text at line 1, column 7.'],
  ['{} {}', 'This is not JSON: text after the end of the JSON value at line 1, column 4.'],
  ['{"a":1e999}', 'The number 1e999 is too large.'],
])('%j: %s', (text, sentence) => {
  expect(read(text).sentences).toEqual([sentence]);
});

test('keys that stand twice and keys that reach a prototype are problems with their place', () => {
  const text = '{"a":{"b":1,"b":2},"__proto__":{"x":1},"c/d":{"constructor":1,"prototype":2}}';
  expect(read(text).pointers).toEqual(['/a/b', '/__proto__', '/c~1d/constructor', '/c~1d/prototype']);
  expect(({} as { x?: number }).x).toBeUndefined();
});

test('the number of values is bounded', () => {
  expect(read(`[${'0,'.repeat(300_000)}0]`).sentences).toEqual(['The file has more than 250000 values.']);
});
