/**
 * V07 commit-safety (safety, at each `commit`). When a group commits offset o of a partition, each offset below o from
 * the group's start (its first `position` there, else 0) has been served earlier: an `effect` of its event in the group,
 * a handler that ended well, a declared `skipped`, or the begin of a handler's
 * step behind which nothing of consequence can follow (contract: `completes`), because a program settles before it ends.
 * Otherwise the commit passes over it: `skipped`, at that very commit. Each offset is judged once, by the first commit
 * that covers it; later rescue does not undo it (that is no-loss's business).
 * A commit by a transaction is judged where its offsets begin to count.
 */
import { intAt, type IntColumn } from '#sim/base/column.ts';
import {
  addPair,
  counted,
  createBook,
  enter,
  eventSubject,
  eventSubjectText,
  list,
  type AnomalyBook,
} from '#sim/checkers/anomaly-book.ts';
import { byteAt, byteColumn, ensureBytes, type ByteColumn } from '#sim/checkers/byte-column.ts';
import type { CheckContract, CommitSafetySpec } from '#sim/checkers/contract.ts';
import { createTerrain, slotOf, type Terrain } from '#sim/checkers/terrain.ts';
import {
  createWithdrawals,
  foldWithdrawal,
  isWithdrawn,
  WITHDRAWAL_KINDS,
  type Withdrawals,
} from '#sim/checkers/withdrawals.ts';
import type { Checker, CheckResult } from '#sim/checkers/verdict.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import { A, B, C, D, KIND, LID, type Block } from '#sim/trace/block.ts';
import { completingSteps, isCompleting, type CompletingSteps } from '#sim/trace/completing-steps.ts';
import { look } from '#sim/trace/dimensions.ts';
import { failureBefore, servedSeq, serviceRow, type History } from '#sim/trace/history.ts';
import type { KindName } from '#sim/trace/vocabulary.ts';
import { Kind, Phase, RECORD_FLOATS, RECORD_WORDS } from '#sim/trace/vocabulary.ts';

interface CommitSafetyState {
  /** By event × groups + group row: 1 once a step began that completes its handling. */
  readonly completed: ByteColumn;
  /** By slot: the first offset that no commit has covered yet; -1 = the group has no start yet. */
  readonly scanned: Int32Array;
  readonly book: AnomalyBook;
  violations: number;
  commits: number;
  /** What transactions took back; null where the scenario has none. */
  readonly withdrawals: Withdrawals | null;
}

const KINDS_READ: readonly KindName[] = ['commit', 'position'];

export class CommitSafetyChecker implements Checker {
  readonly check = 'commit-safety';
  readonly kinds: readonly KindName[];
  readonly id: string;
  state: CommitSafetyState;
  private readonly contract: CheckContract;
  private readonly catalog: Catalog;
  private readonly history: History;
  private readonly terrain: Terrain;
  /** By name id of a step. */
  private readonly completing: CompletingSteps;

  constructor(
    spec: CommitSafetySpec & { readonly id: string },
    contract: CheckContract,
    catalog: Catalog,
    history: History,
  ) {
    this.id = spec.id;
    this.contract = contract;
    this.catalog = catalog;
    this.history = history;
    this.terrain = createTerrain(contract, catalog, spec.groups);
    this.completing = completingSteps(this.terrain.groups, catalog.names);
    const kinds = this.completing.length > 0 ? [...KINDS_READ, 'step' as const] : KINDS_READ;
    const transactional = contract.transactional === true;
    this.kinds = transactional ? [...kinds, ...WITHDRAWAL_KINDS] : kinds;
    this.state = {
      completed: byteColumn(),
      scanned: new Int32Array(this.terrain.subscribed.length).fill(-1),
      book: createBook(),
      violations: 0,
      commits: 0,
      withdrawals: transactional ? createWithdrawals(this.terrain.partitionCount) : null,
    };
  }

  fold(block: Block, rows: Int32Array, count: number): void {
    const { ints } = block;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      const base = row * RECORD_WORDS;
      switch (ints[base + KIND] as number) {
        case Kind.step:
          if (ints[base + B] === Phase.before)
            this.step(ints[base + LID] as number, ints[base + A] as number, ints[base + C] as number);
          break;
        case Kind.position: {
          const slot = this.slot(ints, base);
          if (slot >= 0 && this.state.scanned[slot] === -1)
            this.state.scanned[slot] = ints[base + D] as number;
          break;
        }
        case Kind.append:
        case Kind.marker:
          if (this.state.withdrawals !== null)
            foldWithdrawal(this.state.withdrawals, this.terrain, block, row);
          break;
        default:
          this.commit(block, row, base);
      }
    }
  }

  private slot(ints: Int32Array, base: number): number {
    return slotOf(this.terrain, ints[base + A] as number, ints[base + B] as number, ints[base + C] as number);
  }

  private step(lid: number, step: number, group: number): void {
    const g = look(this.terrain.groupRows, group);
    if (lid < 0 || g < 0) return;
    if (isCompleting(this.completing, step, g, intAt(this.catalog.events.type, lid)))
      this.complete(lid * this.terrain.groupCount + g);
  }

  private complete(index: number): void {
    const { completed } = this.state;
    if (index >= completed.length) ensureBytes(completed, index + 1);
    completed.data[index] = 1;
  }

  private commit(block: Block, row: number, base: number): void {
    const s = this.state;
    const { terrain, history } = this;
    const { ints } = block;
    const slot = this.slot(ints, base);
    if (slot < 0) return;
    s.commits += 1;
    const p = slot % terrain.partitionCount;
    const g = (slot - p) / terrain.partitionCount;
    const seq = block.first + row;
    const log = history.state.logs[p] as IntColumn;
    const to = ints[base + D] as number;
    const end = to < log.length ? to : log.length;
    let offset = s.scanned[slot] as number;
    if (offset < 0) offset = 0;
    for (; offset < end; offset += 1) {
      const lid = log.data[offset] as number;
      if (lid < 0 || this.takenBack(g, p, offset)) continue;
      const service = serviceRow(history, lid, terrain.contractRows[g] as number);
      const served = servedSeq(history.state, service);
      if (served >= 0 && served < seq) continue;
      if (byteAt(s.completed, lid * terrain.groupCount + g) === 1) continue;
      this.report(lid, g, service, seq, block.floats[row * RECORD_FLOATS] as number);
    }
    s.scanned[slot] = offset;
  }

  /** A group that reads committed records is never given what a transaction took back. */
  private takenBack(g: number, p: number, offset: number): boolean {
    const { withdrawals } = this.state;
    if (withdrawals === null || this.terrain.groups[g]?.readCommitted !== true) return false;
    return isWithdrawn(withdrawals, p, offset);
  }

  private report(lid: number, g: number, service: number, seq: number, at: number): void {
    const s = this.state;
    s.violations += 1;
    const entry = enter(s.book, 'skipped', eventSubject(this.catalog, lid), g, seq, at);
    if (entry === null || entry.violations > 1) return;
    const failed = failureBefore(this.history.state, service, seq);
    entry.note =
      failed >= 0 ? 'its handler had failed or did not know it' : 'its handler had done nothing yet';
    const produced = intAt(this.catalog.events.produced, lid);
    addPair(entry, produced, failed);
    addPair(entry, produced, seq);
  }

  verdict(): CheckResult {
    const s = this.state;
    const listed = list(
      [s.book],
      (subject) => eventSubjectText(this.catalog, this.contract, subject),
      (g) => this.terrain.groups[g]?.name ?? '-',
    );
    return {
      id: this.id,
      checker: this.check,
      of: null,
      ...listed,
      verdict: s.violations > 0 ? 'invalid' : 'valid',
      reason:
        s.violations > 0
          ? `${counted(s.violations, 'record was', 'records were')} committed before anything had been done about them.`
          : `None of ${counted(s.commits, 'commit', 'commits')} passed over a record.`,
    };
  }
}
