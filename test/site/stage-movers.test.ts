/** Data to marks: where a flight's token stands at a time, what it looks like, when it becomes a particle. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { FlightScene, MessageScene, Scene } from '#lib/scene/scene.ts';
import { hueOf } from '#lib/scene/scene.ts';
import { stageSentence } from '#lib/views/stage/link-facts.ts';
import {
  crowdedLinks,
  marksAt,
  PARTICLE_RATE,
  pointAlong,
  tracksOf,
  type Tracks,
} from '#lib/views/stage/movers.ts';
import { markUnder, recordStep } from '#lib/views/stage/stage-keys.ts';
import { firstScene, stageSystem, type StageSystem } from './stage-system.ts';

let system: StageSystem;
let tracks: Tracks;
let empty: Scene;

beforeAll(async () => {
  system = await stageSystem('effects/crash-after-charge');
  tracks = tracksOf(system.run.summary.topology, system.wide);
  empty = { ...system.run.scenes.at(0), flights: [], rates: [] };
});

const order: MessageScene = {
  lid: 16,
  mid: 16,
  key: 'order-17',
  keyId: 16,
  numeral: '17',
  type: 'order.placed',
};

function flight(over: Partial<FlightScene>): FlightScene {
  return {
    seq: 1,
    from: 'checkout-1',
    to: 'kafka-1',
    fromEntity: 2,
    toEntity: 0,
    packet: 'Produce',
    cargo: [order],
    more: 0,
    sentAt: 1_000,
    arrivesAt: 2_000,
    progress: 0,
    verdict: 'passed',
    ...over,
  };
}

function only(flights: readonly FlightScene[], at: number, crowd = new Map<string, number>()) {
  return marksAt({ ...empty, flights, at }, tracks, crowd);
}

describe('marks', () => {
  it('a message stands as far along its link as its time is over', () => {
    const link = tracks.links.get('checkout-1 orders publish');
    if (link === undefined) throw new Error('no link');
    for (const share of [0, 0.25, 0.5, 1]) {
      const [mark] = only([flight({})], 1_000 + share * 1_000);
      const { x, y } = pointAlong(link, share);
      expect(mark).toMatchObject({ kind: 'token', x, y, link: link.id });
    }
  });

  it('is not there before it is sent, nor after it has arrived', () => {
    expect(only([flight({})], 999)).toEqual([]);
    expect(only([flight({})], 2_001)).toEqual([]);
  });

  it('carries its key as hue and numeral, its type as shape', () => {
    expect(only([flight({})], 1_500)[0]).toMatchObject({
      hue: hueOf('order-17'),
      numeral: '17',
      shape: 'circle',
      tag: 0,
    });
    const completed = flight({ from: 'payment-1', cargo: [{ ...order, type: 'payment.completed' }] });
    expect(only([completed], 1_500)[0]).toMatchObject({
      shape: 'hexagon',
      link: 'publish:payment-1:payments',
    });
  });

  it('a call is a square on its way out and a diamond on its way back, the other way along the same link', () => {
    const out = only([flight({ from: 'payment-1', to: 'cards', packet: 'call' })], 1_250)[0];
    const back = only([flight({ from: 'cards', to: 'payment-1', packet: 'call response' })], 1_750)[0];
    expect(out).toMatchObject({ shape: 'square' });
    expect(back).toMatchObject({ shape: 'diamond', x: out?.x, y: out?.y });
    expect([back?.dx, back?.dy]).toEqual([0 - (out?.dx ?? 0), 0 - (out?.dy ?? 0)]);
  });

  it('records go from the topic to who fetches them', () => {
    const link = tracks.links.get('payment-2 orders consume');
    const fetched = flight({ from: 'kafka-1', to: 'payment-2', packet: 'Fetch response' });
    const start = link?.points[0];
    expect(only([fetched], 1_000)[0]).toMatchObject({ x: start?.x, y: start?.y });
  });

  it('protocol packets are dots without key', () => {
    expect(only([flight({ packet: 'Heartbeat', from: 'payment-1', cargo: [] })], 1_500)[0]).toMatchObject({
      kind: 'packet',
      hue: 0,
      lid: -1,
    });
  });

  it('a dropped message stays half way as lost, for as long as the scene tells of it', () => {
    const dropped = flight({ verdict: 'dropped', progress: 0.5 });
    expect(only([dropped], 900_000)[0]).toMatchObject({ lost: true, kind: 'token', numeral: '17' });
  });

  it('a message that was given before carries the number of its coming delivery', () => {
    const [partition] = empty.partitions;
    if (partition === undefined) throw new Error('no partition');
    const given = { ...order, offset: 0, seq: 5, at: 0, deliveries: 1 };
    const scene: Scene = {
      ...empty,
      partitions: [{ ...partition, records: [given] }],
      flights: [flight({ from: 'kafka-1', to: 'payment-1', packet: 'Fetch response' })],
      at: 1_500,
    };
    expect(marksAt(scene, tracks)[0]).toMatchObject({ tag: 2, shape: 'circle' });
  });

  it('a commit on its way is a command and no second delivery', () => {
    const [partition] = empty.partitions;
    if (partition === undefined) throw new Error('no partition');
    const given = { ...order, offset: 0, seq: 5, at: 0, deliveries: 1 };
    const scene: Scene = {
      ...empty,
      partitions: [{ ...partition, records: [given] }],
      flights: [flight({ from: 'payment-1', to: 'kafka-1', packet: 'OffsetCommit' })],
      at: 1_500,
    };
    expect(marksAt(scene, tracks)[0]).toMatchObject({ tag: 0, shape: 'square' });
  });
});

describe('rates', () => {
  const rates = (perSecond: number): Scene['rates'] => [{ from: 'checkout-1', to: 'kafka-1', perSecond }];

  it('above the stated rate a link carries particles and the line says so; up to it, messages', () => {
    const calm = crowdedLinks({ ...empty, rates: rates(PARTICLE_RATE) }, tracks);
    expect(calm.size).toBe(0);
    expect(only([flight({})], 1_500, new Map(calm))[0]?.kind).toBe('token');
    const busy = crowdedLinks({ ...empty, rates: rates(PARTICLE_RATE + 1) }, tracks);
    expect([...busy.keys()]).toEqual(['publish:checkout-1:orders']);
    expect(only([flight({})], 1_500, new Map(busy))[0]?.kind).toBe('particle');
    expect(stageSentence(empty, busy)).toContain('121/s: particles, not messages');
    expect(stageSentence({ ...empty, rates: rates(8) }, new Map())).toBe(
      'Individual messages, 8/s. Colour is the key, shape the type.',
    );
  });
});

describe('a real run', () => {
  it('every flight with cargo has its marks on a link of the stage', () => {
    const scene = firstScene(system, 137, ({ flights }) => flights.some(({ cargo }) => cargo.length > 0));
    const carried = scene.flights.reduce((sum, { cargo }) => sum + Math.max(1, cargo.length), 0);
    expect(marksAt(scene, tracks)).toHaveLength(carried);
  });

  it('a click finds the moving message under it and nothing beside it', () => {
    const marks = only([flight({})], 1_500);
    const [mark] = marks;
    if (mark === undefined) throw new Error('no mark');
    expect(markUnder(marks, mark.x + 5, mark.y - 5)?.lid).toBe(16);
    expect(markUnder(marks, mark.x + 30, mark.y)).toBeNull();
  });
});

describe('the cursor on a strip', () => {
  it('enters at the first record in view, goes by one, leaves at both ends', () => {
    expect(recordStep(7, 10, null, 'ArrowRight')).toBe(7);
    expect(recordStep(7, 10, 7, 'ArrowRight')).toBe(8);
    expect(recordStep(7, 10, 9, 'ArrowRight')).toBeNull();
    expect(recordStep(7, 10, 7, 'ArrowLeft')).toBeNull();
    expect(recordStep(7, 10, null, 'End')).toBe(9);
    expect(recordStep(7, 7, null, 'Home')).toBeNull();
  });
});
