/** Facts about the transaction coordinator, asked of a broker as its producers would. Transaction version 1, as the facts. */
import { describe, expect, it } from 'vitest';
import { resolveConsumerConfig } from '#sim/brokers/kafka/config.ts';
import * as protocol from '#sim/brokers/kafka/protocol.ts';
import { coordinatorState } from '#sim/brokers/kafka/transactions/transaction-metadata.ts';
import type { EndTxnResponse } from '#sim/brokers/kafka/transactions/transaction-protocol.ts';
import { CRASHED, START } from '#sim/kernel/entity.ts';
import { brokerWorld, type BrokerWorld } from '../broker-world.ts';
import { expected, factOf } from './fact.ts';

const MS = 1000;
const MINUTE = 60_000 * MS;

interface Id {
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** A broker and one client, with the requests of a transactional producer `T`. */
class Office {
  readonly world: BrokerWorld;
  readonly client: number;
  private held = false;

  constructor(settings: Parameters<typeof brokerWorld>[0] = {}) {
    this.world = brokerWorld({ transactionVersion: 1, ...settings }, { transactional: true });
    this.client = this.world.client('p');
    const { broker } = this.world;
    const handle = broker.handle.bind(broker);
    broker.handle = (event, ctx) => {
      if (!this.held || event.kind !== protocol.WRITE_TXN_MARKERS) handle(event, ctx);
    };
  }

  init(timeout = MINUTE): protocol.InitProducerIdResponse {
    const request = { transactionalId: 'T', transactionTimeout: timeout, entity: this.client };
    return this.world.answer(this.client, protocol.INIT_PRODUCER_ID, request);
  }

  add(id: Id, partitions: readonly number[] = [0]): string {
    const { producerId, producerEpoch } = id;
    const request = {
      transactionalId: 'T',
      producerId,
      producerEpoch,
      partitions,
      groups: [],
      verifyOnly: false,
    };
    return this.world.answer<{ error: string }>(this.client, protocol.ADD_PARTITIONS_TO_TXN, request).error;
  }

  end(id: Id, commit: boolean): string {
    const { producerId, producerEpoch } = id;
    const request = { transactionalId: 'T', producerId, producerEpoch, commit };
    return this.world.answer<EndTxnResponse>(this.client, protocol.END_TXN, request).error;
  }

  get state(): string {
    const known = this.world.broker.state.transactions.metadata.get('T');
    return known === undefined ? '' : coordinatorState(known);
  }

  get epoch(): number {
    return this.world.broker.state.transactions.metadata.get('T')?.producerEpoch ?? -1;
  }

  /** As it is between the decision and the last marker: nobody writes the markers that go out. */
  holdMarkers(hold: boolean): void {
    this.held = hold;
  }

  markersWritten(): void {
    this.world.pass(1000 * MS);
  }
}

describe('initialising', () => {
  it('tc-02: the first is given a new id, epoch 0, and the state Empty', () => {
    const office = new Office();
    const { error, producerEpoch } = office.init();
    expect({ error, producerEpoch, state: office.state }).toEqual(expected('tc-02', 0));
  });

  it('tc-03: the second instance raises the epoch, and the first is fenced everywhere', () => {
    const office = new Office();
    const first = office.init();
    const second = office.init();
    expect(first.producerEpoch).toBe(expected('tc-03', 0)['producerEpoch']);
    expect(second.producerEpoch).toBe(expected('tc-03', 1)['producerEpoch']);
    expect(second.producerId).toBe(first.producerId);
    expect(office.add(first)).toBe(expected('tc-03', 2)['error']);
    expect(office.end(first, true)).toBe(expected('tc-03', 3)['error']);
  });

  it('tc-04: with an open transaction it is aborted first, and the newcomer asks again', () => {
    const office = new Office();
    const first = office.init();
    expect(office.add(first)).toBe('NONE');
    expect(office.state).toBe(expected('tc-04', 1)['state']);
    expect(office.init().error).toBe(expected('tc-04', 2)['error']);
    expect(office.epoch).toBeGreaterThan(first.producerEpoch);
    expect(office.end(first, true)).toBe(expected('tc-04', 3)['error']);
    office.markersWritten();
    expect(office.state).toBe(expected('tc-04', 4)['state']);
    const second = office.init();
    expect(second.error).toBe(expected('tc-04', 5)['error']);
    expect(second.producerEpoch).toBeGreaterThan(expected('tc-04', 5)['epochGreaterThan'] as number);
  });

  it('tc-09: a longer timeout than the broker allows is refused', () => {
    const most = (factOf('tc-09').given['transaction.max.timeout.ms'] as number) * MS;
    const office = new Office({ transactionMaxTimeout: most });
    expect(office.init(most + MS).error).toBe(expected('tc-09', 0)['error']);
    expect(office.init(most).error).toBe('NONE');
  });

  it('tc-10: without a transactional id everybody gets a fresh id, and nothing is kept', () => {
    const { world, client } = new Office();
    const ask = () =>
      world.answer<protocol.InitProducerIdResponse>(client, protocol.INIT_PRODUCER_ID, undefined);
    const [first, second] = [ask(), ask()];
    expect([first.producerEpoch, second.producerEpoch]).toEqual([0, 0]);
    expect(second.producerId).not.toBe(first.producerId);
    expect(world.broker.state.transactions.metadata.size).toBe(0);
  });
});

describe('ending', () => {
  it('tc-05: the decision is stored before the markers, and survives the coordinator', () => {
    const office = new Office();
    const id = office.init();
    office.add(id, [0, 1]);
    office.holdMarkers(true);
    expect(office.end(id, true)).toBe(expected('tc-05', 1)['error']);
    expect(office.state).toBe(expected('tc-05', 1)['state']);
    const { kernel, node } = office.world;
    kernel.kill(node);
    kernel.tell(node, CRASHED);
    kernel.tell(node, START);
    expect(office.state).toBe(expected('tc-05', 2)['state']);
    office.holdMarkers(false);
    office.markersWritten();
    expect(office.state).toBe(expected('tc-05', 3)['state']);
  });

  it.each(factOf('tc-06').steps.map((step) => [step.do['state'], step.do['commit'], step.expect['error']]))(
    'tc-06: EndTxn in %s with commit %s is %s',
    (state, commit, error) => {
      const office = new Office();
      const id = office.init();
      if (state !== 'Empty') {
        office.add(id);
        office.holdMarkers(String(state).startsWith('Prepare'));
        office.end(id, String(state).endsWith('Commit'));
        if (String(state).startsWith('Complete')) office.markersWritten();
      }
      expect(office.state).toBe(state);
      expect(office.end(id, commit as boolean)).toBe(error);
    },
  );

  it('tc-07: AddPartitionsToTxn asks who, then when', () => {
    const office = new Office();
    const errors = factOf('tc-07').steps.map((step) => step.expect['error']);
    expect(office.add({ producerId: 5, producerEpoch: 0 })).toBe(errors[0]);
    const old = office.init();
    expect(office.add({ ...old, producerId: old.producerId + 1 })).toBe(errors[0]);
    const id = office.init();
    expect(office.add(old)).toBe(errors[1]);
    office.add(id);
    const told = office.world.rows('brokerTransaction').length;
    expect(office.add(id)).toBe(errors[3]);
    expect(office.world.rows('brokerTransaction')).toHaveLength(told);
    office.holdMarkers(true);
    office.end(id, true);
    expect(office.add(id)).toBe(errors[2]);
  });

  it('tc-08: past its time a transaction is aborted at the next look, and its producer fenced', () => {
    const interval = factOf('tc-08').given['transaction.abort.timed.out.transaction.cleanup.interval.ms'];
    const office = new Office({ transactionScanInterval: (interval as number) * MS });
    const id = office.init((factOf('tc-08').given['transaction.timeout.ms'] as number) * MS);
    office.add(id);
    const since = office.world.kernel.now;
    office.world.pass(59_000 * MS - (office.world.kernel.now - since));
    expect(office.state).toBe(expected('tc-08', 1)['state']);
    office.world.pass(11_100 * MS);
    expect(office.state).toBe(expected('tc-08', 2)['state']);
    expect(office.epoch > id.producerEpoch).toBe(expected('tc-08', 2)['epochRaised']);
    expect(office.end(id, true)).toBe(expected('tc-08', 3)['error']);
  });

  it.each([
    ['PrepareCommit', true, 0],
    ['PrepareAbort', false, 1],
  ] as const)('tc-11: InitProducerId in %s is told to come back', (state, commit, step) => {
    const office = new Office();
    const id = office.init();
    office.add(id);
    office.holdMarkers(true);
    office.end(id, commit);
    expect(office.state).toBe(state);
    expect(office.init().error).toBe(expected('tc-11', step)['error']);
  });
});

describe('offsets in a transaction', () => {
  function held(): Office & { id: Id; committed(): number; stable(): string } {
    const office = new Office();
    const id = office.init();
    const { world, client } = office;
    const who = { group: 'g', memberId: '', groupInstanceId: null, generation: -1, entity: client };
    const offset = factOf('tc-12').given['committed'] as number;
    world.answer(client, protocol.OFFSET_COMMIT, { ...who, offsets: [{ partition: 0, offset }] });
    const producer = { transactionalId: 'T', producerId: id.producerId, producerEpoch: id.producerEpoch };
    world.answer(client, protocol.ADD_OFFSETS_TO_TXN, { ...producer, group: 'g' });
    const request = { ...producer, ...who, offsets: [{ partition: 0, offset: 5 }] };
    const answer = world.answer<{ error: string }>(client, protocol.TXN_OFFSET_COMMIT, request);
    expect(answer.error).toBe('NONE');
    const ask = (requireStable: boolean) =>
      world.answer<protocol.OffsetFetchResponse>(client, protocol.OFFSET_FETCH, {
        group: 'g',
        partitions: [0],
        requireStable,
      });
    return Object.assign(office, {
      id,
      committed: () => ask(false).offsets[0]?.offset ?? -1,
      stable: () => ask(true).error ?? 'NONE',
    });
  }

  it('tc-12: they are committed with the transaction, and unstable until then', () => {
    const office = held();
    expect(office.committed()).toBe(expected('tc-12', 1)['committed']);
    expect(office.stable()).toBe(expected('tc-12', 2)['error']);
    office.end(office.id, true);
    office.markersWritten();
    expect(office.committed()).toBe(expected('tc-12', 3)['committed']);
    expect(office.stable()).toBe('NONE');
  });

  it('tc-13: an abort drops them', () => {
    const office = held();
    expect(office.committed()).toBe(expected('tc-13', 0)['committed']);
    office.end(office.id, false);
    office.markersWritten();
    expect(office.committed()).toBe(expected('tc-13', 1)['committed']);
    expect(office.stable()).toBe('NONE');
  });

  it('tc-16: of a member that is no longer one they are refused', () => {
    const office = new Office();
    const id = office.init();
    const { world, client } = office;
    const producer = { transactionalId: 'T', producerId: id.producerId, producerEpoch: id.producerEpoch };
    const who = { group: 'g', memberId: 'gone', groupInstanceId: null, generation: 1, entity: client };
    const plain = { ...who, memberId: '', generation: -1, offsets: [{ partition: 0, offset: 1 }] };
    world.answer(client, protocol.OFFSET_COMMIT, plain);
    world.answer(client, protocol.ADD_OFFSETS_TO_TXN, { ...producer, group: 'g' });
    const request = { ...producer, ...who, offsets: [{ partition: 0, offset: 5 }] };
    const { error } = world.answer<{ error: string }>(client, protocol.TXN_OFFSET_COMMIT, request);
    expect(expected('tc-16', 2)['error']).toContain(error);
  });
});

it('tc-19: readers do not ask for committed records unless told to', () => {
  const resolved = resolveConsumerConfig({}, '4.0');
  expect(resolved.ok && resolved.value.values['isolation.level']).toBe('read_uncommitted');
});
