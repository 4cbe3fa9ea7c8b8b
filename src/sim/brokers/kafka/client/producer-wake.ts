/** When the sender thread looks next: one timer, moved forward where something is due earlier. */
import type { Ctx } from '#sim/kernel/entity.ts';
import type { ProducerState } from '#sim/brokers/kafka/client/producer-state.ts';

export const SEND_TIMER = 64;

/** Makes the sender look at `at`, unless it does so earlier anyway. */
export function wakeAt(s: ProducerState, ctx: Ctx, at: number): void {
  if (s.sendTimer >= 0) {
    if (s.sendAt <= at) return;
    ctx.cancel(s.sendTimer);
  }
  s.sendAt = at;
  s.sendTimer = ctx.schedule(at - ctx.now, SEND_TIMER);
}
