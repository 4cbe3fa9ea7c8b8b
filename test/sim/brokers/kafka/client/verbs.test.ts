import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createOffsetsCase } from '#sim/brokers/kafka/client/verbs.ts';

type Json = Record<string, unknown>;
interface Recorded {
  given: Json;
  cases: { id: string; about: string; given: Json; steps: { do: Json; expect: Json }[] }[];
}

const file = JSON.parse(readFileSync('test/conformance/recordings/kafka/offsets.json', 'utf8')) as Recorded;

/** What an expectation names before the records was seen before they were returned. */
function asObserved(answer: Json, expected: Json): Json {
  const fields = Object.keys(expected);
  const before = fields.indexOf('position') >= 0 && fields.indexOf('position') < fields.indexOf('records');
  return before ? { ...answer, position: answer['began'] } : answer;
}

function play(given: Json, steps: readonly { do: Json; expect: Json }[]): void {
  const one = createOffsetsCase(given);
  for (const step of steps) {
    const answer = one.do(step.do);
    expect(answer).not.toBe('not-modelled');
    expect(asObserved(answer as Json, step.expect)).toMatchObject(step.expect);
  }
}

const five = { topic: 't', partitions: 1, records: ['m0', 'm1', 'm2', 'm3', 'm4'], group: 'g' };
const manual = { ...five, 'enable.auto.commit': false, 'auto.offset.reset': 'earliest' };

describe('recorded offsets', () => {
  for (const { id, about, given, steps } of file.cases) {
    it(`${id}: ${about}`, () => play({ ...file.given, ...given }, steps));
  }

  it('notices a wrong expectation', () => {
    const wrong = [{ do: { verb: 'poll' }, expect: { records: ['m1'] } }];
    expect(() => play({ ...file.given, ...manual }, wrong)).toThrow();
  });
});

describe('offsets verbs, by facts that are not among the cases', () => {
  it('[KAFKA-CLIENT-27] (rc-01) a record whose handler failed is skipped, and the next commit covers it', () => {
    play({ ...manual, 'max.poll.records': 1 }, [
      { do: { verb: 'poll' }, expect: { records: ['m0'] } },
      { do: { verb: 'commitSync' }, expect: { committed: 1 } },
      { do: { verb: 'poll' }, expect: { records: ['m1'], position: 2, committed: 1 } },
      { do: { verb: 'poll' }, expect: { records: ['m2'] } },
      { do: { verb: 'commitSync' }, expect: { committed: 3 } },
      { do: { verb: 'restart' }, expect: { position: 3 } },
      { do: { verb: 'poll' }, expect: { records: ['m3'] } },
    ]);
  });

  it('[KAFKA-CLIENT-27] (rc-02) without a commit nothing comes again until a restart; seek redelivers', () => {
    play(manual, [
      { do: { verb: 'poll' }, expect: { records: five.records, position: 5, committed: null } },
      { do: { verb: 'poll' }, expect: { records: [], committed: null } },
      { do: { verb: 'seek', offset: 1 }, expect: { position: 1, committed: null } },
      { do: { verb: 'poll' }, expect: { records: ['m1', 'm2', 'm3', 'm4'] } },
      { do: { verb: 'restart' }, expect: { position: 0 } },
      { do: { verb: 'poll' }, expect: { records: five.records } },
    ]);
  });

  it('[KAFKA-CLIENT-24] (rc-03) auto.offset.reset none is an error where nothing was committed', () => {
    play({ ...manual, 'auto.offset.reset': 'none' }, [
      { do: { verb: 'poll' }, expect: { records: [], error: 'NoOffsetForPartitionException' } },
    ]);
    play({ ...manual, 'auto.offset.reset': 'none', committed: 2 }, [
      { do: { verb: 'poll' }, expect: { records: ['m2', 'm3', 'm4'], error: null } },
    ]);
    play({ topic: 't', logStartOffset: 7, logEndOffset: 12, committed: 3, 'auto.offset.reset': 'none' }, [
      { do: { verb: 'poll' }, expect: { records: [], error: 'OffsetOutOfRangeException' } },
    ]);
  });

  it('[KAFKA-CLIENT-29] (of-17) auto-commit runs before a rebalance; (of-18) without it records come again', () => {
    const auto = { ...manual, 'enable.auto.commit': true };
    play(auto, [
      { do: { verb: 'poll', member: 'A', at: 0 }, expect: { records: five.records, committed: null } },
      {
        do: { verb: 'rebalance', owner: 'B', at: 1000 },
        expect: { committed: 5, position: 5, inGroup: { A: true, B: true } },
      },
      { do: { verb: 'poll', member: 'B' }, expect: { records: [] } },
      { do: { verb: 'poll', member: 'A' }, expect: { records: [], position: null } },
    ]);
  });

  it('[KAFKA-CLIENT-29] close commits where that is automatic, and leaves the group', () => {
    play({ ...manual, 'enable.auto.commit': true }, [
      {
        do: { verb: 'poll' },
        expect: { records: five.records, committed: null, inGroup: { consumer: true } },
      },
      { do: { verb: 'close' }, expect: { committed: 5, inGroup: { consumer: false } } },
      { do: { verb: 'restart' }, expect: { position: 5 } },
    ]);
  });

  it('[KAFKA-CLIENT-31] (rc-09) a member that left by max.poll.interval.ms cannot commit; its next poll joins again', () => {
    play(manual, [
      { do: { verb: 'poll', member: 'A', at: 0 }, expect: { records: five.records } },
      { do: { verb: 'advance', to: 300_001 }, expect: {} },
      {
        do: { verb: 'poll', member: 'B' },
        expect: { records: five.records, inGroup: { A: false, B: true } },
      },
      {
        do: { verb: 'commitSync', member: 'A' },
        expect: { error: 'CommitFailedException', brokerError: 'UNKNOWN_MEMBER_ID', committed: null },
      },
    ]);
  });

  it('(rc-13) a commit is stored as the client says it: backwards and beyond the end', () => {
    play(manual, [
      { do: { verb: 'poll' }, expect: { records: five.records } },
      { do: { verb: 'commitSync', offsets: { 't-0': 3 } }, expect: { committed: 3 } },
      { do: { verb: 'commitSync', offsets: { 't-0': 1 } }, expect: { committed: 1 } },
      { do: { verb: 'commitSync', offsets: { 't-0': 50 } }, expect: { committed: 50, error: null } },
    ]);
  });

  it('says what it does not model', () => {
    expect(createOffsetsCase(manual).do({ verb: 'describeGroups' })).toBe('not-modelled');
  });
});
