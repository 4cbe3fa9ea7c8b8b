/**
 * What must hold of every run, whatever the system and the faults: the simulator's promises, as functions that answer
 * with what is wrong or null. Tests and `fuzz` try them on generated systems.
 */
import { assert } from '#sim/base/assert.ts';
import { meaningOf, type JsonObject } from '#sim/explore/document.ts';
import { buildWorld, type BuildOptions } from '#sim/run/build.ts';
import type { World } from '#sim/run/world.ts';
import { rowAt, type Row } from '#sim/trace/block.ts';
import { Kind, ProcessState } from '#sim/trace/vocabulary.ts';

export interface Property {
  /** `[RUN-18] one run however it is run` */
  readonly name: string;
  /** What is wrong, or null. */
  broken(document: JsonObject): string | null;
}

function worldOf(document: JsonObject, options: BuildOptions = {}): World {
  const scenario = meaningOf(document);
  const problem = scenario.ok
    ? ''
    : `${scenario.problems[0]?.pointer ?? ''} ${scenario.problems[0]?.sentence ?? ''}`;
  assert(scenario.ok, `[EXPLORE-3] a generated system is a scenario: ${problem}`);
  return buildWorld(scenario.value, options);
}

export function rowsOf(world: World): Row[] {
  return world
    .trace()
    .blocks.flatMap((block) => Array.from({ length: block.count }, (_, row) => rowAt(block, row)));
}

/** In chunks, at another level, from a checkpoint in the same world and in another one: the same digest and verdicts. */
const oneRun: Property = {
  name: '[RUN-18] one run however it is run: chunks, levels, checkpoint and restore, fork',
  broken(document) {
    const straight = worldOf(document);
    straight.advance();
    const { digest } = straight.report();
    const chunked = worldOf(document, { level: 'none' });
    const fork = worldOf(document, { level: 'none' });
    chunked.advance({ events: Math.floor(straight.events / 2) });
    const checkpoint = chunked.checkpoint();
    while (chunked.advance({ events: 501 }) === null);
    if (chunked.digest() !== digest) return 'in chunks it has another digest';
    fork.restore(checkpoint);
    fork.advance();
    if (fork.digest() !== digest) return 'a fork from the middle has another digest';
    chunked.restore(checkpoint);
    chunked.advance();
    if (chunked.digest() !== digest) return 'restored to the middle it has another digest';
    const same = JSON.stringify(chunked.verdicts()) === JSON.stringify(straight.verdicts());
    return same ? null : 'the verdicts are not the same';
  },
};

/** What is produced is in the log, refused, under way, or lost by a named fault. */
const conserved: Property = {
  name: '[RUN-19] what is produced is in the log, refused, under way, or lost with its producer',
  broken(document) {
    const world = worldOf(document);
    const stopped = world.advance();
    const rows = rowsOf(world);
    const ended = new Set<number>();
    for (const row of rows) if (row.kind === Kind.append || row.kind === Kind.refuse) ended.add(row.lid);
    const crashes = rows.filter((row) => row.kind === Kind.process && row.a === ProcessState.crashed);
    for (const row of rows) {
      if (row.kind !== Kind.produce || ended.has(row.lid) || stopped !== 'quiescent') continue;
      const died = crashes.some((crash) => crash.entity === row.entity && crash.at >= row.at);
      if (!died && !toNobody(world, crashes, row)) return `event ${row.lid} of record ${row.seq} is nowhere`;
    }
    return null;
  },
};

/** With acks=0 nobody learns that the broker was down: a broker's crash is the named fault. */
function toNobody(world: World, crashes: readonly Row[], row: Row): boolean {
  const nameOf = (entity: number): string => world.parts.entityNames[entity] ?? '';
  const brokers = crashes.filter((crash) => nameOf(crash.entity).startsWith('kafka'));
  return (
    nameOf(row.entity).startsWith('checkout') && brokers.some((crash) => crash.at >= row.at - 60_000_000)
  );
}

const TELLING: ReadonlySet<number> = new Set([
  Kind.produce,
  Kind.append,
  Kind.deliver,
  Kind.effect,
  Kind.handled,
  Kind.commit,
  Kind.member,
  Kind.assign,
]);

/** Nothing comes of waiting two minutes more. */
const over: Property = {
  name: '[RUN-21] over when it is called quiescent: nothing comes of waiting two minutes more',
  broken(document) {
    const world = worldOf(document);
    if (world.advance() !== 'quiescent') return null;
    const { kernel, recorder } = world.parts;
    const before = recorder.records;
    const until = world.now + 120_000_000;
    while (kernel.step(until));
    const rows = rowsOf(world);
    // the Java client commits its positions every interval, whether or not they have moved
    const committed = new Map(
      rows
        .filter((row) => row.kind === Kind.commit && row.seq < before)
        .map((row) => [`${row.a} ${row.b} ${row.c}`, row.d]),
    );
    const repeats = (row: Row): boolean =>
      row.kind === Kind.commit && committed.get(`${row.a} ${row.b} ${row.c}`) === row.d;
    const [more] = rows.filter((row) => row.seq >= before && TELLING.has(row.kind) && !repeats(row));
    if (more === undefined) return null;
    return `record ${more.seq} of kind ${more.kind} came ${more.at - (until - 120_000_000)} µs after the end`;
  },
};

export const properties: readonly Property[] = [oneRun, conserved, over];
