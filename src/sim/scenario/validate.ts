/**
 * Walks a value along the schema and says everything that is wrong with its shape. Interpretive on purpose (a strict
 * content security policy allows no compiled checkers) and knows only the keywords that the schema uses. A union of
 * objects is told by its keys: each branch's first required key is its verb, so that a problem points inside the right
 * branch. What is wrong is left out of the value that comes back, so that the rest can still be looked at.
 * Longer than most files: a walk along a schema is one recursion.
 */
import {
  at,
  either,
  isFull,
  leaveOut,
  nearest,
  problem,
  proposal,
  quote,
  shorten,
  type Report,
} from '#sim/scenario/report.ts';
import { laterHint } from '#sim/scenario/later.ts';
import type { Json } from '#sim/scenario/json-text.ts';

/** The keywords of JSON Schema that occur. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly title?: string;
  readonly examples?: readonly unknown[];
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly propertyNames?: JsonSchema;
  readonly minProperties?: number;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface Walk {
  readonly report: Report;
  readonly definitions: Readonly<Record<string, JsonSchema>>;
  /** Where items of a list were left out: the places of those that stayed. */
  readonly places: Map<object, readonly number[]>;
}

/** What `value` has that is right, or undefined; complaints go to the report. */
export function validate(walk: Walk, schema: JsonSchema, value: Json, pointer: string): Json | undefined {
  const target = follow(walk, schema);
  if (target.anyOf) return validateUnion(walk, target, value, pointer);
  if (target.const !== undefined || target.enum) return validateWord(walk, target, value, pointer);
  if (target.type !== undefined && !isOf(target.type, value)) return wrong(walk, target, value, pointer);
  if (typeof value === 'string') return validateText(walk, target, value, pointer);
  if (typeof value === 'number') return validateNumber(walk, target, value, pointer);
  if (Array.isArray(value)) return validateList(walk, target, value, pointer);
  if (typeof value === 'object' && value !== null) return validateObject(walk, target, value, pointer);
  return value;
}

function follow(walk: Walk, schema: JsonSchema): JsonSchema {
  const name = schema.$ref?.slice('#/$defs/'.length);
  return name === undefined ? schema : (walk.definitions[name] ?? {});
}

function isOf(type: string, value: Json): boolean {
  switch (type) {
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return typeof value === 'number' && Number.isInteger(value);
    case 'null':
      return value === null;
    default:
      return typeof value === type;
  }
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  integer: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  null: 'null',
};

/** How a sentence names what should stand there. */
function noun(schema: JsonSchema): string {
  const words = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  const choice = words === undefined ? '' : ` (${either(words.map((word) => JSON.stringify(word)))})`;
  return `${schema.title ?? TYPE_WORDS[schema.type ?? ''] ?? 'something else'}${choice}`;
}

function sample(schema: JsonSchema): string | undefined {
  if (!schema.examples || schema.examples.length === 0) return undefined;
  return `For example ${either(schema.examples.slice(0, 2).map((example) => JSON.stringify(example)))}.`;
}

function wrong(walk: Walk, schema: JsonSchema, value: Json, pointer: string, hint?: string): undefined {
  const more = hint ?? sample(schema);
  problem(walk.report, pointer, `Here should stand ${noun(schema)}, not ${quote(value)}.`, more);
  leaveOut(walk.report, pointer);
  return undefined;
}

function validateWord(walk: Walk, schema: JsonSchema, value: Json, pointer: string): Json | undefined {
  const known = schema.enum ?? [schema.const];
  if (known.includes(value)) return value;
  const later = typeof value === 'string' ? laterHint(schema.title ?? '', value) : null;
  if (later !== null) return notYet(walk, String(value), pointer, later);
  const words = known.filter((word) => typeof word === 'string');
  const near = typeof value === 'string' ? nearest(value, words) : null;
  return wrong(walk, schema, value, pointer, near === null ? undefined : `Did you mean \`${near}\`?`);
}

function validateText(walk: Walk, schema: JsonSchema, value: string, pointer: string): string | undefined {
  const long = schema.maxLength !== undefined && value.length > schema.maxLength;
  if (long) {
    problem(walk.report, pointer, `This text is longer than ${schema.maxLength ?? 0} characters.`);
    leaveOut(walk.report, pointer);
    return undefined;
  }
  const short = value.length < (schema.minLength ?? 0);
  const unlike = schema.pattern !== undefined && !new RegExp(schema.pattern).test(value);
  return short || unlike ? wrong(walk, schema, value, pointer, unitHint(schema, value)) : value;
}

/** The commonest slips with units. */
function unitHint(schema: JsonSchema, value: string): string | undefined {
  if (schema.title === 'a duration' && /^[0-9.]+ ?m$/.test(value))
    return 'Minutes are `min`, milliseconds `ms`.';
  if (schema.title === 'a duration' && /^-/.test(value)) return 'A duration is not negative.';
  if (schema.title === 'a rate' && /^-/.test(value)) return 'A rate is above zero.';
  return undefined;
}

function validateNumber(walk: Walk, schema: JsonSchema, value: number, pointer: string): number | undefined {
  const { minimum, maximum } = schema;
  if (minimum !== undefined && value < minimum)
    return outside(walk, schema, value, pointer, `at least ${minimum}`);
  if (maximum !== undefined && value > maximum)
    return outside(walk, schema, value, pointer, `at most ${maximum}`);
  return value;
}

function outside(walk: Walk, schema: JsonSchema, value: number, pointer: string, bound: string): undefined {
  problem(walk.report, pointer, `${capital(noun(schema))} is ${bound} here, not ${value}.`, sample(schema));
  leaveOut(walk.report, pointer);
  return undefined;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function validateList(walk: Walk, schema: JsonSchema, value: Json[], pointer: string): Json | undefined {
  const { minItems = 0, maxItems = Infinity, items = {} } = schema;
  if (value.length < minItems || value.length > maxItems) {
    const bound =
      minItems === maxItems
        ? `${minItems}`
        : value.length < minItems
          ? `at least ${minItems}`
          : `at most ${maxItems}`;
    problem(
      walk.report,
      pointer,
      `Here should stand ${noun(schema)}: ${bound} of them, not ${value.length}.`,
    );
    leaveOut(walk.report, pointer);
    return undefined;
  }
  const kept: Json[] = [];
  const places: number[] = [];
  value.forEach((item, place) => {
    const checked = validate(walk, items, item, at(pointer, place));
    if (checked === undefined) return;
    kept.push(checked);
    places.push(place);
  });
  if (kept.length === value.length) return kept;
  if (minItems === maxItems) return undefined;
  walk.places.set(kept, places);
  return kept;
}

function validateObject(
  walk: Walk,
  schema: JsonSchema,
  value: { [key: string]: Json },
  pointer: string,
): Json | undefined {
  const kept: { [key: string]: Json } = {};
  const { properties = {}, required = [], additionalProperties = true } = schema;
  for (const key of Object.keys(value)) {
    const inner = Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
    const place = at(pointer, key);
    const item = value[key];
    if (item === undefined) continue;
    if (inner === true) kept[key] = item;
    else if (inner === false || inner === undefined) unknownKey(walk, schema, value, key, place);
    else if (rightName(walk, schema, key, place)) {
      const checked = validate(walk, inner, item, place);
      if (checked !== undefined) kept[key] = checked;
    }
  }
  let complete = true;
  for (const key of required) {
    if (!Object.hasOwn(value, key)) missingKey(walk, schema, value, key, pointer);
    if (Object.hasOwn(kept, key)) continue;
    complete = false;
    if (pointer === '') leaveOut(walk.report, at(pointer, key));
  }
  if (Object.keys(value).length < (schema.minProperties ?? 0)) {
    problem(walk.report, pointer, `Here should stand ${noun(schema)}, not an empty object.`, sample(schema));
    complete = false;
  }
  if (!complete && pointer !== '') leaveOut(walk.report, pointer);
  return complete ? kept : undefined;
}

function rightName(walk: Walk, schema: JsonSchema, key: string, pointer: string): boolean {
  const rule = schema.propertyNames;
  if (rule?.pattern === undefined || new RegExp(rule.pattern).test(key)) return true;
  const what = rule.title ?? 'a name';
  const hint = 'Letters, digits, - and _; some names also take dots. A name begins with a letter.';
  problem(walk.report, pointer, `${quote(key)} cannot be ${what} in ${schema.title ?? 'this object'}.`, hint);
  leaveOut(walk.report, pointer);
  return false;
}

function unknownKey(walk: Walk, schema: JsonSchema, value: object, key: string, pointer: string): void {
  // Looking for what was meant costs time, which a file with thousands of unknown keys must not have.
  if (isFull(walk.report)) return problem(walk.report, pointer, '');
  const later = laterHint(schema.title ?? '', key);
  const where = schema.title ?? 'this object';
  if (later !== null) {
    problem(walk.report, pointer, `\`${key}\` in ${where} is not modelled yet.`, later);
    leaveOut(walk.report, pointer);
    return;
  }
  const free = Object.keys(schema.properties ?? {}).filter((known) => !Object.hasOwn(value, known));
  problem(walk.report, pointer, `Unknown key ${quote(key)} in ${where}.`, proposal(shorten(key), free));
  const meant = nearest(key, free);
  if (meant !== null) leaveOut(walk.report, at(parentOf(pointer), meant));
}

function parentOf(pointer: string): string {
  return pointer.slice(0, pointer.lastIndexOf('/'));
}

function missingKey(walk: Walk, schema: JsonSchema, value: object, key: string, pointer: string): void {
  const strange = Object.keys(value).filter((given) => !Object.hasOwn(schema.properties ?? {}, given));
  if (nearest(key, strange) !== null) return;
  const inner = schema.properties?.[key];
  const hint = inner === undefined ? undefined : sample(follow(walk, inner));
  problem(walk.report, pointer, `${capital(schema.title ?? 'this object')} needs \`${key}\`.`, hint);
}

function validateUnion(walk: Walk, union: JsonSchema, value: Json, pointer: string): Json | undefined {
  const branches = (union.anyOf ?? []).map((branch) => follow(walk, branch));
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return validateKeyed(walk, union, branches, value, pointer);
  }
  if (typeof value === 'string' && branches.some((branch) => verbOf(branch)[0] === value)) {
    const hint = `Write { ${JSON.stringify(value)}: … }, an object.`;
    if (!branches.some((branch) => saysWord(branch, value))) return wrong(walk, union, value, pointer, hint);
  }
  const fitting = branches.filter((branch) => fits(branch, value));
  const only = fitting[0];
  if (fitting.length === 1 && only) return validate(walk, only, value, pointer);
  for (const branch of fitting) {
    const trial: Walk = {
      ...walk,
      report: { problems: [], warnings: [], dropped: 0, broken: [] },
      places: new Map(),
    };
    const checked = validate(trial, branch, value, pointer);
    if (checked !== undefined && trial.report.problems.length === 0) return checked;
  }
  if (typeof value !== 'string') return wrong(walk, union, value, pointer);
  const later = laterHint(union.title ?? '', value);
  if (later !== null) return notYet(walk, value, pointer, later);
  const known = branches.flatMap((branch) => [...(branch.enum ?? [branch.const]), ...verbOf(branch)]);
  const near = nearest(
    value,
    known.filter((word) => typeof word === 'string'),
  );
  return wrong(walk, union, value, pointer, near === null ? undefined : `Did you mean \`${near}\`?`);
}

function saysWord(branch: JsonSchema, word: string): boolean {
  return branch.const === word || (branch.enum ?? []).includes(word);
}

function notYet(walk: Walk, what: string, pointer: string, hint: string): undefined {
  problem(walk.report, pointer, `${quote(what)} is not modelled yet.`, hint);
  leaveOut(walk.report, pointer);
  return undefined;
}

function fits(branch: JsonSchema, value: Json): boolean {
  if (branch.const !== undefined) return typeof branch.const === typeof value;
  if (branch.type !== undefined) return isOf(branch.type, value);
  return branch.anyOf !== undefined;
}

/** The key that tells a branch from the others: its first required one, or none where it has only optional keys. */
function verbOf(branch: JsonSchema): string[] {
  const verb = branch.type === 'object' ? branch.required?.[0] : undefined;
  return verb === undefined ? [] : [verb];
}

function validateKeyed(
  walk: Walk,
  union: JsonSchema,
  branches: readonly JsonSchema[],
  value: { [key: string]: Json },
  pointer: string,
): Json | undefined {
  const objects = branches.filter((branch) => branch.type === 'object');
  const chosen = byKind(objects, value) ?? byVerb(objects, value);
  if (chosen) return validate(walk, chosen, value, pointer);
  const free = objects.find((branch) => branch.required === undefined);
  if (free) return validate(walk, free, value, pointer);
  return noBranch(walk, union, objects, value, pointer);
}

/** Whether the value of `kind` tells this branch from the others, as in stores and brokers. */
function isKinded(branch: JsonSchema): boolean {
  return branch.properties?.['kind']?.const !== undefined;
}

function byKind(objects: readonly JsonSchema[], value: { [key: string]: Json }): JsonSchema | undefined {
  return objects.find((branch) => {
    const kind = branch.properties?.['kind']?.const;
    return kind !== undefined && kind === value['kind'];
  });
}

/** Among the branches whose verb is there, the one that knows most of the keys; the first where that is equal. */
function byVerb(objects: readonly JsonSchema[], value: { [key: string]: Json }): JsonSchema | undefined {
  let best: JsonSchema | undefined;
  let bestScore = -1;
  for (const branch of objects) {
    const verb = verbOf(branch)[0];
    if (verb === undefined || !Object.hasOwn(value, verb) || isKinded(branch)) continue;
    const score = Object.keys(value).filter((key) => Object.hasOwn(branch.properties ?? {}, key)).length;
    if (score > bestScore) [best, bestScore] = [branch, score];
  }
  return best;
}

function noBranch(
  walk: Walk,
  union: JsonSchema,
  objects: readonly JsonSchema[],
  value: { [key: string]: Json },
  pointer: string,
): undefined {
  leaveOut(walk.report, pointer);
  const title = union.title ?? '';
  for (const key of Object.keys(value)) {
    const later = laterHint(title, key);
    if (later !== null) return notYet(walk, key, at(pointer, key), later);
  }
  const kinds = objects.flatMap((branch) => branch.properties?.['kind']?.const ?? []);
  if (kinds.length > 0)
    return wrongKind(
      walk,
      title,
      kinds.filter((kind) => typeof kind === 'string'),
      value,
      pointer,
    );
  const verbs = [...new Set(objects.flatMap(verbOf))];
  if (verbs.length === 0) return wrong(walk, union, value, pointer);
  for (const key of Object.keys(value)) {
    const near = nearest(key, verbs);
    if (near === null) continue;
    problem(
      walk.report,
      at(pointer, key),
      `Unknown key ${quote(key)} in ${title}.`,
      `Did you mean \`${near}\`?`,
    );
    return undefined;
  }
  problem(walk.report, pointer, `${capital(title)} needs one of ${either(verbs)}.`, sample(union));
  return undefined;
}

function wrongKind(
  walk: Walk,
  title: string,
  kinds: readonly string[],
  value: { [key: string]: Json },
  pointer: string,
): undefined {
  const kind = value['kind'];
  if (kind === undefined) {
    problem(walk.report, pointer, `${capital(title)} needs \`kind\`.`, `Known here: ${either(kinds)}.`);
    return undefined;
  }
  const later = typeof kind === 'string' ? laterHint('kind', kind) : null;
  if (later !== null && typeof kind === 'string') return notYet(walk, kind, at(pointer, 'kind'), later);
  const hint = typeof kind === 'string' ? proposal(kind, kinds) : `Known here: ${either(kinds)}.`;
  problem(walk.report, at(pointer, 'kind'), `Unknown kind ${quote(kind)}.`, hint);
  return undefined;
}
