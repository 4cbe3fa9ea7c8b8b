import { describe, expect, it } from 'vitest';
import { clone, difference } from '#sim/base/clone.ts';
import { nameOf } from '#sim/base/names.ts';
import * as protocol from '#sim/brokers/kafka/protocol.ts';
import { brokerWorld, fetchRequest, produceRequest, ROUND_TRIP } from './broker-world.ts';

const { PRODUCE, FETCH, LIST_OFFSETS, INIT_PRODUCER_ID } = protocol;

describe('Produce', () => {
  it('writes the batches of a request in order and answers with each base offset', () => {
    const world = brokerWorld();
    const client = world.client('p');
    const first = world.messages(3);
    const second = world.messages(2);
    const { results } = world.answer<protocol.ProduceResponse>(client, PRODUCE, {
      ...produceRequest(first),
      batches: [
        { partition: 0, mids: first, baseSequence: -1, bytes: 300 },
        { partition: 1, mids: second, baseSequence: -1, bytes: 200 },
      ],
    });
    expect(results.map(({ error, baseOffset }) => [error, baseOffset])).toEqual([
      ['NONE', 0],
      ['NONE', 0],
    ]);
    const appends = world.rows('append').map(({ mid, b, c }) => [mid, b, c]);
    expect(appends).toEqual(
      [...first].map((mid, i) => [mid, 0, i]).concat([...second].map((mid, i) => [mid, 1, i])),
    );
    const more = world.answer<protocol.ProduceResponse>(client, PRODUCE, produceRequest(world.messages(1)));
    expect(more.results[0]?.baseOffset).toBe(3);
  });

  it('names the produce record and the packet as the causes of an append', () => {
    const world = brokerWorld();
    const client = world.client('p');
    const mids = world.messages(2);
    world.catalog.events.produced.data[1] = 77;
    world.answer(client, PRODUCE, produceRequest(mids));
    const packet = world.rows('send')[0]?.seq;
    expect(world.rows('append').map(({ cause, also }) => [cause, also])).toEqual([
      [packet, packet],
      [77, packet],
    ]);
  });

  it('[KAFKA-LOG-3] acks 0 is never answered, other values than 0, 1 and -1 are refused', () => {
    const world = brokerWorld();
    const client = world.client('p');
    expect(world.answer(client, PRODUCE, produceRequest(world.messages(1), { acks: 0 }))).toBeUndefined();
    expect(world.rows('append')).toHaveLength(1);
    const odd = produceRequest(world.messages(1), { acks: 2 });
    const { results } = world.answer<protocol.ProduceResponse>(client, PRODUCE, odd);
    expect(results[0]?.error).toBe('INVALID_REQUIRED_ACKS');
    expect(world.rows('append')).toHaveLength(1);
  });

  it('[KAFKA-LOG-4] a batch above the limit is refused, by topic before broker', () => {
    const world = brokerWorld({
      maxMessageBytes: 1000,
      topicMaxMessageBytes: new Map([['t', 500]]),
    });
    const client = world.client('p');
    const ask = (bytes: number): string | undefined =>
      world.answer<protocol.ProduceResponse>(client, PRODUCE, produceRequest(world.messages(1), { bytes }))
        .results[0]?.error;
    expect([ask(500), ask(501)]).toEqual(['NONE', 'MESSAGE_TOO_LARGE']);
  });

  it('refuses partitions that it does not lead, and those that are not there', () => {
    const world = brokerWorld();
    const client = world.client('p');
    const ask = (partition: number): string | undefined =>
      world.answer<protocol.ProduceResponse>(
        client,
        PRODUCE,
        produceRequest(world.messages(1), { partition }),
      ).results[0]?.error;
    expect([ask(2), ask(3)]).toEqual(['NOT_LEADER_OR_FOLLOWER', 'UNKNOWN_TOPIC_OR_PARTITION']);
  });

  it('[KAFKA-PRODUCER-2] records a recognised resend as a duplicate and answers with the old offset', () => {
    const world = brokerWorld();
    const client = world.client('p');
    const mids = world.messages(2);
    const request = produceRequest(mids, { producerId: 5, sequence: 0 });
    world.answer(client, PRODUCE, request);
    const { results } = world.answer<protocol.ProduceResponse>(client, PRODUCE, request);
    expect(results[0]).toMatchObject({ error: 'NONE', duplicate: true, baseOffset: 0, appended: -1 });
    expect(world.rows('append')).toHaveLength(2);
    expect(world.rows('duplicate').map(({ mid, c }) => [mid, c])).toEqual(
      [...mids].map((mid, i) => [mid, i]),
    );
  });

  it('[KAFKA-PRODUCER-3] a resend older than five batches, or cut differently, is out of order', () => {
    const world = brokerWorld();
    const client = world.client('p');
    const ask = (sequence: number, count = 1): [string, boolean] => {
      const mids = world.messages(count);
      const { results } = world.answer<protocol.ProduceResponse>(
        client,
        PRODUCE,
        produceRequest(mids, { producerId: 1, sequence }),
      );
      const result = results[0] as protocol.ProduceResult;
      return [result.error, result.duplicate];
    };
    for (let sequence = 0; sequence < 6; sequence += 1) expect(ask(sequence)).toEqual(['NONE', false]);
    expect(ask(1)).toEqual(['NONE', true]);
    expect(ask(0)).toEqual(['OUT_OF_ORDER_SEQUENCE_NUMBER', false]);
    expect(ask(4, 2)).toEqual(['OUT_OF_ORDER_SEQUENCE_NUMBER', false]);
    expect(ask(7)).toEqual(['OUT_OF_ORDER_SEQUENCE_NUMBER', false]);
  });
});

describe('Fetch', () => {
  function withLog(): { world: ReturnType<typeof brokerWorld>; client: number } {
    const world = brokerWorld();
    const client = world.client('c');
    for (const count of [2, 3, 1]) world.answer(client, PRODUCE, produceRequest(world.messages(count)));
    return { world, client };
  }

  it('reads from the offset on, with the seqs of the appends', () => {
    const { world, client } = withLog();
    const { partitions } = world.answer<protocol.FetchResponse>(client, FETCH, fetchRequest([[0, 1]]));
    const [read] = partitions;
    expect(world.named(read?.mids ?? [])).toEqual(['m1', 'm2', 'm3', 'm4', 'm5']);
    expect([...(read?.offsets ?? [])]).toEqual([1, 2, 3, 4, 5]);
    expect([...(read?.appended ?? [])]).toEqual(
      world
        .rows('append')
        .slice(1)
        .map(({ seq }) => seq),
    );
    expect(read).toMatchObject({ partition: 0, error: 'NONE', highWatermark: 6, logStart: 0 });
  });

  it('[KAFKA-LOG-5] gives whole batches up to the limits, and one batch in any case', () => {
    const { world, client } = withLog();
    const read = (offset: number, maxBytes: number, all = 50_000_000): string[] => {
      const request = fetchRequest([[0, offset, maxBytes]], { maxBytes: all });
      const response = world.answer<protocol.FetchResponse>(client, FETCH, request);
      return world.named(response.partitions[0]?.mids ?? []);
    };
    expect(read(0, 499)).toEqual(['m0', 'm1']);
    expect(read(0, 500)).toEqual(['m0', 'm1', 'm2', 'm3', 'm4']);
    expect(read(0, 1)).toEqual(['m0', 'm1']);
    expect(read(3, 1)).toEqual(['m3', 'm4']);
    expect(read(0, 1_000_000, 350)).toEqual(['m0', 'm1']);
  });

  it('[KAFKA-LOG-5] the limit of the response is shared by its partitions in their order', () => {
    const { world, client } = withLog();
    world.answer(client, PRODUCE, produceRequest(world.messages(2), { partition: 1 }));
    const ask = (maxBytes: number): [number, number][] =>
      world
        .answer<protocol.FetchResponse>(
          client,
          FETCH,
          fetchRequest(
            [
              [1, 0],
              [0, 0],
            ],
            { maxBytes },
          ),
        )
        .partitions.map(({ partition, mids }) => [partition, mids.length]);
    expect(ask(100)).toEqual([[1, 2]]);
    expect(ask(400)).toEqual([
      [1, 2],
      [0, 2],
    ]);
  });

  it('[KAFKA-LOG-6] a parked fetch is answered by the append that brings enough', () => {
    const world = brokerWorld();
    const [consumer, producer] = [world.client('c'), world.client('p')];
    const waits = world.ask(
      consumer,
      FETCH,
      fetchRequest(
        [
          [0, 0],
          [1, 0],
        ],
        { minBytes: 250 },
      ),
    );
    world.run(2 * ROUND_TRIP);
    world.answer(producer, PRODUCE, produceRequest(world.messages(2)));
    expect(world.heard(consumer, waits)).toBeUndefined();
    world.answer(producer, PRODUCE, produceRequest(world.messages(1), { partition: 1 }));
    const heard = world.heard(consumer, waits);
    expect(heard?.kind).toBe(protocol.FETCH_RESPONSE);
    const { partitions } = heard?.data as protocol.FetchResponse;
    expect(partitions.map(({ partition, mids }) => [partition, world.named(mids)])).toEqual([
      [0, ['m0', 'm1']],
      [1, ['m2']],
    ]);
  });

  it('[KAFKA-LOG-7] after its longest wait it gets what there is', () => {
    const world = brokerWorld();
    const client = world.client('c');
    const empty = world.ask(client, FETCH, fetchRequest([[0, 0]], { maxWait: 100_000 }));
    world.run(100_999);
    expect(world.heard(client, empty)).toBeUndefined();
    world.run(101_000);
    expect(world.heard(client, empty)).toMatchObject({
      kind: protocol.FETCH_RESPONSE,
      data: { partitions: [] },
    });

    const few = world.ask(client, FETCH, fetchRequest([[0, 0]], { maxWait: 100_000, minBytes: 9999 }));
    world.answer(client, PRODUCE, produceRequest(world.messages(1)));
    world.pass(101_000);
    expect(world.heard(client, few)?.kind).toBe(protocol.FETCH_RESPONSE);
  });

  it('[KAFKA-LOG-8] an offset outside the log is answered at once, its end is not an error', () => {
    const { world, client } = withLog();
    const ask = (offset: number): string | undefined =>
      world.answer<protocol.FetchResponse | undefined>(client, FETCH, fetchRequest([[0, offset]]))
        ?.partitions[0]?.error;
    expect([ask(-1), ask(7), ask(6)]).toEqual(['OFFSET_OUT_OF_RANGE', 'OFFSET_OUT_OF_RANGE', undefined]);
  });

  it('[KAFKA-LOG-2] of a log without followers reads up to its end', () => {
    const { world, client } = withLog();
    const [log] = world.broker.state.logs;
    const ask = (offset: number) =>
      world.answer<protocol.FetchResponse>(client, FETCH, fetchRequest([[0, offset]], { maxWait: 0 }));
    expect(log).toBeDefined();
    expect(ask(0).partitions[0]).toMatchObject({ highWatermark: log?.mids.length });
    expect(ask(0).partitions[0]?.mids).toHaveLength(log?.mids.length ?? -1);
  });

  it('a fetch of a client that is gone is forgotten', () => {
    const world = brokerWorld();
    const consumer = world.client('c');
    world.answer(consumer, LIST_OFFSETS, { timestamp: -1, partitions: [0] });
    world.ask(consumer, FETCH, fetchRequest([[0, 0]], { maxWait: 60_000_000 }));
    world.pass(ROUND_TRIP);
    expect(world.broker.state.parked).toHaveLength(1);
    world.hosts.crash(consumer, 'test', 0);
    world.run(10 * ROUND_TRIP);
    expect(world.broker.state.parked).toEqual([]);
  });
});

describe('a broker node', () => {
  it('[KAFKA-LOG-1] keeps logs, sequences and producer ids over a crash, and forgets who waited', () => {
    const world = brokerWorld();
    const client = world.client('c');
    const request = produceRequest(world.messages(2), { producerId: 1, sequence: 0 });
    world.answer(client, PRODUCE, request);
    const id = world.answer<protocol.InitProducerIdResponse>(client, INIT_PRODUCER_ID, null).producerId;
    const waits = world.ask(client, FETCH, fetchRequest([[0, 2]], { maxWait: 100_000 }));
    world.pass(ROUND_TRIP);
    world.hosts.crash(world.node, 'test', 0);
    expect(world.answer(client, PRODUCE, produceRequest(world.messages(1)))).toBeUndefined();
    world.hosts.start(world.node, 'test');
    world.pass(200_000);
    expect(world.heard(client, waits)).toBeUndefined();
    const again = world.answer<protocol.ProduceResponse>(client, PRODUCE, request);
    expect(again.results[0]).toMatchObject({ duplicate: true, baseOffset: 0 });
    const next = world.answer<protocol.InitProducerIdResponse>(client, INIT_PRODUCER_ID, null);
    expect(next.producerId).not.toBe(id);
  });

  it('lists the first and the next offset', () => {
    const world = brokerWorld();
    const client = world.client('c');
    world.answer(client, PRODUCE, produceRequest(world.messages(4)));
    const ask = (timestamp: number): unknown =>
      world
        .answer<protocol.ListOffsetsResponse>(client, LIST_OFFSETS, { timestamp, partitions: [0, 1, 2, 3] })
        .offsets.map(({ offset, error }) => [offset, error]);
    expect(ask(-1)).toEqual([
      [4, 'NONE'],
      [0, 'NONE'],
      [-1, 'NOT_LEADER_OR_FOLLOWER'],
      [-1, 'UNKNOWN_TOPIC_OR_PARTITION'],
    ]);
    expect(ask(-2)).toEqual([
      [0, 'NONE'],
      [0, 'NONE'],
      [-1, 'NOT_LEADER_OR_FOLLOWER'],
      [-1, 'UNKNOWN_TOPIC_OR_PARTITION'],
    ]);
  });

  it('is restored from a copy of its state', () => {
    const world = brokerWorld();
    const client = world.client('c');
    world.answer(client, PRODUCE, produceRequest(world.messages(3), { producerId: 1, sequence: 0 }));
    const copy = clone(world.broker.state);
    world.answer(client, PRODUCE, produceRequest(world.messages(2), { producerId: 1, sequence: 3 }));
    expect(difference(world.broker.state, copy)).not.toBeNull();
    world.broker.state = clone(copy);
    const { results } = world.answer<protocol.ProduceResponse>(
      client,
      PRODUCE,
      produceRequest(world.messages(1), { producerId: 1, sequence: 3 }),
    );
    expect(results[0]).toMatchObject({ error: 'NONE', baseOffset: 3 });
    expect(copy.logs[0]?.mids.length).toBe(3);
    expect(nameOf(world.catalog.names, copy.logs[0]?.topic ?? -1)).toBe('t');
  });
});
