/**
 * Which leader wrote which part of a log: a replica's list of leader epochs with the offset where each began. With it a
 * follower finds where its log departs from the leader's (LeaderEpochFileCache at the recorded commit; KIP-101, KIP-595).
 * Rules: SPEC.md, KAFKA-REPLICA.
 */

export interface LeaderEpoch {
  readonly epoch: number;
  readonly start: number;
}

/** Notes that records of `epoch` begin at `start`; nothing where it is the latest already. */
export function noteEpoch(epochs: LeaderEpoch[], epoch: number, start: number): void {
  const latest = epochs[epochs.length - 1];
  if (latest === undefined || epoch > latest.epoch) epochs.push({ epoch, start });
}

/** The epoch of the record at `offset`, or -1. */
export function epochAt(epochs: readonly LeaderEpoch[], offset: number): number {
  let found = -1;
  for (const { epoch, start } of epochs) if (start <= offset) found = epoch;
  return found;
}

/** [KAFKA-REPLICA-11] The epoch up to `epoch` that this log has, and where it ends here. */
export function endOfEpoch(epochs: readonly LeaderEpoch[], epoch: number, logEnd: number): LeaderEpoch {
  let floor = epoch;
  for (const one of epochs) {
    if (one.epoch > epoch) return { epoch: floor, start: one.start };
    floor = one.epoch;
  }
  return { epoch: floor, start: logEnd };
}

/** Forgets the epochs that began at `end` or above. */
export function cutEpochs(epochs: LeaderEpoch[], end: number): void {
  let kept = epochs.length;
  while (kept > 0 && (epochs[kept - 1] as LeaderEpoch).start >= end) kept -= 1;
  epochs.length = kept;
}
