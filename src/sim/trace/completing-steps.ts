/**
 * The steps with which a handler is done: those that settle and behind which nothing of consequence can follow (contract:
 * `completes`). When such a step begins, all that the handler had to do for its event has been done.
 */
import type { Names } from '#sim/base/names.ts';
import { idOf } from '#sim/trace/dimensions.ts';

interface Completing {
  readonly group: number;
  readonly type: number;
}

/** By name id of a step: whose handling it completes; groups by their row. */
export type CompletingSteps = readonly (readonly Completing[] | undefined)[];

/** What is known of a group: by event type, the names of the steps that complete its handling. */
export interface CompletingGroup {
  readonly handlers: readonly { readonly event: string; readonly completes: readonly string[] }[];
}

export function completingSteps(groups: readonly CompletingGroup[], names: Names): CompletingSteps {
  const byStep: Completing[][] = [];
  groups.forEach(({ handlers }, group) => {
    for (const { event, completes } of handlers) {
      for (const name of completes) {
        const step = idOf(names, name);
        if (step >= 0) (byStep[step] ??= []).push({ group, type: idOf(names, event) });
      }
    }
  });
  return byStep;
}

export function isCompleting(steps: CompletingSteps, step: number, group: number, type: number): boolean {
  const found = steps[step];
  if (found === undefined) return false;
  for (let i = 0; i < found.length; i += 1) {
    const one = found[i] as Completing;
    if (one.group === group && one.type === type) return true;
  }
  return false;
}
