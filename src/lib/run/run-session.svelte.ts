/**
 * The session as views have it: SessionCore's state in signals, each of which changes only where its value does, and the
 * pictures of the playhead derived from them when somebody looks.
 */
import type { Session } from '#lib/run/session.ts';
import type { FaultWords, Notice, RunStatus, Selection } from '#lib/run/session.ts';
import { SessionCore } from '#lib/run/session-core.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';
import type { Scene } from '#lib/scene/scene.ts';
import type { Timeline } from '#lib/scene/timeline.ts';
import { SimulationClient, type SimulationLink } from '#worker/client.ts';
import type { MachineGraph, Problem, RunReport, ScenarioSummary, StopReason } from '#worker/protocol.ts';

export class RunSession implements Session {
  text = $state.raw('');
  fileName = $state.raw('');
  summary = $state.raw<ScenarioSummary | null>(null);
  problems = $state.raw<readonly Problem[]>([]);
  seed = $state.raw(0);
  status = $state.raw<RunStatus>('idle');
  bug = $state.raw<string | null>(null);
  notice = $state.raw<Notice | null>(null);
  playhead = $state.raw(0);
  computedTo = $state.raw(0);
  end = $state.raw<number | null>(null);
  stopped = $state.raw<StopReason | null>(null);
  eventsPerSecond = $state.raw(0);
  playing = $state.raw(false);
  speed = $state.raw(1);
  trace = $state.raw<ReceivedTrace | null>(null);
  revision = $state.raw(0);
  report = $state.raw<RunReport | null>(null);
  machines = $state.raw<readonly MachineGraph[]>([]);
  selection = $state.raw<Selection | null>(null);
  idle = $state.raw(true);
  #place = $state.raw(0);
  readonly #core: SessionCore;

  readonly scene: Scene | null = $derived.by(() =>
    this.#core.sceneAt(this.trace, this.#place, this.playhead),
  );
  readonly timeline: Timeline | null = $derived.by(() => this.#timelineAt(this.trace, this.revision));

  constructor(link: SimulationLink = new SimulationClient()) {
    this.#core = new SessionCore(link);
    this.#core.changed = () => this.#copy();
    this.#copy();
  }

  #copy(): void {
    const core = this.#core;
    const { current, latest } = core;
    this.text = latest?.text ?? '';
    this.fileName = core.fileName;
    this.summary = current?.summary ?? null;
    this.problems = core.problems;
    this.seed = core.seed;
    this.status = core.status;
    this.bug = core.bug;
    this.notice = core.notice;
    this.playhead = core.playhead.time;
    this.#place = core.playhead.place;
    this.computedTo = current?.computedTo ?? 0;
    this.end = current?.end ?? null;
    this.stopped = current?.stopped ?? null;
    this.eventsPerSecond = latest?.eventsPerSecond ?? 0;
    this.playing = core.playhead.playing;
    this.speed = core.playhead.speed;
    this.trace = current?.trace ?? null;
    this.revision = core.revision;
    this.report = current?.report ?? null;
    this.machines = core.machines;
    this.selection = core.selection;
    this.idle = core.idle;
  }

  /** Made again when the trace has grown, which only `revision` tells. */
  #timelineAt(trace: ReceivedTrace | null, revision: number): Timeline | null {
    return revision < 0 ? null : this.#core.timeline(trace);
  }

  open(text: string, fileName?: string, seed?: number): Promise<boolean> {
    return this.#core.open(text, fileName, seed);
  }

  edit(text: string): Promise<boolean> {
    return this.#core.edit(text);
  }

  carry(text: string): void {
    this.#core.carry(text);
  }

  breakNow(fault: FaultWords): Promise<boolean> {
    return this.#core.breakNow(fault);
  }

  addFault(fault: FaultWords): Promise<boolean> {
    return this.#core.addFault(fault);
  }

  reseed(seed: number): Promise<boolean> {
    return this.#core.reseed(seed);
  }

  compute(): void {
    this.#core.compute();
  }

  stop(): void {
    this.#core.stop();
  }

  play(): void {
    this.#core.playhead.play();
  }

  pause(): void {
    this.#core.playhead.pause();
  }

  setSpeed(speed: number): void {
    this.#core.playhead.setSpeed(speed);
  }

  seek(time: number): void {
    this.#core.playhead.seek(time);
  }

  seekRecord(seq: number): void {
    this.#core.playhead.seekRecord(seq);
  }

  stepEvent(): void {
    this.#core.playhead.stepEvent();
  }

  stepBack(): void {
    this.#core.playhead.stepBack();
  }

  jumpToNextAnomaly(): void {
    this.#core.jumpToNextAnomaly();
  }

  jumpToPreviousAnomaly(): void {
    this.#core.jumpToPreviousAnomaly();
  }

  select(selection: Selection | null): void {
    this.#core.select(selection);
  }

  dismiss(): void {
    this.#core.dismiss();
  }

  close(): void {
    this.#core.close();
  }
}
