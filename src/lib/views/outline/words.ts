/** The words of the outline. */
export const words = {
  outline: 'Outline',
  brokers: 'Brokers',
  services: 'Services',
  stores: 'Stores',
  faults: 'Faults',
  checks: 'Checks',
  lag: 'lag',
  program: 'program',
  on: 'on',
  add: 'Add a part',
  external: 'external',
  faultOn: 'on',
  faultOver: 'over',
  faultWaiting: 'waiting',
  invalidSign: '✗',
};

export const processWords: Readonly<Record<string, string>> = {
  running: 'running',
  slow: 'slow',
  paused: 'paused',
  crashed: 'crashed',
  zombie: 'zombie: its group has gone on without it',
};
