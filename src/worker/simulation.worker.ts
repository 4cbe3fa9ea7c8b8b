/**
 * The worker's entry: parses a scenario, builds its world and advances it in slices of a few milliseconds of wall
 * time, so that `stop` is heard in between. One run at a time; a new one ends the one before it.
 */
import { expose } from 'comlink';
import { buildWorld } from '#sim/run/build.ts';
import { recordTeller } from '#sim/run/tell.ts';
import { parseScenario } from '#sim/scenario/parse.ts';
import type { RunAnswer, RunProgress, RunReport, SimulationApi } from '#worker/protocol.ts';

const SLICE_MS = 8;
const EVENTS_BETWEEN_CLOCK_READS = 2_000;
const PROGRESS_EVERY_MS = 100;

let currentRun = 0;

/** Lets messages from the page in; a timer would cost at least 4 ms a slice. */
const pause = new MessageChannel();
function yieldToPage(): Promise<void> {
  return new Promise((resolve) => {
    pause.port1.onmessage = () => resolve();
    pause.port2.postMessage(null);
  });
}

async function runScenario(text: string, onProgress: (progress: RunProgress) => void): Promise<RunAnswer> {
  currentRun += 1;
  const thisRun = currentRun;
  const parsed = parseScenario(text);
  if (!parsed.ok) return { kind: 'refused', problems: parsed.problems };
  const scenario = parsed.value;
  const world = buildWorld(scenario, { level: 'full' });

  let reported = performance.now();
  for (;;) {
    const sliceEnd = performance.now() + SLICE_MS;
    let stopped = null;
    while (stopped === null && performance.now() < sliceEnd) {
      stopped = world.advance({ events: EVENTS_BETWEEN_CLOCK_READS });
    }
    if (stopped !== null) break;
    await yieldToPage();
    if (thisRun !== currentRun) return { kind: 'stopped' };
    if (performance.now() - reported > PROGRESS_EVERY_MS) {
      reported = performance.now();
      onProgress({ now: world.now, horizon: scenario.horizon });
    }
  }
  const report = world.report();
  const { title, question, expect, warnings } = scenario;
  const records = chainRecords(report, recordTeller(world));
  return { kind: 'done', report, summary: { title, question, expect, warnings }, records };
}

function chainRecords(report: RunReport, tell: (seqs: readonly number[]) => string[]): Map<number, string> {
  const seqs = new Set(report.verdicts.flatMap(({ anomalies }) => anomalies.flatMap(({ chain }) => chain)));
  return new Map([...seqs].flatMap((seq) => tell([seq]).map((line): [number, string] => [seq, line])));
}

const api: SimulationApi = {
  async run(text, onProgress) {
    try {
      return await runScenario(text, onProgress);
    } catch (error) {
      return { kind: 'bug', message: error instanceof Error ? error.message : String(error) };
    }
  },
  stop() {
    currentRun += 1;
  },
};

expose(api);
