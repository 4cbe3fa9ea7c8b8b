/** What a file may say of share groups: each refusal at the words that are wrong, with what to write instead. */
import { describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { parseScenario } from '#sim/scenario/parse.ts';

type Tree = { [key: string]: Tree } & { on: Tree; config: Tree };

const path = new URL('../../../scenarios/groups/share-group-slow-record.json', import.meta.url);
const text = readFileSync(path, 'utf8');

/** The problems of that file after a change. */
function problemsAfter(change: (document: Tree) => void): string[] {
  const document = JSON.parse(text) as Tree;
  change(document);
  const parsed = parseScenario(JSON.stringify(document));
  if (parsed.ok) return [];
  return parsed.problems.map(({ pointer, sentence, hint }) => `${pointer}: ${sentence} ${hint ?? ''}`.trim());
}

/** Sets what stands at a pointer; undefined takes it away. */
function put(pointer: string, value: unknown): (document: Tree) => void {
  const keys = pointer.slice(1).split('/');
  const last = keys.pop() ?? '';
  return (document) => {
    const parent = keys.reduce((at: Tree, key) => at[key] as Tree, document) as { [key: string]: unknown };
    if (value === undefined) delete parent[last];
    else parent[last] = value;
  };
}

const consume = '/carry/kafka/consume/payment';
const steps = '/services/payment/on/order.placed';

test('the file itself is in order', () => {
  expect(problemsAfter(() => undefined)).toEqual([]);
});

describe('[KAFKA-SHARE-16] refusals', () => {
  test.each([
    [
      put('/brokers/kafka/version', '4.0'),
      `${consume}/share: Share groups are of Kafka 4.2; broker "kafka" is 4.0. Write "version": "4.2" under brokers.kafka.`,
    ],
    [
      put('/brokers/kafka/version', undefined),
      `${consume}/share: Share groups are of Kafka 4.2; broker "kafka" is 4.0. Write "version": "4.2" under brokers.kafka.`,
    ],
    [
      put(`${consume}/config/auto.offset.reset`, 'earliest'),
      `${consume}/config/auto.offset.reset: auto.offset.reset cannot be set when using a share group. The group has share.auto.offset.reset: brokers, groups.`,
    ],
    [
      put(`${consume}/config/share.acknowledgement.mode`, 'implicit'),
      `${steps}/2: \`settle\` throws with share.acknowledgement.mode=implicit. Set "share.acknowledgement.mode": "explicit", or leave the step out: the next poll() accepts everything.`,
    ],
    [
      put(`${steps}/2`, { commit: 'positions' }),
      `${steps}/2: A share group has no \`commit\`: it has neither positions nor offsets to commit. It has settle, nack, reject and extend.`,
    ],
    [
      put(`${steps}/2`, { extend: '10s' }),
      `${steps}/2/extend: A renewed lock lasts as long as any other of the group: 30000 ms, not 10s. Write "30000ms", or set share.record.lock.duration.ms of the group.`,
    ],
    [
      put('/services/payment/onError', 'seek-back'),
      '/services/payment/onError: A share group has no `seek-back`: it has no positions. Use nack.',
    ],
    [
      put('/brokers/kafka/groups/payment/config/share.record.lock.duration.ms', 5000),
      "/brokers/kafka/groups/payment/config/share.record.lock.duration.ms: share.record.lock.duration.ms (5000) must lie between the broker's 15000 and 60000. The bounds are group.share.min.record.lock.duration.ms and group.share.max.record.lock.duration.ms of the broker.",
    ],
  ])('%#', (change, expected) => {
    expect(problemsAfter(change)).toContain(expected);
  });

  test('a consumer group has none of its words', () => {
    const problems = problemsAfter((document) => {
      put(`${consume}/share`, undefined)(document);
      put(`${consume}/config`, { 'enable.auto.commit': false })(document);
      put(`${steps}/2`, { nack: {} })(document);
      put('/services/payment/onError', 'nack')(document);
    });
    expect(problems).toEqual([
      `${steps}/2: A consumer group has no \`nack\`. A consumer group has settle, commit and seek; a share group ("share": true) has this.`,
      '/services/payment/onError: A consumer group has no `nack`. Use seek-back; a share group ("share": true) has this.',
    ]);
  });

  test('one group is of one kind', () => {
    const problems = problemsAfter((document) => {
      const twin = structuredClone(document['services']?.['payment']) as Tree;
      (document['services'] as Tree)['late'] = twin;
      twin['on'] = { 'order.placed': [{ work: '1s' }] } as unknown as Tree;
      const config = {} as Tree;
      put('/carry/kafka/consume/late', { topics: ['orders'], group: 'payment', config })(document);
    });
    expect(problems).toContain(
      `${consume}: Group "payment" is a share group for some of its services only. Give them all \`"share": true\`, or another group.`,
    );
  });
});

test('[KAFKA-SHARE-3] extend takes the lock duration of the group', () => {
  expect(problemsAfter(put(`${steps}/0`, { extend: '30s' }))).toEqual([]);
});
