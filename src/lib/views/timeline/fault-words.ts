/** Faults as the timeline says them, and what of them can be changed by dragging or by form. */
import type { FaultLane } from '#lib/scene/timeline.ts';
import { clock, duration } from '#lib/views/number-words.ts';

/** What a drag or the form leaves: start (null = its trigger) and duration (null = for good, or a moment). */
export interface FaultTimes {
  readonly at: number | null;
  readonly lasts: number | null;
}

const LASTING: readonly string[] = ['crash', 'pause', 'slow', 'partition', 'latency', 'drop'];

export function canLast(fault: FaultLane): boolean {
  return LASTING.includes(fault.kind);
}

/** A pause must end; the others may be for good. */
export function mayBeForGood(fault: FaultLane): boolean {
  return canLast(fault) && fault.kind !== 'pause';
}

/** `F1 crash payment, after payment/charge, time 3, for 5 s` */
export function faultText(fault: FaultLane): string {
  const { trigger, lasts } = fault.planned;
  return [
    `F${fault.number} ${fault.kind} ${fault.target}`,
    ...(trigger === '' ? [] : [trigger]),
    ...(lasts === null ? [] : [`for ${duration(lasts)}`]),
  ].join(', ');
}

/** Fullest first: a narrow axis has room for less. */
export function faultTexts(fault: FaultLane): string[] {
  return [
    faultText(fault),
    `F${fault.number} ${fault.kind} ${fault.target}`,
    `F${fault.number} ${fault.kind}`,
    `F${fault.number}`,
  ];
}

export function faultLabel(fault: FaultLane): string {
  const { at } = fault.planned;
  const from = at === null ? (fault.bars[0]?.from ?? null) : at;
  return `${faultText(fault)}${from === null ? ', has not struck' : `, from ${clock(from)}`}`;
}

/** Which of the three looks a fault has. */
export function toneOf(kind: string): 'slow' | 'paused' | 'fault' {
  if (kind === 'slow' || kind === 'latency') return 'slow';
  return kind === 'pause' ? 'paused' : 'fault';
}
