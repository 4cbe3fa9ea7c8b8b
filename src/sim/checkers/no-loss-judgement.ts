/**
 * The judgement of no-loss (V01): goes through the logs once, tells what is lost from what may still come, and writes
 * the anomalies. Read no-loss for what is judged.
 */
import { floatAt, intAt, type IntColumn } from '#sim/base/column.ts';
import { addPair, enter, eventSubject, type AnomalyBook } from '#sim/checkers/anomaly-book.ts';
import { departureOf, jumpOver, moveBefore, type Departure } from '#sim/checkers/departures.ts';
import { lostToElections, writeCut } from '#sim/checkers/no-loss-elections.ts';
import type { NoLossState } from '#sim/checkers/no-loss-state.ts';
import { isWithdrawn } from '#sim/checkers/withdrawals.ts';
import type { Terrain } from '#sim/checkers/terrain.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import { lookForUnserved, nextWithoutCopy } from '#sim/trace/history-scan.ts';
import { FAILED, UNDECLARED_SKIP } from '#sim/trace/history-state.ts';
import {
  confirmedAt,
  confirmedIn,
  confirmedSeq,
  copiesOf,
  eventCount,
  isCompleted,
  ofServiceRow,
  servedSeq,
  serviceRow,
  touchedSeq,
  troubleOf,
  type History,
} from '#sim/trace/history.ts';

export interface Judgement {
  /** Pairs of a confirmed event and a group that is to handle it. */
  readonly owed: number;
  readonly lost: number;
  readonly pending: number;
  /** Pairs that are not owed: a compacted topic kept a later record of the key. */
  readonly superseded: number;
}

/** Enters what is lost into `book`. `over`: what has not happened never will. */
export function judgeLoss(
  state: NoLossState,
  history: History,
  terrain: Terrain,
  catalog: Catalog,
  over: boolean,
  book: AnomalyBook,
): Judgement {
  return new LossJudge(state, history, terrain, catalog).judge(over, book);
}

/** Where an event that a group has not served stood, and how it left. */
interface Place {
  readonly slot: number;
  readonly p: number;
  readonly offset: number;
  readonly departure: Departure | null;
}

class LossJudge {
  private readonly s: NoLossState;
  private readonly history: History;
  private readonly terrain: Terrain;
  private readonly catalog: Catalog;

  constructor(state: NoLossState, history: History, terrain: Terrain, catalog: Catalog) {
    this.s = state;
    this.history = history;
    this.terrain = terrain;
    this.catalog = catalog;
  }

  judge(over: boolean, book: AnomalyBook): Judgement {
    const { history, terrain } = this;
    const inHand = new Set(history.state.hands.flat());
    const coming = over ? new Set<number>() : this.comingAgain(inHand);
    const unserved = new Map<number, Place>();
    let pending = 0;
    let owed = 0;
    let superseded = 0;
    for (let p = 0; p < terrain.partitionCount; p += 1) {
      const log = history.state.logs[p] as IntColumn;
      for (const g of terrain.readers[p] as Int32Array) {
        const look = { offset: 0, confirmed: 0 };
        for (; look.offset < log.length; look.offset += 1) {
          // where some may have been taken back, each one is looked at
          if (this.s.withdrawals === null)
            lookForUnserved(history, p, terrain.contractRows[g] as number, look);
          const { offset } = look;
          if (offset === log.length) break;
          const lid = log.data[offset] as number;
          if (confirmedSeq(history.state, lid) < 0 || this.takenBack(g, p, offset)) continue;
          const row = this.rowOf(lid, g);
          owed += 1;
          if (this.isServed(g, p, offset, row) || unserved.has(row)) continue;
          const departure = departureOf(this.s.departures, p, offset);
          if (!over && (coming.has(row) || this.isComing(g, p, offset, row, inHand))) pending += 1;
          else if (departure?.superseded === true && this.isFree(g, p, offset, row, departure)) {
            superseded += 1;
            owed -= 1;
          } else unserved.set(row, { slot: g * terrain.partitionCount + p, p, offset, departure });
        }
        owed += look.confirmed;
      }
    }
    const cut = lostToElections(history, terrain);
    owed += cut.length;
    const noCopies = this.neverAppended();
    this.write(book, unserved, noCopies);
    writeCut(book, this.s, history, this.catalog, cut);
    return { owed, lost: unserved.size + noCopies.length + cut.length, pending, superseded };
  }

  private takenBack(g: number, p: number, offset: number): boolean {
    const { withdrawals } = this.s;
    if (withdrawals === null || this.terrain.groups[g]?.readCommitted !== true) return false;
    return isWithdrawn(withdrawals, p, offset);
  }

  private rowOf(lid: number, g: number): number {
    return serviceRow(this.history, lid, this.terrain.contractRows[g] as number);
  }

  /** Served, or all that its handler had to do was done and then committed, though the handler itself never ended. */
  private isServed(g: number, p: number, offset: number, row: number): boolean {
    const { state } = this.history;
    if (servedSeq(state, row) >= 0) return true;
    return (
      isCompleted(state, row) && offset < (this.s.committed[g * this.terrain.partitionCount + p] as number)
    );
  }

  /** Not passed yet, not read yet, or in a hand: this copy may still be served. One that is gone may be in a buffer. */
  private isComing(g: number, p: number, offset: number, row: number, inHand: ReadonlySet<number>): boolean {
    const { partitionCount, contractRows } = this.terrain;
    const reached = this.history.state.reached[(contractRows[g] as number) * partitionCount + p] as number;
    if (offset > reached || inHand.has(row)) return true;
    if (offset < (this.s.committed[g * partitionCount + p] as number)) return false;
    return departureOf(this.s.departures, p, offset) === null;
  }

  /** The group had neither been handed the record nor passed it when a later one of its key took its place. */
  private isFree(g: number, p: number, offset: number, row: number, departure: Departure): boolean {
    const { s, history } = this;
    if (touchedSeq(history.state, row) >= 0) return false;
    if (offset >= (s.committed[g * this.terrain.partitionCount + p] as number)) return true;
    const passed = firstRow(s.passed, row);
    return passed < 0 || intAt(s.passedSeq, passed) > departure.seq;
  }

  /** Events that stand in the log more than once and of which some copy is still to come. */
  private comingAgain(inHand: ReadonlySet<number>): Set<number> {
    const { state } = this.history;
    const coming = new Set<number>();
    for (let p = 0; p < this.terrain.partitionCount; p += 1) {
      const log = state.logs[p] as IntColumn;
      for (let offset = 0; offset < log.length; offset += 1) {
        const lid = log.data[offset] as number;
        if (copiesOf(state, lid) < 2) continue;
        for (const g of this.terrain.readers[p] as Int32Array) {
          const row = this.rowOf(lid, g);
          if (this.isComing(g, p, offset, row, inHand)) coming.add(row);
        }
      }
    }
    return coming;
  }

  private neverAppended(): number[] {
    const { state } = this.history;
    const cut = new Set(state.cutOff.data.subarray(0, state.cutOff.length));
    const found: number[] = [];
    for (
      let lid = nextWithoutCopy(state, 0);
      lid < eventCount(state);
      lid = nextWithoutCopy(state, lid + 1)
    ) {
      const readers = this.terrain.readers[confirmedIn(state, lid)] as Int32Array;
      if (!cut.has(lid) && readers.length > 0) found.push(lid);
    }
    return found;
  }

  /**
   * The record left its log, or the position jumped over it, before a commit passed it: the chain is that of its
   * confirmation, and what led from the log's new start to the jump.
   */
  private writeDeparted(book: AnomalyBook, row: number, place: Place, passedSeq: number): boolean {
    const { history, terrain, s } = this;
    const { slot, p, offset, departure } = place;
    const jump = jumpOver(s.departures, slot, offset);
    const first = departure ?? jump;
    if (first === null || (passedSeq >= 0 && passedSeq < first.seq)) return false;
    const { lid, g } = ofServiceRow(history, row);
    const confirmed = confirmedSeq(history.state, lid);
    const at = departure === null ? confirmedAt(history.state, lid) : departure.at;
    const judged = terrain.contractRows.indexOf(g);
    const entry = enter(book, 'lost', eventSubject(this.catalog, lid), judged, first.seq, at);
    if (entry === null || entry.violations > 1) return true;
    const touched = touchedSeq(history.state, row) >= 0;
    entry.note =
      departure === null
        ? `passed over: the position went to ${first.reason} when the log's start had overtaken it`
        : `taken away (${first.reason}) before ${touched ? 'its handler ended' : 'it was read'}`;
    addPair(entry, intAt(this.catalog.events.produced, lid), confirmed);
    addPair(entry, first.seq, first.seq);
    if (jump !== null) addPair(entry, moveBefore(s.departures, p, jump.seq), jump.seq);
    return true;
  }

  private write(book: AnomalyBook, unserved: ReadonlyMap<number, Place>, noCopies: readonly number[]): void {
    const { s, history, terrain } = this;
    const { state } = history;
    const passedRow = rowsOf(s.passed, unserved);
    const droppedRow = rowsOf(state.dropped, unserved);
    for (const [row, place] of unserved) {
      const { lid, g } = ofServiceRow(history, row);
      const passed = passedRow.get(row) ?? -1;
      const trouble = troubleOf(state, row);
      if (trouble === 0 && this.writeDeparted(book, row, place, intAt(s.passedSeq, passed))) continue;
      const skipped = (trouble & UNDECLARED_SKIP) !== 0 || ((trouble & FAILED) !== 0 && passed >= 0);
      const seq = passed >= 0 ? intAt(s.passedSeq, passed) : confirmedSeq(state, lid);
      const at = passed >= 0 ? floatAt(s.passedAt, passed) : confirmedAt(state, lid);
      const judged = terrain.contractRows.indexOf(g);
      const entry = enter(
        book,
        skipped ? 'skipped' : 'lost',
        eventSubject(this.catalog, lid),
        judged,
        seq,
        at,
      );
      if (entry === null || entry.violations > 1) continue;
      const produced = intAt(this.catalog.events.produced, lid);
      const touched = touchedSeq(state, row);
      const dropped = intAt(state.droppedSeq, droppedRow.get(row) ?? -1);
      entry.note = noteOf(trouble, passed >= 0, touched >= 0, dropped >= 0);
      addPair(entry, produced, touched >= 0 ? touched : seq);
      addPair(entry, produced, seq);
      addPair(entry, dropped, dropped);
    }
    for (const lid of noCopies) {
      const seq = confirmedSeq(state, lid);
      const entry = enter(book, 'lost', eventSubject(this.catalog, lid), -1, seq, confirmedAt(state, lid));
      if (entry === null || entry.violations > 1) continue;
      entry.note = 'confirmed, but never appended';
      addPair(entry, intAt(this.catalog.events.produced, lid), seq);
    }
  }
}

function firstRow(column: IntColumn, value: number): number {
  for (let row = 0; row < column.length; row += 1) if (column.data[row] === value) return row;
  return -1;
}

/** Where each of the wanted stands in a column, first occurrence. */
function rowsOf(column: IntColumn, wanted: ReadonlyMap<number, unknown>): Map<number, number> {
  const rows = new Map<number, number>();
  if (wanted.size === 0) return rows;
  for (let row = 0; row < column.length; row += 1) {
    const index = column.data[row] as number;
    if (wanted.has(index) && !rows.has(index)) rows.set(index, row);
  }
  return rows;
}

function noteOf(trouble: number, passed: boolean, touched: boolean, dropped: boolean): string {
  if ((trouble & UNDECLARED_SKIP) !== 0) return 'the service has no handler for it';
  if ((trouble & FAILED) !== 0)
    return passed ? 'its handler failed, and a later commit passed over it' : 'its handler failed';
  if (dropped)
    return passed
      ? 'in hand when the process crashed, and committed already'
      : 'in hand when the process crashed';
  if (!touched)
    return passed ? 'committed without having been handed to a handler' : 'never handed to a handler';
  return passed ? 'committed, but its handler never ended' : 'its handler never ended';
}
