/**
 * Where the reader looks in a run: a time, and the record up to which things are shown, since many records share one
 * time. Moves by seeking, stepping, playing; never beyond what is computed.
 */
import type { SimTime } from '#sim/base/time.ts';
import type { PlaybackClock } from '#lib/run/clock.ts';
import type { RunView } from '#lib/run/run-view.ts';
import { nextStop, stopBefore } from '#lib/run/steps.ts';

const SLOWEST = 0.000_001;

export class Playhead {
  time: SimTime = 0;
  /** Seq of the first record that is not shown. */
  place = 0;
  playing = false;
  speed = 0.1;
  private view: RunView | null = null;
  /** Part of a microsecond that playback is ahead. */
  private remainder = 0;
  private readonly clock: PlaybackClock;
  private readonly changed: () => void;

  constructor(clock: PlaybackClock, changed: () => void) {
    this.clock = clock;
    this.changed = changed;
  }

  /** Another run takes the place of the one that was looked at. */
  lookAt(view: RunView, time: SimTime): void {
    this.view = view;
    this.moveTo(Math.min(time, view.computedTo));
  }

  /** The run has grown from `before` on: records that share the playhead's time are shown with it. */
  grown(before: SimTime): void {
    if (this.time >= before) this.moveTo(this.time);
  }

  get atEnd(): boolean {
    const end = this.view?.end ?? null;
    return end !== null && this.time >= end;
  }

  private moveTo(time: SimTime): void {
    this.time = time;
    this.place = this.view?.trace.index.firstAt(time + 1) ?? 0;
  }

  play(): void {
    if (this.view === null || this.playing) return;
    if (this.atEnd) this.moveTo(0);
    this.playing = true;
    this.remainder = 0;
    this.clock.start((milliseconds) => this.pass(milliseconds));
    this.changed();
  }

  pause(): void {
    if (!this.playing) return;
    this.clock.stop();
    this.playing = false;
    this.changed();
  }

  setSpeed(speed: number): void {
    this.speed = Math.max(SLOWEST, speed);
    this.changed();
  }

  /** So much wall time has passed while playing. */
  private pass(milliseconds: number): void {
    if (this.view === null || milliseconds <= 0) return;
    const { computedTo } = this.view;
    const wanted = this.time + this.remainder + milliseconds * 1000 * this.speed;
    const time = Math.min(Math.floor(wanted), computedTo);
    this.remainder = time < computedTo ? wanted - time : 0;
    if (time > this.time) this.moveTo(time);
    if (this.atEnd) this.pause();
    this.changed();
  }

  seek(time: SimTime): void {
    if (this.view === null) return;
    this.remainder = 0;
    this.moveTo(Math.floor(Math.max(0, Math.min(time, this.view.computedTo))));
    this.changed();
  }

  /** To right after a record. */
  seekRecord(seq: number): void {
    if (this.view !== null && this.view.trace.row(seq) !== null) this.stopAt(seq + 1);
  }

  stepEvent(): void {
    if (this.view !== null) this.stopAt(nextStop(this.view.trace, this.place));
  }

  /** From a time at which nothing happened, to what happened last; else to before that. */
  stepBack(): void {
    if (this.view === null) return;
    const last = this.view.trace.row(this.place - 1);
    const quiet = last !== null && last.at < this.time;
    this.stopAt(quiet ? this.place : stopBefore(this.view.trace, this.place));
  }

  private stopAt(place: number): void {
    this.pause();
    this.remainder = 0;
    this.place = place;
    this.time = place === 0 ? 0 : (this.view?.trace.row(place - 1)?.at ?? this.time);
    this.changed();
  }

  close(): void {
    this.clock.stop();
    this.playing = false;
  }
}
