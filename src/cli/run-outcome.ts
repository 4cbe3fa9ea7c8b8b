/**
 * What a run came to, for the command line: whether each verdict is as it should be, and the one object that `--json`
 * prints. The object's shape is a promise to other people's programs; nothing is added to it silently.
 */
import type { RunReport } from '#sim/run/report.ts';
import type { Scenario } from '#sim/scenario/scenario.ts';

export type ReportedVerdict = RunReport['verdicts'][number];

/** Null where the verdict is as it should be, else a clause that says what should have been. */
export function objection(scenario: Scenario, verdict: ReportedVerdict): string | null {
  const claim = scenario.expect.find((one) => one.check === verdict.id);
  if (claim === undefined) return verdict.verdict === 'valid' ? null : 'nothing of the kind is expected';
  if (verdict.verdict !== claim.verdict) return `the file expects ${claim.verdict}`;
  if (claim.anomalies === null) return null;
  const kinds = [...new Set(verdict.anomalies.map((anomaly) => anomaly.kind))].sort();
  const expected = [...claim.anomalies].sort();
  if (kinds.length === expected.length && kinds.every((kind, i) => kind === expected[i])) return null;
  return `the file expects ${expected.length === 0 ? 'no anomaly' : expected.join(' and ')}`;
}

export function isAsItShouldBe(scenario: Scenario, report: RunReport): boolean {
  return report.verdicts.every((verdict) => objection(scenario, verdict) === null);
}

/** The object of `run --json`; `name` is the file's name without its extension. */
export function reportObject(name: string, report: RunReport): Readonly<Record<string, unknown>> {
  const { seed, version, digest, stopped, virtualTime, events, messages } = report;
  const verdicts = report.verdicts.map(({ id, verdict, reason, anomalies }) => ({
    checker: id,
    verdict,
    ...(verdict === 'unknown' && reason !== '' ? { reason } : {}),
    anomalies: anomalies.map(({ kind, count, subject, first, chain }) => ({
      kind,
      count,
      subject,
      first: { seq: first.seq, at: first.at },
      chain,
    })),
  }));
  const metrics = report.metrics.map(({ name: metric, labels, value }) => ({ name: metric, labels, value }));
  return { scenario: name, seed, version, digest, stopped, virtualTime, events, messages, verdicts, metrics };
}
