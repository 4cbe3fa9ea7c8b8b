/**
 * V04 no-phantom-effect (safety). Nobody acts on what was never said: each effect of a consumer group follows an earlier
 * `deliver` of its event in that group, and that event was not taken back. An event whose every copy in the log belongs to
 * an aborted transaction never took place: whoever acted on it, because it reads uncommitted records, acted on a `ghost`.
 * The second half is judged at the end, since the abort may come after the effect.
 * Left out: effects of processes that are in no group, causes of announced events.
 */
import { intAt, intColumn, ensureInt, type IntColumn } from '#sim/base/column.ts';
import {
  addPair,
  counted,
  createBook,
  enter,
  eventSubject,
  eventSubjectText,
  list,
} from '#sim/checkers/anomaly-book.ts';
import type { CheckContract, NoPhantomEffectSpec } from '#sim/checkers/contract.ts';
import { createTerrain, type Terrain } from '#sim/checkers/terrain.ts';
import type { Checker, CheckResult } from '#sim/checkers/verdict.ts';
import {
  createWithdrawals,
  foldWithdrawal,
  WITHDRAWAL_KINDS,
  type Withdrawals,
} from '#sim/checkers/withdrawals.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import { A, C, F, KIND, LID, type Block } from '#sim/trace/block.ts';
import { look } from '#sim/trace/dimensions.ts';
import type { KindName } from '#sim/trace/vocabulary.ts';
import { Kind, RECORD_FLOATS, RECORD_WORDS } from '#sim/trace/vocabulary.ts';

interface Effect {
  readonly lid: number;
  readonly group: number;
  readonly seq: number;
  readonly at: number;
}

interface PhantomState {
  /** By event × groups + group row: the seq of its first deliver + 1, 0 = none. */
  readonly delivered: IntColumn;
  /** Effects on events that were never delivered, and on events with a transactional copy. */
  readonly unheard: Effect[];
  readonly suspects: Effect[];
  /** Events that stand in a log as part of a transaction. */
  readonly transactional: Set<number>;
  readonly withdrawals: Withdrawals;
  effects: number;
}

const KINDS_READ: readonly KindName[] = ['deliver', 'effect'];

export class NoPhantomEffectChecker implements Checker {
  readonly check = 'no-phantom-effect';
  readonly kinds: readonly KindName[];
  readonly id: string;
  state: PhantomState;
  private readonly contract: CheckContract;
  private readonly catalog: Catalog;
  private readonly terrain: Terrain;

  constructor(
    spec: NoPhantomEffectSpec & { readonly id: string },
    contract: CheckContract,
    catalog: Catalog,
  ) {
    this.id = spec.id;
    this.contract = contract;
    this.catalog = catalog;
    this.terrain = createTerrain(contract, catalog, spec.groups);
    this.kinds = contract.transactional === true ? [...KINDS_READ, ...WITHDRAWAL_KINDS] : KINDS_READ;
    this.state = {
      delivered: intColumn('mutable'),
      unheard: [],
      suspects: [],
      transactional: new Set(),
      withdrawals: createWithdrawals(this.terrain.partitionCount),
      effects: 0,
    };
  }

  fold(block: Block, rows: Int32Array, count: number): void {
    const { ints } = block;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      const base = row * RECORD_WORDS;
      const lid = ints[base + LID] as number;
      switch (ints[base + KIND] as number) {
        case Kind.deliver:
          this.deliver(block.first + row, lid, ints[base + A] as number);
          break;
        case Kind.effect:
          this.effect(block, row, lid, ints[base + C] as number);
          break;
        case Kind.append:
          if ((ints[base + F] as number) > 0) this.state.transactional.add(lid);
          foldWithdrawal(this.state.withdrawals, this.terrain, block, row);
          break;
        default:
          foldWithdrawal(this.state.withdrawals, this.terrain, block, row);
      }
    }
  }

  private deliver(seq: number, lid: number, group: number): void {
    const g = look(this.terrain.groupRows, group);
    if (g < 0 || lid < 0) return;
    const { delivered } = this.state;
    const index = lid * this.terrain.groupCount + g;
    if (index >= delivered.length) ensureInt(delivered, index + 1);
    if (delivered.data[index] === 0) delivered.data[index] = seq + 1;
  }

  private effect(block: Block, row: number, lid: number, name: number): void {
    const s = this.state;
    const group = look(this.terrain.groupRows, name);
    if (group < 0 || lid < 0) return;
    s.effects += 1;
    const seq = block.first + row;
    const heard = intAt(s.delivered, lid * this.terrain.groupCount + group, 0) > 0;
    if (heard && !s.transactional.has(lid)) return;
    const effect = { lid, group, seq, at: block.floats[row * RECORD_FLOATS] as number };
    (heard ? s.suspects : s.unheard).push(effect);
  }

  verdict(): CheckResult {
    const s = this.state;
    const book = createBook();
    for (const effect of s.unheard) this.report(book, effect, 'it was never delivered there', -1);
    for (const effect of s.suspects) {
      const taken = s.withdrawals.events.get(effect.lid);
      if (taken !== undefined) this.report(book, effect, 'its transaction was aborted', taken);
    }
    const count = book.totals.get('ghost') ?? 0;
    return {
      id: this.id,
      checker: this.check,
      of: null,
      ...list(
        [book],
        (subject) => eventSubjectText(this.catalog, this.contract, subject),
        (g) => this.terrain.groups[g]?.name ?? '-',
      ),
      verdict: count > 0 ? 'invalid' : 'valid',
      reason:
        count > 0
          ? `${counted(count, 'effect has', 'effects have')} no event that took place behind it.`
          : `Each of ${counted(s.effects, 'effect', 'effects')} follows from an event that took place.`,
    };
  }

  private report(book: ReturnType<typeof createBook>, effect: Effect, note: string, taken: number): void {
    const { lid, group, seq, at } = effect;
    const entry = enter(book, 'ghost', eventSubject(this.catalog, lid), group, seq, at);
    if (entry === null || entry.violations > 1) return;
    entry.note = note;
    const produced = intAt(this.catalog.events.produced, lid);
    addPair(entry, produced, seq);
    addPair(entry, produced, taken);
  }
}
