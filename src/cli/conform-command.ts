/**
 * `conform PATH…`: reads the recordings, has them replayed, and prints one line a failing case, the number of cases
 * that are not modelled, and last of all `N passed, N failed`.
 */
import { parseCommand, UsageError } from '#cli/command-arguments.ts';
import { printable, type Console } from '#cli/console.ts';
import { identity, jsonFilesUnder, problemLine, readInput, type InputFile } from '#cli/input-files.ts';
import { showValue } from '#conform/recorded-json.ts';
import { readRecordings, replay, type CaseOutcome, type Recordings } from '#conform/runner.ts';
import type { Problem } from '#sim/scenario/parse.ts';

interface Collected {
  readonly files: InputFile[];
  /** Files that were named themselves, not found in a folder. */
  readonly named: Set<string>;
  readonly problems: { readonly file: string; readonly problem: Problem }[];
}

function collect(paths: readonly string[]): Collected {
  const collected: Collected = { files: [], named: new Set(), problems: [] };
  const seen = new Set<string>();
  for (const path of paths) {
    const found = jsonFilesUnder(path);
    if ('problem' in found) {
      collected.problems.push({ file: path, problem: found.problem });
      continue;
    }
    if (found.length === 0) {
      const problem = { pointer: '', sentence: 'There is no .json file below this folder.' };
      collected.problems.push({ file: path, problem });
    }
    if (found[0] === path) collected.named.add(path);
    for (const name of found.filter((one) => !seen.has(identity(one)))) {
      seen.add(identity(name));
      const input = readInput(name);
      if ('file' in input) collected.files.push(input.file);
      else collected.problems.push({ file: name, problem: input.problem });
    }
  }
  return collected;
}

function problemsOf({ problems, named }: Collected, { problems: unread, others }: Recordings): string[] {
  const lines = problems.map(({ file, problem }) => problemLine(file, problem));
  lines.push(...unread.map(({ file, ...problem }) => problemLine(file, problem)));
  for (const file of others.filter((other) => named.has(other))) {
    lines.push(problemLine(file, { pointer: '', sentence: 'There are no recorded cases in this file.' }));
  }
  return lines;
}

/** What was expected and what came, at the places where they differ. */
function failureLine({ file, id, outcome, step = 0, verb = '', differences = [] }: CaseOutcome): string {
  if (outcome === 'not-modelled') return printable(`${id}: not modelled (${file})`);
  const side = (pick: 'expected' | 'got'): string =>
    differences.map((one) => `${one.path === '' ? '' : `${one.path} `}${showValue(one[pick])}`).join(', ');
  const place = step === 0 ? verb : `step ${step} (${verb})`;
  return printable(`${id}: ${place}: expected ${side('expected')}; got ${side('got')} (${file})`);
}

function asJson(failing: readonly CaseOutcome[], counts: Readonly<Record<string, number>>): string {
  const failures = failing.map(({ file, topic, id, outcome, step, verb, differences }) => ({
    file,
    topic,
    id,
    ...(outcome === 'not-modelled'
      ? { notModelled: true }
      : {
          step,
          verb,
          expected: Object.fromEntries((differences ?? []).map((one) => [one.path, one.expected ?? null])),
          got: Object.fromEntries((differences ?? []).map((one) => [one.path, one.got ?? null])),
        }),
  }));
  const plain = (_key: string, held: unknown): unknown => (typeof held === 'bigint' ? `${held}` : held);
  return JSON.stringify({ ...counts, failures }, plain);
}

export async function conformCommand(args: readonly string[], console: Console): Promise<number> {
  const parsed = parseCommand(args, { strict: 'boolean', json: 'boolean' });
  if (parsed.positionals.length === 0) throw new UsageError('conform needs at least one file or folder.');
  const collected = collect(parsed.positionals);
  const recordings = readRecordings(collected.files);
  const problems = problemsOf(collected, recordings);
  if (problems.length > 0) {
    for (const line of problems) await console.out(`${line}\n`);
    return 2;
  }
  const outcomes = replay(recordings);
  const count = (outcome: CaseOutcome['outcome']): number =>
    outcomes.filter((one) => one.outcome === outcome).length;
  const notModelled = count('not-modelled');
  const strict = parsed.has('strict');
  const failing = outcomes.filter(
    (one) => one.outcome === 'failed' || (strict && one.outcome === 'not-modelled'),
  );
  const passed = count('passed');
  if (parsed.has('json')) {
    await console.out(`${asJson(failing, { passed, failed: failing.length, notModelled })}\n`);
  } else {
    for (const one of failing) await console.out(`${failureLine(one)}\n`);
    for (const other of recordings.others)
      console.err(`${printable(other)}: no recorded cases, passed over.`);
    if (notModelled > 0) await console.out(`${notModelled} not modelled\n`);
    await console.out(`${passed} passed, ${failing.length} failed\n`);
  }
  return failing.length === 0 ? 0 : 1;
}
