/** What a file may say of partitions that are added: which topic, how many, and where that is not possible. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseScenario } from '#sim/scenario/parse.ts';

interface Document {
  brokers: { kafka: Record<string, unknown> };
  faults: unknown[];
}

function problemsOf(fault: unknown, broker: Readonly<Record<string, unknown>> = {}): string[] {
  const text = readFileSync('scenarios/log/added-partitions-move-keys.json', 'utf8');
  const document = JSON.parse(text) as Document;
  Object.assign(document.brokers.kafka, broker);
  document.faults = Array.isArray(fault) ? fault : [fault];
  const parsed = parseScenario(JSON.stringify(document));
  return parsed.ok ? [] : parsed.problems.map(({ pointer, sentence }) => `${pointer} ${sentence}`);
}

const grow = { alter: 'kafka/orders', partitions: 6, at: '20s' };

test('a topic is named with its broker, and both must be there', () => {
  expect(problemsOf(grow)).toEqual([]);
  expect(problemsOf({ ...grow, alter: 'orders' })).toEqual([
    '/faults/0/alter A topic is named with its broker.',
  ]);
  expect(problemsOf({ ...grow, alter: 'kafka/ordres' })[0]).toContain('There is no topic "ordres".');
  expect(problemsOf({ ...grow, alter: 'kafca/orders' })[0]).toContain('There is no broker "kafca".');
});

test('numbers must grow in the order of their times', () => {
  const earlier = { ...grow, partitions: 4, at: '10s' };
  expect(problemsOf([grow, earlier])).toEqual([]);
  expect(problemsOf([grow, { ...earlier, at: '30s' }])).toEqual([
    '/faults/1/partitions INVALID_PARTITIONS: The topic orders currently has 6 partition(s); 4 would not be an increase.',
  ]);
});

test('Event Hubs adds partitions in its upper tiers alone', () => {
  const hubs = (tier: string): string[] => problemsOf(grow, { profile: 'event-hubs', tier });
  expect(hubs('standard').join()).toContain('keeps the partitions that it was created with');
  expect(hubs('premium').join()).not.toContain('partitions that it was created with');
});
