/**
 * The network between processes: a link for every pair, with latency and bandwidth, first in first out like a TCP
 * connection; rules that faults put in its way; and connection resets when a process goes away. A partition does not
 * lose what was sent: TCP resends it, with doubling pauses from 200 ms, until the partition heals (RFC 6298's
 * backoff, without its measured round trip). Within one process packets take no time and meet no rule.
 * Left out: congestion, packet loss below TCP, connection set-up.
 */

import type { SimTime } from '#sim/base/time.ts';
import {
  compileDistribution,
  CONSTANT,
  sample,
  type CompiledDistribution,
} from '#sim/kernel/distribution.ts';
import { HELD, LOST, RESET, type Carrier, type Ctx } from '#sim/kernel/entity.ts';
import type { Kernel } from '#sim/kernel/kernel.ts';
import { ORDINARY_CLASS } from '#sim/kernel/queue.ts';
import { streamRow } from '#sim/kernel/random.ts';
import * as emit from '#sim/trace/emit.ts';
import { Delivered } from '#sim/trace/vocabulary.ts';

/** What the network must know of processes. */
export interface Processes {
  /** Packets within one process take no time. */
  processOf(entity: number): number;
  /** Nobody listens there. */
  isDown(entity: number): boolean;
}

/** What a rule does with a packet that it matches. */
export type Verdict =
  | { readonly do: 'hold' }
  | { readonly do: 'drop' }
  | { readonly do: 'delay'; readonly by: CompiledDistribution };

/** An ordered rule (turmoil's shape): the first that matches decides; delays add up. */
export interface Rule {
  readonly id: number;
  /** Entities on either side; null = any. */
  readonly from: readonly number[] | null;
  readonly to: readonly number[] | null;
  /** Only packets of these kinds; null = any. */
  readonly kinds: readonly number[] | null;
  readonly verdict: Verdict;
  /** The rule removes itself after this many packets; -1 = never. */
  remaining: number;
}

export interface LinkShape {
  readonly latency: CompiledDistribution;
  /** Bytes a second; 0 = unlimited. */
  readonly bandwidth: number;
}

interface Held {
  readonly rule: number;
  readonly from: number;
  readonly to: number;
  readonly kind: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly x: number;
  readonly data: unknown;
  readonly sentAt: SimTime;
  readonly cause: number;
}

interface Link {
  readonly from: number;
  readonly to: number;
  readonly stream: number;
  readonly shape: LinkShape;
  /** When the last packet gets there: nothing sent later arrives earlier. */
  lastArrival: SimTime;
}

export interface NetworkState {
  /** By sender, then by receiver; null where nothing was ever sent. */
  readonly links: (Link | null)[][];
  rules: Rule[];
  held: Held[];
}

/** Half a millisecond one way: a data centre's network. */
export const defaultLink: LinkShape = {
  latency: compileDistribution({ kind: 'constant', value: 500 }),
  bandwidth: 0,
};

const FIRST_RESEND = 200_000;
const PAIR = 65536;

export class Network implements Carrier {
  state: NetworkState = { links: [], rules: [], held: [] };
  /** The rule that has just told `carry` to hold a packet. */
  private heldBy = -1;
  private readonly kernel: Kernel;
  private readonly hosts: Processes;
  private readonly entityNames: readonly string[];
  private readonly shapeBetween: (from: number, to: number) => LinkShape;

  constructor(
    kernel: Kernel,
    hosts: Processes,
    entityNames: readonly string[],
    shapeBetween: (from: number, to: number) => LinkShape,
  ) {
    this.kernel = kernel;
    this.hosts = hosts;
    this.entityNames = entityNames;
    this.shapeBetween = shapeBetween;
  }

  carry(ctx: Ctx, from: number, to: number, kind: number, bytes: number): number {
    const { hosts } = this;
    if (hosts.processOf(from) === hosts.processOf(to)) return 0;
    const link = this.link(from, to);
    if (hosts.isDown(to)) return this.refuse(ctx, link, kind);
    if (this.state.rules.length > 0) return this.underRules(ctx, link, kind, bytes);
    const arrival = this.arrival(ctx, link, bytes, 0);
    emit.send(ctx, to, kind, Delivered.passed, -1, arrival);
    return arrival - ctx.now;
  }

  private underRules(ctx: Ctx, link: Link, kind: number, bytes: number): number {
    const { from, to } = link;
    const rule = this.match(from, to, kind);
    let extra = 0;
    if (rule !== null) {
      this.use(rule);
      if (rule.verdict.do === 'hold') {
        emit.send(ctx, to, kind, Delivered.held, rule.id, 0);
        this.heldBy = rule.id;
        return HELD;
      }
      if (rule.verdict.do === 'drop') {
        emit.send(ctx, to, kind, Delivered.dropped, rule.id, 0);
        return LOST;
      }
      extra = sample(rule.verdict.by, ctx.random(link.stream));
    }
    const arrival = this.arrival(ctx, link, bytes, extra);
    const verdict = extra > 0 ? Delivered.delayed : Delivered.passed;
    emit.send(ctx, to, kind, verdict, rule === null ? -1 : rule.id, arrival);
    return arrival - ctx.now;
  }

  hold(
    ctx: Ctx,
    from: number,
    to: number,
    kind: number,
    a: number,
    b: number,
    c: number,
    d: number,
    x: number,
    data: unknown,
  ): void {
    const { now: sentAt, cause } = ctx;
    this.state.held.push({ rule: this.heldBy, from, to, kind, a, b, c, d, x, data, sentAt, cause });
  }

  /** Nobody listens there: the sender learns so after a round trip. */
  private refuse(ctx: Ctx, link: Link, kind: number): number {
    emit.send(ctx, link.to, kind, Delivered.dropped, -1, 0);
    const back = this.link(link.to, link.from);
    const arrival = Math.max(ctx.now + this.flight(link) + this.flight(back), back.lastArrival);
    this.kernel.post(arrival, ORDINARY_CLASS, link.from, link.to, RESET, link.to);
    return LOST;
  }

  private arrival(ctx: Ctx, link: Link, bytes: number, extra: number): SimTime {
    const { latency, bandwidth } = link.shape;
    const flight = latency.code === CONSTANT ? latency.a : sample(latency, ctx.random(link.stream));
    const wire = bandwidth > 0 ? Math.floor((bytes * 1_000_000) / bandwidth) : 0;
    const arrival = Math.max(ctx.now + flight + wire + extra, link.lastArrival);
    link.lastArrival = arrival;
    return arrival;
  }

  private link(from: number, to: number): Link {
    return this.state.links[from]?.[to] ?? this.firstLink(from, to);
  }

  private firstLink(from: number, to: number): Link {
    const { links } = this.state;
    const name = `link:${this.entityNames[from] ?? from}→${this.entityNames[to] ?? to}:latency`;
    const stream = streamRow(this.kernel.state.streams, name);
    const link: Link = { from, to, stream, shape: this.shapeBetween(from, to), lastArrival: 0 };
    while (links.length <= from) links.push([]);
    const receivers = links[from] as (Link | null)[];
    while (receivers.length <= to) receivers.push(null);
    receivers[to] = link;
    return link;
  }

  private match(from: number, to: number, kind: number): Rule | null {
    for (const rule of this.state.rules) {
      if (rule.from !== null && !rule.from.includes(from)) continue;
      if (rule.to !== null && !rule.to.includes(to)) continue;
      if (rule.kinds !== null && !rule.kinds.includes(kind)) continue;
      return rule;
    }
    return null;
  }

  private use(rule: Rule): void {
    if (rule.remaining < 0) return;
    rule.remaining -= 1;
    if (rule.remaining === 0) this.removeRule(rule.id);
  }

  addRule(rule: Rule): void {
    this.state.rules.push(rule);
  }

  /** Removes the rule; what it held is resent at TCP's next attempt after now. */
  removeRule(id: number): void {
    this.state.rules = this.state.rules.filter((rule) => rule.id !== id);
    const released = this.state.held.filter((held) => held.rule === id);
    this.state.held = this.state.held.filter((held) => held.rule !== id);
    for (const held of released) this.resend(held);
  }

  private resend(held: Held): void {
    const now = this.kernel.now;
    let pause = FIRST_RESEND;
    let attempt = held.sentAt + pause;
    while (attempt < now) {
      pause *= 2;
      attempt += pause;
    }
    const link = this.link(held.from, held.to);
    const arrival = Math.max(attempt + this.flight(link), link.lastArrival);
    link.lastArrival = arrival;
    this.kernel.post(
      arrival,
      ORDINARY_CLASS,
      held.to,
      held.from,
      held.kind,
      held.a,
      held.b,
      held.c,
      held.d,
      held.x,
      held.data,
      held.cause,
    );
  }

  private flight(link: Link): number {
    return sample(link.shape.latency, this.kernel.random(link.stream));
  }

  /** Peers that have exchanged packets with these entities, in either direction, learn that the connection is gone. */
  processGone(ctx: Ctx, entities: readonly number[]): void {
    const gone = (entity: number): boolean => entities.includes(entity);
    this.state.held = this.state.held.filter((held) => !gone(held.from) && !gone(held.to));
    const pairs = new Map<number, { readonly dead: number; readonly peer: number }>();
    for (const link of this.state.links.flat()) {
      if (link === null || gone(link.from) === gone(link.to)) continue;
      const { from, to } = link;
      const dead = gone(to) ? to : from;
      const peer = gone(to) ? from : to;
      pairs.set(dead * PAIR + peer, { dead, peer });
    }
    for (const { dead, peer } of pairs.values()) this.tellReset(ctx, dead, peer);
  }

  private tellReset(ctx: Ctx, dead: number, peer: number): void {
    const back = this.link(dead, peer);
    const rule = this.state.rules.length === 0 ? null : this.match(dead, peer, RESET);
    if (rule !== null && rule.verdict.do === 'drop') return;
    if (rule !== null && rule.verdict.do === 'hold') {
      const packet = { from: dead, to: peer, kind: RESET, a: dead, b: 0, c: 0, d: 0, x: 0, data: null };
      this.state.held.push({ rule: rule.id, ...packet, sentAt: ctx.now, cause: ctx.cause });
      return;
    }
    const arrival = Math.max(ctx.now + this.flight(back), back.lastArrival);
    this.kernel.post(arrival, ORDINARY_CLASS, peer, dead, RESET, dead);
  }
}

/** The name of a packet kind for readers; rooms register theirs when the world is built. */
export type PacketNames = Map<number, string>;
