/**
 * Where an arrow key leads on the stage: along links from part to part; down into a process's steps or a topic's
 * partitions and up out of them. Records on a strip are the strip's own matter.
 */
import type { NodePlan, StagePlan } from '#lib/views/stage/plan.ts';
import { readTarget, targetText, type Target } from '#lib/views/stage/targets.ts';

export type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

export function isArrow(key: string): key is Arrow {
  return key === 'ArrowLeft' || key === 'ArrowRight' || key === 'ArrowUp' || key === 'ArrowDown';
}

/** Where the keyboard enters the stage: the part furthest to the left, then to the top. */
export function firstTarget(plan: StagePlan): string {
  const [first] = [...plan.nodes].sort((a, b) => a.box.x - b.box.x || a.box.y - b.box.y);
  return first === undefined ? '' : ownTarget(first);
}

function ownTarget(node: NodePlan): string {
  if (node.kind === 'topic') return targetText({ kind: 'topic', topic: node.name });
  return targetText({ kind: node.kind, name: node.name });
}

/** The part that a target stands in. */
export function nodeOf(target: Target, plan: StagePlan): NodePlan | null {
  switch (target.kind) {
    case 'topic':
    case 'partition':
      return plan.byId.get(`topic:${target.topic}`) ?? null;
    case 'step':
    case 'tick':
      return plan.byId.get(`process:${target.process}`) ?? null;
    case 'process':
    case 'store':
      return plan.byId.get(`${target.kind}:${target.name}`) ?? null;
    default:
      return null;
  }
}

/** The next target, or null where there is none that way. */
export function walk(plan: StagePlan, from: string, arrow: Arrow): string | null {
  const target = readTarget(from);
  const node = target === null ? null : nodeOf(target, plan);
  if (target === null || node === null) return firstTarget(plan) || null;
  const inner = insideOf(node);
  const place = inner.indexOf(from);
  if (place < 0) {
    if (arrow === 'ArrowDown' && inner.length > 0) return inner[0] ?? null;
    return beyond(plan, node, arrow);
  }
  const along =
    node.kind === 'topic'
      ? arrow === 'ArrowDown' || arrow === 'ArrowUp'
      : arrow === 'ArrowLeft' || arrow === 'ArrowRight';
  if (!along) {
    if (node.kind === 'process' && arrow === 'ArrowUp') return ownTarget(node);
    return beyond(plan, node, arrow);
  }
  const forward = arrow === 'ArrowDown' || arrow === 'ArrowRight';
  const next = inner[place + (forward ? 1 : -1)];
  if (next !== undefined) return next;
  return forward ? beyond(plan, node, arrow) : ownTarget(node);
}

function insideOf(node: NodePlan): string[] {
  if (node.kind === 'topic')
    return node.strips.map(({ partition }) => targetText({ kind: 'partition', topic: node.name, partition }));
  if (node.kind === 'store') return [];
  const process = node.name;
  return node.programs.flatMap(({ cells, ticks }) => [
    ...cells
      .filter(({ step }) => step >= 0)
      .flatMap(({ point }) =>
        [
          ...ticks.filter((tick) => tick.point === point && tick.phase === 'before'),
          null,
          ...ticks.filter((tick) => tick.point === point && tick.phase === 'after'),
        ].map((tick) =>
          tick === null
            ? targetText({ kind: 'step', process, point })
            : targetText({ kind: 'tick', process, point, phase: tick.phase }),
        ),
      ),
  ]);
}

/** The nearest part that way, those that a link joins before all others. */
function beyond(plan: StagePlan, node: NodePlan, arrow: Arrow): string | null {
  const linked = new Set(
    plan.links.flatMap(({ from, to }) => (from === node.id ? [to] : to === node.id ? [from] : [])),
  );
  const middle = { x: node.box.x + node.box.w / 2, y: node.box.y + node.box.h / 2 };
  let best: { readonly node: NodePlan; readonly cost: number } | null = null;
  for (const other of plan.nodes) {
    if (other === node) continue;
    const dx = other.box.x + other.box.w / 2 - middle.x;
    const dy = other.box.y + other.box.h / 2 - middle.y;
    const level = arrow === 'ArrowLeft' || arrow === 'ArrowRight';
    const ahead = (level ? dx : dy) * (arrow === 'ArrowRight' || arrow === 'ArrowDown' ? 1 : -1);
    const side = Math.abs(level ? dy : dx);
    const most = level ? (node.box.w + other.box.w) / 2 : (node.box.h + other.box.h) / 2;
    if (ahead < most * 0.6) continue;
    const cost = ahead + side * 2 + (linked.has(other.id) ? 0 : 4_000);
    if (best === null || cost < best.cost) best = { node: other, cost };
  }
  return best === null ? null : ownTarget(best.node);
}
