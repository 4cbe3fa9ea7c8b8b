/** Where the copies of partitions stand, and what Kafka refuses of it. */
import { describe, expect, it } from 'vitest';
import type { Json } from '#sim/scenario/json-text.ts';
import { changed, parsed, problemsAfter } from './scenario-files.ts';

const broker = '/brokers/kafka';
const topic = `${broker}/topics/orders`;

function placed(changes: Readonly<Record<string, Json>>): readonly (readonly number[])[] | null | undefined {
  const scenario = parsed(changed({ [`${topic}/partitions`]: 3, ...changes }));
  return scenario.brokers[0]?.topics.find(({ name }) => name === 'orders')?.replicas;
}

describe('the copies of a topic', () => {
  it('are none to speak of in a cluster of one node', () => {
    expect(placed({})).toBeNull();
    expect(placed({ [`${topic}/replication.factor`]: 1 })).toBeNull();
  });

  it('go round the nodes', () => {
    expect(placed({ [`${broker}/nodes`]: 3, [`${topic}/replication.factor`]: 2 })).toEqual([
      [0, 1],
      [1, 2],
      [2, 0],
    ]);
  });

  it('are as many as the broker says where the topic does not', () => {
    const config = { 'default.replication.factor': 3 };
    expect(placed({ [`${broker}/nodes`]: 3, [`${broker}/config`]: config })?.[1]).toEqual([1, 2, 0]);
    expect(placed({ [`${broker}/nodes`]: 3 })).toEqual([[0], [1], [2]]);
  });

  it('are where the file says', () => {
    const replicas = [
      [2, 1],
      [1, 3],
      [3, 2],
    ];
    expect(placed({ [`${broker}/nodes`]: 3, [`${topic}/replicas`]: replicas })).toEqual([
      [1, 0],
      [0, 2],
      [2, 1],
    ]);
  });

  it.each<[string, Readonly<Record<string, Json>>, string]>([
    [
      'more copies than nodes',
      { [`${topic}/replication.factor`]: 3 },
      'Replication factor: 3 larger than available brokers: 1.',
    ],
    [
      'more copies than nodes by default',
      { [`${broker}/config`]: { 'default.replication.factor': 2 }, [`${broker}/topics`]: { orders: {} } },
      'Replication factor: 2 larger than available brokers: 1.',
    ],
    [
      'both ways',
      {
        [`${broker}/nodes`]: 2,
        [`${topic}/replication.factor`]: 2,
        [`${topic}/replicas`]: [[1, 2]],
        [`${topic}/partitions`]: 1,
      },
      'A topic has one of the two.',
    ],
    [
      'a list too few',
      { [`${broker}/nodes`]: 2, [`${topic}/replicas`]: [[1]], [`${topic}/partitions`]: 2 },
      'Lists of replicas: 1; partitions: 2.',
    ],
    [
      'a node twice',
      { [`${broker}/nodes`]: 2, [`${topic}/replicas`]: [[1, 1]], [`${topic}/partitions`]: 1 },
      'The list names a node twice.',
    ],
    [
      'a node that is not there',
      { [`${broker}/nodes`]: 2, [`${topic}/replicas`]: [[3]], [`${topic}/partitions`]: 1 },
      'There is no node 3 in this cluster.',
    ],
    [
      'uneven lists',
      { [`${broker}/nodes`]: 2, [`${topic}/replicas`]: [[1], [1, 2]], [`${topic}/partitions`]: 2 },
      'Partitions of one topic have the same number of copies.',
    ],
  ])('are refused: %s', (_, changes, sentence) => {
    expect(problemsAfter(changes).join('\n')).toContain(sentence);
  });
});

describe('the controller of a cluster', () => {
  const nodes = { [`${broker}/nodes`]: 3 };

  it('can be cut off, but does not fail', () => {
    const cut = { partition: [['kafka-1'], ['kafka-controller']], at: '5s', for: '5s' };
    expect(problemsAfter({ ...nodes, '/faults/-': cut })).toEqual([]);
    const crash = { crash: 'kafka-controller', at: '5s' };
    expect(problemsAfter({ ...nodes, '/faults/-': crash })).toEqual([
      expect.stringContaining('`kafka-controller` is a controller, which this fault cannot hit yet.'),
    ]);
  });

  it('is not there where there is one node', () => {
    const cut = { partition: [['kafka-1'], ['kafka-controller']], at: '5s', for: '5s' };
    expect(problemsAfter({ '/faults/-': cut })).toHaveLength(1);
  });
});
