/** A finished run of a scenario file as the page has it: received trace, report and topology. */
import { readFileSync } from 'node:fs';
import { ReceivedTrace } from '#lib/scene/received-trace.ts';
import type { RunReport, Topology } from '#lib/scene/parts.ts';
import { assert } from '#sim/base/assert.ts';
import { buildWorld } from '#sim/run/build.ts';
import { describeScenario } from '#sim/run/describe.ts';
import { reportOf } from '#sim/run/reporting.ts';
import { parseScenario } from '#sim/scenario/parse.ts';
import { TraceSender } from '#worker/trace-sender.ts';

export interface FinishedRun {
  readonly trace: ReceivedTrace;
  readonly report: RunReport;
  readonly topology: Topology;
}

/** `effects/crash-after-charge`, run to its end. */
export function finishedRun(file: string): FinishedRun {
  const parsed = parseScenario(readFileSync(`scenarios/${file}.json`, 'utf8'));
  assert(parsed.ok, `[TEST] ${file} is a scenario`);
  const world = buildWorld(parsed.value);
  while (world.advance({ events: 10_000 }) === null);
  const { header } = world.trace();
  const trace = new ReceivedTrace(header.entityNames, header.packets);
  const sender = new TraceSender(world, 1);
  for (let chunk = sender.next(); chunk !== null; chunk = sender.next()) {
    trace.append(chunk.first, chunk.rows, chunk.count, chunk.tables);
  }
  const topology = describeScenario(parsed.value, parsed.value.seed, header.entityNames, header.packets);
  return { trace, report: reportOf(world), topology };
}
