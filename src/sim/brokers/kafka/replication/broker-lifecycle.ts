/**
 * A node's life as the controller sees it: it registers, says every so often that it lives, and is told what has been
 * decided (BrokerLifecycleManager, KIP-631). A process that comes back is another incarnation, which is refused while the
 * former one's session runs; it asks again after 100 ms, 200 ms and so on, at most every session timeout.
 * Rules: SPEC.md, KAFKA-CLUSTER.
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import { BACKGROUND } from '#sim/kernel/queue.ts';
import { BROKER_HEARTBEAT, BROKER_REGISTRATION } from '#sim/brokers/kafka/protocol.ts';
import type { NodeReplication } from '#sim/brokers/kafka/replication/node-replication.ts';

/** The next heartbeat, or the next attempt to register. */
export const LIFE_TIMER = 188 | BACKGROUND;

const FIRST_PAUSE = 100_000;

/** The process is up, or its timer has come. */
export function liveOn(repl: NodeReplication, ctx: Ctx): void {
  const { controller, heartbeatInterval } = repl.parts;
  repl.heartbeatTimer = -1;
  if (repl.registered) {
    ctx.send(controller, BROKER_HEARTBEAT, repl.incarnation);
    wakeIn(repl, ctx, heartbeatInterval);
  } else ctx.send(controller, BROKER_REGISTRATION, repl.incarnation);
}

/** [KAFKA-CLUSTER-3] */
export function registrationRefused(repl: NodeReplication, ctx: Ctx): void {
  let pause = FIRST_PAUSE;
  for (let i = 0; i < repl.registrationFailures; i += 1) pause *= 2;
  repl.registrationFailures += 1;
  wakeIn(repl, ctx, Math.min(pause, repl.parts.sessionTimeout));
}

function wakeIn(repl: NodeReplication, ctx: Ctx, pause: number): void {
  if (repl.heartbeatTimer >= 0) ctx.cancel(repl.heartbeatTimer);
  repl.heartbeatTimer = ctx.schedule(pause, LIFE_TIMER);
}
