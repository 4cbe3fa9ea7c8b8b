/**
 * A classic group member's own view of its membership (AbstractCoordinator.MemberState: UNJOINED, PREPARING_REBALANCE,
 * COMPLETING_REBALANCE, STABLE), with `failed` for what a program cannot recover from by polling again. It knows no
 * deadlines: those are the heartbeat thread's and the requests'.
 */
import { setup } from 'xstate';

export type MemberEvent =
  /** JoinGroup was sent, from within poll(). */
  | { readonly type: 'JOIN' }
  /** The coordinator answered: generation and leader are known. */
  | { readonly type: 'JOINED' }
  /** SyncGroup brought the assignment. */
  | { readonly type: 'SYNCED' }
  /** JoinGroup or SyncGroup failed; the membership may still hold. */
  | { readonly type: 'REFUSED' }
  /** The coordinator does not know this member or its generation (any more). */
  | { readonly type: 'LOST' }
  /** LeaveGroup: closed, or max.poll.interval.ms is over. */
  | { readonly type: 'LEAVE' }
  | { readonly type: 'FATAL' };

export const consumerMemberMachine = setup({
  types: { events: {} as MemberEvent },
}).createMachine({
  id: 'consumer-member',
  initial: 'unjoined',
  states: {
    unjoined: { on: { JOIN: 'preparing_rebalance', FATAL: 'failed' } },
    preparing_rebalance: {
      on: {
        JOIN: 'preparing_rebalance',
        JOINED: 'completing_rebalance',
        REFUSED: 'unjoined',
        LOST: 'unjoined',
        LEAVE: 'unjoined',
        FATAL: 'failed',
      },
    },
    completing_rebalance: {
      on: { SYNCED: 'stable', REFUSED: 'unjoined', LOST: 'unjoined', LEAVE: 'unjoined', FATAL: 'failed' },
    },
    stable: { on: { JOIN: 'preparing_rebalance', LOST: 'unjoined', LEAVE: 'unjoined', FATAL: 'failed' } },
    failed: {},
  },
});
