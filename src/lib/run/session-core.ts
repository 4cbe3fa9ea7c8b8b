/**
 * The session without its reactivity: what is open and what is being computed. The worker computes, this remembers what
 * it takes to have it computed again (text and seed), and tells `changed` whenever something that a view may show is
 * different.
 */
import type { SimTime } from '#sim/base/time.ts';
import { FrameClock, type PlaybackClock } from '#lib/run/clock.ts';
import { strikesAt, withFault } from '#lib/run/fault-text.ts';
import { Playhead } from '#lib/run/playhead.ts';
import { RunView } from '#lib/run/run-view.ts';
import type { FaultWords, Notice, RunStatus, Selection } from '#lib/run/session.ts';
import { words } from '#lib/run/words.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';
import type { Scene } from '#lib/scene/scene.ts';
import { timelineOf, verdictMarks } from '#lib/scene/timeline-of.ts';
import type { Timeline, VerdictMark } from '#lib/scene/timeline.ts';
import type { SimulationLink } from '#worker/client.ts';
import type { MachineGraph, Problem, SimulationEvent } from '#worker/protocol.ts';

/** What a document is run with. */
interface Asked {
  readonly text: string;
  readonly fileName: string;
  /** Undefined = the file's. */
  readonly seed: number | undefined;
  /** The run is shown once it is known up to here. */
  readonly until: SimTime;
  readonly notice: Notice | null;
}

export class SessionCore {
  changed: () => void = () => undefined;
  fileName = '';
  problems: readonly Problem[] = [];
  bug: string | null = null;
  notice: Notice | null = null;
  machines: readonly MachineGraph[] = [];
  selection: Selection | null = null;
  revision = 0;
  /** What is shown. */
  current: RunView | null = null;
  readonly playhead: Playhead;
  /** What will be shown instead as soon as it reaches the playhead. */
  private incoming: RunView | null = null;
  private opening = 0;
  private runs = 0;
  private deaths = 0;
  private shown: { readonly key: string; readonly scene: Scene } | null = null;
  private readonly link: SimulationLink;

  constructor(link: SimulationLink, clock: PlaybackClock = new FrameClock()) {
    this.link = link;
    this.playhead = new Playhead(clock, () => this.changed());
    link.onEvent = (event) => this.take(event);
    link.onLost = (reason) => void this.restart(reason);
  }

  get status(): RunStatus {
    if (this.bug !== null) return 'bug';
    if (this.isComputing) return 'computing';
    return this.problems.length > 0 ? 'refused' : 'idle';
  }

  private get isComputing(): boolean {
    return this.opening > 0 || this.incoming !== null || this.current?.computing === true;
  }

  get idle(): boolean {
    return !this.isComputing && !this.playhead.playing;
  }

  /** The run that was asked for last. */
  get latest(): RunView | null {
    return this.incoming ?? this.current;
  }

  get seed(): number {
    return this.latest?.seed ?? 0;
  }

  async open(text: string, fileName = 'scenario.json', seed?: number): Promise<boolean> {
    this.playhead.pause();
    const opened = await this.run({ text, fileName, seed, until: 0, notice: null });
    if (opened) this.select(null);
    return opened;
  }

  async edit(text: string): Promise<boolean> {
    if (text === this.latest?.text) return true;
    return await this.again(text, words.runsAgain(this.seed));
  }

  /** The run stays as it is: the text says the same about it. */
  carry(text: string): void {
    for (const view of [this.current, this.incoming]) if (view !== null) view.text = text;
    this.changed();
  }

  async breakNow(fault: FaultWords): Promise<boolean> {
    if (this.latest === null) return false;
    const at = this.playhead.time + 1;
    return await this.again(
      withFault(this.latest.text, strikesAt(fault, at)),
      words.faultAdded(this.seed, at),
    );
  }

  async addFault(fault: FaultWords): Promise<boolean> {
    if (this.latest === null) return false;
    return await this.again(withFault(this.latest.text, fault), words.faultAdded(this.seed, null));
  }

  async reseed(seed: number): Promise<boolean> {
    if (this.latest === null) return false;
    return await this.again(this.latest.text, words.reseeded(seed), seed);
  }

  private async again(text: string, sentence: string, seed = this.latest?.seed): Promise<boolean> {
    const notice: Notice = { kind: 'recomputed', sentence };
    return await this.run({ text, fileName: this.fileName, seed, until: this.playhead.time, notice });
  }

  /** Has a document computed to its end. Answers come in the order of questions. */
  private async run(asked: Asked): Promise<boolean> {
    this.runs += 1;
    const number = this.runs;
    this.opening += 1;
    this.changed();
    try {
      const answer = await this.link.open(asked.text, { run: number, seed: asked.seed });
      if (answer.kind === 'refused') return this.refuse(asked.fileName, answer.problems);
      if (answer.kind === 'bug') return this.fail(answer.message);
      this.accept(new RunView(number, asked.text, answer.seed, answer.summary), asked);
      this.machines = await this.link.machines();
      return true;
    } catch (error) {
      return this.fail(error instanceof Error ? error.message : String(error));
    } finally {
      this.opening -= 1;
      this.changed();
    }
  }

  private refuse(fileName: string, problems: readonly Problem[]): boolean {
    this.problems = problems;
    this.notice = { kind: 'refused', sentence: words.refused(fileName, problems.length) };
    return false;
  }

  private fail(message: string): boolean {
    this.bug = message;
    this.playhead.pause();
    return false;
  }

  private accept(view: RunView, { fileName, until, notice }: Asked): void {
    this.problems = [];
    this.bug = null;
    this.notice = notice;
    this.fileName = fileName;
    view.computing = true;
    this.incoming = view;
    if (until === 0) this.show(view, 0);
    this.link.runTo(view.number, 'end');
  }

  /** Puts a run in the place of the one that was shown, at the same time or where it ended earlier. */
  private show(view: RunView, time: SimTime): void {
    this.current = view;
    this.incoming = null;
    this.revision += 1;
    this.playhead.lookAt(view, time);
  }

  private take(event: SimulationEvent): void {
    if (event.kind === 'trace') this.link.acknowledge(event.run);
    const view = [this.incoming, this.current].find((run) => run?.number === event.run) ?? null;
    if (event.kind === 'bug' && (view !== null || event.run < 0)) this.fail(event.message);
    if (view !== null) {
      const knownTo = view.computedTo;
      view.take(event);
      if (event.kind === 'progress') this.progressed(view, knownTo);
      if (view === this.current && event.kind !== 'trace') this.revision += 1;
    }
    this.changed();
  }

  private progressed(view: RunView, knownTo: SimTime): void {
    if (view === this.current) this.playhead.grown(knownTo);
    else if (view.computedTo >= this.playhead.time || !view.computing) this.show(view, this.playhead.time);
    if (view.computing) return;
    this.deaths = 0;
    const { stopped } = view;
    if (stopped === 'event-limit' || stopped === 'trace-limit' || stopped === 'message-limit') {
      this.notice = { kind: 'budget', sentence: words.limit(stopped, view.computedTo) };
    }
  }

  /** The worker died: the same file and seed once more. Twice in a row is our bug, not bad luck. */
  private async restart(reason: string): Promise<void> {
    const lost = this.latest;
    this.deaths += 1;
    this.incoming = null;
    if (this.current !== null) this.current.computing = false;
    if (lost === null || this.deaths > 1) {
      this.fail(lost === null ? reason : words.diedTwice(reason));
      this.changed();
      return;
    }
    const notice: Notice = { kind: 'restarted', sentence: words.restarted(reason) };
    const { text, seed } = lost;
    await this.run({ text, fileName: this.fileName, seed, until: this.playhead.time, notice });
  }

  /** Goes on computing a run that was stopped. */
  compute(): void {
    const { latest } = this;
    if (latest === null || latest.end !== null) return;
    latest.computing = true;
    this.link.runTo(latest.number, 'end');
    this.changed();
  }

  stop(): void {
    this.link.stop();
  }

  jumpToNextAnomaly(): void {
    const next = this.marks().find(({ seq }) => seq >= this.playhead.place);
    if (next !== undefined) this.playhead.seekRecord(next.seq);
  }

  jumpToPreviousAnomaly(): void {
    const before = this.marks().findLast(({ seq }) => seq < this.playhead.place - 1);
    if (before !== undefined) this.playhead.seekRecord(before.seq);
  }

  private marks(): VerdictMark[] {
    const { current } = this;
    return current === null ? [] : verdictMarks(current.trace, current.report?.verdicts ?? []);
  }

  /** A new object only where another place is looked at: what lies behind the playhead never changes. */
  sceneAt(trace: ReceivedTrace | null, place: number, time: SimTime): Scene | null {
    const { current } = this;
    if (current === null || current.trace !== trace) return null;
    const key = `${current.number} ${place} ${time}`;
    if (this.shown?.key !== key) this.shown = { key, scene: current.scenes.before(place, time) };
    return this.shown.scene;
  }

  timeline(trace: ReceivedTrace | null): Timeline | null {
    const { current } = this;
    if (current === null || current.trace !== trace) return null;
    return timelineOf(current.scenes.facts, trace, current.computedTo, current.report?.verdicts ?? []);
  }

  select(selection: Selection | null): void {
    this.selection = selection;
    this.changed();
  }

  dismiss(): void {
    this.notice = null;
    this.changed();
  }

  close(): void {
    this.playhead.close();
    this.link.close();
  }
}
