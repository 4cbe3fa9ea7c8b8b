/**
 * The stage's pointer and keys, heard once at its sheet: arrows follow links, steps and records, Enter and a click
 * choose, `b` breaks, `t` turns to the table, Escape leaves. A click on a crash point arms it; a click on a moving
 * message finds it by its place, since canvas marks are not elements.
 */
import { tick } from 'svelte';
import type { Topology } from '#lib/scene/parts.ts';
import type { Scene } from '#lib/scene/scene.ts';
import type { Selection } from '#lib/scene/selection.ts';
import type { Mark } from '#lib/views/stage/movers.ts';
import type { StagePlan } from '#lib/views/stage/plan.ts';
import type { StageCursor } from '#lib/views/stage/stage-cursor.svelte.ts';
import { stripView } from '#lib/views/stage/strip-facts.ts';
import { breakOf, readTarget, selectionOf, type BreakTarget, type Target } from '#lib/views/stage/targets.ts';
import { isArrow, walk, type Arrow } from '#lib/views/stage/walk.ts';

export interface StageHands {
  readonly cursor: StageCursor;
  readonly plan: () => StagePlan | null;
  readonly topology: () => Topology | null;
  readonly scene: () => Scene | null;
  readonly marks: () => readonly Mark[];
  readonly scale: () => number;
  readonly singleKeys: () => boolean;
  readonly select: (selection: Selection | null) => void;
  readonly breakIt: (target: BreakTarget) => void;
  readonly toggleTable: () => void;
  readonly leave: () => void;
}

const REACH = 12;

/** The message in flight under a point of the drawing, the topmost first. */
export function markUnder(marks: readonly Mark[], x: number, y: number): Mark | null {
  for (let i = marks.length - 1; i >= 0; i -= 1) {
    const mark = marks[i];
    if (mark === undefined || mark.kind !== 'token' || mark.lid < 0) continue;
    if (Math.abs(mark.x - x) <= REACH && Math.abs(mark.y - y) <= REACH) return mark;
  }
  return null;
}

/** Where a key on a strip moves the record under the cursor; null = off the strip. */
export function recordStep(
  from: number,
  end: number,
  offset: number | null,
  key: 'ArrowLeft' | 'ArrowRight' | 'Home' | 'End',
): number | null {
  if (end <= from) return null;
  if (key === 'Home') return from;
  if (key === 'End') return end - 1;
  if (offset === null) return key === 'ArrowRight' ? from : null;
  const next = offset + (key === 'ArrowRight' ? 1 : -1);
  return next < from || next >= end ? null : next;
}

export function stageKeys(hands: StageHands): (sheet: HTMLElement) => () => void {
  return (sheet) => {
    const onclick = (event: MouseEvent): void => click(hands, sheet, event);
    const onkeydown = (event: KeyboardEvent): void => keydown(hands, sheet, event);
    const onfocusin = (event: FocusEvent): void => {
      const text = targetTextAt(event.target);
      if (text === null || text === hands.cursor.at) return;
      hands.cursor.at = text;
      hands.cursor.offset = null;
    };
    sheet.addEventListener('click', onclick);
    sheet.addEventListener('keydown', onkeydown);
    sheet.addEventListener('focusin', onfocusin);
    return () => {
      sheet.removeEventListener('click', onclick);
      sheet.removeEventListener('keydown', onkeydown);
      sheet.removeEventListener('focusin', onfocusin);
    };
  };
}

function targetTextAt(from: EventTarget | null): string | null {
  if (!(from instanceof Element)) return null;
  return from.closest('[data-target]')?.getAttribute('data-target') ?? null;
}

function click(hands: StageHands, sheet: HTMLElement, event: MouseEvent): void {
  const drawing = sheet.querySelector('.stage-figure');
  if (drawing === null || !(event.target instanceof Element) || !drawing.contains(event.target)) return;
  const box = drawing.getBoundingClientRect();
  const scale = hands.scale();
  const mark = markUnder(hands.marks(), (event.clientX - box.x) / scale, (event.clientY - box.y) / scale);
  const text = targetTextAt(event.target);
  const target: Target | null =
    mark === null ? (text === null ? null : readTarget(text)) : { kind: 'message', lid: mark.lid };
  if (target === null) hands.select(null);
  else act(hands, target);
}

/** A crash point is armed or disarmed; everything else is chosen. */
function act(hands: StageHands, target: Target): void {
  if (target.kind === 'tick') breakIt(hands, target);
  else {
    const selection = selectionOf(target);
    if (selection !== null) hands.select(selection);
  }
}

function breakIt(hands: StageHands, target: Target): void {
  const topology = hands.topology();
  const broken = topology === null ? null : breakOf(target, topology);
  if (broken !== null) hands.breakIt(broken);
}

function keydown(hands: StageHands, sheet: HTMLElement, event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const text = targetTextAt(event.target);
  const target = text === null ? null : readTarget(text);
  if (handled(hands, sheet, event.key, target)) {
    event.preventDefault();
    event.stopPropagation();
  }
}

function handled(hands: StageHands, sheet: HTMLElement, key: string, target: Target | null): boolean {
  if (key === 't' && hands.singleKeys()) {
    hands.toggleTable();
    // What had the focus is gone; the other view's first stop takes it.
    void tick().then(() => focusFirst(sheet));
    return true;
  }
  if (target === null) return false;
  if (target.kind === 'partition' && onStrip(hands, target, key)) return true;
  if (isArrow(key)) return move(hands, sheet, key);
  if (key === 'Enter' || key === ' ') {
    act(hands, recordUnder(hands, target) ?? target);
    return true;
  }
  if (key === 'b' && hands.singleKeys()) {
    breakIt(hands, target);
    return true;
  }
  if (key === 'Escape') {
    if (hands.cursor.offset === null) hands.leave();
    else hands.cursor.offset = null;
    return true;
  }
  return false;
}

function focusFirst(sheet: HTMLElement): void {
  const first = sheet.querySelector('[tabindex="0"]');
  if (first instanceof HTMLElement || first instanceof SVGElement) first.focus();
}

function stripOf(hands: StageHands, target: Target): { readonly from: number; readonly end: number } | null {
  if (target.kind !== 'partition') return null;
  const partition = hands
    .scene()
    ?.partitions.find((one) => one.topic === target.topic && one.partition === target.partition);
  const node = hands.plan()?.byId.get(`topic:${target.topic}`);
  if (partition === undefined || node?.kind !== 'topic') return null;
  return { from: stripView(partition, node.cells).from, end: partition.end };
}

function onStrip(hands: StageHands, target: Target, key: string): boolean {
  if (key !== 'ArrowLeft' && key !== 'ArrowRight' && key !== 'Home' && key !== 'End') return false;
  const strip = stripOf(hands, target);
  if (strip === null) return false;
  const { cursor } = hands;
  const before = cursor.offset;
  cursor.offset = recordStep(strip.from, strip.end, before, key);
  // Off the strip's left end the cursor comes back to the strip itself; from there on arrows follow links.
  return cursor.offset !== null || before !== null;
}

function recordUnder(hands: StageHands, target: Target): Target | null {
  if (target.kind !== 'partition' || hands.cursor.offset === null) return null;
  const partition = hands
    .scene()
    ?.partitions.find((one) => one.topic === target.topic && one.partition === target.partition);
  const record = partition?.records.find(({ offset }) => offset === hands.cursor.offset);
  return record === undefined ? null : { kind: 'message', lid: record.lid };
}

function move(hands: StageHands, sheet: HTMLElement, arrow: Arrow): boolean {
  const plan = hands.plan();
  const next = plan === null ? null : walk(plan, hands.cursor.at, arrow);
  if (next === null) return true;
  hands.cursor.at = next;
  hands.cursor.offset = null;
  const element = sheet.querySelector(`[data-target="${CSS.escape(next)}"]`);
  if (element instanceof SVGElement) element.focus({ preventScroll: false });
  return true;
}
