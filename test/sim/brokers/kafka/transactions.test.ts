import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKafkaCase } from '#sim/brokers/kafka/verbs.ts';
import { defaultOf } from '#sim/brokers/kafka/config.ts';

type Said = Record<string, unknown>;

/** A conversation with one partition: each line is a verb, as the recorded cases have them. */
function partition(given: Said = {}): (step: Said) => Said {
  const conversation = createKafkaCase('transactions', { version: '4.0.0-SNAPSHOT', ...given });
  return (step) => conversation.do(step) as Said;
}

function append(value: string, producerId: number, baseSequence: number, more: Said = {}): Said {
  const producer = { producerId, producerEpoch: 0, baseSequence, transactional: true };
  return { verb: 'append', values: [value], ...producer, ...more };
}

function marker(producerId: number, commit: boolean, more: Said = {}): Said {
  return { verb: 'writeTxnMarker', producerId, producerEpoch: 0, commit, coordinatorEpoch: 0, ...more };
}

describe('a transaction on a partition', () => {
  it('[KAFKA-TXN-1] begins with its first batch and ends with its marker; the next one begins anew', () => {
    const say = partition();
    expect(say(append('a', 1, 0))).toMatchObject({ lastStableOffset: 0 });
    expect(say(append('b', 1, 1))).toMatchObject({ lastStableOffset: 0 });
    expect(say(marker(1, true))).toMatchObject({ lastStableOffset: 3, readCommitted: ['a', 'b'] });
    expect(say(append('c', 1, 2))).toMatchObject({ lastStableOffset: 3 });
  });

  it('[KAFKA-TXN-2] a marker takes an offset and holds no record, even one that ends nothing', () => {
    const say = partition();
    expect(say(marker(9, false))).toMatchObject({ markerOffset: 0, logEndOffset: 1, readUncommitted: [] });
    expect(say(append('a', 1, 0))).toMatchObject({ baseOffset: 1, readUncommitted: ['a'] });
  });

  it('[KAFKA-TXN-3] the earliest open one holds all readers of committed records back', () => {
    const say = partition();
    say(append('a', 1, 0));
    say(append('x', 2, 0));
    expect(say(marker(2, true))).toMatchObject({ lastStableOffset: 0, readCommitted: [] });
    say({ verb: 'append', values: ['plain'] });
    expect(say(marker(1, false))).toMatchObject({ lastStableOffset: 5, readCommitted: ['x', 'plain'] });
  });

  it('[KAFKA-TXN-4] is stable when its marker is replicated, whatever order they ended in', () => {
    const say = partition({ manualHighWatermark: true });
    say(append('a', 1, 0));
    say(append('x', 2, 0));
    say(marker(2, true));
    say(marker(1, true));
    const at = (to: number): unknown => say({ verb: 'advanceHighWatermark', to })['lastStableOffset'];
    expect([at(1), at(2), at(3), at(4)]).toEqual([0, 0, 0, 4]);
    expect(at(2)).toBe(4);
  });

  it('[KAFKA-TXN-5] a newer marker fences batches and markers of the old epoch', () => {
    const say = partition();
    say(append('a', 1, 0));
    say(marker(1, false, { producerEpoch: 1 }));
    expect(say(append('b', 1, 1))).toMatchObject({ result: 'INVALID_PRODUCER_EPOCH', logEndOffset: 2 });
    expect(say(marker(1, true))).toMatchObject({ result: 'INVALID_PRODUCER_EPOCH', logEndOffset: 2 });
  });

  it('[KAFKA-TXN-6] its producer writes nothing outside of it, and others may', () => {
    const say = partition();
    say(append('a', 1, 0));
    const outside = { transactional: false };
    expect(say(append('b', 1, 1, outside))).toMatchObject({ result: 'INVALID_TXN_STATE', logEndOffset: 1 });
    expect(say(append('c', 2, 0, outside))).toMatchObject({ result: 'NONE' });
    say(marker(1, true));
    expect(say(append('b', 1, 1, outside))).toMatchObject({ result: 'NONE', readCommitted: ['a', 'c', 'b'] });
  });

  it('[KAFKA-TXN-7] a producer known by its marker alone begins at sequence 0', () => {
    const say = partition();
    say(marker(1, false, { producerEpoch: 3 }));
    const epoch = { producerEpoch: 3 };
    expect(say(append('a', 1, 5, epoch))).toMatchObject({ result: 'OUT_OF_ORDER_SEQUENCE_NUMBER' });
    expect(say(append('a', 1, 0, epoch))).toMatchObject({ result: 'NONE' });
  });

  it('[KAFKA-TXN-8] keeps its producer from being forgotten', () => {
    const say = partition({ 'producer.id.expiration.ms': 1000 });
    const late = append('b', 1, 7);
    say(append('a', 1, 0));
    say({ verb: 'advanceTime', ms: 5000 });
    expect(say(late)).toMatchObject({ result: 'OUT_OF_ORDER_SEQUENCE_NUMBER' });
    say(marker(1, true));
    say({ verb: 'advanceTime', ms: 5000 });
    expect(say(late)).toMatchObject({ result: 'NONE' });
  });

  it('[KAFKA-TXN-9] a marker of an older coordinator is refused, and the transaction stays open', () => {
    const say = partition();
    say(marker(1, true, { coordinatorEpoch: 5 }));
    say(append('a', 1, 0));
    const old = marker(1, false, { coordinatorEpoch: 4 });
    expect(say(old)).toMatchObject({ result: 'TRANSACTION_COORDINATOR_FENCED', lastStableOffset: 1 });
  });

  it('[KAFKA-TXN-10] leaves aborted records to the readers that do not ask for committed ones, the default', () => {
    const say = partition();
    say(append('a', 1, 0));
    say(append('b', 1, 1));
    expect(say(marker(1, false))).toMatchObject({ readUncommitted: ['a', 'b'], readCommitted: [] });
    expect(defaultOf('consumer', 'isolation.level', '4.0')?.default).toBe('read_uncommitted');
  });
});

describe('the transaction states of a client', () => {
  it('[KAFKA-TXN-11] differ in one transition between the snapshot and 4.0', () => {
    const ask = (version: string, from: string, to: string): unknown =>
      partition({ version })({ verb: 'transitionAllowed', from, to })['allowed'];
    expect(ask('4.0', 'COMMITTING_TRANSACTION', 'INITIALIZING')).toBe(true);
    expect(ask('4.0.0-SNAPSHOT', 'COMMITTING_TRANSACTION', 'INITIALIZING')).toBe(false);
    expect(ask('4.0', 'READY', 'INITIALIZING')).toBe(false);
    expect(ask('4.0', 'FATAL_ERROR', 'FATAL_ERROR')).toBe(true);
    expect(
      createKafkaCase('transactions', {}).do({ verb: 'transitionAllowed', from: 'READY', to: 'LIMBO' }),
    ).toBe('not-modelled');
  });
});

/** Producer 0 writes without transactions. */
const moves = fc.array(
  fc.record({ producer: fc.nat(3), move: fc.constantFrom('write', 'write', 'commit', 'abort', 'raise') }),
  { maxLength: 60, size: 'max' },
);

interface Told {
  readonly value: string;
  readonly producer: number;
  /** How its transaction ended, or that it has not. */
  fate: 'open' | 'committed' | 'aborted';
}

describe('what readers see', () => {
  it('[KAFKA-TXN-3] [KAFKA-TXN-10] committed is what is left of uncommitted, in its order, without aborted ones', () => {
    fc.assert(
      fc.property(moves, (script) => {
        const say = partition({ manualHighWatermark: true });
        const written: Told[] = [];
        const sequences = [0, 0, 0, 0];
        let end = 0;
        for (const { producer, move } of script) {
          let said: Said;
          if (move === 'write') {
            const value = `v${written.length}`;
            written.push({ value, producer, fate: producer === 0 ? 'committed' : 'open' });
            const step = append(value, producer, sequences[producer] as number);
            said = say(producer === 0 ? { verb: 'append', values: [value] } : step);
            sequences[producer] = (sequences[producer] as number) + 1;
          } else if (move === 'raise') {
            said = say({ verb: 'advanceHighWatermark', to: end - producer });
          } else {
            for (const told of written) {
              if (told.producer === producer && told.fate === 'open')
                told.fate = move === 'commit' ? 'committed' : 'aborted';
            }
            said = say(marker(producer, move === 'commit'));
          }
          end = said['logEndOffset'] as number;
          const [stable, high] = [said['lastStableOffset'] as number, said['highWatermark'] as number];
          expect(stable).toBeLessThanOrEqual(high);
          const uncommitted = said['readUncommitted'] as string[];
          const committed = said['readCommitted'] as string[];
          expect(uncommitted).toEqual(written.slice(0, uncommitted.length).map(({ value }) => value));
          const allowed = written.filter(({ fate }) => fate === 'committed').map(({ value }) => value);
          expect(committed).toEqual(allowed.slice(0, committed.length));
          expect(uncommitted.filter((value) => committed.includes(value))).toEqual(committed);
        }
        for (const producer of [1, 2, 3]) say(marker(producer, false));
        const all = say({ verb: 'advanceHighWatermark', to: end + 3 });
        const kept = written.filter(({ fate }) => fate === 'committed').map(({ value }) => value);
        expect(all).toMatchObject({ readCommitted: kept, lastStableOffset: end + 3 });
      }),
    );
  });
});
