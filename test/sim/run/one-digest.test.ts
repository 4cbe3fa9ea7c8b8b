/** One digest for a scenario and seed, however it is run: what checkpoints, forks, scrubbing and replays stand on. */
import { describe, expect, it } from 'vitest';
import { buildWorld, type BuildOptions } from '#sim/run/build.ts';
import type { World } from '#sim/run/world.ts';
import { difference } from '#sim/base/clone.ts';
import type { Scenario } from '#sim/scenario/scenario.ts';
import { parsed, scenarioFiles } from '../../support/scenario-files.ts';

interface Came {
  digest: string;
  stopped: string | null;
  verdicts: unknown;
}

function outcome(world: World): Came {
  const { digest, stopped, verdicts } = world.report();
  return { digest, stopped, verdicts };
}

function straight(scenario: Scenario, options: BuildOptions = {}): Came {
  const world = buildWorld(scenario, options);
  world.advance();
  return outcome(world);
}

/** How often the run asks for a random number. */
function draws(scenario: Scenario): number {
  const world = buildWorld(scenario, { level: 'none' });
  const { kernel } = world.parts;
  let count = 0;
  const { random, randomOf } = kernel;
  kernel.random = (...args) => ((count += 1), random.apply(kernel, args));
  kernel.randomOf = (...args) => ((count += 1), randomOf.apply(kernel, args));
  world.advance();
  return count;
}

/** The same file with the keys of every object in another order. */
function shuffledKeys(value: unknown, turn: number): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffledKeys(item, turn));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const moved =
    turn === 0
      ? entries.reverse()
      : [...entries.slice(turn % entries.length), ...entries.slice(0, turn % entries.length)];
  return Object.fromEntries(moved.map(([key, held]) => [key, shuffledKeys(held, turn)]));
}

describe.each(scenarioFiles())('$name has one digest', ({ text }) => {
  const scenario = parsed(text);
  const expected = straight(scenario);

  it('twice', () => {
    expect(straight(parsed(text))).toEqual(expected);
  });

  it('in chunks of events and of time, and step by step', () => {
    const chunks = buildWorld(scenario);
    while (chunks.advance({ events: 97 }) === null);
    expect(outcome(chunks)).toEqual(expected);

    const timed = buildWorld(scenario);
    let until = 0;
    do until += 770_003;
    while (['until', null].includes(timed.advance({ until })));
    expect(outcome(timed)).toEqual(expected);

    const stepped = buildWorld(scenario);
    while (stepped.advance({ events: 1 }) === null);
    expect(outcome(stepped)).toEqual(expected);
  });

  it('at every trace level, chains included', () => {
    expect(straight(scenario, { level: 'window' })).toEqual(expected);
    expect(straight(scenario, { level: 'none' })).toEqual(expected);
  });

  it('through checkpoint and restore, in the same world and in another one', () => {
    const world = buildWorld(scenario);
    const checkpoints = [];
    while (world.advance({ events: 331 }) === null) checkpoints.push(world.checkpoint());
    expect(outcome(world)).toEqual(expected);
    const chosen = [0, Math.floor(checkpoints.length / 2), checkpoints.length - 1];
    for (const i of chosen) {
      const checkpoint = checkpoints[i];
      if (checkpoint === undefined) continue;
      world.restore(checkpoint);
      expect(difference(world.checkpoint(), checkpoint)).toBeNull();
      world.advance();
      expect(outcome(world)).toEqual(expected);
      const other = buildWorld(scenario);
      other.restore(checkpoint);
      other.advance();
      expect(outcome(other)).toEqual(expected);
    }
  });

  it('after export and import, with keys in any order, whatever it is titled and laid out', () => {
    const file: unknown = JSON.parse(text);
    expect(straight(parsed(JSON.stringify(scenario.document)))).toEqual(expected);
    for (const turn of [0, 1, 3])
      expect(straight(parsed(JSON.stringify(shuffledKeys(file, turn))))).toEqual(expected);
    expect(straight(parsed(JSON.stringify({ ...(file as object), title: 'Other', about: 'Other' })))).toEqual(
      expected,
    );
  });

  it('and another for another seed, unless nothing is drawn', () => {
    const other = straight(scenario, { seed: scenario.seed + 1 }).digest;
    if (draws(scenario) === 0) expect(other).toBe(expected.digest);
    else expect(other).not.toBe(expected.digest);
  });
});
