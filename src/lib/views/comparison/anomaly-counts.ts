/** How often something was lost, done twice, done out of order: counted from the verdicts of whatever claims cover it. */
import type { ReportedAnomaly, RunReport } from '#lib/scene/parts.ts';

export type Harm = 'lost' | 'doubled' | 'reordered';

interface HarmCount {
  readonly count: number;
  /** There are violations beyond those that the report lists. */
  readonly orMore: boolean;
}

interface HarmRule {
  /** Which checkers speak of it: where the file makes none of these claims, nothing is known. */
  readonly checkers: readonly string[];
  readonly kinds: readonly string[];
  readonly weigh: (anomaly: ReportedAnomaly) => number;
}

const rules: Readonly<Record<Harm, HarmRule>> = {
  lost: { checkers: ['no-loss', 'effect-once'], kinds: ['lost', 'skipped'], weigh: ({ count }) => count },
  doubled: { checkers: ['effect-once'], kinds: ['duplicate'], weigh: ({ count }) => count - 1 },
  reordered: { checkers: ['key-order'], kinds: ['reordered'], weigh: ({ count }) => count },
};

/** The claims that would tell. */
export function claimsOf(harm: Harm): readonly string[] {
  return rules[harm].checkers;
}

/** Null where the file claims nothing that would tell. What two claims both say of one subject counts once. */
export function harmCount({ verdicts }: RunReport, harm: Harm): HarmCount | null {
  const { checkers, kinds, weigh } = rules[harm];
  const judged = verdicts.filter(({ checker }) => checkers.includes(checker));
  if (judged.length === 0) return null;
  const bySubject = new Map<string, Map<string, number>>();
  for (const { id, anomalies } of judged) {
    for (const anomaly of anomalies.filter(({ kind }) => kinds.includes(kind))) {
      const claims = bySubject.get(anomaly.subject) ?? new Map<string, number>();
      bySubject.set(anomaly.subject, claims);
      claims.set(id, (claims.get(id) ?? 0) + weigh(anomaly));
    }
  }
  let count = 0;
  for (const claims of bySubject.values()) count += Math.max(...claims.values());
  return { count, orMore: judged.some(({ more }) => more > 0) };
}
