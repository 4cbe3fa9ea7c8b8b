/**
 * Turns a stopped world into its report. Chains are walked in the stored trace; where the level did not store it, the
 * caller may give the trace of a second run of the same seed (`explainedBy`), which is the same run.
 */
import { explain } from '#sim/checkers/causal-chain.ts';
import type { CheckResult } from '#sim/checkers/verdict.ts';
import type { Block } from '#sim/trace/block.ts';
import type { ReportedVerdict, RunReport } from '#sim/run/report.ts';
import { ENGINE_VERSION } from '#sim/run/version.ts';
import type { World } from '#sim/run/world.ts';

export function reportOf(world: World, explainedBy: World = world): RunReport {
  const { seed, catalog } = world.parts;
  return {
    seed,
    version: ENGINE_VERSION,
    digest: world.digest(),
    stopped: world.stopReason,
    virtualTime: world.now,
    events: world.events,
    messages: catalog.messages.lid.length,
    verdicts: reportVerdicts(world.verdicts(), explainedBy.trace().blocks),
    metrics: world.parts.metrics?.values(world.now) ?? [],
  };
}

function reportVerdicts(results: readonly CheckResult[], blocks: readonly Block[]): ReportedVerdict[] {
  return results.map(({ id, checker, of, verdict, reason, anomalies, more }) => ({
    id,
    checker,
    of,
    verdict,
    reason,
    anomalies: anomalies.map((anomaly) => {
      const { kind, count, subject, group, note, first } = anomaly;
      const { chain, complete } = explain(anomaly, blocks);
      return { kind, count, subject, group, note, first, chain: complete ? chain : [] };
    }),
    more,
  }));
}
