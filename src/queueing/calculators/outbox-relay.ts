/**
 * Calculator C5: a relay that polls an outbox table, publishes a batch row by row and sleeps. The sources poll once a
 * second for 100 rows and say nothing of a ceiling [1:702-711]; another runs on an interval that does not wait for
 * itself [4:959-966], so that a long tick is overtaken and rows are published again without any crash (B09).
 * Times in seconds.
 */
import {
  ImpossibleInput,
  requireCount,
  requireNotNegative,
  requirePositive,
} from '#queueing/impossible-input.ts';

export interface Relay {
  readonly rate: number;
  /** Rows a poll; 0 for "until the table is empty". */
  readonly batch: number;
  readonly poll: number;
  readonly publish: number;
}

export interface RelayPlan {
  /** Rows a second at most. */
  readonly ceiling: number;
  /** By how many rows a second the backlog grows; negative where it shrinks. */
  readonly backlogSlope: number;
  /** From the commit to the publication of a row, on average: half a sleep and the rows before it. */
  readonly addedLatency: number;
  /** Rows that a crash at the worst moment publishes twice: the one under way, since rows are marked one by one. */
  readonly duplicatesPerCrash: number;
  /** The same where rows are marked a batch at a time. */
  readonly duplicatesPerCrashOfBatch: number;
  /** Duration of a tick in intervals, for a relay on a timer: above 1 it overtakes itself. */
  readonly overlap: number;
}

export function relayPlan({ rate, batch, poll, publish }: Relay): RelayPlan {
  requireNotNegative('rate', rate);
  requireCount('batch', batch, 0);
  requireNotNegative('poll', poll);
  requirePositive('publish', publish);
  const ceiling = batch === 0 ? 1 / publish : batch / (poll + batch * publish);
  const arriving = Math.min(rate, ceiling) * poll;
  const rows = batch === 0 ? arriving : Math.min(batch, arriving);
  return {
    ceiling,
    backlogSlope: rate - ceiling,
    addedLatency: poll / 2 + publish * (Math.max(1, rows) + 1) * 0.5,
    duplicatesPerCrash: 1,
    duplicatesPerCrashOfBatch: Math.max(1, rows),
    overlap: poll === 0 ? Infinity : ((batch === 0 ? Math.max(1, rows) : batch) * publish) / poll,
  };
}

/** What the sources' loop is taken to carry: a batch a poll, as if publishing took no time. */
export const sourcesCeiling = ({ batch, poll }: Relay): number => batch / poll;

/**
 * Records in the log from `rows` pending rows when a timer fires every `interval` seconds whatever the ticks before it
 * do: each tick reads all rows that are not marked yet, publishes them in order, `publish` seconds each, and marks each
 * after its publication. Counted tick by tick.
 */
export function overlappingTicks(rows: number, interval: number, publish: number): number {
  requireCount('rows', rows, 0, 100_000);
  requirePositive('interval', interval);
  requirePositive('publish', publish);
  const markedAt = new Float64Array(rows).fill(Infinity);
  let records = 0;
  for (let tick = 0; ; tick += 1) {
    if (tick > 100_000) throw new ImpossibleInput('/interval', 'The ticks never catch up with the rows.');
    const start = tick * interval;
    const pending: number[] = [];
    for (let row = 0; row < rows; row += 1) if ((markedAt[row] ?? 0) > start) pending.push(row);
    if (pending.length === 0) return records;
    pending.forEach((row, i) => {
      const done = start + (i + 1) * publish;
      markedAt[row] = Math.min(markedAt[row] ?? Infinity, done);
      records += 1;
    });
  }
}
