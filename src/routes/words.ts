/** Home in words. */
export const words = {
  title: 'Spillway: a lab for event-driven systems',
  description:
    'Run an event-driven system in virtual time, break it on purpose, and see what was lost, doubled or reordered, and why.',
  heading:
    'A lab for event-driven systems. Build one, break it on purpose, and see exactly what was lost or done twice.',
  lead: '“At least once” means duplicates. Here is one: an order, a payment, a crash. Nothing is installed, nothing leaves this tab, and the same seed gives the same run everywhere.',
  places: 'Places',
  search: 'Search',
  lab: { name: 'Lab', what: 'Build, run, break, inspect' },
  brokers: { name: 'Brokers', what: 'Kafka: modelled, simplified, left out, rule by rule' },
  calculators: { name: 'Calculators', what: 'What the sources say, and what is right' },
  compare: { name: 'Compare', what: 'Runs side by side: what differs, and why' },
  experiments: {
    name: 'Experiments',
    heading: 'Start with a question',
    what: (count: number): string => `${count} scenarios, each with a question and a verdict`,
    all: (count: number): string => `All ${count} experiments`,
    valid: 'all valid',
    invalid: (claims: string): string => `${claims} invalid`,
  },
  promises: [
    {
      title: 'Every claim can be run',
      text: 'Kafka by its own verbs and configuration names, checked against recordings of the real broker.',
    },
    {
      title: 'Every run can be replayed',
      text: 'A file and a seed give the same run in every browser and on the command line. Send a link; put it into CI.',
    },
    {
      title: 'Every verdict can be explained',
      text: 'Lost, doubled, out of order, stuck: click it, and read the shortest chain of causes, event by event.',
    },
  ],
  commandGroups: { places: 'Places', experiments: 'Experiments', view: 'View' },
  commands: {
    theme: 'Change theme: system, light, dark',
    help: 'Show the keys',
    palette: 'Commands',
    openLab: 'Open the lab',
  },
  miniature: {
    name: 'An order, a payment, a crash',
    crash: (name: string): string => `Crash ${name} now`,
    fix: 'Fix it',
    fixMeaning: 'Fix it: send the order as idempotency key',
    again: 'Start over',
    open: 'Open this run in the lab',
    seed: (seed: number): string => `seed ${seed}`,
    preparing: 'Computing the run.',
    needsScript: 'The run is computed in this tab; that needs JavaScript.',
    still: (process: string, key: string): string =>
      `${process} has charged ${key} and has not yet committed its offset.`,
    crashing: (process: string, key: string): string =>
      `${process} is gone. ${key} was charged, but its offset was not committed: the group waits, then reads it again.`,
    twice: (key: string, times: number): string =>
      `${key} was charged ${times === 2 ? 'twice' : `${times} times`}.`,
    once: (key: string): string => `${key} was charged once.`,
    sum: (taken: string, owed: string): string => `${taken} taken, ${owed} owed.`,
    fixing: 'The same seed and the same crash, now with the order as idempotency key.',
    whyOnce:
      'It was delivered twice all the same; the second request carried the same key, and cards answered with its first answer.',
    failed: 'The run could not be computed here.',
  },
} as const;
