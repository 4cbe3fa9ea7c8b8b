/**
 * Automatic layout: producers, topics, consumers from left to right, stores below their callers (or to the right where
 * there is room). dagre orders each column and levels what belongs together; columns and the lowest row are ours, since
 * a topic written by a consumer would otherwise open a fifth column. Positions that the document keeps come last.
 */
import { Graph, layout } from '@dagrejs/dagre';
import type { Topology } from '#lib/scene/parts.ts';
import { processShape, storeShape, topicShape } from '#lib/views/stage/box-shapes.ts';
import type { NodePlan, StagePositions } from '#lib/views/stage/plan.ts';

const columnWidths = { producer: 140, topic: 350, consumer: 242 };
const MARGIN = 20;
const GUTTERS = [48, 66, 56];
const BETWEEN = 24;
const PROCESSES_APART = 36;
const ABOVE_STORE = 60;

type Column = 0 | 1 | 2 | 3;
type Placed = { node: NodePlan; column: Column; x: number; y: number };

export interface Arranged {
  readonly nodes: NodePlan[];
  readonly width: number;
  readonly height: number;
}

function isSource(service: Topology['services'][number]): boolean {
  return service.consumes.length === 0;
}

/** Groups that read a topic, in the file's order. */
function readersOf(topology: Topology, topic: string): string[] {
  const names = topology.services.flatMap(({ consumes, group, name }) =>
    consumes.includes(topic) ? [group ?? name] : [],
  );
  return [...new Set(names)];
}

/** Which services speak to a store. */
function callersOf(topology: Topology, store: string): string[] {
  return topology.links
    .filter(({ kind, to }) => (kind === 'call' || kind === 'statement') && to === store)
    .map(({ service }) => service);
}

export function arrangeWide(topology: Topology, room: number, positions: StagePositions): Arranged {
  const placed = shapesIn(topology);
  orderByDagre(topology, placed);
  const beside = room >= 1180;
  const stores = topology.stores.map((store): Placed => {
    const callers = callersOf(topology, store.name);
    const ofSources =
      callers.length > 0 && topology.services.every((s) => !callers.includes(s.name) || isSource(s));
    const w = ofSources ? columnWidths.producer : columnWidths.consumer;
    return { node: storeShape(store, w), column: ofSources ? 0 : beside ? 3 : 2, x: 0, y: 0 };
  });
  setColumns([...placed, ...stores]);
  packColumns(placed);
  placeStores(placed, stores);
  return finish([...placed, ...stores], positions);
}

function shapesIn(topology: Topology): Placed[] {
  return [
    ...topology.services.flatMap((service) =>
      service.instances.map((instance): Placed => {
        const column = isSource(service) ? 0 : 2;
        const w = column === 0 ? columnWidths.producer : columnWidths.consumer;
        return { node: processShape(service, instance, w), column, x: 0, y: 0 };
      }),
    ),
    ...topology.brokers.flatMap((broker) =>
      broker.topics.map((topic): Placed => {
        const node = topicShape(broker, topic, readersOf(topology, topic.name), columnWidths.topic);
        return { node, column: 1, x: 0, y: 0 };
      }),
    ),
  ];
}

/** Every edge points to the right, whichever way its messages go: the order wanted is that of the columns. */
function orderByDagre(topology: Topology, placed: readonly Placed[]): void {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: BETWEEN, ranksep: GUTTERS[0] ?? 48 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { node } of placed) graph.setNode(node.id, { width: node.box.w, height: node.box.h });
  for (const service of topology.services) {
    const topics = [...new Set([...service.consumes, ...service.publishes.map(({ topic }) => topic)])];
    for (const { name } of service.instances) {
      for (const topic of topics) {
        if (!graph.hasNode(`topic:${topic}`)) continue;
        if (isSource(service)) graph.setEdge(`process:${name}`, `topic:${topic}`);
        else graph.setEdge(`topic:${topic}`, `process:${name}`);
      }
    }
  }
  layout(graph);
  for (const one of placed) {
    const { y } = graph.node(one.node.id);
    one.y = (y ?? 0) - one.node.box.h / 2;
  }
}

function setColumns(all: readonly Placed[]): void {
  let x = MARGIN;
  for (const column of [0, 1, 2, 3] as const) {
    const inIt = all.filter((one) => one.column === column);
    if (inIt.length === 0) continue;
    const w = Math.max(...inIt.map(({ node }) => node.box.w));
    for (const one of inIt) one.x = x;
    x += w + (GUTTERS[column] ?? 0);
  }
}

/**
 * Stacks each column in dagre's order, round the height that dagre gave its middle; instances of one service follow
 * their numbers. Then lifts all to the top edge.
 */
function packColumns(placed: readonly Placed[]): void {
  for (const column of [0, 1, 2] as const) {
    const inIt = placed.filter((one) => one.column === column).sort((a, b) => a.y - b.y);
    if (inIt.length === 0) continue;
    const gap = column === 1 ? BETWEEN : PROCESSES_APART;
    const size = inIt.reduce((sum, { node }) => sum + node.box.h + gap, -gap);
    const middle = inIt.reduce((sum, { node, y }) => sum + y + node.box.h / 2, 0) / inIt.length;
    const ordered = [...inIt].sort(
      (a, b) => rankOf(a, inIt) - rankOf(b, inIt) || placed.indexOf(a) - placed.indexOf(b),
    );
    let y = middle - size / 2;
    for (const one of ordered) {
      one.y = y;
      y += one.node.box.h + gap;
    }
  }
  const top = Math.min(...placed.map(({ y }) => y));
  for (const one of placed) one.y = Math.round(one.y - top + 12);
}

/** A service's instances stand where the first of them would. */
function rankOf({ node }: Placed, column: readonly Placed[]): number {
  return column.findIndex(
    (other) =>
      other.node === node ||
      (other.node.kind === 'process' && node.kind === 'process' && other.node.service === node.service),
  );
}

function bottomOf(list: readonly Placed[]): number {
  return Math.max(0, ...list.map(({ node, y }) => y + node.box.h));
}

/** Below their column, where that leaves all bottoms level; columns with a store below them move to the top. */
function placeStores(placed: readonly Placed[], stores: readonly Placed[]): void {
  for (const column of [0, 2] as const) {
    const own = placed.filter((one) => one.column === column).sort((a, b) => a.y - b.y);
    const below = stores.filter((one) => one.column === column);
    if (below.length === 0) continue;
    const need = below.reduce((sum, { node }) => sum + node.box.h + BETWEEN, ABOVE_STORE - BETWEEN);
    const over = bottomOf(own) + need - bottomOf(placed);
    const lift = Math.min(Math.max(0, over), (own[0]?.y ?? 12) - 12);
    for (const one of own) one.y -= lift;
  }
  const height = Math.max(
    ...[0, 1, 2, 3].map((column) => {
      const below = stores.filter((one) => one.column === column);
      const stack = below.reduce((sum, { node }) => sum + node.box.h + BETWEEN, -BETWEEN);
      const own = bottomOf(placed.filter((one) => one.column === column));
      return below.length === 0 ? own : own + (own === 0 ? 12 : ABOVE_STORE) + stack;
    }),
  );
  for (const column of [0, 2, 3] as const) {
    let bottom = column === 3 ? Number.NaN : height;
    const below = stores.filter((one) => one.column === column);
    if (column === 3) {
      const stack = below.reduce((sum, { node }) => sum + node.box.h + BETWEEN, -BETWEEN);
      bottom = Math.max(stack + 12, (height + stack) / 2);
    }
    for (const one of [...below].reverse()) {
      one.y = Math.round(bottom - one.node.box.h);
      bottom = one.y - BETWEEN;
    }
  }
}

function finish(all: readonly Placed[], positions: StagePositions): Arranged {
  const nodes = all.map(({ node, x, y }): NodePlan => {
    const kept = Object.hasOwn(positions, node.name) ? positions[node.name] : undefined;
    return { ...node, box: { ...node.box, x: kept?.x ?? x, y: kept?.y ?? y } };
  });
  return {
    nodes,
    width: Math.max(...nodes.map(({ box }) => box.x + box.w)) + MARGIN + 4,
    height: Math.max(...nodes.map(({ box }) => box.y + box.h)) + 16,
  };
}

/** One column for a phone: producers, topics, consumers side by side where they fit, stores. */
export function arrangeNarrow(topology: Topology, room: number): Arranged {
  const width = Math.max(320, room);
  const full = width - 24;
  const half = (full - 12) / 2;
  const nodes: NodePlan[] = [];
  let y = 10;
  const row = (shapes: readonly NodePlan[]): void => {
    let x = 12;
    for (const node of shapes) {
      nodes.push({ ...node, box: { ...node.box, x, y } });
      x += node.box.w + 12;
    }
    y += Math.max(...shapes.map(({ box }) => box.h)) + 36;
  };
  const processes = (sources: boolean): void => {
    const all = topology.services
      .filter((service) => isSource(service) === sources)
      .flatMap((service) => service.instances.map((instance) => ({ service, instance })));
    for (let i = 0; i < all.length; i += 2) {
      const pair = all.slice(i, i + 2);
      row(pair.map(({ service, instance }) => processShape(service, instance, half)));
    }
  };
  processes(true);
  for (const broker of topology.brokers)
    for (const topic of broker.topics)
      row([topicShape(broker, topic, readersOf(topology, topic.name), full)]);
  processes(false);
  for (const store of topology.stores) row([storeShape(store, full)]);
  return { nodes, width, height: y - 20 };
}
