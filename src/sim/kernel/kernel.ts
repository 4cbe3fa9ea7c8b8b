/**
 * The scheduler: pops the next event, tells its entity, and offers the entity the few things it may do (Ctx).
 * Synchronous; all state is plain data in `KernelState`. What a process, a network or a trace is, the kernel does not
 * know: `Carrier` (network) and `Recorder` (trace) are given to it, and entities can be killed (their pending events
 * vanish) or frozen (their events wait), which the hosts room builds crashes and pauses from.
 */
import { assert } from '#sim/base/assert.ts';
import type { SimTime } from '#sim/base/time.ts';
import { HELD, type Carrier, type Ctx, type Entity, type Recorder } from '#sim/kernel/entity.ts';
import * as queue from '#sim/kernel/queue.ts';
import type { Event, QueueState } from '#sim/kernel/queue.ts';
import { drawSource, sequentialSource, type Source, type StreamTable } from '#sim/kernel/random.ts';

export interface KernelState {
  now: SimTime;
  events: number;
  queue: QueueState;
  frozen: Uint8Array;
  /** Slots held back for frozen entities, in order. */
  held: number[][];
  streams: StreamTable;
}

const noCarrier: Carrier = { carry: () => 0, hold: () => undefined };

export class Kernel implements Ctx {
  state: KernelState;
  now: SimTime = 0;
  self = -1;
  cause = -1;
  preempted = false;
  private readonly entities: Entity[] = [];
  private carrier: Carrier = noCarrier;
  private recorder: Recorder;
  private readonly seed: number;
  /** Not 0 only in tests: permutes equal times between different pairs of sender and receiver. */
  private readonly tieSeed: number;
  private readonly event: Event = { kind: 0, from: -1, a: 0, b: 0, c: 0, d: 0, x: 0, data: null };

  constructor(streams: StreamTable, seed: number, recorder: Recorder, tieSeed = 0) {
    this.seed = seed;
    this.recorder = recorder;
    this.tieSeed = tieSeed;
    this.state = {
      now: 0,
      events: 0,
      queue: queue.createQueueState(),
      frozen: new Uint8Array(16),
      held: [],
      streams,
    };
  }

  /** Adds an entity and returns its id: its row, in the order of adding. */
  add(entity: Entity): number {
    const id = this.entities.length;
    this.entities.push(entity);
    const s = this.state;
    if (id >= s.frozen.length) {
      const frozen = new Uint8Array(id * 2);
      frozen.set(s.frozen);
      s.frozen = frozen;
    }
    s.held[id] = [];
    return id;
  }

  connect(carrier: Carrier): void {
    this.carrier = carrier;
  }

  schedule(delay: number, kind: number, a = 0, b = 0, c = 0, d = 0, x = 0, data: unknown = null): number {
    const { self } = this;
    return this.enqueue(
      this.now + delay,
      queue.ORDINARY_CLASS,
      self,
      self,
      kind,
      a,
      b,
      c,
      d,
      x,
      data,
      this.cause,
    );
  }

  cancel(handle: number): boolean {
    return queue.cancel(this.state.queue, handle);
  }

  send(to: number, kind: number, a = 0, b = 0, c = 0, d = 0, x = 0, data: unknown = null, bytes = 0): void {
    const delay = this.carrier.carry(this, this.self, to, kind, bytes);
    if (delay >= 0)
      this.enqueue(
        this.now + delay,
        queue.ORDINARY_CLASS,
        to,
        this.self,
        kind,
        a,
        b,
        c,
        d,
        x,
        data,
        this.cause,
      );
    else if (delay === HELD) this.carrier.hold(this, this.self, to, kind, a, b, c, d, x, data);
  }

  /** Puts an event into the queue: for the rooms that build worlds, networks and faults, not for entities. */
  post(
    at: SimTime,
    eventClass: number,
    target: number,
    from: number,
    kind: number,
    a = 0,
    b = 0,
    c = 0,
    d = 0,
    x = 0,
    data: unknown = null,
    cause = this.cause,
  ): number {
    return this.enqueue(at, eventClass, target, from, kind, a, b, c, d, x, data, cause);
  }

  private enqueue(
    at: SimTime,
    eventClass: number,
    target: number,
    from: number,
    kind: number,
    a: number,
    b: number,
    c: number,
    d: number,
    x: number,
    data: unknown,
    cause: number,
  ): number {
    const q = this.state.queue;
    const slot = queue.takeSlot(q);
    const rows = q.rows;
    const base = slot * queue.ROW;
    rows[base + queue.TARGET] = target;
    rows[base + queue.FROM] = from;
    rows[base + queue.KIND] = kind;
    rows[base + queue.A] = a;
    rows[base + queue.B] = b;
    rows[base + queue.C] = c;
    rows[base + queue.D] = d;
    rows[base + queue.CAUSE] = cause;
    q.xs[slot] = x;
    if (data !== null) q.data[slot] = data;
    return queue.enter(q, slot, at, eventClass, this.tieSeed === 0 ? 0 : this.tie(from, target, at));
  }

  random(stream: number): Source {
    return sequentialSource(this.state.streams, stream);
  }

  randomOf(stream: number, owner: number, n: number, attempt: number): Source {
    return drawSource(this.seed, this.state.streams, stream, owner, n, attempt);
  }

  record(
    kind: number,
    mid: number,
    lid: number,
    a: number,
    b: number,
    c: number,
    d: number,
    e: number,
    f: number,
    value: number,
    cause: number,
    also: number,
  ): number {
    const seq = this.recorder.write(
      kind,
      this.self,
      this.now,
      cause === -1 ? this.cause : cause,
      also,
      mid,
      lid,
      a,
      b,
      c,
      d,
      e,
      f,
      value,
    );
    this.cause = seq;
    return seq;
  }

  /** Tells the next event to its entity. False where nothing is pending at or before `until`. */
  step(until: SimTime): boolean {
    const s = this.state;
    const q = s.queue;
    const slot = queue.takeNext(q, until);
    if (slot < 0) return false;
    const at = q.takenAt;
    assert(at >= this.now, '[KERNEL-1] time went backwards');
    s.now = at;
    this.now = at;
    const rows = q.rows;
    const base = slot * queue.ROW;
    const target = rows[base + queue.TARGET] as number;
    if (s.frozen[target] !== 0) {
      queue.holdSlot(q, slot);
      (s.held[target] as number[]).push(slot);
      return true;
    }
    s.events += 1;
    const event = this.event;
    event.kind = rows[base + queue.KIND] as number;
    event.from = rows[base + queue.FROM] as number;
    event.a = rows[base + queue.A] as number;
    event.b = rows[base + queue.B] as number;
    event.c = rows[base + queue.C] as number;
    event.d = rows[base + queue.D] as number;
    event.x = q.xs[slot] as number;
    event.data = q.data[slot];
    this.self = target;
    this.cause = rows[base + queue.CAUSE] as number;
    this.preempted = false;
    queue.releaseSlot(q, slot);
    (this.entities[target] as Entity).handle(event, this);
    return true;
  }

  /** Tells an entity something at once, outside the queue (CRASHED, RESUMED); `cause` stays the caller's. */
  tell(target: number, kind: number, a = 0): void {
    const self = this.self;
    const cause = this.cause;
    this.self = target;
    (this.entities[target] as Entity).handle(
      { kind, from: self, a, b: 0, c: 0, d: 0, x: 0, data: null },
      this,
    );
    this.self = self;
    this.cause = cause;
  }

  /** Everything pending for `target` is void from now on. */
  kill(target: number): void {
    const s = this.state;
    queue.cancelAllOf(s.queue, target);
    this.releaseHeld(target, false);
    s.frozen[target] = 0;
  }

  freeze(target: number): void {
    this.state.frozen[target] = 1;
  }

  /** Events that came due while frozen follow now, in their order. */
  thaw(target: number): void {
    this.state.frozen[target] = 0;
    this.releaseHeld(target, true);
  }

  private releaseHeld(target: number, again: boolean): void {
    const q = this.state.queue;
    const held = this.state.held[target] as number[];
    this.state.held[target] = [];
    for (const slot of held) {
      if (queue.unholdSlot(q, slot) && again) queue.reenter(q, slot, this.now);
      else queue.releaseSlot(q, slot);
    }
  }

  /** Nothing happens until `at`. */
  passTo(at: SimTime): void {
    this.state.now = at;
    this.now = at;
  }

  /** Goes on from a copied state. */
  restore(state: KernelState): void {
    this.state = state;
    this.now = state.now;
    this.self = -1;
    this.cause = -1;
    this.preempted = false;
  }

  /** A trigger has fired: whoever is being told now yields before its next step. */
  preempt(): void {
    this.preempted = true;
  }

  entity(id: number): Entity {
    const found = this.entities[id];
    assert(found !== undefined, `[KERNEL-2] no entity ${id}`);
    return found;
  }

  get entityCount(): number {
    return this.entities.length;
  }

  /** When the next event is due, -1 where nothing is pending. */
  get nextEventAt(): SimTime {
    return queue.nextAt(this.state.queue);
  }

  private tie(from: number, target: number, at: number): number {
    let h =
      Math.imul(from + 1, 0x9e3779b1) ^
      Math.imul(target + 1, 0x85ebca6b) ^
      this.tieSeed ^
      Math.imul(at | 0, 0xc2b2ae35);
    h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
    h = Math.imul(h ^ (h >>> 13), 0x297a2d39);
    return 1 + ((h ^ (h >>> 16)) & 0x7ffff);
  }
}
