/**
 * A database: tables with unique keys, transactions that are all or nothing. Statements outside a transaction count at
 * once; inside, they are kept with the transaction and count, in order, at its commit. Isolation is the simplest that
 * is honest here: a transaction sees its own writes and what was committed before; a unique key is checked when the
 * statement runs, against rows committed or written by other open transactions (as a unique index does; a real one
 * would wait for the other transaction to end, this one refuses at once), and a commit that would break one is refused.
 * A connection that is reset rolls its open transactions back. State is durable. Left out: locks and their waits,
 * isolation levels, deadlocks.
 */
import { assert } from '#sim/base/assert.ts';
import { intern } from '#sim/base/names.ts';
import { CONSTANT, sample, type CompiledDistribution } from '#sim/kernel/distribution.ts';
import { CRASHED, RESET, type Ctx, type Entity } from '#sim/kernel/entity.ts';
import type { Event } from '#sim/kernel/queue.ts';
import { chance } from '#sim/kernel/uniform.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import type { Failure } from '#sim/stores/external-api.ts';
import {
  STATEMENT,
  STATEMENT_RESPONSE,
  type ColumnCell,
  type StatementRequest,
} from '#sim/stores/protocol.ts';
import * as emit from '#sim/trace/emit.ts';
import { TransactionState } from '#sim/trace/vocabulary.ts';

export interface Table {
  /** `ledger.orders` */
  readonly effect: string;
  /** Column sets that must be unique; `key` is the row's key. */
  readonly unique: readonly (readonly string[])[];
}

export interface DatabaseShape {
  readonly latency: CompiledDistribution;
  readonly latencyStream: number;
  readonly failureStream: number;
  readonly tables: readonly Table[];
  /** Ways in which a commit fails. */
  readonly failures: readonly Failure[];
}

type Cells = Record<string, ColumnCell>;

interface Row {
  readonly key: number;
  readonly version: number;
  readonly cells: Cells;
}

interface Pending {
  readonly request: StatementRequest;
  readonly applied: boolean;
}

interface Open {
  readonly actor: number;
  readonly number: number;
  readonly statements: Pending[];
}

interface DatabaseState {
  /** By table: rows by key. */
  rows: Map<number, Row>[];
  /** By table: taken unique keys, as `set:value|value`. */
  taken: Set<string>[];
  open: Open[];
  commits: number;
}

const DONE = 209;
type Refusal = 'unique violation' | 'no such row' | 'no transaction' | 'not a number' | null;

export class Database implements Entity {
  state: DatabaseState;
  private readonly shape: DatabaseShape;
  private readonly names: {
    readonly tables: readonly number[];
    readonly insert: number;
    readonly update: number;
    readonly none: number;
  };
  private readonly catalog: Catalog;
  private readonly factor: (entity: number) => number;

  constructor(catalog: Catalog, shape: DatabaseShape, factor: (entity: number) => number) {
    this.catalog = catalog;
    this.shape = shape;
    this.factor = factor;
    const name = (text: string): number => intern(catalog.names, text);
    this.names = {
      tables: shape.tables.map((table) => name(table.effect)),
      insert: name('insert'),
      update: name('update'),
      none: -1,
    };
    this.state = {
      rows: shape.tables.map(() => new Map()),
      taken: shape.tables.map(() => new Set()),
      open: [],
      commits: 0,
    };
  }

  handle(event: Event, ctx: Ctx): void {
    if (event.kind === STATEMENT) this.receive(event.from, event.a, event.data as StatementRequest, ctx);
    else if (event.kind === DONE) this.complete(event.b, event.a, event.data as StatementRequest, ctx);
    else if (event.kind === RESET) this.rollbackOf(event.a, ctx);
    else if (event.kind === CRASHED) this.rollbackAll(ctx);
  }

  private receive(from: number, token: number, request: StatementRequest, ctx: Ctx): void {
    const { latency, latencyStream } = this.shape;
    let wait = latency.a;
    if (latency.code !== CONSTANT) {
      const source =
        request.itemN < 0
          ? ctx.random(latencyStream)
          : ctx.randomOf(latencyStream, request.itemOwner, request.itemN, request.attempt);
      wait = sample(latency, source);
    }
    ctx.schedule(Math.floor(wait * this.factor(ctx.self)), DONE, token, from, 0, 0, 0, request);
  }

  private complete(from: number, token: number, request: StatementRequest, ctx: Ctx): void {
    const answer = (code: string | null, definite = 1, row: Row | null = null): void => {
      const id = code === null ? -1 : intern(this.catalog.names, code);
      ctx.send(
        from,
        STATEMENT_RESPONSE,
        token,
        id,
        definite,
        row === null ? 0 : 1,
        0,
        row === null ? null : row.cells,
      );
    };
    switch (request.statement) {
      case 'begin':
        this.state.open.push({ actor: from, number: request.transaction, statements: [] });
        emit.transaction(
          ctx,
          request.mid,
          request.lid,
          TransactionState.begin,
          request.transaction,
          from,
          this.names.none,
        );
        return answer(null);
      case 'commit':
        return this.commit(from, request, ctx, answer);
      case 'rollback':
        this.rollback(from, request.transaction, ctx, 'rolled back');
        return answer(null);
      case 'read':
        return answer(null, 1, this.visible(from, request));
      case 'insert':
      case 'update':
        return answer(this.write(from, request, ctx));
    }
  }

  /** Null = done; otherwise why not. */
  private write(from: number, request: StatementRequest, ctx: Ctx): Refusal {
    const open = request.transaction === 0 ? null : this.find(from, request.transaction);
    if (request.transaction !== 0 && open === null) return 'no transaction';
    const refusal = this.refusal(request, from);
    if (refusal === 'not a number' || (refusal !== null && request.otherwise !== 'ignore')) return refusal;
    if (open !== null) open.statements.push({ request, applied: refusal === null });
    else if (refusal === null) this.apply(request, from, ctx);
    return null;
  }

  private refusal(request: StatementRequest, from: number): Refusal {
    if (request.statement === 'update') return this.updateRefusal(request, from);
    const cells = cellsOf(request);
    const taken = this.state.taken[request.table] as Set<string>;
    const clash = this.uniqueKeys(request.table, request.key, cells).some(
      (key) => taken.has(key) || this.pendingKeys(request.table).includes(key),
    );
    return clash ? 'unique violation' : null;
  }

  private updateRefusal(request: StatementRequest, from: number): Refusal {
    const row = this.visible(from, request);
    if (row === null) return 'no such row';
    const text = request.add.some(([column]) => typeof (row.cells[column] ?? 0) !== 'number');
    return text ? 'not a number' : null;
  }

  private pendingKeys(table: number): string[] {
    const keys: string[] = [];
    for (const open of this.state.open) {
      for (const { request, applied } of open.statements) {
        if (!applied || request.table !== table || request.statement !== 'insert') continue;
        keys.push(...this.uniqueKeys(table, request.key, cellsOf(request)));
      }
    }
    return keys;
  }

  private uniqueKeys(table: number, key: number, cells: Cells): string[] {
    const { unique } = this.shape.tables[table] as Table;
    return unique.map((columns, i) => {
      const values = columns.map((column) => (column === 'key' ? `#${key}` : String(cells[column] ?? '')));
      return `${i}:${values.join('|')}`;
    });
  }

  private visible(from: number, request: StatementRequest): Row | null {
    let row = (this.state.rows[request.table] as Map<number, Row>).get(request.key) ?? null;
    const open = request.transaction === 0 ? null : this.find(from, request.transaction);
    for (const { request: made, applied } of open?.statements ?? []) {
      if (applied && made.table === request.table && made.key === request.key) row = changed(row, made);
    }
    return row;
  }

  private apply(request: StatementRequest, actor: number, ctx: Ctx): void {
    const rows = this.state.rows[request.table] as Map<number, Row>;
    const row = changed(rows.get(request.key) ?? null, request);
    rows.set(request.key, row);
    if (request.statement === 'insert') {
      const taken = this.state.taken[request.table] as Set<string>;
      for (const key of this.uniqueKeys(request.table, request.key, row.cells)) taken.add(key);
    }
    const operation = request.statement === 'insert' ? this.names.insert : this.names.update;
    const table = this.names.tables[request.table] as number;
    emit.database(
      ctx,
      request.mid,
      request.lid,
      operation,
      table,
      request.key,
      request.transaction,
      actor,
      row.version,
    );
    const amount = request.add[0]?.[1] ?? 0;
    emit.effect(
      ctx,
      request.mid,
      request.lid,
      table,
      request.key,
      request.group,
      actor,
      request.attempt,
      request.generation,
      amount,
    );
  }

  private commit(
    from: number,
    request: StatementRequest,
    ctx: Ctx,
    answer: (code: string | null, definite?: number) => void,
  ): void {
    const open = this.find(from, request.transaction);
    if (open === null) return answer('no transaction');
    this.state.commits += 1;
    const failure = this.failing(request, ctx);
    if (failure !== null && !failure.happens) {
      this.rollback(from, request.transaction, ctx, failure.code);
      return answer(failure.code, failure.definite ? 1 : 0);
    }
    this.state.open = this.state.open.filter((other) => other !== open);
    for (const { request: statement, applied } of open.statements)
      if (applied) this.apply(statement, from, ctx);
    emit.transaction(
      ctx,
      request.mid,
      request.lid,
      TransactionState.commit,
      request.transaction,
      from,
      this.names.none,
    );
    answer(failure === null ? null : failure.code, failure === null || failure.definite ? 1 : 0);
  }

  private failing(request: StatementRequest, ctx: Ctx): Failure | null {
    const source =
      request.itemN < 0
        ? ctx.random(this.shape.failureStream)
        : ctx.randomOf(this.shape.failureStream, request.itemOwner, request.itemN, request.attempt);
    return (
      this.shape.failures.find((way) =>
        way.nth !== null
          ? way.nth === this.state.commits
          : way.chance !== null && chance(way.chance.num, way.chance.den, source),
      ) ?? null
    );
  }

  private find(actor: number, number: number): Open | null {
    return this.state.open.find((open) => open.actor === actor && open.number === number) ?? null;
  }

  private rollback(actor: number, number: number, ctx: Ctx, reason: string): void {
    const open = this.find(actor, number);
    if (open === null) return;
    this.state.open = this.state.open.filter((other) => other !== open);
    emit.transaction(ctx, -1, -1, TransactionState.abort, number, actor, intern(this.catalog.names, reason));
  }

  /** What was not committed is not there when the database comes back. */
  private rollbackAll(ctx: Ctx): void {
    for (const open of [...this.state.open]) this.rollback(open.actor, open.number, ctx, 'database crashed');
  }

  /** The client's process is gone: its open transactions are rolled back. */
  private rollbackOf(actor: number, ctx: Ctx): void {
    for (const open of this.state.open.filter((other) => other.actor === actor)) {
      this.rollback(actor, open.number, ctx, 'connection reset');
    }
  }
}

function cellsOf(request: StatementRequest): Cells {
  const cells: Cells = {};
  for (const [column, value] of request.set) cells[column] = value;
  return cells;
}

function changed(row: Row | null, request: StatementRequest): Row {
  const cells: Cells = { ...(row?.cells ?? {}), ...cellsOf(request) };
  for (const [column, value] of request.add) {
    const before = cells[column] ?? 0;
    assert(typeof before === 'number', `[STORE-1] ${column} holds text and cannot be added to`);
    cells[column] = before + value;
  }
  return { key: request.key, version: (row?.version ?? 0) + 1, cells };
}
