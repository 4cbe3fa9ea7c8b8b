/**
 * The event queue: a binary heap over typed arrays, ordered by (at, class, seq) and nothing else. Faults have class 0,
 * everything else class 1. An event is a row of numbers in a slot, plus at most one plain-data payload for the few
 * events that carry more (a batch, a request). Cancelling marks the slot; dead events leave when they are popped, or
 * when they outnumber the living. No calendar queue: equal times are common here (architecture, section 8).
 */
import { assert } from '#sim/base/assert.ts';

/** Events whose kind has this bit are protocol housekeeping (heartbeats, empty polls): they never hold up quiescence. */
export const BACKGROUND = 1 << 12;

export const FAULT_CLASS = 0;
export const ORDINARY_CLASS = 1;
const CLASS_STEP = 4_503_599_627_370_496;
/** Room for the seqs below one tie. */
const TIE_STEP = 4_294_967_296;
const SLOT_BITS = 4_194_304;

/** What a handler is given: one reused object, valid only during the call. */
export interface Event {
  kind: number;
  /** The entity that sent it; its own id for a timer. */
  from: number;
  a: number;
  b: number;
  c: number;
  d: number;
  x: number;
  data: unknown;
}

export interface QueueState {
  heapAt: Float64Array;
  heapSlot: Int32Array;
  /** By slot: class and seq as one number, which decides between equal times. */
  ranks: Float64Array;
  size: number;
  /** Columns by slot: target, from, kind, a, b, c, d, cause, stamp in rows of nine. */
  rows: Int32Array;
  xs: Float64Array;
  data: unknown[];
  /** 0 free, 1 pending, 2 cancelled, 3 held back (its target is frozen). */
  status: Uint8Array;
  free: Int32Array;
  freeCount: number;
  seq: number;
  /** Time of the event that was taken last. */
  takenAt: number;
  dead: number;
  /** Pending events that are not housekeeping. */
  foreground: number;
}

export const ROW = 9;
export const TARGET = 0;
export const FROM = 1;
export const KIND = 2;
export const A = 3;
export const B = 4;
export const C = 5;
export const D = 6;
export const CAUSE = 7;
const STAMP = 8;

const FREE = 0;
const PENDING = 1;
const CANCELLED = 2;
const HELD = 3;

export function createQueueState(capacity = 256): QueueState {
  const free = new Int32Array(capacity);
  for (let i = 0; i < capacity; i += 1) free[i] = capacity - 1 - i;
  return {
    heapAt: new Float64Array(capacity),
    heapSlot: new Int32Array(capacity),
    ranks: new Float64Array(capacity),
    size: 0,
    rows: new Int32Array(capacity * ROW),
    xs: new Float64Array(capacity),
    data: new Array<unknown>(capacity).fill(null),
    status: new Uint8Array(capacity),
    free,
    freeCount: capacity,
    seq: 0,
    takenAt: 0,
    dead: 0,
    foreground: 0,
  };
}

/** Takes a slot for a new event; the caller fills its row. Returns the slot. */
export function takeSlot(q: QueueState): number {
  if (q.freeCount === 0) growSlots(q);
  q.freeCount -= 1;
  return q.free[q.freeCount] as number;
}

/** Enters a filled slot into the heap at time `at`. Returns the handle by which it can be cancelled. */
export function enter(q: QueueState, slot: number, at: number, eventClass: number, tie: number): number {
  const seq = q.seq;
  q.seq = seq + 1;
  // tie is 0 except in the tie-shuffle mode of tests, where it permutes equal times between different pairs
  const rank = eventClass * CLASS_STEP + (tie === 0 ? seq : tie * TIE_STEP + seq);
  q.status[slot] = PENDING;
  if (((q.rows[slot * ROW + KIND] as number) & BACKGROUND) === 0) q.foreground += 1;
  siftUp(q, at, rank, slot);
  return (q.rows[slot * ROW + STAMP] as number) * SLOT_BITS + slot;
}

function siftUp(q: QueueState, at: number, rank: number, slot: number): void {
  const { heapAt, heapSlot, ranks } = q;
  ranks[slot] = rank;
  let i = q.size;
  q.size = i + 1;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    const parentAt = heapAt[parent] as number;
    if (parentAt < at) break;
    const parentSlot = heapSlot[parent] as number;
    if (parentAt === at && (ranks[parentSlot] as number) <= rank) break;
    heapAt[i] = parentAt;
    heapSlot[i] = parentSlot;
    i = parent;
  }
  heapAt[i] = at;
  heapSlot[i] = slot;
}

/** Removes the root; the caller has read it. */
function removeRoot(q: QueueState): void {
  const { heapAt, heapSlot, ranks } = q;
  const size = q.size - 1;
  q.size = size;
  if (size === 0) return;
  const at = heapAt[size] as number;
  const slot = heapSlot[size] as number;
  const rank = ranks[slot] as number;
  let i = 0;
  const half = size >> 1;
  while (i < half) {
    let child = 2 * i + 1;
    let childAt = heapAt[child] as number;
    let childSlot = heapSlot[child] as number;
    const right = child + 1;
    if (right < size) {
      const rightAt = heapAt[right] as number;
      const rightSlot = heapSlot[right] as number;
      if (
        rightAt < childAt ||
        (rightAt === childAt && (ranks[rightSlot] as number) < (ranks[childSlot] as number))
      ) {
        child = right;
        childAt = rightAt;
        childSlot = rightSlot;
      }
    }
    if (at < childAt || (at === childAt && rank <= (ranks[childSlot] as number))) break;
    heapAt[i] = childAt;
    heapSlot[i] = childSlot;
    i = child;
  }
  heapAt[i] = at;
  heapSlot[i] = slot;
}

/** Time of the next living event, or -1 where there is none. Dead events at the root are cleared on the way. */
export function nextAt(q: QueueState): number {
  while (q.size > 0) {
    const slot = q.heapSlot[0] as number;
    if (q.status[slot] !== CANCELLED) return q.heapAt[0] as number;
    dropRoot(q, slot);
  }
  return -1;
}

/** A cancelled event leaves the heap. */
function dropRoot(q: QueueState, slot: number): void {
  removeRoot(q);
  q.dead -= 1;
  releaseSlot(q, slot);
}

/**
 * Takes the next living event out of the heap where it is due at or before `until`; its time is then `takenAt`. The
 * event keeps its slot until `releaseSlot`. -1 = there is none.
 */
export function takeNext(q: QueueState, until: number): number {
  while (q.size > 0) {
    const at = q.heapAt[0] as number;
    if (at > until) return -1;
    const slot = q.heapSlot[0] as number;
    if (q.status[slot] === CANCELLED) {
      dropRoot(q, slot);
      continue;
    }
    removeRoot(q);
    if (((q.rows[slot * ROW + KIND] as number) & BACKGROUND) === 0) q.foreground -= 1;
    q.takenAt = at;
    return slot;
  }
  return -1;
}

export function releaseSlot(q: QueueState, slot: number): void {
  const stamp = slot * ROW + STAMP;
  q.rows[stamp] = ((q.rows[stamp] as number) + 1) & 0x3fffffff;
  q.status[slot] = FREE;
  if (q.data[slot] !== null) q.data[slot] = null;
  q.free[q.freeCount] = slot;
  q.freeCount += 1;
}

/** Marks a popped event as held back for a frozen target: it keeps its slot and can still be cancelled. */
export function holdSlot(q: QueueState, slot: number): void {
  q.status[slot] = HELD;
  if (((q.rows[slot * ROW + KIND] as number) & BACKGROUND) === 0) q.foreground += 1;
}

/** Ends the holding of a slot: true where the event is still wanted (and must be entered again or released). */
export function unholdSlot(q: QueueState, slot: number): boolean {
  const wanted = q.status[slot] === HELD;
  if (wanted && ((q.rows[slot * ROW + KIND] as number) & BACKGROUND) === 0) q.foreground -= 1;
  return wanted;
}

/** Enters a formerly held event again at `at`, in the order of entering; its handle stays valid. */
export function reenter(q: QueueState, slot: number, at: number): void {
  enter(q, slot, at, ORDINARY_CLASS, 0);
}

/** Cancels the event behind `handle`. False where it has already happened or was cancelled before. */
export function cancel(q: QueueState, handle: number): boolean {
  if (handle < 0) return false;
  const slot = handle % SLOT_BITS;
  const stamp = (handle - slot) / SLOT_BITS;
  const status = q.status[slot];
  if ((status !== PENDING && status !== HELD) || q.rows[slot * ROW + STAMP] !== stamp) return false;
  if (((q.rows[slot * ROW + KIND] as number) & BACKGROUND) === 0) q.foreground -= 1;
  q.status[slot] = CANCELLED;
  q.data[slot] = null;
  if (status === PENDING) {
    q.dead += 1;
    if (q.dead > 1024 && q.dead * 2 > q.size) sweep(q);
  }
  return true;
}

/** Cancels everything that is pending for `target`: its process has died. Looks at every slot, which is rare enough. */
export function cancelAllOf(q: QueueState, target: number): void {
  for (let slot = 0; slot < q.status.length; slot += 1) {
    if (q.status[slot] !== PENDING || q.rows[slot * ROW + TARGET] !== target) continue;
    cancel(q, (q.rows[slot * ROW + STAMP] as number) * SLOT_BITS + slot);
  }
}

/** Rebuilds the heap from the living: order is total, so the shape of the heap is nobody's business. */
function sweep(q: QueueState): void {
  const count = q.size;
  const at = q.heapAt.slice(0, count);
  const slots = q.heapSlot.slice(0, count);
  q.size = 0;
  for (let i = 0; i < count; i += 1) {
    const slot = slots[i] as number;
    if (q.status[slot] === CANCELLED) releaseSlot(q, slot);
    else siftUp(q, at[i] as number, q.ranks[slot] as number, slot);
  }
  q.dead = 0;
}

function growSlots(q: QueueState): void {
  const old = q.status.length;
  const capacity = old * 2;
  assert(capacity <= SLOT_BITS, '[KERNEL-QUEUE-1] more than four million pending events');
  const grow = <T extends Float64Array | Int32Array | Uint8Array>(made: T, from: T): T => {
    made.set(from);
    return made;
  };
  q.heapAt = grow(new Float64Array(capacity), q.heapAt);
  q.ranks = grow(new Float64Array(capacity), q.ranks);
  q.heapSlot = grow(new Int32Array(capacity), q.heapSlot);
  q.rows = grow(new Int32Array(capacity * ROW), q.rows);
  q.xs = grow(new Float64Array(capacity), q.xs);
  q.status = grow(new Uint8Array(capacity), q.status);
  q.free = grow(new Int32Array(capacity), q.free);
  for (let slot = capacity - 1; slot >= old; slot -= 1) {
    q.data[slot] = null;
    q.free[q.freeCount] = slot;
    q.freeCount += 1;
  }
}
