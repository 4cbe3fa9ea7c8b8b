/** A scenario file's run, and scenes of it at any time, for the stage's tests. */
import { readFileSync } from 'node:fs';
import type { Scene } from '#lib/scene/scene.ts';
import { planStage } from '#lib/views/stage/stage-plan.ts';
import type { StagePlan } from '#lib/views/stage/plan.ts';
import { receivedRun, type ReceivedRun } from './received-run.ts';

export interface StageSystem {
  readonly run: ReceivedRun;
  readonly wide: StagePlan;
  readonly narrow: StagePlan;
}

export async function stageSystem(path: string): Promise<StageSystem> {
  const run = await receivedRun(readFileSync(`scenarios/${path}.json`, 'utf8'));
  const { topology } = run.summary;
  return { run, wide: planStage(topology, 888), narrow: planStage(topology, 390) };
}

/** The first of a run's scenes, looked at every `every` µs, for which something holds. */
export function firstScene({ run }: StageSystem, every: number, holds: (scene: Scene) => boolean): Scene {
  for (let at = 0; at <= run.computedTo; at += every) {
    const scene = run.scenes.at(at);
    if (holds(scene)) return scene;
  }
  throw new Error('it holds at no time that was looked at');
}
