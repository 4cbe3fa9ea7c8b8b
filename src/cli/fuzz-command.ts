/**
 * `fuzz`: random systems and faults, one seed after the other, and for each the properties that must hold of every run.
 * For our own correctness: what it finds is a bug of ours, so it ends with status 3 and the command that replays it.
 */
import { parseCommand, quoted, seedOf, UsageError } from '#cli/command-arguments.ts';
import type { Console } from '#cli/console.ts';
import { generateSystem } from '#sim/explore/generated-system.ts';
import { properties, type Property } from '#sim/explore/properties.ts';

/** Milliseconds of wall time; tests give their own. */
export type Clock = () => number;

const SEEDS = 4_294_967_296;

function amountOf(flag: string, text: string | null, otherwise: number): number {
  if (text === null) return otherwise;
  const amount = Number(text);
  if (!/^[0-9]+(\.[0-9]+)?$/.test(text) || text.length > 12)
    throw new UsageError(`--${flag} ${quoted(text)} is not a number.`);
  return amount;
}

export async function fuzzCommand(
  args: readonly string[],
  console: Console,
  clock: Clock = () => performance.now(),
  tried: readonly Property[] = properties,
): Promise<number> {
  const { positionals, text } = parseCommand(args, { minutes: 'string', seed: 'string', runs: 'string' });
  if (positionals.length > 0)
    throw new UsageError(`fuzz makes its own files; what is ${quoted(positionals[0] ?? '')}?`);
  const first = seedOf(text('seed') ?? '1');
  const most = amountOf('runs', text('runs'), Infinity);
  const until = clock() + 60_000 * amountOf('minutes', text('minutes'), 1);
  let systems = 0;
  for (; systems < most && (systems === 0 || clock() < until); systems += 1) {
    const seed = (first + systems) % SEEDS;
    for (const property of tried) {
      const wrong = wrongWith(property, seed);
      if (wrong === null) continue;
      console.err(`Seed ${seed}: ${property.name}: ${wrong}`);
      console.err(`This is a bug of Spillway's own. Replay: spillway fuzz --seed ${seed} --runs 1`);
      return 3;
    }
  }
  const last = (first + systems - 1) % SEEDS;
  await console.out(
    `${systems} ${systems === 1 ? 'system' : 'systems'}, seeds ${first} to ${last}: every property holds.\n`,
  );
  return 0;
}

function wrongWith(property: Property, seed: number): string | null {
  try {
    return property.broken(generateSystem(seed));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
