import { describe, expect, it } from 'vitest';
import { clone, difference } from '#sim/base/clone.ts';
import { RunMetrics } from '#sim/metrics/run-metrics.ts';
import { History } from '#sim/trace/history.ts';
import { TraceRecorder } from '#sim/trace/recorder.ts';
import { healthyTrace, order, without, type HealthyTrace } from '../../support/healthy-trace.ts';
import type { Draft } from '../../support/forge.ts';

type Labels = Record<string, string>;

/** The value of the one metric with this name whose labels include these. */
function measure(trace: HealthyTrace, drafts: readonly Draft[] = trace.forge.drafts, at?: number) {
  const history = new History(trace.contract, trace.forge.catalog);
  const metrics = new RunMetrics(trace.forge.catalog, history);
  trace.forge.write([history, metrics], drafts);
  const all = metrics.values(at);
  return (name: string, labels: Labels = {}): number => {
    const found = all.filter(
      (one) =>
        one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value),
    );
    expect(found, `${name} ${JSON.stringify(labels)}`).toHaveLength(1);
    return found[0]?.value ?? NaN;
  };
}

describe('run metrics', () => {
  it('counts a healthy trace', () => {
    const value = measure(healthyTrace(), undefined, 4_000_000);
    for (const name of ['events_published_total', 'events_confirmed_total', 'events_appended_total']) {
      expect(value(name, { topic: 'orders' })).toBe(8);
    }
    for (const name of ['events_delivered_total', 'events_consumed_total'])
      expect(value(name, { group: 'payment' })).toBe(8);
    for (const name of [
      'events_redelivered_total',
      'event_consumption_failures_total',
      'events_skipped_total',
    ]) {
      expect(value(name, { group: 'payment' })).toBe(0);
    }
    expect(value('effects_total', { effect: 'cards.charge' })).toBe(8);
    expect(value('events_consumed_per_second')).toBe(2);
  });

  it('measures from announcement to the first handler that ended well, and the handler itself', () => {
    const trace = healthyTrace();
    const again = trace.forge.add('handled', 'payment-1', 900_000, order(trace, 0).handled.fields, {
      of: order(trace, 0).lid,
    });
    const value = measure(trace, [...trace.forge.drafts.filter((draft) => draft !== again), again]);
    expect(value('event_end_to_end_seconds_count')).toBe(8);
    expect(value('event_end_to_end_seconds_mean')).toBeCloseTo(0.007, 9);
    expect(value('event_end_to_end_seconds_max')).toBe(0.007);
    expect(value('event_end_to_end_seconds', { quantile: '0.5' })).toBe(0.007);
    expect(value('event_consumption_duration_seconds_sum')).toBeCloseTo(9 * 0.004, 9);
  });

  it('tells log end, committed offset and lag by partition', () => {
    const trace = healthyTrace();
    const late = [7, 5].map((n) => order(trace, n).commit);
    const value = measure(trace, without(trace, ...late));
    const where = { topic: 'orders', partition: '1' };
    expect(value('kafka_topic_partition_current_offset', where)).toBe(4);
    expect(value('kafka_consumergroup_current_offset', { group: 'payment', ...where })).toBe(2);
    expect(value('kafka_consumergroup_lag', { group: 'payment', ...where })).toBe(2);
    expect(value('kafka_consumergroup_lag', { group: 'payment', ...where, partition: '0' })).toBe(0);
    const never = measure(trace, without(trace, ...trace.orders.map((one) => one.commit)));
    expect(never('kafka_consumergroup_lag', { group: 'payment', ...where })).toBe(4);
  });

  it('counts what goes wrong, each once', () => {
    const trace = healthyTrace();
    const third = order(trace, 2);
    const { forge } = trace;
    forge.add('deliver', 'payment-2', 900_000, { ...third.deliver.fields, generation: 2 }, { of: third.lid });
    forge.add(
      'handled',
      'payment-2',
      950_000,
      { ...third.handled.fields, outcome: 1, took: 50_000 },
      { of: third.lid },
    );
    forge.add(
      'skipped',
      'payment-2',
      950_000,
      { ...third.handled.fields, reason: 'ignored' },
      { of: third.lid },
    );
    forge.add(
      'refuse',
      'checkout-1',
      950_000,
      { topic: 'orders', code: 'TIMEOUT', definite: 0 },
      { of: third.lid },
    );
    forge.add(
      'retry',
      'checkout-1',
      950_000,
      { topic: 'orders', partition: 0, code: 'TIMEOUT', attempt: 2 },
      { of: third.lid },
    );
    forge.add(
      'duplicate',
      'kafka-1',
      950_000,
      { topic: 'orders', partition: 0, offset: 1 },
      { of: third.lid },
    );
    const refused = {
      group: 'payment',
      code: 'ILLEGAL_GENERATION',
      member: 'payment-1',
      generation: 1,
      current: 2,
    };
    forge.add('commitRefused', 'kafka-1', 950_000, refused);
    forge.add('commitRefused', 'payment-1', 951_000, refused);
    const value = measure(trace);
    for (const name of [
      'event_publish_failures_total',
      'event_publish_retries_total',
      'event_publish_duplicates_total',
    ]) {
      expect(value(name)).toBe(1);
    }
    for (const name of [
      'events_redelivered_total',
      'event_consumption_failures_total',
      'events_skipped_total',
      'kafka_consumergroup_commits_refused_total',
    ]) {
      expect(value(name)).toBe(1);
    }
    expect(value('event_consumption_duration_seconds_max')).toBe(0.05);
  });

  it('counts rebalances and their time, the one under way included', () => {
    const trace = healthyTrace();
    const step = (at: number, from: string, to: string): void => {
      trace.forge.add('machine', 'kafka-1', at, {
        machine: 'group-coordinator',
        from,
        event: 'x',
        to,
        subject: 'payment',
        generation: 1,
      });
    };
    step(200_000, 'Empty', 'PreparingRebalance/InitialDelay');
    step(250_000, 'PreparingRebalance/InitialDelay', 'PreparingRebalance/Collecting');
    step(300_000, 'PreparingRebalance/Collecting', 'CompletingRebalance');
    step(500_000, 'CompletingRebalance', 'Stable');
    step(800_000, 'Stable', 'PreparingRebalance/Collecting');
    const value = measure(trace, undefined, 1_000_000);
    expect(value('kafka_consumergroup_rebalances_total')).toBe(2);
    expect(value('kafka_consumergroup_rebalance_seconds_total')).toBe(0.5);
  });

  it('gives the same list in the same order whatever happened, and survives a checkpoint', () => {
    const trace = healthyTrace();
    const history = new History(trace.contract, trace.forge.catalog);
    const whole = new RunMetrics(trace.forge.catalog, history);
    const recorder = trace.forge.write([history, whole]);
    const splitHistory = new History(trace.contract, trace.forge.catalog);
    const split = new RunMetrics(trace.forge.catalog, splitHistory);
    const [block] = recorder.blocks();
    if (block === undefined) throw new Error('the trace has a block');
    for (let row = 0; row < block.count; row += 1) {
      const kind = block.ints[row * 16 + 4] as number;
      const list = new TraceRecorder('none');
      list.attach([splitHistory, split]);
      if (row === 40) {
        split.state = clone(split.state);
        splitHistory.state = clone(splitHistory.state);
      }
      list.write(
        kind,
        block.ints[row * 16 + 5] as number,
        block.floats[row * 8] as number,
        -1,
        -1,
        block.ints[row * 16 + 8] as number,
        block.ints[row * 16 + 9] as number,
        ...([10, 11, 12, 13, 14, 15].map((word) => block.ints[row * 16 + word]) as [
          number,
          number,
          number,
          number,
          number,
          number,
        ]),
        block.floats[row * 8 + 1] as number,
      );
      list.settle();
    }
    expect(split.values()).toEqual(whole.values());
    expect(difference(split.values(), whole.values())).toBeNull();
    const names = whole.values().map((one) => `${one.name}${JSON.stringify(one.labels)}`);
    expect(new Set(names).size).toBe(names.length);
  });
});
