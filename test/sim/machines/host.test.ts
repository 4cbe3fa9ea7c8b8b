import { describe, expect, it } from 'vitest';
import { assign, cancel, createMachine, fromPromise, raise, setup } from 'xstate';
import { clone } from '#sim/base/clone.ts';
import { intern, nameOf } from '#sim/base/names.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import { graphOf } from '#sim/machines/graph.ts';
import {
  MachineHost,
  topState,
  valuePath,
  type MachineState,
  type MachineTimer,
  type NamedAction,
} from '#sim/machines/host.ts';
import { Probe, smallWorld } from '../../support/small-world.ts';

const TIMER = 200;

const lamp = setup({
  types: {
    context: {} as { rounds: number; wait: number },
    events: {} as { type: 'PRESS' } | { type: 'LATE' } | { type: 'HUSH' },
  },
  delays: { warmUp: ({ context }) => context.wait },
  guards: { firstRound: ({ context }) => context.rounds < 1 },
  actions: {
    count: assign({ rounds: ({ context }) => context.rounds + 1 }),
    remind: raise({ type: 'LATE' }, { id: 'late', delay: 500 }),
    hush: cancel('late'),
    ring: () => undefined,
  },
}).createMachine({
  id: 'lamp',
  context: { rounds: 0, wait: 100 },
  initial: 'Off',
  states: {
    Off: { on: { PRESS: { target: 'On', actions: [{ type: 'ring', params: { loud: true } }] } } },
    On: {
      initial: 'Warming',
      states: {
        Warming: {
          after: {
            warmUp: [
              { guard: 'firstRound', target: 'Warming', reenter: true, actions: 'count' },
              { target: 'Bright', actions: ['remind'] },
            ],
          },
        },
        Bright: { on: { HUSH: { actions: 'hush' }, LATE: { actions: 'ring' } } },
      },
      on: { PRESS: 'Off' },
    },
  },
});

const subject = { key: 'hall', nameId: 0, generation: 7 };

function lampWorld(): {
  world: ReturnType<typeof smallWorld>;
  probe: Probe;
  host: MachineHost;
  performed: [at: number, action: NamedAction][];
  tell: (type: string) => void;
  machine: () => MachineState;
} {
  const world = smallWorld();
  const probe = new Probe();
  const hall = intern(world.catalog.names, 'hall');
  const host = new MachineHost(lamp, world.catalog.names, TIMER);
  const performed: [number, NamedAction][] = [];
  let machine: MachineState | null = null;
  const whose = { ...subject, nameId: hall };
  const took = (ctx: Ctx, actions: readonly NamedAction[]): void => {
    for (const action of actions) performed.push([ctx.now, action]);
  };
  probe.act = (event, ctx) => {
    machine ??= host.start(ctx, whose);
    if (event.kind === TIMER) took(ctx, host.ring(ctx, machine, whose, event.data as MachineTimer));
    else if (event.data !== null) took(ctx, host.send(ctx, machine, whose, { type: String(event.data) }));
  };
  const id = world.add(probe, 'house');
  const tell = (type: string): void => {
    world.kernel.post(world.kernel.now, 1, id, id, 20, 0, 0, 0, 0, 0, type);
    world.run(world.kernel.now);
  };
  return { world, probe, host, performed, tell, machine: () => machine as unknown as MachineState };
}

describe('the machine host', () => {
  it('turns delayed raises into timers of the owner, in the delay that the context gives', () => {
    const { world, tell, machine, performed } = lampWorld();
    tell('PRESS');
    expect(valuePath(machine().value)).toBe('On.Warming');
    world.run(150);
    expect(valuePath(machine().value)).toBe('On.Warming');
    expect(machine().context).toEqual({ rounds: 1, wait: 100 });
    world.run(200);
    expect(valuePath(machine().value)).toBe('On.Bright');
    world.run(10_000);
    expect(performed.map(([at, { type }]) => [at, type])).toEqual([
      [0, 'ring'],
      [700, 'ring'],
    ]);
  });

  it('hands named actions over with their parameters', () => {
    const { tell, performed } = lampWorld();
    tell('PRESS');
    expect(performed).toEqual([[0, { type: 'ring', params: { loud: true } }]]);
  });

  it('cancels timers, by name and on leaving the state', () => {
    const hushed = lampWorld();
    hushed.tell('PRESS');
    hushed.world.run(200);
    hushed.tell('HUSH');
    hushed.world.run(10_000);
    expect(hushed.performed).toHaveLength(1);
    expect(hushed.machine().timers.size).toBe(0);

    const left = lampWorld();
    left.tell('PRESS');
    left.tell('PRESS');
    left.world.run(10_000);
    expect(valuePath(left.machine().value)).toBe('Off');
    expect(left.probe.times(TIMER)).toEqual([]);
  });

  it('records every change of state with its event, and nothing where the state stays', () => {
    const { world, tell } = lampWorld();
    tell('PRESS');
    world.run(10_000);
    const { names } = world.catalog;
    expect(
      world
        .rows('machine')
        .map(({ at, a, b, c, d, e, f }) => [at, ...[a, b, c, d, e].map((id) => nameOf(names, id)), f]),
    ).toEqual([
      [0, 'lamp', '-', 'init', 'Off', 'hall', 7],
      [0, 'lamp', 'Off', 'PRESS', 'On.Warming', 'hall', 7],
      [200, 'lamp', 'On.Warming', 'after warmUp', 'On.Bright', 'hall', 7],
    ]);
  });

  it('keeps plain data only, from which it goes on as if nothing had happened', () => {
    const { world, host, tell, machine } = lampWorld();
    tell('PRESS');
    const copy = clone(machine());
    expect(copy).toEqual(machine());
    expect(topState(copy.value)).toBe('On');
    world.kernel.self = 0;
    host.send(world.kernel, copy, subject, { type: 'PRESS' });
    expect(copy.value).toBe('Off');
    expect(machine().value).toEqual({ On: 'Warming' });
  });

  it.each([
    ['an invoked actor', { A: { invoke: { src: fromPromise(() => Promise.resolve(1)) } } }],
    ['an inline action', { A: { entry: () => undefined } }],
    ['parallel states', { A: { type: 'parallel' as const, states: { X: {}, Y: {} } } }],
  ])('[MACHINE-7] refuses a machine with %s', (_what, states) => {
    const machine = createMachine({ id: 'odd', initial: 'A', states: states as never });
    expect(() => new MachineHost(machine, smallWorld().catalog.names, TIMER)).toThrow('[MACHINE-7]');
  });

  it('[MACHINE-5] refuses what machines may not do to each other', () => {
    const machine = createMachine({
      id: 'loud',
      initial: 'A',
      states: { A: { on: { GO: { actions: { type: 'xstate.emit' } } } } },
    });
    const world = smallWorld();
    const host = new MachineHost(machine, world.catalog.names, TIMER);
    const state = host.start(world.kernel, subject);
    expect(() => host.send(world.kernel, state, subject, { type: 'GO' })).toThrow('[MACHINE-5]');
  });
});

describe('the graph of a machine', () => {
  const graph = graphOf(lamp);

  it('has states by path, with the one that a compound state is entered by', () => {
    expect(graph.initial).toBe('Off');
    expect(graph.states).toEqual([
      { path: 'Off', parent: null, initial: null, final: false },
      { path: 'On', parent: null, initial: 'On.Warming', final: false },
      { path: 'On.Warming', parent: 'On', initial: null, final: false },
      { path: 'On.Bright', parent: 'On', initial: null, final: false },
    ]);
  });

  it('has transitions with names of guards, delays and actions', () => {
    expect(graph.transitions).toContainEqual({
      from: 'On.Warming',
      event: 'after warmUp',
      to: 'On.Warming',
      guard: 'firstRound',
      delay: 'warmUp',
      actions: ['count'],
    });
    expect(graph.transitions).toContainEqual({
      from: 'On.Bright',
      event: 'HUSH',
      to: null,
      guard: null,
      delay: null,
      actions: ['hush'],
    });
  });
});
