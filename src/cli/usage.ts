/** What `--help` prints: the commands, one by one. */
import { MODEL_NAMES, modelNamed } from '#queueing/models.ts';

export const COMMANDS = ['run', 'check', 'conform', 'explore', 'queue', 'definitions', 'fuzz'] as const;
export type CommandName = (typeof COMMANDS)[number];

const STATUS = `Exit status:
  0  all is as it should be
  1  it is not
  2  the input is bad: every problem is printed, nothing was run
  3  a bug of Spillway's own: please report what it prints`;

export const USAGE = `Usage: spillway COMMAND …

  run FILE         run one scenario; print what happened and the verdicts
  check FILE…      validate scenario files; print every problem
  conform PATH…    replay recorded conversations with real brokers against the models
  explore FILE     many seeds; every crash point; the smallest file that still fails
  queue MODEL      what queueing theory says: waits, percentiles, servers needed
  definitions FILE a scenario's RabbitMQ topology as RabbitMQ's own definitions
  fuzz             random systems and faults, for Spillway's own correctness

spillway COMMAND --help says more about each.

${STATUS}
`;

export const USAGES: Readonly<Record<CommandName, string>> = {
  run: `Usage: spillway run FILE [options]

Runs one scenario file and prints what happened and the verdicts.

  --seed N           another root seed than the file's: a whole number from 0 to 4294967295
  --until DURATION   stop at this virtual time at the latest, such as 250ms, 5s or 2h
  --trace OUT        write the trace to the file OUT; with - to standard output, and what
                     would stand there to standard error
  --format FORMAT    of the trace: text (the default) or jsonl, one JSON object a line
  --json             print one JSON object instead of sentences

A verdict is as it should be where it is what the file's "expect" says, or valid where the
file says nothing about it.

${STATUS}
`,
  check: `Usage: spillway check FILE…

Validates scenario files and prints every problem as FILE#/json/pointer: sentence. hint
Warnings are printed too, and fail nothing.

${STATUS}
`,
  conform: `Usage: spillway conform PATH… [options]

Replays recorded conversations against the models: every file given, or every .json below a
folder. Prints one line a failing case, and the counts.

  --strict   count what is not modelled as failed
  --json     print one JSON object instead of lines

${STATUS}
`,
  explore: `Usage: spillway explore FILE [options]

Runs the file many times and says in how many runs each claim holds.

  --seeds N        so many seeds, from the file's (or --seed) upwards
  --seed N         the first seed
  --crash-points   crash each process once before and after each step that it takes, and
                   print the matrix of points and claims; without the file's own faults
  --keep-faults    with the file's own faults beside the crash
  --for DURATION   how long a crashed process stays away (5s)
  --shrink         take the first run that fails and print the smallest file that still
                   fails in the same way
  --shard I/N      only every Nth run, from the Ith: for several machines
  --json           print one JSON object instead of sentences

${STATUS}
`,
  definitions: `Usage: spillway definitions FILE [options]

Prints the exchanges, queues, bindings and policies of a scenario's RabbitMQ node as JSON that
rabbitmqctl import_definitions reads. A scenario takes such a file as its node's "definitions".

  --broker NAME   which node, where there are several

${STATUS}
`,
  fuzz: `Usage: spillway fuzz [options]

Makes random systems and faults and holds each run to what must hold of every run.

  --minutes N   stop after so many minutes (1)
  --runs N      stop after so many systems
  --seed S      the first system's seed (1)

${STATUS}
`,
  queue: `Usage: spillway queue MODEL [options]

Prints what queueing theory says about a model: means, probabilities, percentiles. Where
the arrivals reach the capacity it says so, and by how much the queue grows.

  --params JSON      all parameters as one object, for every model; or, for the common ones:
  --lambda RATE      arrivals         --mu RATE       services of one server
  --servers N        servers          --capacity N    customers at most, those in service too
  --sources N        customers in all --theta RATE    patience, or retries
  --load A           erlangs          --target P      what staffing aims at
  --q P              part that fails or returns       --retries N   at most
  --ca2 X, --cs2 X   squared coefficients of variation of arrivals and service
  --service TIME     fixed service    --within TIME   the wait that counts as good
  --time TIME        t of a distribution
  --json             print one JSON object instead of lines

A RATE is 800/s, or the time between two, 1.25ms; a TIME is 10ms or 2min. Without units, times
are in the unit whose inverse the rates have.

Models:
${modelLines()}

${STATUS}
`,
};

/** Every model with what it is. */
function modelLines(): string {
  const width = Math.max(...MODEL_NAMES.map((name) => name.length));
  return MODEL_NAMES.map((name) => `  ${name.padEnd(width)}  ${modelNamed(name)?.about ?? ''}`).join('\n');
}
