/** Outline and inspector over a real run: everything can be chosen, everything chosen has something to say. */
import { expect, test } from 'vitest';
import { SceneAt } from '#lib/scene/scene-at.ts';
import { timelineOf } from '#lib/scene/timeline-of.ts';
import { layoutMachine, STATE_HEIGHT } from '#lib/views/inspector/machine-layout.ts';
import { machinesOf } from '#lib/views/inspector/machine-scenes.ts';
import { messagesAt } from '#lib/views/inspector/message-list.ts';
import { ifItCrashed } from '#lib/views/inspector/process-state.ts';
import { subjectOf } from '#lib/views/inspector/subject.ts';
import { placeOf, recordsAbout } from '#lib/views/inspector/trace-rows.ts';
import { outlineRows } from '#lib/views/outline/outline-rows.ts';
import { rowOf, visibleRows } from '#lib/views/outline/outline-tree.ts';
import { laneTables } from '#lib/views/timeline/timeline-tables.ts';
import { assert } from '#sim/base/assert.ts';
import { allFamilies } from '#sim/run/build.ts';
import { machineGraphs } from '#sim/run/machine-graphs.ts';
import { finishedRun } from './panels-run.ts';

const { trace, report, topology } = finishedRun('effects/crash-after-charge');
const scenes = new SceneAt(trace, topology);
scenes.extend();
const timeline = timelineOf(scenes.facts, trace, report.virtualTime, report.verdicts);
const duplicate = report.verdicts.find(({ id }) => id === 'effect-once')?.anomalies[0];
const crashAt = timeline.faults[0]?.bars[0]?.from ?? -1;
const graphs = machineGraphs(allFamilies);

function rowsAt(time: number) {
  const outlined = {
    topology,
    scene: scenes.at(time),
    timeline,
    verdicts: report.verdicts,
    end: report.virtualTime,
  };
  return visibleRows(outlineRows(outlined), new Set());
}

test('the outline lists brokers, topics, partitions, groups, processes, steps, stores, faults and checks', () => {
  const ids = rowsAt(0).map(({ id }) => id);
  for (const id of [
    'part:kafka',
    'topic:orders',
    'partition:orders/5',
    'group:payment',
    'process:kafka-1',
    'part:payment',
    'process:payment-2',
    'step:order.placed:payment/charge',
    'process:cards',
    'fault:1',
    'check:effect-once',
  ]) {
    expect(ids).toContain(id);
  }
  expect(new Set(ids).size).toBe(ids.length);
});

test('each row stands for its own selection', () => {
  const rows = rowsAt(0);
  const tree = outlineRows({ topology, scene: scenes.at(0), timeline, verdicts: null, end: 1 });
  for (const row of rows) if (row.selection !== null) expect(rowOf(tree, row.selection)).toBe(row.id);
});

test('a fault waits, is on, is over; a claim is open until it is broken', () => {
  assert(duplicate !== undefined && crashAt > 0, '[TEST] the crash and the duplicate');
  const valueAt = (id: string, time: number) => rowsAt(time).find((row) => row.id === id);
  expect(valueAt('fault:1', 0)?.value).toBe('waiting');
  expect(valueAt('fault:1', crashAt + 1_000)?.value).toBe('on');
  expect(valueAt('fault:1', crashAt + 6_000_000)?.value).toBe('over');
  expect(valueAt('check:effect-once', duplicate.first.at - 1)?.verdict).toBe('unknown');
  expect(valueAt('check:effect-once', duplicate.first.at)?.verdict).toBe('invalid');
  expect(valueAt('check:no-loss', report.virtualTime)?.verdict).toBe('valid');
});

test('whatever the outline can choose, the inspector can show, at any time', () => {
  for (const time of [0, crashAt, crashAt + 2_000_000, report.virtualTime]) {
    const scene = scenes.at(time);
    for (const { selection } of rowsAt(time)) {
      if (selection === null) continue;
      const subject = subjectOf(selection, topology, scene, trace);
      expect(subject.title).not.toBe('');
      expect(subject.tabs.length).toBeGreaterThan(0);
      if (selection.kind !== 'check') expect(subject.sections.length, subject.title).toBeGreaterThan(0);
      expect(JSON.stringify(subject.sections)).not.toMatch(/undefined|NaN/);
    }
  }
});

test('just before the crash, a crash would take the order in hand and leave the committed offset', () => {
  const scene = scenes.at(crashAt - 1);
  const fault = trace.row(timeline.faults[0]?.bars[0]?.seq ?? -1);
  assert(fault !== null && duplicate !== undefined, '[TEST] the crash');
  const holder = scene.processes.find(({ lanes }) =>
    lanes.some(({ inHand }) => inHand?.key === duplicate.subject),
  );
  assert(holder !== undefined, '[TEST] somebody holds it');
  const account = ifItCrashed(holder, scene, topology);
  expect(account?.gone).toContain(`${duplicate.subject} in hand`);
  expect(account?.gone).toMatch(/position \d+ of orders\//);
  expect(account?.kept).toMatch(/committed offset \d+ of orders\//);
  expect(account?.next).toMatch(/^The next owner starts orders\/\d+ at \d+/);
  expect(ifItCrashed({ ...holder, word: 'crashed' }, scene, topology)).toBeNull();
});

test('a part of the trace is what is about it and nothing else', () => {
  const own = { lid: -1, place: null, entities: [topology.services[1]?.instances[0]?.entity ?? -1] };
  const seqs = recordsAbout(trace, own, true);
  expect(seqs).toEqual([...trace.index.entityRecords(own.entities[0] ?? -1)]);
  const quiet = recordsAbout(trace, own, false);
  expect(quiet.length).toBeLessThan(seqs.length);
  const partition = recordsAbout(
    trace,
    { lid: -1, entities: [], place: { topic: 'orders', partition: 0 } },
    false,
  );
  const topic = recordsAbout(
    trace,
    { lid: -1, entities: [], place: { topic: 'orders', partition: null } },
    false,
  );
  expect(partition.length).toBeGreaterThan(0);
  expect(topic.length).toBeGreaterThan(partition.length);
  expect(placeOf(seqs, seqs[3] ?? 0)).toBe(3);
});

test('members show their own machine, the group its coordinator, in the state of that time', () => {
  const scene = scenes.at(crashAt - 1);
  const member = subjectOf({ kind: 'process', name: 'payment-1' }, topology, scene, trace);
  const live = machinesOf(member, scene, graphs, topology.entityNames);
  expect(live.map(({ graph, machine }) => [graph.name, machine.state])).toEqual([
    ['consumer-member', 'stable'],
  ]);
  const group = subjectOf({ kind: 'group', group: 'payment' }, topology, scene, trace);
  const all = machinesOf(group, scene, graphs, topology.entityNames);
  expect(all.map(({ graph }) => graph.name).sort()).toEqual([
    'consumer-member',
    'consumer-member',
    'group-coordinator',
  ]);
});

test('a machine is laid out with every leaf once, no overlap, and ways only between its states', () => {
  for (const graph of graphs) {
    const { states, edges, width } = layoutMachine(graph);
    const leaves = graph.states.filter(({ initial }) => initial === null).map(({ path }) => path);
    expect(states.map(({ path }) => path).sort()).toEqual(leaves.sort());
    const tops = states.map(({ y }) => y).sort((a, b) => a - b);
    for (let i = 1; i < tops.length; i += 1)
      expect((tops[i] as number) - (tops[i - 1] as number)).toBeGreaterThan(STATE_HEIGHT);
    for (const { x, width: wide } of states) expect(x >= 0 && x + wide <= width).toBe(true);
    for (const { from, to } of edges) expect(leaves).toEqual(expect.arrayContaining([from, to]));
    expect(edges.length).toBeGreaterThan(3);
  }
  const coordinator = graphs.find(({ name }) => name === 'group-coordinator');
  assert(coordinator !== undefined, '[TEST] the coordinator');
  const joined = layoutMachine(coordinator).edges.find(
    ({ from, to }) => from === 'PreparingRebalance.AwaitingJoins' && to === 'CompletingRebalance',
  );
  expect(joined?.events).toEqual(['JOINED [membersRemain]']);
});

test('messages stand where they are, and the tables say what the picture says', () => {
  const scene = scenes.at(crashAt - 1);
  const partition = subjectOf({ kind: 'partition', topic: 'orders', partition: 0 }, topology, scene, trace);
  const log = scene.partitions.find(({ topic, partition: n }) => topic === 'orders' && n === 0);
  expect(messagesAt(partition, scene).length).toBe(log?.records.length);
  const tables = laneTables(timeline, report.virtualTime);
  expect(tables.map(({ title }) => title)).toContain('cards.charge');
  const effects = tables.find(({ title }) => title === 'cards.charge');
  expect(effects?.rows.length).toBe(timeline.effects[0]?.length);
  expect(laneTables(timeline, 0).find(({ title }) => title === 'cards.charge')?.rows.length).toBe(0);
});
