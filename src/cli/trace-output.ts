/**
 * Where `--trace` writes to. A file is opened before the run, so that a place that cannot be written is told before
 * anything is computed, and never the scenario file itself.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { UsageError, quoted } from '#cli/command-arguments.ts';
import type { Console } from '#cli/console.ts';
import { identity } from '#cli/input-files.ts';

export interface TraceOutput {
  write(text: string): Promise<void>;
  close(): void;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be written',
  EPERM: 'it may not be written',
  EROFS: 'it may not be written',
  ENOSPC: 'the disk is full',
};

export function openTrace(out: string, scenarioFile: string, console: Console): TraceOutput {
  if (out === '-') return { write: (text) => console.out(text), close: () => undefined };
  if (identity(out) === identity(scenarioFile)) {
    throw new UsageError('--trace names the scenario file itself, which would be overwritten.');
  }
  const opened = attempt(out, () => openSync(out, 'w'));
  return {
    write: async (text) => {
      attempt(out, () => writeSync(opened, text));
      return Promise.resolve();
    },
    close: () => closeSync(opened),
  };
}

function attempt<T>(out: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(`The trace cannot be written to ${quoted(out)}: ${reasons[code] ?? code}.`);
  }
}
