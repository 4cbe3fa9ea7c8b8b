/**
 * The Java client's KafkaConsumer within its process: `next` hands out the records of the last poll()
 * one by one and polls again when they are used up, so rebalances, auto-commit and the fetch loop take place where a
 * program's poll loop has them. While nothing can be returned the program sits in poll() and is woken by `ready`.
 * Heartbeats go on beside it. Everything is in memory; a crash leaves the coordinator to find out by itself.
 * Left out: assign(), patterns.
 * Source: ClassicKafkaConsumer, AbstractCoordinator, ConsumerCoordinator, Fetcher (commit 1eb7644); rules in SPEC.md.
 */
import { assert } from '#sim/base/assert.ts';
import { intern } from '#sim/base/names.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import { BACKGROUND, type Event } from '#sim/kernel/queue.ts';
import type { ConsumerClient, ConsumerListener, Delivery, Ended } from '#sim/messaging/client-face.ts';
import * as emit from '#sim/trace/emit.ts';
import { leave, wakes } from '#sim/brokers/kafka/client/async-membership.ts';
import {
  breakChannel,
  COMMIT_TIMER,
  coordinatorChannel,
  DEADLINE_TIMER,
  ENDED_TIMER,
  HEARTBEAT_TIMER,
  overdueChannels,
  POLL_TIMER,
} from '#sim/brokers/kafka/client/consumer-channel.ts';
import { CONSUMER_METADATA_AGE, metadataIsOld } from '#sim/brokers/kafka/client/consumer-leaders.ts';
import { partsOf } from '#sim/brokers/kafka/client/consumer-parts.ts';
import { countDelivery } from '#sim/brokers/kafka/client/delivery-count.ts';
import { answered, lost } from '#sim/brokers/kafka/client/consumer-answers.ts';
import {
  emptyConsumer,
  ownedRow,
  type ConsumerOptions,
  type ConsumerParts,
  type ConsumerState,
  type Offsets,
  type OwnedPartition,
  type Returned,
} from '#sim/brokers/kafka/client/consumer-state.ts';
import {
  commitSync,
  isMember,
  positionsOf,
  sendCommit,
  trySync,
  uncommitted,
} from '#sim/brokers/kafka/client/commits.ts';
import { canCollect, collect, fetchHeldUp, sendFetches } from '#sim/brokers/kafka/client/fetcher.ts';
import { leavesPoll } from '#sim/brokers/kafka/client/heartbeat.ts';
import { revokeAll } from '#sim/brokers/kafka/client/ownership.ts';
import type { GroupSettlement } from '#sim/brokers/kafka/client/producer-transaction-state.ts';
import { pollRound } from '#sim/brokers/kafka/client/poll-round.ts';
import { seek } from '#sim/brokers/kafka/client/positions.ts';
import { CONSUMER_METADATA_RESPONSE, OFFSET_FOR_LEADER_EPOCH_RESPONSE } from '#sim/brokers/kafka/protocol.ts';

export class KafkaConsumer implements ConsumerClient {
  state: ConsumerState;
  private readonly parts: ConsumerParts;
  private readonly listener: ConsumerListener;

  constructor(options: ConsumerOptions) {
    this.parts = partsOf(options);
    this.listener = options.listener;
    this.state = emptyConsumer(options.metadata, 0);
  }

  owns(kind: number): boolean {
    const bare = kind & ~BACKGROUND;
    return (
      (bare >= 96 && bare < 128) ||
      bare === 131 ||
      bare === 133 ||
      (bare >= 137 && bare <= 147 && bare % 2 === 1) ||
      bare === 159 ||
      bare === CONSUMER_METADATA_RESPONSE ||
      bare === OFFSET_FOR_LEADER_EPOCH_RESPONSE
    );
  }

  /** Subscribes; the group is joined from the first poll() on, which begins at once. */
  start(ctx: Ctx): void {
    this.crashed();
    this.state.running = true;
    this.beginPoll(ctx);
  }

  crashed(): void {
    this.state = emptyConsumer(this.parts.metadata, this.state.correlation);
  }

  /** Timers that came due meanwhile follow in their order: the heartbeat thread finds out by itself. */
  resumed(_ctx: Ctx): void {}

  next(ctx: Ctx): Delivery | null {
    const s = this.state;
    let returned = s.returned[s.current];
    while (returned !== undefined && returned.at >= returned.end) {
      s.current += 1;
      returned = s.returned[s.current];
    }
    if (returned === undefined) {
      if (!this.poll(ctx)) return null;
      returned = s.returned[0] as Returned;
    }
    const i = returned.at;
    returned.at = i + 1;
    const mid = returned.mids[i] as number;
    const offset = returned.offsets[i] as number;
    const { hand } = s;
    hand.mid = mid;
    hand.lid = this.parts.catalog.messages.lid.data[mid] as number;
    hand.group = this.parts.words.group;
    hand.topic = returned.topic;
    hand.partition = returned.partition;
    hand.offset = offset;
    hand.generation = returned.generation;
    hand.row = returned.row;
    emit.deliver(
      ctx,
      mid,
      hand.lid,
      hand.group,
      hand.topic,
      hand.partition,
      offset,
      hand.generation,
      countDelivery(s, returned.row, offset),
      returned.appended[i] as number,
      returned.positioned,
    );
    return hand;
  }

  /** The program calls poll(): true where records can be taken; else it stays in it until `ready`. */
  beginPoll(ctx: Ctx): boolean {
    const s = this.state;
    if (!s.running) return false;
    s.polledAt = ctx.now;
    s.polling = true;
    s.announced = false;
    s.hand.row = -1;
    const records = pollRound(this.parts, s, ctx);
    if (!records) this.reportFatal(ctx);
    return records;
  }

  /** poll(): true where it returned records. */
  private poll(ctx: Ctx): boolean {
    if (!this.beginPoll(ctx)) return false;
    const s = this.state;
    collect(this.parts, s);
    sendFetches(this.parts, s, ctx);
    s.polling = false;
    leavesPoll(this.parts, s, ctx);
    return true;
  }

  settle(ctx: Ctx): boolean {
    const { hand } = this.state;
    return this.commit(ctx, hand.row < 0 ? [] : [{ partition: hand.row, offset: hand.offset + 1 }]);
  }

  /** What sendOffsetsToTransaction is given for the delivery in hand: its offset + 1, and the group's metadata. */
  settlement(ctx: Ctx): GroupSettlement | null {
    const { hand, member } = this.state;
    if (hand.row < 0) return null;
    const { id, generation } = member.joined;
    return {
      group: this.parts.group,
      memberId: id,
      groupInstanceId: this.parts.config.groupInstanceId,
      generation,
      entity: ctx.self,
      offsets: [{ partition: hand.row, offset: hand.offset + 1 }],
    };
  }

  command(ctx: Ctx, command: string): boolean {
    const s = this.state;
    switch (command) {
      case 'commit positions':
        return this.commit(ctx, positionsOf(s));
      case 'commit async': {
        const offsets = positionsOf(s);
        if (offsets.length > 0) sendCommit(this.parts, s, ctx, offsets, 'async');
        return false;
      }
      case 'seek failed':
        if (s.hand.row >= 0) seek(this.parts, s, ctx, s.hand.row, s.hand.offset);
        return false;
      default:
        assert(false, `[KAFKA-CLIENT-43] a Kafka consumer has no command ${command}`);
    }
  }

  /** commitSync(offsets): true where the program waits for `settled`. */
  commit(ctx: Ctx, offsets: Offsets): boolean {
    const ended = commitSync(this.parts, this.state, ctx, offsets);
    if (ended === null) return true;
    if (ended.code < 0) return false;
    ctx.schedule(0, ENDED_TIMER, ended.code, ended.definite ? 1 : 0);
    return true;
  }

  /** KafkaConsumer#seek. False where the partition is not assigned. */
  seek(ctx: Ctx, row: number, offset: number): boolean {
    return seek(this.parts, this.state, ctx, row, offset);
  }

  /** KafkaConsumer#pause and #resume: what is buffered stays, and is not returned meanwhile. */
  pause(row: number, paused: boolean): void {
    const owned = ownedRow(this.state, row);
    if (owned !== null) owned.paused = paused;
  }

  /** KafkaConsumer#enforceRebalance: the next poll() joins again. */
  enforceRebalance(): void {
    this.state.member.rejoinNeeded = true;
  }

  /** The program's poll() runs out of its timeout: it is not inside poll() any more. */
  endPoll(ctx: Ctx): void {
    const s = this.state;
    s.polling = false;
    s.announced = false;
    leavesPoll(this.parts, s, ctx);
  }

  /** How many records of the last poll() have not been handed out. */
  get returned(): number {
    let count = 0;
    for (const { at, end } of this.state.returned) count += end - at;
    return count;
  }

  finished(_ctx: Ctx): void {
    this.state.hand.row = -1;
  }

  /** KafkaConsumer#close: commits if that is automatic, gives the partitions up and leaves the group at once. */
  close(ctx: Ctx): void {
    const s = this.state;
    if (!s.running) return;
    const offsets = positionsOf(s);
    if (this.parts.config.autoCommit && isMember(this.parts, s) && offsets.length > 0) {
      sendCommit(this.parts, s, ctx, offsets, 'async');
    }
    revokeAll(this.parts, s, ctx, this.parts.words.close);
    leave(this.parts, s, ctx);
    s.running = false;
    s.polling = false;
    s.returned.length = 0;
  }

  handle(event: Event, ctx: Ctx): void {
    const s = this.state;
    if (!s.running) return;
    let ended: Ended | null = null;
    if (event.kind === HEARTBEAT_TIMER) this.heartbeat(ctx);
    else if (event.kind === POLL_TIMER) s.pollTimer = -1;
    else if (event.kind === CONSUMER_METADATA_AGE) metadataIsOld(this.parts, s, ctx);
    else if (event.kind === COMMIT_TIMER) ended = trySync(this.parts, s, ctx);
    else if (event.kind === ENDED_TIMER) ended = { code: event.a, definite: event.b === 1 };
    else if (event.kind === DEADLINE_TIMER) {
      s.deadlineTimer = -1;
      for (const channel of overdueChannels(s, ctx)) ended = this.disconnect(ctx, channel) ?? ended;
    } else ended = answered(this.parts, s, ctx, event);
    this.goOn(ctx, ended);
  }

  reset(peer: number, ctx: Ctx): void {
    const node = this.parts.metadata.nodes.indexOf(peer);
    if (node < 0 || !this.state.running) return;
    if (this.state.view !== null) this.state.view.wanted = true;
    const data = this.disconnect(ctx, node * 2);
    this.goOn(ctx, this.disconnect(ctx, node * 2 + 1) ?? data);
  }

  private disconnect(ctx: Ctx, channel: number): Ended | null {
    return lost(this.parts, this.state, ctx, breakChannel(this.parts, this.state, ctx, channel));
  }

  private heartbeat(ctx: Ctx): void {
    const found = wakes(this.parts, this.state, ctx);
    if (found === 'coordinator-silent') this.disconnect(ctx, coordinatorChannel(this.parts));
    else if (found === 'poll-overdue') leave(this.parts, this.state, ctx);
  }

  /** After each event: the program's wait ends, or its poll() goes on. */
  private goOn(ctx: Ctx, ended: Ended | null): void {
    const s = this.state;
    if (ended !== null) {
      this.listener.settled(ctx, ended);
      if (this.state !== s) return;
    }
    if (!s.polling || s.announced) return;
    if (pollRound(this.parts, s, ctx)) {
      s.announced = true;
      this.listener.ready(ctx);
    } else this.reportFatal(ctx);
  }

  private reportFatal(ctx: Ctx): void {
    const s = this.state;
    if (s.member.state !== 'failed' || s.announced) return;
    s.announced = true;
    this.listener.failed?.(ctx, {
      code: intern(this.parts.catalog.names, s.member.lostCode),
      definite: true,
    });
  }

  busy(now: number): boolean {
    const s = this.state;
    if (!s.running || s.member.state === 'failed') return false;
    if (s.member.state !== 'stable' || s.member.rejoinNeeded || s.sync !== null) return true;
    if (s.view !== null && s.view.wanted) return true;
    const interval = Math.max(s.heartbeat.interval, this.parts.config.heartbeatInterval);
    if (now - s.heartbeat.heardAt > 2 * interval) return true;
    for (const returned of s.returned) if (returned.at < returned.end) return true;
    for (const request of s.requests) if (request.of === 'commit') return true;
    if (canCollect(s) || uncommitted(this.parts, s) || (s.polling && fetchHeldUp(s))) return true;
    return s.owned.some((owned: OwnedPartition) => owned.fetchState !== 'fetching');
  }
}
