/**
 * A share consumer's own view of its membership (ShareMembershipManager of Kafka 4.2, MemberState of the clients), by
 * the names there, with `failed` for FATAL and `unjoined` for UNSUBSCRIBED. Reconciling and acknowledging take no time:
 * a member takes over what it is told, and nobody waits for it to say so.
 */
import { setup } from 'xstate';

export type ShareMemberEvent =
  /** A heartbeat with epoch 0 goes out. */
  | { readonly type: 'JOIN' }
  /** The coordinator has answered with an epoch and an assignment. */
  | { readonly type: 'ASSIGNED' }
  /** The coordinator does not know this member or its epoch (any more). */
  | { readonly type: 'FENCED' }
  /** max.poll.interval.ms is over: it has left until the next poll(). */
  | { readonly type: 'STALE' }
  | { readonly type: 'LEAVE' }
  | { readonly type: 'FATAL' };

const ENDS = { FENCED: 'fenced', STALE: 'stale', LEAVE: 'unjoined', FATAL: 'failed' } as const;

export const shareMemberMachine = setup({
  types: { events: {} as ShareMemberEvent },
}).createMachine({
  id: 'share-member',
  initial: 'unjoined',
  states: {
    unjoined: { on: { JOIN: 'joining', FATAL: 'failed' } },
    joining: { on: { ...ENDS, ASSIGNED: 'stable' } },
    stable: { on: ENDS },
    fenced: { on: { JOIN: 'joining', FATAL: 'failed', LEAVE: 'unjoined' } },
    stale: { on: { JOIN: 'joining', FATAL: 'failed', LEAVE: 'unjoined' } },
    failed: {},
  },
});
