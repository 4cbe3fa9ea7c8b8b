/** A SimulationLink without a worker: the very Simulation in this process, which can be made to die or to be slow. */
import { nodeSimulation } from './received-run.ts';
import type { SimulationLink } from '#worker/client.ts';
import type { MachineGraph, OpenAnswer, OpenOptions, RunBudget, SimulationEvent } from '#worker/protocol.ts';
import type { Simulation } from '#worker/simulation.ts';
import type { PlaybackClock } from '#lib/run/clock.ts';

export class FakeLink implements SimulationLink {
  onEvent: (event: SimulationEvent) => void = () => undefined;
  onLost: (reason: string) => void = () => undefined;
  opened: { readonly text: string; readonly seed: number | undefined }[] = [];
  /** How many times it dies, each time of its first chunk. */
  deathsAhead = 0;
  private simulation = this.live();

  private live(): Simulation {
    const simulation: Simulation = nodeSimulation((event) => {
      if (simulation !== this.simulation) return;
      if (event.kind !== 'trace' || this.deathsAhead === 0) return this.onEvent(event);
      this.deathsAhead -= 1;
      this.die();
    });
    return simulation;
  }

  die(): void {
    this.simulation.stop();
    this.simulation = this.live();
    this.onLost('The simulation died.');
  }

  async open(text: string, options: OpenOptions): Promise<OpenAnswer> {
    this.opened.push({ text, seed: options.seed });
    return await this.simulation.open(text, options);
  }

  async machines(): Promise<readonly MachineGraph[]> {
    return await Promise.resolve(this.simulation.machines());
  }

  runTo(run: number, time: number | 'end'): void {
    this.simulation.runTo(run, time);
  }

  stop(): void {
    this.simulation.stop();
  }

  setBudget(budget: RunBudget): void {
    this.simulation.setBudget(budget);
  }

  report(): void {
    this.simulation.report();
  }

  acknowledge(run: number): void {
    this.simulation.acknowledge(run);
  }

  close(): void {
    this.simulation.stop();
  }
}

/** Wall time that passes when the test says so. */
export class HandClock implements PlaybackClock {
  private tick: ((milliseconds: number) => void) | null = null;

  start(tick: (milliseconds: number) => void): void {
    this.tick = tick;
  }

  stop(): void {
    this.tick = null;
  }

  get running(): boolean {
    return this.tick !== null;
  }

  pass(milliseconds: number): void {
    this.tick?.(milliseconds);
  }
}
