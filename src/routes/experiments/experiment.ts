/** A scenario file as the gallery shows it: its question, what it is about, and the verdict that tests hold it to. */

export interface Experiment {
  /** The file's name without `.json`, by which the lab opens it. */
  readonly name: string;
  /** The folder that it lies in: what it shows. */
  readonly theme: string;
  readonly title: string;
  readonly question: string;
  /** Kinds of its brokers, in code-unit order: `kafka`. */
  readonly brokers: readonly string[];
  /** Kinds of its faults, each once: `crash`. */
  readonly faults: readonly string[];
  /** Claims that hold, claims that are meant to break, and claims that the run leaves open. */
  readonly holds: readonly string[];
  readonly breaks: readonly string[];
  readonly leaves: readonly string[];
}

/** What somebody may choose by; null = all. */
export interface Choice {
  readonly theme: string | null;
  readonly broker: string | null;
  readonly fault: string | null;
  /** A claim that the file makes, whether it holds or breaks. */
  readonly claim: string | null;
}

export const everything: Choice = { theme: null, broker: null, fault: null, claim: null };

/** Words that say what is done to what; the rest of a fault's keys say when and for how long. */
const FAULT_WORDS = ['crash', 'restart', 'pause', 'slow', 'partition', 'latency', 'drop', 'deploy', 'alter'];

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(words: readonly string[]): string[] {
  return [...new Set(words)].sort();
}

export function experimentOf(path: string, document: Readonly<Record<string, unknown>>): Experiment {
  const parts = path.split('/');
  const name = (parts.at(-1) ?? path).replace(/\.json$/, '');
  const text = (key: string): string => (typeof document[key] === 'string' ? document[key] : '');
  const brokers = isObject(document['brokers']) ? Object.values(document['brokers']) : [];
  const faults = Array.isArray(document['faults']) ? (document['faults'] as readonly unknown[]) : [];
  const expected = isObject(document['expect']) ? Object.entries(document['expect']) : [];
  const claims = (verdict: string): string[] =>
    sorted(
      expected.flatMap(([claim, told]) =>
        (isObject(told) ? told['verdict'] : told) === verdict ? [claim] : [],
      ),
    );
  return {
    name,
    theme: parts.at(-2) ?? '',
    title: text('title') || name,
    question: text('question'),
    brokers: sorted(
      brokers.flatMap((broker) =>
        isObject(broker) && typeof broker['kind'] === 'string' ? [broker['kind']] : [],
      ),
    ),
    faults: sorted(
      faults.flatMap((fault) => (isObject(fault) ? FAULT_WORDS.filter((word) => word in fault) : [])),
    ),
    holds: claims('valid'),
    breaks: claims('invalid'),
    leaves: claims('unknown'),
  };
}

export function isChosen(experiment: Experiment, choice: Choice): boolean {
  const { theme, broker, fault, claim } = choice;
  const { holds, breaks, leaves } = experiment;
  if (theme !== null && experiment.theme !== theme) return false;
  if (broker !== null && !experiment.brokers.includes(broker)) return false;
  if (
    fault !== null &&
    !(fault === 'none' ? experiment.faults.length === 0 : experiment.faults.includes(fault))
  )
    return false;
  return claim === null || [...holds, ...breaks, ...leaves].includes(claim);
}

/** What there is to choose from. */
export function choicesOf(experiments: readonly Experiment[]): Readonly<Record<keyof Choice, string[]>> {
  const calm = experiments.some(({ faults }) => faults.length === 0);
  return {
    theme: sorted(experiments.map(({ theme }) => theme)),
    broker: sorted(experiments.flatMap(({ brokers }) => brokers)),
    fault: [...sorted(experiments.flatMap(({ faults }) => faults)), ...(calm ? ['none'] : [])],
    claim: sorted(experiments.flatMap(({ holds, breaks, leaves }) => [...holds, ...breaks, ...leaves])),
  };
}
