/**
 * A member's own view of its membership in the new protocol (KIP-848; MemberState of the clients), its states by their
 * names there, with `failed` for FATAL and `unjoined` for UNSUBSCRIBED. PREPARE_LEAVING and LEAVING take no time here.
 */
import { setup } from 'xstate';

export type AsyncMemberEvent =
  /** A heartbeat with epoch 0 goes out. */
  | { readonly type: 'JOIN' }
  /** The coordinator told an assignment other than the present one. */
  | { readonly type: 'ASSIGNED' }
  /** What it told is what the member has. */
  | { readonly type: 'UNCHANGED' }
  /** Given up and taken over: the coordinator has yet to be told. */
  | { readonly type: 'RECONCILED' }
  | { readonly type: 'ACKNOWLEDGED' }
  /** The coordinator does not know this member or its epoch (any more). */
  | { readonly type: 'FENCED' }
  /** max.poll.interval.ms is over: it has left until the next poll(). */
  | { readonly type: 'STALE' }
  | { readonly type: 'LEAVE' }
  | { readonly type: 'FATAL' };

const ENDS = { FENCED: 'fenced', STALE: 'stale', LEAVE: 'unjoined', FATAL: 'failed' } as const;

export const asyncMemberMachine = setup({
  types: { events: {} as AsyncMemberEvent },
}).createMachine({
  id: 'async-consumer-member',
  initial: 'unjoined',
  states: {
    unjoined: { on: { JOIN: 'joining', FATAL: 'failed' } },
    joining: { on: { ...ENDS, ASSIGNED: 'reconciling', UNCHANGED: 'stable' } },
    reconciling: { on: { ...ENDS, RECONCILED: 'acknowledging', UNCHANGED: 'stable' } },
    acknowledging: { on: { ...ENDS, ACKNOWLEDGED: 'stable', ASSIGNED: 'reconciling' } },
    stable: { on: { ...ENDS, ASSIGNED: 'reconciling' } },
    fenced: { on: { JOIN: 'joining', FATAL: 'failed', LEAVE: 'unjoined' } },
    stale: { on: { JOIN: 'joining', FATAL: 'failed', LEAVE: 'unjoined' } },
    failed: {},
  },
});
