/**
 * Documents as text: for files in the author's own order of keys, for links and digests in one canonical form. `made`
 * says which engine last ran it and what came out.
 */
import { compareNames } from '#sim/base/names.ts';
import type { ScenarioDocument } from '#sim/scenario/schema.ts';

/** Engine version and digest of the run that was exported. */
export type Made = NonNullable<ScenarioDocument['made']>;

/** The file's text; keys stay in the author's order. */
export function exportScenario(document: ScenarioDocument, made?: Made): string {
  const { made: before, ...rest } = document;
  const mark = made ?? before;
  return `${JSON.stringify(mark === undefined ? rest : { ...rest, made: mark }, null, 2)}\n`;
}

/** One text for one value: keys in code-unit order, no blanks. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => compareNames(a, b))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`);
  return `{${fields.join(',')}}`;
}

const BESIDE_THE_RUN = ['$schema', 'title', 'question', 'about', 'layout', 'views', 'made'] as const;

/** Canonical text of what a run depends on: without titles, layout, views and `made`. */
export function essence(document: ScenarioDocument): string {
  const rest: Record<string, unknown> = { ...document };
  for (const key of BESIDE_THE_RUN) delete rest[key];
  return canonicalJson(rest);
}
