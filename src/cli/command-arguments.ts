/**
 * Arguments of a command: Node's parseArgs, with every mistake told in one sentence. A flag that is given twice counts
 * as it was given last.
 */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { createReport } from '#sim/scenario/report.ts';
import { readSpan } from '#sim/scenario/units.ts';

/** What somebody typed cannot be done as typed; `message` says so in one sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Parsed {
  readonly positionals: readonly string[];
  text(flag: string): string | null;
  has(flag: string): boolean;
}

/** `flags` says which there are, and whether a value follows. `--help` is always one. */
export function parseCommand(
  args: readonly string[],
  flags: Readonly<Record<string, 'string' | 'boolean'>>,
): Parsed {
  const options: ParseArgsConfig['options'] = { help: { type: 'boolean', short: 'h' } };
  for (const [flag, type] of Object.entries(flags)) options[flag] = { type };
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return {
      positionals,
      text: (flag) => {
        const value = values[flag];
        return typeof value === 'string' ? value : null;
      },
      has: (flag) => values[flag] === true,
    };
  } catch (error) {
    throw new UsageError(sentenceOf(error));
  }
}

/** parseArgs explains at length; its first sentence is enough. */
function sentenceOf(error: unknown): string {
  const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  const end = first.indexOf('. ');
  const sentence = end === -1 ? first : first.slice(0, end);
  return sentence.endsWith('.') ? sentence : `${sentence}.`;
}

const MOST_SEED = 4_294_967_295;

export function seedOf(text: string): number {
  const seed = Number(text);
  if (!/^[0-9]{1,10}$/.test(text) || seed > MOST_SEED) {
    throw new UsageError(`--seed ${quoted(text)} is not a whole number from 0 to ${MOST_SEED}.`);
  }
  return seed;
}

/** Microseconds. */
export function durationOf(flag: string, text: string): number {
  if (!/^[0-9]+(\.[0-9]+)?(us|ms|s|min|h|d)$/.test(text) || text.length > 30) {
    throw new UsageError(`--${flag} ${quoted(text)} is not a duration such as 250ms, 5s or 2h.`);
  }
  const report = createReport();
  const value = readSpan(report, '', text);
  const [problem] = report.problems;
  if (problem !== undefined) throw new UsageError(`--${flag}: ${problem.sentence}`);
  return value;
}

export function quoted(text: string): string {
  return JSON.stringify(text.length <= 60 ? text : `${text.slice(0, 57)}...`);
}
