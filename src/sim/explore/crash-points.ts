/**
 * Exhaustive crash points (invariants, oracle design b): every process is crashed once at every point before and after
 * a step that it takes. Which points there are and who passes them is read from the trace of a run without the file's
 * faults; a point that a process passes often is tried at the middle one of its times, where neither start nor end of
 * the run plays a part. Each try is a whole run of a whole file.
 * Left out: crashes within a step, which `at` reaches, and pairs of crashes.
 */
import { compareNames, nameOf } from '#sim/base/names.ts';
import { withFaults, type Json, type JsonObject } from '#sim/explore/document.ts';
import { buildWorld } from '#sim/run/build.ts';
import type { Scenario } from '#sim/scenario/scenario.ts';
import { A, B, ENTITY, KIND } from '#sim/trace/block.ts';
import { Kind, Phase, RECORD_WORDS } from '#sim/trace/vocabulary.ts';

export interface CrashPoint {
  /** `payment/charge#after` */
  readonly name: string;
  readonly side: 'before' | 'after';
  /** `payment/charge` */
  readonly step: string;
  readonly service: string;
  /** The process that passes it: `payment-1`. */
  readonly process: string;
  /** Which of the service's passings of the point this is, from 1. */
  readonly nth: number;
}

interface Passing {
  readonly side: 'before' | 'after';
  readonly step: string;
  readonly service: string;
  readonly process: string;
  readonly times: number[];
}

/** Every point that some process passes: by process, in the order of first passing. `scenario` runs as it is, faults included. */
export function crashPointsOf(scenario: Scenario, seed = scenario.seed): CrashPoint[] {
  return passings(scenario, seed).map(({ side, step, service, process, times }) => ({
    name: `${step}#${side}`,
    side,
    step,
    service,
    process,
    nth: times[Math.floor((times.length - 1) / 2)] as number,
  }));
}

function passings(scenario: Scenario, seed: number): Passing[] {
  const world = buildWorld(scenario, { seed, level: 'full', without: ['checkers', 'metrics'] });
  world.advance();
  const { entityNames, catalog } = world.parts;
  const services = new Map(
    scenario.services.flatMap(({ name, instanceNames }) => instanceNames.map((one) => [one, name] as const)),
  );
  const counts = new Map<string, number>();
  const found = new Map<string, Passing>();
  for (const { ints, count } of world.trace().blocks) {
    for (let base = 0; base < count * RECORD_WORDS; base += RECORD_WORDS) {
      if (ints[base + KIND] !== Kind.step) continue;
      const process = entityNames[ints[base + ENTITY] as number] ?? '';
      const service = services.get(process);
      if (service === undefined) continue;
      const step = nameOf(catalog.names, ints[base + A] as number);
      const side = ints[base + B] === Phase.before ? 'before' : 'after';
      const point = `${step}#${side}`;
      const nth = (counts.get(point) ?? 0) + 1;
      counts.set(point, nth);
      const key = `${process} ${point}`;
      const known = found.get(key);
      if (known === undefined) found.set(key, { side, step, service, process, times: [nth] });
      else known.times.push(nth);
    }
  }
  return [...found.values()].sort((a, b) => compareNames(a.process, b.process));
}

/** The fault, as it stands in a file. `back`: how long the process stays away. */
function crashAt(point: CrashPoint, back: string): JsonObject {
  return { crash: point.service, when: { [point.side]: point.step, nth: point.nth }, for: back };
}

/** The document with this crash and, besides, the faults `others`. It expects nothing: what it shows is the question. */
export function crashedAt(
  document: JsonObject,
  point: CrashPoint,
  back: string,
  others: readonly Json[],
): JsonObject {
  const title = `${point.process} crashes at ${point.name}`;
  const { expect: _expect, question: _question, about: _about, ...rest } = document;
  return withFaults({ ...rest, title }, [...others, crashAt(point, back)]);
}
