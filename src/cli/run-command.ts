/**
 * `run FILE`: runs one scenario and prints what happened, as sentences or as one JSON object, and the trace where it is
 * wanted. The status says whether every verdict is as it should be.
 */
import { basename, extname } from 'node:path';
import { durationOf, parseCommand, quoted, seedOf, UsageError, type Parsed } from '#cli/command-arguments.ts';
import type { Console } from '#cli/console.ts';
import { problemLine, readInput } from '#cli/input-files.ts';
import { bugLines } from '#cli/own-bug.ts';
import { isAsItShouldBe, reportObject } from '#cli/run-outcome.ts';
import { runSentences } from '#cli/run-sentences.ts';
import { openTrace, type TraceOutput } from '#cli/trace-output.ts';
import { buildWorld } from '#sim/run/build.ts';
import { reportOf } from '#sim/run/reporting.ts';
import { faultLines, recordTeller, tracePart, type TraceFormat } from '#sim/run/tell.ts';
import type { RunReport } from '#sim/run/report.ts';
import { parseScenario } from '#sim/scenario/parse.ts';
import type { Scenario } from '#sim/scenario/scenario.ts';

interface Wishes {
  readonly file: string;
  readonly seed: number | null;
  readonly until: number | null;
  readonly trace: string | null;
  readonly format: TraceFormat;
  readonly json: boolean;
  /** The arguments that a replay needs besides file and seed. */
  readonly options: readonly string[];
}

function wishesOf({ positionals, text, has }: Parsed): Wishes {
  const [file, second] = positionals;
  if (file === undefined) throw new UsageError('run needs a scenario file.');
  if (second !== undefined)
    throw new UsageError(`run takes one scenario file, and ${quoted(second)} is a second one.`);
  const seed = text('seed');
  const until = text('until');
  const format = text('format') ?? 'text';
  if (format !== 'text' && format !== 'jsonl') {
    throw new UsageError(`--format ${quoted(format)} is neither text nor jsonl.`);
  }
  return {
    file,
    seed: seed === null ? null : seedOf(seed),
    until: until === null ? null : durationOf('until', until),
    trace: text('trace'),
    format,
    json: has('json'),
    options: until === null ? [] : ['--until', until],
  };
}

export type Build = typeof buildWorld;

/** `build` is given by tests of what happens when the simulator itself fails. */
export async function runCommand(
  args: readonly string[],
  console: Console,
  build: Build = buildWorld,
): Promise<number> {
  const flags = {
    seed: 'string',
    until: 'string',
    trace: 'string',
    format: 'string',
    json: 'boolean',
  } as const;
  const wishes = wishesOf(parseCommand(args, flags));
  const input = readInput(wishes.file);
  const parsed =
    'file' in input ? parseScenario(input.file.text) : { ok: false as const, problems: [input.problem] };
  if (!parsed.ok) {
    for (const problem of parsed.problems) console.err(problemLine(wishes.file, problem));
    return 2;
  }
  const output = wishes.trace === null ? null : openTrace(wishes.trace, wishes.file, console);
  try {
    return await runScenario(parsed.value, wishes, output, console, build);
  } finally {
    output?.close();
  }
}

async function runScenario(
  scenario: Scenario,
  wishes: Wishes,
  output: TraceOutput | null,
  console: Console,
  build: Build,
): Promise<number> {
  const ran = simulate(scenario, wishes, build);
  if ('bug' in ran) {
    for (const line of ran.bug) console.err(line);
    return 3;
  }
  const { world, report } = ran;
  for (let part = 0; output !== null; part += 1) {
    const text = tracePart(world, wishes.format, part);
    if (text === null) break;
    await output.write(text);
  }
  const name = basename(wishes.file, extname(wishes.file));
  const telling = { recordLines: recordTeller(world), faults: faultLines(world) };
  const answer = wishes.json
    ? [JSON.stringify(reportObject(name, report))]
    : runSentences(scenario, report, telling);
  // The trace has standard output to itself.
  if (wishes.trace === '-') answer.forEach((line) => console.err(line));
  else await console.out(`${answer.join('\n')}\n`);
  for (const warning of scenario.warnings) console.err(problemLine(wishes.file, warning, 'warning: '));
  return isAsItShouldBe(scenario, report) ? 0 : 1;
}

type Ran =
  { readonly world: ReturnType<Build>; readonly report: RunReport } | { readonly bug: readonly string[] };

/** To the end, or to where the simulator itself failed. */
function simulate(scenario: Scenario, { file, seed: chosen, until, options }: Wishes, build: Build): Ran {
  const seed = chosen ?? scenario.seed;
  let world: ReturnType<Build> | null = null;
  try {
    world = build(scenario, { seed, level: 'full' });
    world.advance(until === null ? {} : { until });
    return { world, report: reportOf(world) };
  } catch (error) {
    return { bug: bugLines(error, { file, seed, at: world?.now ?? null, options }) };
  }
}
