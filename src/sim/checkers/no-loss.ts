/**
 * V01 no-loss (liveness). For each event that a broker confirmed and each judged group subscribed to the topic that it
 * was appended to, the group has an `effect` of it, a handler of it that ended well, or a `skipped` that the
 * scenario declares.
 *
 * At quiescence every confirmed event without that is lost. Before, it is lost for certain where the group's committed
 * offset has passed it, the consumer has read past it since its position was last set, and no running handler has it in
 * hand; other events are still on their way: unknown. The kind is `skipped` where the service has no handler for it and
 * does not say so, or its handler failed and a commit passed over it, else `lost`. A produce that was refused, never
 * answered or sent with acks=0 (confirm with offset -1: the client's word, not the broker's) may vanish.
 * Left out: truncation and retention (one replica, nothing expires).
 */
import { ensureFloat, pushFloat, pushInt, type IntColumn } from '#sim/base/column.ts';
import { nameOf } from '#sim/base/names.ts';
import { counted, createBook, eventSubjectText, list } from '#sim/checkers/anomaly-book.ts';
import { byteAt, ensureBytes } from '#sim/checkers/byte-column.ts';
import type { CheckContract, NoLossSpec } from '#sim/checkers/contract.ts';
import { judgeLoss } from '#sim/checkers/no-loss-judgement.ts';
import {
  APPENDED,
  APPENDED_AGAIN,
  CONFIRMED,
  createNoLossState,
  FAILED,
  SERVED,
  UNKNOWN_TYPE,
  type NoLossState,
} from '#sim/checkers/no-loss-state.ts';
import { noteSeq } from '#sim/checkers/seq-column.ts';
import { createTerrain, look, partitionRow, slotOf, type Terrain } from '#sim/checkers/terrain.ts';
import type { Checker, CheckResult, RunEnd } from '#sim/checkers/verdict.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import { A, B, C, D, ENTITY, KIND, LID, type Block } from '#sim/trace/block.ts';
import type { KindName } from '#sim/trace/vocabulary.ts';
import { Kind, Outcome, ProcessState, RECORD_FLOATS, RECORD_WORDS } from '#sim/trace/vocabulary.ts';

const KINDS_READ: readonly KindName[] = [
  'append',
  'confirm',
  'deliver',
  'effect',
  'handled',
  'skipped',
  'commit',
  'position',
  'process',
];

export class NoLossChecker implements Checker {
  readonly check = 'no-loss';
  readonly kinds = KINDS_READ;
  readonly id: string;
  state: NoLossState;
  private readonly contract: CheckContract;
  private readonly catalog: Catalog;
  private readonly terrain: Terrain;
  private readonly declared: ReadonlySet<string>;

  constructor(spec: NoLossSpec & { readonly id: string }, contract: CheckContract, catalog: Catalog) {
    this.id = spec.id;
    this.contract = contract;
    this.catalog = catalog;
    this.terrain = createTerrain(contract, catalog, spec.groups);
    this.declared = new Set(contract.declaredSkips);
    this.state = createNoLossState(this.terrain, contract.entityNames.length);
  }

  fold(block: Block, rows: Int32Array, count: number): void {
    const ints = block.ints;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      const base = row * RECORD_WORDS;
      const lid = ints[base + LID] as number;
      switch (ints[base + KIND] as number) {
        case Kind.append:
          this.append(lid, ints[base + A] as number, ints[base + B] as number, ints[base + C] as number);
          break;
        case Kind.confirm:
          this.confirm(block, row, base, lid);
          break;
        case Kind.deliver:
          this.deliver(block.first + row, base, lid, ints);
          break;
        case Kind.effect:
          this.serve(lid, look(this.terrain.groupRows, ints[base + C] as number), SERVED, -1);
          break;
        case Kind.handled:
          this.handled(block.first + row, base, lid, ints);
          break;
        case Kind.skipped: {
          const declared = this.declared.has(nameOf(this.catalog.names, ints[base + B] as number));
          const g = look(this.terrain.groupRows, ints[base + A] as number);
          this.serve(lid, g, declared ? SERVED : UNKNOWN_TYPE, block.first + row);
          this.letGo(ints[base + ENTITY] as number, lid, g);
          break;
        }
        case Kind.commit:
          this.commit(block, row, base);
          break;
        case Kind.position: {
          const slot = slotOf(
            this.terrain,
            ints[base + A] as number,
            ints[base + B] as number,
            ints[base + C] as number,
          );
          if (slot >= 0) this.state.reached[slot] = (ints[base + D] as number) - 1;
          break;
        }
        case Kind.process:
          if (ints[base + A] === ProcessState.crashed)
            this.crashed(ints[base + ENTITY] as number, block.first + row);
          break;
      }
    }
  }

  private append(lid: number, topic: number, partition: number, offset: number): void {
    const s = this.state;
    const p = partitionRow(this.terrain, topic, partition);
    if (p < 0 || lid < 0) return;
    const log = s.log[p] as IntColumn;
    while (log.length < offset) pushInt(log, -1);
    if (log.length > offset) return;
    pushInt(log, lid);
    if (lid >= s.events.length) ensureBytes(s.events, lid + 1);
    const flags = s.events.data[lid] as number;
    s.events.data[lid] = flags | APPENDED | ((flags & APPENDED) !== 0 ? APPENDED_AGAIN : 0);
  }

  private confirm(block: Block, row: number, base: number, lid: number): void {
    const s = this.state;
    const ints = block.ints;
    const p = partitionRow(this.terrain, ints[base + A] as number, ints[base + B] as number);
    if ((ints[base + C] as number) < 0) {
      s.unanswered += 1;
      return;
    }
    if (p < 0 || lid < 0 || (this.terrain.readers[p] as Int32Array).length === 0) return;
    if (lid >= s.events.length) ensureBytes(s.events, lid + 1);
    if (((s.events.data[lid] as number) & CONFIRMED) !== 0) return;
    s.events.data[lid] = (s.events.data[lid] as number) | CONFIRMED;
    if (lid >= s.confirmedAt.length) ensureFloat(s.confirmedAt, lid + 1);
    noteSeq(s.confirmedSeq, lid, block.first + row);
    s.confirmedAt.data[lid] = block.floats[row * RECORD_FLOATS] as number;
  }

  private deliver(seq: number, base: number, lid: number, ints: Int32Array): void {
    const s = this.state;
    const terrain = this.terrain;
    const slot = slotOf(
      terrain,
      ints[base + A] as number,
      ints[base + B] as number,
      ints[base + C] as number,
    );
    if (slot < 0 || lid < 0) return;
    const index = lid * terrain.groupCount + (terrain.groupRows[ints[base + A] as number] as number);
    s.reached[slot] = ints[base + D] as number;
    noteSeq(s.touched, index, seq);
    const hand = s.hands[ints[base + ENTITY] as number];
    if (hand !== undefined) hand.push(index);
  }

  private handled(seq: number, base: number, lid: number, ints: Int32Array): void {
    const g = look(this.terrain.groupRows, ints[base + A] as number);
    if (g < 0 || lid < 0) return;
    const outcome = ints[base + B] as number;
    const flag = outcome === Outcome.ok ? SERVED : outcome === Outcome.failed ? FAILED : 0;
    this.serve(lid, g, flag, outcome === Outcome.ok ? -1 : seq);
    this.letGo(ints[base + ENTITY] as number, lid, g);
  }

  private letGo(entity: number, lid: number, g: number): void {
    const hand = this.state.hands[entity];
    if (hand === undefined) return;
    const at = hand.indexOf(lid * this.terrain.groupCount + g);
    if (at >= 0 && at === hand.length - 1) hand.pop();
    else if (at >= 0) hand.splice(at, 1);
  }

  private serve(lid: number, g: number, flag: number, seq: number): void {
    if (g < 0 || lid < 0) return;
    const s = this.state;
    const index = lid * this.terrain.groupCount + g;
    if (index >= s.inGroup.length) ensureBytes(s.inGroup, index + 1);
    s.inGroup.data[index] = (s.inGroup.data[index] as number) | flag;
    if (seq < 0) return;
    noteSeq(s.touched, index, seq);
  }

  private commit(block: Block, row: number, base: number): void {
    const s = this.state;
    const ints = block.ints;
    const terrain = this.terrain;
    const slot = slotOf(
      terrain,
      ints[base + A] as number,
      ints[base + B] as number,
      ints[base + C] as number,
    );
    if (slot < 0) return;
    const g = terrain.groupRows[ints[base + A] as number] as number;
    const log = s.log[slot - g * terrain.partitionCount] as IntColumn;
    const to = ints[base + D] as number;
    s.committed[slot] = to;
    const end = to < log.length ? to : log.length;
    for (let offset = s.scanned[slot] as number; offset < end; offset += 1) {
      const lid = log.data[offset] as number;
      const index = lid * terrain.groupCount + g;
      if (lid < 0 || (byteAt(s.inGroup, index) & SERVED) !== 0) continue;
      pushInt(s.passed, index);
      pushInt(s.passedSeq, block.first + row);
      pushFloat(s.passedAt, block.floats[row * RECORD_FLOATS] as number);
    }
    if (end > (s.scanned[slot] as number)) s.scanned[slot] = end;
  }

  private crashed(entity: number, seq: number): void {
    const s = this.state;
    const hand = s.hands[entity];
    if (hand === undefined) return;
    for (const index of hand) {
      pushInt(s.dropped, index);
      pushInt(s.droppedSeq, seq);
    }
    hand.length = 0;
  }

  verdict(end: RunEnd): CheckResult {
    const book = createBook();
    const { owed, lost, pending } = judgeLoss(this.state, this.terrain, this.catalog, end.quiescent, book);
    const listed = list(
      [book],
      (subject) => eventSubjectText(this.catalog, this.contract, subject),
      (g) => this.terrain.groups[g]?.name ?? '-',
    );
    const { unanswered } = this.state;
    const promised =
      unanswered === 0 ? '' : ` ${counted(unanswered, 'publish', 'publishes')} with acks=0 promised nothing.`;
    const reason =
      lost > 0
        ? `${counted(lost, 'confirmed event was', 'confirmed events were')} never handled by a group that is subscribed to it.`
        : pending > 0
          ? `${counted(pending, 'confirmed event is still on its way', 'confirmed events are still on their way')}.`
          : `Every confirmed event was handled in every group (${owed} to handle).`;
    return {
      id: this.id,
      checker: this.check,
      of: null,
      ...listed,
      verdict: lost > 0 ? 'invalid' : pending > 0 ? 'unknown' : 'valid',
      reason: reason + promised,
    };
  }
}
