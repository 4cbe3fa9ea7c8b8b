/** Numbers, speeds and records in words. */
import { expect, test } from 'vitest';
import { tellRecord } from '#lib/scene/told-record.ts';
import { effectDone, pastOf } from '#lib/views/effect-words.ts';
import {
  amount,
  clock,
  count,
  duration,
  fileDuration,
  grouped,
  readDuration,
} from '#lib/views/number-words.ts';
import { recordSentence } from '#lib/views/record-words.ts';
import { placeOf, speedAt, speedText } from '#lib/views/transport/speeds.ts';
import { finishedRun } from './panels-run.ts';

test('durations have a unit and survive the file', () => {
  expect([40, 2_500, 60_000, 5_900_000, 125_000_000].map(duration)).toEqual([
    '40 µs',
    '2.5 ms',
    '60 ms',
    '5.9 s',
    '2 min 5 s',
  ]);
  for (const micros of [1, 999, 1_000, 12_500_000, 60_000_000, 6_024_196]) {
    expect(readDuration(fileDuration(micros))).toBe(micros);
  }
  expect(['5', 'x', '5 parsecs', '-1s', ''].map(readDuration)).toEqual([null, null, null, null, null]);
  expect(readDuration(' 1.5 min ')).toBe(90_000_000);
});

test('clocks stop at milliseconds, amounts have two digits, counts their plural', () => {
  expect(clock(6_024_195)).toBe('00:06.024');
  expect(amount(4531)).toBe('45.31');
  expect(grouped(1234567)).toBe('1,234,567');
  expect([count(1, 'row'), count(2, 'row'), count(2, 'entry', 'entries')]).toEqual([
    '1 row',
    '2 rows',
    '2 entries',
  ]);
});

test('an effect is told in the past', () => {
  expect(['charge', 'pay', 'ship', 'reserve', 'notify', 'refund'].map(pastOf)).toEqual([
    'charged',
    'paid',
    'shipped',
    'reserved',
    'notified',
    'refunded',
  ]);
  expect(effectDone('shop.orders', ['shop.orders'])).toBe('inserted into shop.orders');
});

test('the speed slider reaches from a thousandth to unlimited, never falls, and comes back to its place', () => {
  const speeds = Array.from({ length: 101 }, (_, i) => speedAt(i / 100));
  expect(speeds[0]).toBe(0.001);
  expect(speeds[100]).toBe(Infinity);
  for (let i = 1; i < speeds.length; i += 1)
    expect(speeds[i]).toBeGreaterThanOrEqual(speeds[i - 1] as number);
  for (const speed of [0.001, 0.1, 1, 50, 1000]) expect(speedAt(placeOf(speed))).toBe(speed);
  expect([speedText(0.1), speedText(Infinity)]).toEqual(['× 0.1', 'max']);
});

test('every record of these runs reads as a sentence without holes', () => {
  /** How many of a kind were read: the first hundred say it all. */
  const kinds = new Map<string, number>();
  for (const file of [
    'effects/failed-handler-polls-on',
    'groups/zombie-after-pause',
    'stores/dual-write',
    'log/poison-record',
  ]) {
    const { trace } = finishedRun(file);
    for (let seq = 0; seq < trace.records; seq += 1) {
      const record = tellRecord(trace, seq);
      if (record === null || (kinds.get(record.kind) ?? 0) > 100) continue;
      kinds.set(record.kind, (kinds.get(record.kind) ?? 0) + 1);
      const sentence = recordSentence(record);
      expect(sentence, record.kind).not.toMatch(/undefined|NaN|\[object| {2}|, ,|^\s|\s$/);
      expect(sentence.length, record.kind).toBeGreaterThan(8);
    }
  }
  expect(kinds.size).toBeGreaterThanOrEqual(18);
});
