/**
 * Names of steps and crash points. A step without `as` is named by its verb, the second such `verb-2`; inside a transaction
 * the transaction's name and a slash come first. A point is `service/step`, or `service/type/step` where two event types
 * of the service have a step of that name (programs that a deploy brings count too).
 */
import { at, problem, proposal, quote, type Report } from '#sim/scenario/report.ts';
import { LIMITS } from '#sim/scenario/limits.ts';
import { entries, items, type Context } from '#sim/scenario/place.ts';
import type { StepWords } from '#sim/scenario/schema-program.ts';

export interface PointTable {
  /** By service: step name → event types that have it (a producer's program is of type ''). */
  readonly types: Map<string, Map<string, Set<string>>>;
  /** Names by the step's pointer. */
  readonly names: Map<string, string>;
}

const VERBS = [
  'transaction',
  'when',
  'call',
  'insert',
  'update',
  'read',
  'publish',
  'commit',
  'seek',
  'nack',
  'reject',
  'extend',
  'work',
  'fail',
  'wait',
] as const;

/** The first of these keys is the verb; `publish` stands before `wait`, which is also its setting. */
export function verbOf(step: StepWords): string {
  if (typeof step === 'string') return step;
  return VERBS.find((verb) => Object.hasOwn(step, verb)) ?? 'step';
}

function nameList(
  context: Context,
  pointer: string,
  steps: readonly StepWords[],
  prefix: string,
  seen: Map<string, number>,
  names: Map<string, string>,
  taken: Set<string>,
): void {
  for (const { value, pointer: place } of items(context, steps, pointer)) {
    const verb = verbOf(value);
    const given = typeof value === 'object' ? value.as : undefined;
    const count = (seen.get(`${prefix}${verb}`) ?? 0) + (given === undefined ? 1 : 0);
    seen.set(`${prefix}${verb}`, count);
    const name = `${prefix}${given ?? (count === 1 ? verb : `${verb}-${count}`)}`;
    if (taken.has(name)) {
      const where = given === undefined ? place : at(place, 'as');
      problem(
        context.report,
        where,
        `Two steps here are called ${quote(name)}.`,
        'Name one of them otherwise with `as`.',
      );
    }
    taken.add(name);
    names.set(place, name);
    if (typeof value !== 'object' || !('do' in value)) continue;
    const inner = 'transaction' in value ? `${name}/` : prefix;
    nameList(context, at(place, 'do'), value.do, inner, seen, names, taken);
  }
}

/** Names every step of the file. */
export function nameSteps(context: Context): PointTable {
  const table: PointTable = { types: new Map(), names: new Map() };
  const add = (service: string, type: string, steps: readonly StepWords[], pointer: string) => {
    const names = new Map<string, string>();
    nameList(context, pointer, steps, '', new Map(), names, new Set());
    if (names.size > LIMITS.stepsPerProgram) {
      problem(
        context.report,
        pointer,
        `This program has ${names.size} steps: at most ${LIMITS.stepsPerProgram}.`,
      );
    }
    const types = table.types.get(service) ?? new Map<string, Set<string>>();
    table.types.set(service, types);
    for (const [place, name] of names) {
      table.names.set(place, name);
      types.set(name, (types.get(name) ?? new Set()).add(type));
    }
  };
  for (const { name, value, pointer } of entries(context.document.services, '/services')) {
    if ('do' in value) add(name, '', value.do, at(pointer, 'do'));
    if (!('on' in value)) continue;
    for (const handler of entries(value.on, at(pointer, 'on')))
      add(name, handler.name, handler.value, handler.pointer);
  }
  for (const { value, pointer } of items(context, context.document.faults, '/faults')) {
    if (!('deploy' in value)) continue;
    for (const handler of entries(value.on, at(pointer, 'on'))) {
      add(value.deploy, handler.name, handler.value, handler.pointer);
    }
  }
  return table;
}

export function pointOf(table: PointTable, service: string, type: string, name: string): string {
  const ambiguous = (table.types.get(service)?.get(name)?.size ?? 0) > 1;
  return ambiguous ? `${service}/${type}/${name}` : `${service}/${name}`;
}

/** The point that a fault means by `words`, or null after a problem. */
export function findPoint(
  report: Report,
  pointer: string,
  table: PointTable,
  words: string,
  services: readonly string[],
): { readonly service: string; readonly point: string } | null {
  const service = words.slice(0, Math.max(0, words.indexOf('/')));
  const points = new Map<string, string>();
  const ambiguous: string[] = [];
  for (const [name, types] of table.types.get(service) ?? []) {
    for (const type of types) {
      const point = pointOf(table, service, type, name);
      points.set(point, point);
      if (type !== '') points.set(`${service}/${type}/${name}`, point);
      if (`${service}/${name}` === words && point !== words) ambiguous.push(point);
    }
  }
  const point = points.get(words);
  if (point !== undefined) return { service, point };
  if (ambiguous.length > 0) {
    const sentence = `Several event types have a step ${quote(words)}.`;
    problem(report, pointer, sentence, `Write ${ambiguous.sort().join(' or ')}.`);
  } else if (!services.includes(service)) {
    const hint = proposal(service, services) ?? 'Write service/step.';
    problem(report, pointer, `There is no service ${quote(service === '' ? words : service)}.`, hint);
  } else {
    const known = [...new Set(points.values())].sort();
    problem(report, pointer, `There is no step ${quote(words)}.`, proposal(words, known));
  }
  return null;
}
