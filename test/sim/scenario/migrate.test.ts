/** Older versions of the format are brought up, and their problems point into the author's own file. */
import { expect, test } from 'vitest';
import { changed, parsed, problemsAfter, readText } from './scenario-files.ts';
import { migrate } from '#sim/scenario/migrate.ts';

const old = readText('test/sim/scenario/files/version-0.json');

test('a file of version 0 parses to what its new form says', () => {
  const scenario = parsed(old);
  expect(scenario.title).toBe('A file from before the first release');
  expect(scenario.horizon).toBe(60_000_000);
  expect(scenario.document.version).toBe(1);
  expect(scenario.services.map(({ name }) => name)).toEqual(['checkout', 'payment']);
  expect(scenario.services[1]).toMatchObject({
    restart: 2_500_000,
    onError: { backoff: { first: 100_000 } },
    driven: {
      handlers: [
        {
          do: [
            { verb: 'work', time: { kind: 'constant', value: 8_000 } },
            { verb: 'call', timeout: 2_000_000, amount: [{ text: '500' }] },
            { verb: 'settle' },
          ],
        },
      ],
    },
  });
  expect(scenario.faults[0]).toMatchObject({ trigger: { by: 'at', at: 12_500_000 }, lasts: 5_000_000 });
  expect(scenario.carry[0]?.consume[0]?.config).toEqual({ 'session.timeout.ms': 10_000 });
  expect(scenario.checks.map((check) => check.id)).toEqual(['no-loss', 'progress']);
});

test('problems of an old file have its old names', () => {
  const lines = problemsAfter(
    { '/workload/payment/on/order.placed/1/call': 'cards.chrge', '/claims/0': 'no-los' },
    old,
  );
  expect(lines.map((line) => line.slice(0, line.indexOf(':')))).toEqual([
    '#/claims/0',
    '#/workload/payment/on/order.placed/1/call',
  ]);
});

test('a file of the current version is left as it is', () => {
  const document = { version: 1, services: {}, workload: 5 };
  expect(migrate(document)).toEqual({ document, from: 1 });
});

test('a name of both versions is not lost without a word', () => {
  const both = changed({ '/services': {} }, old);
  expect(problemsAfter({}, both).join('\n')).toContain('#/workload: Unknown key "workload"');
});
