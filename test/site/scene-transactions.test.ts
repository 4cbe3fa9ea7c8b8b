/** What the stage is told of a broker's transactions, at each moment of one. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Kind } from '#sim/trace/vocabulary.ts';
import type { PartitionScene } from '#lib/scene/scene.ts';
import { receivedRun, type ReceivedRun } from './received-run.ts';

const text = readFileSync('scenarios/transactions/open-transaction-holds-readers.json', 'utf8');

function shipments(run: ReceivedRun, at: number): PartitionScene {
  const found = run.scenes.at(at).partitions.find(({ topic }) => topic === 'shipments');
  if (found === undefined) throw new Error('the run has a topic');
  return found;
}

describe('transactions in a scene', async () => {
  const run = await receivedRun(text);
  const rows = Array.from({ length: run.trace.records }, (_, seq) => run.trace.row(seq)).flatMap(
    (row) => row ?? [],
  );
  const markers = rows.filter(({ kind }) => kind === Kind.marker);
  const abort = markers.find(({ d }) => d === 0);
  const first = markers[0];

  it('are open until their marker stands, then committed', () => {
    const before = shipments(run, (first?.at ?? 0) - 1);
    const offset = first?.c ?? -1;
    expect(before.records.find((record) => record.offset === offset - 1)?.transaction).toBe('open');
    expect(before.stableOffset).toBe(offset - 1);
    const after = shipments(run, first?.at ?? 0);
    expect(after.records.find((record) => record.offset === offset - 1)?.transaction).toBe('committed');
    expect(after.markers).toContainEqual({ offset, committed: true });
    expect(after.stableOffset).toBeUndefined();
    expect(after.end).toBe(offset + 1);
  });

  it('hold the last stable offset back over whatever others write, and are aborted in the end', () => {
    const stuck = shipments(run, 60_000_000);
    const opened = rows.findLast(({ kind, f, at }) => kind === Kind.append && f > 0 && at < 60_000_000);
    expect(stuck.stableOffset).toBe(opened?.c);
    expect(stuck.highWatermark).toBeGreaterThan((opened?.c ?? 0) + 10);
    const over = shipments(run, abort?.at ?? 0);
    expect(over.stableOffset).toBeUndefined();
    expect(over.markers?.at(-1)).toEqual({ offset: abort?.c, committed: false });
    const plain = over.records.filter(({ transaction }) => transaction === undefined);
    expect(plain.length).toBeGreaterThan(0);
  });

  it('say of records that were taken back that they were, in a scene that shows them', async () => {
    const short = await receivedRun(readFileSync('scenarios/transactions/reads-uncommitted.json', 'utf8'));
    const end = short.scenes.at(short.computedTo);
    const all = end.partitions.flatMap(({ records }) => records.map(({ transaction }) => transaction));
    expect(all).toContain('committed');
    const taken = Array.from({ length: short.trace.records }, (_, seq) => short.trace.row(seq)).find(
      (row) => row?.kind === Kind.marker && row.d === 0,
    );
    const then = short.scenes.at(taken?.at ?? 0);
    expect(
      then.partitions
        .flatMap(({ records }) => records)
        .filter(({ transaction }) => transaction === 'aborted'),
    ).toHaveLength(1);
  });
});
