/**
 * A machine as a plain graph: what the page draws and what asks the state table. States are named by their path
 * (`PreparingRebalance.InitialDelay`), events as they stand in the trace (`after initialDelay` for a delay that ran
 * out). Left out: parallel and history states, which the simulator's machines do not use.
 */
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { assert } from '#sim/base/assert.ts';

export interface GraphState {
  readonly path: string;
  readonly parent: string | null;
  /** Path of the state that is entered with a compound one. */
  readonly initial: string | null;
  readonly final: boolean;
}

export interface GraphTransition {
  readonly from: string;
  readonly event: string;
  /** Null where the event is answered without leaving the state. */
  readonly to: string | null;
  readonly guard: string | null;
  /** Name of the delay after which the machine raises the event itself. */
  readonly delay: string | null;
  readonly actions: readonly string[];
}

export interface MachineGraph {
  readonly name: string;
  readonly initial: string;
  readonly states: readonly GraphState[];
  readonly transitions: readonly GraphTransition[];
}

const AFTER = 'xstate.after.';

/** `xstate.after.initialDelay.group.Empty` reads as `after initialDelay`; other events as they are. */
export function eventName(type: string): string {
  return type.startsWith(AFTER) ? `after ${type.slice(AFTER.length).split('.')[0] as string}` : type;
}

export function pathOf(node: AnyStateNode): string {
  return node.path.join('.');
}

/** Every state below the root, parents first. */
export function stateNodes(machine: AnyStateMachine): AnyStateNode[] {
  const found: AnyStateNode[] = [];
  const visit = (node: AnyStateNode): void => {
    for (const child of Object.values(node.states) as AnyStateNode[]) {
      found.push(child);
      visit(child);
    }
  };
  visit(machine.root);
  return found;
}

/** The name of a guard or action as the machine's author wrote it. */
function nameOfPart(part: unknown): string {
  if (typeof part === 'string') return part;
  const type = (part as { readonly type?: unknown }).type;
  assert(typeof type === 'string', '[MACHINE-1] a guard or action without a name');
  return type;
}

export function graphOf(machine: AnyStateMachine): MachineGraph {
  const nodes = stateNodes(machine);
  const transitions: GraphTransition[] = [];
  for (const node of nodes) {
    for (const list of node.transitions.values()) {
      for (const transition of list) {
        const delay: unknown = (transition as { readonly delay?: unknown }).delay;
        const target = transition.target?.[0];
        transitions.push({
          from: pathOf(node),
          event: eventName(transition.eventType),
          to: target === undefined ? null : pathOf(target),
          guard: transition.guard === undefined ? null : nameOfPart(transition.guard),
          delay: delay === undefined ? null : String(delay),
          actions: transition.actions.map(nameOfPart),
        });
      }
    }
  }
  return {
    name: machine.id,
    initial: initialPath(machine.root),
    states: nodes.map((node) => ({
      path: pathOf(node),
      parent: node.parent === undefined || node.parent === machine.root ? null : pathOf(node.parent),
      initial: node.type === 'compound' ? initialPath(node) : null,
      final: node.type === 'final',
    })),
    transitions,
  };
}

function initialPath(node: AnyStateNode): string {
  const target = node.initial.target[0];
  assert(target !== undefined, '[MACHINE-2] a compound state without an initial one');
  return pathOf(target);
}
