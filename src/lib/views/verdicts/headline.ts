/** What a verdict opens with: one sentence that names the subject, and one of arithmetic and cause. */
import type { ReportedAnomaly, ReportedVerdict, Topology } from '#lib/scene/parts.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';
import { tellRecord, type ToldRecord } from '#lib/scene/told-record.ts';
import { happened } from '#lib/views/check-words.ts';
import { amount, count } from '#lib/views/number-words.ts';
import type { ChainStep } from '#lib/views/verdicts/chain-steps.ts';

export interface Headline {
  readonly subject: string;
  /** `was charged twice.` */
  readonly rest: string;
  readonly sub: string;
}

export function headline(
  verdict: ReportedVerdict,
  anomaly: ReportedAnomaly,
  steps: readonly ChainStep[],
  trace: ReceivedTrace,
  topology: Topology,
): Headline {
  const cause = causeOf(anomaly, steps);
  const sums = verdict.checker === 'effect-once' ? arithmetic(verdict, anomaly, trace) : '';
  const note = anomaly.note === '' || sums !== '' ? '' : `${capital(anomaly.note)}.`;
  return {
    subject: anomaly.subject,
    rest: `${happened(verdict, anomaly, topology)}.`,
    sub: [sums, note, cause].filter((part) => part !== '').join(' '),
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Taken against owed, over all effects on that key up to the run's end. */
function arithmetic(verdict: ReportedVerdict, anomaly: ReportedAnomaly, trace: ReceivedTrace): string {
  const first = tellRecord(trace, anomaly.first.seq);
  if (anomaly.kind !== 'duplicate' || first === null || first.lid < 0) return '';
  const effects = trace.index
    .eventRecords(first.lid)
    .map((seq) => tellRecord(trace, seq))
    .filter(
      (record): record is ToldRecord => record?.kind === 'effect' && record.fields.effect === verdict.of,
    );
  const sums = effects.map(({ fields }) => Number(fields.amount ?? 0));
  const owed = sums[0] ?? 0;
  const taken = sums.reduce((total, sum) => total + sum, 0);
  if (owed === 0 || sums.length !== anomaly.count) return `${count(anomaly.count, 'effect')}, 1 owed.`;
  return `${amount(taken)} taken, ${amount(owed)} owed.`;
}

/** Said only where the chain shows it. */
function causeOf(anomaly: ReportedAnomaly, steps: readonly ChainStep[]): string {
  const effect = steps.findIndex((step) => step.class === 'effect');
  const crash = steps.findIndex((step) => step.class === 'crash');
  const word = String(steps[crash]?.records.find(({ kind }) => kind === 'process')?.fields.state ?? '');
  const away = word === 'paused' ? 'stood still' : word === 'crashed' ? 'crashed' : '';
  if (anomaly.kind === 'duplicate' && effect >= 0) {
    const between = crash > effect && away !== '' ? ` ${steps[crash]?.entity} ${away} in between,` : '';
    return between === ''
      ? 'Nothing made the second call recognise the first.'
      : `The effect came before the commit,${between} and nothing made the second call recognise the first.`;
  }
  const commit = steps.findIndex((step) => step.class === 'commit');
  if ((anomaly.kind !== 'skipped' && anomaly.kind !== 'lost') || commit < 0) return '';
  const ended = steps.findIndex((step) => step.class === 'end');
  return ended >= 0 && ended < commit
    ? 'The program went on after the failure, and its next commit passed over the record.'
    : 'The commit came before the work.';
}
