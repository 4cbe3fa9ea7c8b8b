/**
 * The judgement of no-loss (V01): goes through the logs once, tells what is lost from what may still come, and writes
 * the anomalies. Read no-loss for what is judged.
 */
import { floatAt, intAt, type IntColumn } from '#sim/base/column.ts';
import { addPair, enter, eventSubject, type AnomalyBook } from '#sim/checkers/anomaly-book.ts';
import { byteAt } from '#sim/checkers/byte-column.ts';
import {
  APPENDED,
  APPENDED_AGAIN,
  CONFIRMED,
  FAILED,
  SERVED,
  UNKNOWN_TYPE,
  type NoLossState,
} from '#sim/checkers/no-loss-state.ts';
import { seqAt } from '#sim/checkers/seq-column.ts';
import type { Terrain } from '#sim/checkers/terrain.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';

export interface Judgement {
  /** Pairs of a confirmed event and a group that is to handle it. */
  readonly owed: number;
  readonly lost: number;
  readonly pending: number;
}

/** Enters what is lost into `book`. `over`: what has not happened never will. */
export function judgeLoss(
  state: NoLossState,
  terrain: Terrain,
  catalog: Catalog,
  over: boolean,
  book: AnomalyBook,
): Judgement {
  return new LossJudge(state, terrain, catalog).judge(over, book);
}

class LossJudge {
  private readonly s: NoLossState;
  private readonly terrain: Terrain;
  private readonly catalog: Catalog;

  constructor(state: NoLossState, terrain: Terrain, catalog: Catalog) {
    this.s = state;
    this.terrain = terrain;
    this.catalog = catalog;
  }

  judge(over: boolean, book: AnomalyBook): Judgement {
    const { s, terrain } = this;
    const inHand = new Set(s.hands.flat());
    const coming = over ? new Set<number>() : this.comingAgain(inHand);
    const unserved = new Set<number>();
    let pending = 0;
    let owed = 0;
    for (let p = 0; p < terrain.partitionCount; p += 1) {
      const log = s.log[p] as IntColumn;
      for (const g of terrain.readers[p] as Int32Array) {
        const slot = g * terrain.partitionCount + p;
        for (let offset = 0; offset < log.length; offset += 1) {
          const lid = log.data[offset] as number;
          if (lid < 0 || (byteAt(s.events, lid) & CONFIRMED) === 0) continue;
          const index = lid * terrain.groupCount + g;
          owed += 1;
          if ((byteAt(s.inGroup, index) & SERVED) !== 0 || unserved.has(index)) continue;
          if (!over && (coming.has(index) || this.isComing(slot, offset, index, inHand))) pending += 1;
          else unserved.add(index);
        }
      }
    }
    const noCopies = this.neverAppended();
    this.write(book, unserved, noCopies);
    return { owed, lost: unserved.size + noCopies.length, pending };
  }

  /** Not passed yet, not read yet, or in a hand: this copy may still be served. */
  private isComing(slot: number, offset: number, index: number, inHand: ReadonlySet<number>): boolean {
    const { s } = this;
    return (
      offset >= (s.committed[slot] as number) || offset > (s.reached[slot] as number) || inHand.has(index)
    );
  }

  /** Events that stand in the log more than once and of which some copy is still to come. */
  private comingAgain(inHand: ReadonlySet<number>): Set<number> {
    const { s } = this;
    const coming = new Set<number>();
    for (let p = 0; p < this.terrain.partitionCount; p += 1) {
      const log = s.log[p] as IntColumn;
      for (let offset = 0; offset < log.length; offset += 1) {
        const lid = log.data[offset] as number;
        if (lid < 0 || (byteAt(s.events, lid) & APPENDED_AGAIN) === 0) continue;
        for (const g of this.terrain.readers[p] as Int32Array) {
          const index = lid * this.terrain.groupCount + g;
          if (this.isComing(g * this.terrain.partitionCount + p, offset, index, inHand)) coming.add(index);
        }
      }
    }
    return coming;
  }

  private neverAppended(): number[] {
    const events = this.s.events;
    const found: number[] = [];
    for (let lid = 0; lid < events.length; lid += 1) {
      if (((events.data[lid] as number) & (CONFIRMED | APPENDED)) === CONFIRMED) found.push(lid);
    }
    return found;
  }

  private write(book: AnomalyBook, unserved: ReadonlySet<number>, noCopies: readonly number[]): void {
    const { s } = this;
    const passedRow = rowsOf(s.passed, unserved);
    const droppedRow = rowsOf(s.dropped, unserved);
    for (const index of unserved) {
      const g = index % this.terrain.groupCount;
      const lid = (index - g) / this.terrain.groupCount;
      const passed = passedRow.get(index) ?? -1;
      const flags = byteAt(s.inGroup, index);
      const skipped = (flags & UNKNOWN_TYPE) !== 0 || ((flags & FAILED) !== 0 && passed >= 0);
      const seq = passed >= 0 ? intAt(s.passedSeq, passed) : seqAt(s.confirmedSeq, lid);
      const at = passed >= 0 ? floatAt(s.passedAt, passed) : floatAt(s.confirmedAt, lid);
      const entry = enter(book, skipped ? 'skipped' : 'lost', eventSubject(this.catalog, lid), g, seq, at);
      if (entry === null || entry.violations > 1) continue;
      const produced = intAt(this.catalog.events.produced, lid);
      const touched = seqAt(s.touched, index);
      const dropped = intAt(s.droppedSeq, droppedRow.get(index) ?? -1);
      entry.note = noteOf(flags, passed >= 0, touched >= 0, dropped >= 0);
      addPair(entry, produced, touched >= 0 ? touched : seq);
      addPair(entry, produced, seq);
      addPair(entry, dropped, dropped);
    }
    for (const lid of noCopies) {
      const seq = seqAt(s.confirmedSeq, lid);
      const entry = enter(
        book,
        'lost',
        eventSubject(this.catalog, lid),
        -1,
        seq,
        floatAt(s.confirmedAt, lid),
      );
      if (entry === null || entry.violations > 1) continue;
      entry.note = 'confirmed, but never appended';
      addPair(entry, intAt(this.catalog.events.produced, lid), seq);
    }
  }
}

/** Where each of the wanted stands in a column, first occurrence. */
function rowsOf(column: IntColumn, wanted: ReadonlySet<number>): Map<number, number> {
  const rows = new Map<number, number>();
  if (wanted.size === 0) return rows;
  for (let row = 0; row < column.length; row += 1) {
    const index = column.data[row] as number;
    if (wanted.has(index) && !rows.has(index)) rows.set(index, row);
  }
  return rows;
}

function noteOf(flags: number, passed: boolean, touched: boolean, dropped: boolean): string {
  if ((flags & UNKNOWN_TYPE) !== 0) return 'the service has no handler for it';
  if ((flags & FAILED) !== 0)
    return passed ? 'its handler failed, and a later commit passed over it' : 'its handler failed';
  if (dropped)
    return passed
      ? 'in hand when the process crashed, and committed already'
      : 'in hand when the process crashed';
  if (!touched)
    return passed ? 'committed without having been handed to a handler' : 'never handed to a handler';
  return passed ? 'committed, but its handler never ended' : 'its handler never ended';
}
