/**
 * V22 exclusive-assignment (safety). Per group and partition at most one member holds it with the current generation.
 * Invalid is any of:
 * - `overlap`: a member takes a partition that another holds in the same generation and has neither given up nor lost
 *   with its process;
 * - `stale-commit`: a `commit` of a generation below the newest assigned one was accepted, by a member that was put out of
 *   the group or for a partition that somebody has taken in a newer one;
 * - `zombie`: an `effect` by a member whose generation is below the newest one and whose partitions others hold, or which
 *   the coordinator has put out of the group (expired, evicted, fenced, left) and which has not been assigned anything
 *   since.
 * A member that still believes in an old generation and does nothing is no violation; refused commits are the fence at
 * work. Generations are read from `assign`, in the members' own belief, so never ahead of the coordinator's.
 * Left out: commits outside a group's protocol (generation -1), and static members.
 */
import { intAt } from '#sim/base/column.ts';
import { nameOf } from '#sim/base/names.ts';
import {
  addPair,
  counted,
  createBook,
  enter,
  eventSubjectText,
  list,
  type AnomalyBook,
  type Entry,
} from '#sim/checkers/anomaly-book.ts';
import type { CheckContract, ExclusiveAssignmentSpec } from '#sim/checkers/contract.ts';
import { createTerrain, slotOf, type Terrain } from '#sim/checkers/terrain.ts';
import type { AnomalyKind, Checker, CheckResult } from '#sim/checkers/verdict.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import { A, B, C, D, E, ENTITY, F, KIND, LID, type Block } from '#sim/trace/block.ts';
import { look } from '#sim/trace/dimensions.ts';
import type { KindName } from '#sim/trace/vocabulary.ts';
import { Kind, ProcessState, RECORD_FLOATS, RECORD_WORDS } from '#sim/trace/vocabulary.ts';

/** Changes of membership after which the member is out; `left` is also what a member's own poll deadline makes it send. */
const OUT: ReadonlySet<string> = new Set(['expired', 'evicted', 'fenced', 'left']);

interface ExclusiveAssignmentState {
  /** By slot: who holds it in which generation, and the record of it; -1 = nobody. */
  readonly holder: Int32Array;
  readonly heldIn: Int32Array;
  readonly heldSince: Int32Array;
  /** By group row: newest generation, the record that began it, and how many commits were refused. */
  readonly generation: Int32Array;
  readonly begunBy: Int32Array;
  readonly refused: Int32Array;
  /** By entity: 1 + seq of the record that put it out of its group, 0 = it is in. */
  readonly putOut: Int32Array;
  /** Zombies by their effect's key, the rest by partition row. */
  readonly zombies: AnomalyBook;
  readonly partitions: AnomalyBook;
}

const KINDS_READ: readonly KindName[] = [
  'assign',
  'revoke',
  'member',
  'process',
  'effect',
  'commit',
  'commitRefused',
];

export class ExclusiveAssignmentChecker implements Checker {
  readonly check = 'exclusive-assignment';
  readonly kinds = KINDS_READ;
  readonly apart: readonly (readonly KindName[])[] = [['effect']];
  readonly id: string;
  state: ExclusiveAssignmentState;
  private readonly contract: CheckContract;
  private readonly catalog: Catalog;
  private readonly terrain: Terrain;

  constructor(
    spec: ExclusiveAssignmentSpec & { readonly id: string },
    contract: CheckContract,
    catalog: Catalog,
  ) {
    this.id = spec.id;
    this.contract = contract;
    this.catalog = catalog;
    this.terrain = createTerrain(contract, catalog, spec.groups);
    const slots = this.terrain.subscribed.length;
    const groups = this.terrain.groupCount;
    this.state = {
      holder: new Int32Array(slots).fill(-1),
      heldIn: new Int32Array(slots).fill(-1),
      heldSince: new Int32Array(slots).fill(-1),
      generation: new Int32Array(groups).fill(-1),
      begunBy: new Int32Array(groups).fill(-1),
      refused: new Int32Array(groups),
      putOut: new Int32Array(contract.entityNames.length),
      zombies: createBook(),
      partitions: createBook(),
    };
  }

  fold(block: Block, rows: Int32Array, count: number): void {
    const ints = block.ints;
    const s = this.state;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      const base = row * RECORD_WORDS;
      switch (ints[base + KIND] as number) {
        case Kind.effect: {
          const g = look(this.terrain.groupRows, ints[base + C] as number);
          const generation = ints[base + F] as number;
          if (g < 0 || generation < 0) break;
          const actor = ints[base + D] as number;
          const behind = generation < (s.generation[g] as number) && !this.holdsAny(g, actor);
          const out = look(s.putOut, actor) - 1;
          if (behind || out >= 0) this.zombie(block, row, base, g, out >= 0 ? out : (s.begunBy[g] as number));
          break;
        }
        case Kind.commit:
          this.commit(block, row, base);
          break;
        case Kind.assign:
          this.assign(block, row, base);
          break;
        case Kind.revoke: {
          const slot = slotOf(
            this.terrain,
            ints[base + A] as number,
            ints[base + B] as number,
            ints[base + C] as number,
          );
          if (slot >= 0 && s.holder[slot] === ints[base + D]) s.holder[slot] = -1;
          break;
        }
        case Kind.member: {
          const change = nameOf(this.catalog.names, ints[base + C] as number);
          const entity = ints[base + B] as number;
          const ours = look(this.terrain.groupRows, ints[base + A] as number) >= 0 && entity >= 0;
          if (ours && OUT.has(change)) s.putOut[entity] = block.first + row + 1;
          break;
        }
        case Kind.process:
          if (ints[base + A] === ProcessState.crashed) this.crashed(ints[base + ENTITY] as number);
          break;
        default: {
          // the coordinator's own record; the member's, who learns of it, is another
          const g = look(this.terrain.groupRows, ints[base + A] as number);
          if (g >= 0 && ints[base + ENTITY] !== ints[base + C]) s.refused[g] = (s.refused[g] as number) + 1;
        }
      }
    }
  }

  /** A cooperative member goes on with what it keeps while others have the next generation already. */
  private holdsAny(g: number, member: number): boolean {
    const { partitionCount } = this.terrain;
    for (let slot = g * partitionCount; slot < (g + 1) * partitionCount; slot += 1) {
      if (this.state.holder[slot] === member) return true;
    }
    return false;
  }

  private assign(block: Block, row: number, base: number): void {
    const s = this.state;
    const ints = block.ints;
    const slot = slotOf(
      this.terrain,
      ints[base + A] as number,
      ints[base + B] as number,
      ints[base + C] as number,
    );
    if (slot < 0) return;
    const member = ints[base + D] as number;
    const generation = ints[base + E] as number;
    const g = this.terrain.groupRows[ints[base + A] as number] as number;
    const seq = block.first + row;
    if (generation > (s.generation[g] as number)) {
      s.generation[g] = generation;
      s.begunBy[g] = seq;
    }
    if (generation < (s.generation[g] as number)) return;
    if (member >= 0) s.putOut[member] = 0;
    const holder = s.holder[slot] as number;
    if (holder >= 0 && holder !== member && s.heldIn[slot] === generation) {
      const at = block.floats[row * RECORD_FLOATS] as number;
      const entry = enter(s.partitions, 'overlap', slot % this.terrain.partitionCount, g, seq, at);
      if (entry !== null && entry.violations === 1) {
        entry.note = `${this.entityName(holder)} and ${this.entityName(member)} in generation ${generation}`;
        addPair(entry, s.heldSince[slot] as number, seq);
      }
    }
    s.holder[slot] = member;
    s.heldIn[slot] = generation;
    s.heldSince[slot] = seq;
  }

  private commit(block: Block, row: number, base: number): void {
    const s = this.state;
    const ints = block.ints;
    const slot = slotOf(
      this.terrain,
      ints[base + A] as number,
      ints[base + B] as number,
      ints[base + C] as number,
    );
    const generation = ints[base + F] as number;
    if (slot < 0 || generation < 0) return;
    const g = this.terrain.groupRows[ints[base + A] as number] as number;
    const member = ints[base + E] as number;
    if (generation >= (s.generation[g] as number) || this.mayCommit(slot, member, generation)) return;
    const seq = block.first + row;
    const at = block.floats[row * RECORD_FLOATS] as number;
    const entry = enter(s.partitions, 'stale-commit', slot % this.terrain.partitionCount, g, seq, at);
    if (entry === null || entry.violations > 1) return;
    entry.note = `${this.entityName(member)} with generation ${generation} of ${s.generation[g] as number}`;
    addPair(entry, s.begunBy[g] as number, seq);
  }

  /**
   * Where members move on one by one (cooperative, KIP-848), one may stand behind the newest generation and still commit
   * what it holds or has just given up, until somebody else has taken it.
   */
  private mayCommit(slot: number, member: number, generation: number): boolean {
    const s = this.state;
    if (look(s.putOut, member) > 0) return false;
    return (s.holder[slot] as number) < 0 || (s.heldIn[slot] as number) <= generation;
  }

  private zombie(block: Block, row: number, base: number, g: number, left: number): void {
    const s = this.state;
    const ints = block.ints;
    const seq = block.first + row;
    const entry: Entry | null = enter(
      s.zombies,
      'zombie',
      ints[base + B] as number,
      g,
      seq,
      block.floats[row * RECORD_FLOATS] as number,
    );
    if (entry === null || entry.violations > 1) return;
    entry.note = `${this.entityName(ints[base + D] as number)} acted with generation ${ints[base + F] as number}; the group is at ${s.generation[g] as number}`;
    addPair(entry, intAt(this.catalog.events.produced, ints[base + LID] as number), seq);
    addPair(entry, left, seq);
  }

  private crashed(entity: number): void {
    const s = this.state;
    for (let slot = 0; slot < s.holder.length; slot += 1) if (s.holder[slot] === entity) s.holder[slot] = -1;
    if (entity >= 0 && entity < s.putOut.length) s.putOut[entity] = 0;
  }

  private entityName(entity: number): string {
    return this.contract.entityNames[entity] ?? '-';
  }

  verdict(): CheckResult {
    const s = this.state;
    const groupText = (g: number): string => this.terrain.groups[g]?.name ?? '-';
    const zombies = list(
      [s.zombies],
      (subject) => eventSubjectText(this.catalog, this.contract, subject),
      groupText,
    );
    const partitions = list([s.partitions], (row) => this.terrain.partitionNames[row] ?? '-', groupText);
    const totals = [...partitions.totals, ...zombies.totals];
    const words: Partial<Record<AnomalyKind, readonly [string, string]>> = {
      overlap: [
        'partition was taken while another member held it',
        'partitions were taken while another member held them',
      ],
      'stale-commit': [
        'commit of an older generation was accepted',
        'commits of older generations were accepted',
      ],
      zombie: [
        'effect came from a member that the group had left behind',
        'effects came from members that the group had left behind',
      ],
    };
    const parts = totals.map(({ kind, count }) =>
      counted(count, words[kind]?.[0] ?? kind, words[kind]?.[1] ?? kind),
    );
    let refused = 0;
    for (const one of s.refused) refused += one;
    return {
      id: this.id,
      checker: this.check,
      of: null,
      verdict: parts.length > 0 ? 'invalid' : 'valid',
      reason:
        (parts.length > 0 ? `${parts.join('; ')}.` : 'No partition had two owners in one generation.') +
        (refused > 0 ? ` ${counted(refused, 'commit was', 'commits were')} refused.` : ''),
      anomalies: [...partitions.anomalies, ...zombies.anomalies].sort((a, b) => a.first.seq - b.first.seq),
      more: partitions.more + zombies.more,
      totals,
    };
  }
}
