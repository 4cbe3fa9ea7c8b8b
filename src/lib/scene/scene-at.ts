/**
 * Scenes at any time of a run: keyframes of the folded state are kept while the trace arrives, and a seek folds on from
 * the nearest one before, or from where the last seek left off. Keyframes are thinned to a fixed number, at twice the
 * distance each time, so that memory stays bounded and a seek is a few thousand records at most.
 */
import type { SimTime } from '#sim/base/time.ts';
import { RunFacts } from '#lib/scene/facts.ts';
import { SceneFold } from '#lib/scene/fold.ts';
import { Ground } from '#lib/scene/ground.ts';
import { sceneOf } from '#lib/scene/picture.ts';
import { sameParts } from '#lib/scene/same-parts.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';
import type { Scene } from '#lib/scene/scene.ts';
import { copyState, type SceneState } from '#lib/scene/scene-state.ts';
import type { Topology } from '#worker/protocol.ts';

const FIRST_SPACING = 1024;
const MOST_KEYFRAMES = 256;

export class SceneAt {
  readonly facts: RunFacts;
  readonly ground: Ground;
  private readonly trace: ReceivedTrace;
  private spacing = FIRST_SPACING;
  /** Ascending; the first is the state before any record. */
  private keyframes: SceneState[];
  /** Goes with the trace's end and leaves keyframes behind. */
  private readonly front: SceneFold;
  /** Where the last seek went. */
  private readonly seeker: SceneFold;
  /** What was shown last: parts of it that still hold are shown again. */
  private last: Scene | null = null;

  constructor(trace: ReceivedTrace, topology: Topology) {
    this.trace = trace;
    this.ground = new Ground(topology, trace.catalog);
    this.facts = new RunFacts(trace, this.ground);
    this.front = new SceneFold(trace, this.facts);
    this.seeker = new SceneFold(trace, this.facts);
    this.keyframes = [copyState(this.front.state)];
  }

  /** Takes in what the trace has gained since the last time. */
  extend(): void {
    this.facts.extend();
    const end = this.trace.records;
    while (this.front.state.seq < end) {
      const next = this.front.state.seq - (this.front.state.seq % this.spacing) + this.spacing;
      this.front.foldTo(Math.min(next, end));
      if (this.front.state.seq === next) this.keep();
    }
  }

  private keep(): void {
    this.keyframes.push(copyState(this.front.state));
    if (this.keyframes.length <= MOST_KEYFRAMES) return;
    this.spacing *= 2;
    this.keyframes = this.keyframes.filter(({ seq }) => seq % this.spacing === 0);
  }

  /** Everything that the records up to and including this time have brought about. */
  at(time: SimTime): Scene {
    return this.before(this.trace.index.firstAt(time + 1), time);
  }

  /** What was true right after a record. */
  after(seq: number): Scene {
    return this.before(seq + 1, this.trace.row(seq)?.at ?? 0);
  }

  /** The records before `seq`, looked at at `time`. */
  before(seq: number, time: SimTime): Scene {
    const to = Math.max(0, Math.min(seq, this.trace.records));
    const keyframe = this.keyframeBefore(to);
    const current = this.seeker.state.seq;
    if (current > to || current < keyframe.seq) this.seeker.state = copyState(keyframe);
    this.seeker.foldTo(to);
    const scene = sceneOf(this.seeker.state, time, this.facts, this.trace);
    this.last = this.last === null ? scene : sameParts(this.last, scene);
    return this.last;
  }

  private keyframeBefore(seq: number): SceneState {
    let low = 0;
    let high = this.keyframes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.keyframes[middle] as SceneState).seq <= seq) low = middle + 1;
      else high = middle;
    }
    return this.keyframes[low - 1] as SceneState;
  }
}
