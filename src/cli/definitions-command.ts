/**
 * `definitions FILE`: the topology of a scenario's RabbitMQ node as RabbitMQ's own definitions, for `rabbitmqctl
 * import_definitions`; what was imported and is not acted on here comes out as it went in.
 */
import { parseCommand, quoted, UsageError } from '#cli/command-arguments.ts';
import { printable, type Console } from '#cli/console.ts';
import { problemLine, readInput } from '#cli/input-files.ts';
import { definitionsOf, isRabbit, type RabbitSpec } from '#sim/scenario/definitions.ts';
import { parseScenario, type Problem } from '#sim/scenario/parse.ts';
import type { BrokerSpec } from '#sim/scenario/scenario.ts';

export async function definitionsCommand(args: readonly string[], console: Console): Promise<number> {
  const { positionals, text } = parseCommand(args, { broker: 'string' });
  const [name] = positionals;
  if (name === undefined || positionals.length > 1)
    throw new UsageError('definitions needs one scenario file.');
  const input = readInput(name);
  if ('problem' in input) return refuse(console, name, [input.problem]);
  const parsed = parseScenario(input.file.text);
  if (!parsed.ok) return refuse(console, name, parsed.problems);
  const broker = chosen(parsed.value.brokers, text('broker'));
  const definitions = definitionsOf(broker, input.file.text);
  await console.out(`${JSON.stringify(definitions, null, 2)}\n`);
  return 0;
}

function refuse(console: Console, name: string, problems: readonly Problem[]): number {
  for (const problem of problems) console.err(problemLine(name, problem));
  return 2;
}

/** The node of this name, or the only one. */
function chosen(brokers: readonly BrokerSpec[], name: string | null): RabbitSpec {
  const nodes = brokers.filter(isRabbit);
  const names = nodes.map((node) => node.name).join(', ');
  if (names === '') throw new UsageError('The file has no RabbitMQ node.');
  const found = name === null ? nodes : nodes.filter((node) => node.name === name);
  const [one, other] = found;
  if (one === undefined)
    throw new UsageError(printable(`There is no RabbitMQ node ${quoted(name ?? '')}; there are: ${names}.`));
  if (other !== undefined) throw new UsageError(`Say --broker, one of: ${names}.`);
  return one;
}
