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
import { ensureInt, intAt, intColumn, type IntColumn } from '#sim/base/column.ts';
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
import { createTerrain, look, partitionRow, slotOf, type Terrain } from '#sim/checkers/terrain.ts';
import type { Checker, CheckResult, RunEnd } from '#sim/checkers/verdict.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import { nameOf } from '#sim/base/names.ts';
import { A, B, C, D, ENTITY, KIND, LID, type Block } from '#sim/trace/block.ts';
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
  /** By event × groups + group row: deliveries to handlers. */
  readonly deliveries: IntColumn;
  /** By entity: when its handler began, -1 = none runs. By group row: the longest one. */
  readonly began: Float64Array;
  readonly longest: Float64Array;
  readonly book: AnomalyBook;
}

const KINDS_READ: readonly KindName[] = [
  'append',
  'deliver',
  'handled',
  'commit',
  'assign',
  'process',
  'fault',
];

export class ProgressChecker implements Checker {
  readonly check = 'progress';
  readonly kinds = KINDS_READ;
  readonly id: string;
  state: ProgressState;
  private readonly spec: ProgressSpec;
  private readonly contract: CheckContract;
  private readonly catalog: Catalog;
  private readonly terrain: Terrain;
  /** By group row. */
  private readonly most: readonly number[];

  constructor(spec: ProgressSpec & { readonly id: string }, contract: CheckContract, catalog: Catalog) {
    this.id = spec.id;
    this.spec = spec;
    this.contract = contract;
    this.catalog = catalog;
    this.terrain = createTerrain(contract, catalog, spec.groups);
    this.most = this.terrain.groups.map((group) => spec.maxDeliveries ?? group.deliveries ?? MAX_DELIVERIES);
    const entities = contract.entityNames.length;
    this.state = {
      waits: createWaits(this.terrain.subscribed.length, this.terrain.partitionCount, entities),
      deliveries: intColumn('mutable'),
      began: new Float64Array(entities).fill(-1),
      longest: new Float64Array(this.terrain.groupCount),
      book: createBook(),
    };
  }

  fold(block: Block, rows: Int32Array, count: number): void {
    const ints = block.ints;
    const terrain = this.terrain;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      const base = row * RECORD_WORDS;
      const at = block.floats[row * RECORD_FLOATS] as number;
      switch (ints[base + KIND] as number) {
        case Kind.append:
          this.append(
            ints[base + A] as number,
            ints[base + B] as number,
            ints[base + C] as number,
            block.first + row,
            at,
          );
          break;
        case Kind.deliver:
          this.deliver(block, row, base, at);
          break;
        case Kind.handled:
          this.handled(ints[base + ENTITY] as number, look(terrain.groupRows, ints[base + A] as number), at);
          break;
        case Kind.commit: {
          const slot = slotOf(
            terrain,
            ints[base + A] as number,
            ints[base + B] as number,
            ints[base + C] as number,
          );
          if (slot >= 0) advanced(this.state.waits, slot, ints[base + D] as number, block.first + row, at);
          break;
        }
        case Kind.assign: {
          const slot = slotOf(
            terrain,
            ints[base + A] as number,
            ints[base + B] as number,
            ints[base + C] as number,
          );
          if (slot >= 0) setHolder(this.state.waits, slot, ints[base + D] as number, block.first + row, at);
          break;
        }
        case Kind.process:
          this.process(ints[base + ENTITY] as number, ints[base + A] as number, block.first + row, at);
          break;
        default:
          if (HOLDING_UP.has(nameOf(this.catalog.names, ints[base + C] as number))) {
            this.fault(ints[base + B] === 1, block.first + row, at);
          }
      }
    }
  }

  private append(topic: number, partition: number, offset: number, seq: number, at: number): void {
    const p = partitionRow(this.terrain, topic, partition);
    if (p < 0) return;
    const waits = this.state.waits;
    const readers = this.terrain.readers[p] as Int32Array;
    for (let i = 0; i < readers.length; i += 1) {
      arrived(waits, (readers[i] as number) * this.terrain.partitionCount + p, p, seq, at);
    }
    if (offset + 1 > (waits.logEnd[p] as number)) waits.logEnd[p] = offset + 1;
  }

  private deliver(block: Block, row: number, base: number, at: number): void {
    const s = this.state;
    const ints = block.ints;
    const lid = ints[base + LID] as number;
    const entity = ints[base + ENTITY] as number;
    const slot = slotOf(
      this.terrain,
      ints[base + A] as number,
      ints[base + B] as number,
      ints[base + C] as number,
    );
    if (slot < 0 || lid < 0) return;
    const g = this.terrain.groupRows[ints[base + A] as number] as number;
    const offset = ints[base + D] as number;
    if (offset + 1 > (s.waits.read[slot] as number)) s.waits.read[slot] = offset + 1;
    if (entity >= 0 && entity < s.began.length) s.began[entity] = at;
    const index = lid * this.terrain.groupCount + g;
    if (index >= s.deliveries.length) ensureInt(s.deliveries, index + 1);
    const times = (s.deliveries.data[index] as number) + 1;
    s.deliveries.data[index] = times;
    if (times <= (this.most[g] as number)) return;
    const entry = enter(s.book, 'stuck', eventSubject(this.catalog, lid), g, block.first + row, at);
    if (entry === null) return;
    entry.count = times > entry.count ? times : entry.count;
    entry.note = `delivered ${entry.count} times; at most ${this.most[g]} are declared`;
    if (entry.violations === 1) addPair(entry, intAt(this.catalog.events.produced, lid), block.first + row);
  }

  private handled(entity: number, g: number, at: number): void {
    const s = this.state;
    if (g < 0 || entity < 0 || entity >= s.began.length) return;
    const began = s.began[entity] as number;
    if (began >= 0 && at - began > (s.longest[g] as number)) s.longest[g] = at - began;
    s.began[entity] = -1;
  }

  private process(entity: number, state: number, seq: number, at: number): void {
    const s = this.state;
    if (entity < 0 || entity >= s.began.length) return;
    if (state === ProcessState.crashed) s.began[entity] = -1;
    setHealth(s.waits, entity, state === ProcessState.running, state === ProcessState.crashed, seq, at);
  }

  private fault(active: boolean, seq: number, at: number): void {
    const waits = this.state.waits;
    for (let slot = 0; slot < waits.since.length; slot += 1) noteChange(waits, slot, seq, at);
    waits.faults += active ? 1 : waits.faults > 0 ? -1 : 0;
  }

  private windowOf(g: number): number {
    const timeout = this.terrain.groups[g]?.sessionTimeout ?? 0;
    return this.spec.window ?? timeout + 2 * (this.state.longest[g] as number);
  }

  verdict(end: RunEnd): CheckResult {
    const s = this.state;
    const terrain = this.terrain;
    const partitions = createBook();
    for (let slot = 0; slot < terrain.subscribed.length; slot += 1) {
      if (terrain.subscribed[slot] !== 1) continue;
      const g = Math.floor(slot / terrain.partitionCount);
      const autoCommit = terrain.groups[g]?.autoCommit === true;
      const found = stuckAt(s.waits, slot, this.windowOf(g), end.at, end.quiescent, autoCommit);
      if (found === null) continue;
      const entry = enter(partitions, 'stuck', slot % terrain.partitionCount, g, found.seq, found.at);
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
