/** Repairs against the simulator: the offered change makes the broken claim hold, on the same seed. */
import { describe, expect, it } from 'vitest';
import { buildWorld } from '#sim/run/build.ts';
import type { RunReport } from '#sim/run/report.ts';
import { renamePart } from '#lib/editor/rename-part.ts';
import { isRefusal } from '#lib/editor/change.ts';
import { valueAt, type JsonObject } from '#lib/editor/document-tree.ts';
import { expectedToFail, repairsFor } from '#lib/editor/repairs.ts';
import { parsed, scenarioFiles } from '../support/scenario-files.ts';

const files = scenarioFiles();
const document = (name: string): JsonObject =>
  JSON.parse(files.find((file) => file.name === name)?.text ?? '') as JsonObject;

function run(value: JsonObject): RunReport {
  const world = buildWorld(parsed(JSON.stringify(value)));
  world.advance();
  return world.report();
}

const verdict = (report: RunReport, id: string) => report.verdicts.find((one) => one.id === id);

describe('repairs', () => {
  it('the key that the document itself suggests gives the repaired file, to the digest', () => {
    const [repair] = repairsFor(document('crash-after-charge'), {
      check: 'effect-once',
      anomaly: 'duplicate',
    });
    expect(repair?.change.at).toBe('/services/payment/on/order.placed/0/idempotencyKey');
    const repaired = repair?.change.document ?? {};
    expect(valueAt(repaired, '/stores/cards/operations/charge/idempotencyKey')).toBe('honoured');
    expect(run(repaired).digest).toBe(run(document('crash-after-charge-repaired')).digest);
  });

  it.each([
    ['crash-after-charge', 'effect-once', 'idempotency-key'],
    ['lost-response', 'effect-once', 'idempotency-key'],
    ['zombie-after-pause', 'effect-once', 'idempotency-key'],
    ['auto-commit', 'effect-once', 'idempotency-key'],
    ['auto-commit', 'effect-once', 'commit-yourself'],
    ['slow-handler', 'effect-once', 'idempotency-key'],
    ['slow-handler', 'effect-once', 'poll-deadline'],
    ['commit-before-effect', 'no-loss', 'settle-last'],
    ['commit-before-effect', 'commit-safety', 'settle-last'],
    ['failed-handler-polls-on', 'no-loss', 'seek-back'],
    ['poison-record', 'progress', 'catch-the-crash'],
  ])('%s: %s holds after %s', (name, check, id) => {
    const broken = verdict(run(document(name)), check);
    const anomaly = broken?.anomalies[0]?.kind ?? null;
    expect(broken?.verdict).toBe('invalid');
    const repair = repairsFor(document(name), { check, anomaly }).find((one) => one.id === id);
    const after = verdict(run(repair?.change.document ?? {}), check);
    const text = after?.verdict === 'valid' ? '' : JSON.stringify(after);
    expect(text).toBe('');
  });

  it('every offered repair parses, changes something and opens a place that is there', () => {
    for (const file of files) {
      const value = document(file.name);
      for (const question of expectedToFail(value)) {
        for (const { id, change } of repairsFor(value, question)) {
          parsed(JSON.stringify(change.document));
          expect(valueAt(change.document, change.at), `${file.name} ${id}`).toBeDefined();
          expect(change.document).not.toEqual(value);
        }
      }
    }
  });

  it('names do not matter: the same system under other names is repaired the same', () => {
    let value = document('crash-after-charge');
    for (const [place, to] of [
      ['/services/payment', 'till'],
      ['/stores/cards', 'bank'],
      ['/stores/bank/operations/charge', 'debit'],
      ['/events/order.placed', 'sale.made'],
    ] as const) {
      const edited = renamePart(value, place, to);
      if (!isRefusal(edited)) value = edited.document;
    }
    const [repair] = repairsFor(value, { check: 'effect-once', anomaly: 'duplicate' });
    expect(repair?.change.at).toBe('/services/till/on/sale.made/0/idempotencyKey');
    expect(verdict(run(value), 'effect-once')?.verdict).toBe('invalid');
    expect(verdict(run(repair?.change.document ?? {}), 'effect-once')?.verdict).toBe('valid');
  });

  it('a system that lacks nothing is offered nothing', () => {
    expect(
      repairsFor(document('crash-after-charge-repaired'), { check: 'effect-once', anomaly: 'duplicate' }).map(
        (r) => r.id,
      ),
    ).not.toContain('idempotency-key');
    expect(repairsFor(document('dual-write'), { check: 'outbox', anomaly: 'lost' })).toEqual([]);
    expect(repairsFor(document('healthy'), { check: 'no-such-check', anomaly: null })).toEqual([]);
  });
});
