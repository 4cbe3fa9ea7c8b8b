/** [SCENARIO-ORDER] The order of keys in a file never matters: a shuffled file parses to the same scenario. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsed, readText, scenarioFiles } from '../sim/scenario/scenario-files.ts';
import { randomFrom } from '../sim/scenario/mutations.ts';
import type { Json } from '#sim/scenario/json-text.ts';

function shuffle(value: Json, random: (below: number) => number): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => shuffle(item, random));
  const keys = Object.keys(value);
  const shuffled: { [key: string]: Json } = {};
  while (keys.length > 0) {
    const [key = ''] = keys.splice(random(keys.length), 1);
    shuffled[key] = shuffle(value[key] ?? null, random);
  }
  return shuffled;
}

test.each(scenarioFiles())('%s', (path) => {
  const text = readText(path);
  const { document, ...meant } = parsed(text);
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const shuffled = shuffle(JSON.parse(text) as Json, randomFrom(String(seed)));
      const { document: other, ...found } = parsed(JSON.stringify(shuffled));
      expect(other).toEqual(document);
      // As text: the order of keys within the parsed scenario must not differ either.
      expect(JSON.stringify(found)).toBe(JSON.stringify(meant));
    }),
    { numRuns: process.env['SPILLWAY_DEEP'] === '1' ? 300 : 20 },
  );
});
