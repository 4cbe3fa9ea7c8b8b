/** Scenes and timelines against the plainest possible reading of the trace: every record up to the time, one by one. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Row } from '#sim/trace/block.ts';
import { Kind, ProcessState } from '#sim/trace/vocabulary.ts';
import { causePath, messageHistory } from '#lib/scene/history.ts';
import { sameParts } from '#lib/scene/same-parts.ts';
import { hueOf } from '#lib/scene/scene.ts';
import { addStep, createSeries } from '#lib/scene/step-series.ts';
import { timelineOf } from '#lib/scene/timeline-of.ts';
import { valueAt } from '#lib/scene/timeline.ts';
import { verdictsAt } from '#lib/scene/verdicts-at.ts';
import { receivedRun, type ReceivedRun } from './received-run.ts';
import { scenarioFiles } from '../support/scenario-files.ts';

function rowsTo(run: ReceivedRun, time: number): Row[] {
  const rows: Row[] = [];
  for (let seq = 0; seq < run.trace.records; seq += 1) {
    const row = run.trace.row(seq);
    if (row !== null && row.at <= time) rows.push(row);
  }
  return rows;
}

/** The log of the partition's latest leader, of the records about one partition. */
function logOf(rows: readonly Row[]): Row[] {
  const log: Row[] = [];
  let epoch = 0;
  for (const row of rows) {
    if (row.kind === Kind.append && row.e >= epoch) log.push(row);
    // the end of a transaction takes an offset too
    if (row.kind === Kind.marker) log.push(row);
    if (row.kind !== Kind.lead) continue;
    epoch = row.d;
    log.length = row.c;
  }
  return log;
}

function someTimes(run: ReceivedRun): number[] {
  return [0.05, 0.2, 0.31, 0.33, 0.5, 0.8, 1].map((part) => Math.floor(run.computedTo * part));
}

function timelineOfRun(run: ReceivedRun) {
  return timelineOf(run.scenes.facts, run.trace, run.computedTo, run.report.verdicts);
}

describe.each(scenarioFiles())('$name', ({ text }) => {
  let run: ReceivedRun;
  beforeAll(async () => {
    run = await receivedRun(text);
  });

  it('shows ends, committed offsets, ledgers and processes as the records say', () => {
    const { names } = run.trace.catalog;
    for (const time of someTimes(run)) {
      const scene = run.scenes.at(time);
      const rows = rowsTo(run, time);
      for (const { topic, partition, logStart, end, readers, records } of scene.partitions) {
        const here = (row: Row, field: number, number: number) =>
          names.list[field] === topic && number === partition && row.at <= time;
        const appends = logOf(rows.filter((row) => here(row, row.a, row.b)));
        expect(end).toBe(appends.length);
        const start = rows.findLast((row) => row.kind === Kind.logStart && here(row, row.a, row.b))?.c ?? 0;
        const compacted = rows.filter((row) => row.kind === Kind.compacted && here(row, row.a, row.b));
        const left = appends
          .slice(-12)
          .filter(({ kind }) => kind === Kind.append)
          .filter(({ c }) => c >= start && !compacted.some((row) => row.c === c));
        expect(logStart).toBe(start);
        expect(records.map(({ lid }) => lid)).toEqual(left.map(({ lid }) => lid));
        for (const { group, committed } of readers) {
          const last = rows.findLast(
            (row) => row.kind === Kind.commit && here(row, row.b, row.c) && names.list[row.a] === group,
          );
          expect(committed).toBe(last?.d ?? -1);
        }
      }
      for (const { effect, entries, total, duplicates } of scene.ledgers) {
        const found = rows.filter((row) => row.kind === Kind.effect && names.list[row.a] === effect);
        expect(entries).toBe(found.length);
        expect(total).toBe(found.reduce((sum, { value }) => sum + value, 0));
        expect(duplicates).toBe(found.length - new Set(found.map(({ b }) => b)).size);
      }
      for (const { entity, word } of scene.processes) {
        const last = rows.findLast((row) => row.kind === Kind.process && row.entity === entity);
        expect(word === 'crashed').toBe(last?.a === ProcessState.crashed);
      }
    }
  });

  it('shows as lag what the timeline shows, and as flights what has left and not arrived', () => {
    const timeline = timelineOfRun(run);
    for (const time of someTimes(run)) {
      const scene = run.scenes.at(time);
      for (const { group, total } of timeline.lag) {
        const readers = scene.partitions.flatMap((partition) => partition.readers);
        const lag = readers
          .filter((reader) => reader.group === group)
          .reduce((sum, reader) => sum + reader.lag, 0);
        expect(valueAt(total, time)).toBe(lag);
      }
      for (const flight of scene.flights) {
        expect(flight.sentAt).toBeLessThanOrEqual(time);
        if (flight.verdict === 'passed') expect(flight.arrivesAt).toBeGreaterThan(time);
        expect(flight.progress).toBeGreaterThanOrEqual(0);
        expect(flight.progress).toBeLessThanOrEqual(1);
      }
    }
  });

  it('marks every anomaly on the timeline, and knows none of them before it happened', () => {
    const { verdicts } = run.report;
    const marks = timelineOfRun(run).verdicts;
    expect(marks.length).toBe(verdicts.reduce((sum, { anomalies }) => sum + anomalies.length, 0));
    for (const mark of marks) {
      const before = verdictsAt(run.report, mark.seq, false).find(({ id }) => id === mark.check);
      const after = verdictsAt(run.report, mark.seq + 1, false).find(({ id }) => id === mark.check);
      expect(before?.anomalies).not.toContain(mark.anomaly);
      expect(after?.anomalies).toContain(mark.anomaly);
      expect(after?.verdict).toBe('invalid');
    }
    const atEnd = verdictsAt(run.report, run.trace.records, true).map(({ verdict }) => verdict);
    expect(atEnd).toEqual(verdicts.map(({ verdict }) => verdict));
  });
});

describe('a crash after the charge', () => {
  let run: ReceivedRun;
  beforeAll(async () => {
    run = await receivedRun(readFileSync('scenarios/effects/crash-after-charge.json', 'utf8'));
  });

  it('goes from hand to ledger to crash to the second charge', () => {
    const [charging, crashed, again] = [6_018_500, 6_024_195, 16_309_244].map((time) => run.scenes.at(time));
    const payment = (scene: typeof charging) => scene?.processes.find(({ name }) => name === 'payment-1');
    expect(payment(charging)?.lanes[0]).toMatchObject({ point: 'payment/charge', step: 0, inside: true });
    expect(payment(charging)?.lanes[0]?.inHand).toMatchObject({ key: 'order-11', deliveries: 1 });
    expect(charging?.flights.map(({ packet, cargo }) => [packet, cargo[0]?.key])).toEqual([
      ['call', 'order-11'],
    ]);
    expect(payment(crashed)).toMatchObject({ word: 'crashed', back: 11_024_195, assigned: [] });
    expect(payment(crashed)?.lanes[0]?.inHand).toBeNull();
    expect(crashed?.partitions[0]?.readers[0]).toMatchObject({ committed: 1, position: -1, owner: null });
    expect(crashed?.faults).toMatchObject([{ number: 1, kind: 'crash', target: 'payment' }]);
    expect(payment(again)).toMatchObject({ word: 'running', generation: 2 });
    expect(payment(again)?.lanes[0]?.inHand).toMatchObject({ key: 'order-11', deliveries: 2 });
    expect(again?.ledgers[0]?.rows.at(-1)).toMatchObject({
      key: 'order-11',
      attempt: 2,
      nth: 2,
      repeated: true,
    });
  });

  it('has its fault and its rebalances on the timeline', () => {
    const timeline = timelineOfRun(run);
    expect(timeline.faults).toMatchObject([
      {
        planned: { at: null, trigger: 'after payment/charge, 3rd time', lasts: 5_000_000 },
        bars: [{ from: 6_024_195, to: 11_024_195 }],
      },
    ]);
    const stable = timeline.groups[0]?.spans.filter((span) => span.stable);
    expect(stable?.map(({ generation, to }) => [generation, to === null])).toEqual([
      [1, false],
      [2, true],
    ]);
    expect(stable?.[0]?.assignment.map(({ member }) => member)).toEqual(['payment-1', 'payment-2']);
  });

  it('tells a message from its publishing to the commit that passed it, and why it was charged again', () => {
    const order = 10;
    const { records, commits, parent, children } = messageHistory(run.trace, order);
    const kinds = records.map((seq) => run.trace.row(seq)?.kind);
    expect(kinds[0]).toBe(Kind.produce);
    expect(kinds.filter((kind) => kind === Kind.deliver)).toHaveLength(2);
    expect(kinds.filter((kind) => kind === Kind.effect)).toHaveLength(2);
    expect(records.every((seq) => run.trace.row(seq)?.lid === order)).toBe(true);
    expect(commits.map((seq) => run.trace.row(seq)?.d)).toEqual([2]);
    expect(parent).toBe(-1);
    expect(children.map((lid) => run.trace.catalog.events.parent.data[lid])).toEqual([order]);
    const path = causePath(
      run.trace,
      run.report.verdicts.find(({ id }) => id === 'effect-once')?.anomalies[0]?.first.seq ?? -1,
    );
    expect(path.at(-1)).toBe(1396);
    expect(path).toEqual(path.toSorted((a, b) => a - b));
  });
});

describe('a partition of the network', () => {
  it('holds packets on the line until it heals', async () => {
    const document = JSON.parse(readFileSync('scenarios/effects/healthy.json', 'utf8')) as Record<
      string,
      unknown
    >;
    const fault = { partition: [['payment-1'], ['kafka']], at: '7s', for: '1s' };
    const run = await receivedRun(JSON.stringify({ ...document, faults: [fault], expect: {} }));
    const held = (time: number) =>
      run.scenes.at(time).flights.filter(({ verdict }) => verdict === 'held').length;
    expect(held(6_999_999)).toBe(0);
    expect(held(7_900_000)).toBeGreaterThan(0);
    expect(held(8_000_001)).toBe(0);
    expect(run.scenes.at(7_900_000).faults).toMatchObject([{ kind: 'partition' }]);
    expect(timelineOfRun(run).faults[0]?.bars).toMatchObject([{ from: 7_000_000, to: 8_000_000 }]);
  });
});

describe('a member that the group has left behind', () => {
  it('is a zombie from its waking until it learns so', async () => {
    const run = await receivedRun(readFileSync('scenarios/groups/zombie-after-pause.json', 'utf8'));
    const words = new Map<string, number>();
    for (let time = 0; time <= run.computedTo; time += 5_000) {
      const member = run.scenes.at(time).processes.find(({ name }) => name === 'payment-1');
      if (member !== undefined && !words.has(member.word)) words.set(member.word, member.since);
    }
    // Its commit is refused, which ends the handler, which ends the process.
    expect([...words.keys()]).toEqual(['running', 'paused', 'zombie', 'crashed']);
    expect(words.get('zombie')).toBe(26_417_358);
  });
});

describe('pictures one after another', () => {
  it('share what has not changed, and nothing that has', async () => {
    const run = await receivedRun(readFileSync('scenarios/effects/crash-after-charge.json', 'utf8'));
    const before = run.scenes.at(6_018_500);
    const after = run.scenes.at(6_024_195);
    const named = (scene: typeof before, name: string) =>
      scene.processes.find((process) => process.name === name);
    expect(after).not.toBe(before);
    expect(after.partitions[1]).not.toBe(before.partitions[1]);
    expect(after.partitions[1]?.records).toBe(before.partitions[1]?.records);
    expect(named(after, 'cards')).toBe(named(before, 'cards'));
    expect(named(after, 'payment-1')).not.toBe(named(before, 'payment-1'));
    expect(named(before, 'payment-1')?.word).toBe('running');
  });

  it('are compared part by part', () => {
    const before = { a: [1, { b: 2 }], c: 'x' };
    const same = sameParts(before, { a: [1, { b: 2 }], c: 'x' });
    const longer = sameParts<unknown>(before.a, [1, { b: 2 }, 3]) as unknown[];
    expect(same).toBe(before);
    expect(longer).toHaveLength(3);
    expect(longer[1]).toBe(before.a[1]);
    expect(sameParts<unknown>([], {})).toEqual({});
    expect(sameParts<unknown>(null, before)).toBe(before);
  });
});

describe('small parts', () => {
  it('gives a key one hue of eight, whatever the run', () => {
    const hues = Array.from({ length: 400 }, (_, n) => hueOf(`order-${n}`));
    expect(new Set(hues)).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8]));
    expect(hueOf('order-17')).toBe(hueOf('order-17'));
    expect(hueOf('-')).toBe(0);
  });

  it('thins a long step function and keeps its last value and its height', () => {
    const series = createSeries();
    for (let i = 0; i < 100_000; i += 1) addStep(series, i * 10, i % 1000);
    expect(series.length).toBeLessThanOrEqual(8192);
    expect(series.max).toBe(999);
    expect(valueAt(series, 999_990)).toBe(999);
    expect(valueAt(series, -1)).toBe(0);
  });
});

describe('a leader that dies before its followers have fetched', () => {
  let run: ReceivedRun;
  beforeAll(async () => {
    run = await receivedRun(readFileSync('scenarios/replication/leader-dies-acks-1.json', 'utf8'));
  });

  it('shows who leads, who is in sync and how far each copy is, before, between and after', () => {
    const at = (kind: number): number => {
      for (let seq = 0; seq < run.trace.records; seq += 1) {
        const row = run.trace.row(seq);
        if (row?.kind === kind) return row.at;
      }
      return -1;
    };
    const copies = (time: number) => {
      const { leader, epoch, end, highWatermark, replicas } = run.scenes.at(time).partitions[0] ?? {};
      const of = replicas?.map(({ node, inSync, end: until }) => [node, inSync, until]);
      return { leader, epoch, end, highWatermark, of };
    };
    expect(copies(at(Kind.elect) - 1)).toEqual({
      leader: 'kafka-2',
      epoch: 0,
      end: 105,
      highWatermark: 102,
      of: [
        ['kafka-2', true, 105],
        ['kafka-1', true, 103],
        ['kafka-3', true, 103],
      ],
    });
    expect(copies(at(Kind.lead))).toMatchObject({ leader: 'kafka-1', epoch: 1, end: 103 });
    expect(copies(at(Kind.truncate)).of?.[0]).toEqual(['kafka-2', false, 103]);
    const last = copies(run.computedTo);
    expect(last).toMatchObject({ end: 198, highWatermark: 198 });
    expect(last.of?.map(([, inSync, end]) => [inSync, end])).toEqual([
      [true, 198],
      [true, 198],
      [true, 198],
    ]);
  });
});
