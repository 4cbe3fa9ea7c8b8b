/** A process at the playhead: what is in hand, its offsets, what it did last, and what a crash would take from it. */
import type { ServiceTopology, Topology } from '#lib/scene/parts.ts';
import type { LaneScene, ProcessScene, Scene } from '#lib/scene/scene.ts';
import { clock, count, duration, ordinal } from '#lib/views/number-words.ts';
import { factsSection, tableSection, type Fact, type Section } from '#lib/views/inspector/sections.ts';
import { words } from '#lib/views/inspector/words.ts';

function stepText(lane: LaneScene, service: ServiceTopology | undefined, at: number): string {
  const steps = service?.programs[lane.program]?.steps ?? [];
  const step = steps[lane.step];
  if (step === undefined) return 'before the first';
  const place = `${lane.step + 1} of ${steps.length}, ${step.name}${step.object === '' ? '' : ` (${step.object})`}`;
  if (lane.failed !== '') return `${place}, failed: ${lane.failed}`;
  return lane.inside ? `${place}, for ${duration(at - lane.stepSince)}` : `${place}, done`;
}

function laneFacts(lane: LaneScene, service: ServiceTopology | undefined, at: number): Fact[] {
  const { inHand } = lane;
  const step: Fact = { name: words.step, value: stepText(lane, service, at), bad: lane.failed !== '' };
  if (inHand === null) return [step];
  return [
    { name: words.record, value: `${inHand.key}, ${inHand.type}`, to: { kind: 'message', lid: inHand.lid } },
    {
      name: words.from,
      value: `${inHand.topic}/${inHand.partition} @ ${inHand.offset}`,
      to: { kind: 'partition', topic: inHand.topic, partition: inHand.partition },
    },
    { name: words.delivery, value: ordinal(inHand.deliveries), bad: inHand.deliveries > 1 },
    step,
  ];
}

interface OwnOffsets {
  readonly topic: string;
  readonly partition: number;
  readonly position: number;
  readonly committed: number;
  readonly lag: number;
}

function offsetsOf(process: ProcessScene, scene: Scene): OwnOffsets[] {
  return process.assigned.flatMap(({ topic, partition }) => {
    const log = scene.partitions.find((one) => one.topic === topic && one.partition === partition);
    const reader = log?.readers.find(({ group }) => group === process.group);
    if (reader === undefined) return [];
    return [{ topic, partition, position: reader.position, committed: reader.committed, lag: reader.lag }];
  });
}

const offset = (value: number): string => (value < 0 ? '–' : String(value));

export function processState(process: ProcessScene, scene: Scene, topology: Topology): Section[] {
  const service = topology.services.find(({ name }) => name === process.whole);
  const sections: Section[] = [];
  const away = process.back === null ? '' : `, back at ${clock(process.back)}`;
  const factor = process.word === 'slow' ? ` ×${process.factor}` : '';
  if (process.word !== 'running') {
    sections.push(
      factsSection(
        'Process',
        [{ name: 'is', value: `${process.word}${factor}${away}`, bad: true }],
        `since ${clock(process.since)}`,
      ),
    );
  }
  if (service === undefined) return sections;
  const busy = process.lanes.filter((lane) => lane.inHand !== null || lane.inside);
  for (const lane of busy) sections.push(factsSection(words.inHand, laneFacts(lane, service, scene.at)));
  if (busy.length === 0)
    sections.push(factsSection(words.inHand, [{ name: words.record, value: words.idle }]));
  const offsets = offsetsOf(process, scene);
  if (offsets.length > 0) {
    sections.push(
      tableSection(
        words.offsets,
        words.offsetsHead,
        offsets.map(({ topic, partition, position, committed, lag }) => ({
          cells: [`${topic}/${partition}`, offset(position), offset(committed), String(lag)],
          strong: position !== committed,
          to: { kind: 'partition', topic, partition },
        })),
        process.generation < 0 ? '' : `generation ${process.generation}`,
      ),
    );
  }
  if (process.lastEffects.length > 0) {
    sections.push(
      factsSection(
        'Last effects',
        process.lastEffects
          .slice(-4)
          .map(({ effect, key, at }) => ({ name: clock(at), value: `${effect}, ${key}` })),
        `${count(process.handled, 'message')} handled`,
      ),
    );
  }
  return sections;
}

export interface CrashAccount {
  readonly gone: string;
  readonly kept: string;
  readonly next: string;
}

/** Null where nothing can be said: a store, a broker, a process that is down already. */
export function ifItCrashed(process: ProcessScene, scene: Scene, topology: Topology): CrashAccount | null {
  const service = topology.services.find(({ name }) => name === process.whole);
  if (service === undefined || process.word === 'crashed') return null;
  const offsets = offsetsOf(process, scene);
  const ahead = offsets.filter(({ position, committed }) => position > Math.max(0, committed));
  const held = process.lanes.flatMap(({ inHand }) => (inHand === null ? [] : [inHand.key]));
  const open = process.lanes.filter(
    ({ inside, step, program }) => inside && service.programs[program]?.steps[step]?.verb === 'call',
  );
  const gone = [
    ...ahead.map(({ topic, partition, position }) => `position ${position} of ${topic}/${partition}`),
    ...(held.length === 0 ? [] : [`${held.join(', ')} in hand`]),
    ...(open.length === 0 ? [] : [count(open.length, 'open call')]),
  ];
  const entries = scene.ledgers.flatMap(({ rows }) => rows.filter(({ actor }) => actor === process.name));
  const last = entries.at(-1);
  const kept = [
    ...offsets
      .filter(({ committed }) => committed >= 0)
      .map(({ topic, partition, committed }) => `committed offset ${committed} of ${topic}/${partition}`),
    ...(last === undefined ? [] : [`ledger entry ${last.entry}, ${last.key}`]),
  ];
  const twice = ahead.map(
    ({ topic, partition, committed }) => `${topic}/${partition} at ${Math.max(0, committed)}`,
  );
  return {
    gone: gone.length === 0 ? 'nothing that matters' : gone.join('; '),
    kept: kept.length === 0 ? 'nothing of its own' : kept.join('; '),
    next: twice.length === 0 ? '' : `The next owner starts ${twice.join(', ')}.`,
  };
}
