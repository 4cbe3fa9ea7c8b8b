import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutColumn, intColumn, pushInt } from '#sim/base/column.ts';
import { createKafkaCase } from '#sim/brokers/kafka/verbs.ts';
import { createPartitionLog, endBatch, logEnd, type PartitionLog } from '#sim/brokers/kafka/partition-log.ts';
import { remember } from '#sim/brokers/kafka/producer-history.ts';
import { endOfEpoch } from '#sim/brokers/kafka/replication/leader-epochs.ts';
import { copyLog, type ReplicaLog } from '#sim/brokers/kafka/replication/log-copy.ts';
import { truncateLog } from '#sim/brokers/kafka/replication/log-truncation.ts';
import { visibleOffsets } from '#sim/brokers/kafka/transactions/isolation.ts';
import {
  appendMarker,
  lastStableOffset,
  noteTransactional,
  releaseReplicated,
} from '#sim/brokers/kafka/transactions/partition-transactions.ts';

type Said = Record<string, unknown>;

const three = { replicas: [1, 2, 3], leader: 1, version: '4.0.0-SNAPSHOT' };

/** A conversation with one replicated partition, as the recorded cases have it. */
function partition(given: Said = {}): (step: Said) => Said {
  const conversation = createKafkaCase('producer', { ...three, ...given });
  return (step) => conversation.do(step) as Said;
}

const produce = (value: string, acks = 'all'): Said => ({ verb: 'produce', acks, values: [value] });
const fetch = (follower: number): Said => ({ verb: 'replicaFetch', follower });
const crash = (broker: number): Said => ({ verb: 'crash', broker });
const start = (broker: number): Said => ({ verb: 'start', broker });
const advance = (ms: number): Said => ({ verb: 'advance', ms });
const isrCheck: Said = { verb: 'isrCheck' };

/** Says several steps, returns the last answer. */
function tell(say: (step: Said) => Said, ...steps: readonly Said[]): Said {
  let answer: Said = {};
  for (const step of steps) answer = say(step);
  return answer;
}

describe('the high watermark', () => {
  it('[KAFKA-REPLICA-1] [KAFKA-REPLICA-2] rises when the last follower in sync fetches from above the record', () => {
    const say = partition();
    tell(say, produce('a'), fetch(2), fetch(3), fetch(2));
    const last = say(fetch(3));
    expect(last).toMatchObject({ highWatermark: 1, completes: [{ produce: ['a'], error: 'NONE' }] });
  });

  it('[KAFKA-REPLICA-2] waits for a living follower that is about to join, not for a dead one', () => {
    const waits = partition();
    tell(waits, crash(3), produce('a'), start(3), fetch(2));
    expect(waits(fetch(2))).toMatchObject({ isr: [1, 2], highWatermark: 0 });
    expect(tell(waits, fetch(3), fetch(3))).toMatchObject({ isr: [1, 2, 3], highWatermark: 1 });
    const goesOn = partition();
    tell(goesOn, crash(3), produce('a'), fetch(2));
    expect(goesOn(fetch(2))).toMatchObject({ isr: [1, 2], highWatermark: 1 });
  });

  it('[KAFKA-REPLICA-3] can be lower at a new leader than consumers have seen, until its follower fetches', () => {
    const say = partition();
    tell(say, produce('a'), fetch(2), fetch(3), fetch(2));
    expect(say(fetch(3))).toMatchObject({ highWatermark: 1 });
    expect(say(crash(1))).toMatchObject({ leader: 2, highWatermark: 0, consumerVisible: [] });
    expect(say(fetch(3))).toMatchObject({ highWatermark: 1, consumerVisible: ['a'] });
  });

  it('[KAFKA-REPLICA-7] stands still below the minimum in sync; 3.6 let it rise', () => {
    const run = (version: string): Said => {
      const say = partition({ version, 'min.insync.replicas': 2 });
      return tell(say, produce('a'), crash(2), crash(3));
    };
    for (const version of ['4.0', '4.0.0-SNAPSHOT']) {
      expect(run(version)).toMatchObject({ highWatermark: 0, completes: [], consumerVisible: [] });
    }
    const late = { produce: ['a'], error: 'NOT_ENOUGH_REPLICAS_AFTER_APPEND' };
    expect(run('3.6')).toMatchObject({ highWatermark: 1, completes: [late] });
  });
});

describe('acknowledgements', () => {
  it('[KAFKA-REPLICA-5] of acks=all wait for all in sync; too few of them refuse the write', () => {
    const say = partition({ 'min.insync.replicas': 2 });
    tell(say, produce('a'), fetch(2));
    expect(say(fetch(2))).toMatchObject({ completes: [], highWatermark: 0 });
    expect(say(crash(3))).toMatchObject({ completes: [{ produce: ['a'], error: 'NONE' }] });
    say(crash(2));
    expect(say(produce('b'))).toMatchObject({ response: 'NOT_ENOUGH_REPLICAS', logEndOffsets: { 1: 1 } });
    expect(say(produce('b', '1'))).toMatchObject({ response: 'NONE', baseOffset: 1 });
    expect(say(produce('c', '0'))).toMatchObject({ response: null, baseOffset: 2 });
  });

  it('[KAFKA-REPLICA-6] need no more replicas than there are; 3.6 asked for more', () => {
    const run = (version: string): unknown =>
      partition({ version, replicas: [1, 2], 'min.insync.replicas': 3 })(produce('a'))['response'];
    expect([run('4.0'), run('3.6')]).toEqual(['pending', 'NOT_ENOUGH_REPLICAS']);
  });
});

describe('the in-sync set', () => {
  it('[KAFKA-REPLICA-4] takes a follower in that has reached the high watermark and the epoch', () => {
    const say = partition();
    tell(say, produce('a', '1'), fetch(2), crash(1), produce('b', '1'), start(1));
    expect(say(fetch(1))).toMatchObject({ fetchOffset: 1, isr: [2, 3, 1] });
    const behind = partition();
    tell(behind, crash(3), produce('a'), fetch(2), advance(40_000), fetch(2), start(3));
    expect(behind(fetch(3))).toMatchObject({ highWatermark: 1, isr: [1, 2] });
    expect(behind(fetch(3))).toMatchObject({ isr: [1, 2, 3] });
  });

  it('[KAFKA-REPLICA-8] loses a follower that has been behind for longer than the limit', () => {
    const say = partition({ 'replica.lag.time.max.ms': 1000 });
    tell(say, produce('a', '1'), fetch(2), fetch(2), advance(1000));
    expect(say(isrCheck)).toMatchObject({ removedFromIsr: [] });
    expect(tell(say, advance(1), isrCheck)).toMatchObject({
      removedFromIsr: [3],
      isr: [1, 2],
      highWatermark: 1,
    });
  });

  it('[KAFKA-REPLICA-8] keeps one that is always behind by less than a fetch', () => {
    const say = partition({ 'replica.lag.time.max.ms': 1000 });
    for (let round = 0; round < 5; round += 1) {
      tell(say, produce('a', '1'), fetch(2), fetch(3), produce('b', '1'), advance(450));
      expect(say(isrCheck)).toMatchObject({ removedFromIsr: [] });
    }
    expect(tell(say, advance(1900), isrCheck)).toMatchObject({ removedFromIsr: [2, 3], isr: [1] });
  });
});

describe('an election', () => {
  it('[KAFKA-REPLICA-9] takes the first living replica in sync; its waiting requests are never answered', () => {
    const say = partition({ replicas: [3, 1, 2], leader: 3 });
    say(produce('a'));
    const lost = { produce: ['a'], error: 'connection lost' };
    expect(say(crash(3))).toMatchObject({ leader: 1, leaderEpoch: 1, isr: [1, 2], completes: [lost] });
  });

  it('[KAFKA-REPLICA-9] waits for the last one in sync to come back', () => {
    const say = partition();
    tell(say, crash(2), crash(3), produce('a'), start(2));
    expect(say(crash(1))).toMatchObject({
      leader: null,
      isr: [1],
      consumerVisible: [],
      uncleanElection: false,
    });
    expect(say(produce('b'))).toMatchObject({ response: 'LEADER_NOT_AVAILABLE' });
    expect(say(fetch(2))).toMatchObject({ fetchOffset: null, fetched: 0 });
    expect(say(start(1))).toMatchObject({ leader: 1, isr: [1], consumerVisible: ['a'] });
  });

  it('[KAFKA-REPLICA-10] is unclean only where that is allowed, and loses what was acknowledged', () => {
    const say = partition({ 'unclean.leader.election.enable': true });
    tell(say, crash(2), crash(3));
    expect(say(produce('a'))).toMatchObject({ response: 'NONE', consumerVisible: ['a'] });
    expect(tell(say, start(3), crash(1))).toMatchObject({ leader: 3, isr: [3], uncleanElection: true });
    expect(tell(say, produce('b'), start(1), fetch(1))).toMatchObject({
      truncatedRecords: 1,
      consumerVisible: ['b'],
    });
  });
});

describe('truncation', () => {
  it('[KAFKA-REPLICA-11] finds the end of an epoch by the next one that the leader has', () => {
    const epochs = [
      { epoch: 1, start: 5 },
      { epoch: 4, start: 9 },
    ];
    const ends = [0, 1, 2, 4].map((epoch) => endOfEpoch(epochs, epoch, 20));
    expect(ends).toEqual([
      { epoch: 0, start: 5 },
      { epoch: 1, start: 9 },
      { epoch: 1, start: 9 },
      { epoch: 4, start: 20 },
    ]);
  });

  it('leaves a copy of a column as it was', () => {
    const column = intColumn('append');
    for (const value of [1, 2, 3]) pushInt(column, value);
    const copy = { ...column, owned: false };
    cutColumn(column, 1);
    pushInt(column, 9);
    expect([...copy.data.subarray(0, copy.length)]).toEqual([1, 2, 3]);
    expect([...column.data.subarray(0, column.length)]).toEqual([1, 9]);
  });
});

const moves = fc.oneof(
  { weight: 4, arbitrary: fc.nat(2).map((acks) => produce('', ['0', '1', 'all'][acks])) },
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 3 }).map(fetch) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 3 }).map(crash) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 3 }).map(start) },
  { weight: 1, arbitrary: fc.constant(advance(20_000)) },
  { weight: 1, arbitrary: fc.constant(isrCheck) },
);

describe('whatever happens to brokers', () => {
  /** How many runs lost records that consumers had seen. */
  function losses(unclean: boolean, minimum: number): number {
    let lost = 0;
    fc.assert(
      fc.property(fc.array(moves, { maxLength: 80, size: 'max' }), (script) => {
        const say = partition({ 'unclean.leader.election.enable': unclean, 'min.insync.replicas': minimum });
        let seen: unknown[] = [];
        let reign = { leader: 1 as unknown, epoch: 0 as unknown, high: 0 };
        for (const [row, step] of script.entries()) {
          const said = say(step['verb'] === 'produce' ? { ...step, values: [`v${row}`] } : step);
          const { leader, leaderEpoch: epoch, highWatermark: high } = said;
          if (typeof high !== 'number') continue;
          if (leader === reign.leader && epoch === reign.epoch)
            expect(high).toBeGreaterThanOrEqual(reign.high);
          reign = { leader, epoch, high };
          expect(said['isr']).toContain(leader);
          const visible = said['consumerVisible'] as unknown[];
          expect(visible).toHaveLength(high);
          const shared = Math.min(visible.length, seen.length);
          if (visible.slice(0, shared).some((value, offset) => value !== seen[offset])) lost += 1;
          if (!unclean) expect(visible.slice(0, shared)).toEqual(seen.slice(0, shared));
          if (visible.length > seen.length) seen = visible;
        }
      }),
      { numRuns: 100 },
    );
    return lost;
  }

  it('[KAFKA-REPLICA-2] [KAFKA-REPLICA-9] no clean election takes back what consumers saw, nor falls the watermark', () => {
    expect(losses(false, 1)).toBe(0);
    expect(losses(false, 2)).toBe(0);
  });

  it('[KAFKA-REPLICA-10] an unclean one does', () => {
    expect(losses(true, 1)).toBeGreaterThan(0);
  });
});

/** A move of a producer on a log of its own: a transactional batch, or the end of its transaction. */
const transactional = fc.record({
  producer: fc.nat(2),
  records: fc.integer({ min: 1, max: 3 }),
  ends: fc.nat(5),
});

function play(
  log: PartitionLog,
  script: readonly { producer: number; records: number; ends: number }[],
): void {
  for (const { producer: producerId, records, ends } of script) {
    const firstOffset = logEnd(log);
    if (ends <= 1) {
      const ending = { producerId, producerEpoch: 0, commit: ends === 0, coordinatorEpoch: 0 };
      expect(appendMarker(log, ending, 0, 1e9).error).toBe('NONE');
      continue;
    }
    for (let i = 0; i < records; i += 1) {
      pushInt(log.mids, firstOffset + i);
      pushInt(log.appended, 0);
    }
    endBatch(log, 10 * records);
    const mark = { firstSequence: 0, lastSequence: 0, baseOffset: firstOffset };
    remember(log.producers, producerId, 0, mark, 0);
    noteTransactional(log, { producerId, firstOffset, endOffset: logEnd(log) });
  }
}

/** What can be seen of a log: its records, batches and transactions. */
function sight({ log }: ReplicaLog): unknown {
  const { batchEnds, batchBytes, transactions } = log;
  const batches = Array.from({ length: batchEnds.length }, (_, row) => [
    batchEnds.data[row],
    batchBytes.data[row],
  ]);
  const open = [...log.producers].filter(([, { openSince }]) => openSince >= 0).map(([id]) => id);
  const committed = visibleOffsets(log, 0, 'read_committed');
  const aborted = transactions?.aborted ?? [];
  return { end: logEnd(log), stable: lastStableOffset(log), batches, committed, aborted, open: open.sort() };
}

describe('a copy of a log', () => {
  it('[KAFKA-REPLICA-1] has the batches and transactions of the original, in however many fetches', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(transactional, { maxLength: 8, size: 'max' }), { maxLength: 5 }),
        (parts) => {
          const leader: ReplicaLog = { log: createPartitionLog(0, 0, 0), epochs: [{ epoch: 0, start: 0 }] };
          const follower: ReplicaLog = { log: createPartitionLog(0, 0, 0), epochs: [] };
          for (const part of parts) {
            play(leader.log, part);
            copyLog(leader, follower);
            releaseReplicated(follower.log);
            expect(sight(follower)).toEqual(sight(leader));
            expect(follower.log.producers).toEqual(leader.log.producers);
          }
        },
      ),
    );
  });

  it('[KAFKA-REPLICA-11] cut at a batch is the log as it was there', () => {
    fc.assert(
      fc.property(fc.array(transactional, { maxLength: 20, size: 'max' }), fc.nat(20), (script, kept) => {
        const whole: ReplicaLog = { log: createPartitionLog(0, 0, 0), epochs: [] };
        const part: ReplicaLog = { log: createPartitionLog(0, 0, 0), epochs: [] };
        play(part.log, script.slice(0, kept));
        play(whole.log, script);
        const more = logEnd(whole.log) - logEnd(part.log);
        expect(truncateLog(whole.log, logEnd(part.log))).toBe(more);
        expect(sight(whole)).toEqual(sight(part));
        play(whole.log, script);
        play(part.log, script);
        expect(sight(whole)).toEqual(sight(part));
      }),
    );
  });
});
