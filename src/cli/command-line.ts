/** The command line: finds the command, and turns what it cannot do as typed into one sentence and status 2. */
import { checkCommand } from '#cli/check-command.ts';
import { quoted, UsageError } from '#cli/command-arguments.ts';
import { conformCommand } from '#cli/conform-command.ts';
import { printable, type Console } from '#cli/console.ts';
import { queueCommand } from '#cli/queue-command.ts';
import { runCommand } from '#cli/run-command.ts';
import { definitionsCommand } from '#cli/definitions-command.ts';
import { exploreCommand } from '#cli/explore-command.ts';
import { fuzzCommand } from '#cli/fuzz-command.ts';
import { COMMANDS, USAGE, USAGES, type CommandName } from '#cli/usage.ts';

const commands: Readonly<
  Record<CommandName, (args: readonly string[], console: Console) => Promise<number>>
> = {
  run: runCommand,
  check: checkCommand,
  conform: conformCommand,
  explore: exploreCommand,
  queue: queueCommand,
  definitions: definitionsCommand,
  fuzz: (args, console) => fuzzCommand(args, console),
};

function isCommand(word: string): word is CommandName {
  return (COMMANDS as readonly string[]).includes(word);
}

/** Whether help is asked for, before `--`. */
function wantsHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const flags = end === -1 ? args : args.slice(0, end);
  return flags.includes('--help') || flags.includes('-h');
}

export async function commandLine(args: readonly string[], console: Console): Promise<number> {
  const [word, ...rest] = args;
  try {
    if (word === undefined) {
      console.err(USAGE.trimEnd());
      return 2;
    }
    if (word === '--help' || word === '-h' || word === 'help') {
      const about = rest[0];
      await console.out(about !== undefined && isCommand(about) ? USAGES[about] : USAGE);
      return 0;
    }
    if (!isCommand(word)) {
      const what = word.startsWith('-') ? 'option' : 'command';
      throw new UsageError(`There is no ${what} ${quoted(word)}; spillway --help lists what there is.`);
    }
    if (wantsHelp(rest)) {
      await console.out(USAGES[word]);
      return 0;
    }
    return await commands[word](rest, console);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.err(printable(error.message));
    return 2;
  }
}
