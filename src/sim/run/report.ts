/**
 * What a run comes to, as `run --json` prints it: the digest, why it stopped, verdicts with their anomalies and causal
 * chains, metrics. A chain needs the stored trace; where it was not stored, explain.ts runs the same seed again.
 */
import type { StopReason } from '#sim/run/world.ts';

export interface ReportedAnomaly {
  readonly kind: string;
  readonly count: number;
  readonly subject: string;
  readonly group: string | null;
  readonly note: string;
  readonly first: { readonly seq: number; readonly at: number };
  /** Seqs of the smallest explanation, ascending; empty where none was asked for. */
  readonly chain: readonly number[];
}

export interface ReportedVerdict {
  /** The claim's name in the file. */
  readonly id: string;
  readonly checker: string;
  /** The effect or table that the claim is about, null where it is about groups. */
  readonly of: string | null;
  readonly verdict: 'valid' | 'invalid' | 'unknown';
  readonly reason: string;
  readonly anomalies: readonly ReportedAnomaly[];
  /** Violations beyond those listed. */
  readonly more: number;
}

export interface ReportedMetric {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface MetricsSource {
  /** In a stable order; `at` is the run's present, for rates. */
  values(at: number): readonly ReportedMetric[];
}

export interface RunReport {
  readonly seed: number;
  /** Of the engine: digests are compared within one version. */
  readonly version: string;
  readonly digest: string;
  readonly stopped: StopReason | null;
  /** µs. */
  readonly virtualTime: number;
  readonly events: number;
  readonly messages: number;
  readonly verdicts: readonly ReportedVerdict[];
  readonly metrics: readonly ReportedMetric[];
}
