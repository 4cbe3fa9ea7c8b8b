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
    // the mode does change the order of something
    expect(digests.size).toBeGreaterThan(1);
  });
});
