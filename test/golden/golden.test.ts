import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsed, scenarioFiles } from '../support/scenario-files.ts';
import { computeGolden } from './golden.ts';

const ACCEPT = 'If the change is meant: npm run accept -- --reason "why"';

function pinned(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as Record<string, unknown>;
}

const golden = computeGolden();

describe('golden', () => {
  it('names of scenarios are unique', () => {
    const names = scenarioFiles().map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('verdicts of all scenarios are as pinned', () => {
    expect(golden.verdicts, ACCEPT).toEqual(pinned('./verdicts.json'));
  });

  it('digests of all scenarios are as pinned', () => {
    expect(golden.digests, ACCEPT).toEqual(pinned('./digests.json'));
  });

  it.each(scenarioFiles())('$name shows what its file expects, and asks a question', ({ name, text }) => {
    const { expect: expectations, question, checks } = parsed(text);
    expect(question.endsWith('?')).toBe(true);
    expect(expectations.map(({ check }) => check).sort()).toEqual(checks.map(({ id }) => id).sort());
    for (const { check, verdict } of expectations) {
      expect(golden.verdicts[name]?.[check]?.[0], `${name}: ${check}`).toBe(verdict);
    }
  });
});
