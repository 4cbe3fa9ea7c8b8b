/**
 * A calculator as data: what it asks, and rows of answers in two columns, what the sources say and what is right. One
 * component shows them all; the queue model has a page of its own.
 */
import { ImpossibleInput } from '#queueing/impossible-input.ts';
import { ImpossibleInputs } from '#queueing/parameters.ts';

interface Asked {
  readonly key: string;
  readonly label: string;
}
export interface NumberField extends Asked {
  readonly kind: 'number';
  readonly unit?: string;
  readonly value: number;
}
export interface ChoiceField extends Asked {
  readonly kind: 'choice';
  readonly choices: readonly string[];
  readonly value: string;
}
export interface SwitchField extends Asked {
  readonly kind: 'switch';
  readonly value: boolean;
}
export type Field = NumberField | ChoiceField | SwitchField;

export type Value = number | string | boolean;
export type Values = Readonly<Record<string, Value>>;

/** What was asked, read by key; a key that no field has is an error of ours. */
export interface Asker {
  number(key: string): number;
  choice<T extends string>(key: string, choices: readonly T[]): T;
  on(key: string): boolean;
}

export interface AnswerRow {
  readonly name: string;
  /** Null where the sources say nothing of it. */
  readonly sources: string | null;
  readonly right: string;
}

/** What the sources print, laid out whole. */
export interface Listing {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Answer {
  readonly rows: readonly AnswerRow[];
  readonly notes: readonly string[];
  readonly listing?: Listing;
}

export type Group = 'Queues and capacity' | 'Reliability' | 'Operation' | 'Decision';

export interface Calculator {
  /** In the address. */
  readonly id: string;
  readonly group: Group;
  readonly name: string;
  readonly lead: string;
  readonly fields: readonly Field[];
  readonly answer: (asked: Asker) => Answer;
}

export const number = (key: string, label: string, value: number, unit?: string): NumberField => ({
  ...{ kind: 'number', key, label, value },
  ...(unit === undefined ? {} : { unit }),
});
export const onOff = (key: string, label: string, value: boolean): SwitchField => ({
  ...{ kind: 'switch', key, label, value },
});
export const choice = (
  key: string,
  label: string,
  choices: readonly string[],
  value: string,
): ChoiceField => ({
  ...{ kind: 'choice', key, label, choices, value },
});
export const row = (name: string, right: string, sources: string | null = null): AnswerRow => ({
  ...{ name, sources, right },
});

export function defaultsOf({ fields }: Calculator): Values {
  return Object.fromEntries(fields.map(({ key, value }) => [key, value]));
}

/** One field's text as a value, or null where it is none. */
export function readField(field: Field, text: string): Value | null {
  if (field.kind === 'switch') return text === 'true' ? true : text === 'false' ? false : null;
  if (field.kind === 'choice') return field.choices.includes(text) ? text : null;
  const value = Number(text);
  return text.trim() !== '' && Number.isFinite(value) ? value : null;
}

/** What a link asks; what it does not say, or not rightly, is as it is by default. */
export function valuesFrom(calculator: Calculator, query: string): Values {
  const asked = new URLSearchParams(query);
  return Object.fromEntries(
    calculator.fields.map((field) => [
      field.key,
      readField(field, asked.get(field.key) ?? '') ?? field.value,
    ]),
  );
}

export function queryOf(values: Values): string {
  return new URLSearchParams(Object.entries(values).map(([key, value]) => [key, String(value)])).toString();
}

/** The answer, or sentences about what cannot be. */
export function answerOf(
  calculator: Calculator,
  values: Values,
): Answer | { readonly problems: readonly string[] } {
  const held = (key: string): Value => {
    const value = values[key];
    if (value === undefined) throw new Error(`${calculator.id} has no field ${key}.`);
    return value;
  };
  const asked: Asker = {
    number: (key) => Number(held(key)),
    on: (key) => held(key) === true,
    choice: (key, choices) => {
      const found = choices.find((one) => one === held(key));
      if (found === undefined) throw new Error(`${calculator.id}: ${key} cannot be ${String(held(key))}.`);
      return found;
    },
  };
  try {
    return calculator.answer(asked);
  } catch (error) {
    if (error instanceof ImpossibleInput) return { problems: [error.message] };
    if (error instanceof ImpossibleInputs) return { problems: error.problems.map(({ message }) => message) };
    throw error;
  }
}

export function csvOf(values: Values, { rows }: Answer): string {
  const cell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const inputs = Object.entries(values).map(([key, value]) => `${key},,${cell(String(value))}`);
  const answers = rows.map(({ name, sources, right }) => [name, sources ?? '', right].map(cell).join(','));
  return `quantity,sources,right\n${[...inputs, ...answers].join('\n')}\n`;
}
