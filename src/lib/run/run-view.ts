/**
 * One run as the page has it: its summary, what has arrived of its trace, and its scenes. A document that is run again
 * gets a new one, which takes the old one's place as soon as it reaches the playhead.
 */
import { ReceivedTrace } from '#lib/scene/received-trace.ts';
import { SceneAt } from '#lib/scene/scene-at.ts';
import type { RunReport, ScenarioSummary, SimulationEvent, StopReason } from '#worker/protocol.ts';

export class RunView {
  readonly number: number;
  /** The document as it stands; what it says about the run never changes. */
  text: string;
  readonly seed: number;
  readonly summary: ScenarioSummary;
  readonly trace: ReceivedTrace;
  readonly scenes: SceneAt;
  computedTo = 0;
  eventsPerSecond = 0;
  stopped: StopReason | null = null;
  computing = false;
  report: RunReport | null = null;

  constructor(number: number, text: string, seed: number, summary: ScenarioSummary) {
    this.number = number;
    this.text = text;
    this.seed = seed;
    this.summary = summary;
    this.trace = new ReceivedTrace(summary.topology.entityNames, new Map(summary.topology.packets));
    this.scenes = new SceneAt(this.trace, summary.topology);
  }

  take(event: SimulationEvent): void {
    switch (event.kind) {
      case 'trace':
        this.trace.append(event.first, event.rows, event.count, event.tables);
        this.scenes.extend();
        return;
      case 'progress':
        this.computedTo = event.computedTo;
        this.eventsPerSecond = event.eventsPerSecond;
        this.stopped = event.stopped;
        this.computing = event.computing;
        return;
      case 'report':
        this.report = event.report;
        return;
      case 'bug':
        this.computing = false;
    }
  }

  /** Where the run ended; null while it may go on. */
  get end(): number | null {
    return this.stopped === null || this.stopped === 'until' ? null : this.computedTo;
  }
}
