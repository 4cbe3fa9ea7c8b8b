/**
 * The life of processes: running, paused (deadlines pass while it sleeps), slow, crashed (volatile state and timers
 * gone, connections reset, durable state stays). A process holds one or more entities; each keeps its own volatile and
 * durable state and is told START, CRASHED and RESUMED. Clocks may be skewed and may drift: brokers and stores see
 * that clock, the kernel never does.
 */
import { assert } from '#sim/base/assert.ts';
import { intern, type Names } from '#sim/base/names.ts';
import type { SimTime } from '#sim/base/time.ts';
import { CRASHED, RESUMED, START, type Ctx } from '#sim/kernel/entity.ts';
import type { Kernel } from '#sim/kernel/kernel.ts';
import { ORDINARY_CLASS } from '#sim/kernel/queue.ts';
import * as emit from '#sim/trace/emit.ts';
import { ProcessState } from '#sim/trace/vocabulary.ts';

export interface ProcessStatus {
  readonly name: string;
  readonly entities: number[];
  state: number;
  /** Work takes this many times as long; 1 = as written. */
  factor: number;
  /** µs added to its clock, and parts per million by which it runs fast. */
  skew: number;
  drift: number;
}

export interface HostsState {
  readonly processes: ProcessStatus[];
  /** By entity: its process. */
  readonly processOf: number[];
}

/** What a process may do to itself: a program that dies of its own error, and the supervisor that starts it again. */
export interface ProcessControl {
  /** The calling entity's process ends now; it is started again after `restart` µs, or never for -1. */
  exit(ctx: Ctx, reason: string, restart: number): void;
  /** How many times as long work takes in the entity's process. */
  factor(entity: number): number;
}

/** Told when a process goes away, so that its peers' connections are reset. */
export interface ConnectionWatcher {
  processGone(ctx: Ctx, entities: readonly number[]): void;
}

export class Hosts implements ProcessControl {
  state: HostsState = { processes: [], processOf: [] };
  private readonly kernel: Kernel;
  private readonly names: Names;
  private watcher: ConnectionWatcher = { processGone: () => undefined };

  constructor(kernel: Kernel, names: Names) {
    this.kernel = kernel;
    this.names = names;
  }

  watchConnections(watcher: ConnectionWatcher): void {
    this.watcher = watcher;
  }

  /** Adds a process that holds `entities`; returns its number. */
  add(name: string, entities: readonly number[], skew = 0, drift = 0): number {
    const process = this.state.processes.length;
    this.state.processes.push({
      name,
      entities: [...entities],
      state: ProcessState.running,
      factor: 1,
      skew,
      drift,
    });
    for (const entity of entities) this.state.processOf[entity] = process;
    return process;
  }

  process(process: number): ProcessStatus {
    const found = this.state.processes[process];
    assert(found !== undefined, `[HOSTS-1] no process ${process}`);
    return found;
  }

  processOf(entity: number): number {
    return this.state.processOf[entity] ?? -1;
  }

  factor(entity: number): number {
    const process = this.processOf(entity);
    return process < 0 ? 1 : this.process(process).factor;
  }

  /** Whether the entity's process has crashed and has not been started again. */
  isDown(entity: number): boolean {
    const process = this.processOf(entity);
    return process >= 0 && (this.state.processes[process] as ProcessStatus).state === ProcessState.crashed;
  }

  /** What the entity's own clock shows. */
  clock(entity: number, now: SimTime): number {
    const process = this.processOf(entity);
    if (process < 0) return now;
    const { skew, drift } = this.process(process);
    return now + skew + Math.floor((now * drift) / 1_000_000);
  }

  /** Lets the entities of a process begin at time `at`. */
  startAt(process: number, at: SimTime): void {
    for (const entity of this.process(process).entities) {
      this.kernel.post(at, ORDINARY_CLASS, entity, entity, START);
    }
  }

  /** False where it is crashed already. `back` = when it will be started again, 0 = nobody has said so. */
  crash(process: number, reason: string, back: SimTime): boolean {
    const status = this.process(process);
    if (status.state === ProcessState.crashed) return false;
    this.change(status, ProcessState.crashed, reason, back);
    status.factor = 1;
    for (const entity of status.entities) {
      this.kernel.kill(entity);
      this.kernel.tell(entity, CRASHED);
    }
    this.watcher.processGone(this.kernel, status.entities);
    return true;
  }

  /** Starts a crashed process again. */
  start(process: number, reason: string): boolean {
    const status = this.process(process);
    if (status.state !== ProcessState.crashed) return false;
    this.change(status, ProcessState.running, reason, 0);
    for (const entity of status.entities) {
      this.kernel.post(this.kernel.now, ORDINARY_CLASS, entity, entity, START);
    }
    return true;
  }

  pause(process: number, reason: string, back: SimTime): boolean {
    const status = this.process(process);
    if (status.state !== ProcessState.running && status.state !== ProcessState.slow) return false;
    this.change(status, ProcessState.paused, reason, back);
    for (const entity of status.entities) this.kernel.freeze(entity);
    return true;
  }

  resume(process: number, reason: string): boolean {
    const status = this.process(process);
    if (status.state !== ProcessState.paused) return false;
    this.change(status, status.factor === 1 ? ProcessState.running : ProcessState.slow, reason, 0);
    for (const entity of status.entities) {
      this.kernel.tell(entity, RESUMED);
      this.kernel.thaw(entity);
    }
    return true;
  }

  /** Work takes `factor` times as long from now on; 1 ends it. */
  slow(process: number, factor: number, reason: string): boolean {
    const status = this.process(process);
    if (status.state === ProcessState.crashed) return false;
    status.factor = factor;
    if (status.state === ProcessState.paused) return true;
    this.change(status, factor === 1 ? ProcessState.running : ProcessState.slow, reason, 0);
    return true;
  }

  exit(ctx: Ctx, reason: string, restart: number): void {
    const process = this.processOf(ctx.self);
    this.crash(process, reason, restart < 0 ? 0 : ctx.now + restart);
    if (restart >= 0) this.supervise(process, ctx.now + restart);
  }

  /** The supervisor is an entity of its own (hosts/supervisor), so that starting again is an event like any other. */
  private supervise(process: number, at: SimTime): void {
    this.kernel.post(at, ORDINARY_CLASS, this.supervisor, this.supervisor, START_PROCESS, process);
  }

  private supervisor = -1;

  /** Adds the supervisor entity; once, when the world is built. */
  addSupervisor(): number {
    this.supervisor = this.kernel.add({
      state: null,
      handle: (event) => {
        if (event.kind === START_PROCESS) this.start(event.a, 'supervisor');
      },
    });
    return this.supervisor;
  }

  private change(status: ProcessStatus, state: number, reason: string, back: SimTime): void {
    status.state = state;
    const self = this.kernel.self;
    this.kernel.self = status.entities[0] ?? -1;
    emit.process(this.kernel, state, intern(this.names, reason), status.factor, back);
    this.kernel.self = self;
  }
}

const START_PROCESS = 16;
