/**
 * What belongs to no single process and survives all of them: how often a step with an `nth` condition was reached
 * over all instances, how often each service has been given each event, and field values that an event carries of
 * its own. One holder for the whole world; its `state` is plain data and part of every checkpoint.
 */
import { ensureInt, intColumn, type IntColumn } from '#sim/base/column.ts';
import type { ColumnCell } from '#sim/stores/protocol.ts';

export interface ServiceTablesState {
  /** By counter: how often its step has been reached. */
  reached: number[];
  /** By service, then by lid: how often a program was started on the event. */
  started: IntColumn[];
  /** By lid, then by field row: what the event carries other than its item's own value. */
  fields: Map<number, Map<number, ColumnCell>>;
}

export interface ServiceTables {
  state: ServiceTablesState;
}

/** `capacity`: how many events are expected, so that columns need not grow. */
export function createServiceTables(services: number, capacity = 64): ServiceTables {
  const started: IntColumn[] = [];
  for (let row = 0; row < services; row += 1) started.push(intColumn('mutable', capacity));
  return { state: { reached: [], started, fields: new Map() } };
}

/** Another counter for a condition; when the world is built. */
export function addCounter(tables: ServiceTables): number {
  return tables.state.reached.push(0) - 1;
}

/** Counts one more start of `service`'s program on event `lid` and says which one it is. */
export function countStart(tables: ServiceTables, service: number, lid: number): number {
  const column = tables.state.started[service] as IntColumn;
  if (lid >= column.length) ensureInt(column, lid + 1);
  const count = (column.data[lid] as number) + 1;
  column.data[lid] = count;
  return count;
}
