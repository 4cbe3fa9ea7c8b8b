/**
 * What the resolving passes share: the document without its wrong parts, the names that the file has (wrong parts
 * included, so that a broken topic is not also an unknown one), and walking lists and name tables with pointers.
 */
import { compareNames } from '#sim/base/names.ts';
import { at, intact, problem, proposal, quote, type Report } from '#sim/scenario/report.ts';
import type { Json } from '#sim/scenario/json-text.ts';
import type { ScenarioDocument } from '#sim/scenario/schema.ts';

export interface Context {
  readonly report: Report;
  readonly document: ScenarioDocument;
  /** The migrated file, wrong parts included. */
  readonly raw: Json;
  readonly places: ReadonlyMap<object, readonly number[]>;
}

export interface Placed<T> {
  readonly name: string;
  readonly value: T;
  readonly pointer: string;
}

/** The entries of a name table in code-unit order. */
export function entries<T>(table: Readonly<Record<string, T>> | undefined, pointer: string): Placed<T>[] {
  return Object.entries(table ?? {})
    .sort(([a], [b]) => compareNames(a, b))
    .map(([name, value]) => ({ name, value, pointer: at(pointer, name) }));
}

/** The items of a list with the pointers that they have in the file. */
export function items<T>(context: Context, list: readonly T[] | undefined, pointer: string): Placed<T>[] {
  const kept = list ?? [];
  const places = context.places.get(kept);
  return kept.map((value, i) => ({ name: String(i), value, pointer: at(pointer, places?.[i] ?? i) }));
}

/** The keys of the object at `path` in the file as it stands, sorted. */
export function rawNames(context: Context, ...path: string[]): string[] {
  let here: Json | undefined = context.raw;
  for (const key of path) {
    if (typeof here !== 'object' || here === null || Array.isArray(here)) return [];
    here = Object.hasOwn(here, key) ? here[key] : undefined;
  }
  if (typeof here !== 'object' || here === null || Array.isArray(here)) return [];
  return Object.keys(here).sort(compareNames);
}

/** Whether `name` is one of `known`; else a problem with a proposal. */
export function refer(
  context: Context,
  pointer: string,
  what: string,
  name: string,
  known: readonly string[],
): boolean {
  if (known.includes(name)) return true;
  // The whole table may stand under a misspelt key.
  if (known.length === 0 && context.report.broken.length > 0) return false;
  const hint =
    proposal(name, known) ?? (known.length === 0 ? `The file has no such thing at all.` : undefined);
  problem(context.report, pointer, `There is no ${what} ${quote(name)}.`, hint);
  return false;
}

/** A complaint that something is missing, kept back where it may have been left out of one of `areas` for being wrong. */
export function absent(
  context: Context,
  areas: readonly string[],
  pointer: string,
  sentence: string,
  hint?: string,
): void {
  if (intact(context.report, ...areas)) problem(context.report, pointer, sentence, hint);
}

export function sortedBy<T>(list: readonly T[], name: (item: T) => string): T[] {
  return [...list].sort((a, b) => compareNames(name(a), name(b)));
}
