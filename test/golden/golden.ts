/** What is pinned of every scenario: its digest and end, and apart from that its verdicts. */
import { buildWorld } from '#sim/run/build.ts';
import { ENGINE_VERSION } from '#sim/run/version.ts';
import { parsed, scenarioFiles } from '../support/scenario-files.ts';

export interface PinnedDigest {
  readonly digest: string;
  readonly stopped: string | null;
  readonly virtualTime: number;
  readonly events: number;
  readonly records: number;
}

/** By claim: the verdict, and each anomaly as `kind subject ×count`. */
export type PinnedVerdicts = Readonly<Record<string, readonly string[]>>;

export interface Golden {
  readonly digests: Readonly<Record<string, PinnedDigest>>;
  readonly verdicts: Readonly<Record<string, PinnedVerdicts>>;
  readonly version: string;
}

export function computeGolden(): Golden {
  const digests: Record<string, PinnedDigest> = {};
  const verdicts: Record<string, PinnedVerdicts> = {};
  for (const { name, text } of scenarioFiles()) {
    const world = buildWorld(parsed(text));
    world.advance();
    const report = world.report();
    digests[name] = {
      digest: report.digest,
      stopped: report.stopped,
      virtualTime: report.virtualTime,
      events: report.events,
      records: world.parts.recorder.records,
    };
    verdicts[name] = Object.fromEntries(
      report.verdicts.map(({ id, verdict, anomalies }) => [
        id,
        [verdict, ...anomalies.map(({ kind, subject, count }) => `${kind} ${subject} ×${count}`)],
      ]),
    );
  }
  return { digests, verdicts, version: ENGINE_VERSION };
}
