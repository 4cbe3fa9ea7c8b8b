/**
 * What a node makes of the controller's decisions: it takes the lead of a partition, gives it up, follows another leader,
 * or hears of another in-sync set (ReplicaManager#applyDelta, Partition#makeLeader, #makeFollower). Until it hears, it
 * goes on as before: a leader that is cut off goes on leading. Rules: SPEC.md, KAFKA-CLUSTER.
 */
import type { Ctx } from '#sim/kernel/entity.ts';
import type { BrokerState } from '#sim/brokers/kafka/broker-state.ts';
import { highWatermark, logEnd, type PartitionLog } from '#sim/brokers/kafka/partition-log.ts';
import type { ClusterImage, PartitionImage } from '#sim/brokers/kafka/replication/cluster-protocol.ts';
import { fetchFromLeaders } from '#sim/brokers/kafka/replication/following.ts';
import { answerWaiting } from '#sim/brokers/kafka/replication/high-watermark.ts';
import { noteEpoch } from '#sim/brokers/kafka/replication/leader-epochs.ts';
import {
  newLed,
  putAside,
  type NodeReplica,
  type NodeReplication,
} from '#sim/brokers/kafka/replication/node-replication.ts';
import { settlePending } from '#sim/brokers/kafka/replication/waiting-produce.ts';
import * as emit from '#sim/trace/emit.ts';

/** The caller answers what waits afterwards (`answerParked`), since much may have moved. */
export function applyImage(state: BrokerState, repl: NodeReplication, ctx: Ctx, image: ClusterImage): void {
  if (image.version <= repl.image.version && repl.registered) return;
  repl.image = image;
  const packet = ctx.cause;
  for (const replica of repl.replicas) {
    if (replica === null) continue;
    ctx.cause = packet;
    const told = image.partitions[replica.row] as PartitionImage;
    if (told.leaderEpoch !== replica.leaderEpoch) changeRole(state, repl, replica, told, ctx);
    else if (replica.led !== null) {
      replica.led.isr = [...told.isr];
      replica.led.fenced = image.fenced;
      replica.led.proposed = null;
    }
  }
  ctx.cause = packet;
  fetchFromLeaders(repl, ctx);
}

function changeRole(
  state: BrokerState,
  repl: NodeReplication,
  replica: NodeReplica,
  told: PartitionImage,
  ctx: Ctx,
): void {
  const leads = told.leader === repl.parts.self;
  if (replica.led !== null && !leads) {
    answerWaiting(replica.led, Number.MAX_SAFE_INTEGER, 'NOT_LEADER_OR_FOLLOWER'); // [KAFKA-CLUSTER-6]
    settlePending(repl, replica.led, ctx);
    putAside(replica, state.logs);
  }
  replica.leader = told.leader;
  replica.leaderEpoch = told.leaderEpoch;
  replica.fetchNotBefore = 0;
  if (leads) takeLead(state, repl, replica, told, ctx);
}

/** [KAFKA-REPLICA-9] The epoch begins at the end of the node's own log; it has heard of nobody yet. */
function takeLead(
  state: BrokerState,
  repl: NodeReplication,
  replica: NodeReplica,
  told: PartitionImage,
  ctx: Ctx,
): void {
  const log = (replica.followed ?? state.logs[replica.row]) as PartitionLog;
  const replicas = repl.parts.placement[replica.row] ?? [];
  replica.followed = null;
  state.logs[replica.row] = log;
  log.leaderEpoch = told.leaderEpoch;
  const end = logEnd(log);
  noteEpoch(replica.epochs, told.leaderEpoch, end);
  replica.led = newLed(replicas, repl.parts.self, told.isr, repl.image.fenced, end, ctx.now);
  emit.lead(ctx, log.topic, log.partition, end, told.leaderEpoch, highWatermark(log));
}
