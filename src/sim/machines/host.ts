/**
 * Runs an XState machine by its pure functions only: the world keeps `{ value, context, historyValue, status }`, the
 * host rebuilds the snapshot with `machine.resolveState`, and the actions come back as data. A delayed `xstate.raise`
 * becomes a kernel timer of the kind that the owner gives, `xstate.cancel` cancels it; named actions are handed to the
 * owner. A transition costs 6 to 70 µs: for control planes, never once a message or a heartbeat. Left out on purpose:
 * invoke, spawn, emit, inline functions and actors, which would bring closures and the wall clock into the model.
 */
import { initialTransition, transition, type AnyStateMachine } from 'xstate';
import { assert } from '#sim/base/assert.ts';
import { intern, type Names } from '#sim/base/names.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import { eventName, graphOf, pathOf, stateNodes } from '#sim/machines/graph.ts';
import * as emit from '#sim/trace/emit.ts';

/** A state's value as XState writes it: a name, or a parent with its child. */
export type StateValue = string | { readonly [parent: string]: StateValue };

/** A running machine: plain data, part of its owner's state. */
export interface MachineState {
  value: StateValue;
  context: object;
  historyValue: object;
  status: string;
  /** Handles of pending timers, by the id of the raised event. */
  readonly timers: Map<string, number>;
}

export interface MachineEvent {
  readonly type: string;
}

/** What the owner is to do, in order. */
export interface NamedAction {
  readonly type: string;
  readonly params: unknown;
}

/** What a timer of a machine carries: give it back with `ring`. */
export interface MachineTimer {
  /** Whose machine it is, in the owner's own terms. */
  readonly subject: string;
  readonly id: string;
  readonly event: MachineEvent;
}

/** Whom a transition belongs to in the trace: name id of the group, saga …, and its generation. */
export interface Subject {
  readonly key: string;
  readonly nameId: number;
  readonly generation: number;
}

interface RaiseParams {
  readonly event: MachineEvent;
  readonly id?: string;
  readonly delay?: number;
}

interface Action {
  readonly type: string;
  readonly params?: unknown;
}

const INIT = 'init';

/** `PreparingRebalance.InitialDelay` */
export function valuePath(value: StateValue): string {
  if (typeof value === 'string') return value;
  const [parent, ...others] = Object.keys(value);
  assert(parent !== undefined && others.length === 0, '[MACHINE-3] a machine with parallel states');
  return `${parent}.${valuePath(value[parent] as StateValue)}`;
}

/** The outermost state: `PreparingRebalance`. */
export function topState(value: StateValue): string {
  return typeof value === 'string' ? value : (Object.keys(value)[0] as string);
}

export class MachineHost {
  private readonly machine: AnyStateMachine;
  private readonly names: Names;
  private readonly nameId: number;
  private readonly timerKind: number;

  /** `timerKind` is the owner's event kind for this machine's timers. */
  constructor(machine: AnyStateMachine, names: Names, timerKind: number) {
    checkParts(machine);
    this.machine = machine;
    this.names = names;
    this.timerKind = timerKind;
    this.nameId = intern(names, machine.id);
    const graph = graphOf(machine);
    for (const state of graph.states) intern(names, state.path);
    for (const { event } of graph.transitions) intern(names, event);
  }

  /** A machine in its initial state, recorded as entered from nowhere. */
  start(ctx: Ctx, subject: Subject, input?: unknown): MachineState {
    const [snapshot, actions] = initialTransition(this.machine, input);
    const state: MachineState = {
      value: snapshot.value as StateValue,
      context: snapshot.context as object,
      historyValue: {},
      status: snapshot.status,
      timers: new Map(),
    };
    this.record(ctx, subject, -1, INIT, state.value);
    const named = this.perform(ctx, state, subject, actions);
    assert(named.length === 0, '[MACHINE-4] a named action on entering the initial state');
    return state;
  }

  /** A machine in a state that was stored before; recorded as entered from nowhere by `event`. */
  resume(ctx: Ctx, subject: Subject, value: StateValue, context: object, event: string): MachineState {
    this.record(ctx, subject, -1, event, value);
    return { value, context, historyValue: {}, status: 'active', timers: new Map() };
  }

  /** Takes one event; the state is written in place. Returns the named actions for the owner, in order. */
  send(ctx: Ctx, state: MachineState, subject: Subject, event: MachineEvent): NamedAction[] {
    const before = this.machine.resolveState({
      value: state.value,
      context: state.context,
      historyValue: state.historyValue as Record<string, never[]>,
      status: state.status as 'active',
    });
    const [after, actions] = transition(this.machine, before, event);
    const from = valuePath(state.value);
    state.value = after.value as StateValue;
    state.context = after.context as object;
    state.historyValue = after.historyValue as object;
    state.status = after.status;
    if (valuePath(state.value) !== from) {
      this.record(ctx, subject, intern(this.names, from), eventName(event.type), state.value);
    }
    return this.perform(ctx, state, subject, actions);
  }

  /** A timer has come: forgets its handle and takes its event. */
  ring(ctx: Ctx, state: MachineState, subject: Subject, timer: MachineTimer): NamedAction[] {
    state.timers.delete(timer.id);
    return this.send(ctx, state, subject, timer.event);
  }

  private perform(
    ctx: Ctx,
    state: MachineState,
    subject: Subject,
    actions: readonly Action[],
  ): NamedAction[] {
    const named: NamedAction[] = [];
    for (const action of actions) {
      if (action.type === 'xstate.raise') this.raise(ctx, state, subject, action.params as RaiseParams);
      else if (action.type === 'xstate.cancel') {
        this.cancel(ctx, state, (action.params as { readonly sendId: string }).sendId);
      } else {
        assert(
          !action.type.startsWith('xstate.'),
          `[MACHINE-5] the action ${action.type} is not for the model`,
        );
        named.push({ type: action.type, params: action.params });
      }
    }
    return named;
  }

  private raise(ctx: Ctx, state: MachineState, subject: Subject, params: RaiseParams): void {
    const id = params.id ?? params.event.type;
    assert(params.delay !== undefined, '[MACHINE-6] an event raised without a delay came out of the machine');
    this.cancel(ctx, state, id);
    const timer: MachineTimer = { subject: subject.key, id, event: params.event };
    state.timers.set(id, ctx.schedule(params.delay, this.timerKind, 0, 0, 0, 0, 0, timer));
  }

  private cancel(ctx: Ctx, state: MachineState, id: string): void {
    const handle = state.timers.get(id);
    if (handle === undefined) return;
    ctx.cancel(handle);
    state.timers.delete(id);
  }

  private record(ctx: Ctx, subject: Subject, from: number, event: string, to: StateValue): void {
    const { names } = this;
    emit.machine(
      ctx,
      this.nameId,
      from,
      intern(names, event),
      intern(names, valuePath(to)),
      subject.nameId,
      subject.generation,
    );
  }
}

/** [MACHINE-7] Only what comes back as data: named actions, delays, no invoked actors. */
function checkParts(machine: AnyStateMachine): void {
  for (const node of stateNodes(machine)) {
    const where = `${machine.id}/${pathOf(node)}`;
    assert(node.invoke.length === 0, `[MACHINE-7] ${where} invokes an actor`);
    assert(node.type !== 'parallel' && node.type !== 'history', `[MACHINE-7] ${where} is ${node.type}`);
    for (const action of [...node.entry, ...node.exit]) checkAction(action, where);
    for (const list of node.transitions.values()) {
      for (const taken of list) for (const action of taken.actions) checkAction(action, where);
    }
  }
}

/** `after` makes its own raise and cancel; everything else must have been given a name by the machine's author. */
function checkAction(action: unknown, where: string): void {
  if (typeof action === 'string') return;
  const type = (action as { readonly type?: unknown }).type;
  const made = type === 'xstate.raise' || type === 'xstate.cancel';
  assert(typeof action === 'object' || made, `[MACHINE-7] ${where} has an inline action`);
}
