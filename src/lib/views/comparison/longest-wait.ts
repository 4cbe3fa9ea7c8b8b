/** The longest that an event waited from one delivery to the next, and what the trace has in between. */
import { tellRecord, type ToldRecord } from '#lib/scene/told-record.ts';
import type { Measured } from '#lib/views/comparison/measures.ts';
import { words } from '#lib/views/comparison/words.ts';
import { duration } from '#lib/views/number-words.ts';
import { recordSentence } from '#lib/views/record-words.ts';

/** Below this, another delivery was not waited for. */
const NOTICEABLE = 1_000;
/** Events between two deliveries, told in a row. */
const MOST_BETWEEN = 4;

interface Again {
  readonly sentence: string;
  /** What happened in between to whoever had it, and to its group. */
  readonly between: readonly { readonly at: number; readonly what: string }[];
}

/** The longest wait for another delivery, and what the trace has in between; null where there was none. */
export function longestAgain({ run, facts }: Measured): Again | null {
  const { trace } = run;
  const longest = facts.waiting
    .flatMap(({ again }) => (again === null ? [] : [again]))
    .sort((a, b) => b.to - b.from - (a.to - a.from))[0];
  if (longest === undefined || longest.to - longest.from < NOTICEABLE) return null;
  const first = tellRecord(trace, longest.first);
  const second = tellRecord(trace, longest.second);
  if (first === null || second === null) return null;
  const between: { at: number; what: string }[] = [];
  for (const kind of ['process', 'member'] as const) {
    const { index } = trace;
    for (let seq = index.nextOfKind(kind, longest.first); seq >= 0; seq = index.nextOfKind(kind, seq + 1)) {
      if (seq > longest.second) break;
      const told = tellRecord(trace, seq);
      if (told === null || !concerns(told, first)) continue;
      between.push({ at: told.at, what: recordSentence(told) });
    }
  }
  const gap = duration(longest.to - longest.from);
  return {
    sentence: words.deliveredAgain(first.subject, first.entity, second.entity, gap),
    between: between.sort((a, b) => a.at - b.at).slice(0, MOST_BETWEEN),
  };
}

function concerns(told: ToldRecord, first: ToldRecord): boolean {
  if (told.kind === 'process') return told.entity === first.entity;
  const { group, member, change } = told.fields;
  return group === first.fields.group && told.entity !== member && change !== 'rejoined';
}
