/**
 * The timeline of a run so far: its lanes' facts beside what the file plans, and the marks of its verdicts. Its objects are
 * new each time, so that a view sees that they have changed; long columns are shared.
 */
import type { SimTime } from '#sim/base/time.ts';
import type { RunFacts } from '#lib/scene/facts.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';
import type { LagLane, Timeline, VerdictMark } from '#lib/scene/timeline.ts';
import type { ReportedVerdict } from '#worker/protocol.ts';

export function timelineOf(
  facts: RunFacts,
  trace: ReceivedTrace,
  computedTo: SimTime,
  verdicts: readonly ReportedVerdict[],
): Timeline {
  const { ground, lanes, ledgers } = facts;
  const { faults, groups, horizon } = ground.topology;
  return {
    computedTo,
    horizon,
    faults: faults.map(({ number, kind, target, at, trigger, lasts }, row) => ({
      number,
      kind,
      target,
      planned: { at, trigger, lasts },
      bars: [...(lanes.bars[row] ?? [])],
    })),
    groups: groups.map(({ name }, row) => ({ group: name, spans: [...(lanes.spans[row] ?? [])] })),
    lag: groups.flatMap(({ name }, group): LagLane[] => {
      const lag = lanes.lags[group];
      if (lag === undefined) return [];
      const byPartition = ground.partitions.flatMap(({ topic, partition }, row) => {
        const series = lag.byPartition[row];
        return series === undefined || !ground.isRead(group, row)
          ? []
          : [{ topic, partition, series: { ...series } }];
      });
      return [{ group: name, total: { ...lag.total }, byPartition }];
    }),
    effects: ground.ledgers.flatMap(({ effect }, row) => {
      const ledger = ledgers[row];
      if (ledger === undefined) return [];
      return [{ effect, at: ledger.at.data, nth: ledger.nths.data, length: ledger.at.length }];
    }),
    verdicts: verdictMarks(trace, verdicts),
  };
}

/** Every anomaly as a mark, in the order of time. */
export function verdictMarks(trace: ReceivedTrace, verdicts: readonly ReportedVerdict[]): VerdictMark[] {
  const marks = verdicts.flatMap((verdict) =>
    verdict.anomalies.map((anomaly, i): VerdictMark => {
      const { kind, subject, first } = anomaly;
      const chain = anomaly.chain.map((seq) => ({ seq, at: trace.row(seq)?.at ?? 0 }));
      return { check: verdict.id, anomaly: i, kind, subject, at: first.at, seq: first.seq, chain };
    }),
  );
  return marks.sort((a, b) => a.seq - b.seq);
}
