/**
 * `queue MODEL`: a closed form's answer to parameters given as flags or as JSON. A load beyond the capacity is an
 * answer (status 0), parameters that no queue can have are problems (status 2).
 */
import { parseCommand, quoted, UsageError, type Parsed } from '#cli/command-arguments.ts';
import type { Console } from '#cli/console.ts';
import { problemLine } from '#cli/input-files.ts';
import { answerLines } from '#cli/queue-sentences.ts';
import { quantityOf } from '#cli/queue-units.ts';
import { ImpossibleInput } from '#queueing/impossible-input.ts';
import { MODEL_NAMES, modelNamed, strangers } from '#queueing/models.ts';
import { ImpossibleInputs } from '#queueing/parameters.ts';
import { isUnstable, unstableSentence } from '#queueing/steady.ts';

type Json = Readonly<Record<string, unknown>>;

/** Flags by parameter; what has a dimension may have a unit. */
const FLAGS = {
  lambda: ['lambda_', 'rate'],
  mu: ['mu', 'rate'],
  theta: ['theta', 'rate'],
  servers: ['c', 'none'],
  capacity: ['K', 'none'],
  sources: ['N', 'none'],
  load: ['a', 'none'],
  target: ['target', 'none'],
  q: ['q', 'none'],
  retries: ['maxRetries', 'none'],
  ca2: ['ca2', 'none'],
  cs2: ['cs2', 'none'],
  service: ['d', 'time'],
  within: ['T', 'time'],
  time: ['t', 'time'],
} as const;

interface Given {
  readonly params: Json;
  /** How a problem's place is written. */
  readonly place: (pointer: string) => string;
  readonly inSeconds: boolean;
}

function fromFlags({ text }: Parsed): Given {
  const params: Record<string, unknown> = {};
  const withUnit: string[] = [];
  const without: string[] = [];
  for (const [flag, [name, dimension]] of Object.entries(FLAGS)) {
    const typed = text(flag);
    if (typed === null) continue;
    const { value, unit } = quantityOf(flag, typed);
    // A mean service time says the rate, and the other way round.
    const inverse = (dimension === 'rate' && unit === 'time') || (dimension === 'time' && unit === 'rate');
    if (unit !== 'none' && dimension === 'none') {
      throw new UsageError(`--${flag} ${quoted(typed)} has no unit of time.`);
    }
    if (dimension !== 'none') (unit === 'none' ? without : withUnit).push(flag);
    params[name] = inverse ? 1 / value : value;
  }
  if (withUnit.length > 0 && without.length > 0) {
    throw new UsageError(`--${without.join(', --')}: give a unit here too, since --${withUnit[0]} has one.`);
  }
  const flagOf = (name: string): string | undefined =>
    Object.entries(FLAGS).find(([, [parameter]]) => parameter === name)?.[0];
  const place = (pointer: string): string => `--${flagOf(pointer.slice(1)) ?? `params#${pointer}`}: `;
  return { params, place, inSeconds: withUnit.length > 0 };
}

function fromJson(text: string): Given {
  let params: unknown;
  try {
    params = JSON.parse(text);
  } catch {
    throw new UsageError(`--params ${quoted(text)} is not JSON.`);
  }
  if (typeof params !== 'object' || params === null || Array.isArray(params)) {
    throw new UsageError('--params is a JSON object such as {"lambda_": 9, "mu": 1, "c": 10}.');
  }
  const place = (pointer: string): string => problemLine('params', { pointer, sentence: '' });
  return { params: params as Json, place, inSeconds: false };
}

function givenBy(parsed: Parsed): Given {
  const json = parsed.text('params');
  if (json === null) return fromFlags(parsed);
  const flag = Object.keys(FLAGS).find((one) => parsed.text(one) !== null);
  if (flag !== undefined) throw new UsageError(`Give --params or --${flag}, not both.`);
  return fromJson(json);
}

export async function queueCommand(args: readonly string[], console: Console): Promise<number> {
  const flags = Object.fromEntries(Object.keys(FLAGS).map((flag) => [flag, 'string'] as const));
  const parsed = parseCommand(args, { ...flags, params: 'string', json: 'boolean' });
  const [name, second] = parsed.positionals;
  if (name === undefined) throw new UsageError(`queue needs a model: ${MODEL_NAMES.join(', ')}.`);
  if (second !== undefined)
    throw new UsageError(`queue takes one model, and ${quoted(second)} is a second one.`);
  const model = modelNamed(name);
  if (model === null) {
    throw new UsageError(`There is no model ${quoted(name)}; there are ${MODEL_NAMES.join(', ')}.`);
  }
  const { params, place, inSeconds } = givenBy(parsed);
  const strange = strangers(model, params).map(
    (stranger) =>
      `${place(`/${stranger}`)}${name} has no such parameter; it has ${Object.keys(model.readers).join(', ')}.`,
  );
  let answer: Json = {};
  const problems = [...strange];
  try {
    answer = model.answer(params);
  } catch (error) {
    if (error instanceof ImpossibleInputs) {
      problems.push(...error.problems.map(({ pointer, message }) => `${place(pointer)}${message}`));
    } else if (error instanceof ImpossibleInput) {
      problems.push(`${place(error.pointer)}${error.message}`);
    } else throw error;
  }
  if (problems.length > 0) {
    for (const problem of problems) await console.out(`${problem}\n`);
    return 2;
  }
  const sentence = isUnstable(answer) ? unstableSentence(answer, inSeconds ? 'second' : undefined) : null;
  if (parsed.has('json')) {
    const report = { model: name, params, ...(inSeconds ? { timeUnit: 's' } : {}), ...answer };
    await console.out(`${JSON.stringify(sentence === null ? report : { ...report, sentence })}\n`);
    return 0;
  }
  await console.out(`${name}: ${model.about}\n`);
  if (sentence !== null) await console.out(`${sentence}\n`);
  for (const line of answerLines(answer, inSeconds)) await console.out(`${line}\n`);
  return 0;
}
