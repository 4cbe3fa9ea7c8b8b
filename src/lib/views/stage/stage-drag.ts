/**
 * Dragging on the stage, heard once at its sheet: a part by its frame, to another place; a port, to the part that it is
 * to be joined with. Touch pans instead, and every drag has a form. What is dragged is told as it goes, so that the
 * drawing follows; the click that ends a drag chooses nothing.
 */
import type { NodePlan, Point, StagePlan } from '#lib/views/stage/plan.ts';
import type { Connection } from '#lib/views/stage/stage-props.ts';
import { readTarget, type Target } from '#lib/views/stage/targets.ts';

/** The line under way from a port. */
export interface Wire {
  readonly from: Point;
  readonly to: Point;
}

export interface DragHands {
  readonly plan: () => StagePlan | null;
  readonly scale: () => number;
  readonly mayMove: () => boolean;
  readonly preview: (name: string, to: Point) => void;
  /** `keep` false: taken back. */
  readonly endMove: (keep: boolean) => void;
  readonly wire: (wire: Wire | null) => void;
  readonly connect: (wish: Connection) => void;
}

/** Pixels that a pointer may tremble in a click. */
const SLOP = 4;
/** Parts stand on a grid of so many pixels. */
const GRID = 4;

interface Drag {
  readonly pointer: number;
  readonly start: Point;
  readonly node: NodePlan;
  readonly port: boolean;
  moved: boolean;
}

export function onGrid(at: Point): Point {
  const whole = (value: number): number => Math.max(0, Math.round(value / GRID) * GRID);
  return { x: whole(at.x), y: whole(at.y) };
}

/** What joining these two means; null where it means nothing. */
export function connectionOf(from: NodePlan, to: NodePlan): Connection | null {
  if (from.kind === 'process' && to.kind === 'topic')
    return { service: from.service.name, topic: to.name, way: 'publish' };
  if (from.kind === 'topic' && to.kind === 'process')
    return { service: to.service.name, topic: from.name, way: 'consume' };
  return null;
}

function nodeOfTarget(target: Target | null, plan: StagePlan): NodePlan | null {
  if (target?.kind === 'topic') return plan.byId.get(`topic:${target.topic}`) ?? null;
  if (target?.kind === 'process' || target?.kind === 'store')
    return plan.byId.get(`${target.kind}:${target.name}`) ?? null;
  return null;
}

/** The part whose box holds a point of the drawing. */
function nodeAt(plan: StagePlan, { x, y }: Point): NodePlan | null {
  return (
    plan.nodes.find(({ box }) => x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h) ?? null
  );
}

export function stageDrag(hands: DragHands): (sheet: HTMLElement) => () => void {
  return (sheet) => {
    let drag: Drag | null = null;
    let swallow = false;

    const inDrawing = (event: PointerEvent): Point => {
      const box = sheet.querySelector('.stage-figure')?.getBoundingClientRect();
      const scale = hands.scale();
      return { x: (event.clientX - (box?.x ?? 0)) / scale, y: (event.clientY - (box?.y ?? 0)) / scale };
    };

    const begin = (event: PointerEvent): void => {
      swallow = false;
      const plan = hands.plan();
      if (event.button !== 0 || event.pointerType === 'touch' || plan === null || !hands.mayMove()) return;
      if (!(event.target instanceof Element)) return;
      const port = event.target.getAttribute('data-port');
      const text = port ?? event.target.getAttribute('data-target');
      const node = text === null ? null : nodeOfTarget(readTarget(text), plan);
      if (node === null) return;
      drag = { pointer: event.pointerId, start: inDrawing(event), node, port: port !== null, moved: false };
    };

    const move = (event: PointerEvent): void => {
      if (drag === null || event.pointerId !== drag.pointer) return;
      const at = inDrawing(event);
      const by = { x: at.x - drag.start.x, y: at.y - drag.start.y };
      if (!drag.moved) {
        if (Math.hypot(by.x, by.y) * hands.scale() < SLOP) return;
        drag.moved = true;
        sheet.setPointerCapture(drag.pointer);
      }
      event.preventDefault();
      if (drag.port) hands.wire({ from: drag.start, to: at });
      else hands.preview(drag.node.name, onGrid({ x: drag.node.box.x + by.x, y: drag.node.box.y + by.y }));
    };

    const end = (event: PointerEvent, keep: boolean): void => {
      if (drag === null || event.pointerId !== drag.pointer) return;
      const { moved, port, node } = drag;
      drag = null;
      if (!moved) return;
      swallow = true;
      if (!port) {
        hands.endMove(keep);
        return;
      }
      hands.wire(null);
      const plan = hands.plan();
      const to = plan === null ? null : nodeAt(plan, inDrawing(event));
      const wish = to === null ? null : connectionOf(node, to);
      if (keep && wish !== null) hands.connect(wish);
    };

    const up = (event: PointerEvent): void => end(event, true);
    const cancel = (event: PointerEvent): void => end(event, false);
    const click = (event: MouseEvent): void => {
      if (!swallow) return;
      swallow = false;
      event.stopImmediatePropagation();
      event.preventDefault();
    };
    const heard = new AbortController();
    const { signal } = heard;
    sheet.addEventListener('pointerdown', begin, { signal });
    sheet.addEventListener('pointermove', move, { signal });
    sheet.addEventListener('pointerup', up, { signal });
    sheet.addEventListener('pointercancel', cancel, { signal });
    sheet.addEventListener('click', click, { signal, capture: true });
    return () => heard.abort();
  };
}
