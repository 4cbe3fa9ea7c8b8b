/** What a comparison needs to know of a run beyond its report, read from its trace in one go. */
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';
import type { RunReport, Topology } from '#lib/scene/parts.ts';
import { PauseBook, type Pause } from '#lib/views/comparison/pauses.ts';
import { WaitingBook, type Waiting } from '#lib/views/comparison/waiting.ts';

export interface RunFacts {
  readonly pauses: readonly Pause[];
  /** By group, in the topology's order. */
  readonly waiting: readonly Waiting[];
}

interface Computed {
  readonly trace: ReceivedTrace;
  readonly topology: Topology;
  readonly report: RunReport;
}

export function factsOf({ trace, topology, report }: Computed): RunFacts {
  const pauses = new PauseBook(trace, topology);
  const waiting = new WaitingBook(trace, topology);
  for (const block of trace.blocks) {
    for (let row = 0; row < block.count; row += 1) {
      pauses.take(block, row);
      waiting.take(block, row);
    }
  }
  return { pauses: pauses.end(report.virtualTime), waiting: waiting.result() };
}
