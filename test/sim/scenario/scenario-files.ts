/** The scenario files that tests start from, and shorthands for parsing changed copies of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseScenario, type Problem } from '#sim/scenario/parse.ts';
import type { Json } from '#sim/scenario/json-text.ts';
import type { Scenario } from '#sim/scenario/scenario.ts';

export type JsonObject = { [key: string]: Json };

const root = fileURLToPath(new URL('../../..', import.meta.url));

export function readText(path: string): string {
  return readFileSync(`${root}/${path}`, 'utf8');
}

/** Every scenario of the repository by path. */
export function scenarioFiles(): string[] {
  const found = readdirSync(`${root}/scenarios`, { recursive: true, encoding: 'utf8' });
  const files = found.filter((name) => name.endsWith('.json') && !name.endsWith('scenario.schema.json'));
  return files.map((name) => `scenarios/${name.replaceAll('\\', '/')}`).sort();
}

export const wholeFile = readText('test/sim/scenario/files/crash-after-charge.json');

/** The scenario of a text that must be right. */
export function parsed(text: string): Scenario {
  const result = parseScenario(text);
  if (!result.ok) throw new Error(`unexpected problems:\n${result.problems.map(line).join('\n')}`);
  return result.value;
}

/** The problems of a text; none where it is right. */
export function problemsOf(text: string): Problem[] {
  const result = parseScenario(text);
  return result.ok ? [] : result.problems;
}

/** `#/pointer: sentence hint` */
export function line(problem: Problem): string {
  const hint = problem.hint === undefined ? '' : ` ${problem.hint}`;
  return `#${problem.pointer}: ${problem.sentence}${hint}`;
}

/** The problems of the whole file after putting `value` at each pointer; `undefined` removes. */
export function problemsAfter(
  changes: Readonly<Record<string, Json | undefined>>,
  text = wholeFile,
): string[] {
  return problemsOf(changed(changes, text)).map(line);
}

export function changed(changes: Readonly<Record<string, Json | undefined>>, text = wholeFile): string {
  const document = JSON.parse(text) as JsonObject;
  for (const [pointer, value] of Object.entries(changes)) put(document, pointer, value);
  return JSON.stringify(document);
}

export function keysOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function put(document: JsonObject, pointer: string, value: Json | undefined): void {
  const keys = keysOf(pointer);
  const last = keys.pop() ?? '';
  let here: Json = document;
  for (const key of keys) here = (here as JsonObject)[key] as Json;
  if (Array.isArray(here)) {
    if (value === undefined) here.splice(Number(last), 1);
    else here[last === '-' ? here.length : Number(last)] = value;
  } else if (value === undefined) delete (here as JsonObject)[last];
  else (here as JsonObject)[last] = value;
}
