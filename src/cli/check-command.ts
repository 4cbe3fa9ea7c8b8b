/**
 * `check FILE…`: validates scenario files and prints every problem of every file. Warnings are printed too and fail
 * nothing; nothing is run.
 */
import { parseCommand, UsageError } from '#cli/command-arguments.ts';
import { printable, type Console } from '#cli/console.ts';
import { problemLine, readInput } from '#cli/input-files.ts';
import { parseScenario } from '#sim/scenario/parse.ts';

export async function checkCommand(args: readonly string[], console: Console): Promise<number> {
  const { positionals } = parseCommand(args, {});
  if (positionals.length === 0) throw new UsageError('check needs at least one scenario file.');
  let status = 0;
  for (const name of positionals) {
    const input = readInput(name);
    const parsed =
      'file' in input ? parseScenario(input.file.text) : { ok: false as const, problems: [input.problem] };
    if (!parsed.ok) {
      status = 2;
      for (const problem of parsed.problems) await console.out(`${problemLine(name, problem)}\n`);
      continue;
    }
    const { warnings } = parsed.value;
    for (const warning of warnings) await console.out(`${problemLine(name, warning, 'warning: ')}\n`);
    const remark =
      warnings.length === 0 ? '' : `, ${warnings.length} ${warnings.length === 1 ? 'warning' : 'warnings'}`;
    await console.out(`${printable(name)}: no problems${remark}.\n`);
  }
  return status;
}
