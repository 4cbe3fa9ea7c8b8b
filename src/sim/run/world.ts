/**
 * A running world: everything that a scenario was built into, and the few things that can be done with it: go on, be
 * judged, be copied, be put back. Knows no family by name; the rooms' parts come from build.ts.
 */
import { clone, restoreInto } from '#sim/base/clone.ts';
import { assert, AssertionFailure } from '#sim/base/assert.ts';
import { formatTime, type SimTime } from '#sim/base/time.ts';
import type { Checker, CheckResult } from '#sim/checkers/verdict.ts';
import type { Kernel, KernelState } from '#sim/kernel/kernel.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import type { PacketNames } from '#sim/network/network.ts';
import { digestText } from '#sim/trace/digest.ts';
import type { Block } from '#sim/trace/block.ts';
import type { RecorderCheckpoint, TraceRecorder } from '#sim/trace/recorder.ts';
import type { Budget } from '#sim/run/budget.ts';
import type { MetricsSource, RunReport } from '#sim/run/report.ts';
import { reportOf } from '#sim/run/reporting.ts';

/**
 * Why a run ended: `until` = as far as was asked; `horizon` = the file's end; `quiescent` = sources stopped, faults
 * healed, nothing pending but periodic protocol timers; the limits are budgets (run/budget).
 */
export type StopReason = 'until' | 'horizon' | 'quiescent' | 'event-limit' | 'trace-limit' | 'message-limit';

/** What the trace's readers need besides the blocks. */
export interface TraceHeader {
  readonly entityNames: readonly string[];
  readonly catalog: Catalog;
  readonly packets: PacketNames;
}

/** Everything that decides how a run goes on, as plain data. Append-only columns are shared with the world by length. */
export interface Checkpoint {
  readonly kernel: KernelState;
  /** States of hosts, network, shared tables, entities and folds, in the world's own order. */
  readonly states: readonly unknown[];
  readonly catalog: Catalog;
  readonly recorder: RecorderCheckpoint;
  readonly stopped: StopReason | null;
}

/** Whatever holds plain data as `state` and finds it replaced after a restore. */
export interface Stateful {
  state: unknown;
}

export interface WorldParts {
  readonly kernel: Kernel;
  /** Hosts, network, tables that services share: what is neither entity nor fold. */
  readonly holders: readonly Stateful[];
  readonly catalog: Catalog;
  readonly recorder: TraceRecorder;
  readonly entityNames: readonly string[];
  readonly packets: PacketNames;
  readonly checkers: readonly Checker[];
  readonly metrics: MetricsSource | null;
  /** The same world from its beginning, storing its whole trace: what explains anomalies where this one stores none. */
  readonly again: () => World;
  readonly horizon: SimTime;
  readonly seed: number;
  readonly budget: Budget;
}

/** Events between two looks at the budgets. */
const BUDGET_EVERY = 4096;

export class World {
  readonly parts: WorldParts;
  private stopped: StopReason | null = null;

  constructor(parts: WorldParts) {
    this.parts = parts;
  }

  get now(): SimTime {
    return this.parts.kernel.now;
  }

  get events(): number {
    return this.parts.kernel.state.events;
  }

  /** Goes on for at most `events` events and to `until` µs at the latest. Null = there is more to do. */
  advance(limits: { readonly events?: number; readonly until?: SimTime } = {}): StopReason | null {
    if (this.stopped !== null && this.stopped !== 'until') return this.stopped;
    this.stopped = null;
    const { kernel, horizon } = this.parts;
    const until = limits.until === undefined ? horizon : Math.min(limits.until, horizon);
    const last = limits.events === undefined ? Infinity : kernel.state.events + limits.events;
    try {
      this.stopped = this.loop(until, last);
    } catch (error) {
      if (error instanceof AssertionFailure)
        error.message += ` (seed ${this.parts.seed}, ${formatTime(kernel.now)})`;
      throw error;
    }
    this.parts.recorder.settle();
    return this.stopped;
  }

  private loop(until: SimTime, last: number): StopReason | null {
    const { kernel, horizon } = this.parts;
    const { state } = kernel;
    // At the same events however the run is cut into slices.
    let look = nextLook(state.events);
    while (state.events < last) {
      if (state.queue.foreground === 0 && this.isQuiet()) return 'quiescent';
      if (!kernel.step(until)) {
        this.passTo(until);
        return until === horizon ? 'horizon' : 'until';
      }
      if (state.events >= look) {
        look = nextLook(state.events);
        const spent = this.overBudget();
        if (spent !== null) return spent;
      }
    }
    return null;
  }

  /** Nothing happens until then. */
  private passTo(until: SimTime): void {
    if (until === Infinity || until < this.parts.kernel.now) return;
    this.parts.kernel.passTo(until);
  }

  /** Nothing is pending but housekeeping, and no part expects anything to come of that. */
  private isQuiet(): boolean {
    const { kernel } = this.parts;
    for (let id = 0; id < kernel.entityCount; id += 1) {
      if (kernel.entity(id).busy?.(kernel.now) === true) return false;
    }
    return true;
  }

  private overBudget(): StopReason | null {
    const { budget, kernel, catalog, recorder } = this.parts;
    if (kernel.state.events >= budget.events) return 'event-limit';
    if (catalog.messages.lid.length >= budget.messages) return 'message-limit';
    if (recorder.level === 'full' && recorder.records >= budget.storedRecords) return 'trace-limit';
    return null;
  }

  /** Why it stopped, or null where it can go on. */
  get stopReason(): StopReason | null {
    return this.stopped;
  }

  /** Judges what has happened so far. */
  verdicts(): CheckResult[] {
    this.parts.recorder.settle();
    const end = { quiescent: this.stopped === 'quiescent', at: this.parts.kernel.now };
    return this.parts.checkers.map((checker) => checker.verdict(end));
  }

  digest(): string {
    const { recorder, entityNames, catalog } = this.parts;
    recorder.settle();
    return digestText(recorder.state.digest, entityNames, catalog.names, catalog.keys, recorder.records);
  }

  /** The stored trace: all of it at level `full`, its end at `window`, nothing but the current block at `none`. */
  trace(): { readonly blocks: readonly Block[]; readonly header: TraceHeader } {
    const { recorder, entityNames, catalog, packets } = this.parts;
    return { blocks: recorder.blocks(), header: { entityNames, catalog, packets } };
  }

  private stateful(): Stateful[] {
    const { kernel, holders, recorder } = this.parts;
    const entities: Stateful[] = [];
    for (let id = 0; id < kernel.entityCount; id += 1) entities.push(kernel.entity(id));
    return [...holders, ...entities, ...recorder.attached];
  }

  /** What the run has come to so far, as `run --json` prints it. */
  report(): RunReport {
    return reportOf(this, this.explaining());
  }

  /** A world whose stored trace holds every record so far. */
  private explaining(): World {
    const { recorder } = this.parts;
    if (recorder.level === 'full' || this.verdicts().every(({ anomalies }) => anomalies.length === 0))
      return this;
    const again = this.parts.again();
    again.advance({ events: this.events });
    assert(again.digest() === this.digest(), '[RUN-17] the same run again has another digest');
    return again;
  }

  checkpoint(): Checkpoint {
    const { kernel, catalog, recorder } = this.parts;
    recorder.settle();
    return {
      kernel: clone(kernel.state),
      states: this.stateful().map((holder) => clone(holder.state)),
      catalog: clone(catalog),
      recorder: recorder.checkpoint(),
      stopped: this.stopped,
    };
  }

  /** Puts this world, or another one that was built from the same scenario, where the checkpoint was taken. */
  restore(from: Checkpoint): void {
    const { kernel, catalog, recorder } = this.parts;
    kernel.restore(clone(from.kernel));
    this.stateful().forEach((holder, i) => {
      holder.state = clone(from.states[i]);
    });
    restoreInto(catalog, from.catalog);
    recorder.restore(from.recorder);
    this.stopped = from.stopped;
  }
}

function nextLook(events: number): number {
  return events - (events % BUDGET_EVERY) + BUDGET_EVERY;
}
