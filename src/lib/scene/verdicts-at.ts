/**
 * What was known of each claim at the playhead: a violation from its first record on, anything else only at the run's
 * end. The report is of the whole run.
 */
import type { ReportedVerdict, RunReport } from '#worker/protocol.ts';

export interface VerdictAt {
  readonly id: string;
  readonly checker: string;
  readonly verdict: ReportedVerdict['verdict'];
  /** Places in the verdict's list of those anomalies that have happened by now. */
  readonly anomalies: readonly number[];
}

/** `seq` as in Scene; `atEnd` = the playhead is where the run ended. */
export function verdictsAt(report: RunReport, seq: number, atEnd: boolean): VerdictAt[] {
  return report.verdicts.map(({ id, checker, verdict, anomalies }) => {
    const happened = anomalies.flatMap(({ first }, place) => (first.seq < seq ? [place] : []));
    const known = happened.length > 0 ? 'invalid' : atEnd ? verdict : 'unknown';
    return { id, checker, verdict: known, anomalies: happened };
  });
}
