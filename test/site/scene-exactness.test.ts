/** What is shown at a time is what was true at that time, whichever way the playhead came there. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyState } from '#lib/scene/scene-state.ts';
import { SceneFold } from '#lib/scene/fold.ts';
import { sceneOf } from '#lib/scene/picture.ts';
import { receivedRun } from './received-run.ts';
import { scenarioFiles } from '../support/scenario-files.ts';

describe.each(scenarioFiles())('$name', ({ text }) => {
  it('shows the same after any order of seeks as after a straight fold from the beginning', async () => {
    const { trace, scenes } = await receivedRun(text);
    const { facts } = scenes;
    expect(trace.records).toBeGreaterThan(100);
    const seqs = fc.array(fc.integer({ min: 0, max: trace.records }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(seqs, (places) => {
        for (const seq of places) {
          const time = trace.row(seq)?.at ?? 0;
          const straight = new SceneFold(trace, facts);
          straight.foldTo(seq);
          expect(scenes.before(seq, time)).toEqual(sceneOf(straight.state, time, facts, trace));
        }
      }),
      { numRuns: 12 },
    );
  });

  it('includes at a time all that was recorded up to it, and nothing later', async () => {
    const { trace, scenes } = await receivedRun(text);
    for (let seq = 0; seq < trace.records; seq += 97) {
      const time = trace.row(seq)?.at ?? 0;
      const scene = scenes.at(time);
      expect(scene.seq).toBeGreaterThan(seq);
      expect(trace.row(scene.seq - 1)?.at).toBeLessThanOrEqual(time);
      expect(trace.row(scene.seq)?.at ?? Infinity).toBeGreaterThan(time);
    }
  });
});

describe('a fold', () => {
  it('goes on from a copy of its state as it would have gone on itself, and leaves the original alone', async () => {
    const [file] = scenarioFiles().filter(({ name }) => name === 'zombie-after-pause');
    const { trace, scenes } = await receivedRun(file?.text ?? '');
    const half = Math.floor(trace.records / 2);
    const fold = new SceneFold(trace, scenes.facts);
    fold.foldTo(half);
    const kept = copyState(fold.state);
    const before = JSON.stringify(kept);
    const other = new SceneFold(trace, scenes.facts, copyState(kept));
    fold.foldTo(trace.records);
    other.foldTo(trace.records);
    expect(other.state).toEqual(fold.state);
    expect(JSON.stringify(kept)).toBe(before);
  });
});
