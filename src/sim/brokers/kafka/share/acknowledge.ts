/**
 * What ends an acquisition (SharePartition#acknowledge, #releaseAcquiredRecords, #releaseAcquisitionLockOnTimeout of
 * Kafka 4.2): the member accepts, releases, rejects or renews; its lock ends; it is gone. A request is checked whole
 * before anything changes: one record that is not the member's to acknowledge refuses all that the request says of this
 * partition. Each function returns what became of which record, and moves the start.
 */
import {
  advanceStart,
  isWhole,
  lastOf,
  splitStates,
  stateAt,
  type InFlightBatch,
  type InFlightState,
  type ShareLimits,
  type SharePartition,
} from '#sim/brokers/kafka/share/share-partition.ts';

/** AcknowledgeType; `renew` since 4.2 (KIP-1222). */
export type Acknowledgement = 'accept' | 'release' | 'reject' | 'renew';

export interface AcknowledgementBatch {
  readonly first: number;
  readonly last: number;
  readonly type: Acknowledgement;
}

export type ShareOutcome =
  'accepted' | 'released' | 'rejected' | 'renewed' | 'expired' | 'archived' | 'returned';

export interface Settled {
  readonly offset: number;
  readonly outcome: ShareOutcome;
  readonly deliveries: number;
  /** Who had it. */
  readonly member: string;
}

export type AcknowledgeError = 'NONE' | 'INVALID_RECORD_STATE' | 'INVALID_REQUEST';

/** [KAFKA-SHARE-3] [KAFKA-SHARE-4] */
export function acknowledge(
  p: SharePartition,
  limits: ShareLimits,
  member: string,
  batches: readonly AcknowledgementBatch[],
  now: number,
): { readonly error: AcknowledgeError; readonly settled: readonly Settled[] } {
  for (const batch of batches) {
    const error = refusal(p, member, batch);
    if (error !== 'NONE') return { error, settled: [] };
  }
  const settled: Settled[] = [];
  for (const { first, last, type } of batches) {
    eachRange(p, Math.max(first, p.start), last, (batch, from, to) => {
      if (from > 0 || to < batch.offsets.length) splitStates(batch);
      settle(batch, from, to, settled, limits, OUTCOMES[type], now);
    });
  }
  advanceStart(p);
  return { error: 'NONE', settled };
}

const OUTCOMES = { accept: 'accepted', release: 'released', reject: 'rejected', renew: 'renewed' } as const;

/** [KAFKA-SHARE-4] What is below the start is passed over, the rest must be acquired, by this member. */
function refusal(p: SharePartition, member: string, batch: AcknowledgementBatch): AcknowledgeError {
  if (batch.first > batch.last) return 'INVALID_REQUEST';
  if (batch.last < p.start) return 'NONE';
  const newest = p.batches[p.batches.length - 1];
  if (newest === undefined) return 'INVALID_RECORD_STATE';
  if (batch.last > lastOf(newest)) return 'INVALID_REQUEST';
  let error: AcknowledgeError = 'NONE';
  eachRange(p, Math.max(batch.first, p.start), batch.last, (found, from, to) => {
    for (let i = from; i < to; i += 1) {
      const { state, member: owner } = stateAt(found, i);
      if (state !== 'acquired' || owner !== member) error = 'INVALID_RECORD_STATE';
    }
  });
  return error;
}

/** Calls back with each batch that reaches into `first` … `last` and the range of its offsets that do. */
function eachRange(
  p: SharePartition,
  first: number,
  last: number,
  found: (batch: InFlightBatch, from: number, to: number) => void,
): void {
  for (const batch of p.batches) {
    let from = 0;
    while (from < batch.offsets.length && (batch.offsets[from] as number) < first) from += 1;
    let to = from;
    while (to < batch.offsets.length && (batch.offsets[to] as number) <= last) to += 1;
    if (to > from) found(batch, from, to);
  }
}

/** Settles offsets `from` to before `to` of a batch, which have one state or each their own. */
function settle(
  batch: InFlightBatch,
  from: number,
  to: number,
  settled: Settled[],
  limits: ShareLimits,
  outcome: Exclude<ShareOutcome, 'archived'>,
  now: number,
): void {
  const note = (i: number, became: ShareOutcome, member: string, deliveries: number): void => {
    settled.push({ offset: batch.offsets[i] as number, outcome: became, deliveries, member });
  };
  if (isWhole(batch)) {
    const one = batch.states[0] as InFlightState;
    const { member } = one;
    const became = change(one, limits, outcome, now);
    for (let i = from; i < to; i += 1) note(i, became, member, one.deliveries);
    return;
  }
  for (let i = from; i < to; i += 1) {
    const found = batch.states[i] as InFlightState;
    const { member } = found;
    note(i, change(found, limits, outcome, now), member, found.deliveries);
  }
}

function change(
  found: InFlightState,
  limits: ShareLimits,
  outcome: Exclude<ShareOutcome, 'archived'>,
  now: number,
): ShareOutcome {
  if (outcome === 'renewed') {
    found.lockedUntil = now + limits.lockDuration;
    return outcome;
  }
  found.member = '';
  found.lockedUntil = 0;
  if (outcome === 'accepted' || outcome === 'rejected') {
    found.state = outcome === 'accepted' ? 'acknowledged' : 'archived';
    return outcome;
  }
  // [KAFKA-SHARE-5] [KAFKA-SHARE-12]
  const spent = outcome !== 'returned' && found.deliveries >= limits.deliveries;
  if (outcome === 'returned') found.deliveries -= 1;
  found.state = spent ? 'archived' : 'available';
  return spent ? 'archived' : outcome;
}

/** [KAFKA-SHARE-11] Locks that have ended by now: available again, or archived at the limit. */
export function expire(p: SharePartition, limits: ShareLimits, now: number): Settled[] {
  return endWhere(p, limits, 'expired', now, (found) => found.lockedUntil <= now);
}

/** [KAFKA-SHARE-12] The member is gone: what it has acquired is given back, and that delivery is not counted. */
export function releaseMember(p: SharePartition, limits: ShareLimits, member: string): Settled[] {
  return endWhere(p, limits, 'returned', 0, (found) => found.member === member);
}

/** [KAFKA-SHARE-14] The leader is gone: an acquisition is not persisted, nor is the delivery that it counted. */
export function releaseAll(p: SharePartition, limits: ShareLimits): Settled[] {
  return endWhere(p, limits, 'returned', 0, () => true);
}

function endWhere(
  p: SharePartition,
  limits: ShareLimits,
  outcome: 'expired' | 'returned',
  now: number,
  ends: (found: InFlightState) => boolean,
): Settled[] {
  const settled: Settled[] = [];
  for (const batch of p.batches) {
    const count = batch.offsets.length;
    if (isWhole(batch)) {
      const one = batch.states[0] as InFlightState;
      if (one.state === 'acquired' && ends(one)) settle(batch, 0, count, settled, limits, outcome, now);
      continue;
    }
    for (let i = 0; i < count; i += 1) {
      const found = batch.states[i] as InFlightState;
      if (found.state === 'acquired' && ends(found)) settle(batch, i, i + 1, settled, limits, outcome, now);
    }
  }
  if (settled.length > 0) advanceStart(p);
  return settled;
}
