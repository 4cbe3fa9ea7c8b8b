/**
 * What a client believes of who leads: refreshed when a broker says that it leads no longer, and when a connection breaks
 * (Metadata, NetworkClient.DefaultMetadataUpdater). One question at a time, to a node that can be reached, with
 * retry.backoff.ms between them. Null in a cluster of one node, whose leaders never move, unless its topics are given
 * partitions: only then it is refreshed by age too (metadata.max.age.ms), for nothing else would come of that. Left out: the
 * new leader that an answer can carry (KIP-951). Rules: SPEC.md, KAFKA-CLUSTER-7, KAFKA-GROWTH-3.
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import { rowsThatExist, type Metadata } from '#sim/brokers/kafka/metadata.ts';
import type { MetadataResponse } from '#sim/brokers/kafka/replication/cluster-protocol.ts';

export interface ClusterView {
  /** By partition row: the leader's place in `Metadata.nodes`, -1 = nobody; and its epoch, -1 = no such partition. */
  leaders: number[];
  epochs: number[];
  /** Something may have changed. */
  wanted: boolean;
  /** Place of the node that is asked, or will be. */
  place: number;
  notBefore: number;
  failures: number;
  /** The producer's question under way and its deadline; -1 = none. */
  correlation: number;
  deadline: number;
  /** Until it is asked again without a reason, in a cluster whose topics are given partitions; -1 = none. */
  ageTimer: number;
}

/** metadata.max.age.ms where nobody says. */
const DEFAULT_AGE = 300_000_000;

export function createView(metadata: Metadata): ClusterView | null {
  const grows = metadata.growth !== undefined;
  if (metadata.nodes.length === 1 && !grows) return null;
  return {
    leaders: metadata.partitions.map(({ leader, later }) =>
      later === true ? -1 : metadata.nodes.indexOf(leader),
    ),
    epochs: metadata.partitions.map(({ later }) => (later === true ? -1 : 0)),
    wanted: grows,
    place: 0,
    notBefore: 0,
    failures: 0,
    correlation: -1,
    deadline: Infinity,
    ageTimer: -1,
  };
}

/** A topic's rows, of those partitions that the client knows. */
export function knownRows(
  metadata: Metadata,
  view: ClusterView | null,
): ReadonlyMap<string, readonly number[]> {
  if (view === null || metadata.growth === undefined) return metadata.rowsOf;
  return rowsThatExist(metadata, (row) => (view.epochs[row] as number) >= 0);
}

/** [KAFKA-GROWTH-3] Asked again `maxAge` (µs, metadata.max.age.ms) after the last answer: the timer begins anew. */
export function ageFromNow(
  view: ClusterView,
  metadata: Metadata,
  ctx: Ctx,
  kind: number,
  maxAge = DEFAULT_AGE,
): void {
  if (metadata.growth === undefined) return;
  if (view.ageTimer >= 0) ctx.cancel(view.ageTimer);
  view.ageTimer = ctx.schedule(maxAge, kind);
}

/** Errors that say that the client's picture is out of date (InvalidMetadataException and its kind). */
export function outdates(error: string): boolean {
  return (
    error === 'NOT_LEADER_OR_FOLLOWER' ||
    error === 'LEADER_NOT_AVAILABLE' ||
    error === 'UNKNOWN_TOPIC_OR_PARTITION' ||
    error === 'FENCED_LEADER_EPOCH' ||
    error === 'NETWORK_EXCEPTION' ||
    error === 'REQUEST_TIMED_OUT'
  );
}

/** The first node from `view.place` on that is not left alone, -1 = none. */
export function reachable(view: ClusterView, downUntil: readonly number[], now: number): number {
  for (let i = 0; i < downUntil.length; i += 1) {
    const place = (view.place + i) % downUntil.length;
    if ((downUntil[place] as number) <= now) return place;
  }
  return -1;
}

/** The answer is there; an older epoch than the one known is not believed. `pause` is until the next question. */
export function believe(
  view: ClusterView,
  metadata: Metadata,
  response: MetadataResponse,
  rows: readonly number[],
  again: number,
): void {
  response.leaders.forEach(({ leader, epoch }, row) => {
    if (epoch < (view.epochs[row] as number)) return;
    view.epochs[row] = epoch;
    view.leaders[row] = leader < 0 ? -1 : metadata.nodes.indexOf(leader);
  });
  view.correlation = -1;
  view.deadline = Infinity;
  view.wanted = rows.some((row) => (view.leaders[row] as number) < 0);
  view.notBefore = again;
  view.failures = view.wanted ? view.failures + 1 : 0;
}

/** The node that was asked cannot be reached: the next one is asked. */
export function askNext(view: ClusterView, nodes: number, notBefore: number): void {
  view.correlation = -1;
  view.deadline = Infinity;
  view.place = (view.place + 1) % nodes;
  view.notBefore = notBefore;
  view.failures += 1;
}
