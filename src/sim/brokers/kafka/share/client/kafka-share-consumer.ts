/**
 * The Java client's KafkaShareConsumer within its process (KIP-932, KIP-1222; Kafka 4.2): `next` hands out the records
 * of the last poll() one by one and polls again when they are used up. The program's `settle`, `nack`, `reject` and
 * `extend` are acknowledge(ACCEPT, RELEASE, REJECT, RENEW) and a commitSync() behind it, which it waits for; in implicit
 * mode there is nothing to say, the next poll() accepts. Everything is in memory.
 * Left out: commitAsync() and acknowledgement callbacks, share sessions, leaders that move.
 */
import { assert } from '#sim/base/assert.ts';
import { intern } from '#sim/base/names.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import { BACKGROUND, type Event } from '#sim/kernel/queue.ts';
import { MachineHost } from '#sim/machines/host.ts';
import type { ConsumerClient, ConsumerListener, Delivery, Ended } from '#sim/messaging/client-face.ts';
import * as emit from '#sim/trace/emit.ts';
import type { Acknowledgement } from '#sim/brokers/kafka/share/acknowledge.ts';
import {
  breakConnection,
  overdueNodes,
  send,
  SHARE_BEAT_TIMER,
  SHARE_DEADLINE_TIMER,
  SHARE_ENDED_TIMER,
  SHARE_POLL_TIMER,
  takeRequest,
} from '#sim/brokers/kafka/share/client/share-channel.ts';
import {
  emptyShareConsumer,
  type ReturnedShare,
  type ShareConsumerOptions,
  type ShareConsumerState,
  type ShareParts,
  type ShareRequest,
} from '#sim/brokers/kafka/share/client/share-consumer-state.ts';
import { shareMemberMachine } from '#sim/brokers/kafka/share/client/share-member.machine.ts';
import {
  armBeat,
  beatAnswered,
  beatLost,
  beatWakes,
  leaveShareGroup,
} from '#sim/brokers/kafka/share/client/share-membership.ts';
import {
  collectShare,
  dropNode,
  endLastPoll,
  nodeOf,
  pollShare,
  requestOf,
  shareFetched,
} from '#sim/brokers/kafka/share/client/share-poll.ts';
import * as protocol from '#sim/brokers/kafka/share/share-protocol.ts';

/** Kinds of the machine's timers: it has none, but its host asks. */
const MACHINE_TIMER = 101;
const ILLEGAL_STATE = 'IllegalStateException';

export class KafkaShareConsumer implements ConsumerClient {
  state: ShareConsumerState;
  private readonly parts: ShareParts;
  private readonly listener: ConsumerListener;

  constructor(options: ShareConsumerOptions) {
    const { catalog, metadata, group } = options;
    const id = (name: string): number => intern(catalog.names, name);
    const coordinator = metadata.nodes.indexOf(metadata.coordinatorOf(group));
    assert(coordinator >= 0, '[KAFKA-CLIENT-42] a group has its coordinator among the nodes');
    this.parts = {
      ...options,
      coordinator,
      words: {
        group: id(group),
        rebalance: id('rebalance'),
        lost: id('lost'),
        close: id('close'),
        illegalState: id(ILLEGAL_STATE),
        network: id('NETWORK_EXCEPTION'),
      },
      machines: new MachineHost(shareMemberMachine, catalog.names, MACHINE_TIMER),
    };
    this.listener = options.listener;
    this.state = emptyShareConsumer(metadata, 0);
  }

  owns(kind: number): boolean {
    const bare = kind & ~BACKGROUND;
    return (bare >= 96 && bare < 128) || (bare >= 321 && bare <= 325 && bare % 2 === 1);
  }

  start(ctx: Ctx): void {
    this.crashed();
    this.state.running = true;
    this.beginPoll(ctx);
  }

  crashed(): void {
    this.state = emptyShareConsumer(this.parts.metadata, this.state.correlation);
  }

  resumed(_ctx: Ctx): void {}

  next(ctx: Ctx): Delivery | null {
    const s = this.state;
    let returned = s.returned[s.current];
    while (returned !== undefined && returned.at >= returned.found.offsets.length) {
      s.current += 1;
      returned = s.returned[s.current];
    }
    if (returned === undefined) {
      if (!this.poll(ctx)) return null;
      returned = s.returned[0] as ReturnedShare;
    }
    return this.handOut(ctx, returned);
  }

  private handOut(ctx: Ctx, returned: ReturnedShare): Delivery {
    const { parts, state } = this;
    const { hand } = state;
    const { found, at } = returned;
    const known = parts.metadata.partitions[found.partition];
    returned.at = at + 1;
    hand.mid = found.mids[at] as number;
    hand.lid = parts.catalog.messages.lid.data[hand.mid] as number;
    hand.group = parts.words.group;
    hand.topic = known?.topic ?? -1;
    hand.partition = known?.partition ?? -1;
    hand.offset = found.offsets[at] as number;
    hand.index = state.current;
    hand.record = at;
    const { mid, lid, group, topic, partition, offset, generation } = hand;
    const [delivery, acquired] = [found.deliveries[at] as number, found.acquired[at] as number];
    emit.deliver(ctx, mid, lid, group, topic, partition, offset, generation, delivery, acquired);
    return hand;
  }

  /** The program calls poll(): true where it has records; else it stays in it until `ready`. */
  private beginPoll(ctx: Ctx): boolean {
    const s = this.state;
    if (!s.running) return false;
    s.polledAt = ctx.now;
    s.polling = true;
    s.announced = false;
    s.hand.index = -1;
    if (!endLastPoll(this.parts, s)) {
      this.fail(ctx, this.parts.words.illegalState);
      return false;
    }
    const records = pollShare(this.parts, s, ctx);
    if (!records) this.reportFatal(ctx);
    return records;
  }

  private poll(ctx: Ctx): boolean {
    if (!this.beginPoll(ctx)) return false;
    const s = this.state;
    collectShare(s);
    s.polling = false;
    armBeat(this.parts, s, ctx);
    return true;
  }

  settle(ctx: Ctx): boolean {
    return this.acknowledge(ctx, 'accept');
  }

  command(ctx: Ctx, command: string): boolean {
    const types: Readonly<Record<string, Acknowledgement>> = {
      'nack requeue': 'release',
      'nack drop': 'reject',
      'reject requeue': 'release',
      'reject drop': 'reject',
      extend: 'renew',
    };
    const type = types[command];
    assert(type !== undefined, `[KAFKA-SHARE-18] a share consumer has no command ${command}`);
    return this.acknowledge(ctx, type);
  }

  /** acknowledge(record, type), commitSync(): true where the program waits for `settled`. */
  private acknowledge(ctx: Ctx, type: Acknowledgement): boolean {
    const { parts, state: s } = this;
    const returned = s.returned[s.hand.index];
    if (returned === undefined) return false;
    if (!parts.config.explicit) return this.endNow(ctx, parts.words.illegalState);
    const { partition, offsets } = returned.found;
    const offset = offsets[s.hand.record] as number;
    const node = nodeOf(parts, partition);
    if (type !== 'renew') returned.said[s.hand.record] = true;
    if ((s.downUntil[node] ?? 0) > ctx.now) return this.endNow(ctx, parts.words.network);
    const said = requestOf(parts, s, ctx, [{ partition, first: offset, last: offset, type }]);
    send(parts, s, ctx, protocol.SHARE_ACKNOWLEDGE, 'commit', node, said);
    return true;
  }

  private endNow(ctx: Ctx, code: number): boolean {
    ctx.schedule(0, SHARE_ENDED_TIMER, code);
    return true;
  }

  finished(_ctx: Ctx): void {
    this.state.hand.index = -1;
  }

  /** KafkaShareConsumer#close: says what is to be said, gives back the rest, and leaves. */
  close(ctx: Ctx): void {
    const { parts, state: s } = this;
    if (!s.running) return;
    if (!parts.config.explicit) endLastPoll(parts, s);
    for (let node = 0; node < parts.metadata.nodes.length; node += 1) {
      const said = s.unsent.filter(({ partition }) => nodeOf(parts, partition) === node);
      const sent = { ...requestOf(parts, s, ctx, said), closes: true };
      ctx.send(parts.metadata.nodes[node] as number, protocol.SHARE_ACKNOWLEDGE, 0, 0, 0, 0, 0, sent);
    }
    leaveShareGroup(parts, s, ctx);
    s.running = false;
    s.polling = false;
    s.returned = [];
    s.buffered = [];
    s.unsent = [];
  }

  handle(event: Event, ctx: Ctx): void {
    const s = this.state;
    if (!s.running) return;
    let ended: Ended | null = null;
    if (event.kind === SHARE_BEAT_TIMER) beatWakes(this.parts, s, ctx);
    else if (event.kind === SHARE_POLL_TIMER) s.wakeTimer = -1;
    else if (event.kind === SHARE_ENDED_TIMER) ended = { code: event.a, definite: true };
    else if (event.kind === SHARE_DEADLINE_TIMER) {
      for (const node of overdueNodes(s, ctx)) ended = this.disconnect(ctx, node) ?? ended;
    } else ended = this.answered(event, ctx);
    this.goOn(ctx, ended);
  }

  private answered(event: Event, ctx: Ctx): Ended | null {
    const s = this.state;
    const sent = takeRequest(s, event.a);
    if (sent === null) return null;
    s.nodeFailures[sent.node] = 0;
    if (sent.of === 'heartbeat') {
      beatAnswered(this.parts, s, ctx, event.data as protocol.ShareGroupHeartbeatResponse);
      return null;
    }
    if (sent.of === 'fetch')
      shareFetched(this.parts, s, ctx, sent.node, event.data as protocol.ShareFetchResponse);
    if (sent.of !== 'commit') return null;
    const { acknowledged } = event.data as protocol.ShareAcknowledgeResponse;
    const refused = acknowledged.find(({ error }) => error !== 'NONE');
    const code = refused === undefined ? -1 : intern(this.parts.catalog.names, refused.error);
    return { code, definite: true };
  }

  reset(peer: number, ctx: Ctx): void {
    const node = this.parts.metadata.nodes.indexOf(peer);
    if (node >= 0 && this.state.running) this.goOn(ctx, this.disconnect(ctx, node));
  }

  /** [KAFKA-SHARE-12] What was acquired through this connection is given back by the broker. */
  private disconnect(ctx: Ctx, node: number): Ended | null {
    const s = this.state;
    const lost: ShareRequest[] = breakConnection(this.parts, s, ctx, node);
    dropNode(this.parts, s, node);
    let ended: Ended | null = null;
    for (const { of } of lost) {
      if (of === 'heartbeat') beatLost(this.parts, s, ctx);
      else if (of === 'commit') ended = { code: this.parts.words.network, definite: false };
    }
    return ended;
  }

  /** After each event: the program's wait ends, or its poll() goes on. */
  private goOn(ctx: Ctx, ended: Ended | null): void {
    const s = this.state;
    if (ended !== null) {
      this.listener.settled(ctx, ended);
      if (this.state !== s) return;
    }
    if (!s.polling || s.announced) return;
    if (pollShare(this.parts, s, ctx)) {
      s.announced = true;
      this.listener.ready(ctx);
    } else this.reportFatal(ctx);
  }

  private reportFatal(ctx: Ctx): void {
    const s = this.state;
    if (s.member === 'failed' && !s.announced) this.fail(ctx, intern(this.parts.catalog.names, s.lostCode));
  }

  /** poll() throws. */
  private fail(ctx: Ctx, code: number): void {
    this.state.announced = true;
    this.listener.failed?.(ctx, { code, definite: true });
  }

  busy(now: number): boolean {
    const s = this.state;
    if (!s.running || s.member === 'failed') return false;
    if (s.member !== 'stable' || s.unsent.length > 0 || s.buffered.length > 0) return true;
    if (now - s.heardAt > 2 * s.beatInterval) return true;
    if (s.returned.some(({ found, at }) => at < found.offsets.length)) return true;
    return s.requests.some(({ of }) => of === 'acknowledge' || of === 'commit');
  }
}
