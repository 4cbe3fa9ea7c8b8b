import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { choicesOf, everything, experimentOf, isChosen } from '../../src/routes/experiments/experiment.ts';

const files = (readdirSync('scenarios', { recursive: true }) as string[]).filter(
  (file) => file.includes('/') && file.endsWith('.json'),
);
const experiments = files.map((file) =>
  experimentOf(
    `/scenarios/${file}`,
    JSON.parse(readFileSync(`scenarios/${file}`, 'utf8')) as Record<string, unknown>,
  ),
);

describe('the gallery', () => {
  it('tells of every file its title, its question, its broker and what it claims', () => {
    expect(experiments.length).toBeGreaterThan(40);
    for (const { name, title, question, brokers, holds, breaks, leaves } of experiments) {
      expect(title, name).not.toBe('');
      expect(question, name).toMatch(/\?/);
      expect(brokers.length, name).toBeGreaterThan(0);
      expect(holds.length + breaks.length + leaves.length, name).toBeGreaterThan(0);
    }
  });

  it('has every experiment under each of its own words and under no other', () => {
    const choices = choicesOf(experiments);
    for (const facet of ['theme', 'broker', 'fault', 'claim'] as const) {
      for (const value of choices[facet]) {
        const chosen = experiments.filter((one) => isChosen(one, { ...everything, [facet]: value }));
        expect(chosen.length, `${facet} ${value}`).toBeGreaterThan(0);
        for (const one of chosen) {
          const words = {
            theme: [one.theme],
            broker: one.brokers,
            fault: one.faults.length === 0 ? ['none'] : one.faults,
            claim: [...one.holds, ...one.breaks, ...one.leaves],
          };
          expect(words[facet]).toContain(value);
        }
      }
    }
    expect(experiments.filter((one) => isChosen(one, everything))).toHaveLength(experiments.length);
  });
});
