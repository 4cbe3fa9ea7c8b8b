/**
 * A machine drawn by rule: its leaf states as rectangles 22 high in one column, in the order in which they are first
 * reached, transitions as brackets beside it: down on the right, up on the left, nested by length. A transition out of a
 * compound state is drawn from each state in it that has none of its own for that event.
 */
import type { MachineGraph } from '#lib/scene/parts.ts';

export interface PlacedState {
  readonly path: string;
  /** Without the compound's name. */
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export interface PlacedEdge {
  readonly from: string;
  readonly to: string;
  /** Events that take this way. */
  readonly events: readonly string[];
  readonly d: string;
  /** Point and direction of the arrow's tip. */
  readonly tip: { readonly x: number; readonly y: number; readonly way: 'right' | 'left' | 'down' };
}

export interface MachineLayout {
  readonly states: readonly PlacedState[];
  readonly edges: readonly PlacedEdge[];
  readonly width: number;
  readonly height: number;
}

export const STATE_HEIGHT = 22;
const GAP = 20;
const LANE = 11;

function leaves(graph: MachineGraph): string[] {
  return graph.states.filter(({ initial }) => initial === null).map(({ path }) => path);
}

/** The leaf that is entered with a state. */
function entered(graph: MachineGraph, path: string): string {
  const state = graph.states.find((one) => one.path === path);
  return state === undefined || state.initial === null ? path : entered(graph, state.initial);
}

interface Way {
  readonly from: string;
  readonly to: string;
  readonly events: string[];
}

/** Between leaves; those that lead back to where they began are left out. */
function ways(graph: MachineGraph): Way[] {
  const found = new Map<string, Way>();
  for (const leaf of leaves(graph)) {
    const own = new Set(graph.transitions.filter(({ from }) => from === leaf).map(({ event }) => event));
    for (const { from, to, event, guard } of graph.transitions) {
      const inherited = leaf.startsWith(`${from}.`) && !own.has(event);
      if (to === null || (from !== leaf && !inherited)) continue;
      const target = entered(graph, to);
      if (target === leaf) continue;
      const way = found.get(`${leaf} ${target}`) ?? { from: leaf, to: target, events: [] };
      const name = guard === null ? event : `${event} [${guard}]`;
      if (!way.events.includes(name)) way.events.push(name);
      found.set(`${leaf} ${target}`, way);
    }
  }
  return [...found.values()];
}

/** Breadth first from the initial state; states that lead nowhere come last. */
function ordered(graph: MachineGraph, all: readonly Way[]): string[] {
  const order = [entered(graph, graph.initial)];
  for (let i = 0; i < order.length; i += 1) {
    for (const { from, to } of all) if (from === order[i] && !order.includes(to)) order.push(to);
  }
  const reached = [...order, ...leaves(graph).filter((path) => !order.includes(path))];
  const isEnd = (path: string): boolean => !all.some(({ from }) => from === path);
  return [...reached.filter((path) => !isEnd(path)), ...reached.filter(isEnd)];
}

export function layoutMachine(graph: MachineGraph, width = 320): MachineLayout {
  const all = ways(graph);
  const order = ordered(graph, all);
  const row = (path: string): number => order.indexOf(path);
  const byLength = [...all].sort(
    (a, b) => Math.abs(row(a.to) - row(a.from)) - Math.abs(row(b.to) - row(b.from)),
  );
  const lanes = { right: 0, left: 0 };
  const laneOf = new Map<Way, number>();
  for (const way of byLength) {
    if (row(way.to) === row(way.from) + 1) continue;
    const side = row(way.to) > row(way.from) ? 'right' : 'left';
    lanes[side] += 1;
    laneOf.set(way, lanes[side]);
  }
  const left = 8 + lanes.left * LANE;
  const boxWidth = width - 16 - (lanes.left + lanes.right) * LANE;
  const top = (path: string): number => 4 + row(path) * (STATE_HEIGHT + GAP);
  const edges = all.map((way): PlacedEdge => {
    const lane = laneOf.get(way);
    if (lane === undefined) {
      const x = left + boxWidth / 2;
      const y = top(way.to);
      return { ...way, d: `M${x} ${top(way.from) + STATE_HEIGHT}V${y}`, tip: { x, y, way: 'down' } };
    }
    const down = row(way.to) > row(way.from);
    const edge = down ? left + boxWidth : left;
    const out = down ? edge + lane * LANE : edge - lane * LANE;
    // Lanes leave and arrive a little apart, so that two brackets at one state stay two.
    const shift = Math.min(8, lane * 2);
    const from = top(way.from) + STATE_HEIGHT / 2 + (down ? shift : -shift);
    const to = top(way.to) + STATE_HEIGHT / 2 + (down ? -shift : shift);
    return {
      ...way,
      d: `M${edge} ${from}H${out}V${to}H${edge}`,
      tip: { x: edge, y: to, way: down ? 'left' : 'right' },
    };
  });
  const states = order.map((path) => ({
    path,
    label: path.split('.').pop() ?? path,
    x: left,
    y: top(path),
    width: boxWidth,
  }));
  return { states, edges, width, height: 8 + order.length * (STATE_HEIGHT + GAP) - GAP };
}
