/** A program's steps as a row to be drawn: short names, crash points, what each acts on, how deep it stands. */
import type { Step } from '#sim/scenario/program.ts';
import type { StepTopology } from '#sim/run/topology.ts';

function objectOf(step: Step): string {
  switch (step.verb) {
    case 'call':
      return `${step.store}.${step.operation}`;
    case 'transaction':
      return step.store;
    case 'insert':
    case 'update':
    case 'read':
      return `${step.store}.${step.table}`;
    case 'publish':
      return step.event;
    case 'commit':
      return step.what;
    case 'fail':
      return step.kind;
    default:
      return '';
  }
}

export function describeSteps(steps: readonly Step[], depth = 0): StepTopology[] {
  return steps.flatMap((step) => {
    const { name, point, verb } = step;
    const own: StepTopology = { name, point, verb, object: objectOf(step), depth };
    const inner =
      step.verb === 'transaction' || step.verb === 'when' ? describeSteps(step.do, depth + 1) : [];
    return [own, ...inner];
  });
}

/** What a program touches: called effects, written tables, published events. */
export interface Touched {
  readonly effects: readonly { readonly store: string; readonly at: string }[];
  readonly tables: readonly { readonly store: string; readonly at: string }[];
  readonly events: readonly string[];
}

export function touchedBy(steps: readonly Step[]): Touched {
  const flat = (list: readonly Step[]): Step[] =>
    list.flatMap((step) =>
      step.verb === 'transaction' || step.verb === 'when' ? [step, ...flat(step.do)] : [step],
    );
  const all = flat(steps);
  return {
    effects: all.flatMap((step) =>
      step.verb === 'call' ? [{ store: step.store, at: `${step.store}.${step.operation}` }] : [],
    ),
    tables: all.flatMap((step) =>
      step.verb === 'insert' || step.verb === 'update' || step.verb === 'read'
        ? [{ store: step.store, at: `${step.store}.${step.table}` }]
        : [],
    ),
    events: all.flatMap((step) => (step.verb === 'publish' ? [step.event] : [])),
  };
}
