/** Facts of kafka-facts.json, by id: what was observed or documented in words, and what its steps expect. */
import { readFileSync } from 'node:fs';

type Json = Record<string, unknown>;

export interface Fact {
  readonly id: string;
  readonly about: string;
  readonly given: Json;
  readonly steps: readonly { readonly do: Json; readonly expect: Json }[];
}

const file = new URL('../../../../conformance/recordings/kafka-facts.json', import.meta.url);

export const facts = (JSON.parse(readFileSync(file, 'utf8')) as { readonly facts: Fact[] }).facts;

export function factOf(id: string): Fact {
  const found = facts.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no fact ${id}`);
  return found;
}

/** What the fact's nth step expects. */
export function expected(id: string, step: number): Json {
  return factOf(id).steps[step]?.expect ?? {};
}
