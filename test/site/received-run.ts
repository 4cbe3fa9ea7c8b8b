/** Runs a scenario as the worker does and takes it in as the page does, with real wall time and Node's own event loop. */
import { setImmediate } from 'node:timers/promises';
import { ReceivedTrace } from '#lib/scene/received-trace.ts';
import { SceneAt } from '#lib/scene/scene-at.ts';
import type { RunBudget, RunReport, ScenarioSummary, SimulationEvent } from '#worker/protocol.ts';
import { Simulation } from '#worker/simulation.ts';

export interface ReceivedRun {
  readonly trace: ReceivedTrace;
  readonly scenes: SceneAt;
  readonly summary: ScenarioSummary;
  readonly report: RunReport;
  readonly computedTo: number;
  readonly chunks: readonly number[];
}

export function nodeSimulation(emit: (event: SimulationEvent) => void): Simulation {
  return new Simulation({ emit, clock: () => performance.now(), pause: () => setImmediate() });
}

/** Computes a document to its end. */
export async function receivedRun(text: string, budget?: RunBudget): Promise<ReceivedRun> {
  let received: ReceivedTrace | null = null;
  let scenes: SceneAt | null = null;
  let report: RunReport | null = null;
  let summary: ScenarioSummary | null = null;
  const chunks: number[] = [];
  return await new Promise((resolve, reject) => {
    const simulation = nodeSimulation((event) => {
      switch (event.kind) {
        case 'trace':
          received?.append(event.first, event.rows, event.count, event.tables);
          scenes?.extend();
          chunks.push(event.count);
          simulation.acknowledge(event.run);
          return;
        case 'report':
          report = event.report;
          return;
        case 'progress':
          if (event.computing || summary === null || received === null || scenes === null || report === null)
            return;
          resolve({ trace: received, scenes, summary, report, computedTo: event.computedTo, chunks });
          return;
        case 'bug':
          reject(new Error(event.message));
      }
    });
    const opened = simulation.open(text, { run: 1, budget }).then((answer) => {
      if (answer.kind !== 'opened') throw new Error(JSON.stringify(answer));
      summary = answer.summary;
      received = new ReceivedTrace(summary.topology.entityNames, new Map(summary.topology.packets));
      scenes = new SceneAt(received, summary.topology);
      simulation.runTo(1, 'end');
    });
    opened.catch(reject);
  });
}
