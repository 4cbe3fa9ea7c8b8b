/**
 * How many times a step was begun and taken before a record, by the whole service: what `nth` in a trigger on that step
 * counts, so that "its next charge" can be written down as a number.
 */
import { A, B, KIND } from '#sim/trace/block.ts';
import { Kind, Phase, RECORD_WORDS } from '#sim/trace/vocabulary.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';

export function countSteps(
  trace: ReceivedTrace,
  point: string,
  before: number,
): { readonly before: number; readonly after: number } {
  const name = trace.catalog.names.list.indexOf(point);
  const counted = { before: 0, after: 0 };
  if (name < 0) return counted;
  for (const block of trace.blocks) {
    const rows = Math.min(block.count, before - block.first);
    for (let row = 0; row < rows; row += 1) {
      const base = row * RECORD_WORDS;
      if (block.ints[base + KIND] !== Kind.step || block.ints[base + A] !== name) continue;
      if (block.ints[base + B] === Phase.before) counted.before += 1;
      else counted.after += 1;
    }
  }
  return counted;
}
