/**
 * What a world's stored trace says, in text, for programs outside the simulator: the trace itself part by part, single
 * records by seq, and the faults that struck.
 */
import { nameOf } from '#sim/base/names.ts';
import { formatTime } from '#sim/base/time.ts';
import { KIND, rowAt, type Block } from '#sim/trace/block.ts';
import { TraceIndex } from '#sim/trace/index.ts';
import { blockText, headerText, recordLine, type TraceFormat, type TraceHeader } from '#sim/trace/text.ts';
import { Kind, RECORD_WORDS } from '#sim/trace/vocabulary.ts';

export type { TraceFormat } from '#sim/trace/text.ts';

/** A world, as far as its trace goes. */
export interface Traced {
  trace(): { readonly blocks: readonly Block[]; readonly header: TraceHeader };
}

/** Part 0 is the header, the others are lines of records; null after the last. */
export function tracePart(world: Traced, format: TraceFormat, part: number): string | null {
  const { blocks, header } = world.trace();
  if (part === 0) return headerText(format, header);
  const block = blocks[part - 1];
  return block === undefined ? null : blockText(format, header, block);
}

/** Gives the lines of records, as far as they are stored. */
export function recordTeller(world: Traced): (seqs: readonly number[]) => string[] {
  const { blocks, header } = world.trace();
  const index = new TraceIndex();
  index.extend(blocks);
  return (seqs) => {
    const rows = seqs.map((seq) => index.row(seq)).filter((row) => row !== null);
    return rows.map((row) => recordLine(header, row));
  };
}

/** `00:12.480 crash of payment-1 begins`, in the order of time. */
export function faultLines(world: Traced): string[] {
  const { blocks, header } = world.trace();
  const names = header.catalog.names;
  const lines: string[] = [];
  for (const block of blocks) {
    for (let row = 0; row < block.count; row += 1) {
      if (block.ints[row * RECORD_WORDS + KIND] !== Kind.fault) continue;
      const { at, b: active, c: kind, d: target } = rowAt(block, row);
      const turn = active === 1 ? 'begins' : 'ends';
      lines.push(`${formatTime(at)} ${nameOf(names, kind)} of ${nameOf(names, target)} ${turn}`);
    }
  }
  return lines;
}
