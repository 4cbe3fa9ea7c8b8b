/** What a strip shows of copies and transactions is what the scene says, cell for cell. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PartitionScene } from '#lib/scene/scene.ts';
import { followersOf, markersOf, placeIn, stripView } from '#lib/views/stage/strip-facts.ts';
import { receivedRun } from './received-run.ts';

const CELLS = 12;
const read = (name: string) =>
  receivedRun(readFileSync(new URL(`../../scenarios/${name}.json`, import.meta.url), 'utf8'));

async function firstWith(
  name: string,
  wanted: (partition: PartitionScene) => boolean,
): Promise<PartitionScene> {
  const run = await read(name);
  for (let time = 0; time <= run.computedTo; time += 20_000) {
    const found = run.scenes.at(time).partitions.find(wanted);
    if (found !== undefined) return found;
  }
  throw new Error(`${name} never shows it`);
}

describe('copies', () => {
  it('that follow stand below the leader, each as long as its log', async () => {
    const partition = await firstWith(
      'replication/leader-dies-acks-1',
      ({ highWatermark, end, replicas }) => highWatermark < end && replicas.some((copy) => copy.end < end),
    );
    const view = stripView(partition, CELLS);
    const followers = followersOf(partition);
    expect(followers.length).toBe(partition.replicas.length - 1);
    expect(followers.some(({ node }) => node === partition.leader)).toBe(false);
    const reach = followers.map(({ end }) => placeIn(view, end));
    expect(Math.min(...reach)).toBeLessThan(view.cells);
    expect(placeIn(view, partition.highWatermark)).toBe(partition.highWatermark - view.from);
    expect(placeIn(view, partition.highWatermark)).toBeLessThan(view.cells);
  });
});

describe('transactions', () => {
  it('hold back the last stable offset at the first record of the open one', async () => {
    const partition = await firstWith(
      'transactions/crash-in-transaction',
      ({ stableOffset, records }) =>
        stableOffset !== undefined && records.some(({ transaction }) => transaction === 'open'),
    );
    const first = partition.records.find(({ transaction }) => transaction === 'open');
    expect(partition.stableOffset).toBe(first?.offset);
    const view = stripView(partition, CELLS);
    expect(view.records[placeIn(view, partition.stableOffset ?? -1)]).toBe(first);
  });
});

describe('markers', () => {
  it('of several groups keep their own places', () => {
    const reader = (group: string, committed: number) => ({
      group,
      committed,
      position: 9,
      owner: 'x',
      lag: 0,
    });
    const partition: PartitionScene = {
      topic: 'orders',
      partition: 0,
      leader: 'kafka-1',
      epoch: 0,
      logStart: 0,
      end: 20,
      highWatermark: 20,
      replicas: [],
      records: [],
      readers: [reader('billing', 12), reader('shipping', 3)],
    };
    const marks = markersOf(partition, stripView(partition, CELLS)).map(({ group, kind, place, before }) => [
      group,
      kind,
      place,
      before,
    ]);
    expect(marks).toEqual([
      ['billing', 'position', 1, false],
      ['billing', 'committed', 4, false],
      ['shipping', 'position', 1, false],
      ['shipping', 'committed', 0, true],
    ]);
  });
});
