/** The whole stage from a topology, for a width to draw in: which layout, where each part stands, how lines run. */
import type { Topology } from '#lib/scene/parts.ts';
import { arrangeNarrow, arrangeWide } from '#lib/views/stage/arrange.ts';
import type { ChainPlaces } from '#lib/views/stage/chain-places.ts';
import type { StagePlan, StagePositions } from '#lib/views/stage/plan.ts';
import { routeLinks } from '#lib/views/stage/route.ts';

/** Below this a stage is drawn anew from top to bottom. */
export const NARROW = 600;

/** How far the room may shrink or enlarge a drawing; smaller it pans. */
export const SCALES = { least: 0.75, most: 1.25 } as const;

export function planStage(topology: Topology, room: number, positions: StagePositions = {}): StagePlan {
  const narrow = room < NARROW;
  const { nodes, width, height } = narrow
    ? arrangeNarrow(topology, room)
    : arrangeWide(topology, room, positions);
  const links = routeLinks(topology, nodes, narrow, width);
  const right = Math.max(width, ...links.flatMap(({ points }) => points.map(({ x }) => x + 10)));
  return {
    width: Math.round(right),
    height: Math.round(height),
    narrow,
    nodes,
    links,
    byId: new Map(nodes.map((node) => [node.id, node])),
  };
}

/** Only the parts and links that a chain runs through, where they stood: nothing moves because a verdict is opened. */
export function keptOnChain(plan: StagePlan, chain: Pick<ChainPlaces, 'nodes' | 'links'>): StagePlan {
  const nodes = plan.nodes.filter(({ id }) => chain.nodes.has(id));
  const links = plan.links.filter(({ id }) => chain.links.has(id));
  return { ...plan, nodes, links, byId: new Map(nodes.map((node) => [node.id, node])) };
}
