/**
 * Where a command writes to: the process's streams, or a test's lists. What comes from a file or an argument is made
 * printable first, so that no scenario can steer somebody's terminal.
 */
export interface Console {
  /** The answer: standard output. `text` is whole lines, or a chunk of them. Resolves when there is room for more. */
  out(text: string): Promise<void>;
  /** Remarks about it: standard error, one line. */
  err(line: string): void;
}

export const processConsole: Console = {
  out: (text) =>
    new Promise((resolve) => {
      if (process.stdout.write(text)) resolve();
      else process.stdout.once('drain', resolve);
    }),
  err: (line) => {
    process.stderr.write(`${line}\n`);
  },
};

/** One line without control characters. */
export function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '?');
}
