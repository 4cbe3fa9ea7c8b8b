/**
 * A scenario file's text in, a parsed scenario or every problem out. Never throws and never hangs, whatever the text is:
 * length, depth and number of values are bounded before anything is looked at closely.
 */
import { failure, success, type Result } from '#sim/base/result.ts';
import { kindOfObject, kindOfText } from '#sim/scenario/file-kind.ts';
import { readJson, type Json } from '#sim/scenario/json-text.ts';
import { LIMITS } from '#sim/scenario/limits.ts';
import { inOldWords, migrate } from '#sim/scenario/migrate.ts';
import { closeReport, createReport, problem, quote, type Report } from '#sim/scenario/report.ts';
import { resolveScenario } from '#sim/scenario/resolve.ts';
import { definitions, DocumentSchema, FORMAT_VERSION, type ScenarioDocument } from '#sim/scenario/schema.ts';
import { validate, type JsonSchema, type Walk } from '#sim/scenario/validate.ts';
import type { Scenario } from '#sim/scenario/scenario.ts';
import type { Problem } from '#sim/scenario/values.ts';

export type { Problem } from '#sim/scenario/values.ts';

type JsonObject = { [key: string]: Json };

export function parseScenario(text: string): Result<Scenario, Problem[]> {
  const report = createReport();
  const file = readFile(report, text);
  if (file === null) return failure(closeReport(report));
  const { document, from } = migrate(file);
  const scenario = parseDocument(report, document);
  if (scenario !== null && report.problems.length === 0) return success(scenario);
  return failure(closeReport(report).map((found) => inOldWords(found, from, file)));
}

/** The outermost object, or null after a problem that leaves nothing to look at. */
function readFile(report: Report, text: string): JsonObject | null {
  if (text.length > LIMITS.textLength) {
    const size = `The file has ${text.length} characters: at most ${LIMITS.textLength}.`;
    problem(report, '', size, 'A scenario is some kilobytes; is this the right file?');
    return null;
  }
  if (text.trim() === '') {
    problem(report, '', 'The file is empty.', 'The smallest scenario has "version" and "services".');
    return null;
  }
  const look = kindOfText(text);
  const value = look === null ? readJson(text, report) : undefined;
  if (look !== null)
    problem(report, '', `This is not JSON: it looks like ${look}.`, 'A scenario file is JSON in UTF-8.');
  if (value === undefined) return null;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problem(report, '', `A scenario is one object, not ${quote(value)}.`, 'It begins with {.');
    return null;
  }
  const kind = kindOfObject(value);
  if (kind === null) return value;
  problem(
    report,
    '',
    `This looks like ${kind}, not like a scenario.`,
    'A scenario has "version" and "services".',
  );
  return null;
}

function parseDocument(report: Report, document: JsonObject): Scenario | null {
  const version = document['version'];
  if (typeof version === 'number' && version > FORMAT_VERSION) {
    const sentence = `The file has format version ${version}; this Spillway knows versions up to ${FORMAT_VERSION}.`;
    problem(report, '/version', sentence, 'Use a newer Spillway.');
    return null;
  }
  const places = new Map<object, readonly number[]>();
  // The builder's types say more than JSON: the walk reads them as the plain JSON Schema that they are.
  const schema = DocumentSchema as unknown as JsonSchema;
  const walk = { report, definitions: definitions as unknown as Record<string, JsonSchema>, places };
  const shaped = validate(walk, schema, document, '') ?? withoutServices(walk, schema, document);
  return resolveScenario({ report, document: shaped as unknown as ScenarioDocument, raw: document, places });
}

/** What is right in a document that lacks what every scenario has: its other problems are worth knowing too. */
function withoutServices(walk: Walk, schema: JsonSchema, document: JsonObject): Json {
  const { services = {} } = document;
  const named = typeof services === 'object' && services !== null && !Array.isArray(services);
  const patched: JsonObject = { ...document, version: FORMAT_VERSION, services: named ? services : {} };
  return (
    validate({ ...walk, report: createReport() }, schema, patched, '') ?? {
      version: FORMAT_VERSION,
      services: {},
    }
  );
}
