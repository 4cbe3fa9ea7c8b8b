/** What a link says at the playhead: cut, late, particles; and the line above the stage that names what is shown. */
import type { FaultScene, Scene } from '#lib/scene/scene.ts';
import type { Topology } from '#lib/scene/parts.ts';
import type { LinkPlan } from '#lib/views/stage/plan.ts';
import { words } from '#lib/views/stage/words.ts';

export interface LinkState {
  readonly word: 'whole' | 'cut' | 'late';
  /** `nothing passes until 00:18.000` */
  readonly note: string;
}

const whole: LinkState = { word: 'whole', note: '' };

/** The broker's nodes by topic, so that a fault that names `kafka` or `kafka-1` meets the topic's links. */
function namesAt(topology: Topology, link: LinkPlan): readonly [readonly string[], readonly string[]] {
  const service = topology.services.find(({ instances }) =>
    instances.some(({ name }) => name === link.process),
  );
  const broker = topology.brokers.find(({ topics }) => topics.some(({ name }) => name === link.door));
  const ours = [link.process, service?.name ?? ''];
  const isStore = link.kind === 'call' || link.kind === 'statement';
  const theirs = isStore
    ? [link.door]
    : [broker?.name ?? '', ...(broker?.nodes.map(({ name }) => name) ?? [])];
  return [ours, theirs];
}

export function linkState(topology: Topology, faults: readonly FaultScene[], link: LinkPlan): LinkState {
  if (faults.length === 0) return whole;
  const [ours, theirs] = namesAt(topology, link);
  for (const { kind, target, number, since } of faults) {
    if (kind === 'partition') {
      const sides = target.split(' | ').map((side) => side.split(', '));
      const cut = sides.some((one, i) =>
        sides.some(
          (other, j) => i !== j && one.some((n) => ours.includes(n)) && other.some((n) => theirs.includes(n)),
        ),
      );
      const lasts = topology.faults.find((fault) => fault.number === number)?.lasts ?? null;
      if (cut) return { word: 'cut', note: lasts === null ? words.cut : words.heals(since + lasts) };
    }
    if (kind === 'latency' && (ours.includes(target) || theirs.includes(target)))
      return { word: 'late', note: words.delayed };
  }
  return whole;
}

/** `Individual messages, 8/s. Colour is the key, shape the type.` */
export function stageSentence(scene: Scene | null, crowded: ReadonlyMap<string, number>): string {
  if (crowded.size > 0) return words.particles(crowded.size, Math.max(...crowded.values()));
  const most = scene === null ? 0 : Math.max(0, ...scene.rates.map(({ perSecond }) => perSecond));
  return words.individual(most);
}
