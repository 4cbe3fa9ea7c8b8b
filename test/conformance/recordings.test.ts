import { describe, expect, it } from 'vitest';
import { readRecordings, replay, type CaseOutcome } from '#conform/runner.ts';
import { recordingFiles } from './recording-files.ts';

/** Folder, or Kafka's file: passed, not modelled. A change here is a change of what the project claims. */
const pinned: Readonly<Record<string, readonly [passed: number, notModelled: number]>> = {
  'kafka/assignors.json': [110, 0],
  'kafka/defaults.json': [72, 0],
  'kafka/group-coordinator.json': [50, 0],
  'kafka/offsets.json': [17, 0],
  'kafka/partitioner.json': [220, 0],
  'kafka/producer.json': [32, 0],
  'kafka/retention-compaction.json': [13, 0],
  'kafka/transactions.json': [9, 0],
  nats: [0, 46],
  pubsub: [0, 22],
  queueing: [159, 0],
  rabbitmq: [76, 0],
  redis: [0, 31],
  sqs: [0, 27],
};

/**
 * P(N > 666) for a Poisson N with mean 1000/3 was got as 1 minus a sum of 667 terms with 60 digits, which leaves hardly
 * one digit of 1e-58. [QUEUE-POISSON-3] computes it with whole numbers.
 */
const wrongReferences: ReadonlySet<string> = new Set(['mminf-002']);

const recordings = readRecordings(recordingFiles('.'));
const outcomes = replay(recordings);

function part({ file }: CaseOutcome): string {
  const [family = '', name = ''] = file.split('/');
  return family === 'kafka' ? `kafka/${name}` : family;
}

describe('recorded conversations with real brokers', () => {
  it('[CONFORM-20] every file is read, and only the facts in words hold no cases', () => {
    expect(recordings.problems).toEqual([]);
    expect(recordings.others).toEqual(['kafka-facts.json']);
  });

  it('[CONFORM-21] no case fails but the one whose reference value is wrong', () => {
    const failed = outcomes.filter(({ outcome }) => outcome === 'failed');
    expect(failed.filter(({ id }) => !wrongReferences.has(id))).toEqual([]);
    expect(failed.map(({ id }) => id)).toEqual([...wrongReferences]);
  });

  it('[CONFORM-22] as many cases pass, and as many are not modelled, as the project says', () => {
    const counts: Record<string, [number, number]> = {};
    for (const one of outcomes) {
      const count = (counts[part(one)] ??= [0, 0]);
      if (one.outcome === 'passed') count[0] += 1;
      if (one.outcome === 'not-modelled') count[1] += 1;
    }
    expect(counts).toEqual(pinned);
  });
});
