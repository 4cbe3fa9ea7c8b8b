/**
 * What the verdict views show, as they receive it: the parts of a run's report that they read and nothing of where it
 * came from.
 */
export interface AnomalyProps {
  readonly kind: string;
  readonly count: number;
  readonly subject: string;
  /** Consumer group, null where there is none. */
  readonly group: string | null;
  readonly note: string;
  readonly first: { readonly seq: number; readonly at: number };
  /** Numbers of the records that explain it; empty where nobody asked. */
  readonly chain: readonly number[];
}

export interface VerdictProps {
  /** The claim's name in the file. */
  readonly id: string;
  readonly checker: string;
  readonly verdict: 'valid' | 'invalid' | 'unknown';
  readonly reason: string;
  readonly anomalies: readonly AnomalyProps[];
  /** Violations beyond those listed. */
  readonly more: number;
}

/** Invalid first, then what is not known yet, then valid. */
const order: Record<VerdictProps['verdict'], number> = { invalid: 0, unknown: 1, valid: 2 };

export function inReadingOrder<T extends VerdictProps>(verdicts: readonly T[]): T[] {
  return [...verdicts].sort((a, b) => order[a.verdict] - order[b.verdict]);
}
