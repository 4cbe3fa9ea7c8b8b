/** The format's page: every JSON block is a whole scenario that parses, and every key of the schema is named on it. */
import { expect, test } from 'vitest';
import { parsed, readText } from './scenario-files.ts';
import { RECORDS } from '#sim/scenario/record-kinds.ts';
import { definitions, DocumentSchema } from '#sim/scenario/schema.ts';
import type { JsonSchema } from '#sim/scenario/validate.ts';

const page = readText('scenarios/README.md');
const blocks = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');

test('there are whole examples', () => {
  expect(blocks.length).toBeGreaterThanOrEqual(2);
});

test.each(blocks.map((text, i) => [i + 1, text] as const))(
  'block %d parses without a warning and claims something',
  (_, text) => {
    const scenario = parsed(text);
    expect(scenario.warnings).toEqual([]);
    expect(scenario.expect.length).toBeGreaterThan(0);
  },
);

test('every key and word of the schema stands on the page', () => {
  const words = new Set<string>();
  const visit = (schema: JsonSchema) => {
    for (const key of Object.keys(schema.properties ?? {})) words.add(key);
    for (const word of [...(schema.enum ?? []), schema.const]) if (typeof word === 'string') words.add(word);
    for (const inner of [...Object.values(schema.properties ?? {}), ...(schema.anyOf ?? [])]) visit(inner);
    if (schema.items) visit(schema.items);
    if (typeof schema.additionalProperties === 'object') visit(schema.additionalProperties);
  };
  visit(DocumentSchema as unknown as JsonSchema);
  for (const schema of Object.values(definitions)) visit(schema as unknown as JsonSchema);
  // Kinds of trace record are the trace's to describe; alerts are not modelled yet.
  const elsewhere = new Set([...RECORDS.keys(), 'name', 'metric', 'above', 'below']);
  const silent = [...words].filter((word) => !elsewhere.has(word) && !page.includes(word));
  expect(silent).toEqual([]);
});
