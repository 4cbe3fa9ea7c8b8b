/** Why runs differ, as far as their files and traces tell: sentences, and the chain behind each run's first anomaly. */
import type { ReportedAnomaly, ReportedVerdict } from '#lib/scene/parts.ts';
import { checkTitle } from '#lib/views/check-words.ts';
import type { ComparedRun } from '#lib/views/comparison/compared-run.ts';
import type { SettingDifference } from '#lib/views/comparison/differences.ts';
import type { Measured } from '#lib/views/comparison/measures.ts';
import { spellsOf, type Pause, type PauseSpell } from '#lib/views/comparison/pauses.ts';
import { trafficSentence } from '#lib/views/comparison/traffic.ts';
import { words } from '#lib/views/comparison/words.ts';
import { clock, count, duration } from '#lib/views/number-words.ts';
import { chainSteps, type ChainStep } from '#lib/views/verdicts/chain-steps.ts';
import { headline, type Headline } from '#lib/views/verdicts/headline.ts';
import { verdictWords } from '#lib/views/verdicts/words.ts';

interface FirstAnomaly {
  readonly verdict: ReportedVerdict;
  readonly anomaly: ReportedAnomaly;
  readonly headline: Headline;
  readonly steps: readonly ChainStep[];
}

/** Null where nothing went wrong. */
export function firstAnomaly({ report, trace, topology }: ComparedRun): FirstAnomaly | null {
  const all = report.verdicts.flatMap((verdict) =>
    verdict.anomalies.map((anomaly) => ({ verdict, anomaly })),
  );
  const first = all.sort((a, b) => a.anomaly.first.seq - b.anomaly.first.seq)[0];
  if (first === undefined) return null;
  const { verdict, anomaly } = first;
  const steps = chainSteps(trace, anomaly.chain, topology);
  return { verdict, anomaly, steps, headline: headline(verdict, anomaly, steps, trace, topology) };
}

function names(list: readonly string[]): string {
  const last = list.at(-1) ?? '';
  return list.length < 2 ? last : `${list.slice(0, -1).join(', ')} and ${last}`;
}

/** What was written for a group and never handled, where a run ends with such events. */
export function leftSentences({ facts }: Measured): string[] {
  return facts.waiting
    .filter(({ left }) => left > 0)
    .map(({ left, written }) => words.neverHandled(left, written));
}

function ownersOf(pauses: readonly Pause[]): string {
  return names([...new Set(pauses.map(({ before }) => before))]);
}

/** One sentence a spell: how many partitions stood still, how long, who gave them up, how many came back. */
function spellSentence({ from, to, pauses, total, longest, returned }: PauseSpell): string {
  const many = count(pauses.length, 'partition');
  const lasted =
    pauses.length === 1
      ? `${many} stood still for ${duration(total)}`
      : `${many} stood still, ${duration(total)} together, the longest ${duration(longest)}`;
  const dead = ownersOf(pauses.filter(({ crashed }) => crashed));
  const gaveUp = ownersOf(pauses.filter(({ crashed }) => !crashed));
  const cause = [
    ...(dead === '' ? [] : [`${dead} crashed`]),
    ...(gaveUp === '' ? [] : [`given up by ${gaveUp}`]),
  ].join('; ');
  const forGood = pauses.filter(({ after }) => after === null).length;
  const back =
    returned === 0
      ? ''
      : ` ${returned} went back to the member that had had ${returned === 1 ? 'it' : 'them'}.`;
  const open = forGood === 0 ? '' : ` ${forGood} still had no reader when the run ended.`;
  return `${clock(from)} to ${clock(to)}: ${lasted}; ${cause}.${back}${open}`;
}

export function spellSentences({ facts }: Measured): string[] {
  return spellsOf(facts.pauses).map(spellSentence);
}

/** Names of settings in a sentence. */
const MOST_NAMES = 4;

function settingSentence(settings: readonly SettingDifference[]): string {
  if (settings.length === 0) return words.sameFiles;
  const distinct = [...new Set(settings.map(({ name }) => name))];
  const quoted = distinct.slice(0, MOST_NAMES).map((name) => `“${name}”`);
  if (distinct.length <= MOST_NAMES) return words.differIn(names(quoted));
  return words.differInMore(quoted.join(', '), distinct.length - MOST_NAMES);
}

/** `Effect once: valid in a and c, invalid in b.` for every claim that does not end alike. */
function claimSentences(runs: readonly ComparedRun[]): string[] {
  const ids = [...new Set(runs.flatMap(({ report }) => report.verdicts.map(({ id }) => id)))];
  return ids.flatMap((id) => {
    const found = runs.map(({ report }) => report.verdicts.find((one) => one.id === id));
    const ends = found.map((one) => (one === undefined ? words.notClaimedHere : verdictWords[one.verdict]));
    if (ends.every((end) => end === ends[0])) return [];
    const parts = [...new Set(ends)].map((end) =>
      words.verdictIn(end, names(runs.filter((_, i) => ends[i] === end).map(({ name }) => name))),
    );
    const known = found.find((one) => one !== undefined);
    return [words.claimDiffers(known === undefined ? id : checkTitle(known), parts.join(', '))];
  });
}

export function contrastSentences(
  runs: readonly ComparedRun[],
  settings: readonly SettingDifference[],
): string[] {
  const claims = claimSentences(runs);
  return [
    settingSentence(settings),
    trafficSentence(runs),
    ...(claims.length === 0 ? [words.noDifference] : claims),
  ];
}
