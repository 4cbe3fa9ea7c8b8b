/**
 * Requests to stores and their answers: how handler programs reach external APIs and databases. Every request carries
 * the caller's token in `event.a` and comes back with it. 192 to 223 belong to stores.
 */
export const CALL = 192;
/** a token, b code (name id, -1 = succeeded), c definite (1: it certainly did not happen), d seq of the effect or -1. */
export const CALL_RESPONSE = 193;
export const STATEMENT = 194;
/** a token, b code, c definite, d 1 where a row was found; `data`: the row's columns by name, or null. */
export const STATEMENT_RESPONSE = 195;

export const storePackets: readonly (readonly [kind: number, name: string])[] = [
  [192, 'call'],
  [193, 'call response'],
  [194, 'statement'],
  [195, 'statement response'],
];

/** Who asks, and on behalf of which message: what ledger and checkers need to know. */
export interface Asker {
  /** Entity that asks. */
  readonly actor: number;
  readonly mid: number;
  readonly lid: number;
  /** Name id of the consumer group, -1 = none. */
  readonly group: number;
  readonly generation: number;
  /** Business item for stateless draws: hash of its owner's name and its number; n -1 = none. */
  readonly itemOwner: number;
  readonly itemN: number;
  /** How many times the service's program has been started on this event, from 1: luck changes with each. */
  readonly attempt: number;
}

export interface CallRequest extends Asker {
  /** Row of the operation in the API's own list (the scenario's order). */
  readonly operation: number;
  /** Business key; -1 = none. */
  readonly key: number;
  /** Integer minor units. */
  readonly amount: number;
  /** Key id of the idempotency key; -1 = none sent. */
  readonly idempotencyKey: number;
  /** How many calls of the same operation stand before this one in the program: luck changes with each. */
  readonly repeat: number;
}

export function emptyRequest(): CallRequest {
  return {
    actor: -1,
    mid: -1,
    lid: -1,
    group: -1,
    generation: -1,
    itemOwner: 0,
    itemN: -1,
    attempt: 1,
    operation: 0,
    key: -1,
    amount: 0,
    idempotencyKey: -1,
    repeat: 0,
  };
}

export type StatementKind = 'begin' | 'insert' | 'update' | 'read' | 'commit' | 'rollback';

export type ColumnCell = string | number;

export interface StatementRequest extends Asker {
  readonly statement: StatementKind;
  /** The caller's own number of its transaction, from 1; 0 = by itself. */
  readonly transaction: number;
  /** Row of the table in the database's own list; -1 for begin, commit and rollback. */
  readonly table: number;
  readonly key: number;
  /** insert: all columns; update: those to set. */
  readonly set: readonly (readonly [column: string, value: ColumnCell])[];
  /** update: amounts to add. */
  readonly add: readonly (readonly [column: string, value: number])[];
  /** insert: what to do where a unique key is taken; update: where the row is missing. */
  readonly otherwise: 'fail' | 'ignore' | 'rollback';
}
