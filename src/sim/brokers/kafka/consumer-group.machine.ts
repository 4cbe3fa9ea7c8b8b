/**
 * The states of a consumer group of the new protocol on its coordinator (KIP-848; ConsumerGroup.ConsumerGroupState at
 * the recorded commit). They follow from the epochs: Assigning while the target is older than the group, Reconciling
 * while some member has not reached the target, else Stable. No deadline belongs to the group: there is no barrier.
 * Rules: SPEC.md, KAFKA-CONSUMERGROUP.
 */
import { setup } from 'xstate';

export type ConsumerGroupEvent =
  /** A member came, left or subscribed to something else: the group epoch was raised. */
  | { readonly type: 'EPOCH_RAISED' }
  /** The assignor has made a target for the group epoch. */
  | { readonly type: 'TARGET_MADE' }
  /** Every member has reached the target. */
  | { readonly type: 'RECONCILED' }
  /** A member that had reached the target has not any more: a static one is away. */
  | { readonly type: 'MEMBER_AWAY' }
  | { readonly type: 'EMPTIED' }
  /** The group is deleted, to be made anew with the classic protocol. */
  | { readonly type: 'DELETED' };

export const consumerGroupMachine = setup({
  types: { events: {} as ConsumerGroupEvent },
}).createMachine({
  id: 'consumer-group',
  initial: 'Empty',
  states: {
    Empty: { on: { EPOCH_RAISED: 'Assigning', DELETED: 'Dead' } },
    Assigning: { on: { TARGET_MADE: 'Reconciling', EMPTIED: 'Empty' } },
    Reconciling: { on: { RECONCILED: 'Stable', EPOCH_RAISED: 'Assigning', EMPTIED: 'Empty' } },
    Stable: { on: { EPOCH_RAISED: 'Assigning', MEMBER_AWAY: 'Reconciling', EMPTIED: 'Empty' } },
    Dead: {},
  },
});
