import { beforeEach, describe, expect, it } from 'vitest';
import * as protocol from '#sim/brokers/kafka/protocol.ts';
import type * as messages from '#sim/brokers/kafka/transactions/transaction-protocol.ts';
import { transactionCoordinatorMachine } from '#sim/brokers/kafka/transactions/transaction-coordinator.machine.ts';
import { graphOf } from '#sim/machines/graph.ts';
import { brokerWorld, fetchRequest, ROUND_TRIP, type BrokerWorld } from './broker-world.ts';

const SECOND = 1_000_000;
const ID = 'tx';

let world: BrokerWorld;
let client: number;

beforeEach(() => {
  world = brokerWorld();
  client = world.client('writer');
});

function init(timeout = 60 * SECOND): protocol.InitProducerIdResponse {
  const request = { transactionalId: ID, transactionTimeout: timeout, entity: client };
  return world.answer(client, protocol.INIT_PRODUCER_ID, request);
}

type Who = Pick<protocol.InitProducerIdResponse, 'producerId' | 'producerEpoch'>;

const as = ({ producerId, producerEpoch }: Who): messages.TransactionalProducer => ({
  transactionalId: ID,
  producerId,
  producerEpoch,
});

/** One record to a partition of `t`, as part of the transaction; the leader asks the coordinator first. */
function write(who: Who, sequence = 0, partition = 0): string {
  const mids = world.messages(1);
  const correlation = world.ask(client, protocol.PRODUCE, {
    acks: -1,
    ...as(who),
    batches: [{ partition, mids, baseSequence: sequence, bytes: 100 }],
  });
  world.pass(2 * ROUND_TRIP);
  const answer = world.heard(client, correlation)?.data as protocol.ProduceResponse;
  return answer.results[0]?.error ?? 'no answer';
}

function end(who: Who, commit: boolean): messages.EndTxnResponse {
  return world.answer(client, protocol.END_TXN, { ...as(who), commit });
}

function read(readCommitted: boolean, partition = 0): string[] {
  const request = { ...fetchRequest([[partition, 0]], { maxWait: 0 }), readCommitted };
  const answer = world.answer<protocol.FetchResponse>(client, protocol.FETCH, request);
  return world.named(answer.partitions[0]?.mids ?? []);
}

function commitOffset(who: Who, offset: number): string {
  const correlation = world.ask(client, protocol.TXN_OFFSET_COMMIT, {
    ...as(who),
    group: 'g',
    memberId: '',
    groupInstanceId: null,
    generation: -1,
    entity: client,
    offsets: [{ partition: 0, offset }],
  });
  world.pass(2 * ROUND_TRIP);
  return (world.heard(client, correlation)?.data as messages.TransactionResponse).error;
}

function committed(): protocol.OffsetFetchResponse {
  return world.answer(client, protocol.OFFSET_FETCH, { group: 'g', partitions: [0], requireStable: true });
}

describe('a transactional id', () => {
  it('[KAFKA-COORDINATOR-1] has one producer id, and an epoch that each initialisation raises', () => {
    const first = init();
    expect(first).toMatchObject({ error: 'NONE', producerEpoch: 0 });
    expect(init()).toEqual({ ...first, producerEpoch: 1 });
    expect(init(901 * SECOND)).toMatchObject({ error: 'INVALID_TRANSACTION_TIMEOUT' });
  });

  it('[KAFKA-COORDINATOR-2] fences whoever had it, and aborts what they had open', () => {
    const old = init();
    expect(write(old)).toBe('NONE');
    expect(init()).toMatchObject({ error: 'CONCURRENT_TRANSACTIONS' });
    world.pass(ROUND_TRIP);
    const next = init();
    expect(next.producerId).toBe(old.producerId);
    expect(next.producerEpoch).toBeGreaterThan(old.producerEpoch);
    expect(end(old, true)).toMatchObject({ error: 'PRODUCER_FENCED' });
    expect(write(old, 1)).toBe('INVALID_PRODUCER_EPOCH');
    expect(read(true)).toEqual([]);
    expect(read(false)).toEqual(['m0']);
    expect(world.rows('brokerTransaction').map(({ a }) => a)).toContain(6);
  });
});

describe('a transaction', () => {
  it('[KAFKA-COORDINATOR-3] begins with its first write and is read when it has committed', () => {
    const who = init();
    expect(write(who)).toBe('NONE');
    expect(write(who, 1)).toBe('NONE');
    expect([read(false), read(true)]).toEqual([['m0', 'm1'], []]);
    expect(end(who, true).error).toBe('NONE');
    expect(read(true)).toEqual(['m0', 'm1']);
  });

  it('[KAFKA-COORDINATOR-4] is joined by the leader in version 2, and by the client in version 1', () => {
    const second = init();
    const add = { ...as(second), partitions: [0], groups: [], verifyOnly: true };
    expect(world.answer(client, protocol.ADD_PARTITIONS_TO_TXN, add)).toEqual({ error: 'INVALID_TXN_STATE' });
    expect(write(second)).toBe('NONE');
    world = brokerWorld({ transactionVersion: 1 });
    client = world.client('writer');
    const first = init();
    expect(write(first)).toBe('INVALID_TXN_STATE');
    const more = { ...as(first), partitions: [0], groups: [], verifyOnly: false };
    expect(world.answer(client, protocol.ADD_PARTITIONS_TO_TXN, more)).toEqual({ error: 'NONE' });
    expect(write(first)).toBe('NONE');
    expect(end(first, true)).toEqual({ error: 'NONE', producerId: -1, producerEpoch: -1 });
    world.pass(ROUND_TRIP);
    expect(world.answer(client, protocol.ADD_PARTITIONS_TO_TXN, more)).toEqual({ error: 'NONE' });
    expect(write(first, 1)).toBe('NONE');
  });

  it('[KAFKA-COORDINATOR-5] is decided once', () => {
    world = brokerWorld({ transactionVersion: 1 });
    client = world.client('writer');
    const who = init();
    expect(end(who, true).error).toBe('INVALID_TXN_STATE');
    const add = { ...as(who), partitions: [0], groups: [], verifyOnly: false };
    expect(world.answer(client, protocol.ADD_PARTITIONS_TO_TXN, add)).toEqual({ error: 'NONE' });
    expect(end(who, true).error).toBe('NONE');
    world.pass(ROUND_TRIP);
    expect(end(who, true).error).toBe('NONE');
    expect(end(who, false).error).toBe('INVALID_TXN_STATE');
  });

  it('[KAFKA-COORDINATOR-6] is complete when its markers stand, which take offsets', () => {
    const who = init();
    write(who);
    write(who, 0, 1);
    end(who, false);
    world.pass(ROUND_TRIP);
    expect(world.rows('marker').map(({ b, c, d }) => [b, c, d])).toEqual([
      [0, 1, 0],
      [1, 1, 0],
    ]);
    expect(world.rows('brokerTransaction').at(-1)).toMatchObject({ a: 5 });
  });

  it('[KAFKA-COORDINATOR-8] raises the epoch with its end in version 2, also when its end is said again', () => {
    const who = init();
    write(who);
    const answer = end(who, true);
    expect(answer).toEqual({ error: 'NONE', producerId: who.producerId, producerEpoch: 1 });
    world.pass(ROUND_TRIP);
    expect(end(who, true)).toEqual(answer);
    expect(write(answer)).toBe('NONE');
    expect(end(who, true)).toMatchObject({ error: 'PRODUCER_FENCED' });
  });

  it('[KAFKA-COORDINATOR-9] commits offsets with the rest; until then they are unstable', () => {
    const who = init();
    expect(commitOffset(who, 5)).toBe('NONE');
    expect(committed().error).toBe('UNSTABLE_OFFSET_COMMIT');
    const next = end(who, true);
    world.pass(ROUND_TRIP);
    expect(committed().offsets).toMatchObject([{ partition: 0, offset: 5 }]);
    expect(commitOffset(next, 9)).toBe('NONE');
    end(next, false);
    world.pass(ROUND_TRIP);
    expect(committed().offsets).toMatchObject([{ partition: 0, offset: 5 }]);
  });

  it('[KAFKA-COORDINATOR-9] takes no offsets from a member that the group does not know', () => {
    const who = init();
    const request = { ...as(who), group: 'g', groupInstanceId: null, entity: client, offsets: [] };
    const stranger = { ...request, memberId: 'nobody', generation: 3 };
    expect(world.answer(client, protocol.TXN_OFFSET_COMMIT, stranger)).toEqual({
      error: 'ILLEGAL_GENERATION',
    });
  });

  it('[KAFKA-COORDINATOR-10] is aborted at the first look after its timeout', () => {
    const who = init(12 * SECOND);
    write(who);
    world.pass(19 * SECOND);
    expect(read(true)).toEqual([]);
    expect(world.rows('marker')).toEqual([]);
    world.pass(SECOND);
    expect(world.rows('marker')).toMatchObject([{ d: 0 }]);
    expect(end(who, true).error).toBe('PRODUCER_FENCED');
  });

  it('[KAFKA-COORDINATOR-7] stays open over a restart of its coordinator, and what was decided goes on', () => {
    const restart = (): void => {
      world.hosts.crash(world.node, 'test', 0);
      world.pass(SECOND);
      world.hosts.start(world.node, 'test');
      world.pass(ROUND_TRIP);
    };
    const who = init();
    write(who);
    restart();
    expect(read(true)).toEqual([]);
    world.ask(client, protocol.END_TXN, { ...as(who), commit: true });
    // the decision is stored when the request arrives, the marker would be written a moment later
    world.run(world.kernel.now + ROUND_TRIP / 2);
    restart();
    expect(read(true)).toEqual(['m0']);
    expect(world.rows('brokerTransaction').at(-1)).toMatchObject({ a: 4 });
  });
});

it('[KAFKA-COORDINATOR-11] the states and what may follow what', () => {
  const { states, transitions } = graphOf(transactionCoordinatorMachine);
  expect(states.map(({ path }) => path).sort()).toEqual([
    'CompleteAbort',
    'CompleteCommit',
    'Dead',
    'Empty',
    'Ongoing',
    'PrepareAbort',
    'PrepareCommit',
    'PrepareEpochFence',
  ]);
  const before = (state: string): string[] =>
    transitions
      .filter(({ to }) => to === state)
      .map(({ from }) => from)
      .sort();
  expect(before('PrepareCommit')).toEqual(['Ongoing']);
  expect(before('PrepareEpochFence')).toEqual(['Ongoing']);
  expect(before('CompleteAbort')).toEqual(['PrepareAbort']);
  expect(before('Ongoing')).toEqual(['CompleteAbort', 'CompleteCommit', 'Empty']);
  expect(before('Dead')).toEqual(['CompleteAbort', 'CompleteCommit', 'Empty']);
});
