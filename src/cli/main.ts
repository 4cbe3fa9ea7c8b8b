/**
 * The command line's entry. What a command did not expect itself is a bug of ours: status 3. Whoever reads standard
 * output may stop reading (`| head`): then there is nobody left to tell.
 */
import { commandLine } from '#cli/command-line.ts';
import { printable, processConsole } from '#cli/console.ts';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
  throw error;
});

const args = process.argv.slice(2);
try {
  process.exitCode = await commandLine(args, processConsole);
} catch (error) {
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  for (const line of [
    `This is a bug of Spillway's own. Arguments: ${JSON.stringify(args)}`,
    ...told.split('\n'),
  ]) {
    processConsole.err(printable(line));
  }
  process.exitCode = 3;
}
