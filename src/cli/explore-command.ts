/**
 * `explore FILE`: the same system under many seeds, crashed at every point, or cut down to the smallest file that still
 * fails. Each run is a file of its own; what is printed says how to get it. Status 0 where every claim holds in every
 * run, 1 where one does not (or is left open); with --shrink 0 where there was nothing to shrink.
 */
import { basename, extname } from 'node:path';
import { durationOf, parseCommand, quoted, seedOf, UsageError, type Parsed } from '#cli/command-arguments.ts';
import type { Console } from '#cli/console.ts';
import { exploreSentences, shrinkSentences } from '#cli/explore-sentences.ts';
import { problemLine, readInput } from '#cli/input-files.ts';
import { bugLines } from '#cli/own-bug.ts';
import { readSource, type Source } from '#sim/explore/document.ts';
import { explore, planOf, type Explored, type Wishes as Plan } from '#sim/explore/explore.ts';
import { troubles } from '#sim/explore/outcome.ts';
import { failureOf, shrink } from '#sim/explore/shrink.ts';

interface Wishes extends Plan {
  readonly file: string;
  readonly shrink: boolean;
  readonly json: boolean;
}

const MOST_SEEDS = 1_000_000;

function wishesOf({ positionals, text, has }: Parsed): Wishes {
  const [file, second] = positionals;
  if (file === undefined) throw new UsageError('explore needs a scenario file.');
  if (second !== undefined)
    throw new UsageError(`explore takes one scenario file, and ${quoted(second)} is a second one.`);
  const back = text('for') ?? '5s';
  durationOf('for', back);
  const seed = text('seed');
  return {
    file,
    seeds: countOf(text('seeds')),
    seed: seed === null ? null : seedOf(seed),
    crashPoints: has('crash-points'),
    keepFaults: has('keep-faults'),
    back,
    shard: shardOf(text('shard')),
    shrink: has('shrink'),
    json: has('json'),
  };
}

function countOf(text: string | null): number {
  if (text === null) return 1;
  const count = Number(text);
  if (!/^[0-9]{1,7}$/.test(text) || count < 1 || count > MOST_SEEDS)
    throw new UsageError(`--seeds ${quoted(text)} is not a whole number from 1 to ${MOST_SEEDS}.`);
  return count;
}

function shardOf(text: string | null): Plan['shard'] {
  if (text === null) return { part: 1, of: 1 };
  const [, part, of] = /^([0-9]{1,4})\/([0-9]{1,4})$/.exec(text) ?? [];
  const shard = { part: Number(part), of: Number(of) };
  if (part === undefined || shard.part < 1 || shard.part > shard.of)
    throw new UsageError(`--shard ${quoted(text)} is not i/n with i from 1 to n, such as 2/4.`);
  return shard;
}

export async function exploreCommand(args: readonly string[], console: Console): Promise<number> {
  const wishes = wishesOf(
    parseCommand(args, {
      seeds: 'string',
      seed: 'string',
      'crash-points': 'boolean',
      'keep-faults': 'boolean',
      for: 'string',
      shard: 'string',
      shrink: 'boolean',
      json: 'boolean',
    }),
  );
  const input = readInput(wishes.file);
  const source =
    'file' in input ? readSource(input.file.text) : { ok: false as const, problems: [input.problem] };
  if (!source.ok) {
    for (const problem of source.problems) console.err(problemLine(wishes.file, problem));
    return 2;
  }
  let seed = wishes.seed ?? source.value.scenario.seed;
  try {
    const plan = planOf(source.value, wishes);
    const runs: Explored[] = [];
    for (const planned of plan.runs) {
      seed = planned.seed;
      runs.push(explore(planned));
      if (wishes.shrink && troubles((runs.at(-1) as Explored).outcome).length > 0) break;
    }
    return wishes.shrink
      ? await shrinkFirst(source.value, runs, wishes, console)
      : await tell(runs, wishes, console);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    for (const line of bugLines(error, { file: wishes.file, seed, at: null, options: [] })) console.err(line);
    return 3;
  }
}

const nameOf = (file: string): string => basename(file, extname(file));

async function tell(runs: readonly Explored[], wishes: Wishes, console: Console): Promise<number> {
  const answer = wishes.json
    ? [JSON.stringify({ scenario: nameOf(wishes.file), runs: runs.map(toldRun) })]
    : exploreSentences(runs, wishes.crashPoints);
  await console.out(`${answer.join('\n')}\n`);
  return runs.every(({ outcome }) => troubles(outcome).length === 0) ? 0 : 1;
}

function toldRun({ point, outcome }: Explored): Readonly<Record<string, unknown>> {
  const { seed, digest, stopped, checks } = outcome;
  const crash = point === null ? null : { process: point.process, point: point.name, nth: point.nth };
  return { seed, crash, digest, stopped, verdicts: checks };
}

async function shrinkFirst(
  source: Source,
  runs: readonly Explored[],
  wishes: Wishes,
  console: Console,
): Promise<number> {
  const found = runs.find(({ outcome }) => troubles(outcome).length > 0);
  const [trouble] = found === undefined ? [] : troubles(found.outcome);
  const shrunk =
    found === undefined || trouble === undefined ? null : shrink(found.document, failureOf(trouble));
  if (shrunk === null || trouble === undefined) {
    await console.out(`Nothing to shrink: every claim of ${quoted(source.scenario.title)} holds.\n`);
    return 0;
  }
  const file = { ...shrunk.document, expect: { [trouble.id]: failureOf(trouble).verdict } };
  if (wishes.json) {
    const { steps, runs: tried, minimal, outcome } = shrunk;
    await console.out(
      `${JSON.stringify({ scenario: nameOf(wishes.file), check: trouble.id, steps, runs: tried, minimal, digest: outcome.digest, document: file })}\n`,
    );
    return 1;
  }
  // the file has standard output to itself, so that it can be redirected
  for (const line of shrinkSentences(trouble, shrunk)) console.err(line);
  await console.out(`${JSON.stringify(file, null, 2)}\n`);
  return 1;
}
