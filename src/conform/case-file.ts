/**
 * The formats of the recordings, read and held to their shape: Kafka's files (`topic`, `given`, `cases`), the other
 * families' one-case files (`id`, `broker`, `setup`, `steps`) and the queueing reference values (`cases` by model).
 * A JSON file of another kind is no recording. What a step means is for the family's model to know.
 */
import { isObject, readRecordedJson, type JsonObject } from '#conform/recorded-json.ts';

export interface RecordedStep {
  readonly do: JsonObject;
  readonly expect: JsonObject;
}

/** One script: what holds at its start, and what is then said and answered. */
export interface RecordedCase {
  readonly id: string;
  /** `kafka`, `rabbitmq`, … */
  readonly family: string;
  readonly topic: string;
  readonly given: JsonObject;
  readonly steps: readonly RecordedStep[];
}

/** One closed form at one point. */
export interface ReferenceValue {
  readonly id: string;
  readonly model: string;
  readonly params: JsonObject;
  readonly expected: JsonObject;
  readonly rtol: number;
}

export interface CaseProblem {
  readonly pointer: string;
  readonly sentence: string;
}

export type CaseFile =
  | { readonly kind: 'cases'; readonly cases: readonly RecordedCase[] }
  | { readonly kind: 'values'; readonly values: readonly ReferenceValue[] }
  /** JSON, but no recording. */
  | { readonly kind: 'other' }
  | { readonly kind: 'bad'; readonly problems: readonly CaseProblem[] };

export function readCaseFile(text: string): CaseFile {
  const read = readRecordedJson(text);
  if ('problem' in read) return { kind: 'bad', problems: [{ pointer: '', sentence: read.problem }] };
  const file = read.value;
  const problems: CaseProblem[] = [];
  const found = fileOf(file, problems);
  return problems.length > 0 ? { kind: 'bad', problems } : found;
}

function fileOf(file: unknown, problems: CaseProblem[]): CaseFile {
  if (!isObject(file)) return { kind: 'other' };
  if (typeof file['broker'] === 'string' && Array.isArray(file['steps'])) {
    const given = { setup: file['setup'] ?? [], given: file['given'] ?? null };
    const one = caseOf(file, '', file['broker'], String(file['topic'] ?? ''), given, problems);
    return { kind: 'cases', cases: [one] };
  }
  if (typeof file['topic'] === 'string' && Array.isArray(file['cases'])) {
    const { topic } = file;
    const shared = isObject(file['given']) ? file['given'] : {};
    const cases = file['cases'].map((one: unknown, row) => {
      const held = isObject(one) ? one : {};
      const given = isObject(held['given']) ? held['given'] : {};
      return caseOf(held, `/cases/${row}`, 'kafka', topic as string, { ...shared, ...given }, problems);
    });
    return { kind: 'cases', cases };
  }
  if (isObject(file['cases'])) return { kind: 'values', values: valuesOf(file['cases'], problems) };
  return { kind: 'other' };
}

function caseOf(
  held: JsonObject,
  pointer: string,
  family: string,
  topic: string,
  given: JsonObject,
  problems: CaseProblem[],
): RecordedCase {
  const id = held['id'];
  if (typeof id !== 'string') problems.push({ pointer: `${pointer}/id`, sentence: 'A case needs an id.' });
  const listed: unknown = held['steps'];
  if (!Array.isArray(listed) || listed.length === 0) {
    problems.push({ pointer: `${pointer}/steps`, sentence: 'A case needs a list of steps.' });
  }
  const steps = Array.isArray(listed) ? listed : [];
  return {
    id: String(id),
    family,
    topic,
    given,
    steps: steps.map((step: unknown, row) => stepOf(step, `${pointer}/steps/${row}`, problems)),
  };
}

function stepOf(step: unknown, pointer: string, problems: CaseProblem[]): RecordedStep {
  if (isObject(step) && isObject(step['do'])) {
    const expect = step['expect'] ?? {};
    if (isObject(expect)) return { do: step['do'], expect };
  }
  problems.push({ pointer, sentence: 'A step is an object with `do` and `expect`, which are objects.' });
  return { do: {}, expect: {} };
}

function valuesOf(models: JsonObject, problems: CaseProblem[]): ReferenceValue[] {
  return Object.keys(models).flatMap((model) => {
    const listed: unknown = models[model];
    const pointer = `/cases/${model.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!Array.isArray(listed)) {
      problems.push({ pointer, sentence: 'The values of a model are a list.' });
      return [];
    }
    return listed.map((one: unknown, row) => {
      const held = isObject(one) ? one : {};
      const { id, params, expected, rtol } = held;
      if (typeof id === 'string' && isObject(params) && isObject(expected) && typeof rtol === 'number') {
        return { id, model, params, expected, rtol };
      }
      const sentence = 'A reference value has `id`, `params`, `expected` and `rtol`.';
      problems.push({ pointer: `${pointer}/${row}`, sentence });
      return { id: String(id), model, params: {}, expected: {}, rtol: 0 };
    });
  });
}
