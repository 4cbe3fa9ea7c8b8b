/**
 * Equal times are common, and their order is nobody's promise: the tie-shuffle mode permutes them between different
 * pairs of sender and receiver. A file that expects all valid must stay valid under every such order.
 */
import { describe, expect, it } from 'vitest';
import { buildWorld } from '#sim/run/build.ts';
import { parsed, scenarioFiles } from '../../support/scenario-files.ts';

const orders = process.env['SPILLWAY_DEEP'] ? 200 : 12;
const healthy = scenarioFiles().filter(({ text }) =>
  parsed(text).expect.every(({ verdict }) => verdict === 'valid'),
);

describe('tie shuffle', () => {
  it('has files to try', () => {
    expect(healthy.length).toBeGreaterThanOrEqual(3);
  });

  /** By file: how many digests the orders came to. */
  const different: number[] = [];

  it.each(healthy)('[RUN-22] $name stays valid whatever the order of equal times', ({ text }) => {
    const digests = new Set<string>();
    for (let tieSeed = 1; tieSeed <= orders; tieSeed += 1) {
      const world = buildWorld(parsed(text), { tieSeed });
      world.advance();
      const judged = world.verdicts().map(({ id, verdict }) => `${id} ${verdict}`);
      expect(
        judged.filter((line) => !line.endsWith(' valid')),
        `tieSeed ${tieSeed}`,
      ).toEqual([]);
      digests.add(world.digest());
    }
    different.push(digests.size);
  });

  it('does change the order of something in nearly every file', () => {
    expect(different.length).toBe(healthy.length);
    expect(different.filter((size) => size > 1).length).toBeGreaterThan(0.9 * different.length);
  });
});
