import { describe, expect, it } from 'vitest';
import { nameOf } from '#sim/base/names.ts';
import { compileDistribution } from '#sim/kernel/distribution.ts';
import { RESET, START } from '#sim/kernel/entity.ts';
import { ORDINARY_CLASS } from '#sim/kernel/queue.ts';
import { streamRow } from '#sim/kernel/random.ts';
import { Database } from '#sim/stores/database.ts';
import { ExternalApi, type Failure, type Operation } from '#sim/stores/external-api.ts';
import {
  CALL,
  CALL_RESPONSE,
  STATEMENT,
  STATEMENT_RESPONSE,
  type CallRequest,
  type StatementRequest,
} from '#sim/stores/protocol.ts';
import { Probe, smallWorld, type SmallWorld } from '../../support/small-world.ts';

const asker = { actor: 0, mid: -1, lid: -1, group: -1, generation: -1, itemOwner: 5, itemN: 1, attempt: 1 };
const constant = (value: number): Operation['latency'] => compileDistribution({ kind: 'constant', value });

function api(
  change: Partial<Operation>,
): SmallWorld & { probe: Probe; call(at: number, token: number, request?: Partial<CallRequest>): void } {
  const world = smallWorld();
  const probe = new Probe();
  world.add(probe, 'caller');
  const operation: Operation = {
    effect: 'cards.charge',
    latency: constant(1000),
    failures: [],
    honoursKeys: false,
    latencyStream: streamRow(world.kernel.state.streams, 'l'),
    failureStream: streamRow(world.kernel.state.streams, 'f'),
    ...change,
  };
  const store = world.add(
    new ExternalApi(world.catalog, [operation], (entity) => world.hosts.factor(entity)),
    'cards',
  );
  probe.act = (event, ctx) => {
    if (event.kind === START) ctx.send(store, CALL, event.a, 0, 0, 0, 0, event.data);
  };
  return {
    ...world,
    probe,
    call(at, token, request = {}) {
      const data: CallRequest = {
        ...asker,
        operation: 0,
        key: 3,
        amount: 4250,
        idempotencyKey: -1,
        repeat: 0,
        ...request,
      };
      world.kernel.post(at, ORDINARY_CLASS, 0, 0, START, token, 0, 0, 0, 0, data);
    },
  };
}

const failure = (change: Partial<Failure>): Failure => ({
  code: 'E',
  nth: null,
  chance: null,
  definite: true,
  happens: false,
  ...change,
});

describe('external API', () => {
  it('[STORE-2] a call has its effect after the latency and answers; two calls are two effects', () => {
    const world = api({});
    world.call(0, 1);
    world.call(10, 2);
    world.run();
    expect(world.probe.times(CALL_RESPONSE)).toEqual([
      [2000, CALL_RESPONSE],
      [2010, CALL_RESPONSE],
    ]);
    expect(world.rows('effect').map(({ at, b, value }) => [at, b, value])).toEqual([
      [1500, 3, 4250],
      [1510, 3, 4250],
    ]);
  });

  it('[STORE-3] an honoured key has one effect, answers again, and also while the first is under way', () => {
    const world = api({ honoursKeys: true });
    world.call(0, 1, { idempotencyKey: 8 });
    world.call(10, 2, { idempotencyKey: 8 });
    world.call(9000, 3, { idempotencyKey: 8 });
    world.call(9000, 4, { idempotencyKey: 9 });
    world.run();
    expect(world.rows('effect')).toHaveLength(2);
    const answers = world.probe.state.heard.filter(({ kind }) => kind === CALL_RESPONSE);
    expect(answers.map(({ a, b, d }) => [a, b, d]).sort((x, y) => Number(x[0]) - Number(y[0]))).toEqual([
      [1, -1, answers[0]?.d],
      [2, -1, answers[0]?.d],
      [3, -1, answers[0]?.d],
      [4, -1, answers.find(({ a }) => a === 4)?.d],
    ]);
  });

  it('[STORE-4] a definite failure has no effect and may be tried again with its key; an indefinite one may have happened', () => {
    const world = api({
      honoursKeys: true,
      failures: [failure({ nth: 1 }), failure({ nth: 2, definite: false, happens: true })],
    });
    world.call(0, 1, { idempotencyKey: 8 });
    world.call(5000, 2, { idempotencyKey: 8 });
    world.call(9000, 3, { idempotencyKey: 8 });
    world.run();
    const answers = world.probe.state.heard.filter(({ kind }) => kind === CALL_RESPONSE);
    expect(answers.map(({ b, c }) => [b < 0 ? 'ok' : nameOf(world.catalog.names, b), c])).toEqual([
      ['E', 1],
      ['E', 0],
      ['ok', 1],
    ]);
    expect(world.rows('effect')).toHaveLength(1);
  });

  it('[STORE-5] the same attempt at the same item meets the same luck, whatever was called before', () => {
    const luck = (before: number): boolean[] => {
      const world = api({ failures: [failure({ chance: { num: 1, den: 2 } })] });
      for (let i = 0; i < before; i += 1) world.call(i, i, { itemN: 1000 + i });
      for (let i = 0; i < 20; i += 1) world.call(100_000 + i, 100 + i, { itemN: i });
      world.run();
      return world.probe.state.heard
        .filter(({ kind, a }) => kind === CALL_RESPONSE && a >= 100)
        .map(({ b }) => b < 0);
    };
    expect(luck(7)).toEqual(luck(0));
    expect(new Set(luck(0)).size).toBe(2);
  });
});

interface Shop extends SmallWorld {
  caller: Probe;
  say(at: number, statement: Partial<StatementRequest>): void;
  answers(): string[];
}

function shop(): Shop {
  const world = smallWorld();
  const caller = new Probe();
  world.add(caller, 'caller');
  const shape = {
    latency: constant(0),
    latencyStream: streamRow(world.kernel.state.streams, 'l'),
    failureStream: 0,
    tables: [
      { effect: 'shop.orders', unique: [['key'], ['mail']] },
      { effect: 'shop.outbox', unique: [] },
    ],
    failures: [],
  };
  const store = world.add(new Database(world.catalog, shape, () => 1), 'shop');
  caller.act = (event, ctx) => {
    if (event.kind === START && event.data !== null)
      ctx.send(store, STATEMENT, event.a, 0, 0, 0, 0, event.data);
  };
  let token = 0;
  return {
    ...world,
    caller,
    say(at, statement) {
      token += 1;
      const request: StatementRequest = {
        ...asker,
        statement: 'insert',
        transaction: 0,
        table: 0,
        key: 1,
        set: [],
        add: [],
        otherwise: 'fail',
        ...statement,
      };
      world.kernel.post(at, ORDINARY_CLASS, 0, 0, START, token, 0, 0, 0, 0, request);
    },
    answers() {
      return caller.state.heard
        .filter(({ kind }) => kind === STATEMENT_RESPONSE)
        .map(({ b, d, data }) =>
          b >= 0 ? nameOf(world.catalog.names, b) : d === 1 ? JSON.stringify(data) : 'ok',
        );
    },
  };
}

describe('database', () => {
  it('[STORE-6] a transaction is all or nothing: nothing counts before its commit', () => {
    const world = shop();
    world.say(0, { statement: 'begin', transaction: 1, table: -1 });
    world.say(10, { transaction: 1, set: [['mail', 'a@b']] });
    world.say(20, { statement: 'read' });
    world.say(30, { statement: 'read', transaction: 1 });
    world.say(40, { statement: 'commit', transaction: 1, table: -1 });
    world.say(50, { statement: 'read' });
    world.run();
    expect(world.answers()).toEqual(['ok', 'ok', 'ok', '{"mail":"a@b"}', 'ok', '{"mail":"a@b"}']);
    expect(world.rows('database').map(({ at }) => at)).toEqual([540]);
  });

  it('[STORE-7] a connection that is reset rolls its open transaction back', () => {
    const world = shop();
    world.say(0, { statement: 'begin', transaction: 1, table: -1 });
    world.say(10, { transaction: 1, set: [['mail', 'a@b']] });
    world.run(2000);
    world.hosts.crash(0, 'fault', 0);
    world.run();
    world.hosts.start(0, 'fault healed');
    world.say(10_000, { statement: 'read' });
    world.say(10_010, { statement: 'commit', transaction: 1, table: -1 });
    world.run();
    expect(world.answers().slice(-2)).toEqual(['ok', 'no transaction']);
    expect(world.rows('transaction').map(({ a }) => a)).toEqual([0, 2]);
    expect(world.caller.times(RESET)).toEqual([]);
  });

  it('[STORE-8] a unique key is refused, ignored or taken as the statement says, open transactions included', () => {
    const world = shop();
    world.say(0, { set: [['mail', 'a@b']] });
    world.say(10, { key: 2, set: [['mail', 'a@b']] });
    world.say(20, { key: 2, set: [['mail', 'a@b']], otherwise: 'ignore' });
    world.say(30, { statement: 'begin', transaction: 5, table: -1 });
    world.say(40, { transaction: 5, key: 3, set: [['mail', 'c']] });
    world.say(50, { key: 4, set: [['mail', 'c']] });
    world.say(60, { statement: 'update', key: 9, set: [['mail', 'z']] });
    world.say(70, { statement: 'update', key: 1, add: [['count', 2]] });
    world.say(80, { statement: 'read', key: 1 });
    world.run();
    expect(world.answers()).toEqual([
      'ok',
      'unique violation',
      'ok',
      'ok',
      'ok',
      'unique violation',
      'no such row',
      'ok',
      '{"mail":"a@b","count":2}',
    ]);
  });
});
