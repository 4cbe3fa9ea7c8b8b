/**
 * Parameters as JSON holds them, read into what the closed forms take. A reader gets a value and its name and answers
 * what it means, or throws ImpossibleInput with a sentence; `readAll` gathers the sentences of all parameters.
 */
import {
  ImpossibleInput,
  labelOf,
  requireCount,
  requireNotNegative,
  requirePositive,
  requireProbability,
} from '#queueing/impossible-input.ts';
import type { Batch, Duration } from '#queueing/moments.ts';

export type Json = Readonly<Record<string, unknown>>;
export type Reader<T> = (value: unknown, name: string) => T;
export type Readers = Readonly<Record<string, Reader<unknown>>>;
export type Read<T extends Readers> = { readonly [K in keyof T]: ReturnType<T[K]> };

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  const text = String(JSON.stringify(value));
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

function missingOr(value: unknown, name: string, wanted: string): ImpossibleInput {
  const label = labelOf(name);
  const sentence =
    value === undefined
      ? `${label} is missing; it must be ${wanted}.`
      : `${label} is ${show(value)}; it must be ${wanted}.`;
  return new ImpossibleInput(`/${name}`, sentence);
}

function numberOf(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw missingOr(value, name, 'a number');
}

/** A rate, time or load greater than 0. */
export const positive: Reader<number> = (value, name) => requirePositive(name, numberOf(value, name));
/** A rate, time or load that may be 0. */
export const notNegative: Reader<number> = (value, name) => requireNotNegative(name, numberOf(value, name));
export const count: Reader<number> = (value, name) => requireCount(name, numberOf(value, name));
export const countFromZero: Reader<number> = (value, name) => requireCount(name, numberOf(value, name), 0);
export const probability: Reader<number> = (value, name) => requireProbability(name, numberOf(value, name));
/** A part greater than 0 and less than 1. */
export const part: Reader<number> = (value, name) =>
  requireProbability(name, numberOf(value, name), { above: true, open: true });

export function optional<T>(reader: Reader<T>, otherwise: T): Reader<T> {
  return (value, name) => (value === undefined ? otherwise : reader(value, name));
}

export function oneOf<T extends string>(words: readonly T[]): Reader<T> {
  return (value, name) => {
    const found = words.find((word) => word === value);
    if (found !== undefined) return found;
    throw missingOr(value, name, `one of ${words.join(', ')}`);
  };
}

export function listOf<T>(reader: Reader<T>): Reader<readonly T[]> {
  return (value, name) => {
    if (!Array.isArray(value)) throw missingOr(value, name, 'a list');
    return value.map((one: unknown, i) => reader(one, `${name}/${i}`));
  };
}

export function objectOf<T extends Readers>(readers: T): Reader<Read<T>> {
  return (value, name) => {
    if (!isJson(value)) throw missingOr(value, name, 'an object');
    return readAll(readers, value, `${name}/`);
  };
}

/** Other names of the same parameters, as people type them. */
const ALIASES: Readonly<Record<string, string>> = {
  lambda_: 'lambda',
  c: 'servers',
  K: 'capacity',
  N: 'sources',
};

export class ImpossibleInputs extends Error {
  override readonly name = 'ImpossibleInputs';
  readonly problems: readonly ImpossibleInput[];

  constructor(problems: readonly ImpossibleInput[]) {
    super(problems.map(({ message }) => message).join(' '));
    this.problems = problems;
  }
}

/** All parameters, or all that is wrong with them. A parameter that no reader asks for is left alone. */
export function readAll<T extends Readers>(readers: T, given: Json, prefix = ''): Read<T> {
  const read: Record<string, unknown> = {};
  const problems: ImpossibleInput[] = [];
  for (const name of Object.keys(readers)) {
    const alias = ALIASES[name];
    const key =
      alias !== undefined && !Object.hasOwn(given, name) && Object.hasOwn(given, alias) ? alias : name;
    try {
      read[name] = readers[name]?.(given[key], `${prefix}${key}`);
    } catch (error) {
      if (error instanceof ImpossibleInput) problems.push(error);
      else if (error instanceof ImpossibleInputs) problems.push(...error.problems);
      else throw error;
    }
  }
  if (problems.length > 0) throw new ImpossibleInputs(problems);
  return read as Read<T>;
}

/** Names in `given` that no reader asks for. */
export function unknownNames(readers: Readers, given: Json): readonly string[] {
  const known = Object.keys(readers).flatMap((name) => [name, ALIASES[name] ?? name]);
  return Object.keys(given).filter((name) => !known.includes(name));
}

const DURATIONS = ['det', 'exp', 'erlang', 'hyperexp2'] as const;

/** `{kind: det, d | mean}`, `{kind: exp, mean}`, `{kind: erlang, k, mean}`, `{kind: hyperexp2, p, rate1, rate2}`. */
export const duration: Reader<Duration> = (value, name) => {
  const given = objectOf({ kind: oneOf(DURATIONS) })(value, name);
  const of = <T extends Readers>(readers: T): Read<T> => objectOf(readers)(value, name);
  if (given.kind === 'erlang') return { kind: 'erlang', ...of({ k: count, mean: positive }) };
  if (given.kind === 'hyperexp2') {
    return { kind: 'hyperexponential', ...of({ p: probability, rate1: positive, rate2: positive }) };
  }
  if (given.kind === 'exp') return { kind: 'exponential', ...of({ mean: positive }) };
  const hasD = isJson(value) && Object.hasOwn(value, 'd');
  return { kind: 'deterministic', mean: hasD ? of({ d: positive }).d : of({ mean: positive }).mean };
};

/** `{kind: fixed, size}`, `{kind: geometric, p}` (mean 1/p) or `{kind: geometric, mean}`. */
export const batch: Reader<Batch> = (value, name) => {
  const { kind } = objectOf({ kind: oneOf(['fixed', 'geometric']) })(value, name);
  if (kind === 'fixed') return { kind, ...objectOf({ size: count })(value, name) };
  if (isJson(value) && Object.hasOwn(value, 'mean') && !Object.hasOwn(value, 'p')) {
    const { mean } = objectOf({ mean: positive })(value, name);
    if (mean < 1) throw missingOr(mean, `${name}/mean`, 'at least 1');
    return { kind: 'geometric', p: 1 / mean };
  }
  return { kind: 'geometric', p: objectOf({ p: positive })(value, name).p };
};
