/**
 * The checks in one mark and a few words, at the playhead: an anomaly counts from the moment it happened, and nothing is
 * called valid before the run has ended.
 */
import type { Session } from '#lib/run/session.ts';
import { words } from './words.ts';

export interface CheckSummary {
  readonly verdict: 'valid' | 'invalid' | 'unknown';
  readonly text: string;
}

export function summariseChecks(session: Session): CheckSummary {
  const { summary, timeline, report, playhead, end } = session;
  const checks = summary?.topology.checks.length ?? 0;
  if (checks === 0) return { verdict: 'unknown', text: words.checks.none };
  const anomalies = timeline?.verdicts.filter(({ at }) => at <= playhead).length ?? 0;
  if (anomalies > 0) return { verdict: 'invalid', text: words.checks.anomalies(anomalies) };
  if (end === null || playhead < end || report === null) {
    return { verdict: 'unknown', text: words.checks.running(checks) };
  }
  const invalid = report.verdicts.filter(({ verdict }) => verdict === 'invalid').length;
  if (invalid > 0) return { verdict: 'invalid', text: words.checks.anomalies(invalid) };
  const unknown = report.verdicts.filter(({ verdict }) => verdict === 'unknown').length;
  if (unknown > 0) return { verdict: 'unknown', text: words.checks.unknown(unknown) };
  return { verdict: 'valid', text: words.checks.valid(checks) };
}
