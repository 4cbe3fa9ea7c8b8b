/**
 * Exit status 3: an assertion of ours failed, or something threw that should not. Says what a report of it needs: the
 * sentence, seed, scenario, virtual time, and the command that shows it again.
 */
export interface Circumstances {
  readonly file: string;
  readonly seed: number;
  /** Microseconds; null before the world was built. */
  readonly at: number | null;
  /** Arguments of the run besides file and seed. */
  readonly options: readonly string[];
}

export function bugLines(error: unknown, { file, seed, at, options }: Circumstances): string[] {
  const failed = error instanceof Error && error.name === 'AssertionFailure';
  const told =
    error instanceof Error ? (failed ? error.message : `${error.name}: ${error.message}`) : String(error);
  const reached =
    at === null ? 'before virtual time began' : `at virtual time ${at / 1_000_000} s (${at} µs)`;
  const command = ['npm', 'run', '-s', 'spillway', '--', 'run', file, '--seed', String(seed), ...options];
  return [
    `This is a bug of Spillway's own, not of the scenario: ${told}`,
    `Scenario ${file}, seed ${seed}, ${reached}.`,
    `To see it again: ${command.map(shellWord).join(' ')}`,
    ...(failed ? [] : stackOf(error)),
  ];
}

/** Where an error came from that is not even an assertion. */
function stackOf(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack.split('\n').filter((line) => line.startsWith('    at '));
}

function shellWord(word: string): string {
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
