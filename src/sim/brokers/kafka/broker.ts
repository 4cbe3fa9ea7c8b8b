/**
 * A Kafka broker node: leader of some partitions, coordinator of some groups. It speaks the protocol's verbs
 * (protocol.ts) and keeps what the real one keeps: logs and __consumer_offsets survive a crash, parked fetches, joins
 * and the coordinator's memory do not. In a cluster of several nodes `replication/node-events` takes what belongs to
 * copies and leaders. Rules: SPEC.md.
 */
import { assert } from '#sim/base/assert.ts';
import type { SimTime } from '#sim/base/time.ts';
import type { Event } from '#sim/kernel/queue.ts';
import { CRASHED, RESET, START, type Ctx, type Entity } from '#sim/kernel/entity.ts';
import { MachineHost, type MachineTimer } from '#sim/machines/host.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import type { BrokerSettings } from '#sim/brokers/kafka/broker-settings.ts';
import type { BrokerEnv, BrokerState } from '#sim/brokers/kafka/broker-state.ts';
import {
  answerParked,
  endFetchWait,
  fetch,
  FETCH_WAIT_OVER,
  forgetFetches,
} from '#sim/brokers/kafka/fetch.ts';
import {
  CONSUMER_REBALANCE_TIMER,
  revocationOverdue,
  type ConsumerRebalanceTimer,
} from '#sim/brokers/kafka/consumer-group-members.ts';
import { consumerGroupMachine } from '#sim/brokers/kafka/consumer-group.machine.ts';
import {
  coordinatorBusy,
  groupRequest,
  GROUP_TIMER,
  groupTimer,
  peerGone,
  sessionTimer,
  startCoordinator,
} from '#sim/brokers/kafka/group-coordinator.ts';
import { groupCoordinatorMachine } from '#sim/brokers/kafka/group-coordinator.machine.ts';
import { SESSION_TIMER, type SessionTimer } from '#sim/brokers/kafka/group-session.ts';
import { createGrowth, growthBusy, growthEvent } from '#sim/brokers/kafka/growth.ts';
import type { Metadata, PartitionMetadata } from '#sim/brokers/kafka/metadata.ts';
import { createPartitionLog, type PartitionLog } from '#sim/brokers/kafka/partition-log.ts';
import { produce } from '#sim/brokers/kafka/produce.ts';
import * as protocol from '#sim/brokers/kafka/protocol.ts';
import { advanceLeading } from '#sim/brokers/kafka/replication/leading.ts';
import { firstImage } from '#sim/brokers/kafka/replication/controller.ts';
import {
  replicationBusy,
  replicationEvent,
  replicationPeerGone,
  startReplication,
} from '#sim/brokers/kafka/replication/node-events.ts';
import {
  createNodeReplication,
  forgetRoles,
  replicated,
  type ReplicationParts,
} from '#sim/brokers/kafka/replication/node-replication.ts';
import { parkProduce } from '#sim/brokers/kafka/replication/waiting-produce.ts';
import {
  initTransactional,
  produceInTransaction,
  startTransactions,
  transactionEvent,
  transactionsLost,
  type TransactionsTurn,
} from '#sim/brokers/kafka/transactions/broker-transactions.ts';
import { endFor } from '#sim/brokers/kafka/transactions/isolation.ts';
import { transactionCoordinatorMachine } from '#sim/brokers/kafka/transactions/transaction-coordinator.machine.ts';
import { newProducerId } from '#sim/brokers/kafka/transactions/transaction-coordinator.ts';
import { createTransactionsState } from '#sim/brokers/kafka/transactions/transaction-metadata.ts';
import {
  CLEANER_ROUND,
  cleanerRound,
  RETENTION_CHECK,
  retentionCheck,
  startHousekeeping,
} from '#sim/brokers/kafka/retention/housekeeping.ts';
import type { LogPolicy } from '#sim/brokers/kafka/retention/log-policy.ts';
import { internReasons, NO_REASONS } from '#sim/brokers/kafka/retention/reasons.ts';

export interface KafkaBrokerParts {
  readonly catalog: Catalog;
  readonly metadata: Metadata;
  /** Entity of this node: what `Metadata` calls it. */
  readonly node: number;
  readonly settings: BrokerSettings;
  /** First offsets of partitions that do not begin at 0, by row: a log whose head retention has taken. */
  readonly logStarts?: ReadonlyMap<number, number>;
  /** By topic name, for those whose old records can go during the run; name ids of event types without a value. */
  readonly policies?: ReadonlyMap<string, LogPolicy>;
  readonly tombstones?: ReadonlySet<number>;
  /** Absent in a cluster of one node. */
  readonly replication?: ReplicationParts;
  /** Whether some producer of the run has a transactional id. */
  readonly transactional?: boolean;
}

const EARLIEST = -2;
/** The machines of the new protocol and of transactions have no deadlines, but their host asks. */
const NO_TIMER = 180;

export class KafkaBroker implements Entity {
  state: BrokerState;
  private readonly env: BrokerEnv;
  private readonly machines: MachineHost;
  private readonly consumerMachines: MachineHost;
  private readonly transactionMachines: MachineHost | null;
  private readonly newLog: (row: number) => PartitionLog;

  constructor(parts: KafkaBrokerParts) {
    const { catalog, metadata, node, settings, logStarts, policies, tombstones } = parts;
    const maxBatchBytes = metadata.partitions.map(
      ({ topicName }) => settings.topicMaxMessageBytes?.get(topicName) ?? settings.maxMessageBytes,
    );
    this.env = {
      catalog,
      metadata,
      node,
      settings,
      maxBatchBytes,
      tombstones: tombstones ?? new Set(),
      reasons: policies === undefined ? NO_REASONS : internReasons(catalog.names),
      policies: [...(policies?.values() ?? [])],
    };
    this.machines = new MachineHost(groupCoordinatorMachine, catalog.names, GROUP_TIMER);
    this.consumerMachines = new MachineHost(consumerGroupMachine, catalog.names, NO_TIMER);
    this.transactionMachines =
      parts.transactional === true
        ? new MachineHost(transactionCoordinatorMachine, catalog.names, NO_TIMER)
        : null;
    const newLog = (row: number): PartitionLog => {
      const { topic, topicName, partition, replicas } = metadata.partitions[row] as PartitionMetadata;
      const policy = policies?.get(topicName) ?? null;
      const log = createPartitionLog(row, topic, partition, logStarts?.get(row) ?? 0, policy);
      return replicas === undefined || replicas.length === 1 ? log : replicated(log);
    };
    this.newLog = newLog;
    const { replication } = parts;
    this.state = {
      logs: metadata.partitions.map(({ leader, later }, row) =>
        leader === node && later !== true ? newLog(row) : null,
      ),
      producerIds: 0,
      memberIds: new Map(),
      persisted: new Map(),
      consumerGroups: new Map(),
      up: true,
      parked: [],
      unaware: new Set(),
      parkedIds: 0,
      groups: new Map(),
      transactions: createTransactionsState(),
      replication:
        replication === undefined
          ? null
          : createNodeReplication(
              replication,
              newLog,
              firstImage(
                replication.placement,
                metadata.partitions.map(({ later }) => later === true),
              ),
            ),
      growth: createGrowth(metadata),
    };
  }

  handle(event: Event, ctx: Ctx): void {
    const { state, env, machines, consumerMachines } = this;
    if (!state.up && event.kind !== START) return;
    switch (event.kind) {
      case protocol.PRODUCE:
        this.takeProduce(event.from, event.a, event.data as protocol.ProduceRequest, ctx);
        return;
      case protocol.FETCH:
        fetch(state, ctx, event.from, event.a, event.data as protocol.FetchRequest);
        return;
      case FETCH_WAIT_OVER:
        endFetchWait(state, ctx, event.a);
        return;
      case RETENTION_CHECK:
        retentionCheck(state, env, ctx);
        return;
      case CLEANER_ROUND:
        cleanerRound(state, env, ctx);
        return;
      case protocol.LIST_OFFSETS:
        this.listOffsets(event.from, event.a, event.data as protocol.ListOffsetsRequest, ctx);
        return;
      case protocol.INIT_PRODUCER_ID:
        this.initProducerId(
          event.from,
          event.a,
          event.data as protocol.InitProducerIdRequest | null | undefined,
          ctx,
        );
        return;
      case CRASHED:
        this.forget();
        return;
      case RESET:
        forgetFetches(state, ctx, event.a);
        peerGone(state, event.a, ctx.cause);
        state.growth?.told.delete(event.a);
        if (this.transactionMachines !== null) transactionsLost(this.transactionsTurn(ctx), event.a);
        if (state.replication !== null) replicationPeerGone(state.replication, ctx, event.a);
        return;
      default:
        if (state.growth !== null && growthEvent(state, state.growth, env, event, ctx, this.newLog)) return;
        if (state.replication !== null && replicationEvent(state, state.replication, event, ctx)) return;
        this.coordinate(event, { state, env, ctx, machines, consumerMachines });
    }
  }

  /** See `coordinatorBusy`: only the run's end asks. */
  busy(now: SimTime): boolean {
    const { replication } = this.state;
    if (growthBusy(this.state, this.env.metadata, now)) return true;
    return coordinatorBusy(this.state) || (replication !== null && replicationBusy(this.state, replication));
  }

  private coordinate(event: Event, turn: Parameters<typeof groupRequest>[0]): void {
    if (event.kind === START) {
      this.state.up = true;
      startCoordinator(turn);
      if (this.transactionMachines !== null) startTransactions(this.transactionsTurn(turn.ctx));
      startHousekeeping(this.env, turn.ctx);
      if (this.state.replication !== null) startReplication(this.state.replication, turn.ctx);
    } else if (event.kind === GROUP_TIMER) groupTimer(turn, event.data as MachineTimer);
    else if (event.kind === CONSUMER_REBALANCE_TIMER) {
      revocationOverdue(turn, event.data as ConsumerRebalanceTimer);
    } else if (event.kind === SESSION_TIMER) sessionTimer(turn, event.data as SessionTimer);
    else if (!groupRequest(turn, event) && this.transactionMachines !== null) {
      transactionEvent(this.transactionsTurn(turn.ctx), event);
    }
  }

  private takeProduce(from: number, correlation: number, request: protocol.ProduceRequest, ctx: Ctx): void {
    if (request.transactionalId === undefined) this.produce(from, correlation, request, ctx);
    else produceInTransaction(this.transactionsTurn(ctx), from, correlation, request);
  }

  private transactionsTurn(ctx: Ctx): TransactionsTurn {
    const { state, env, machines, consumerMachines, transactionMachines } = this;
    assert(transactionMachines !== null, '[KAFKA-COORDINATOR-1] a cluster that was built for transactions');
    return {
      state,
      env,
      ctx,
      machines: transactionMachines,
      groups: { state, env, ctx, machines, consumerMachines },
      write: (from, correlation, request) => this.produce(from, correlation, request, ctx),
    };
  }

  private produce(from: number, correlation: number, request: protocol.ProduceRequest, ctx: Ctx): void {
    const { state } = this;
    const { replication } = state;
    const results = produce(state, this.env, ctx, request);
    const last = ctx.cause;
    if (replication !== null) {
      advanceLeading(state, replication, ctx);
      if (parkProduce(state, replication, ctx, from, correlation, request, results)) {
        answerParked(state, ctx);
        return;
      }
    }
    if (request.acks !== 0) {
      ctx.send(from, protocol.PRODUCE_RESPONSE, correlation, 0, 0, 0, 0, { results });
    }
    ctx.cause = last;
    answerParked(this.state, ctx);
  }

  private listOffsets(
    from: number,
    correlation: number,
    request: protocol.ListOffsetsRequest,
    ctx: Ctx,
  ): void {
    const committed = request.readCommitted === true;
    const offsets = request.partitions.map((partition) => {
      const log = this.state.logs[partition];
      if (log === undefined) {
        return { partition, offset: -1, error: 'UNKNOWN_TOPIC_OR_PARTITION' as const };
      }
      if (log === null) return { partition, offset: -1, error: 'NOT_LEADER_OR_FOLLOWER' as const };
      const offset = request.timestamp === EARLIEST ? log.logStart : endFor(log, committed);
      return { partition, offset, error: 'NONE' as const };
    });
    ctx.send(from, protocol.LIST_OFFSETS_RESPONSE, correlation, 0, 0, 0, 0, { offsets });
  }

  /** [KAFKA-PRODUCER-1] A new id for everyone who asks, or the one of a transactional id. */
  private initProducerId(
    from: number,
    correlation: number,
    request: protocol.InitProducerIdRequest | null | undefined,
    ctx: Ctx,
  ): void {
    const packet = ctx.cause;
    const response: protocol.InitProducerIdResponse =
      request === null || request === undefined
        ? { error: 'NONE', producerId: newProducerId(this.state, this.env), producerEpoch: 0 }
        : initTransactional(this.transactionsTurn(ctx), request);
    ctx.cause = packet;
    ctx.send(from, protocol.INIT_PRODUCER_ID_RESPONSE, correlation, 0, 0, 0, 0, response);
  }

  /** [KAFKA-LOG-1] Logs, producer ids and __consumer_offsets stay. */
  private forget(): void {
    this.state.up = false;
    this.state.parked = [];
    this.state.unaware = new Set();
    this.state.groups = new Map();
    const { transactions, replication, growth } = this.state;
    if (growth !== null) growth.told = new Map();
    if (replication !== null) forgetRoles(replication, this.state.logs);
    transactions.awaiting = [];
    transactions.scan = -1;
    transactions.retry = -1;
  }
}
