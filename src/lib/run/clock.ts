/**
 * Playback's wall time, the only one on the page that a run's picture depends on: how long since the last frame. Where
 * less motion is asked for, time is given out in steps of a quarter of a second: the same pictures, without movement.
 */
export interface PlaybackClock {
  /** Calls `tick` with the milliseconds since the last call until stopped. */
  start(tick: (milliseconds: number) => void): void;
  stop(): void;
}

const STILL_MS = 250;
/** A page that was hidden goes on from where it was, it does not leap. */
const LONGEST_MS = 250;

export class FrameClock implements PlaybackClock {
  #frame: number | null = null;

  start(tick: (milliseconds: number) => void): void {
    this.stop();
    const still = matchMedia('(prefers-reduced-motion: reduce)');
    let before = performance.now();
    const step = (now: number): void => {
      this.#frame = requestAnimationFrame(step);
      const passed = now - before;
      if (passed < (still.matches ? STILL_MS : 0)) return;
      before = now;
      tick(Math.min(Math.max(0, passed), LONGEST_MS));
    };
    this.#frame = requestAnimationFrame(step);
  }

  stop(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
  }
}
