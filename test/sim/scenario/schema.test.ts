/**
 * The published schema: fresh, described throughout, real JSON Schema 2020-12, and the same judgement as the project's own
 * walk. `npx vitest run test/sim/scenario -u` writes it anew.
 */
import Schema from 'typebox/schema';
import { expect, test } from 'vitest';
import { readText, scenarioFiles, wholeFile } from './scenario-files.ts';
import { mutations } from './mutations.ts';
import { readJson, type Json } from '#sim/scenario/json-text.ts';
import { RECORDS } from '#sim/scenario/record-kinds.ts';
import { createReport } from '#sim/scenario/report.ts';
import { ANOMALIES } from '#sim/scenario/schema-claims.ts';
import { definitions, DocumentSchema, publishedSchema } from '#sim/scenario/schema.ts';
import { validate, type JsonSchema } from '#sim/scenario/validate.ts';
import { shapes } from '#sim/trace/vocabulary.ts';
import type { AnomalyKind } from '#sim/checkers/verdict.ts';

const published = `${JSON.stringify(publishedSchema(), null, 2)}\n`;

test('scenarios/scenario.schema.json is fresh', async () => {
  await expect(published).toMatchFileSnapshot('../../../scenarios/scenario.schema.json');
});

test('every key of every object says what it means', () => {
  const silent: string[] = [];
  const visit = (schema: JsonSchema & { description?: string }, path: string) => {
    const target = schema.$ref === undefined ? schema : undefined;
    if (target && path !== '' && !target.description) silent.push(path);
    for (const [key, inner] of Object.entries(schema.properties ?? {})) visit(inner, `${path}/${key}`);
    for (const inner of schema.anyOf ?? []) if (inner.properties) visit(inner, `${path}|`);
    if (typeof schema.additionalProperties === 'object' && schema.additionalProperties.properties) {
      visit(schema.additionalProperties, `${path}/*`);
    }
  };
  const document = JSON.parse(published) as JsonSchema & { $defs: Record<string, JsonSchema> };
  visit(document, '');
  for (const [name, inner] of Object.entries(document.$defs)) visit(inner, `$defs/${name}`);
  expect(silent).toEqual([]);
});

function walkAccepts(value: Json): boolean {
  const report = createReport();
  const walk = {
    report,
    definitions: definitions as unknown as Record<string, JsonSchema>,
    places: new Map(),
  };
  validate(walk, DocumentSchema as unknown as JsonSchema, value, '');
  return report.problems.length === 0;
}

test('the walk judges shapes as TypeBox does, over every scenario and its mutations', () => {
  const published2020 = JSON.parse(published) as Record<string, unknown>;
  let refused = 0;
  let accepted = 0;
  for (const path of scenarioFiles()) {
    for (const { text, about } of mutations(
      readText(path),
      process.env.SPILLWAY_DEEP === '1' ? 1000 : 60,
      path,
    )) {
      const value = readJson(text, createReport());
      if (value === undefined) continue;
      const fits = Schema.Check(published2020, value);
      expect(walkAccepts(value), `${path}: ${about}\n${text}`).toBe(fits);
      if (fits) accepted += 1;
      else refused += 1;
    }
  }
  expect(accepted).toBeGreaterThan(100);
  expect(refused).toBeGreaterThan(100);
});

test('canary: a schema that forgets a key is told from the walk', () => {
  const poorer = JSON.parse(published) as { properties: Record<string, unknown> };
  delete poorer.properties['seed'];
  const value = JSON.parse(wholeFile) as Json;
  expect(Schema.Check(poorer, value)).toBe(false);
  expect(walkAccepts(value)).toBe(true);
});

test('anomalies are those that the checkers name', () => {
  const known: Record<AnomalyKind, true> = {
    lost: true,
    skipped: true,
    duplicate: true,
    reordered: true,
    ghost: true,
    stuck: true,
    zombie: true,
    overlap: true,
    'stale-commit': true,
  };
  expect([...ANOMALIES].sort()).toEqual(Object.keys(known).sort());
});

test("record kinds and their fields are the trace's", () => {
  const written = Object.entries(shapes).map(([kind, shape]) => [
    kind,
    [
      ...shape.fields.map(([name, type]) => {
        if (type === 'entity') return [name, 'process'];
        return [name, type === 'name' || type === 'key' ? 'text' : 'number'];
      }),
      ['entity', 'process'],
    ],
  ]);
  expect([...RECORDS].map(([kind, fields]) => [kind, [...fields]])).toEqual(written);
});
