import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { harmCount } from '#lib/views/comparison/anomaly-counts.ts';
import { differencesOf, settingsThatDiffer } from '#lib/views/comparison/differences.ts';
import { longestAgain } from '#lib/views/comparison/longest-wait.ts';
import { difference, measuresOf, type Measured, type MeasureRow } from '#lib/views/comparison/measures.ts';
import { spellsOf, type Pause } from '#lib/views/comparison/pauses.ts';
import { planPictures } from '#lib/views/comparison/picture-plan.ts';
import { contrastSentences, firstAnomaly, leftSentences } from '#lib/views/comparison/reasons.ts';
import { chosenRuns, nameOfRun, onBroker, queryOf } from '../../src/routes/compare/chosen-runs.ts';
import { prepared } from '../../src/routes/compare/prepared.ts';
import { comparedRun } from './compared-run.ts';

const files = (readdirSync('scenarios', { recursive: true }) as string[])
  .filter((file) => file.includes('/') && file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length));
const named = new Set(files.map((file) => file.slice(file.indexOf('/') + 1)));

function rowOf(all: readonly Measured[], id: string): MeasureRow {
  const found = measuresOf(all)
    .flatMap(({ rows }) => rows)
    .find((row) => row.id === id);
  if (found === undefined) throw new Error(`no row ${id}`);
  return found;
}

function sentences(all: readonly Measured[]): string[] {
  const runs = all.map(({ run }) => run);
  return contrastSentences(runs, settingsThatDiffer(differencesOf(runs.map(({ document }) => document))));
}

describe('which runs an address names', () => {
  it('names files, or one file on several brokers, and comes back as it was', () => {
    for (const search of ['runs=a,b,c', 'runs=a&on=kafka,rabbit', 'runs=a']) {
      expect(queryOf(chosenRuns(`?${search}`))).toBe(search);
    }
    expect(chosenRuns('?runs=a&on=kafka,rabbit').map(nameOfRun)).toEqual(['kafka', 'rabbit']);
    expect(chosenRuns('?runs=a,%20b,,c,d')).toHaveLength(3);
    expect(chosenRuns('')).toEqual([]);
  });

  it('changes the broker and nothing else', () => {
    const text = readFileSync('scenarios/rabbitmq/orders-on-either-broker.json', 'utf8');
    const documents = [text, onBroker(text, 'kafka')].map(
      (one) => JSON.parse(one) as Record<string, unknown>,
    );
    expect(differencesOf(documents).map(({ pointer, values }) => [pointer, ...values])).toEqual([
      ['/on', 'rabbit', 'kafka'],
    ]);
  });

  it('prepares comparisons of files that exist, and of brokers that can carry them', () => {
    for (const { title, runs } of prepared) {
      expect(new Set(runs.map(nameOfRun)).size, title).toBe(runs.length);
      for (const { file, on } of runs) {
        expect(named, title).toContain(file);
        if (on === null) continue;
        const path = files.find((one) => one.endsWith(`/${file}`)) ?? '';
        const document = JSON.parse(readFileSync(`scenarios/${path}.json`, 'utf8')) as { carry: object };
        expect(Object.keys(document.carry)).toContain(on);
      }
    }
  });
});

describe('what documents say differently', () => {
  it('tells each setting by its name, pointer and both values', () => {
    const one = {
      title: 'a',
      services: { x: { config: { acks: 'all', 'linger.ms': 5 }, on: [{ work: '1s' }] } },
    };
    const other = {
      title: 'b',
      services: { x: { config: { acks: '1' }, on: [{ work: '2s' }, { work: '3s' }] } },
    };
    expect(differencesOf([one, other])).toEqual([
      { pointer: '/services/x/config/acks', name: 'acks', values: ['all', '1'] },
      { pointer: '/services/x/config/linger.ms', name: 'linger.ms', values: ['5', null] },
      { pointer: '/services/x/on/0/work', name: 'work', values: ['1s', '2s'] },
      { pointer: '/services/x/on/1', name: 'on/1', values: [null, '{"work":"3s"}'] },
    ]);
  });

  it('finds none between a document and itself, in whatever order its keys are, and escapes pointers', () => {
    expect(
      differencesOf([
        { a: 1, b: [{ c: 2 }] },
        { b: [{ c: 2 }], a: 1 },
      ]),
    ).toEqual([]);
    expect(differencesOf([{ 'a/b~c': 1 }, {}])[0]?.pointer).toBe('/a~1b~0c');
  });
});

describe('pauses', () => {
  it('are as many and as long as the metrics of the run say, in every scenario', async () => {
    let seen = 0;
    for (const file of files) {
      const { run, facts } = await comparedRun(file);
      for (const { name: group } of run.topology.groups) {
        const value = (metric: string): number =>
          run.report.metrics.find(({ name, labels }) => name === metric && labels.group === group)?.value ??
          0;
        const lengths = facts.pauses
          .filter((pause) => pause.group === group)
          .map(({ from, to }) => to - from);
        const total = lengths.reduce((sum, length) => sum + length, 0);
        seen += lengths.length;
        const what = `${file} ${group}`;
        expect(lengths.length, what).toBe(value('kafka_consumergroup_partition_pauses_total'));
        expect(total / 1e6, what).toBeCloseTo(value('kafka_consumergroup_partition_pause_seconds_total'), 6);
        expect(Math.max(0, ...lengths) / 1e6, what).toBe(
          value('kafka_consumergroup_partition_pause_seconds_max'),
        );
      }
    }
    expect(seen).toBeGreaterThan(50);
  }, 120_000);

  it('are one spell where they overlap, and another one where they do not', () => {
    const pause = (partition: number, from: number, to: number, after: string | null): Pause => ({
      ...{ group: 'g', topic: 't', partition, from, to, before: 'a', crashed: false, after },
    });
    const spells = spellsOf([
      pause(0, 10, 30, 'a'),
      pause(1, 20, 25, 'b'),
      pause(2, 30, 31, 'b'),
      pause(0, 40, 41, null),
    ]);
    expect(
      spells.map(({ from, to, pauses, total, longest, returned }) => [
        from,
        to,
        pauses.length,
        total,
        longest,
        returned,
      ]),
    ).toEqual([
      [10, 31, 3, 26, 20, 1],
      [40, 41, 1, 1, 1, 0],
    ]);
  });
});

describe('three rebalance protocols on the same traffic', () => {
  let all: Measured[] = [];
  beforeAll(async () => {
    all = [];
    for (const name of ['stop-the-world', 'cooperative', 'without-barrier'])
      all.push(await comparedRun(`groups/pause-${name}`));
  }, 60_000);

  it('finds the two settings that differ, and says that the traffic is the same', () => {
    const [settings, traffic] = sentences(all);
    expect(settings).toContain('“partition.assignment.strategy” and “group.protocol” and in nothing else');
    expect(traffic).toContain('The same traffic: 200 events, each at the same microsecond');
  });

  it('measures the pauses, and counts the rebalances where there are any', () => {
    const pauses = rowOf(all, 'longestPause').cells.map((cell) => (cell.kind === 'number' ? cell.value : -1));
    expect(pauses[1]).toBeLessThan(pauses[0] ?? 0);
    expect(rowOf(all, 'pauses').differs).toBe(true);
    const rebalances = rowOf(all, 'rebalances').cells;
    expect(rebalances.map(({ kind }) => kind)).toEqual(['number', 'number', 'none']);
    expect(rebalances[2]).toMatchObject({ counterpart: false });
  });

  it('counts what was done twice as the effects beyond the first', () => {
    const [, cooperative] = all;
    const charged = cooperative?.run.report.metrics.find(({ name }) => name === 'effects_total')?.value ?? 0;
    expect(rowOf(all, 'doubled').cells[1]).toMatchObject({ kind: 'number', value: charged - 200 });
    expect(difference(rowOf(all, 'doubled'), 1)).toBe(`+${charged - 200}`);
    expect(difference(rowOf(all, 'doubled'), 0)).toBe('');
  });

  it('draws all of them on one time scale, one below the other', () => {
    const plan = planPictures(all);
    for (const { run, facts } of all) {
      expect(run.report.virtualTime).toBeLessThanOrEqual(plan.span);
      for (const { series } of facts.waiting) expect(series.max).toBeLessThanOrEqual(plan.mostWaiting);
    }
    expect(plan.pauses?.rows).toBe(12);
  });
});

describe('one system on a log, a queue and a bus', () => {
  let all: Measured[] = [];
  beforeAll(async () => {
    all = [];
    for (const on of ['kafka', 'rabbit', 'bus'])
      all.push(await comparedRun('rabbitmq/orders-on-either-broker', on));
  }, 60_000);

  it('says of every measure that a family has not that it has no counterpart, and why', () => {
    for (const id of ['pauses', 'rebalances', 'lag', 'refusedCommits']) {
      const [kafka, ...others] = rowOf(all, id).cells;
      expect(kafka?.kind, id).toBe('number');
      for (const cell of others) {
        expect(cell, id).toMatchObject({ kind: 'none', counterpart: false });
        expect(cell.kind === 'none' ? cell.why.length : 0, id).toBeGreaterThan(20);
      }
    }
  });

  it('leaves no cell without a number or a reason', () => {
    for (const { rows } of measuresOf(all))
      for (const { id, cells } of rows) {
        expect(cells, id).toHaveLength(3);
        for (const cell of cells) expect(cell.kind === 'none' ? cell.why : cell.text, id).not.toBe('');
      }
  });

  it('says whom each run charged twice, and what came between two deliveries', () => {
    const [kafka, rabbit, bus] = all;
    if (kafka === undefined || rabbit === undefined || bus === undefined) throw new Error('three runs');
    for (const one of [kafka, rabbit]) {
      const first = firstAnomaly(one.run);
      expect(first?.headline.rest).toBe('was charged twice.');
      expect(first?.steps.map((step) => step.class)).toContain('crash');
    }
    expect(
      longestAgain(kafka)
        ?.between.map(({ what }) => what)
        .join(),
    ).toMatch(/crashes.*silent/);
    expect(
      longestAgain(rabbit)
        ?.between.map(({ what }) => what)
        .join(),
    ).toMatch(/^payment-1 crashes[^,]*,[^,]*$/);
    expect(firstAnomaly(bus.run)).toBeNull();
    expect(leftSentences(bus)).toEqual(['Of 100 events that were written for it, 1 was never handled.']);
    expect(leftSentences(kafka)).toEqual([]);
  });

  it('counts nothing where the file claims nothing that would tell', () => {
    for (const { run } of all) expect(harmCount(run.report, 'reordered')).toBeNull();
    expect(rowOf(all, 'reordered').cells[0]).toMatchObject({ kind: 'none', counterpart: true });
  });
});

describe('events that wait', () => {
  it.each([
    ['effects/healthy', 0],
    ['effects/commit-before-effect', 1],
    ['replication/leader-dies-acks-1', 2],
    // what an aborted transaction wrote is not waited for
    ['transactions/crash-in-transaction', 0],
  ])('%s: %i never handled', async (file, left) => {
    const { facts } = await comparedRun(file);
    expect(facts.waiting.map((waiting) => waiting.left)).toContain(left);
    for (const { written, series, lastAt } of facts.waiting) {
      expect(series.max).toBeGreaterThan(0);
      expect(series.max).toBeLessThanOrEqual(written);
      expect(lastAt).toBeGreaterThan(0);
    }
  });
});
