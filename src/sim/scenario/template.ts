/**
 * Templates and conditions against what can be read where they stand. A scope lists the fields at hand, the rows read so
 * far, and whether there is an event at hand at all; what was used is noted, so that a producer draws only that.
 */
import { at, problem, proposal, quote, type Report } from '#sim/scenario/report.ts';
import { readRatio } from '#sim/scenario/units.ts';
import type { Comparison, Condition, EventAttribute, Segment, Template } from '#sim/scenario/values.ts';
import type { ConditionWords, SimpleCondition } from '#sim/scenario/schema-program.ts';

export interface Scope {
  /** Full names of the fields at hand, sorted. */
  readonly fields: readonly string[];
  /** False where some may have been left out for being wrong; then an unknown one is no problem. */
  readonly complete: boolean;
  /** What a sentence calls their owner: `order.placed`, `the data`. */
  readonly owner: string;
  /** Which attributes of an event can be read. */
  readonly attributes: readonly EventAttribute[];
  /** Names given by read steps so far, with the columns that their tables get; null: not known. */
  readonly rows: Map<string, readonly string[] | null>;
  /** Fields that were read. */
  readonly used: Set<string>;
}

const HOLE = /\{([^{}]*)\}/g;

export function readTemplate(report: Report, pointer: string, text: string | number, scope: Scope): Template {
  if (typeof text === 'number') return [{ text: String(text) }];
  const segments: Segment[] = [];
  let from = 0;
  for (const match of text.matchAll(HOLE)) {
    if (match.index > from) segments.push({ text: text.slice(from, match.index) });
    const segment = readHole(report, pointer, (match[1] ?? '').trim(), scope);
    if (segment) segments.push(segment);
    from = match.index + match[0].length;
  }
  if (from < text.length) segments.push({ text: text.slice(from) });
  const loose = segments.some((segment) => 'text' in segment && /[{}]/.test(segment.text));
  if (loose)
    problem(report, pointer, `A brace in ${quote(text)} has no partner.`, 'Write holes as {order.id}.');
  return segments;
}

/** What a name such as `order.id`, `event.id` or `row.total` stands for, or null after a problem. */
export function readHole(report: Report, pointer: string, name: string, scope: Scope): Segment | null {
  const dot = name.indexOf('.');
  const owner = name.slice(0, Math.max(0, dot));
  const rest = name.slice(dot + 1);
  const columns = scope.rows.get(owner);
  if (columns !== undefined) return readColumn(report, pointer, owner, rest, columns);
  if (owner === 'event') {
    const attribute = scope.attributes.find((known) => known === rest);
    if (attribute) return { event: attribute };
    const hint =
      scope.attributes.length === 0
        ? 'Only a handler has an event at hand.'
        : proposal(
            name,
            scope.attributes.map((known) => `event.${known}`),
          );
    problem(report, pointer, `There is no ${quote(name)} here.`, hint);
    return null;
  }
  if (scope.fields.includes(name)) {
    scope.used.add(name);
    return { field: name };
  }
  if (!scope.complete) return null;
  const known = [...scope.fields, ...scope.attributes.map((attribute) => `event.${attribute}`)];
  problem(report, pointer, `There is no field ${quote(name)} in ${scope.owner}.`, proposal(name, known));
  return null;
}

function readColumn(
  report: Report,
  pointer: string,
  row: string,
  column: string,
  columns: readonly string[] | null,
): Segment | null {
  if (columns === null || columns.includes(column)) return { row, column };
  problem(
    report,
    pointer,
    `Nothing writes a column ${quote(column)} for \`${row}\`.`,
    proposal(column, columns),
  );
  return null;
}

const COMPARISONS: readonly Comparison[] = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte'];

/** The one comparison of an object that must have exactly one of six keys. */
export function readComparison<V>(
  report: Report,
  pointer: string,
  words: Partial<Record<Comparison, V>>,
): { readonly compare: Comparison; readonly value: V } | null {
  const given = COMPARISONS.filter((compare) => words[compare] !== undefined);
  const [compare] = given;
  const value = compare === undefined ? undefined : words[compare];
  if (given.length === 1 && compare !== undefined && value !== undefined) return { compare, value };
  const sentence = given.length === 0 ? 'A comparison is missing.' : 'There are several comparisons.';
  problem(report, pointer, sentence, 'Use exactly one of eq, ne, lt, lte, gt, gte.');
  return null;
}

const NEVER: Condition = { kind: 'all', of: [] };

export function readCondition(
  report: Report,
  pointer: string,
  words: ConditionWords,
  scope: Scope,
): Condition {
  if (!('all' in words)) return readSimple(report, pointer, words, scope);
  const of = words.all.map((inner, i) => readSimple(report, at(at(pointer, 'all'), i), inner, scope));
  return { kind: 'all', of };
}

function readSimple(report: Report, pointer: string, words: SimpleCondition, scope: Scope): Condition {
  if ('nth' in words) return { kind: 'nth', nth: words.nth };
  if ('probability' in words) {
    return {
      kind: 'probability',
      probability: readRatio(report, at(pointer, 'probability'), words.probability),
    };
  }
  if ('delivery' in words) {
    const place = at(pointer, 'delivery');
    if (scope.attributes.length === 0)
      problem(report, place, 'A producer has no deliveries.', 'Use `nth` instead.');
    const comparison = readComparison(report, place, words.delivery);
    return comparison === null ? NEVER : { kind: 'delivery', ...comparison };
  }
  if ('field' in words) {
    const place = at(pointer, 'field');
    const comparison = readComparison(report, pointer, words);
    const operand = readHole(report, place, words.field.replace(/^\{(.*)\}$/, '$1'), scope);
    return comparison === null || operand === null ? NEVER : { kind: 'field', operand, ...comparison };
  }
  const found = 'found' in words;
  const row = found ? words.found : words.missing;
  if (!scope.rows.has(row)) {
    const place = at(pointer, found ? 'found' : 'missing');
    const hint = proposal(row, [...scope.rows.keys()]) ?? 'Read it first: { "read": …, "into": "row" }.';
    problem(report, place, `No step before this reads ${quote(row)}.`, hint);
  }
  return { kind: 'found', row, found };
}
