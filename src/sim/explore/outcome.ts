/** What one explored run came to: each claim's verdict and the kinds of its anomalies. No trace is stored for it. */
import { buildWorld } from '#sim/run/build.ts';
import type { StopReason } from '#sim/run/world.ts';
import type { Scenario } from '#sim/scenario/scenario.ts';

export interface CheckOutcome {
  /** The claim's name in the file. */
  readonly id: string;
  readonly verdict: 'valid' | 'invalid' | 'unknown';
  readonly reason: string;
  /** In code-unit order, each once. */
  readonly kinds: readonly string[];
  /** Of the first anomaly; empty where there is none. */
  readonly subject: string;
}

export interface Outcome {
  readonly seed: number;
  readonly digest: string;
  readonly stopped: StopReason | null;
  readonly checks: readonly CheckOutcome[];
}

export function outcomeOf(scenario: Scenario, seed = scenario.seed): Outcome {
  const world = buildWorld(scenario, { seed, level: 'none' });
  world.advance();
  const checks = world.verdicts().map(({ id, verdict, reason, anomalies }) => ({
    id,
    verdict,
    reason,
    kinds: [...new Set(anomalies.map(({ kind }) => kind))].sort(),
    subject: anomalies[0]?.subject ?? '',
  }));
  return { seed, digest: world.digest(), stopped: world.stopReason, checks };
}

/** The claims that do not hold, or that the run leaves open. */
export function troubles(outcome: Outcome): readonly CheckOutcome[] {
  return outcome.checks.filter(({ verdict }) => verdict !== 'valid');
}
