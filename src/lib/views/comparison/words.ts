/** The comparison in words: what is counted, what has no counterpart, why runs differ. */
const measures = {
  lost: [
    'Lost',
    'Events, or effects owed, that never came about although their producer was told that they would.',
  ],
  doubled: ['Done twice', 'Effects beyond the first on the same business key.'],
  reordered: ['Out of order', 'Pairs of events of one key that were worked on the wrong way round.'],
  pauses: [
    'Partition pauses',
    'How often a partition lost its last reader, until the next one knew where to read on.',
  ],
  pausedFor: ['Pauses, together', 'Added up over all partitions: three partitions for 2 s are 6 s.'],
  longestPause: ['Longest pause', 'Of one partition.'],
  rebalances: [
    'Rebalances',
    'How often the group left Stable to be shared out anew, the first joining included.',
  ],
  rebalancing: ['Time in rebalances', 'From PreparingRebalance until Stable again, added up.'],
  refusedCommits: [
    'Commits refused',
    'By the coordinator: the member or its generation was no longer current.',
  ],
  p50: [
    'End to end, p50',
    'From publishing to the first time that its handler ended well. At most 1/32 above the true value.',
  ],
  p95: ['End to end, p95', 'The same for 95 of 100 events.'],
  p99: ['End to end, p99', 'The same for 99 of 100 events.'],
  max: ['End to end, max', 'The slowest event, exactly.'],
  doneAt: [
    'All handled at',
    'Virtual time at which the last event that was written had been handled or passed over.',
  ],
  again: [
    'Longest wait for another delivery',
    'From one delivery of an event to the next one of the same event.',
  ],
  waiting: ['Waiting, most at once', 'Events written where the group reads, and not yet handled.'],
  lag: ['Lag, most at once', 'Records between the committed offsets and the ends of the logs.'],
  messages: ['Messages', 'Everything that was published, retries not counted.'],
  confirmed: ['Confirmed', 'Publishes that a broker confirmed.'],
  refused: ['Publishes that failed', 'As their producer was told.'],
  delivered: ['Delivered', 'Times that an event was handed to a program.'],
  redelivered: ['Delivered again', 'Of these, those of an event that the group had been given before.'],
  handled: ['Handled', 'Times that a handler ended well.'],
} as const satisfies Readonly<Record<string, readonly [title: string, meaning: string]>>;

export const words = {
  measures,
  sections: {
    outcome: 'What went wrong',
    pauses: 'Rebalances and pauses',
    times: 'How long it took',
    traffic: 'Traffic',
  },
  ofGroup: (title: string, group: string): string => `${title}, group ${group}`,
  effect: (name: string): readonly [string, string] => [name, 'Times that it took place.'],
  noCounterpart: 'no counterpart',
  asAbove: 'as above',
  noReaders: 'Nobody reads in this run.',
  noGroup: (name: string): string => `This file has no group ${name}.`,
  noEffect: (name: string): string => `This file has no ${name}.`,
  notClaimed: (claims: readonly string[]): string =>
    `Not judged: the file does not claim ${claims.join(' or ')}.`,
  nothingHandled: 'Nothing was handled.',
  neverAll: (left: string): string => `Never: ${left} not handled when the run ended.`,
  neverAgain: 'Nothing was delivered twice.',
  orMore: (count: string): string => `${count} or more`,

  numbers: 'Numbers side by side',
  measure: 'Measure',
  differs: 'differs',
  same: 'the same in every run',
  onlyDifferent: 'Only what differs',
  claims: 'Verdicts, claim by claim',
  claim: 'Claim',
  notClaimedHere: 'not claimed',

  settings: 'What the files say differently',
  setting: 'Setting',
  sameFiles: 'The files say the same.',
  notWritten: 'not written',
  preset: (value: string): string => `not written: ${value}, the default`,
  moreSettings: (count: number): string => `${count} more differences are left out.`,
  ownSettings: 'What it says differently',

  picture: (name: string): string => `Timeline of ${name}`,
  pictureText: (end: string, pauses: string, anomalies: string): string =>
    `${end} of virtual time, ${pauses}, ${anomalies}.`,
  lanes: {
    faults: 'faults',
    group: 'group',
    pauses: 'pauses by partition',
    waiting: (most: string): string => `waiting, up to ${most}`,
    verdicts: 'anomalies',
  },
  noFaults: 'none',
  noPauses: 'none',
  noAnomalies: 'none',
  noGenerations: 'no counterpart: nothing rebalances together',
  commonScale: 'All pictures have one time scale, and one scale of waiting events.',
  tables: 'The picture as tables',
  pauseTable: 'Pauses',
  pauseHead: ['From', 'To', 'Lasts', 'Partition', 'Before', 'After'],
  nobody: 'nobody',
  nothing: 'None.',

  why: 'What happened',
  pausesTitle: 'Pauses',
  holds: 'Every claim holds.',
  undecided: 'Nothing went wrong; not every claim could be decided.',
  steps: (many: string): string => `How it came about, ${many}`,
  toLab: 'Open this run in the lab',
  deliveredAgain: (subject: string, first: string, second: string, gap: string): string =>
    `${subject} was handed to ${first} and, ${gap} later, again to ${second}.`,
  neverHandled: (left: number, written: number): string =>
    `Of ${written} events that were written for it, ${left} ${left === 1 ? 'was' : 'were'} never handled.`,
  noSpells: 'No partition stood still.',
  noPausesHere: (why: string): string => `No counterpart. ${why}`,
  moreSpells: (count: number): string => `${count} later ones stand in the tables.`,

  contrast: 'Why they differ',
  sameTraffic: (events: string): string =>
    `The same traffic: ${events}, each at the same microsecond in every run.`,
  nearlySameTraffic: (events: string, apart: string): string =>
    `The same traffic: ${events} in the same order, in time at most ${apart} apart from run to run.`,
  otherTraffic: 'Not the same traffic: what is published, or when, differs from run to run.',
  differIn: (names: string): string =>
    `The files differ in ${names} and in nothing else that a run depends on.`,
  differInMore: (names: string, more: number): string =>
    `The files differ in ${names} and ${more} more settings.`,
  claimDiffers: (claim: string, parts: string): string => `${claim}: ${parts}.`,
  verdictIn: (verdict: string, names: string): string => `${verdict} in ${names}`,
  noDifference: 'Every claim ends the same in every run.',
} as const;
