/**
 * What the leader of a partition keeps for one share group (KIP-932, "Share-partition leader and share-partition
 * state"): the offsets between start (SPSO) and end (SPEO), each in one state, with its delivery count and its lock. As
 * in Kafka a batch that was acquired whole has one state for all of its records, until something happens to a part of
 * it: from then on each has its own. Plain data and functions that read it; acquire.ts and acknowledge.ts change it.
 * Left out: the state's own topic and coordinator (see share-state.ts).
 */
export type RecordState = 'available' | 'acquired' | 'acknowledged' | 'archived';

export interface InFlightState {
  state: RecordState;
  /** How often it was acquired; taken back when it was released without having been delivered. */
  deliveries: number;
  /** Member id of who has acquired it, '' = nobody. */
  member: string;
  /** µs; when the lock of an acquired one ends. */
  lockedUntil: number;
}

export interface InFlightBatch {
  /** Ascending; what the log does not hold (compacted, markers) is not there. */
  readonly offsets: readonly number[];
  /** One for all of them, or one each. */
  states: InFlightState[];
}

export interface SharePartition {
  /** SPSO: everything below is done with. */
  start: number;
  /** SPEO: the first offset that was never acquired. */
  end: number;
  /** In order, without gaps that matter: what is between them is in no log. */
  batches: InFlightBatch[];
}

export interface ShareLimits {
  /** group.share.delivery.count.limit */
  readonly deliveries: number;
  /** group.share.partition.max.record.locks */
  readonly locks: number;
  /** group.share.record.lock.duration.ms, in µs. */
  readonly lockDuration: number;
}

export function createSharePartition(start: number): SharePartition {
  return { start, end: start, batches: [] };
}

export function stateAt(batch: InFlightBatch, i: number): InFlightState {
  return batch.states[batch.states.length === 1 ? 0 : i] as InFlightState;
}

export function isWhole(batch: InFlightBatch): boolean {
  return batch.states.length === 1;
}

/** From now on each of its records has a state of its own. */
export function splitStates(batch: InFlightBatch): void {
  if (!isWhole(batch)) return;
  const one = batch.states[0] as InFlightState;
  batch.states = batch.offsets.map(() => ({ ...one }));
}

export function isTerminal(state: RecordState): boolean {
  return state === 'acknowledged' || state === 'archived';
}

/** The first and last offset of a batch. */
export function firstOf(batch: InFlightBatch): number {
  return batch.offsets[0] as number;
}

export function lastOf(batch: InFlightBatch): number {
  return batch.offsets[batch.offsets.length - 1] as number;
}

/** [KAFKA-SHARE-7] Where the next acquisition begins: at the first available record, else at the end. */
export function nextFetchOffset(p: SharePartition): number {
  for (const batch of p.batches) {
    for (let i = 0; i < batch.states.length; i += 1) {
      if ((batch.states[i] as InFlightState).state === 'available') return batch.offsets[i] as number;
    }
  }
  return p.end;
}

/** [KAFKA-SHARE-8] Records that were released can always be acquired again, new ones while the window is not full. */
export function canAcquire(p: SharePartition, limits: ShareLimits): boolean {
  return nextFetchOffset(p) < p.end || p.end - p.start < limits.locks;
}

/** [KAFKA-SHARE-6] The start moves past records that are done with, and no further; they are forgotten. */
export function advanceStart(p: SharePartition): void {
  let kept = 0;
  while (kept < p.batches.length) {
    const batch = p.batches[kept] as InFlightBatch;
    const open = firstOpen(batch, p.start);
    if (open >= 0) {
      p.start = Math.max(p.start, open);
      break;
    }
    kept += 1;
  }
  if (kept === p.batches.length) p.start = Math.max(p.start, p.end);
  p.batches.splice(0, kept);
}

/** The first offset from `start` on that is not done with, -1 = all are. */
function firstOpen(batch: InFlightBatch, start: number): number {
  for (let i = 0; i < batch.offsets.length; i += 1) {
    const offset = batch.offsets[i] as number;
    if (offset >= start && !isTerminal(stateAt(batch, i).state)) return offset;
  }
  return -1;
}

/**
 * [KAFKA-SHARE-6] The log begins at `logStart` now: what was available below is archived unread; what is acquired there
 * stays with its member, and what it says of it is passed over.
 */
export function followLogStart(p: SharePartition, logStart: number): void {
  if (logStart <= p.start) return;
  for (const batch of p.batches) {
    if (firstOf(batch) >= logStart) break;
    if (lastOf(batch) >= logStart) splitStates(batch);
    for (let i = 0; i < batch.states.length; i += 1) {
      const found = batch.states[i] as InFlightState;
      if ((batch.offsets[i] as number) < logStart && found.state === 'available') found.state = 'archived';
    }
  }
  p.end = Math.max(p.end, logStart);
  p.start = logStart;
  advanceStart(p);
}

/** Up to `offset` the log holds nothing that is still to be given out (markers, compacted records). */
export function skipTo(p: SharePartition, offset: number): void {
  p.end = Math.max(p.end, offset);
  advanceStart(p);
}

/** When the first lock ends, Infinity = nothing is locked. */
export function nextExpiry(p: SharePartition): number {
  let first = Infinity;
  for (const { states } of p.batches) {
    for (const { state, lockedUntil } of states) {
      if (state === 'acquired' && lockedUntil < first) first = lockedUntil;
    }
  }
  return first;
}
