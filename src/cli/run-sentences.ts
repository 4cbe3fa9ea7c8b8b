/** What a run was, in plain sentences: how far it went, what was broken, and what each claim came to and why. */
import { printable } from '#cli/console.ts';
import { objection, type ReportedVerdict } from '#cli/run-outcome.ts';
import type { RunReport } from '#sim/run/report.ts';
import type { Scenario } from '#sim/scenario/scenario.ts';

/** Lines of trace records by seq, and of the faults that struck. */
export interface Telling {
  recordLines(seqs: readonly number[]): readonly string[];
  readonly faults: readonly string[];
}

const MOST_FAULTS = 20;
const MOST_CHAIN = 40;

const reasons: Readonly<Record<string, string>> = {
  until: 'until it was told to stop',
  horizon: "until the file's horizon",
  quiescent: 'until nothing was left to happen',
  'event-limit': 'until the limit of events',
  'trace-limit': 'until the limit of the stored trace',
  'message-limit': 'until the limit of messages',
};

/** `12480000` as `12.48 s`. */
function seconds(micros: number): string {
  return `${micros / 1_000_000} s`;
}

function count(many: number, one: string): string {
  return `${many} ${many === 1 ? one : `${one}s`}`;
}

export function runSentences(scenario: Scenario, report: RunReport, telling: Telling): string[] {
  const how = reasons[report.stopped ?? ''] ?? 'and can go on';
  const lines = [
    scenario.title === '' ? 'A scenario without a title.' : scenario.title,
    ...(scenario.question === '' ? [] : [scenario.question]),
    '',
    `Ran ${seconds(report.virtualTime)} of virtual time with seed ${report.seed}, ${how}: ` +
      `${count(report.events, 'event')}, ${count(report.messages, 'message')}.`,
    `Digest ${report.digest}, engine ${report.version}.`,
    ...faultSentences(telling.faults),
    ...pauseSentences(report),
    '',
  ];
  if (report.verdicts.length === 0) lines.push('The file claims nothing, so there is nothing to judge.');
  for (const verdict of report.verdicts) lines.push(...verdictSentences(scenario, verdict, telling));
  return lines.map(printable);
}

const PAUSE = 'kafka_consumergroup_partition_pause';

/** How long partitions stood still because nobody was reading them, for each group where one did. */
function pauseSentences({ metrics }: RunReport): string[] {
  const told = (name: string, group: string): number =>
    metrics.find((metric) => metric.name === name && metric.labels['group'] === group)?.value ?? 0;
  return metrics
    .filter(({ name, value }) => name === `${PAUSE}s_total` && value > 0)
    .map(({ labels, value }) => {
      const group = labels['group'] ?? '-';
      const [total, longest] = [told(`${PAUSE}_seconds_total`, group), told(`${PAUSE}_seconds_max`, group)];
      const times = value === 1 ? 'once' : `${value} times`;
      return `Group ${group}: partitions stood still without an owner ${times}, ${total} s in all, ${longest} s at the longest.`;
    });
}

function faultSentences(faults: readonly string[]): string[] {
  if (faults.length === 0) return ['No fault struck.'];
  const more = faults.length - MOST_FAULTS;
  return [
    'Faults:',
    ...faults.slice(0, MOST_FAULTS).map((line) => `  ${line}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

function verdictSentences(scenario: Scenario, verdict: ReportedVerdict, telling: Telling): string[] {
  const objected = objection(scenario, verdict);
  const expected = scenario.expect.some((one) => one.check === verdict.id);
  const judged = objected === null ? (expected ? ', as expected' : '') : `, but ${objected}`;
  const reason = verdict.reason === '' ? '' : ` ${verdict.reason}`;
  const lines = [`${verdict.id}: ${verdict.verdict}${judged}.${reason}`];
  for (const { kind, count: times, subject, first, note, chain } of verdict.anomalies) {
    const where = `first at ${seconds(first.at)}, record ${first.seq}`;
    lines.push(`  ${kind}: ${subject} (${times}), ${where}.${note === '' ? '' : ` ${note}`}`);
    lines.push(...telling.recordLines(chain.slice(0, MOST_CHAIN)).map((line) => `    ${line}`));
    if (chain.length > MOST_CHAIN) lines.push(`    and ${chain.length - MOST_CHAIN} more records`);
  }
  if (verdict.more > 0) lines.push(`  and ${count(verdict.more, 'more violation')}`);
  return lines;
}
