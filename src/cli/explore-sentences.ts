/** What `explore` says: a matrix of crash points and claims, a count by claim over seeds, or what shrinking cut away. */
import type { CrashPoint } from '#sim/explore/crash-points.ts';
import type { Explored } from '#sim/explore/explore.ts';
import { troubles, type CheckOutcome } from '#sim/explore/outcome.ts';
import type { Shrunk } from '#sim/explore/shrink.ts';

const MARK = { valid: '✓', invalid: '✗', unknown: '?' } as const;

export function exploreSentences(runs: readonly Explored[], matrix: boolean): string[] {
  const [first] = runs;
  if (first === undefined) return ['Nothing to run in this shard.'];
  const ids = first.outcome.checks.map(({ id }) => id);
  if (ids.length === 0) return ['The file claims nothing: add "checks".'];
  const lines = matrix ? [...matrixLines(runs, ids), ''] : [];
  for (const id of ids) lines.push(claimLine(id, runs));
  const failing = runs.filter(({ outcome }) => troubles(outcome).length > 0);
  lines.push('', summary(runs.length, failing.length));
  const [example] = failing;
  if (example !== undefined) lines.push(exampleLine(example));
  return lines;
}

function summary(runs: number, failing: number): string {
  const all = `${runs} ${runs === 1 ? 'run' : 'runs'}`;
  if (failing === 0) return `${all}: every claim holds in ${runs === 1 ? 'it' : 'all of them'}.`;
  return `${all}: in ${failing} a claim does not hold or is left open.`;
}

function exampleLine({ seed, point, outcome }: Explored): string {
  const where = point === null ? `seed ${seed}` : `seed ${seed}, ${atPoint(point)}`;
  const told = troubles(outcome).map(({ id, verdict, kinds, subject }) =>
    [id, verdict, kinds.join(' and '), subject].filter((part) => part !== '').join(' '),
  );
  return `First: ${where}: ${told.join('; ')}.`;
}

function atPoint(point: CrashPoint): string {
  return `${point.process} crashed at ${point.name} (the ${point.nth}. of ${point.service})`;
}

function claimLine(id: string, runs: readonly Explored[]): string {
  const found = runs.flatMap(({ outcome }) => outcome.checks.filter((check) => check.id === id));
  const count = (verdict: CheckOutcome['verdict']): number =>
    found.filter((check) => check.verdict === verdict).length;
  const parts = (['valid', 'invalid', 'unknown'] as const)
    .filter((verdict) => count(verdict) > 0)
    .map((verdict) => `${count(verdict)} ${verdict}`);
  const kinds = [...new Set(found.flatMap((check) => check.kinds))].sort();
  return `${id}: ${parts.join(', ')}${kinds.length === 0 ? '' : ` (${kinds.join(', ')})`}`;
}

function matrixLines(runs: readonly Explored[], ids: readonly string[]): string[] {
  const names = runs.map(
    ({ point, seed }) =>
      `${point === null ? 'no crash' : `${point.process} ${point.name}`}${runs[0]?.seed === seed ? '' : ` (seed ${seed})`}`,
  );
  const width = Math.max(...names.map((name) => name.length));
  const head = [' '.repeat(width), ...ids].join('  ');
  const rows = runs.map(({ outcome }, row) => {
    const cells = ids.map((id) => {
      const check = outcome.checks.find((one) => one.id === id);
      return (check === undefined ? '-' : MARK[check.verdict]).padEnd(id.length);
    });
    return [(names[row] ?? '').padEnd(width), ...cells].join('  ').trimEnd();
  });
  return [head, ...rows];
}

export function shrinkSentences(check: CheckOutcome, { steps, runs, minimal }: Shrunk): string[] {
  return [
    `${check.id} is ${check.verdict}${check.kinds.length === 0 ? '' : ` (${check.kinds.join(', ')})`}; cut away in ${runs} runs:`,
    ...steps.map((step) => `  ${step}`),
    minimal ? 'Nothing more can be cut away.' : 'There was no time for more; this is not the smallest.',
  ];
}
