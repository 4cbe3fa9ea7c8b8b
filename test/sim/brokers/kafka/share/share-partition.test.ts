/**
 * The state of a share partition: its rules one by one, then random sequences of operations against a model so small
 * that it can be seen to be right (one entry an offset, no batches).
 */
import { describe, expect, it } from 'vitest';
import { acquire, type Acquired } from '#sim/brokers/kafka/share/acquire.ts';
import {
  acknowledge,
  expire,
  releaseMember,
  type Acknowledgement,
  type Settled,
} from '#sim/brokers/kafka/share/acknowledge.ts';
import {
  canAcquire,
  createSharePartition,
  followLogStart,
  isTerminal,
  isWhole,
  nextExpiry,
  nextFetchOffset,
  skipTo,
  stateAt,
  type InFlightState,
  type ShareLimits,
  type SharePartition,
} from '#sim/brokers/kafka/share/share-partition.ts';

const LIMITS: ShareLimits = { deliveries: 5, locks: 100, lockDuration: 30 };

interface Take {
  readonly max?: number;
  readonly now?: number;
  readonly strict?: boolean;
  readonly limits?: ShareLimits;
  /** Records of each batch of the log. */
  readonly batch?: number;
  readonly batchSize?: number;
}

/** Reads a log of `length` records, batch by batch, from where the share partition wants to. */
function take(p: SharePartition, member: string, length: number, more: Take = {}): Acquired[] {
  const { max = 500, now = 0, strict = false, limits = LIMITS, batch = 10, batchSize = 500 } = more;
  const from = nextFetchOffset(p);
  if (!canAcquire(p, limits)) return [];
  const offsets = Array.from({ length: Math.max(0, length - from) }, (_, i) => from + i);
  const batchEnds = offsets.flatMap((offset, i) =>
    (offset + 1) % batch === 0 || i === offsets.length - 1 ? [i + 1] : [],
  );
  return acquire(p, limits, { member, offsets, batchEnds, maxRecords: max, strict, batchSize, now });
}

function offsetsOf(list: readonly { readonly offset: number }[]): number[] {
  return list.map(({ offset }) => offset);
}

function say(p: SharePartition, member: string, type: Acknowledgement, first: number, last = first, now = 0) {
  return acknowledge(p, LIMITS, member, [{ first, last, type }], now);
}

function statesOf(p: SharePartition): Map<number, InFlightState> {
  return new Map(p.batches.flatMap((batch) => batch.offsets.map((offset, i) => [offset, stateAt(batch, i)])));
}

describe('a share partition', () => {
  it('[KAFKA-SHARE-1] gives a record to one member at a time', () => {
    const p = createSharePartition(0);
    expect(offsetsOf(take(p, 'a', 20, { max: 10 }))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(offsetsOf(take(p, 'b', 20))).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    expect(take(p, 'a', 20)).toEqual([]);
    expect(say(p, 'b', 'accept', 3).error).toBe('INVALID_RECORD_STATE');
  });

  it('[KAFKA-SHARE-2] keeps one state for a batch until something happens to a part of it', () => {
    const p = createSharePartition(0);
    take(p, 'a', 10);
    expect(p.batches.map(isWhole)).toEqual([true]);
    say(p, 'a', 'accept', 4);
    expect(p.batches.map(({ states }) => states.length)).toEqual([10]);
    expect([...statesOf(p)].filter(([, { state }]) => state === 'acknowledged')).toHaveLength(1);
  });

  it('[KAFKA-SHARE-3] accept and reject are the end, release makes available, renew begins the lock anew', () => {
    const p = createSharePartition(0);
    take(p, 'a', 4);
    say(p, 'a', 'accept', 1);
    say(p, 'a', 'reject', 2);
    say(p, 'a', 'release', 0);
    expect(say(p, 'a', 'renew', 3, 3, 20).settled).toEqual([
      { offset: 3, outcome: 'renewed', deliveries: 1, member: 'a' },
    ]);
    expect([...statesOf(p).values()].map(({ state }) => state)).toEqual([
      'available',
      'acknowledged',
      'archived',
      'acquired',
    ]);
    expect(expire(p, LIMITS, 49)).toEqual([]);
    expect(offsetsOf(expire(p, LIMITS, 50))).toEqual([3]);
  });

  it("[KAFKA-SHARE-4] a request about a record that is not the member's changes nothing", () => {
    const p = createSharePartition(0);
    take(p, 'a', 10);
    expire(p, LIMITS, 30);
    take(p, 'b', 10, { now: 30 });
    say(p, 'b', 'accept', 5);
    const before = structuredClone(p);
    const batches = [
      { first: 0, last: 0, type: 'accept' as const },
      { first: 5, last: 5, type: 'accept' as const },
    ];
    expect(acknowledge(p, LIMITS, 'b', batches, 30).error).toBe('INVALID_RECORD_STATE');
    expect(say(p, 'a', 'accept', 0).error).toBe('INVALID_RECORD_STATE');
    expect(say(p, 'b', 'accept', 8, 12).error).toBe('INVALID_REQUEST');
    expect(p).toEqual(before);
  });

  it('[KAFKA-SHARE-5] the delivery that reaches the limit is the last: released or expired, it is archived', () => {
    for (const end of ['release', 'expire'] as const) {
      const p = createSharePartition(0);
      const outcomes: string[] = [];
      for (let n = 1; n <= LIMITS.deliveries; n += 1) {
        expect(take(p, 'a', 1, { now: n * 30 })).toEqual([{ offset: 0, deliveries: n }]);
        const settled =
          end === 'release' ? say(p, 'a', 'release', 0).settled : expire(p, LIMITS, n * 30 + 30);
        outcomes.push(settled[0]?.outcome ?? '-');
      }
      const again = end === 'release' ? 'released' : 'expired';
      expect(outcomes).toEqual([again, again, again, again, 'archived']);
      expect(take(p, 'a', 1)).toEqual([]);
      expect(p).toEqual({ start: 1, end: 1, batches: [] });
    }
  });

  it('[KAFKA-SHARE-6] the start passes what is done with and stops at the first open record', () => {
    const p = createSharePartition(0);
    take(p, 'a', 10);
    say(p, 'a', 'accept', 1, 4);
    expect(p.start).toBe(0);
    say(p, 'a', 'reject', 0);
    expect(p.start).toBe(5);
    say(p, 'a', 'accept', 5, 9);
    expect(p).toEqual({ start: 10, end: 10, batches: [] });
  });

  it("[KAFKA-SHARE-6] the start follows the log's: what was available below is archived, what is acquired stays", () => {
    const p = createSharePartition(0);
    take(p, 'a', 10);
    say(p, 'a', 'release', 0, 2);
    followLogStart(p, 5);
    expect([p.start, nextFetchOffset(p)]).toEqual([5, 10]);
    expect(say(p, 'a', 'accept', 3, 6).error).toBe('NONE');
    expect(p.start).toBe(7);
    skipTo(p, 20);
    expect([p.start, p.end]).toEqual([7, 20]);
  });

  it('[KAFKA-SHARE-7] what was released comes before what is new', () => {
    const p = createSharePartition(0);
    take(p, 'a', 10);
    say(p, 'a', 'release', 6);
    expect(nextFetchOffset(p)).toBe(6);
    expect(offsetsOf(take(p, 'b', 12))).toEqual([6, 10, 11]);
  });

  it('[KAFKA-SHARE-8] one open record at the start holds new ones up once the window is full, not those released', () => {
    const limits = { ...LIMITS, locks: 20 };
    const p = createSharePartition(0);
    take(p, 'a', 40, { limits, max: 10 });
    take(p, 'b', 40, { limits, max: 10 });
    say(p, 'b', 'accept', 10, 19);
    say(p, 'a', 'accept', 1, 9);
    expect([p.start, p.end, canAcquire(p, limits)]).toEqual([0, 20, false]);
    expect(take(p, 'b', 40, { limits })).toEqual([]);
    say(p, 'a', 'release', 0);
    expect(offsetsOf(take(p, 'b', 40, { limits }))).toEqual([0]);
  });

  it('[KAFKA-SHARE-9] a batch that nears the limit comes in ever smaller parts, its last delivery record by record', () => {
    const p = createSharePartition(0);
    const sizes: number[][] = [];
    for (let round = 1; round <= LIMITS.deliveries; round += 1) {
      const parts: number[] = [];
      for (;;) {
        const part = take(p, 'a', 8, { batch: 8 });
        if (part.length === 0) break;
        parts.push(part.length);
      }
      sizes.push(parts);
      expire(p, LIMITS, 30);
    }
    expect(sizes).toEqual([[8], [8], [8], [4, 4], [1, 1, 1, 1, 1, 1, 1, 1]]);
  });

  it('[KAFKA-SHARE-10] a poll finishes a batch of the log beyond its limit, unless the limit is strict', () => {
    const p = createSharePartition(0);
    expect(take(p, 'a', 30, { max: 15 })).toHaveLength(20);
    expect(take(createSharePartition(0), 'a', 30, { max: 15, strict: true })).toHaveLength(15);
    const q = createSharePartition(0);
    take(q, 'a', 30, { batchSize: 10 });
    expect(q.batches.map(({ offsets }) => offsets.length)).toEqual([10, 10, 10]);
  });

  it('[KAFKA-SHARE-11] a lock ends after its duration, and its record is available again', () => {
    const p = createSharePartition(0);
    take(p, 'a', 3, { now: 5 });
    expect(nextExpiry(p)).toBe(35);
    expect(expire(p, LIMITS, 34)).toEqual([]);
    expect(expire(p, LIMITS, 35).map(({ outcome, member }) => [outcome, member])).toEqual([
      ['expired', 'a'],
      ['expired', 'a'],
      ['expired', 'a'],
    ]);
    expect(nextExpiry(p)).toBe(Infinity);
  });

  it('[KAFKA-SHARE-12] what a member that is gone had acquired is given back and does not count as delivered', () => {
    const p = createSharePartition(0);
    for (let n = 0; n < 10; n += 1) {
      expect(take(p, 'a', 1)).toEqual([{ offset: 0, deliveries: 1 }]);
      expect(releaseMember(p, LIMITS, 'a')[0]?.outcome).toBe('returned');
    }
  });
});

/** The same, without batches: what each offset is. */
interface Entry {
  state: string;
  deliveries: number;
  member: string;
  until: number;
}

class Model {
  readonly entries = new Map<number, Entry>();
  start = 0;

  acquired(member: string, list: readonly Acquired[], now: number): void {
    for (const { offset, deliveries } of list) {
      const known = this.entries.get(offset) ?? { state: 'available', deliveries: 0, member: '', until: 0 };
      if (known.state !== 'available') throw new Error(`${offset} is ${known.state}, and given to ${member}`);
      known.deliveries += 1;
      const counted = deliveries === known.deliveries && deliveries <= LIMITS.deliveries;
      if (!counted) throw new Error(`${offset} is delivered for the ${deliveries}th time`);
      Object.assign(known, { state: 'acquired', member, until: now + LIMITS.lockDuration });
      this.entries.set(offset, known);
    }
  }

  /** Ends acquisitions as `outcome` says; the limit decides what is available again. */
  ended(offsets: readonly number[], outcome: string, now: number): void {
    for (const offset of offsets) {
      const entry = this.entries.get(offset);
      if (entry === undefined) throw new Error(`nobody had ${offset}`);
      if (outcome === 'renew') {
        entry.until = now + LIMITS.lockDuration;
        continue;
      }
      const back = outcome === 'release' || outcome === 'expire';
      if (outcome === 'return') entry.deliveries -= 1;
      entry.state =
        outcome === 'accept'
          ? 'acknowledged'
          : outcome === 'reject' || (back && entry.deliveries >= LIMITS.deliveries)
            ? 'archived'
            : 'available';
      entry.member = '';
    }
  }

  held(by: (entry: Entry) => boolean): number[] {
    return [...this.entries].filter(([, entry]) => entry.state === 'acquired' && by(entry)).map(([at]) => at);
  }

  /** [KAFKA-SHARE-6] */
  move(end: number): void {
    while (
      this.start < end &&
      isTerminal((this.entries.get(this.start)?.state ?? 'available') as 'archived')
    ) {
      this.start += 1;
    }
  }
}

function xorshift(seed: number): () => number {
  let x = seed | 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  };
}

function sorted(list: readonly number[]): number[] {
  return [...list].sort((a, b) => a - b);
}

/** [KAFKA-SHARE-1] to 6: what differs, in words. */
function differences(p: SharePartition, model: Model): string[] {
  model.move(p.end);
  const states = statesOf(p);
  const wrong: string[] = [];
  if (p.start !== model.start) wrong.push(`start ${p.start}, not ${model.start}`);
  if (p.end - p.start > LIMITS.locks + 10) wrong.push(`the window holds ${p.end - p.start}`);
  for (const [offset, entry] of model.entries) {
    const found = states.get(offset);
    if (found === undefined) {
      if (offset >= p.start) wrong.push(`${offset} is forgotten`);
      continue;
    }
    const same =
      found.state === entry.state &&
      found.deliveries === entry.deliveries &&
      found.member === entry.member &&
      (found.state !== 'acquired' || found.lockedUntil === entry.until);
    if (!same) wrong.push(`${offset}: ${JSON.stringify(found)}, not ${JSON.stringify(entry)}`);
  }
  for (const offset of states.keys()) if (!model.entries.has(offset)) wrong.push(`${offset} is invented`);
  return wrong;
}

describe('random sequences of operations', () => {
  const count = Number(process.env['SPILLWAY_COUNT'] ?? (process.env['SPILLWAY_DEEP'] ? 2000 : 200));
  it('leave each record in the one state that the small model has it in', () => {
    for (let seed = 1; seed <= count; seed += 1) {
      const next = xorshift(seed * 7919);
      const p = createSharePartition(0);
      const model = new Model();
      let now = 0;
      let log = 0;
      for (let n = 0; n < 60; n += 1) {
        const member = ['a', 'b', 'c'][next() % 3] as string;
        const move = next() % 8;
        if (move <= 2) {
          log += next() % 12;
          const more = {
            max: 1 + (next() % 25),
            strict: next() % 2 === 0,
            batchSize: 1 + (next() % 20),
            now,
          };
          const got = take(p, member, log, { ...more, batch: 1 + (next() % 10) });
          if (more.strict) expect(got.length).toBeLessThanOrEqual(more.max);
          model.acquired(member, got, now);
        } else if (move <= 5) {
          const mine = sorted(model.held((entry) => entry.member === member));
          if (mine.length === 0) continue;
          const first = mine[next() % mine.length] as number;
          let last = first;
          while (next() % 3 > 0 && mine.includes(last + 1)) last += 1;
          const type = (['accept', 'release', 'reject', 'renew'] as const)[next() % 4] as Acknowledgement;
          expect(acknowledge(p, LIMITS, member, [{ first, last, type }], now).error).toBe('NONE');
          model.ended(
            mine.filter((offset) => offset >= first && offset <= last),
            type,
            now,
          );
        } else if (move === 6) {
          now += next() % 20;
          const due = model.held((entry) => entry.until <= now);
          expect(sorted(offsetsOf(expire(p, LIMITS, now)))).toEqual(sorted(due));
          model.ended(due, 'expire', now);
        } else if (next() % 4 === 0) {
          const back: Settled[] = releaseMember(p, LIMITS, member);
          const held = model.held((entry) => entry.member === member);
          expect(sorted(offsetsOf(back))).toEqual(sorted(held));
          model.ended(held, 'return', now);
        } else {
          const other = model.held((entry) => entry.member !== member)[0];
          if (other === undefined) continue;
          const refused = acknowledge(
            p,
            LIMITS,
            member,
            [{ first: other, last: other, type: 'accept' }],
            now,
          );
          expect(refused.error).toBe('INVALID_RECORD_STATE');
        }
        const wrong = differences(p, model);
        if (wrong.length > 0) expect(wrong, `seed ${seed}, step ${n}`).toEqual([]);
      }
    }
  });

  it('canary: a start that moves too far, a state that is lost and a count that is wrong are told', () => {
    const wrong = (break_: (p: SharePartition) => void): string[] => {
      const p = createSharePartition(0);
      const model = new Model();
      model.acquired('a', take(p, 'a', 4), 0);
      say(p, 'a', 'release', 1);
      model.ended([1], 'release', 0);
      expect(differences(p, model)).toEqual([]);
      break_(p);
      return differences(p, model);
    };
    expect(wrong((p) => (p.start = 1))).toContain('start 1, not 0');
    expect(wrong((p) => p.batches.pop())).toContain('0 is forgotten');
    expect(wrong((p) => (statesOf(p).get(2) as InFlightState).deliveries++)).toHaveLength(1);
    expect(() => new Model().acquired('a', [{ offset: 0, deliveries: 2 }], 0)).toThrow('2th time');
  });
});
