/**
 * Links as orthogonal lines between boxes that stand anywhere: out of one side, along a lane between, into the other.
 * Links of one kind at the same topic or store share lane and door like a bus, so that four consumers are one line that
 * forks. Leaves out: going round boxes that somebody dragged into a lane.
 */
import type { Topology } from '#lib/scene/parts.ts';
import { lengthOf, type Box, type LinkPlan, type NodePlan, type Point } from '#lib/views/stage/plan.ts';

const LANE = 12;
const FIRST_LANE = 16;
const LABEL_ROOM = 34;

interface Wish {
  readonly kind: LinkPlan['kind'];
  readonly process: NodePlan;
  readonly other: NodePlan;
  readonly latency: string;
}

export function routeLinks(
  topology: Topology,
  nodes: readonly NodePlan[],
  narrow: boolean,
  width: number,
): LinkPlan[] {
  const wishes = wishesOf(topology, nodes);
  const busses = [...new Set(wishes.map(busOf))];
  const bottom = Math.max(0, ...nodes.map(({ box }) => box.y + box.h));
  const labelled = new Set<string>();
  return wishes.map((wish) => {
    const bus = busOf(wish);
    const siblings = busses.filter((other) => other.startsWith(wish.kind === 'consume' ? 'consume' : 'p'));
    const lane = Math.max(0, siblings.indexOf(bus));
    const inward = wish.kind === 'consume';
    const [from, to] = inward ? [wish.other, wish.process] : [wish.process, wish.other];
    const around: Around = { nodes, bottom, width, narrow, lane, kind: wish.kind, doors: busses, bus };
    const points = pathOf(from, to, around);
    const first = !labelled.has(bus);
    labelled.add(bus);
    return {
      id: `${wish.kind}:${wish.process.name}:${wish.other.name}`,
      kind: wish.kind,
      process: wish.process.name,
      door: wish.other.name,
      from: from.id,
      to: to.id,
      points,
      length: lengthOf(points),
      latency: wish.latency,
      label: first ? labelPlace(points) : null,
    };
  });
}

function wishesOf(topology: Topology, nodes: readonly NodePlan[]): Wish[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const wishes = new Map<string, Wish>();
  for (const { kind, service, to, at, latency } of topology.links) {
    const door = kind === 'publish' || kind === 'consume' ? `topic:${at}` : `store:${to}`;
    const other = byId.get(door);
    const instances = topology.services.find(({ name }) => name === service)?.instances ?? [];
    for (const instance of instances) {
      const process = byId.get(`process:${instance.name}`);
      if (process === undefined || other === undefined) continue;
      const id = `${kind}:${instance.name}:${door}`;
      if (!wishes.has(id)) wishes.set(id, { kind, process, other, latency });
    }
  }
  return [...wishes.values()];
}

function busOf({ kind, other }: Wish): string {
  return `${kind}:${other.id}`;
}

interface Around {
  readonly nodes: readonly NodePlan[];
  readonly bottom: number;
  readonly width: number;
  readonly narrow: boolean;
  readonly lane: number;
  readonly kind: LinkPlan['kind'];
  readonly doors: readonly string[];
  readonly bus: string;
}

function pathOf(from: NodePlan, to: NodePlan, around: Around): Point[] {
  const a = from.box;
  const b = to.box;
  if (b.x >= a.x + a.w + LANE) return tidy(sideways(from, to, around, 1));
  if (b.x + b.w + LANE <= a.x) return tidy(sideways(from, to, around, -1));
  return tidy(b.y >= a.y + a.h ? downward(a, b, around) : aside(a, b, around));
}

/** Where a line enters or leaves the side of a box. A process is entered high and left low; a topic the other way. */
function portY(node: NodePlan, kind: LinkPlan['kind'], entering: boolean): number {
  const { y, h } = node.box;
  if (node.kind === 'process') {
    if (kind === 'consume') return y + Math.min(34, h / 2);
    return h < 90 ? y + h / 2 : y + h - 26;
  }
  if (node.kind === 'topic') return entering ? y + Math.min(h - 14, h * 0.75) : y + Math.min(72, h / 2);
  return y + h / 2;
}

function sideways(from: NodePlan, to: NodePlan, around: Around, direction: 1 | -1): Point[] {
  const a = from.box;
  const b = to.box;
  const startX = direction === 1 ? a.x + a.w : a.x;
  const endX = direction === 1 ? b.x : b.x + b.w;
  let startY = portY(from, around.kind, false);
  let endY = portY(to, around.kind, true);
  // A producer's line runs straight where the topic is beside it; so does a topic's to its one consumer.
  if (around.kind === 'publish' && direction === 1) endY = clamp(startY, b.y + 12, b.y + b.h - 12);
  if (around.kind === 'consume') startY = clamp(meanOf(around, from), a.y + 12, a.y + a.h - 12);
  const low = Math.min(startX, endX);
  const room = Math.abs(endX - startX);
  const offset = Math.min(room - 8, FIRST_LANE + around.lane * LANE);
  const laneX = around.kind === 'publish' && direction === -1 ? low + room - offset - 8 : low + offset;
  if (Math.abs(startY - endY) < 0.5)
    return [
      { x: startX, y: startY },
      { x: endX, y: endY },
    ];
  return [
    { x: startX, y: startY },
    { x: laneX, y: startY },
    { x: laneX, y: endY },
    { x: endX, y: endY },
  ];
}

/** Middle of the doors of a topic's consumers: where the line that forks to them leaves it. */
function meanOf(around: Around, topic: NodePlan): number {
  const readers = around.nodes.filter(
    (node) => node.kind === 'process' && node.service.consumes.includes(topic.name),
  );
  const total = readers.reduce((sum, node) => sum + portY(node, 'consume', true), 0);
  return readers.length === 0 ? topic.box.y + topic.box.h / 2 : total / readers.length;
}

function downward(a: Box, b: Box, around: Around): Point[] {
  const low = Math.max(a.x, b.x) + 16;
  const high = Math.min(a.x + a.w, b.x + b.w) - 16;
  const doors = around.doors.length;
  const share = (around.doors.indexOf(around.bus) + 1) / (doors + 1);
  const x = Math.round(low + (high - low) * (around.narrow ? 0.5 : share));
  const blocked = around.nodes.some(
    ({ box }) =>
      box !== a && box !== b && box.x < x && box.x + box.w > x && box.y >= a.y + a.h && box.y + box.h <= b.y,
  );
  if (!blocked)
    return [
      { x, y: a.y + a.h },
      { x, y: b.y },
    ];
  const left = around.narrow && a.x + a.w / 2 < around.width / 2;
  const laneX = left ? a.x - 6 : Math.max(a.x + a.w, around.narrow ? 0 : b.x + b.w) + 6 + around.lane * 4;
  const startY = a.y + a.h - 30;
  const turn = b.y - (around.narrow ? 12 : 22);
  return [
    { x: left ? a.x : a.x + a.w, y: startY },
    { x: laneX, y: startY },
    { x: laneX, y: turn },
    { x, y: turn },
    { x, y: b.y },
  ];
}

/** Upward, in one column: along the nearer margin. */
function aside(a: Box, b: Box, around: Around): Point[] {
  const left = a.x + a.w / 2 < around.width / 2;
  const laneX = left ? Math.min(a.x, b.x) - 6 : Math.max(a.x + a.w, b.x + b.w) + 6;
  const startY = a.y + a.h - 30;
  const endY = b.y + b.h - 14;
  return [
    { x: left ? a.x : a.x + a.w, y: startY },
    { x: laneX, y: startY },
    { x: laneX, y: endY },
    { x: left ? b.x : b.x + b.w, y: endY },
  ];
}

function tidy(points: readonly Point[]): Point[] {
  return points.filter((point, i) => {
    const before = points[i - 1];
    return before === undefined || before.x !== point.x || before.y !== point.y;
  });
}

/** Above the longest level leg where there is one to stand on, else beside the longest leg. */
function labelPlace(points: readonly Point[]): LinkPlan['label'] {
  let best: LinkPlan['label'] = null;
  let longest = 0;
  points.forEach((point, i) => {
    const next = points[i + 1];
    if (next === undefined) return;
    const level = point.y === next.y;
    const size = Math.abs(next.x - point.x) + Math.abs(next.y - point.y);
    const worth = level && size >= LABEL_ROOM ? size + 10_000 : size;
    if (worth <= longest) return;
    longest = worth;
    const x = (point.x + next.x) / 2;
    const y = (point.y + next.y) / 2;
    best = level ? { x, y: y - 12, beside: false } : { x: x + 7, y, beside: true };
  });
  return best;
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
