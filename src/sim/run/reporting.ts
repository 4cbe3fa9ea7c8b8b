/**
 * Turns a stopped world into its report. Chains are walked in the stored trace; where the level did not store it, the
 * caller may give the trace of a second run of the same seed (`explainedBy`), which is the same run.
 */
import { explain } from '#sim/checkers/causal-chain.ts';
import type { Anomaly, CheckResult } from '#sim/checkers/verdict.ts';
import type { Block } from '#sim/trace/block.ts';
import type { ReportedAnomaly, ReportedVerdict, RunReport } from '#sim/run/report.ts';
import { ENGINE_VERSION } from '#sim/run/version.ts';
import type { World } from '#sim/run/world.ts';

/** `verdicts` where the caller has already told them, one by one. */
export function reportOf(
  world: World,
  explainedBy: World = world,
  verdicts?: readonly ReportedVerdict[],
): RunReport {
  const { seed, catalog } = world.parts;
  return {
    seed,
    version: ENGINE_VERSION,
    digest: world.digest(),
    stopped: world.stopReason,
    virtualTime: world.now,
    events: world.events,
    messages: catalog.messages.lid.length,
    verdicts: verdicts ?? world.verdicts().map((result) => reportVerdict(result, explainedBy.trace().blocks)),
    metrics: world.parts.metrics?.values(world.now) ?? [],
  };
}

export function reportVerdict(result: CheckResult, blocks: readonly Block[]): ReportedVerdict {
  const { id, checker, of, verdict, reason, anomalies, more } = result;
  const told = anomalies.map((anomaly) => reportAnomaly(anomaly, blocks));
  return { id, checker, of, verdict, reason, anomalies: told, more };
}

/** With the chain that explains it; without one where a record of it is not stored. */
export function reportAnomaly(anomaly: Anomaly, blocks: readonly Block[]): ReportedAnomaly {
  const { kind, count, subject, group, note, first } = anomaly;
  const { chain, complete } = explain(anomaly, blocks);
  return { kind, count, subject, group, note, first, chain: complete ? chain : [] };
}
