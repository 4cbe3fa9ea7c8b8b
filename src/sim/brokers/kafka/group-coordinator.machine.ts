/**
 * The states of a classic consumer group on its coordinator (ClassicGroupState, GroupMetadataManager at the recorded
 * commit; KIP-134 for the initial delay). The machine knows the states and their deadlines; members, votes and answers
 * are the coordinator's (group-rebalance). PreparingRebalance has two ways to wait: a formerly Empty group waits for
 * the initial delay, any other for its members. Rules: SPEC.md, KAFKA-GROUP.
 */
import { assign, cancel, raise, setup } from 'xstate';

export interface GroupMachineContext {
  /** group.initial.rebalance.delay.ms, in µs. */
  readonly initialDelay: number;
  /** Length of the period of the initial delay that runs, and what it may still be extended by. */
  readonly delay: number;
  readonly remaining: number;
  /** A member came during the initial delay. It stays set over generations, as in the broker, until a period uses it. */
  readonly newMember: boolean;
  /** The longest of the members' rebalance timeouts when the wait began. */
  readonly rebalanceTimeout: number;
}

export type GroupMachineEvent =
  | { readonly type: 'REBALANCE'; readonly rebalanceTimeout: number }
  | { readonly type: 'MEMBER_ADDED' }
  | { readonly type: 'NOBODY_JOINED'; readonly rebalanceTimeout: number }
  | { readonly type: 'JOINED'; readonly members: number; readonly rebalanceTimeout: number }
  | { readonly type: 'ASSIGNED' }
  | { readonly type: 'ALL_SYNCED' }
  | { readonly type: 'SYNC_TIMEOUT' }
  | { readonly type: 'UNLOAD' };

/** The context of a group that has never waited. */
export function groupMachineContext(initialDelay: number): GroupMachineContext {
  return { initialDelay, delay: 0, remaining: 0, newMember: false, rebalanceTimeout: 0 };
}

export const groupCoordinatorMachine = setup({
  types: {
    context: {} as GroupMachineContext,
    events: {} as GroupMachineEvent,
    input: {} as { readonly initialDelay: number },
  },
  delays: {
    initialDelay: ({ context }) => context.delay,
    rebalanceTimeout: ({ context }) => context.rebalanceTimeout,
  },
  guards: {
    newMemberCame: ({ context }) => context.newMember && context.remaining !== 0,
    membersRemain: ({ event }) => event.type === 'JOINED' && event.members > 0,
  },
  actions: {
    noteTimeout: assign(({ context, event }) => ({
      rebalanceTimeout: 'rebalanceTimeout' in event ? event.rebalanceTimeout : context.rebalanceTimeout,
    })),
    beginInitialDelay: assign(({ context }) => ({
      delay: context.initialDelay,
      remaining: Math.max(context.rebalanceTimeout - context.initialDelay, 0),
    })),
    extendInitialDelay: assign(({ context }) => ({
      newMember: false,
      delay: Math.min(context.initialDelay, context.remaining),
      remaining: Math.max(context.remaining - context.delay, 0),
    })),
    noteNewMember: assign({ newMember: true }),
    awaitSyncs: raise({ type: 'SYNC_TIMEOUT' }, { id: 'sync', delay: 'rebalanceTimeout' }),
    endSyncWait: cancel('sync'),
    completeJoin: () => undefined,
    removeUnsynced: () => undefined,
  },
}).createMachine({
  id: 'group-coordinator',
  context: ({ input }) => groupMachineContext(input.initialDelay),
  initial: 'Empty',
  states: {
    Empty: {
      on: {
        REBALANCE: {
          target: 'PreparingRebalance.InitialDelay',
          actions: ['noteTimeout', 'beginInitialDelay'],
        },
        UNLOAD: 'Dead',
      },
    },
    PreparingRebalance: {
      initial: 'AwaitingJoins',
      states: {
        InitialDelay: {
          after: {
            initialDelay: [
              {
                guard: 'newMemberCame',
                target: 'InitialDelay',
                reenter: true,
                actions: 'extendInitialDelay',
              },
              { actions: 'completeJoin' },
            ],
          },
          on: { MEMBER_ADDED: { actions: 'noteNewMember' } },
        },
        AwaitingJoins: { after: { rebalanceTimeout: { actions: 'completeJoin' } } },
      },
      on: {
        NOBODY_JOINED: { target: '.AwaitingJoins', actions: 'noteTimeout' },
        JOINED: [
          {
            guard: 'membersRemain',
            target: 'CompletingRebalance',
            actions: ['noteTimeout', 'awaitSyncs'],
          },
          { target: 'Empty' },
        ],
        UNLOAD: 'Dead',
      },
    },
    CompletingRebalance: {
      on: {
        ASSIGNED: 'Stable',
        REBALANCE: {
          target: 'PreparingRebalance.AwaitingJoins',
          actions: ['endSyncWait', 'noteTimeout'],
        },
        SYNC_TIMEOUT: { actions: 'removeUnsynced' },
        ALL_SYNCED: { actions: 'endSyncWait' },
        UNLOAD: 'Dead',
      },
    },
    Stable: {
      on: {
        REBALANCE: {
          target: 'PreparingRebalance.AwaitingJoins',
          actions: ['endSyncWait', 'noteTimeout'],
        },
        SYNC_TIMEOUT: { actions: 'removeUnsynced' },
        ALL_SYNCED: { actions: 'endSyncWait' },
        UNLOAD: 'Dead',
      },
    },
    Dead: { on: { UNLOAD: 'Dead' } },
  },
});
