/**
 * Uniform placement where subscriptions differ (UniformHeterogeneousAssignmentBuilder): everybody keeps what it still
 * subscribes to, free partitions go to the least loaded subscribers of their topic, then topic by topic partitions move
 * from the most to the least loaded until no topic is uneven among its subscribers, or sixteen rounds are over.
 */
import { compareNames } from '#sim/base/names.ts';
import type { AssignorMember } from '#sim/brokers/kafka/assignors/assignor.ts';
import type { SubscribedCluster } from '#sim/brokers/kafka/assignors/subscribed-cluster.ts';
import {
  excludeMostLoaded,
  isEven,
  nextLeastLoaded,
  nextMostLoaded,
  startLevelling,
} from '#sim/brokers/kafka/assignors/uniform-levelling.ts';

const MOST_ROUNDS = 16;

interface Mixed {
  readonly cluster: SubscribedCluster;
  /** By topic: indices of members, ascending. */
  readonly subscribersOf: ReadonlyMap<string, readonly number[]>;
  /** Partitions by member. */
  readonly loads: number[];
  readonly ownerOf: Map<number, number>;
}

export function placeMixed(
  members: readonly AssignorMember[],
  cluster: SubscribedCluster,
): ReadonlyMap<string, number[]> {
  const subscribersOf = new Map<string, number[]>(cluster.topics.map((topic) => [topic, []]));
  const mixed: Mixed = { cluster, subscribersOf, loads: members.map(() => 0), ownerOf: new Map() };
  members.forEach((member, i) => {
    for (const topic of member.topics) subscribersOf.get(topic)?.push(i);
    for (const row of member.owned ?? []) {
      if (member.topics.includes(cluster.topicOf.get(row) ?? '')) give(mixed, row, i);
    }
  });
  const topics = [...cluster.topics].sort((a, b) => byDemand(mixed, a, b));
  for (const topic of topics) dealFree(mixed, topic);
  levelTopics(
    mixed,
    topics.filter((topic) => (subscribersOf.get(topic)?.length ?? 0) >= 2),
  );
  const partitions = new Map<string, number[]>();
  for (const { memberId } of members) partitions.set(memberId, []);
  for (const [row, owner] of mixed.ownerOf) partitions.get(members[owner]?.memberId as string)?.push(row);
  return partitions;
}

/** [KAFKA-ASSIGNOR-10] Topics with the most partitions a subscriber first, then the fewest subscribers, then by name. */
function byDemand({ cluster, subscribersOf }: Mixed, a: string, b: string): number {
  const subscribers = (topic: string): number => subscribersOf.get(topic)?.length ?? 0;
  const demand = (topic: string): number => (cluster.rowsOf.get(topic)?.length ?? 0) / subscribers(topic);
  return demand(b) - demand(a) || subscribers(a) - subscribers(b) || compareNames(a, b);
}

function give({ ownerOf, loads }: Mixed, row: number, to: number): void {
  const from = ownerOf.get(row);
  if (from !== undefined) loads[from] = (loads[from] as number) - 1;
  ownerOf.set(row, to);
  loads[to] = (loads[to] as number) + 1;
}

function dealFree(mixed: Mixed, topic: string): void {
  const free = (mixed.cluster.rowsOf.get(topic) ?? []).filter((row) => !mixed.ownerOf.has(row));
  if (free.length === 0) return;
  const levelling = startLevelling(mixed.loads, mixed.subscribersOf.get(topic) ?? []);
  for (const row of free) give(mixed, row, nextLeastLoaded(levelling, mixed.loads));
}

/** Round and round until a whole round has moved nothing. */
function levelTopics(mixed: Mixed, topics: readonly string[]): void {
  let lastMoved = -1;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    for (let i = 0; i < topics.length; i += 1) {
      if (i === lastMoved) return;
      const moved = levelTopic(mixed, topics[i] as string);
      if (moved > 0 || lastMoved < 0) lastMoved = i;
    }
  }
}

function levelTopic(mixed: Mixed, topic: string): number {
  const { loads, ownerOf, cluster } = mixed;
  const levelling = startLevelling(loads, mixed.subscribersOf.get(topic) ?? []);
  const first = levelling.members[0] as number;
  const last = levelling.members[levelling.members.length - 1] as number;
  if ((loads[last] as number) - (loads[first] as number) <= 1) return 0;
  const rowsBy = new Map<number, number[]>();
  for (const row of cluster.rowsOf.get(topic) ?? []) {
    const owner = ownerOf.get(row) as number;
    const rows = rowsBy.get(owner);
    if (rows === undefined) rowsBy.set(owner, [row]);
    else rows.push(row);
  }
  let moved = 0;
  while (!isEven(levelling)) {
    let from = nextMostLoaded(levelling, loads);
    while (from >= 0 && (rowsBy.get(from)?.length ?? 0) === 0) {
      excludeMostLoaded(levelling);
      from = nextMostLoaded(levelling, loads);
    }
    const row = rowsBy.get(from)?.pop();
    if (row === undefined) break;
    const to = nextLeastLoaded(levelling, loads);
    if (isEven(levelling)) break;
    give(mixed, row, to);
    moved += 1;
  }
  return moved;
}
