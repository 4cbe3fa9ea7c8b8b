/**
 * One run at a time, advanced in slices of some milliseconds of wall time, so that stop, open and ping are heard in
 * between whatever the run. Says what happened as SimulationEvents; at most a few trace chunks are on their way, so that
 * a slow page is never flooded. Knows nothing of workers or ports: those are given to it.
 */
import { buildWorldOf } from '#sim/run/build-world.ts';
import { describeScenario } from '#sim/run/describe.ts';
import type { BrokerFamily } from '#sim/run/family.ts';
import { machineGraphs } from '#sim/run/machine-graphs.ts';
import type { ReportedAnomaly, ReportedVerdict } from '#sim/run/report.ts';
import { reportAnomaly, reportOf, reportVerdict } from '#sim/run/reporting.ts';
import type { World } from '#sim/run/world.ts';
import { parseScenario } from '#sim/scenario/parse.ts';
import type { MachineGraph, OpenAnswer, OpenOptions, RunBudget, SimulationEvent } from '#worker/protocol.ts';
import { familiesFor } from '#worker/families.ts';
import { CHUNK_RECORDS, TraceSender } from '#worker/trace-sender.ts';

const SLICE_MS = 8;
/** Some hundred microseconds of ordinary events; transitions of machines can take 0.1 ms each. */
const EVENTS_BETWEEN_CLOCK_READS = 256;
const PROGRESS_EVERY_MS = 100;
const CHUNKS_UNDER_WAY = 4;
const RECORDS_WAITING = 4 * CHUNK_RECORDS;

/** Limits of a run in the lab: a trace of 128 MB, here and once more on the page. */
export const labBudget: RunBudget = { events: 20_000_000, messages: 2_000_000, storedRecords: 2_000_000 };

export interface Surroundings {
  emit(event: SimulationEvent): void;
  /** Wall time in milliseconds. */
  clock(): number;
  /** Lets messages in. */
  pause(): Promise<void>;
}

interface Run {
  readonly number: number;
  readonly world: World;
  readonly sender: TraceSender;
}

export class Simulation {
  private readonly around: Surroundings;
  private run: Run | null = null;
  private target: number | 'end' = 0;
  private computing = false;
  /** Something was asked for since computing last looked. */
  private asked = false;
  private stopping = false;
  private reportWanted = false;
  /** Trace chunks that the page has not acknowledged. */
  private underWay = 0;
  private budget = labBudget;
  private opened: Promise<unknown> = Promise.resolve();
  /** Those that the latest run needs. */
  private families: readonly BrokerFamily[] = [];

  constructor(around: Surroundings) {
    this.around = around;
  }

  /** Answers in the order of asking, though a family may have to be loaded first. */
  async open(text: string, options: OpenOptions): Promise<OpenAnswer> {
    const answer = this.opened.then(async () => await this.openNow(text, options));
    this.opened = answer;
    return await answer;
  }

  private async openNow(text: string, options: OpenOptions): Promise<OpenAnswer> {
    try {
      const parsed = parseScenario(text);
      if (!parsed.ok) return { kind: 'refused', problems: parsed.problems };
      const scenario = parsed.value;
      this.budget = options.budget ?? this.budget;
      this.families = await familiesFor(scenario);
      const { families, budget } = this;
      const world = buildWorldOf(scenario, { level: 'full', seed: options.seed, budget }, families);
      const { seed, entityNames, packets } = world.parts;
      this.run = { number: options.run, world, sender: new TraceSender(world, options.run) };
      this.target = 0;
      this.asked = false;
      this.reportWanted = false;
      this.underWay = 0;
      const { title, question, expect, warnings } = scenario;
      const topology = describeScenario(scenario, seed, entityNames, packets);
      const summary = { title, question, expect, warnings, topology };
      return { kind: 'opened', run: options.run, seed, summary };
    } catch (error) {
      return { kind: 'bug', message: messageOf(error) };
    }
  }

  runTo(run: number, time: number | 'end'): void {
    if (run !== this.run?.number) return;
    this.target = time;
    this.stopping = false;
    this.wake();
  }

  stop(): void {
    this.stopping = true;
  }

  setBudget(budget: RunBudget): void {
    this.budget = budget;
  }

  report(): void {
    this.reportWanted = true;
    this.wake();
  }

  machines(): readonly MachineGraph[] {
    return machineGraphs(this.families);
  }

  /** The page has taken a chunk in. */
  acknowledge(run: number): void {
    if (run === this.run?.number) this.underWay = Math.max(0, this.underWay - 1);
  }

  private wake(): void {
    this.asked = true;
    if (this.computing) return;
    this.computing = true;
    void this.work().finally(() => {
      this.computing = false;
    });
  }

  private async work(): Promise<void> {
    while (this.asked && this.run !== null) {
      const { run } = this;
      this.asked = false;
      try {
        await this.compute(run);
      } catch (error) {
        this.around.emit({ kind: 'bug', run: run.number, message: messageOf(error) });
      }
    }
  }

  /** Slice by slice until the run is as far as was asked, is stopped, or is no longer the current one. */
  private async compute(run: Run): Promise<void> {
    const { clock, pause } = this.around;
    const { world } = run;
    const began = clock();
    const eventsBefore = world.events;
    const rate = (): number => ((world.events - eventsBefore) * 1000) / Math.max(1, clock() - began);
    let told = began;
    let ended = this.isThere(run);
    while (!ended && !this.stopping) {
      const sliceEnd = clock() + SLICE_MS;
      while (!ended && clock() < sliceEnd && run.sender.waiting < RECORDS_WAITING) ended = this.goOn(run);
      this.send(run);
      if (!ended && clock() - told > PROGRESS_EVERY_MS) {
        told = clock();
        this.progress(run, true, rate());
      }
      await pause();
      if (run !== this.run) return;
      if (this.reportWanted) await this.tellReport(run);
    }
    while (run === this.run && run.sender.waiting > 0) {
      this.send(run);
      await pause();
    }
    if (run === this.run && (isOver(world) || this.reportWanted)) await this.tellReport(run);
    if (run === this.run) this.progress(run, false, rate());
  }

  /** True where the run is as far as was asked. */
  private goOn({ world }: Run): boolean {
    const until = this.target === 'end' ? undefined : this.target;
    return world.advance({ events: EVENTS_BETWEEN_CLOCK_READS, until }) !== null;
  }

  private isThere({ world }: Run): boolean {
    if (isOver(world)) return true;
    return this.target !== 'end' && world.now >= this.target && world.stopReason === 'until';
  }

  /** Sends what waits, as far as the page keeps up. */
  private send(run: Run): void {
    while (this.underWay < CHUNKS_UNDER_WAY) {
      const chunk = run.sender.next();
      if (chunk === null) return;
      this.underWay += 1;
      this.around.emit(chunk);
    }
  }

  private progress({ number, world, sender }: Run, computing: boolean, eventsPerSecond: number): void {
    const { events, stopReason: stopped } = world;
    const computedTo = sender.sentTo(stopped === null);
    this.around.emit({
      kind: 'progress',
      run: number,
      computedTo,
      events,
      eventsPerSecond: Math.round(eventsPerSecond),
      computing,
      stopped,
    });
  }

  /** A chain is a walk through the stored trace: one anomaly at a time, so that a long list does not deafen. */
  private async tellReport(run: Run): Promise<void> {
    const { world } = run;
    this.reportWanted = false;
    const { blocks } = world.trace();
    const verdicts: ReportedVerdict[] = [];
    for (const result of world.verdicts()) {
      const anomalies: ReportedAnomaly[] = [];
      for (const anomaly of result.anomalies) {
        anomalies.push(reportAnomaly(anomaly, blocks));
        await this.around.pause();
        if (run !== this.run) return;
      }
      verdicts.push({ ...reportVerdict({ ...result, anomalies: [] }, blocks), anomalies });
    }
    const report = reportOf(world, world, verdicts);
    this.around.emit({ kind: 'report', run: run.number, final: isOver(world), report });
  }
}

function isOver(world: World): boolean {
  return world.stopReason !== null && world.stopReason !== 'until';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
