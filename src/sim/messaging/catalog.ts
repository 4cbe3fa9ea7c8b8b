/**
 * What is told apart in a run: business items, logical events and physical messages, each a row in columns. A row is
 * a name within one run; the identity that holds across runs and forks is owner + the owner's own counter (+ attempt).
 *
 * - An **item** is what the business is about (one order), drawn by a producer: owner, n. Its fields are drawn
 *   statelessly from (seed, field, owner, n) when they are read, so nothing is stored.
 * - An **event** (`lid`) is a fact that was announced: type, key, item, and the event that it follows from. A step's
 *   every execution makes a new one; a client's own retries and forwarding keep it.
 * - A **message** (`mid`) is one physical copy of an event on its way: lid and attempt.
 */
import { hasRoom, intAt, intColumn, pushInt, type IntColumn } from '#sim/base/column.ts';
import { createNames, type Names } from '#sim/base/names.ts';
import { createKeyTable, type KeyTable } from '#sim/messaging/keys.ts';

export interface Catalog {
  readonly names: Names;
  readonly keys: KeyTable;
  readonly items: { readonly owner: IntColumn; readonly n: IntColumn };
  readonly events: {
    /** Name id of the event type. */
    readonly type: IntColumn;
    /** Entity that announced it, and that entity's own count of announcements. */
    readonly owner: IntColumn;
    readonly n: IntColumn;
    /** Business key by which a log partitions and orders it, or -1. */
    readonly key: IntColumn;
    readonly item: IntColumn;
    /** The event whose handler announced it, or -1. */
    readonly parent: IntColumn;
    /** Seq of its `produce` record. */
    readonly produced: IntColumn;
  };
  readonly messages: { readonly lid: IntColumn; readonly attempt: IntColumn };
}

/** `capacity`: how many events are expected, so that columns need not grow. */
export function createCatalog(capacity = 64): Catalog {
  const column = (): IntColumn => intColumn('append', capacity);
  return {
    names: createNames(),
    keys: createKeyTable(capacity),
    items: { owner: column(), n: column() },
    events: {
      type: column(),
      owner: column(),
      n: column(),
      key: column(),
      item: column(),
      parent: column(),
      produced: intColumn('mutable', capacity),
    },
    messages: { lid: column(), attempt: column() },
  };
}

/** A new business item: the `n`th that `owner` drew, counted from 1. Returns its row. */
export function addItem(catalog: Catalog, owner: number, n: number): number {
  pushInt(catalog.items.owner, owner);
  return pushInt(catalog.items.n, n);
}

/** A new logical event: the `n`th that `owner` announces. Returns its lid. */
export function addEvent(
  catalog: Catalog,
  type: number,
  owner: number,
  n: number,
  key: number,
  item: number,
  parent: number,
): number {
  const events = catalog.events;
  if (hasRoom(events.type) && hasRoom(events.produced))
    return fillEvent(events, type, owner, n, key, item, parent);
  pushInt(events.type, type);
  pushInt(events.owner, owner);
  pushInt(events.n, n);
  pushInt(events.key, key);
  pushInt(events.item, item);
  pushInt(events.parent, parent);
  return pushInt(events.produced, -1);
}

/** All append-only columns of events have the same room, since they are made, copied and grown together: one look at one of them. */
function fillEvent(
  events: Catalog['events'],
  type: number,
  owner: number,
  n: number,
  key: number,
  item: number,
  parent: number,
): number {
  const lid = events.produced.length;
  events.type.data[lid] = type;
  events.owner.data[lid] = owner;
  events.n.data[lid] = n;
  events.key.data[lid] = key;
  events.item.data[lid] = item;
  events.parent.data[lid] = parent;
  events.produced.data[lid] = -1;
  const length = lid + 1;
  events.type.length = length;
  events.owner.length = length;
  events.n.length = length;
  events.key.length = length;
  events.item.length = length;
  events.parent.length = length;
  events.produced.length = length;
  return lid;
}

/** A new physical copy of event `lid`; attempt 0 is the first. Returns its mid. */
export function addMessage(catalog: Catalog, lid: number, attempt: number): number {
  pushInt(catalog.messages.attempt, attempt);
  return pushInt(catalog.messages.lid, lid);
}

export function lidOf(catalog: Catalog, mid: number): number {
  return intAt(catalog.messages.lid, mid);
}

/** `checkout-1/17`: the id of an event that holds across runs, CloudEvents' source and id in one. */
export function eventId(catalog: Catalog, entityNames: readonly string[], lid: number): string {
  if (lid < 0) return '-';
  return `${entityNames[intAt(catalog.events.owner, lid)] ?? '-'}/${intAt(catalog.events.n, lid)}`;
}

/** `checkout-1/17` for a first copy, `checkout-1/17~1` for the first resend. */
export function messageId(catalog: Catalog, entityNames: readonly string[], mid: number): string {
  if (mid < 0) return '-';
  const attempt = intAt(catalog.messages.attempt, mid);
  const id = eventId(catalog, entityNames, intAt(catalog.messages.lid, mid));
  return attempt === 0 ? id : `${id}~${attempt}`;
}
