/**
 * Where a transaction of the broker may stand, and what it covers: publishes through a producer that has a
 * `transactional.id`, and the settle of the message at hand. Everything else that stands inside is done as if it stood
 * outside, which is said as a warning: no broker takes back a row or a charge.
 */
import type { World } from '#sim/scenario/resolve-program.ts';
import { at, problem, warning } from '#sim/scenario/report.ts';

/** The program at hand, as far as this looks at it. */
interface Program {
  readonly world: World;
  readonly service: string;
  readonly carried: boolean;
}

const SETTING = 'transactional.id';
const INSIDE = [
  'publish',
  'settle',
  'call',
  'insert',
  'update',
  'read',
  'transaction',
  'work',
  'wait',
  'fail',
  'when',
];
const NOT_COVERED = ['call', 'insert', 'update', 'transaction'];

/** The service's transactional id as written, at first or in a later deployment; null = it has none. */
function idOf({ world, service }: Program): string | null {
  const { document } = world.context;
  const configs = [
    document.services?.[service]?.config,
    ...(document.faults ?? []).map((fault) =>
      'deploy' in fault && fault.deploy === service ? fault.config : undefined,
    ),
  ];
  for (const config of configs) {
    const id = config?.[SETTING];
    if (id !== undefined && id !== null) return String(id);
  }
  return null;
}

/** `{ "transaction": "kafka" }` */
export function checkBrokerTransaction(program: Program, broker: string, pointer: string): void {
  const { world, service } = program;
  const { report } = world.context;
  if (broker !== world.on) {
    const hint = `The run uses \`${world.on ?? 'none'}\`.`;
    problem(report, pointer, `\`${broker}\` is not the broker in use.`, hint);
  } else if (world.context.document.brokers?.[broker]?.kind !== 'kafka') {
    const hint = 'Kafka has them; say with `settle` and `publish` alone what is meant.';
    problem(report, pointer, `Transactions of \`${broker}\` are not modelled.`, hint);
  } else if (program.carried) {
    problem(report, pointer, 'A producer has one transaction at a time.', 'Take the inner one away.');
  } else if (idOf(program) === null) {
    const hint = `Set ${SETTING} in services.${service}.config, for example "${service}-{instance}".`;
    problem(report, pointer, `The producer of \`${service}\` has no ${SETTING}, so no transactions.`, hint);
  }
}

/** A step inside of one. */
export function checkCarried({ world }: Program, verb: string, pointer: string): void {
  const { report } = world.context;
  if (!INSIDE.includes(verb)) {
    const hint = `Inside may stand ${INSIDE.join(', ')}.`;
    problem(report, pointer, `\`${verb}\` cannot stand inside a transaction of the broker.`, hint);
  } else if (NOT_COVERED.includes(verb)) {
    const sentence = `The broker's transaction does not cover \`${verb}\`: it stays done when the transaction is aborted.`;
    warning(report, pointer, sentence, 'Publish an event, and let its reader do it; or make it idempotent.');
  }
}

/** A publish outside of any. */
export function checkUncarried(program: Program, pointer: string): void {
  if (idOf(program) === null || program.world.on === null) return;
  const sentence = `A producer with a ${SETTING} sends nothing outside of a transaction.`;
  const hint = `Write { "transaction": "${program.world.on}", "do": [ … ] } around it, or take ${SETTING} away.`;
  problem(program.world.context.report, pointer, sentence, hint);
}

/** What is wrong with a transactional id as such. */
export function checkTransactionalId(
  world: World,
  service: string,
  words: {
    readonly config?: Readonly<Record<string, unknown>>;
    readonly instances?: number;
    readonly concurrency?: number;
  },
  pointer: string,
): void {
  const id = words.config?.[SETTING];
  if (typeof id !== 'string') return;
  const { report } = world.context;
  if ((words.instances ?? 1) > 1 && !id.includes('{instance}')) {
    const sentence = `All instances of \`${service}\` have one ${SETTING}: each that starts fences the others.`;
    warning(report, at(at(pointer, 'config'), SETTING), sentence, `Write "${id}-{instance}".`);
  }
  if ((words.concurrency ?? 1) > 1) {
    const sentence = 'A transactional producer works on one arrival at a time.';
    problem(report, at(pointer, 'concurrency'), sentence, 'Use more instances.');
  }
}
