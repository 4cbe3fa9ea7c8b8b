/**
 * V26 progress (liveness). Two ways of being `stuck`:
 * - a partition: records stand behind a group's committed offset, the member that holds it or held it last is healthy
 *   (its process runs, neither paused nor slowed; a rebalance is no excuse), no fault is active that may hold up the group (a crash, pause, slowness, partition,
 *   latency or disk fault: liveness is judged when faults are healed), and for longer than a window W the committed
 *   offset does not advance. W is the claim's, else the session timeout plus twice the longest handler of the run.
 *   At quiescence it is stuck at once where records were never read, or nobody commits by itself any more;
 * - a record that is delivered more than N_max times in a group (a poison loop): N_max is the claim's, else the
 *   deliveries in total that the service declares, else 1,000.
 * The subject is the partition (`orders-3`), or the record's key. Left out: partitions that nobody ever held.
 */
import { intAt } from '#sim/base/column.ts';
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
import type { CheckContract, ProgressSpec } from '#sim/checkers/contract.ts';
import {
  advanced,
  arrived,
  createWaits,
  noteChange,
  setHealth,
  setHolder,
  stuckAt,
  type WaitState,
} from '#sim/checkers/progress-waits.ts';
import { createTerrain, slotOf, type Terrain } from '#sim/checkers/terrain.ts';
import {
  createWithdrawals,
  foldWithdrawal,
  onlyWithdrawn,
  type Withdrawals,
} from '#sim/checkers/withdrawals.ts';
import type { Checker, CheckResult, RunEnd } from '#sim/checkers/verdict.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import { nameOf } from '#sim/base/names.ts';
import { A, B, C, D, ENTITY, KIND, LID, type Block } from '#sim/trace/block.ts';
import { look, partitionRow } from '#sim/trace/dimensions.ts';
import { deliveriesOf, mostDeliveries, serviceRow, type History } from '#sim/trace/history.ts';
import { endOfRun } from '#sim/trace/fold.ts';
import type { KindName } from '#sim/trace/vocabulary.ts';
import { Kind, ProcessState, RECORD_FLOATS, RECORD_WORDS } from '#sim/trace/vocabulary.ts';

const MAX_DELIVERIES = 1_000;
const HOLDING_UP: ReadonlySet<string> = new Set([
  'crash',
  'pause',
  'slow',
  'partition',
  'latency',
  'disk',
  'profile',
]);

interface ProgressState {
  readonly waits: WaitState;
  readonly book: AnomalyBook;
  /** What transactions took back; null where the scenario has none. */
  readonly withdrawals: Withdrawals | null;
}

const KINDS_READ: readonly KindName[] = ['append', 'deliver', 'commit', 'assign', 'process', 'fault'];

export class ProgressChecker implements Checker {
  readonly check = 'progress';
  readonly kinds: readonly KindName[];
  readonly apart: readonly (readonly KindName[])[] = [['append'], ['deliver']];
  readonly id: string;
  state: ProgressState;
  private readonly spec: ProgressSpec;
  private readonly contract: CheckContract;
  private readonly catalog: Catalog;
  private readonly history: History;
  private readonly terrain: Terrain;
  /** By group row. */
  private readonly most: readonly number[];

  constructor(
    spec: ProgressSpec & { readonly id: string },
    contract: CheckContract,
    catalog: Catalog,
    history: History,
  ) {
    this.id = spec.id;
    this.spec = spec;
    this.contract = contract;
    this.catalog = catalog;
    this.history = history;
    this.terrain = createTerrain(contract, catalog, spec.groups);
    this.most = this.terrain.groups.map((group) => spec.maxDeliveries ?? group.deliveries ?? MAX_DELIVERIES);
    const entities = contract.entityNames.length;
    const transactional = contract.transactional === true;
    this.kinds = transactional ? [...KINDS_READ, 'marker'] : KINDS_READ;
    this.state = {
      waits: createWaits(this.terrain.subscribed.length, this.terrain.partitionCount, entities),
      book: createBook(),
      withdrawals: transactional ? createWithdrawals(this.terrain.partitionCount) : null,
    };
  }

  fold(block: Block, rows: Int32Array, count: number): void {
    for (let from = 0; from < count;) {
      const to = endOfRun(block, rows, from, count);
      const kind = block.ints[(rows[from] as number) * RECORD_WORDS + KIND] as number;
      if (kind === Kind.append) this.append(block, rows, from, to);
      else if (kind !== Kind.deliver)
        for (let i = from; i < to; i += 1) this.seldom(block, rows[i] as number);
      else if (this.mayLoop()) for (let i = from; i < to; i += 1) this.deliver(block, rows, i, count);
      from = to;
    }
  }

  private append(block: Block, rows: Int32Array, from: number, to: number): void {
    const { ints, floats } = block;
    const { terrain } = this;
    const { waits, withdrawals } = this.state;
    const { logEnd } = waits;
    for (let i = from; i < to; i += 1) {
      const row = rows[i] as number;
      const base = row * RECORD_WORDS;
      if (withdrawals !== null) foldWithdrawal(withdrawals, terrain, block, row);
      const p = partitionRow(terrain, ints[base + A] as number, ints[base + B] as number);
      if (p < 0) continue;
      const readers = terrain.readers[p] as Int32Array;
      for (let r = 0; r < readers.length; r += 1) {
        const slot = (readers[r] as number) * terrain.partitionCount + p;
        arrived(waits, slot, p, block.first + row, floats[row * RECORD_FLOATS] as number);
      }
      const end = (ints[base + C] as number) + 1;
      if (end > (logEnd[p] as number)) logEnd[p] = end;
    }
  }

  /** Whether any record was delivered more often than its group allows. */
  private mayLoop(): boolean {
    for (let g = 0; g < this.most.length; g += 1) {
      const delivered = mostDeliveries(this.history, this.terrain.contractRows[g] as number);
      if (delivered > (this.most[g] as number)) return true;
    }
    return false;
  }

  private seldom(block: Block, row: number): void {
    const { terrain } = this;
    const { waits, withdrawals } = this.state;
    const base = row * RECORD_WORDS;
    const word = (field: number): number => block.ints[base + field] as number;
    const seq = block.first + row;
    const at = block.floats[row * RECORD_FLOATS] as number;
    switch (word(KIND)) {
      case Kind.marker:
        if (withdrawals !== null) foldWithdrawal(withdrawals, terrain, block, row);
        break;
      case Kind.commit: {
        const slot = slotOf(terrain, word(A), word(B), word(C));
        if (slot >= 0) advanced(waits, slot, word(D), seq, at);
        break;
      }
      case Kind.assign: {
        const slot = slotOf(terrain, word(A), word(B), word(C));
        if (slot >= 0) setHolder(waits, slot, word(D), seq, at);
        break;
      }
      case Kind.process:
        this.process(word(ENTITY), word(A), seq, at);
        break;
      default:
        if (HOLDING_UP.has(nameOf(this.catalog.names, word(C)))) this.fault(word(B) === 1, seq, at);
    }
  }

  private deliver(block: Block, rows: Int32Array, i: number, count: number): void {
    const { terrain, history } = this;
    const { ints } = block;
    const row = rows[i] as number;
    const base = row * RECORD_WORDS;
    const lid = ints[base + LID] as number;
    const g = look(terrain.groupRows, ints[base + A] as number);
    if (g < 0) return;
    const service = serviceRow(history, lid, terrain.contractRows[g] as number);
    let times = deliveriesOf(history.state, service);
    if (times <= (this.most[g] as number)) return;
    // the history has counted what comes later in this block too
    for (let later = i + 1; later < count; later += 1) {
      const other = (rows[later] as number) * RECORD_WORDS;
      const same =
        ints[other + KIND] === Kind.deliver &&
        ints[other + LID] === lid &&
        ints[other + A] === ints[base + A];
      if (same) times -= 1;
    }
    if (times <= (this.most[g] as number)) return;
    const seq = block.first + row;
    const at = block.floats[row * RECORD_FLOATS] as number;
    const entry = enter(this.state.book, 'stuck', eventSubject(this.catalog, lid), g, seq, at);
    if (entry === null) return;
    entry.count = times > entry.count ? times : entry.count;
    entry.note = `delivered ${entry.count} times; at most ${this.most[g]} are declared`;
    if (entry.violations === 1) addPair(entry, intAt(this.catalog.events.produced, lid), seq);
  }

  private process(entity: number, state: number, seq: number, at: number): void {
    const s = this.state;
    if (entity < 0 || entity >= s.waits.unwell.length) return;
    setHealth(s.waits, entity, state === ProcessState.running, state === ProcessState.crashed, seq, at);
  }

  private fault(active: boolean, seq: number, at: number): void {
    const waits = this.state.waits;
    for (let slot = 0; slot < waits.since.length; slot += 1) noteChange(waits, slot, seq, at);
    waits.faults += active ? 1 : waits.faults > 0 ? -1 : 0;
  }

  private windowOf(g: number): number {
    const timeout = this.terrain.groups[g]?.sessionTimeout ?? 0;
    const longest = this.history.state.longest[this.terrain.contractRows[g] as number] as number;
    return this.spec.window ?? timeout + 2 * longest;
  }

  verdict(end: RunEnd): CheckResult {
    const s = this.state;
    const terrain = this.terrain;
    const partitions = createBook();
    for (let slot = 0; slot < terrain.subscribed.length; slot += 1) {
      if (terrain.subscribed[slot] !== 1) continue;
      const g = Math.floor(slot / terrain.partitionCount);
      if (this.nothingLeft(slot, g)) continue;
      const autoCommit = terrain.groups[g]?.autoCommit === true;
      const p = slot % terrain.partitionCount;
      const read = this.history.state.read[(terrain.contractRows[g] as number) * terrain.partitionCount + p];
      const reading = { read: read as number, autoCommit };
      const found = stuckAt(s.waits, slot, this.windowOf(g), end, reading);
      if (found === null) continue;
      const entry = enter(partitions, 'stuck', p, g, found.seq, found.at);
      if (entry === null) continue;
      entry.note = found.note;
      addPair(entry, found.seq, found.seq);
    }
    const groupText = (g: number): string => terrain.groups[g]?.name ?? '-';
    const loops = list(
      [s.book],
      (subject) => eventSubjectText(this.catalog, this.contract, subject),
      groupText,
    );
    const still = list([partitions], (row) => terrain.partitionNames[row] ?? '-', groupText);
    const parts: string[] = [];
    if (still.anomalies.length > 0) {
      parts.push(
        `${counted(still.anomalies.length, 'partition', 'partitions')} stood still although the consumer was healthy`,
      );
    }
    if (loops.anomalies.length > 0) {
      parts.push(`${counted(s.book.rows.size, 'record was', 'records were')} delivered over and over`);
    }
    const held = s.waits.faults > 0 && this.behind();
    const count = still.anomalies.length + s.book.rows.size;
    return {
      id: this.id,
      checker: this.check,
      of: null,
      verdict: parts.length > 0 ? 'invalid' : held ? 'unknown' : 'valid',
      reason:
        parts.length > 0
          ? `${parts.join('; ')}.`
          : held
            ? 'A fault is still active, and records wait behind a committed offset.'
            : 'Every partition with a healthy consumer went on.',
      anomalies: [...still.anomalies, ...loops.anomalies].sort((a, b) => a.first.seq - b.first.seq),
      more: 0,
      totals: count > 0 ? [{ kind: 'stuck', count }] : [],
    };
  }

  /** Behind the committed offset stands nothing but what transactions took back, which this group is never given. */
  private nothingLeft(slot: number, g: number): boolean {
    const { waits, withdrawals } = this.state;
    if (withdrawals === null || this.terrain.groups[g]?.readCommitted !== true) return false;
    const p = slot % this.terrain.partitionCount;
    const from = waits.committed[slot] as number;
    const end = waits.logEnd[p] as number;
    const waited = (waits.longest[slot] as number) > this.windowOf(g);
    return !waited && from < end && onlyWithdrawn(withdrawals, p, from, end);
  }

  private behind(): boolean {
    const waits = this.state.waits;
    const partitions = this.terrain.partitionCount;
    for (let slot = 0; slot < waits.since.length; slot += 1) {
      const waiting = (waits.logEnd[slot % partitions] as number) > (waits.committed[slot] as number);
      if (this.terrain.subscribed[slot] === 1 && waiting) return true;
    }
    return false;
  }
}
