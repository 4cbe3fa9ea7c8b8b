/** A finished run as the comparison takes it; `on` runs a file on another of its brokers. */
import { readFileSync } from 'node:fs';
import type { ComparedRun } from '#lib/views/comparison/compared-run.ts';
import { factsOf } from '#lib/views/comparison/run-facts.ts';
import type { Measured } from '#lib/views/comparison/measures.ts';
import { SceneAt } from '#lib/scene/scene-at.ts';
import { timelineOf } from '#lib/scene/timeline-of.ts';
import { onBroker } from '../../src/routes/compare/chosen-runs.ts';
import { receivedRun } from './received-run.ts';

export async function comparedRun(file: string, on: string | null = null): Promise<Measured> {
  const text = readFileSync(`scenarios/${file}.json`, 'utf8');
  const asked = on === null ? text : onBroker(text, on);
  const { trace, summary, report, computedTo } = await receivedRun(asked);
  const scenes = new SceneAt(trace, summary.topology);
  scenes.extend();
  const run: ComparedRun = {
    name: file.slice(file.lastIndexOf('/') + 1) + (on === null ? '' : ` on ${on}`),
    document: JSON.parse(asked) as Record<string, unknown>,
    topology: summary.topology,
    report,
    trace,
    timeline: timelineOf(scenes.facts, trace, computedTo, report.verdicts),
  };
  return { run, facts: factsOf(run) };
}
