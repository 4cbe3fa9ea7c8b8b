/** The timeline's lanes as tables: the same facts as the picture, up to the playhead, for reading without it. */
import type { Timeline } from '#lib/scene/timeline.ts';
import { clock } from '#lib/views/number-words.ts';
import { faultText } from '#lib/views/timeline/fault-words.ts';
import { words } from '#lib/views/timeline/words.ts';

export interface LaneTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Rows that were left out before the first. */
  readonly hidden: number;
}

/** The last rows say most; all of a long lane would bury the page. */
const MOST = 200;

function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): LaneTable {
  return { title, head, rows: rows.slice(-MOST), hidden: Math.max(0, rows.length - MOST) };
}

export function laneTables(timeline: Timeline, playhead: number): LaneTable[] {
  const faults = timeline.faults.flatMap((fault) =>
    fault.bars
      .filter(({ from }) => from <= playhead)
      .map(({ from, to }) => [
        faultText(fault),
        clock(from),
        to === null || to > playhead ? words.still : clock(to),
      ]),
  );
  const groups = timeline.groups.map(({ group, spans }) =>
    table(
      `Group ${group}`,
      [words.from, words.state, words.generation, words.assignment],
      spans
        .filter(({ from }) => from <= playhead)
        .map(({ from, state, generation, assignment }) => [
          clock(from),
          state,
          String(generation),
          assignment.map(({ member, partitions }) => `${member}: ${partitions.join(', ')}`).join('; '),
        ]),
    ),
  );
  const lags = timeline.lag.map(({ group, total }) => {
    const rows: string[][] = [];
    for (let i = 0; i < total.length && (total.at[i] as number) <= playhead; i += 1) {
      rows.push([clock(total.at[i] as number), String(total.value[i])]);
    }
    return table(`Lag of group ${group}, records`, [words.at, words.value], rows);
  });
  const effects = timeline.effects.map(({ effect, at, nth, length }) => {
    const rows: string[][] = [];
    for (let i = 0; i < length && (at[i] as number) <= playhead; i += 1)
      rows.push([clock(at[i] as number), String(nth[i])]);
    return table(effect, [words.at, words.time], rows);
  });
  const verdicts = timeline.verdicts
    .filter(({ at }) => at <= playhead)
    .map(({ at, subject, kind, check }) => [clock(at), subject, kind, check]);
  return [
    table('Faults', [words.fault, words.from, words.to], faults),
    ...groups,
    ...lags,
    ...effects,
    table('Verdicts', [words.at, words.subject, words.kind, 'Claim'], verdicts),
  ];
}
