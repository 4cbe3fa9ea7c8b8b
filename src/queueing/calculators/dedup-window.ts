/**
 * Calculators C6 and C6b: how long a consumer must remember what it has done, and how often an event-sourced aggregate
 * should be written down whole. Times in seconds, sizes in bytes. The sources keep ids for a fixed time [0:915] and a
 * snapshot every 100 versions [3:1001].
 */
import { requireCount, requireNotNegative, requirePositive } from '#queueing/impossible-input.ts';

export interface DedupNeeds {
  readonly rate: number;
  /** Bytes that remembering one id takes. */
  readonly idSize: number;
  readonly memoryBudget: number;
  /** What can bring an old message back, each by its longest time. */
  readonly retention: number;
  readonly retryHorizon: number;
  readonly redriveAge: number;
  readonly replayAge: number;
  readonly crashRate: number;
  /** From the effect to the moment when it is remembered. */
  readonly vulnerable: number;
}

export interface DedupPlan {
  readonly window: number;
  /** What asks for the longest. */
  readonly because: 'retention' | 'retryHorizon' | 'redriveAge' | 'replayAge';
  readonly memory: number;
  /** Effects done twice although ids are kept, a second: crashes in between. */
  readonly duplicateRate: number;
  /** A sequence number a key needs no window where order holds within the key. */
  readonly advice: 'remember ids' | 'sequence number per key';
}

export function dedupPlan(needs: DedupNeeds): DedupPlan {
  requireNotNegative('rate', needs.rate);
  requirePositive('idSize', needs.idSize);
  requireNotNegative('memoryBudget', needs.memoryBudget);
  requireNotNegative('crashRate', needs.crashRate);
  requireNotNegative('vulnerable', needs.vulnerable);
  const reasons = ['retention', 'retryHorizon', 'redriveAge', 'replayAge'] as const;
  for (const reason of reasons) requireNotNegative(reason, needs[reason]);
  const because = reasons.reduce((worst, one) => (needs[one] > needs[worst] ? one : worst));
  const window = needs[because];
  const memory = needs.rate * window * needs.idSize;
  return {
    window,
    because,
    memory,
    // A crash strikes somebody's vulnerable time with this probability at the most.
    duplicateRate: needs.crashRate * Math.min(1, needs.rate * needs.vulnerable),
    advice: memory > needs.memoryBudget ? 'sequence number per key' : 'remember ids',
  };
}

/** Whether an id that is kept for `window` would be forgotten before its message can come back. */
export const forgetsTooSoon = (window: number, plan: DedupPlan): boolean => window < plan.window;

export interface SnapshotNeeds {
  readonly versions: number;
  /** A snapshot every so many versions. */
  readonly every: number;
  readonly apply: number;
  readonly snapshotSize: number;
}

export interface SnapshotPlan {
  /** Loading an aggregate: events after the snapshot, at most and on average. */
  readonly longestReplay: number;
  readonly meanReplay: number;
  readonly storage: number;
}

export function snapshotPlan({ versions, every, apply, snapshotSize }: SnapshotNeeds): SnapshotPlan {
  requireCount('versions', versions, 0, Number.MAX_SAFE_INTEGER);
  requireCount('every', every);
  requirePositive('apply', apply);
  requireNotNegative('snapshotSize', snapshotSize);
  const snapshots = Math.floor(versions / every);
  return {
    longestReplay: Math.min(every - 1, versions) * apply,
    meanReplay: (Math.min(every - 1, versions) / 2) * apply,
    storage: snapshots * snapshotSize,
  };
}

/**
 * The sources test (version + number of new events) % every === 0, so that an append which steps over the multiple
 * takes no snapshot. Whether this one does, and whether it should.
 */
export function snapshotsDue(
  before: number,
  appended: number,
  every: number,
): { sources: boolean; right: boolean } {
  const after = before + appended;
  return { sources: after % every === 0, right: Math.floor(after / every) > Math.floor(before / every) };
}
