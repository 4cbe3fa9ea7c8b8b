/**
 * The recorded cases of Kafka through the verbs, step by step, compared by the case runner's own rules. A topic's cases
 * must all pass, except those that the model says it does not model, whose number is pinned: it may only fall.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readRecordings, replay, type CaseOutcome } from '#conform/runner.ts';

const folder = new URL('../../../conformance/recordings/kafka/', import.meta.url);

function outcomesOf(topic: string): CaseOutcome[] {
  const name = `${topic}.json`;
  return replay(readRecordings([{ name, text: readFileSync(new URL(name, folder), 'utf8') }]));
}

/** Topic, its cases here, and how many of them are not modelled yet. */
const topics: readonly (readonly [topic: string, cases: number, notModelled: number])[] = [
  ['partitioner', 220, 0],
  ['assignors', 110, 0],
  ['group-coordinator', 50, 0],
  ['producer', 32, 0],
  ['transactions', 9, 0],
  ['retention-compaction', 13, 0],
  ['defaults', 72, 0],
];

describe.each(topics)('recorded cases of %s', (topic, cases, notModelled) => {
  const outcomes = outcomesOf(topic);

  it('are all asked', () => expect(outcomes).toHaveLength(cases));

  it('pass wherever the model answers', () => {
    expect(outcomes.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  });

  it('are modelled but for the known rest', () => {
    expect(outcomes.filter(({ outcome }) => outcome === 'not-modelled')).toHaveLength(notModelled);
  });
});
