/**
 * The numbers of runs side by side, a row each: what every run says of the same thing, in the same unit, or why it has
 * no counterpart to it. Rows are put together from the reports' verdicts and metrics and from the traces.
 */
import type { ComparedRun } from '#lib/views/comparison/compared-run.ts';
import { claimsOf, harmCount, type Harm } from '#lib/views/comparison/anomaly-counts.ts';
import { noCounterpart, type FamilyMeasure } from '#lib/views/comparison/counterparts.ts';
import type { RunFacts } from '#lib/views/comparison/run-facts.ts';
import { words } from '#lib/views/comparison/words.ts';
import { count, duration, grouped } from '#lib/views/number-words.ts';

export type Cell =
  | { readonly kind: 'number'; readonly value: number; readonly text: string }
  /** `counterpart` false: the broker family has no such thing; else there is only no number in this run. */
  | { readonly kind: 'none'; readonly why: string; readonly counterpart: boolean };

export interface MeasureRow {
  readonly id: string;
  readonly title: string;
  /** What exactly is counted. */
  readonly meaning: string;
  readonly unit: 'µs' | '';
  readonly cells: readonly Cell[];
  /** Not every run says the same. */
  readonly differs: boolean;
}

export interface MeasureSection {
  readonly title: string;
  readonly rows: readonly MeasureRow[];
}

export interface Measured {
  readonly run: ComparedRun;
  readonly facts: RunFacts;
}

const SECOND = 1_000_000;

const none = (why: string): Cell => ({ kind: 'none', why, counterpart: true });
const absent = (why: string): Cell => ({ kind: 'none', why, counterpart: false });
const number = (value: number): Cell => ({ kind: 'number', value, text: grouped(value) });
const time = (value: number): Cell => ({ kind: 'number', value, text: duration(value) });

function row(
  id: string,
  [title, meaning]: readonly [string, string],
  unit: 'µs' | '',
  cells: Cell[],
): MeasureRow {
  const texts = cells.map((cell) => (cell.kind === 'none' ? null : cell.text));
  return { id, title, meaning, unit, cells, differs: texts.some((text) => text !== texts[0]) };
}

function metric(
  run: ComparedRun,
  name: string,
  labels: Readonly<Record<string, string>>,
): number | undefined {
  return run.report.metrics.find(
    (one) => one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value),
  )?.value;
}

function total(run: ComparedRun, name: string): number {
  const found = run.report.metrics.filter((one) => one.name === name);
  return found.reduce((sum, { value }) => sum + value, 0);
}

/** A group of each run under one heading: of the same name, or the only one that each run has. */
interface GroupRow {
  readonly title: string;
  /** By run; null = it has no such group. */
  readonly names: readonly (string | null)[];
}

function groupRows(runs: readonly ComparedRun[]): GroupRow[] {
  const groups = runs.map(({ topology }) => topology.groups.map(({ name }) => name));
  if (groups.every((names) => names.length <= 1) && groups.some((names) => names.length === 1)) {
    return [{ title: '', names: groups.map((names) => names[0] ?? null) }];
  }
  return [...new Set(groups.flat())].map((name) => ({
    title: name,
    names: groups.map((names) => (names.includes(name) ? name : null)),
  }));
}

function ofGroup(
  all: readonly Measured[],
  group: GroupRow,
  tell: (one: Measured, name: string) => Cell,
): Cell[] {
  return all.map((one, i) => {
    const name = group.names[i];
    if (typeof name === 'string') return tell(one, name);
    return none(group.title === '' ? words.noReaders : words.noGroup(group.title));
  });
}

function familyMetric(measure: FamilyMeasure, name: string, cell: (value: number) => Cell) {
  return ({ run }: Measured, group: string): Cell => {
    const why = noCounterpart(run.topology, group, measure);
    return why === null ? cell(metric(run, name, { group }) ?? 0) : absent(why);
  };
}

const inMicros = (value: number): Cell => time(Math.round(value * SECOND));

function outcomeRows(all: readonly Measured[]): MeasureRow[] {
  const harms: readonly Harm[] = ['lost', 'doubled', 'reordered'];
  return harms.map((harm) => {
    const cells = all.map(({ run }): Cell => {
      const counted = harmCount(run.report, harm);
      if (counted === null) return none(words.notClaimed(claimsOf(harm)));
      const text = grouped(counted.count);
      return { kind: 'number', value: counted.count, text: counted.orMore ? words.orMore(text) : text };
    });
    return row(harm, words.measures[harm], '', cells);
  });
}

function pauseRows(all: readonly Measured[], group: GroupRow): MeasureRow[] {
  const one = (
    id: keyof typeof words.measures,
    measure: FamilyMeasure,
    name: string,
    cell: (value: number) => Cell,
  ): MeasureRow =>
    row(
      id,
      words.measures[id],
      cell === number ? '' : 'µs',
      ofGroup(all, group, familyMetric(measure, name, cell)),
    );
  return [
    one('pauses', 'pauses', 'kafka_consumergroup_partition_pauses_total', number),
    one('pausedFor', 'pauses', 'kafka_consumergroup_partition_pause_seconds_total', inMicros),
    one('longestPause', 'pauses', 'kafka_consumergroup_partition_pause_seconds_max', inMicros),
    one('rebalances', 'rebalances', 'kafka_consumergroup_rebalances_total', number),
    one('rebalancing', 'rebalances', 'kafka_consumergroup_rebalance_seconds_total', inMicros),
    one('refusedCommits', 'refused-commits', 'kafka_consumergroup_commits_refused_total', number),
  ];
}

function timeRows(all: readonly Measured[], group: GroupRow): MeasureRow[] {
  const endToEnd = (name: string, labels: Readonly<Record<string, string>>) =>
    ofGroup(all, group, ({ run }, of) => {
      const handled = metric(run, 'event_end_to_end_seconds_count', { group: of }) ?? 0;
      if (handled === 0) return none(words.nothingHandled);
      return inMicros(metric(run, name, { group: of, ...labels }) ?? 0);
    });
  const quantiles = [
    ['p50', '0.5'],
    ['p95', '0.95'],
    ['p99', '0.99'],
  ] as const;
  const ofWaiting = (tell: (waiting: RunFacts['waiting'][number]) => Cell) =>
    ofGroup(all, group, ({ facts }, of) => {
      const found = facts.waiting.find((one) => one.group === of);
      return found === undefined ? none(words.nothingHandled) : tell(found);
    });
  return [
    ...quantiles.map(([id, quantile]) =>
      row(id, words.measures[id], 'µs', endToEnd('event_end_to_end_seconds', { quantile })),
    ),
    row('max', words.measures.max, 'µs', endToEnd('event_end_to_end_seconds_max', {})),
    row(
      'doneAt',
      words.measures.doneAt,
      'µs',
      ofWaiting(({ left, lastAt }) =>
        left === 0 ? time(lastAt) : none(words.neverAll(count(left, 'event'))),
      ),
    ),
    row(
      'again',
      words.measures.again,
      'µs',
      ofWaiting(({ again }) => (again === null ? none(words.neverAgain) : time(again.to - again.from))),
    ),
    row(
      'waiting',
      words.measures.waiting,
      '',
      ofWaiting(({ series }) => number(series.max)),
    ),
    row(
      'lag',
      words.measures.lag,
      '',
      ofGroup(all, group, ({ run }, of) => {
        const why = noCounterpart(run.topology, of, 'lag');
        if (why !== null) return absent(why);
        return number(run.timeline.lag.find((lane) => lane.group === of)?.total.max ?? 0);
      }),
    ),
  ];
}

function trafficRows(all: readonly Measured[]): MeasureRow[] {
  const counted = (id: keyof typeof words.measures, name: string): MeasureRow =>
    row(
      id,
      words.measures[id],
      '',
      all.map(({ run }) => number(total(run, name))),
    );
  const effects = [...new Set(all.flatMap(({ run }) => effectsOf(run)))];
  return [
    row(
      'messages',
      words.measures.messages,
      '',
      all.map(({ run }) => number(run.report.messages)),
    ),
    counted('confirmed', 'events_confirmed_total'),
    counted('refused', 'event_publish_failures_total'),
    counted('delivered', 'events_delivered_total'),
    counted('redelivered', 'events_redelivered_total'),
    counted('handled', 'events_consumed_total'),
    ...effects.map((effect) =>
      row(
        `effect ${effect}`,
        words.effect(effect),
        '',
        all.map(({ run }) =>
          effectsOf(run).includes(effect)
            ? number(metric(run, 'effects_total', { effect }) ?? 0)
            : none(words.noEffect(effect)),
        ),
      ),
    ),
  ];
}

/** Effects that the file's stores know, whether they took place or not. */
function effectsOf({ topology }: ComparedRun): string[] {
  return topology.stores.flatMap((store) =>
    store.kind === 'database' ? [] : store.operations.map(({ effect }) => effect),
  );
}

export function measuresOf(all: readonly Measured[]): MeasureSection[] {
  const groups = groupRows(all.map(({ run }) => run));
  const titled = (title: string, group: GroupRow): string =>
    group.title === '' ? title : words.ofGroup(title, group.title);
  return [
    { title: words.sections.outcome, rows: outcomeRows(all) },
    ...groups.map((group) => ({ title: titled(words.sections.pauses, group), rows: pauseRows(all, group) })),
    ...groups.map((group) => ({ title: titled(words.sections.times, group), rows: timeRows(all, group) })),
    { title: words.sections.traffic, rows: trafficRows(all) },
  ];
}

/** How far a cell is from the first run's: `+5.1 s`; '' where there is no telling. */
export function difference({ cells, unit }: MeasureRow, run: number): string {
  const first = cells[0];
  const other = cells[run];
  if (run === 0 || first?.kind !== 'number' || other?.kind !== 'number') return '';
  const by = other.value - first.value;
  if (by === 0 || other.text === first.text) return '';
  const size = unit === 'µs' ? duration(Math.abs(by)) : grouped(Math.abs(by));
  return `${by > 0 ? '+' : '−'}${size}`;
}
