/** What a process's box says at the playhead: its state in words, its second line, what each of its threads is at. */
import type { GroupScene, LaneScene, ProcessScene } from '#lib/scene/scene.ts';
import type { ServiceTopology } from '#lib/scene/parts.ts';
import { partitionList, span, words } from '#lib/views/stage/words.ts';

export function stateWord(process: ProcessScene, now: number): string {
  const { word, back, since, factor } = process;
  const returns = back === null || back <= now ? '' : `, ${words.back(span(back - now))}`;
  switch (word) {
    case 'running':
      return words.running;
    case 'slow':
      return words.slow(factor);
    case 'paused':
      return `${words.paused} ${span(now - since)}`;
    case 'crashed':
      return `${words.crashed}${returns}`;
    case 'zombie':
      return words.zombie;
  }
}

/** The state's colour, which repeats what glyph and word say. */
export function stateClass(process: ProcessScene): string {
  return { running: 'q2', slow: 'slowed', paused: 'held', crashed: 'bad', zombie: 'slowed' }[process.word];
}

export function secondLine(
  service: ServiceTopology,
  process: ProcessScene | undefined,
  group: GroupScene | undefined,
): string {
  if (service.group === null) return service.arrivals;
  if (process === undefined || process.generation < 0) return words.noGeneration;
  if (process.word === 'zombie')
    return words.believes(process.generation, group?.generation ?? process.generation);
  const assigned = process.assigned.length === 0 ? words.noPartitions : partitionList(process.assigned);
  return `${words.generationOf(process.generation)} · ${assigned}`;
}

/** What a thread is doing with what it has in hand. */
export function laneLine(service: ServiceTopology, lane: LaneScene, now: number): string {
  const step = service.programs[lane.program]?.steps[lane.step];
  const held = lane.inHand;
  const again = held !== null && held.deliveries > 1 ? `${words.deliveries(held.deliveries)} · ` : '';
  if (step === undefined) return held === null ? '' : again === '' ? words.firstDelivery : again.slice(0, -3);
  if (!lane.inside) return `${again}${words.stepEnded(step.name, lane.failed)}`;
  const waited = span(now - lane.stepSince);
  return step.verb === 'call' && again === ''
    ? words.sentAgo(step.object, waited)
    : `${again}${words.stepFor(step.name, waited)}`;
}

/** How much of its program a thread has behind it, 0 to 1: whole steps, and half of the one that is under way. */
export function shareDone(service: ServiceTopology, lane: LaneScene): number {
  const steps = service.programs[lane.program]?.steps.length ?? 0;
  if (steps === 0 || lane.step < 0) return 0;
  return Math.min(1, (lane.step + (lane.inside ? 0.5 : 1)) / steps);
}

export interface ProgramState {
  readonly current: ReadonlySet<number>;
  readonly past: number;
  readonly failed: number;
}

const idle: ProgramState = { current: new Set([-1]), past: -1, failed: -2 };
const dead: ProgramState = { current: new Set(), past: -1, failed: -2 };

/** Where the threads stand in one of the service's programs. Only a thread with nothing in hand waits at `poll`. */
export function programState(
  process: ProcessScene | undefined,
  program: number,
  reads: boolean,
): ProgramState {
  const gone = process === undefined || process.word === 'crashed';
  const lanes = process?.lanes.filter((lane) => !reads || lane.inHand !== null) ?? [];
  if (lanes.length === 0) return gone ? dead : reads ? idle : dead;
  const own = lanes.filter((lane) => lane.program === program);
  const first = own[0];
  if (first === undefined) return dead;
  const failed = own.find((lane) => lane.failed !== '')?.step ?? -2;
  return {
    current: new Set(own.filter((lane) => lane.inside).map((lane) => lane.step)),
    past: Math.max(...own.map((lane) => (lane.inside ? lane.step : lane.step + 1))),
    failed,
  };
}
