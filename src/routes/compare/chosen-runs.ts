/**
 * Which runs an address names: `?runs=a,b,c` are names of scenario files, `?runs=a&on=kafka,rabbit` is one file once on
 * each of these of its brokers.
 */
export interface ChosenRun {
  /** The file's name without `.json`. */
  readonly file: string;
  /** The broker that carries it instead of the file's own; null = as the file says. */
  readonly on: string | null;
}

const MOST_RUNS = 3;

function listOf(text: string | null): string[] {
  const words = (text ?? '').split(',').map((word) => word.trim());
  return words.filter((word) => word !== '').slice(0, MOST_RUNS);
}

export function chosenRuns(search: string): ChosenRun[] {
  const query = new URLSearchParams(search);
  const files = listOf(query.get('runs'));
  const brokers = listOf(query.get('on'));
  const [only] = files;
  if (files.length === 1 && only !== undefined && brokers.length > 0) {
    return brokers.map((on) => ({ file: only, on }));
  }
  return files.map((file) => ({ file, on: null }));
}

/** The query that names them, without its question mark. */
export function queryOf(runs: readonly ChosenRun[]): string {
  const brokers = runs.flatMap(({ on }) => (on === null ? [] : [on]));
  const files = brokers.length > 0 ? runs.slice(0, 1) : runs;
  const query = `runs=${files.map(({ file }) => encodeURIComponent(file)).join(',')}`;
  return brokers.length === 0 ? query : `${query}&on=${brokers.map(encodeURIComponent).join(',')}`;
}

/** What tells it apart: its file, or, where all have the same one, its broker. */
export function nameOfRun({ file, on }: ChosenRun): string {
  return on ?? file;
}

/** The document's text carried by another of its brokers; everything else stays, the seed too. */
export function onBroker(text: string, on: string): string {
  const document = JSON.parse(text) as Record<string, unknown>;
  return `${JSON.stringify({ ...document, on }, null, 2)}\n`;
}
