/**
 * What a form needs to know of a place in the document, taken from the one schema that validation uses: its kind of
 * control, title, meaning, bounds, words, and for unions the branch that the present value is of. Nothing about a
 * scenario is repeated here.
 */
import { isObject, type Json, type JsonObject } from '#lib/editor/document-tree.ts';
import { definitions, DocumentSchema } from '#sim/scenario/schema.ts';
import type { JsonSchema } from '#sim/scenario/validate.ts';

export type { JsonSchema };

type Described = JsonSchema & { readonly description?: string };

const schemas = definitions as unknown as Readonly<Record<string, Described>>;
/** The builder's types say more than JSON: forms read the plain JSON Schema that it is. */
const root = DocumentSchema as unknown as JsonSchema;

export type Control =
  'word' | 'fixed' | 'flag' | 'number' | 'text' | 'choice' | 'group' | 'table' | 'list' | 'settings' | 'json';

/** The schema behind references; what stands beside a reference adds to it. */
export function follow(schema: JsonSchema): Described {
  const name = schema.$ref?.slice('#/$defs/'.length);
  return name === undefined ? schema : { ...(schemas[name] ?? {}), ...schema, $ref: undefined };
}

/** The branches of a union, unions inside unions laid flat. */
export function branches(schema: JsonSchema): readonly Described[] {
  return (follow(schema).anyOf ?? []).flatMap((branch) => {
    const target = follow(branch);
    return target.anyOf === undefined ? [target] : branches(target);
  });
}

function isSettings(schema: JsonSchema): boolean {
  return schema.$ref === '#/$defs/config';
}

export function controlOf(schema: JsonSchema): Control {
  if (isSettings(schema)) return 'settings';
  const target = follow(schema);
  if (target.anyOf !== undefined) return isPlain(target) ? 'text' : 'choice';
  if (target.enum !== undefined) return 'word';
  if (target.const !== undefined) return 'fixed';
  switch (target.type) {
    case 'boolean':
      return 'flag';
    case 'integer':
    case 'number':
      return 'number';
    case 'string':
      return 'text';
    case 'array':
      return 'list';
    case 'object':
      if (target.properties !== undefined) return 'group';
      return typeof target.additionalProperties === 'object' ? 'table' : 'json';
    default:
      return 'json';
  }
}

/** A union of nothing but texts and numbers: one field takes them all. */
function isPlain(schema: JsonSchema): boolean {
  return branches(schema).every(({ type, enum: words, const: fixed }) => {
    const plain = ['string', 'number', 'integer'].includes(type ?? '');
    return plain && words === undefined && fixed === undefined;
  });
}

/** Whether one text field may hold a number too. */
export function takesNumbers(schema: JsonSchema): boolean {
  return branches(schema).some(({ type }) => type === 'number' || type === 'integer');
}

/** The branch that a value is of, as validation tells them: by its verb. */
export function branchOf(schema: JsonSchema, value: Json | undefined): number {
  const all = branches(schema);
  if (isObject(value)) {
    return all.findIndex(({ type, required = [] }) => {
      const [verb] = required;
      return (
        type === 'object' &&
        (verb === undefined || Object.hasOwn(value, verb)) &&
        kindFits(all, value, type, required)
      );
    });
  }
  const exact = all.findIndex((branch) => (branch.enum ?? [branch.const]).includes(value));
  if (exact >= 0) return exact;
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  return all.findIndex((branch) => {
    const open = branch.enum === undefined && branch.const === undefined;
    return open && (branch.type === type || (branch.type === 'integer' && type === 'number'));
  });
}

/** Branches whose first key is the same (`kind`) are told by its fixed word. */
function kindFits(
  all: readonly Described[],
  value: JsonObject,
  _type: string,
  required: readonly string[],
): boolean {
  const branch = all.find((one) => one.required === required);
  const [verb = ''] = required;
  const fixed = branch?.properties?.[verb];
  const word = fixed === undefined ? undefined : follow(fixed).const;
  return word === undefined || word === value[verb];
}

/** What a branch is called in a choice: its fixed word, or its title. */
export function branchName(branch: Described): string {
  if (typeof branch.const === 'string') return branch.const;
  const [verb = ''] = branch.required ?? [];
  const fixed = branch.properties?.[verb];
  const kind = fixed === undefined ? undefined : follow(fixed).const;
  return typeof kind === 'string' ? kind : (branch.title ?? 'value').replace(/^an? /, '');
}

/** The schema at a pointer of the document, or null where the document's shape has left it. */
export function schemaAt(document: Json, pointer: readonly string[]): JsonSchema | null {
  let schema: JsonSchema = root;
  let value: Json | undefined = document;
  for (const key of pointer) {
    const next = inner(schema, value, key);
    if (next === null) return null;
    schema = next;
    value = Array.isArray(value) ? value[Number(key)] : isObject(value) ? value[key] : undefined;
  }
  return schema;
}

function inner(schema: JsonSchema, value: Json | undefined, key: string): JsonSchema | null {
  let target: JsonSchema = follow(schema);
  if (target.anyOf !== undefined) target = branches(target)[branchOf(target, value)] ?? {};
  if (target.type === 'array') return target.items ?? null;
  const property = target.properties?.[key];
  if (property !== undefined) return property;
  return typeof target.additionalProperties === 'object' ? target.additionalProperties : null;
}

/** The smallest value that a place may begin with: examples first, then what is required. */
export function starter(schema: JsonSchema, name = '', depth = 0): Json {
  const target = follow(schema);
  if (target.const !== undefined) return target.const as Json;
  if (target.enum !== undefined) return (target.enum[0] ?? '') as Json;
  const example = target.examples?.[0];
  if (example !== undefined) return structuredClone(example) as Json;
  if (depth > 6) return null;
  if (target.anyOf !== undefined) return starter(branches(target)[0] ?? {}, name, depth + 1);
  switch (target.type) {
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
      return Math.max(target.minimum ?? 1, 1);
    case 'array': {
      const count = Math.max(target.minItems ?? 0, 0);
      return Array.from({ length: count }, () => starter(target.items ?? {}, name, depth + 1));
    }
    case 'object':
      return starterObject(target, depth);
    case 'null':
      return null;
    default:
      return name === '' ? 'name' : name;
  }
}

/** Required keys; where some key must stand and none is required, a comparison with `eq` or the first there is. */
function starterObject(target: JsonSchema, depth: number): Json {
  const { properties = {}, required = [], additionalProperties } = target;
  const some = required.length === 0 && (target.minProperties ?? 0) > 0;
  const listed = Object.keys(properties);
  const [any = 'new'] = listed.includes('eq') ? ['eq'] : listed;
  const other = typeof additionalProperties === 'object' ? additionalProperties : {};
  const keys = some ? [any] : required;
  return Object.fromEntries(keys.map((key) => [key, starter(properties[key] ?? other, key, depth + 1)]));
}

/** Its meaning in one sentence, with its bounds. */
export function meaning(schema: JsonSchema): string {
  const { description = '', minimum, maximum } = follow(schema);
  if (minimum === undefined && maximum === undefined) return description;
  const bounds =
    maximum === undefined || maximum >= 1e9 ? `at least ${minimum ?? 0}` : `${minimum ?? 0} to ${maximum}`;
  return `${description}${description === '' || /[.]$/.test(description) ? '' : '.'} ${bounds.slice(0, 1).toUpperCase()}${bounds.slice(1)}.`.trim();
}

/** "Default 1" out of a description that says "default 1." */
export function stated(schema: JsonSchema): string {
  const found = /[Dd]efault:? ("[^"]*"|[^.;:,)(]+(?:\.[0-9]+)?)/.exec(follow(schema).description ?? '')?.[1];
  const listed = /([a-z-]+) \(default\)/.exec(follow(schema).description ?? '')?.[1];
  return (found ?? listed ?? '').replaceAll('"', '').trim();
}
