/**
 * Where the keyboard stands on the stage: one target is in the tab order, arrows move it, and on a strip a record too.
 * Shared by the stage's parts through Svelte's context.
 */
import { getContext, setContext } from 'svelte';

export class StageCursor {
  /** Target text of the element that Tab reaches. */
  at = $state('');
  /** Offset under the cursor on the strip that `at` names; null = the strip itself. */
  offset = $state<number | null>(null);

  tab(target: string): 0 | -1 {
    return this.at === target ? 0 : -1;
  }
}

const key = Symbol('stage cursor');

export function provideCursor(): StageCursor {
  return setContext(key, new StageCursor());
}

export function stageCursor(): StageCursor {
  return getContext<StageCursor>(key);
}
