/**
 * Scenario documents as exploring changes them: plain JSON in, a changed copy out. Every run that is explored is a file
 * that somebody can save, so nothing here reaches into a parsed scenario or a world.
 */
import { failure, type Result } from '#sim/base/result.ts';
import { parseScenario, type Problem } from '#sim/scenario/parse.ts';
import type { Scenario } from '#sim/scenario/scenario.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export interface Source {
  readonly document: JsonObject;
  readonly scenario: Scenario;
}

/** A file's text as a document and as what it means. */
export function readSource(text: string): Result<Source, Problem[]> {
  const parsed = parseScenario(text);
  if (!parsed.ok) return parsed;
  return { ok: true, value: { document: JSON.parse(text) as JsonObject, scenario: parsed.value } };
}

/** A changed document as what it means, or its problems: not every change leaves a scenario. */
export function meaningOf(document: JsonObject): Result<Scenario, Problem[]> {
  try {
    return parseScenario(JSON.stringify(document));
  } catch {
    return failure([]);
  }
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectAt(document: JsonObject, key: string): JsonObject {
  const value = document[key];
  return isObject(value) ? value : {};
}

export function listAt(document: JsonObject, key: string): readonly Json[] {
  const value = document[key];
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** The object with `key` set, or without it where `value` is undefined. */
export function withKey(object: JsonObject, key: string, value: Json | undefined): JsonObject {
  if (value !== undefined) return { ...object, [key]: value };
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

export function withFaults(document: JsonObject, faults: readonly Json[]): JsonObject {
  return withKey(document, 'faults', faults.length === 0 ? undefined : faults);
}

export function withSeed(document: JsonObject, seed: number): JsonObject {
  return withKey(document, 'seed', seed);
}
