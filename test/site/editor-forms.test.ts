/** Forms against the schema: every place has a control, every choice knows its branch, every new value is of its shape. */
import { describe, expect, it } from 'vitest';
import { keysOf, pointerOf, valueAt, type Json, type JsonObject } from '#lib/editor/document-tree.ts';
import {
  branches,
  branchOf,
  controlOf,
  follow,
  meaning,
  schemaAt,
  starter,
  stated,
  type JsonSchema,
} from '#lib/editor/form-shape.ts';
import { diagnosticsOf } from '#lib/editor/json-view.ts';
import { partAround, partList } from '#lib/editor/part-list.ts';
import { configKind, settingRows, settingValue } from '#lib/editor/settings-rows.ts';
import { suggestionsFor } from '#lib/editor/suggestions.ts';
import { parseScenario } from '#sim/scenario/parse.ts';
import { createReport } from '#sim/scenario/report.ts';
import { definitions, DocumentSchema } from '#sim/scenario/schema.ts';
import { validate } from '#sim/scenario/validate.ts';
import { scenarioFiles } from '../support/scenario-files.ts';

const files = scenarioFiles();
const value = (text: string): JsonObject => JSON.parse(text) as JsonObject;
const crash = files.find((file) => file.name === 'crash-after-charge')?.text ?? '';
const known = definitions as unknown as Readonly<Record<string, JsonSchema>>;

function problemsOf(schema: JsonSchema, made: Json): readonly string[] {
  const report = createReport();
  validate({ report, definitions: known, places: new Map() }, schema, made, '');
  return report.problems.map((problem) => `${problem.pointer} ${problem.sentence}`);
}

/** Every place but those inside what is free in form: what is shown first, and where things stand. */
function places(at: Json, pointer = ''): string[] {
  if (pointer === '/views') return [pointer];
  if (typeof at !== 'object' || at === null) return [pointer];
  return [pointer, ...Object.entries(at).flatMap(([key, inner]) => places(inner, pointer + pointerOf(key)))];
}

/** Every schema that stands anywhere in the format, by where it was found. */
function everySchema(): ReadonlyMap<string, JsonSchema> {
  const found = new Map<string, JsonSchema>();
  const visit = (schema: JsonSchema, name: string) => {
    found.set(name, schema);
    if (schema.$ref !== undefined) return;
    for (const [key, inner] of Object.entries(schema.properties ?? {})) visit(inner, `${name}/${key}`);
    if (schema.items) visit(schema.items, `${name}[]`);
    if (typeof schema.additionalProperties === 'object') visit(schema.additionalProperties, `${name}{}`);
    schema.anyOf?.forEach((branch, index) => visit(branch, `${name}|${index}`));
  };
  visit(DocumentSchema as unknown as JsonSchema, 'document');
  for (const [name, schema] of Object.entries(known)) visit(schema, name);
  return found;
}

describe('a form', () => {
  it.each(files)('has a control for every place of $name', ({ text }) => {
    const document = value(text);
    for (const place of places(document)) {
      const schema = schemaAt(document, keysOf(place));
      expect(schema, place).not.toBeNull();
      if (schema === null || controlOf(schema) !== 'choice') continue;
      expect(branchOf(schema, valueAt(document, place)), place).toBeGreaterThanOrEqual(0);
    }
  });

  it('starts every part of the format with a value of its shape', () => {
    const all = everySchema();
    expect(all.size).toBeGreaterThan(200);
    const wrong = [...all].flatMap(([name, schema]) =>
      problemsOf(schema, starter(schema, 'x1')).map((one) => `${name}: ${one}`),
    );
    expect(wrong).toEqual([]);
  });

  it('tells the branches of every union apart by their own smallest values', () => {
    for (const [name, schema] of everySchema()) {
      const all = branches(schema);
      all.forEach((branch, index) => {
        const made = starter(branch, 'x1');
        expect(branchOf(schema, made), `${name} ${index} ${JSON.stringify(made)}`).toBeGreaterThanOrEqual(0);
        if (branch.type === 'object')
          expect(branchOf(schema, made), `${name} ${JSON.stringify(made)}`).toBe(index);
      });
    }
  });

  it('says meaning, bounds and default in the schema’s words', () => {
    const at = (place: string) => schemaAt(value(crash), keysOf(place)) ?? {};
    expect(meaning(at('/services/payment/instances'))).toBe(
      'Default 1; named payment-1, payment-2, …. 1 to 1000.',
    );
    expect(stated(at('/services/payment/instances'))).toBe('1');
    expect(stated(at('/stores/cards/operations/charge/idempotencyKey'))).toBe('ignored');
    expect(suggestionsFor(follow(at('/services/checkout/do/0/publish')).title, value(crash))).toEqual([
      'order.placed',
      'payment.completed',
    ]);
  });
});

describe('settings', () => {
  const place = '/carry/kafka/consume/payment/config';

  it('stand with Kafka’s default and meaning, written or not', () => {
    const rows = settingRows(value(crash), place);
    const session = rows.find((row) => row.name === 'session.timeout.ms');
    expect(session).toMatchObject({ written: 10_000, fallback: '45000', modelled: true });
    expect(rows.find((row) => row.name === 'max.poll.interval.ms')).toMatchObject({
      written: undefined,
      fallback: '300000',
    });
    expect(session?.meaning).toMatch(/\.$/);
  });

  it('take the type that Kafka gives them', () => {
    const row = (name: string) => {
      const found = settingRows(value(crash), place).find((one) => one.name === name);
      if (!found) throw new Error(name);
      return found;
    };
    expect(settingValue(row('max.poll.records'), '17')).toBe(17);
    expect(settingValue(row('enable.auto.commit'), 'true')).toBe(true);
    expect(settingValue(row('max.poll.records'), 'many')).toBe('many');
    expect(settingValue(row('partition.assignment.strategy'), 'range, sticky')).toEqual(['range', 'sticky']);
  });

  it('belong to whoever stands there', () => {
    expect(
      [
        '/services/checkout/config',
        place,
        '/brokers/kafka/config',
        '/brokers/kafka/topics/orders/config',
        '/faults/0/consume',
      ].map(configKind),
    ).toEqual(['producer', 'consumer', 'broker', 'topic', 'consumer']);
  });
});

describe('marks in the text', () => {
  it('stand at the value that the pointer names', () => {
    const text = crash.replace('"orders"]', '"oders"]');
    const parsed = parseScenario(text);
    const [mark] = diagnosticsOf(text, parsed.ok ? [] : parsed.problems);
    expect(text.slice(mark?.from, mark?.to)).toBe('"oders"');
    expect(mark?.message).toContain('Did you mean');
  });

  it('stand at line and column where the text is not JSON', () => {
    const text = crash.replace('"seed": 7', '"seed": 7,,');
    const parsed = parseScenario(text);
    const [mark] = diagnosticsOf(text, parsed.ok ? [] : parsed.problems);
    expect(text.slice((mark?.from ?? 0) - 1, mark?.to ?? 0)).toBe(',,');
  });

  it('stay inside the text whatever is wrong', () => {
    for (let length = 0; length < crash.length; length += 13) {
      const text = crash.slice(0, length);
      const parsed = parseScenario(text);
      for (const mark of diagnosticsOf(text, parsed.ok ? [] : parsed.problems)) {
        expect(mark.from).toBeLessThanOrEqual(mark.to);
        expect(mark.to).toBeLessThanOrEqual(text.length);
      }
    }
  });
});

describe('the list of parts', () => {
  it('opens the part around a place and counts its problems', () => {
    const groups = partList(value(crash), [
      { pointer: '/services/payment/on/order.placed/0/call', sentence: 'No.' },
    ]);
    expect(partAround(groups, '/services/payment/on/order.placed/0/call')).toBe('/services/payment');
    expect(partAround(groups, '/brokers/kafka/topics/orders/partitions')).toBe(
      '/brokers/kafka/topics/orders',
    );
    expect(partAround(groups, '/horizon')).toBe('');
    const wrong = groups.flatMap((group) => group.entries).filter((entry) => entry.wrong > 0);
    expect(wrong.map((entry) => entry.name)).toEqual(['payment']);
  });
});
