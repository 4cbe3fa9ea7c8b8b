/**
 * Acquiring records of a share partition (SharePartition#acquire, #acquireSubsetBatchRecords of Kafka 4.2). What was
 * read from the log is gone through in order: available records of batches in flight first, then new ones. A batch that
 * is on its way to the delivery limit is given out in ever smaller parts, and a record's last delivery alone, so that
 * one poison record does not take its neighbours with it.
 */
import {
  firstOf,
  isWhole,
  lastOf,
  splitStates,
  type InFlightBatch,
  type InFlightState,
  type ShareLimits,
  type SharePartition,
} from '#sim/brokers/kafka/share/share-partition.ts';

export interface AcquireRequest {
  readonly member: string;
  /** What was read from the log from `nextFetchOffset` on: offsets, ascending. */
  readonly offsets: readonly number[];
  /** For each of the log's batches in it, the index after its last offset in `offsets`. */
  readonly batchEnds: readonly number[];
  readonly maxRecords: number;
  /** share.acquire.mode = record_limit: never more than maxRecords, where else whole batches are finished. */
  readonly strict: boolean;
  /** Records that a batch in flight holds at least, where there are so many. */
  readonly batchSize: number;
  readonly now: number;
}

/** One record that the member has from now on. */
export interface Acquired {
  readonly offset: number;
  readonly deliveries: number;
}

interface Draft {
  readonly p: SharePartition;
  readonly limits: ShareLimits;
  readonly request: AcquireRequest;
  readonly acquired: Acquired[];
  max: number;
  last: number;
}

export function acquire(p: SharePartition, limits: ShareLimits, request: AcquireRequest): Acquired[] {
  const { offsets, maxRecords } = request;
  const first = offsets[0];
  if (first === undefined || maxRecords <= 0) return [];
  const max = Math.min(maxRecords, limits.locks - (p.end - p.start));
  const draft: Draft = { p, limits, request, acquired: [], max, last: offsets[offsets.length - 1] as number };
  if (max <= 0) {
    // [KAFKA-SHARE-8] the window is full: only what is in it may be given out again
    if (first >= p.end) return [];
    draft.max = maxRecords;
    draft.last = Math.min(draft.last, p.end - 1);
  }
  const inFlight = p.batches.filter((batch) => lastOf(batch) >= first && firstOf(batch) <= draft.last);
  for (const batch of inFlight) {
    if (draft.acquired.length >= draft.max) break;
    if (!again(draft, batch, first)) return draft.acquired;
  }
  if (draft.acquired.length < draft.max) acquireNew(draft);
  return draft.acquired;
}

/** Takes what is available of a batch in flight. False where nothing more may come with it. */
function again(draft: Draft, batch: InFlightBatch, first: number): boolean {
  const { limits, request, acquired, max, last } = draft;
  const throttled = isThrottled(batch, limits, first, last);
  if (throttled && acquired.length > 0) return false;
  const within = firstOf(batch) >= first && lastOf(batch) <= last;
  const tooLarge = request.strict && batch.offsets.length > max - acquired.length;
  const one = batch.states[0] as InFlightState;
  if (isWhole(batch) && one.state !== 'available') return true;
  if (within && isWhole(batch) && !tooLarge && !throttled) {
    take(draft, one);
    for (const offset of batch.offsets) acquired.push({ offset, deliveries: one.deliveries });
    return true;
  }
  splitStates(batch);
  const before = acquired.length;
  takeSome(draft, batch, first);
  return !(throttled && acquired.length > before);
}

/** [KAFKA-SHARE-9] From half of the limit on (rounded up, at least 2). */
function throttledFrom(limits: ShareLimits): number {
  return Math.max(2, Math.floor((limits.deliveries + 1) / 2));
}

function isThrottled(batch: InFlightBatch, limits: ShareLimits, first: number, last: number): boolean {
  const from = throttledFrom(limits);
  if (isWhole(batch)) return (batch.states[0] as InFlightState).deliveries >= from;
  return batch.offsets.some((offset, i) => {
    const { state, deliveries } = batch.states[i] as InFlightState;
    return offset >= first && offset <= last && state === 'available' && deliveries >= from;
  });
}

function takeSome(draft: Draft, batch: InFlightBatch, first: number): void {
  const { limits, request, acquired, max, last } = draft;
  const room = max - acquired.length;
  let taken = 0;
  let part = -1;
  for (let i = 0; i < batch.offsets.length; i += 1) {
    const offset = batch.offsets[i] as number;
    const found = batch.states[i] as InFlightState;
    if (offset < first || found.state !== 'available') continue;
    if (offset > last) return;
    // [KAFKA-SHARE-9] the last delivery comes alone
    const lastTry = limits.deliveries > 2 && found.deliveries === limits.deliveries - 1;
    if (lastTry && taken > 0) return;
    if (found.deliveries >= throttledFrom(limits) && part < 0) {
      part = Math.max(1, batch.offsets.length >> (found.deliveries - throttledFrom(limits) + 1));
    }
    take(draft, found);
    acquired.push({ offset, deliveries: found.deliveries });
    taken += 1;
    if (lastTry || (request.strict && taken === room) || taken === part) return;
  }
}

function take({ request, limits }: Draft, found: InFlightState): void {
  found.state = 'acquired';
  found.deliveries += 1;
  found.member = request.member;
  found.lockedUntil = request.now + limits.lockDuration;
}

/** [KAFKA-SHARE-10] Batches of the log are finished unless the limit is strict. */
function acquireNew(draft: Draft): void {
  const { p, request, acquired, max, last } = draft;
  const { offsets, batchEnds, strict, batchSize } = request;
  let from = offsets.findIndex((offset) => offset >= p.end);
  if (from < 0) return;
  let i = from;
  const close = (): void => {
    if (i === from) return;
    const one: InFlightState = { state: 'available', deliveries: 0, member: '', lockedUntil: 0 };
    take(draft, one);
    p.batches.push({ offsets: offsets.slice(from, i), states: [one] });
    p.end = (offsets[i - 1] as number) + 1;
    from = i;
  };
  while (i < offsets.length && (offsets[i] as number) <= last) {
    if (strict && acquired.length >= max) break;
    acquired.push({ offset: offsets[i] as number, deliveries: 1 });
    i += 1;
    if (!batchEnds.includes(i)) continue;
    if (i - from >= batchSize) close();
    if (acquired.length >= max) break;
  }
  close();
}
