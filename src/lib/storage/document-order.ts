/**
 * Canonical text back into the order in which people read scenarios: keys as the schema lists them (a step's verb first),
 * names as they come. The order of keys never matters to a run.
 */
import { definitions, DocumentSchema } from '#sim/scenario/schema.ts';
import type { JsonSchema } from '#sim/scenario/validate.ts';

type Value = unknown;

const schemas = definitions as unknown as Readonly<Record<string, JsonSchema>>;
const root = DocumentSchema as unknown as JsonSchema;

/** As a file would be written; text that is not JSON stays as it is, for the parser to complain about. */
export function fileText(canonical: string): string {
  try {
    const value: Value = JSON.parse(canonical);
    return `${JSON.stringify(ordered(value, root, 0), null, 2)}\n`;
  } catch {
    return canonical;
  }
}

/** Deeper than any scenario: the rest stays as it came. */
const DEEP = 60;

function ordered(value: Value, schema: JsonSchema | undefined, depth: number): Value {
  if (typeof value !== 'object' || value === null || depth > DEEP) return value;
  const shape = shapeFor(value, schema);
  if (Array.isArray(value)) return value.map((item: Value) => ordered(item, shape?.items, depth + 1));
  const listed = Object.keys(shape?.properties ?? {});
  const rank = (key: string) => {
    const place = listed.indexOf(key);
    return place < 0 ? listed.length : place;
  };
  const entries = Object.entries(value).sort(([a], [b]) => rank(a) - rank(b));
  const other = typeof shape?.additionalProperties === 'object' ? shape.additionalProperties : undefined;
  return Object.fromEntries(
    entries.map(([key, inner]: [string, Value]) => [
      key,
      ordered(inner, shape?.properties?.[key] ?? other, depth + 1),
    ]),
  );
}

/** The schema behind references and unions that fits the value's keys. */
function shapeFor(value: object, schema: JsonSchema | undefined): JsonSchema | undefined {
  const target = schema?.$ref === undefined ? schema : schemas[schema.$ref.slice('#/$defs/'.length)];
  if (target?.anyOf === undefined) return target;
  const wanted = Array.isArray(value) ? 'array' : 'object';
  const branches = target.anyOf
    .map((branch) => (branch.$ref === undefined ? branch : schemas[branch.$ref.slice('#/$defs/'.length)]))
    .filter((branch) => branch?.type === wanted);
  return branches.find((branch) => (branch?.required ?? []).every((key) => Object.hasOwn(value, key)));
}
