/** What every field of a form is given: the document, what is wrong with it, and the ways to change it. */
import { getContext, setContext, type Component, type Snippet } from 'svelte';
import type { Edited } from '#lib/editor/change.ts';
import type { JsonObject } from '#lib/editor/document-tree.ts';
import type { JsonSchema } from '#lib/editor/form-shape.ts';
import type { Problem } from '#sim/scenario/parse.ts';

export interface FieldProps {
  readonly schema: JsonSchema;
  readonly pointer: string;
  readonly label: string;
  /** Required places have no control that takes them away. */
  readonly required?: boolean;
  readonly entry?: EntryTools;
}

export interface FormFace {
  /** The field for any schema, by which groups and lists hold further fields without importing it. */
  readonly Field: Component<FieldProps>;
  readonly document: JsonObject;
  readonly problems: readonly Problem[];
  /** The place whose control is opened. */
  readonly at: string;
  apply(edited: Edited): void;
  /** Shows another place. */
  show(pointer: string): void;
}

/** What a field carries as an entry of a table or list: a name to change, buttons that move it. */
export interface EntryTools {
  /** The heading is the entry's name, to be changed; the names are those that would fit. */
  readonly rename?: readonly string[];
  readonly buttons?: Snippet;
}

const KEY = Symbol('form');

export function provideForm(face: FormFace): void {
  setContext(KEY, face);
}

export function useForm(): FormFace {
  return getContext<FormFace>(KEY);
}

/** What is wrong at a place itself, not deeper. */
export function problemsAt(form: FormFace, pointer: string): readonly Problem[] {
  return form.problems.filter((problem) => problem.pointer === pointer);
}
