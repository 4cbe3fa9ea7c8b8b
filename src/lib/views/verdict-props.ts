/**
 * What the verdict views show, as they receive it: the parts of a run's report that they read and nothing of where it
 * came from.
 */
export interface AnomalyProps {
  readonly kind: string;
  readonly count: number;
  readonly subject: string;
  readonly first: { readonly seq: number; readonly at: number };
  readonly chain: readonly number[];
}

export interface VerdictProps {
  readonly checker: string;
  readonly verdict: 'valid' | 'invalid' | 'unknown';
  readonly reason?: string;
  readonly anomalies: readonly AnomalyProps[];
}

/** Invalid first, then what is not known yet, then valid. */
const order: Record<VerdictProps['verdict'], number> = { invalid: 0, unknown: 1, valid: 2 };

export function inReadingOrder<T extends VerdictProps>(verdicts: readonly T[]): T[] {
  return [...verdicts].sort((a, b) => order[a.verdict] - order[b.verdict]);
}
