/**
 * Which statements on a database count: an insert or update by itself at once, one within a transaction from its commit
 * on, never after an abort. Keeps the rows of open transactions; plain data. Transactions carry their caller's own
 * numbers, so an open one is known by (database, caller, number).
 */
import type { Catalog } from '#sim/messaging/catalog.ts';
import { nameOf } from '#sim/base/names.ts';
import { A, B, C, D, E, ENTITY, KIND, LID, type Block } from '#sim/trace/block.ts';
import { Kind, RECORD_WORDS, TransactionState } from '#sim/trace/vocabulary.ts';

export interface WrittenRow {
  readonly insert: boolean;
  /** Name id. */
  readonly table: number;
  readonly key: number;
  readonly lid: number;
  readonly database: number;
  readonly actor: number;
  /** Seq of the statement. */
  readonly seq: number;
}

export type OpenRows = Map<number, WrittenRow[]>;

const NOTHING: readonly WrittenRow[] = [];

/** Takes a `database` or `transaction` record and returns the rows that count from this record on. */
export function committedRows(
  open: OpenRows,
  catalog: Catalog,
  block: Block,
  row: number,
): readonly WrittenRow[] {
  const ints = block.ints;
  const base = row * RECORD_WORDS;
  const database = ints[base + ENTITY] as number;
  if (ints[base + KIND] === Kind.transaction) {
    const id = openId(database, ints[base + C] as number, ints[base + B] as number);
    const rows = open.get(id);
    const state = ints[base + A];
    if (rows === undefined || state === TransactionState.begin) return NOTHING;
    open.delete(id);
    return state === TransactionState.commit ? rows : NOTHING;
  }
  const operation = nameOf(catalog.names, ints[base + A] as number);
  if (operation !== 'insert' && operation !== 'update') return NOTHING;
  const actor = ints[base + E] as number;
  const written = {
    insert: operation === 'insert',
    table: ints[base + B] as number,
    key: ints[base + C] as number,
    lid: ints[base + LID] as number,
    database,
    actor,
    seq: block.first + row,
  };
  const number = ints[base + D] as number;
  if (number === 0) return [written];
  const id = openId(database, actor, number);
  const rows = open.get(id);
  if (rows === undefined) open.set(id, [written]);
  else rows.push(written);
  return NOTHING;
}

/** Entities are below 2^10 in any scenario that the format allows, so the id is an exact integer. */
function openId(database: number, actor: number, number: number): number {
  return ((database + 1) * 4096 + actor + 1) * 2147483648 + number;
}
