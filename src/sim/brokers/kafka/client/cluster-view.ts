/**
 * What a client believes of who leads: refreshed when a broker says that it leads no longer, and when a connection breaks
 * (Metadata, NetworkClient.DefaultMetadataUpdater). One question at a time, to a node that can be reached, with
 * retry.backoff.ms between them. Null in a cluster of one node, whose leaders never move. Left out: refreshing by age
 * (metadata.max.age.ms, five minutes), the new leader that an answer can carry (KIP-951). Rules: SPEC.md, KAFKA-CLUSTER-7.
 */
import type { Metadata } from '#sim/brokers/kafka/metadata.ts';
import type { MetadataResponse } from '#sim/brokers/kafka/replication/cluster-protocol.ts';

export interface ClusterView {
  /** By partition row: the leader's place in `Metadata.nodes`, -1 = nobody; and its epoch. */
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
}

export function createView(metadata: Metadata): ClusterView | null {
  if (metadata.nodes.length === 1) return null;
  return {
    leaders: metadata.partitions.map(({ leader }) => metadata.nodes.indexOf(leader)),
    epochs: metadata.partitions.map(() => 0),
    wanted: false,
    place: 0,
    notBefore: 0,
    failures: 0,
    correlation: -1,
    deadline: Infinity,
  };
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
