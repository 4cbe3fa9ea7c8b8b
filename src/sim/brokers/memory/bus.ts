/**
 * A bus without memory: whoever listens when a message comes gets it, one member of each group, and that is all.
 * Left out: wildcards, request and reply. Rules: SPEC.md, MEMORY.
 */
import { CRASHED, RESET, START, type Ctx, type Entity } from '#sim/kernel/entity.ts';
import type { Event } from '#sim/kernel/queue.ts';
import { intern } from '#sim/base/names.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import * as emit from '#sim/trace/emit.ts';

/** Packet kinds 400 to 409 belong to this family; 410 to 419 are its clients' timers. */
export const LISTEN = 400;
export const PUBLISH = 401;
export const MESSAGE = 402;
export const LEAVE = 403;
export const LISTEN_AGAIN = 410;

export const busPackets: readonly (readonly [number, string])[] = [
  [LISTEN, 'listen'],
  [PUBLISH, 'publish'],
  [MESSAGE, 'message'],
  [LEAVE, 'leave'],
];

export interface ListenData {
  /** Rows of topics. */
  readonly topics: readonly number[];
  readonly group: string;
}

interface Listener extends ListenData {
  readonly entity: number;
}

interface BusState {
  /** By topic row: messages so far, a name for each in the trace. */
  readonly counts: number[];
  /** Volatile, in the order of arrival. */
  listeners: Listener[];
  /** By group: how many messages it got, for whose turn it is. */
  readonly turns: Map<string, number>;
  up: boolean;
}

export class MemoryBus implements Entity {
  state: BusState;
  private readonly catalog: Catalog;
  private readonly topics: readonly number[];

  constructor(catalog: Catalog, topics: readonly string[]) {
    this.catalog = catalog;
    this.topics = topics.map((name) => intern(catalog.names, name));
    this.state = { counts: topics.map(() => 0), listeners: [], turns: new Map(), up: false };
  }

  handle(event: Event, ctx: Ctx): void {
    const { state } = this;
    if (event.kind === CRASHED) {
      state.listeners = [];
      state.up = false;
    } else if (event.kind === START) state.up = true;
    else if (!state.up) return;
    else if (event.kind === LISTEN) {
      this.forget(event.from);
      state.listeners.push({ entity: event.from, ...(event.data as ListenData) });
    } else if (event.kind === PUBLISH) this.publish(event.a, event.b, event.x, ctx);
    else if (event.kind === LEAVE) this.forget(event.from);
    else if (event.kind === RESET) this.forget(event.a);
  }

  private forget(entity: number): void {
    this.state.listeners = this.state.listeners.filter((listener) => listener.entity !== entity);
  }

  /** [MEMORY-1] [MEMORY-2] */
  private publish(mid: number, topic: number, bytes: number, ctx: Ctx): void {
    const { state, catalog } = this;
    const lid = catalog.messages.lid.data[mid] as number;
    const offset = state.counts[topic] as number;
    state.counts[topic] = offset + 1;
    const packet = ctx.cause;
    const key = catalog.events.key.data[lid] as number;
    const announced = catalog.events.produced.data[lid] as number;
    const seq = emit.append(
      ctx,
      mid,
      lid,
      this.topics[topic] as number,
      0,
      offset,
      key,
      0,
      announced,
      packet,
    );
    const groups = new Set<string>();
    for (const { topics, group } of state.listeners) if (topics.includes(topic)) groups.add(group);
    for (const group of groups) {
      const members = state.listeners.filter((one) => one.group === group && one.topics.includes(topic));
      const turn = state.turns.get(group) ?? 0;
      state.turns.set(group, turn + 1);
      const member = members[turn % members.length];
      ctx.cause = seq;
      if (member !== undefined) ctx.send(member.entity, MESSAGE, mid, topic, offset, seq, 0, null, bytes);
    }
  }
}
