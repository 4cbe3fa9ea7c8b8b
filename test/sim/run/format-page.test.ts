/** Every JSON block on the format's page is a scenario that runs and shows what its `expect` says. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { buildWorld } from '#sim/run/build.ts';
import { parsed } from '../../support/scenario-files.ts';

const page = readFileSync('scenarios/README.md', 'utf8');
const blocks = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
const whole = blocks.filter((block) => block.includes('"version"'));

it('the page shows at least two whole files', () => {
  expect(whole.length).toBeGreaterThanOrEqual(2);
});

it.each(whole.map((block, i) => [i + 1, block] as const))(
  '[FORMAT-1] block %d shows what it expects',
  (_, block) => {
    const scenario = parsed(block);
    expect(scenario.expect.length).toBeGreaterThan(0);
    const world = buildWorld(scenario);
    world.advance();
    const verdicts = new Map(world.verdicts().map(({ id, verdict }) => [id, verdict]));
    for (const { check, verdict } of scenario.expect) expect(verdicts.get(check), check).toBe(verdict);
  },
);
