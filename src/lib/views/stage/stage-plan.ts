/** The whole stage from a topology, for a width to draw in: which layout, where each part stands, how lines run. */
import type { Topology } from '#lib/scene/parts.ts';
import { arrangeNarrow, arrangeWide } from '#lib/views/stage/arrange.ts';
import type { StagePlan, StagePositions } from '#lib/views/stage/plan.ts';
import { routeLinks } from '#lib/views/stage/route.ts';

/** Below this a stage is drawn anew from top to bottom. */
export const NARROW = 600;

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
