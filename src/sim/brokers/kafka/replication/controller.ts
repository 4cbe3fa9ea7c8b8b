/**
 * The controller of a cluster with several nodes: it knows who lives by their heartbeats, and decides who leads and who
 * is in sync (QuorumController: ClusterControlManager, BrokerHeartbeatManager, ReplicationControlManager). The quorum is
 * one process here that does not fail, and its decisions reach every living node after one flight. Left out: eligible
 * leader replicas (off by default in 4.0), preferred leader elections, controlled shutdown, topics that come and go.
 * Rules: SPEC.md, KAFKA-CLUSTER, KAFKA-REPLICA-9, KAFKA-REPLICA-10.
 */
import type { SimTime } from '#sim/base/time.ts';
import { RESET, type Ctx, type Entity } from '#sim/kernel/entity.ts';
import { BACKGROUND, type Event } from '#sim/kernel/queue.ts';
import * as protocol from '#sim/brokers/kafka/protocol.ts';
import { CREATE_PARTITIONS, rowsToAdd } from '#sim/brokers/kafka/growth.ts';
import type { Metadata, PartitionMetadata } from '#sim/brokers/kafka/metadata.ts';
import type {
  AlterPartitionRequest,
  AlterPartitionResponse,
  BrokerRegistrationResponse,
  ClusterImage,
} from '#sim/brokers/kafka/replication/cluster-protocol.ts';
import { reconsider, type PartitionRegistration } from '#sim/brokers/kafka/replication/election.ts';
import * as emit from '#sim/trace/emit.ts';

/** A broker's session is over: a = its place among the nodes. */
const SESSION_OVER = 190 | BACKGROUND;

interface BrokerRegistration {
  readonly node: number;
  incarnation: number;
  fenced: boolean;
  sessionTimer: number;
  /** The record that broke the connection; -1 = it stands, as far as is known. */
  lostBy: number;
}

interface ControllerState {
  version: number;
  readonly brokers: BrokerRegistration[];
  /** By partition row. */
  readonly partitions: PartitionRegistration[];
}

export interface ControllerParts {
  readonly nodes: readonly number[];
  readonly partitions: readonly PartitionMetadata[];
  /** Where topics may be given partitions. */
  readonly metadata?: Metadata;
  /** By partition row: who has a replica, and unclean.leader.election.enable. */
  readonly placement: readonly (readonly number[])[];
  readonly unclean: readonly boolean[];
  /** broker.session.timeout.ms, in µs. */
  readonly sessionTimeout: number;
}

/** What a cluster is at first: everybody lives and is in sync, the first replica leads. */
export function firstImage(
  placement: readonly (readonly number[])[],
  later: readonly boolean[] = [],
): ClusterImage {
  const partitions = placement.map((placed, row) =>
    later[row] === true
      ? { leader: -1, leaderEpoch: -1, isr: [] }
      : { leader: placed[0] ?? -1, leaderEpoch: 0, isr: placed },
  );
  return { version: 0, fenced: [], partitions };
}

export class KafkaController implements Entity {
  state: ControllerState;
  private readonly parts: ControllerParts;

  constructor(parts: ControllerParts) {
    this.parts = parts;
    this.state = {
      version: 0,
      brokers: parts.nodes.map((node) => ({
        node,
        incarnation: 0,
        fenced: false,
        sessionTimer: -1,
        lostBy: -1,
      })),
      partitions: parts.placement.map((replicas, row) =>
        parts.partitions[row]?.later === true
          ? { replicas, leader: null, leaderEpoch: -1, isr: [] }
          : { replicas, leader: replicas[0] ?? null, leaderEpoch: 0, isr: [...replicas] },
      ),
    };
  }

  handle(event: Event, ctx: Ctx): void {
    const { from, a } = event;
    switch (event.kind) {
      case protocol.BROKER_HEARTBEAT:
        this.heartbeat(from, a, ctx);
        return;
      case protocol.BROKER_REGISTRATION:
        this.register(from, a, ctx);
        return;
      case protocol.ALTER_PARTITION:
        this.alter(from, event.data as AlterPartitionRequest, ctx);
        return;
      case SESSION_OVER:
        this.fence(a, ctx);
        return;
      case CREATE_PARTITIONS:
        this.createPartitions(a, event.b, ctx);
        return;
      case RESET: {
        const broker = this.broker(a);
        if (broker !== undefined) broker.lostBy = ctx.cause;
      }
    }
  }

  /** Somebody will be found dead, or is on the way back. */
  busy(_now: SimTime): boolean {
    return this.state.brokers.some(({ fenced, lostBy }) => !fenced && lostBy >= 0);
  }

  private broker(node: number): BrokerRegistration | undefined {
    return this.state.brokers.find((broker) => broker.node === node);
  }

  /** [KAFKA-CLUSTER-1] The session is good for another broker.session.timeout.ms; who was fenced is not any more. */
  private heartbeat(node: number, incarnation: number, ctx: Ctx): void {
    const broker = this.broker(node);
    if (broker === undefined || broker.incarnation !== incarnation) return;
    broker.lostBy = -1;
    if (broker.sessionTimer >= 0) ctx.cancel(broker.sessionTimer);
    const place = this.state.brokers.indexOf(broker);
    broker.sessionTimer = ctx.schedule(this.parts.sessionTimeout, SESSION_OVER, place);
    if (!broker.fenced) return;
    broker.fenced = false;
    this.decide(ctx, -1);
  }

  /** [KAFKA-CLUSTER-3] Refused while the former incarnation has a session. It stays fenced until its first heartbeat. */
  private register(node: number, incarnation: number, ctx: Ctx): void {
    const broker = this.broker(node);
    if (broker === undefined) return;
    const registered = broker.fenced;
    if (registered) broker.incarnation = incarnation;
    const image = registered ? this.image() : null;
    const response: BrokerRegistrationResponse = { registered, image };
    ctx.send(node, protocol.BROKER_REGISTRATION_RESPONSE, 0, 0, 0, 0, 0, response);
  }

  /** [KAFKA-CLUSTER-1] Not heard of for too long: the broker counts as dead. */
  private fence(place: number, ctx: Ctx): void {
    const broker = this.state.brokers[place];
    if (broker === undefined || broker.fenced) return;
    broker.sessionTimer = -1;
    broker.fenced = true;
    this.decide(ctx, broker.lostBy);
  }

  private isAlive(node: number): boolean {
    return this.broker(node)?.fenced === false;
  }

  /** Goes through all partitions after somebody went or came; `also` is what broke the connection. */
  private decide(ctx: Ctx, also: number): void {
    const cause = ctx.cause;
    this.state.partitions.forEach((partition, row) => {
      if (partition.leaderEpoch < 0) return;
      const before = partition.isr;
      const unclean = this.parts.unclean[row] === true;
      const outcome = reconsider(partition, (node) => this.isAlive(node), unclean);
      ctx.cause = cause;
      this.recordInSync(ctx, row, before, also);
      if (outcome.changed) this.recordElection(ctx, row, outcome.unclean, also);
    });
    this.publish(ctx);
    ctx.cause = cause;
  }

  private recordElection(ctx: Ctx, row: number, unclean: boolean, also: number): void {
    const { topic, partition } = this.parts.partitions[row] as PartitionMetadata;
    const { leader, leaderEpoch, isr } = this.state.partitions[row] as PartitionRegistration;
    const size = isr.length;
    emit.elect(ctx, topic, partition, leader ?? -1, leaderEpoch, unclean ? 1 : 0, size, -1, also);
  }

  private recordInSync(ctx: Ctx, row: number, before: readonly number[], also: number): void {
    const { topic, partition } = this.parts.partitions[row] as PartitionMetadata;
    const { isr, leaderEpoch } = this.state.partitions[row] as PartitionRegistration;
    const size = isr.length;
    for (const node of before) {
      if (!isr.includes(node)) emit.isr(ctx, topic, partition, node, 0, size, leaderEpoch, -1, also);
    }
    for (const node of isr) {
      if (!before.includes(node)) emit.isr(ctx, topic, partition, node, 1, size, leaderEpoch, -1, also);
    }
  }

  /** [KAFKA-CLUSTER-5] A leader's wish is granted if it still leads and everybody in it lives. */
  private alter(node: number, { partition: row, leaderEpoch, isr }: AlterPartitionRequest, ctx: Ctx): void {
    const partition = this.state.partitions[row];
    if (partition === undefined) return;
    const leads = partition.leader === node && partition.leaderEpoch === leaderEpoch;
    if (!leads || !isr.every((one) => this.isAlive(one))) {
      const error = leads ? 'INELIGIBLE_REPLICA' : 'FENCED_LEADER_EPOCH';
      const response: AlterPartitionResponse = { partition: row, leaderEpoch, error };
      ctx.send(node, protocol.ALTER_PARTITION_RESPONSE, 0, 0, 0, 0, 0, response);
      return;
    }
    const before = partition.isr;
    partition.isr = [...isr];
    this.recordInSync(ctx, row, before, -1);
    this.publish(ctx);
  }

  /** [KAFKA-GROWTH-2] The first of a new partition's replicas that lives leads it; the living ones are in sync. */
  private createPartitions(topic: number, count: number, ctx: Ctx): void {
    const { metadata } = this.parts;
    if (metadata === undefined) return;
    const { partitions } = this.state;
    const exists = (row: number): boolean => (partitions[row]?.leaderEpoch ?? -1) >= 0;
    const rows = rowsToAdd(metadata, ctx, topic, count, exists);
    for (const row of rows) {
      const born = partitions[row] as PartitionRegistration;
      const alive = born.replicas.filter((node) => this.isAlive(node));
      born.isr = alive.length > 0 ? alive : [...born.replicas];
      born.leader = alive[0] ?? null;
      born.leaderEpoch = 0;
    }
    if (rows.length > 0) this.publish(ctx);
  }

  private image(): ClusterImage {
    const { version, brokers, partitions } = this.state;
    return {
      version,
      fenced: brokers.filter(({ fenced }) => fenced).map(({ node }) => node),
      partitions: partitions.map(({ leader, leaderEpoch, isr }) => ({
        leader: leader ?? -1,
        leaderEpoch,
        isr: [...isr],
      })),
    };
  }

  /** [KAFKA-CLUSTER-4] Every node that can be reached hears of it. */
  private publish(ctx: Ctx): void {
    this.state.version += 1;
    const image = this.image();
    const cause = ctx.cause;
    for (const { node, lostBy } of this.state.brokers) {
      ctx.cause = cause;
      if (lostBy < 0) ctx.send(node, protocol.METADATA_RECORDS, 0, 0, 0, 0, 0, image);
    }
    ctx.cause = cause;
  }
}
