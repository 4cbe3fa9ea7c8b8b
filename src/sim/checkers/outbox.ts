/**
 * V12 outbox, as far as the dual write goes (liveness). Each row inserted into the business table and committed has, at
 * quiescence, an append of the declared event with the row's key: else `lost` (the row is there, nobody was told). Each
 * append of the event has, at quiescence, such a committed row: else `ghost` (announced without having taken place).
 * Before quiescence either may still come: unknown. Row and event are matched by key, so the event's record key must be
 * the field that the claim names and nothing else; where it is not, the verdict is unknown and says so.
 * Left out: outbox tables, marks and relays, and the order of a relay's appends.
 */
import { ensureFloat, floatAt, floatColumn, intAt, intColumn } from '#sim/base/column.ts';
import type { FloatColumn, IntColumn } from '#sim/base/column.ts';
import {
  addPair,
  counted,
  createBook,
  enter,
  eventSubjectText,
  list,
  type AnomalyBook,
} from '#sim/checkers/anomaly-book.ts';
import { nameOf } from '#sim/base/names.ts';
import type { CheckContract, OutboxSpec, TableContract } from '#sim/checkers/contract.ts';
import { noteSeq, seqAt } from '#sim/checkers/seq-column.ts';
import type { Checker, CheckResult, RunEnd, Verdict } from '#sim/checkers/verdict.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import { A, B, C, E, ENTITY, KIND, LID, type Block } from '#sim/trace/block.ts';
import { idOf } from '#sim/trace/dimensions.ts';
import type { KindName } from '#sim/trace/vocabulary.ts';
import { Kind, ProcessState, RECORD_FLOATS, RECORD_WORDS } from '#sim/trace/vocabulary.ts';

interface OutboxState {
  /** By key: the insert of its row, which is recorded at the commit; its event's first append; their times; -1 = none. */
  readonly committed: IntColumn;
  readonly committedAt: FloatColumn;
  readonly appended: IntColumn;
  readonly appendedAt: FloatColumn;
  /** By key: first produce of the event; where the client gave it up. */
  readonly produced: IntColumn;
  readonly refused: IntColumn;
  /** By key: the writer's first crash after the row was committed and before its event was appended. */
  readonly crashed: Map<number, number>;
  /** Rows without an append yet, by writer: looked through when it crashes. */
  readonly waiting: Map<number, number[]>;
}

const KINDS_READ: readonly KindName[] = ['database', 'produce', 'refuse', 'append', 'process'];

export class OutboxChecker implements Checker {
  readonly check = 'outbox';
  readonly kinds = KINDS_READ;
  readonly id: string;
  state: OutboxState;
  private readonly spec: OutboxSpec;
  private readonly contract: CheckContract;
  private readonly catalog: Catalog;
  private readonly table: TableContract | null;
  private readonly tableName: number;
  private readonly type: number;
  private readonly keyed: boolean;

  constructor(spec: OutboxSpec & { readonly id: string }, contract: CheckContract, catalog: Catalog) {
    this.id = spec.id;
    this.spec = spec;
    this.contract = contract;
    this.catalog = catalog;
    this.table = contract.tables.find((table) => table.effect === spec.table) ?? null;
    this.tableName = this.table === null ? -1 : idOf(catalog.names, this.table.table);
    this.type = idOf(catalog.names, spec.event);
    this.keyed = contract.events.some((event) => event.name === spec.event && event.keyField === spec.per);
    const column = (): IntColumn => intColumn('mutable');
    this.state = {
      committed: column(),
      committedAt: floatColumn('mutable'),
      appended: column(),
      appendedAt: floatColumn('mutable'),
      produced: column(),
      refused: column(),
      crashed: new Map(),
      waiting: new Map(),
    };
  }

  fold(block: Block, rows: Int32Array, count: number): void {
    const ints = block.ints;
    const s = this.state;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      const base = row * RECORD_WORDS;
      const seq = block.first + row;
      const lid = ints[base + LID] as number;
      const at = block.floats[row * RECORD_FLOATS] as number;
      switch (ints[base + KIND] as number) {
        case Kind.produce:
          if (ints[base + C] === this.type) setFirst(s.produced, ints[base + B] as number, seq);
          break;
        case Kind.append:
          if (intAt(this.catalog.events.type, lid) !== this.type) break;
          if (setFirst(s.appended, intAt(this.catalog.events.key, lid), seq)) {
            setTime(s.appendedAt, intAt(this.catalog.events.key, lid), at);
          }
          break;
        case Kind.refuse:
          if (intAt(this.catalog.events.type, lid) === this.type)
            setFirst(s.refused, intAt(this.catalog.events.key, lid), seq);
          break;
        case Kind.process:
          if (ints[base + A] === ProcessState.crashed) this.crashed(ints[base + ENTITY] as number, seq);
          break;
        default:
          this.written(block, row, base);
      }
    }
  }

  private written(block: Block, row: number, base: number): void {
    const s = this.state;
    const ints = block.ints;
    const key = ints[base + C] as number;
    if (ints[base + B] !== this.tableName || ints[base + ENTITY] !== this.table?.database) return;
    if (nameOf(this.catalog.names, ints[base + A] as number) !== 'insert') return;
    if (!setFirst(s.committed, key, block.first + row)) return;
    setTime(s.committedAt, key, block.floats[row * RECORD_FLOATS] as number);
    this.await(ints[base + E] as number, key);
  }

  private await(writer: number, key: number): void {
    const s = this.state;
    if (seqAt(s.appended, key) >= 0) return;
    let keys = s.waiting.get(writer) ?? [];
    const full = keys.length >= 64 && (keys.length & (keys.length - 1)) === 0;
    if (full) keys = keys.filter((one) => seqAt(s.appended, one) < 0);
    keys.push(key);
    s.waiting.set(writer, keys);
  }

  private crashed(entity: number, seq: number): void {
    const s = this.state;
    for (const key of s.waiting.get(entity) ?? []) {
      if (seqAt(s.appended, key) < 0 && !s.crashed.has(key)) s.crashed.set(key, seq);
    }
    s.waiting.delete(entity);
  }

  verdict(end: RunEnd): CheckResult {
    const s = this.state;
    const book = createBook();
    const keys = Math.max(s.committed.length, s.appended.length);
    let rows = 0;
    let lost = 0;
    let ghosts = 0;
    for (let key = 0; key < keys; key += 1) {
      const committed = seqAt(s.committed, key);
      const appended = seqAt(s.appended, key);
      if (committed >= 0) rows += 1;
      if (committed >= 0 && appended < 0) {
        lost += 1;
        this.report(book, 'lost', key, committed, floatAt(s.committedAt, key));
      } else if (committed < 0 && appended >= 0) {
        ghosts += 1;
        this.report(book, 'ghost', key, appended, floatAt(s.appendedAt, key));
      }
    }
    const judged = end.quiescent && this.keyed;
    const listed = list(
      judged ? [book] : [],
      (subject) => eventSubjectText(this.catalog, this.contract, subject),
      () => '-',
    );
    const [verdict, reason] = this.words(judged, rows, lost, ghosts);
    return { id: this.id, checker: this.check, of: this.spec.table, ...listed, verdict, reason };
  }

  private report(book: AnomalyBook, kind: 'lost' | 'ghost', key: number, seq: number, at: number): void {
    const s = this.state;
    const entry = enter(book, kind, key, -1, seq, at);
    if (entry === null) return;
    const produced = seqAt(s.produced, key);
    if (kind === 'ghost') {
      entry.note = `${this.spec.event} was appended, and ${this.spec.table} has no such row`;
      addPair(entry, produced, seq);
      return;
    }
    const refused = seqAt(s.refused, key);
    const crashed = s.crashed.get(key) ?? -1;
    const why =
      refused >= 0
        ? 'its publish was given up'
        : crashed >= 0
          ? 'its writer crashed first'
          : 'it was never appended';
    entry.note = `the row is committed, and ${this.spec.event} was not appended: ${why}`;
    addPair(entry, seq, seq);
    addPair(entry, produced, refused >= 0 ? refused : produced);
    addPair(entry, seq, crashed);
  }

  private words(judged: boolean, rows: number, lost: number, ghosts: number): readonly [Verdict, string] {
    const { table, event, per } = this.spec;
    if (!this.keyed) {
      return [
        'unknown',
        `Rows of ${table} cannot be matched: the records of ${event} are not keyed by ${per} alone.`,
      ];
    }
    if (lost + ghosts === 0)
      return ['valid', `Each of ${counted(rows, 'row', 'rows')} of ${table} has its ${event}, and no other.`];
    const parts: string[] = [];
    if (lost > 0) parts.push(`${counted(lost, 'row', 'rows')} of ${table} without ${event}`);
    if (ghosts > 0) parts.push(`${ghosts} ${event} without a row of ${table}`);
    if (judged) return ['invalid', `There ${lost + ghosts === 1 ? 'is' : 'are'} ${parts.join(', and ')}.`];
    return ['unknown', `So far there ${lost + ghosts === 1 ? 'is' : 'are'} ${parts.join(', and ')}.`];
  }
}

/** Sets the row where nothing has been set yet. */
function setFirst(column: IntColumn, row: number, value: number): boolean {
  if (row < 0) return false;
  if (seqAt(column, row) >= 0) return false;
  noteSeq(column, row, value);
  return true;
}

function setTime(column: FloatColumn, row: number, value: number): void {
  if (row >= column.length) ensureFloat(column, row + 1);
  column.data[row] = value;
}
