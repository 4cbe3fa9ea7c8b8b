/**
 * The run's tables on the page's side: a catalog that grows by the deltas that come with the trace. What only the
 * simulation needs (looking a key up by its text, where an event was produced) stays empty.
 */
import { assert } from '#sim/base/assert.ts';
import { pushFloat, pushInt, type IntColumn } from '#sim/base/column.ts';
import { intern } from '#sim/base/names.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import type { TableDelta } from '#worker/protocol.ts';

export function appendTables(catalog: Catalog, delta: TableDelta): void {
  const { names, keys, events, messages } = catalog;
  assert(delta.namesFrom === names.list.length, '[PAGE-1] names arrive without gaps');
  for (const name of delta.names) intern(names, name);
  assert(delta.keysFrom === keys.prefix.length, '[PAGE-2] keys arrive without gaps');
  append(keys.prefix, delta.keyPrefix);
  for (const number of delta.keyNumber) pushFloat(keys.number, number);
  assert(delta.eventsFrom === events.type.length, '[PAGE-3] events arrive without gaps');
  append(events.type, delta.eventType);
  append(events.owner, delta.eventOwner);
  append(events.n, delta.eventN);
  append(events.key, delta.eventKey);
  append(events.item, delta.eventItem);
  append(events.parent, delta.eventParent);
  assert(delta.messagesFrom === messages.lid.length, '[PAGE-4] messages arrive without gaps');
  append(messages.lid, delta.messageLid);
  append(messages.attempt, delta.messageAttempt);
}

function append(column: IntColumn, rows: Int32Array): void {
  for (const value of rows) pushInt(column, value);
}
