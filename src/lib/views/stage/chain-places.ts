/**
 * Where the records of a causal chain stand on the stage: a numbered pin each, and which parts, partitions and links the
 * chain runs through; everything else is reduced while a verdict is open.
 */
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';
import type { Topology } from '#lib/scene/parts.ts';
import type { ToldRecord } from '#lib/scene/told-record.ts';
import { pointAlong } from '#lib/views/stage/movers.ts';
import type { LinkPlan, Point, StagePlan } from '#lib/views/stage/plan.ts';
import { chainSteps } from '#lib/views/verdicts/chain-steps.ts';

export interface ChainPin extends Point {
  /** From 1, as the verdict's panel numbers its steps. */
  readonly number: number;
  readonly seq: number;
}

export interface ChainPlaces {
  readonly pins: readonly ChainPin[];
  readonly nodes: ReadonlySet<string>;
  readonly links: ReadonlySet<string>;
  /** By topic. */
  readonly partitions: ReadonlyMap<string, ReadonlySet<number>>;
}

interface Found {
  readonly at: Point;
  readonly nodes: readonly string[];
  readonly link?: LinkPlan | undefined;
  /** Further pins at the same place stand to its left. */
  readonly leftward?: boolean;
}

const PITCH = 19;

/** The verdict's panel tells a chain in steps of one or more records; a step's pin stands where its leading record does. */
export function chainPlaces(
  chain: readonly number[],
  trace: ReceivedTrace,
  topology: Topology,
  plan: StagePlan,
): ChainPlaces {
  const waiting: Waiting[] = [];
  const nodes = new Set<string>();
  const links = new Set<string>();
  const partitions = new Map<string, Set<number>>();
  for (const { number, seq, records } of chainSteps(trace, chain, topology)) {
    const found = records.flatMap((record) => {
      const place = placeOf(record, plan);
      return place === null ? [] : [{ record, place }];
    });
    for (const { record, place } of found) {
      for (const id of place.nodes) nodes.add(id);
      if (place.link !== undefined) links.add(place.link.id);
      const { topic, partition } = record.fields;
      if (typeof topic !== 'string' || typeof partition !== 'number') continue;
      partitions.set(topic, (partitions.get(topic) ?? new Set<number>()).add(partition));
    }
    const lead = found.find(({ record }) => record.seq === seq) ?? found[0];
    if (lead !== undefined) waiting.push({ number, seq, place: lead.place });
  }
  return { pins: spread(waiting), nodes, links, partitions };
}

interface Waiting {
  readonly number: number;
  readonly seq: number;
  readonly place: Found;
}

/** Pins of one place stand side by side in their order, to its right or up to it from the left. */
function spread(waiting: readonly Waiting[]): ChainPin[] {
  const groups = new Map<string, Waiting[]>();
  for (const pin of waiting) {
    const name = `${pin.place.at.x} ${pin.place.at.y}`;
    groups.set(name, [...(groups.get(name) ?? []), pin]);
  }
  const pins: ChainPin[] = [];
  for (const group of groups.values()) {
    // Those that grow to the left are placed from the last.
    const inOrder = group[0]?.place.leftward === true ? [...group].reverse() : group;
    for (const { number, seq, place } of inOrder) pins.push({ number, seq, ...freeSpot(place, pins) });
  }
  return pins.sort((a, b) => a.number - b.number);
}

/** Beside the pins that stand there already. */
function freeSpot(place: Found, pins: readonly ChainPin[]): Point {
  const step = place.leftward === true ? -PITCH : PITCH;
  let { x } = place.at;
  const { y } = place.at;
  while (pins.some((pin) => Math.abs(pin.x - x) < PITCH && Math.abs(pin.y - y) < PITCH)) x += step;
  return { x, y };
}

function placeOf(record: ToldRecord, plan: StagePlan): Found | null {
  const { kind, entity, fields } = record;
  const topic = typeof fields.topic === 'string' ? `topic:${fields.topic}` : '';
  switch (kind) {
    case 'produce':
    case 'confirm':
    case 'refuse':
    case 'retry':
      return onLink(plan, entity, topic, 'publish', 0.5);
    case 'deliver':
      return onLink(plan, entity, topic, 'consume', 0.7);
    case 'effect':
    case 'database':
    case 'transaction':
      return onLink(plan, text(fields.actor), `store:${entity}`, 'call', 0.8);
    case 'call':
      return onLink(plan, text(fields.actor), storeOf(fields.effect), 'call', 0.3);
    case 'step':
      return onStep(plan, entity, text(fields.step));
    case 'append':
    case 'commit':
    case 'position':
    case 'duplicate':
      return onStrip(plan, topic, Number(fields.partition));
    case 'member':
      return onNode(plan, `process:${text(fields.member)}`) ?? onNode(plan, `process:${entity}`);
    case 'fault':
      return onNode(plan, `process:${text(fields.target)}`);
    default:
      return onNode(plan, `process:${entity}`) ?? onNode(plan, `store:${entity}`);
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function storeOf(effect: unknown): string {
  return `store:${text(effect).split('.')[0] ?? ''}`;
}

function onLink(
  plan: StagePlan,
  process: string,
  door: string,
  kind: 'publish' | 'consume' | 'call',
  share: number,
): Found | null {
  const doorNode = plan.byId.get(door);
  const id = `process:${process}`;
  const link = plan.links.find(
    (one) =>
      one.process === process &&
      one.door === doorNode?.name &&
      (one.kind === kind || (kind === 'call' && one.kind === 'statement')),
  );
  if (link === undefined) return onNode(plan, id) ?? onNode(plan, door);
  return { at: pointAlong(link, share), nodes: [id, door], link };
}

function onStep(plan: StagePlan, process: string, point: string): Found | null {
  const id = `process:${process}`;
  const node = plan.byId.get(id);
  if (node?.kind !== 'process') return null;
  const cells = node.programs.flatMap(({ cells: own }) => own);
  const cell = cells.find((one) => one.point === point);
  if (cell === undefined) return onNode(plan, id);
  return { at: { x: node.box.x + cell.x + cell.w / 2, y: node.box.y + cell.y - 5 }, nodes: [id] };
}

function onStrip(plan: StagePlan, id: string, partition: number): Found | null {
  const node = plan.byId.get(id);
  if (node?.kind !== 'topic') return null;
  const strip = node.strips.find((one) => one.partition === partition);
  if (strip === undefined) return onNode(plan, id);
  const y = node.box.y + strip.y + (node.dense ? 10 : 35);
  return { at: { x: node.box.x + node.lagX - 22, y }, nodes: [id], leftward: true };
}

function onNode(plan: StagePlan, id: string): Found | null {
  const node = plan.byId.get(id);
  if (node === undefined) return null;
  return { at: { x: node.box.x + node.box.w - 12, y: node.box.y }, nodes: [id], leftward: true };
}
