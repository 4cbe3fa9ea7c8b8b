import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { difference } from '#sim/base/clone.ts';
import { buildWorld } from '#sim/run/build.ts';
import { parseScenario } from '#sim/scenario/parse.ts';
import type { Scenario } from '#sim/scenario/scenario.ts';
import type { World } from '#sim/run/world.ts';

const folder = new URL('../../../../scenarios/rabbitmq/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

function scenarioOf(name: string, change: (text: string) => string = (text) => text): Scenario {
  const parsed = parseScenario(change(readFileSync(new URL(name, folder), 'utf8')));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
}

function finish(world: World): World {
  while (world.advance({ events: 10_000 }) === null);
  return world;
}

describe('scenarios on RabbitMQ', () => {
  it.each(files)('%s: checkpoint and restore change nothing', (name) => {
    const scenario = scenarioOf(name);
    const straight = finish(buildWorld(scenario));
    const halved = buildWorld(scenario);
    halved.advance({ events: Math.floor(straight.events / 2) });
    const other = buildWorld(scenario);
    other.restore(halved.checkpoint());
    expect(difference(other.checkpoint().states, halved.checkpoint().states)).toBeNull();
    expect(finish(other).digest()).toBe(straight.digest());
  });

  it.each(files)('%s shows what its file expects', (name) => {
    const scenario = scenarioOf(name);
    const verdicts = finish(buildWorld(scenario, { level: 'none' })).verdicts();
    for (const { check, verdict } of scenario.expect) {
      expect(verdicts.find(({ id }) => id === check)?.verdict, check).toBe(verdict);
    }
  });

  it.each([
    ['kafka', 'invalid', 'valid'],
    ['bus', 'valid', 'valid'],
  ])('the same file runs on %s: charged twice %s, lost %s', (on, twice, lost) => {
    const scenario = scenarioOf('orders-on-either-broker.json', (text) =>
      text.replace('"on": "rabbit"', `"on": "${on}"`),
    );
    const verdicts = finish(buildWorld(scenario)).verdicts();
    expect(verdicts.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['effect-once', twice],
      ['no-loss', lost],
    ]);
  });

  it('[MEMORY-2] [MEMORY-4] on a bus the order in hand is never charged again', () => {
    const scenario = scenarioOf('orders-on-either-broker.json', (text) =>
      text.replace('"on": "rabbit"', '"on": "bus"').replace('"instances": 2', '"instances": 1'),
    );
    const world = finish(buildWorld(scenario));
    const charges = world.verdicts().find(({ id }) => id === 'effect-once')?.reason ?? '';
    expect(Number(/took place (\d+) times/.exec(charges)?.[1])).toBeLessThan(90);
  });

  it('a position has no counterpart: the problem says what has', () => {
    const parsed = parseScenario(
      readFileSync(new URL('endless-requeue.json', folder), 'utf8').replace(
        '"settle"',
        '{ "commit": "positions" }',
      ),
    );
    expect(parsed.ok ? [] : parsed.problems.map(({ sentence, hint }) => [sentence, hint])).toEqual([
      [
        '`commit` has no counterpart on rabbitmq.',
        'RabbitMQ keeps no positions: `settle` acknowledges the message at hand.',
      ],
    ]);
  });
});
