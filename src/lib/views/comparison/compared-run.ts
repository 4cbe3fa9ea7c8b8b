/** One of the runs that stand side by side, computed to its end: what its file says and what came of it. */
import type { RunReport, Topology } from '#lib/scene/parts.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';
import type { Timeline } from '#lib/scene/timeline.ts';

export interface ComparedRun {
  /** Tells it apart from the others: `pause-cooperative`, of one file on two brokers `kafka`. */
  readonly name: string;
  readonly document: Readonly<Record<string, unknown>>;
  readonly topology: Topology;
  readonly report: RunReport;
  readonly trace: ReceivedTrace;
  readonly timeline: Timeline;
}

export type BrokerKind = Topology['brokers'][number]['kind'];

/** Null where the file has no broker. */
export function brokerKind(topology: Topology): BrokerKind | null {
  return topology.brokers[0]?.kind ?? null;
}
