/**
 * What a scenario file may ask for at most, each with its reason. A file beyond a limit is answered with a problem; a
 * page in a browser tab must stay alive whatever is dropped on it.
 */
export const LIMITS = {
  /** Characters of a file. The largest sensible scenario (hundreds of nodes, layout and views) is under 1 MB. */
  textLength: 5_000_000,
  /** Levels of nesting. The deepest sensible file has 12; `views` are free. */
  depth: 64,
  /** Values in a file, so that a file of five million characters `[[],[],…` costs no second. */
  values: 250_000,
  /** Problems reported; nobody reads more, and a wrong file of 5 MB has a million. */
  problems: 200,
  /** Whole numbers in data: sums of a million of them stay exact. */
  integer: 1_000_000_000,
  /** Ten years: sums of a hundred thousand of the longest durations stay below 2^53 microseconds. */
  duration: 10 * 365 * 86_400_000_000,
  /** Thirty days of virtual time: retention and expiry can be shown, and a run at one event a second ends. */
  horizon: 30 * 86_400_000_000,
  /** Arrivals a second of one service: faster than the clock's microseconds nothing is told apart. */
  ratePerSecond: 1_000_000,
  /** Bytes of one event: twice Kafka's default batch limit a hundred times over. */
  eventSize: 200_000_000,
  /** Instances of one service; the stage draws hundreds, not thousands. */
  instances: 1_000,
  instancesInAll: 5_000,
  concurrency: 10_000,
  /** Nodes of a cluster: each one talks to each other one. */
  nodes: 100,
  /** Copies of a partition. Kafka keeps the factor in 16 bits; nobody has more than a handful. */
  replicas: 20,
  topics: 1_000,
  partitionsPerTopic: 10_000,
  /** Each partition has a log, a leader and a committed offset a group. */
  partitionsInAll: 50_000,
  waysToFail: 100,
  links: 10_000,
  faults: 10_000,
  checks: 200,
  /** Steps of one handler, inner ones included. */
  stepsPerProgram: 1_000,
  /** Decimals of a probability: its denominator stays a 32-bit integer. */
  probabilityDecimals: 9,
} as const;
