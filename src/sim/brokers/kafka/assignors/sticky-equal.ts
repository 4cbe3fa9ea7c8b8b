/**
 * Sticky placement where all members subscribe to the same topics (AbstractStickyAssignor.ConstrainedAssignmentBuilder):
 * everybody keeps what it owned up to its quota, the rest is dealt in turn to those below theirs. Left out: racks.
 */
import { assert } from '#sim/base/assert.ts';
import { compareNames } from '#sim/base/names.ts';
import type { Claims } from '#sim/brokers/kafka/assignors/sticky-claims.ts';
import { rowsOfTopics, type SubscribedCluster } from '#sim/brokers/kafka/assignors/subscribed-cluster.ts';

export interface StickyPlacement {
  /** By member id. */
  readonly partitions: Map<string, number[]>;
  /** Partitions that change hands, with their new owner; null where that is to be found by comparison. */
  readonly moving: ReadonlyMap<number, string> | null;
}

interface Dealing {
  readonly minQuota: number;
  readonly maxQuota: number;
  /** How many members get one more than `minQuota`, and how many do so far. */
  readonly expectedOver: number;
  over: number;
  readonly partitions: Map<string, number[]>;
  readonly givenUpBy: Map<number, string>;
  readonly moving: Map<number, string>;
  readonly below: string[];
  readonly atMinimum: string[];
}

export function placeEqually(cluster: SubscribedCluster, claims: Claims): StickyPlacement {
  const count = claims.owned.size;
  const dealing: Dealing = {
    minQuota: Math.floor(cluster.partitionCount / count),
    maxQuota: Math.ceil(cluster.partitionCount / count),
    expectedOver: cluster.partitionCount % count,
    over: 0,
    partitions: new Map(),
    givenUpBy: new Map(),
    moving: new Map(),
    below: [],
    atMinimum: [],
  };
  for (const [memberId, owned] of claims.owned) {
    keep(
      dealing,
      memberId,
      [...owned]
        .sort((a, b) => byNumberThenTopic(cluster, a, b))
        .filter((row) => !claims.claimedTwice.has(row)),
    );
  }
  const kept = new Set([...dealing.partitions.values()].flat());
  const free = rowsOfTopics(cluster, cluster.topics).filter((row) => !kept.has(row));
  dealing.below.sort(compareNames);
  dealing.atMinimum.sort(compareNames);
  dealOut(dealing, free, claims.claimedTwice);
  return dealing;
}

function byNumberThenTopic({ numberOf, topicOf }: SubscribedCluster, a: number, b: number): number {
  const order = (numberOf.get(a) as number) - (numberOf.get(b) as number);
  return order !== 0 ? order : compareNames(topicOf.get(a) as string, topicOf.get(b) as string);
}

/** [KAFKA-ASSIGNOR-4] What a member owned stays with it, up to the quota that is left for it. */
function keep(dealing: Dealing, memberId: string, owned: readonly number[]): void {
  const { minQuota, maxQuota, expectedOver } = dealing;
  if (owned.length < minQuota) {
    dealing.partitions.set(memberId, [...owned]);
    dealing.below.push(memberId);
    return;
  }
  let quota = minQuota;
  if (owned.length >= maxQuota && dealing.over < expectedOver) {
    quota = maxQuota;
    dealing.over += 1;
    if (dealing.over === expectedOver) dealing.atMinimum.length = 0;
  } else if (dealing.over < expectedOver) dealing.atMinimum.push(memberId);
  dealing.partitions.set(memberId, owned.slice(0, quota));
  for (const row of owned.slice(quota)) dealing.givenUpBy.set(row, memberId);
}

/** In turn to the members below the minimum; once nobody is, one each to those at it. */
function dealOut(dealing: Dealing, free: readonly number[], claimedTwice: ReadonlySet<number>): void {
  const { below, atMinimum, minQuota } = dealing;
  let turn = 0;
  for (const row of free) {
    if (turn >= below.length) turn = 0;
    const fromBelow = below.length > 0;
    const memberId = fromBelow ? below[turn] : atMinimum.shift();
    assert(memberId !== undefined, '[KAFKA-ASSIGNOR-4] the quotas add up to the partitions');
    const partitions = dealing.partitions.get(memberId) as number[];
    partitions.push(row);
    const before = dealing.givenUpBy.get(row);
    if ((before !== undefined && before !== memberId) || claimedTwice.has(row)) {
      dealing.moving.set(row, memberId);
    }
    if (!fromBelow) continue;
    if (partitions.length === minQuota) {
      below.splice(turn, 1);
      atMinimum.push(memberId);
    } else turn += 1;
  }
}
