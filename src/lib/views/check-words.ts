/**
 * The invariants in words: title, number in the curriculum's list, what each claims, and by anomaly what happened to the
 * subject. One table for outline, timeline and verdicts.
 */
import type { ReportedAnomaly, ReportedVerdict, Topology } from '#lib/scene/parts.ts';
import { effectDone } from '#lib/views/effect-words.ts';
import { count, times } from '#lib/views/number-words.ts';

interface CheckWords {
  readonly title: string;
  readonly number: string;
  /** What it claims, and why that can fail. */
  readonly why: string;
}

const table: Readonly<Record<string, CheckWords>> = {
  'no-loss': {
    title: 'No loss',
    number: 'V01',
    why: 'Every event whose producer was told that it is written must be handled in every group that reads it. A commit says that everything before an offset is done, so committing early, or going on after a failure, loses the record for good.',
  },
  'effect-once': {
    title: 'Effect once',
    number: 'V03',
    why: 'A log delivers at least once: what was done but not committed is delivered again. An effect happens once only if the second attempt can be recognised, by an idempotency key or a unique key written in the same transaction.',
  },
  'key-order': {
    title: 'Order per key',
    number: 'V05',
    why: 'Records of one key stand in one partition, in the order in which they were written. The order holds only while one consumer works on them one after the other; retries, redelivery and parallel handling break it.',
  },
  'commit-safety': {
    title: 'Commit safety',
    number: 'V07',
    why: 'A committed offset is a promise: everything before it is done. A commit that comes before the work makes the record vanish when the process dies in between.',
  },
  outbox: {
    title: 'Row and event agree',
    number: 'V12',
    why: 'A database and a log have no common transaction. Whoever writes both, one after the other, can die in between. An outbox row in the same transaction, read by a relay, keeps the two together.',
  },
  'exclusive-assignment': {
    title: 'One owner a partition',
    number: 'V22',
    why: 'Within one generation a partition belongs to one member. A member that was away longer than its session still believes in its old generation until the coordinator tells it otherwise.',
  },
  'no-phantom-effect': {
    title: 'No effect of nothing',
    number: 'V04',
    why: 'Whoever acts must have been told of something that took place. A transaction that is aborted takes its records back, but they stay in the log: a consumer that reads uncommitted records is given them all the same.',
  },
  progress: {
    title: 'Progress',
    number: 'V26',
    why: 'Where a healthy consumer owns a partition with records in it, the committed offset must go on. A record that cannot be handled and is tried for ever stops everything behind it.',
  },
};

export function checkWords(check: string): CheckWords {
  return table[check] ?? { title: check, number: '', why: '' };
}

/** Two claims by the same checker are told apart by what they are about. */
export function checkTitle(verdict: { readonly checker: string; readonly id: string }): string {
  const { title } = checkWords(verdict.checker);
  return verdict.id === verdict.checker ? title : `${title}, ${verdict.id}`;
}

/** What happened, without the subject before it and the full stop behind it. */
export function happened(verdict: ReportedVerdict, anomaly: ReportedAnomaly, topology: Topology): string {
  const { kind } = anomaly;
  if (verdict.checker === 'effect-once' && verdict.of !== null) {
    const done = effectDone(verdict.of, tablesOf(topology));
    return kind === 'duplicate' ? `was ${done} ${times(anomaly.count)}` : `was never ${done}`;
  }
  if (verdict.checker === 'outbox') {
    return kind === 'ghost' ? 'was announced and never saved' : 'was saved and never announced';
  }
  if (verdict.checker === 'commit-safety' && kind === 'skipped')
    return 'was committed before it was worked on';
  if (verdict.checker === 'progress') {
    return anomaly.note.startsWith('delivered')
      ? `was delivered ${count(anomaly.count, 'time')}`
      : 'stands still';
  }
  return anomalyWords[kind] ?? kind;
}

const anomalyWords: Readonly<Record<string, string>> = {
  lost: 'was lost',
  skipped: 'was passed over',
  duplicate: 'was done more than once',
  reordered: 'was worked on out of order',
  ghost: 'was announced without having happened',
  stuck: 'stands still',
  zombie: 'was worked on by a member that the group had left behind',
  overlap: 'had two owners in one generation',
  'stale-commit': 'was committed by an older generation',
};

export function tablesOf(topology: Topology): string[] {
  return topology.stores.flatMap((store) =>
    store.kind === 'database' ? store.tables.map(({ effect }) => effect) : [],
  );
}

export type Verdict = ReportedVerdict['verdict'];

/** What is known of a claim at the playhead: broken from its first anomaly on, kept only where the run has ended. */
export function verdictAt(verdict: ReportedVerdict, at: number, end: number): Verdict {
  if (verdict.anomalies.some(({ first }) => first.at <= at)) return 'invalid';
  return at >= end ? verdict.verdict : 'unknown';
}
