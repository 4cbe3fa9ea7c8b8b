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
 * A record that retention takes before a group has handled it is lost as soon as the group's position is behind it; one
 * that a cleaner takes because a later one of its key stands for it is not owed to a group that had not read it.
 * One that a new leader of its partition does not have, and no other copy of, is lost to every group that had not
 * handled it by then.
 * One that its producer's transaction took back is not owed to a group that reads committed records alone.
 */
import { pushFloat, pushInt, type IntColumn } from '#sim/base/column.ts';
import { counted, createBook, eventSubjectText, list } from '#sim/checkers/anomaly-book.ts';
import type { CheckContract, NoLossSpec } from '#sim/checkers/contract.ts';
import { foldDeparture } from '#sim/checkers/departures.ts';
import { judgeLoss } from '#sim/checkers/no-loss-judgement.ts';
import { createNoLossState, type NoLossState } from '#sim/checkers/no-loss-state.ts';
import { createTerrain, slotOf, type Terrain } from '#sim/checkers/terrain.ts';
import { foldWithdrawal, WITHDRAWAL_KINDS } from '#sim/checkers/withdrawals.ts';
import type { Checker, CheckResult, RunEnd } from '#sim/checkers/verdict.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import { A, B, C, D, KIND, type Block } from '#sim/trace/block.ts';
import { partitionRow } from '#sim/trace/dimensions.ts';
import { servedSeq, serviceRow, type History } from '#sim/trace/history.ts';
import type { KindName } from '#sim/trace/vocabulary.ts';
import { Kind, RECORD_FLOATS, RECORD_WORDS } from '#sim/trace/vocabulary.ts';

const KINDS_READ: readonly KindName[] = ['commit', 'position', 'logStart', 'compacted', 'lead', 'truncate'];

export class NoLossChecker implements Checker {
  readonly check = 'no-loss';
  readonly kinds: readonly KindName[];
  readonly id: string;
  state: NoLossState;
  private readonly contract: CheckContract;
  private readonly catalog: Catalog;
  private readonly history: History;
  private readonly terrain: Terrain;

  constructor(
    spec: NoLossSpec & { readonly id: string },
    contract: CheckContract,
    catalog: Catalog,
    history: History,
  ) {
    this.id = spec.id;
    this.contract = contract;
    this.catalog = catalog;
    this.history = history;
    this.terrain = createTerrain(contract, catalog, spec.groups);
    const transactional = contract.transactional === true;
    this.kinds = transactional ? [...KINDS_READ, ...WITHDRAWAL_KINDS] : KINDS_READ;
    this.state = createNoLossState(this.terrain, transactional);
  }

  fold(block: Block, rows: Int32Array, count: number): void {
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      const kind = block.ints[row * RECORD_WORDS + KIND];
      if (kind === Kind.commit) this.commit(block, row);
      else if (kind === Kind.lead) this.led(block, row);
      else if (kind === Kind.truncate) this.truncated(block, row);
      else if (kind === Kind.append || kind === Kind.marker) this.inTransaction(block, row);
      else foldDeparture(this.state.departures, this.terrain, this.catalog, block, row);
    }
  }

  private commit(block: Block, row: number): void {
    const s = this.state;
    const { terrain, history } = this;
    const { ints } = block;
    const base = row * RECORD_WORDS;
    const slot = slotOf(
      terrain,
      ints[base + A] as number,
      ints[base + B] as number,
      ints[base + C] as number,
    );
    if (slot < 0) return;
    const seq = block.first + row;
    const p = slot % terrain.partitionCount;
    const g = terrain.contractRows[(slot - p) / terrain.partitionCount] as number;
    const log = history.state.logs[p] as IntColumn;
    const to = ints[base + D] as number;
    s.committed[slot] = to;
    const end = to < log.length ? to : log.length;
    for (let offset = s.scanned[slot] as number; offset < end; offset += 1) {
      const lid = log.data[offset] as number;
      if (lid < 0) continue;
      const service = serviceRow(history, lid, g);
      const served = servedSeq(history.state, service);
      if (served >= 0 && served < seq) continue;
      pushInt(s.passed, service);
      pushInt(s.passedSeq, seq);
      pushFloat(s.passedAt, block.floats[row * RECORD_FLOATS] as number);
    }
    if (end > (s.scanned[slot] as number)) s.scanned[slot] = end;
  }

  private inTransaction(block: Block, row: number): void {
    const { withdrawals } = this.state;
    if (withdrawals !== null) foldWithdrawal(withdrawals, this.terrain, block, row);
  }

  /** What comes after the new leader's end is looked at anew. */
  private led({ ints }: Block, row: number): void {
    const base = row * RECORD_WORDS;
    const { partitionCount, groupCount } = this.terrain;
    const p = partitionRow(this.terrain, ints[base + A] as number, ints[base + B] as number);
    if (p < 0) return;
    const { scanned } = this.state;
    const end = ints[base + C] as number;
    for (let slot = p; slot < groupCount * partitionCount; slot += partitionCount) {
      if ((scanned[slot] as number) > end) scanned[slot] = end;
    }
  }

  /** A replica gives up what the leader does not have. */
  private truncated({ ints, first }: Block, row: number): void {
    const base = row * RECORD_WORDS;
    const p = partitionRow(this.terrain, ints[base + A] as number, ints[base + B] as number);
    const offset = ints[base + C] as number;
    this.state.truncations.push({ p, offset, end: ints[base + D] as number, seq: first + row });
  }

  verdict(end: RunEnd): CheckResult {
    const book = createBook();
    const { owed, lost, pending, superseded } = judgeLoss(
      this.state,
      this.history,
      this.terrain,
      this.catalog,
      end.quiescent,
      book,
    );
    const listed = list(
      [book],
      (subject) => eventSubjectText(this.catalog, this.contract, subject),
      (g) => this.terrain.groups[g]?.name ?? '-',
    );
    const { unanswered } = this.history.state;
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
      reason: reason + promised + stoodFor(superseded),
    };
  }
}

function stoodFor(superseded: number): string {
  if (superseded === 0) return '';
  return ` ${counted(superseded, 'record', 'records')} gave way to a later one of the same key before being read.`;
}
