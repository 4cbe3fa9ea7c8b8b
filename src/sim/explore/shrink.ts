/**
 * Shrinking: from a file that fails to the smallest that still fails in the same way. `reductions` proposes smaller
 * documents, the largest cuts first; whatever still shows the same anomaly of the same claim is taken, until a whole
 * round of proposals fails: then nothing that they could remove can be removed (1-minimal, in the sense of Zeller and
 * Hildebrandt, Simplifying and Isolating Failure-Inducing Input, 2002).
 */
import { meaningOf, type JsonObject } from '#sim/explore/document.ts';
import { outcomeOf, type CheckOutcome, type Outcome } from '#sim/explore/outcome.ts';
import { reductionsOf } from '#sim/explore/reductions.ts';

/** What a smaller file must still show. */
export interface Failure {
  readonly check: string;
  readonly verdict: 'invalid' | 'unknown';
  /** Null: any, or none. */
  readonly kind: string | null;
}

export interface Shrunk {
  readonly document: JsonObject;
  readonly outcome: Outcome;
  /** What was cut away, in order, as sentences. */
  readonly steps: readonly string[];
  readonly runs: number;
  /** False where `runs` ran out before a whole round had failed. */
  readonly minimal: boolean;
}

export function failureOf(check: CheckOutcome): Failure {
  return {
    check: check.id,
    verdict: check.verdict === 'unknown' ? 'unknown' : 'invalid',
    kind: check.kinds[0] ?? null,
  };
}

function shows(outcome: Outcome, failure: Failure): boolean {
  return outcome.checks.some(
    ({ id, verdict, kinds }) =>
      id === failure.check &&
      verdict === failure.verdict &&
      (failure.kind === null || kinds.includes(failure.kind)),
  );
}

/** What the document comes to, null where it is no scenario (any more) or does not show the failure. */
function failing(document: JsonObject, failure: Failure): Outcome | null {
  const scenario = meaningOf(document);
  if (!scenario.ok) return null;
  const outcome = outcomeOf(scenario.value);
  return shows(outcome, failure) ? outcome : null;
}

/** Null where the document does not fail in this way to begin with. */
export function shrink(document: JsonObject, failure: Failure, mostRuns = 2_000): Shrunk | null {
  let outcome = failing(document, failure);
  if (outcome === null) return null;
  let smallest = document;
  let runs = 1;
  const steps: string[] = [];
  let again = true;
  while (again && runs < mostRuns) {
    again = false;
    for (const { what, document: smaller } of reductionsOf(smallest, failure.check)) {
      if (runs >= mostRuns) break;
      runs += 1;
      const found = failing(smaller, failure);
      if (found === null) continue;
      smallest = smaller;
      outcome = found;
      steps.push(what);
      again = true;
      break;
    }
  }
  return { document: smallest, outcome, steps, runs, minimal: runs < mostRuns };
}
