/** Whether runs were given the same work: what their sources published, in which order, and when. */
import { tellRecord } from '#lib/scene/told-record.ts';
import type { ComparedRun } from '#lib/views/comparison/compared-run.ts';
import { words } from '#lib/views/comparison/words.ts';
import { count, duration } from '#lib/views/number-words.ts';
import { D, KIND, type Block } from '#sim/trace/block.ts';
import { Kind, RECORD_FLOATS, RECORD_WORDS } from '#sim/trace/vocabulary.ts';

interface Published {
  readonly at: number;
  readonly what: string;
}

/** What sources published and when; events that answer others are left out. */
function trafficOf({ trace }: ComparedRun): Published[] {
  const published: Published[] = [];
  const take = ({ ints, floats, first }: Block, row: number): void => {
    const base = row * RECORD_WORDS;
    if (ints[base + KIND] !== Kind.produce || (ints[base + D] as number) >= 0) return;
    const told = tellRecord(trace, first + row);
    published.push({
      at: floats[row * RECORD_FLOATS] as number,
      what: `${told?.type ?? ''} ${told?.subject ?? ''}`,
    });
  };
  for (const block of trace.blocks) for (let row = 0; row < block.count; row += 1) take(block, row);
  return published;
}

/** Whether the runs were given the same work: the same events in the same order, at the same times or nearly. */
export function trafficSentence(runs: readonly ComparedRun[]): string {
  const [first = [], ...others] = runs.map(trafficOf);
  const same = others.every(
    (other) => other.length === first.length && other.every(({ what }, i) => what === first[i]?.what),
  );
  if (!same) return words.otherTraffic;
  const apart = Math.max(
    0,
    ...others.flatMap((other) => other.map(({ at }, i) => Math.abs(at - (first[i]?.at ?? at)))),
  );
  const many = count(first.length, 'event');
  return apart === 0 ? words.sameTraffic(many) : words.nearlySameTraffic(many, duration(apart));
}
