/** The scenarios of the repository, by name: what golden, invariance and property tests run. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseScenario } from '#sim/scenario/parse.ts';
import type { Scenario } from '#sim/scenario/scenario.ts';

/** Tests and the bundled commands both run from the repository's root. */
const folder = join(process.cwd(), 'scenarios');

export interface ScenarioFile {
  /** File name without its ending: unique over all folders. */
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

export function scenarioFiles(): ScenarioFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json') && !path.endsWith('.schema.json'))
    .sort()
    .map((path) => ({
      name: path.replace(/^.*[\\/]/, '').replace(/\.json$/, ''),
      path: join('scenarios', path),
      text: readFileSync(join(folder, path), 'utf8'),
    }));
}

/** The scenario behind a text that is known to be good. */
export function parsed(text: string): Scenario {
  const result = parseScenario(text);
  if (!result.ok)
    throw new Error(result.problems.map(({ pointer, sentence }) => `${pointer}: ${sentence}`).join('\n'));
  return result.value;
}
