/** What every field of a form is given: the document, what is wrong with it, and the ways to change it. */
import { getContext, setContext } from 'svelte';
import type { Edited } from '#lib/editor/change.ts';
import type { JsonObject } from '#lib/editor/document-tree.ts';
import type { Problem } from '#sim/scenario/parse.ts';

export interface FormFace {
  readonly document: JsonObject;
  readonly problems: readonly Problem[];
  /** The place whose control is opened. */
  readonly at: string;
  apply(edited: Edited): void;
  /** Shows another place. */
  show(pointer: string): void;
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
