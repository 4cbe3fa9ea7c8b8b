/**
 * Which control repairs an anomaly, as its rule suggests: named, never applied here. Nothing is suggested where the
 * format has no such control yet.
 */
import type { ReportedAnomaly, ReportedVerdict, ServiceTopology, Topology } from '#lib/scene/parts.ts';
import type { ChainStep } from '#lib/views/verdicts/chain-steps.ts';

export type RepairSuggestion =
  /** `idempotencyKey` in the step and `honoured` in the store. */
  | {
      readonly control: 'idempotency-key';
      readonly effect: string;
      readonly store: string;
      readonly operation: string;
      readonly service: string;
      /** `payment/charge` */
      readonly point: string;
      readonly sentence: string;
    }
  /** Move `settle` behind the last step of the program. */
  | {
      readonly control: 'settle-last';
      readonly service: string;
      readonly event: string;
      readonly sentence: string;
    }
  /** `onError` of the service. */
  | { readonly control: 'on-error'; readonly service: string; readonly sentence: string }
  /** A client setting under its real name. */
  | {
      readonly control: 'setting';
      readonly service: string;
      readonly name: string;
      readonly value: string;
      readonly sentence: string;
    };

export function suggestRepair(
  verdict: ReportedVerdict,
  anomaly: ReportedAnomaly,
  steps: readonly ChainStep[],
  topology: Topology,
): RepairSuggestion | null {
  if (verdict.checker === 'effect-once' && anomaly.kind === 'duplicate') return keyFor(verdict.of, topology);
  if (verdict.checker === 'progress') return onErrorOf(anomaly, steps, topology);
  if (anomaly.kind !== 'skipped' && anomaly.kind !== 'lost') return null;
  if (
    verdict.checker !== 'commit-safety' &&
    verdict.checker !== 'no-loss' &&
    verdict.checker !== 'effect-once'
  )
    return null;
  const service = consumerOf(anomaly, topology);
  if (service === undefined) return null;
  const failed = steps.some(({ records }) =>
    records.some(({ kind, fields }) => kind === 'handled' && fields.outcome === 'failed'),
  );
  return (
    (failed ? null : settleLast(service)) ?? manualCommit(service) ?? onErrorOf(anomaly, steps, topology)
  );
}

function consumerOf(anomaly: ReportedAnomaly, topology: Topology): ServiceTopology | undefined {
  const consumers = topology.services.filter(({ group }) => group !== null);
  return (
    consumers.find(({ group }) => group === anomaly.group) ??
    (consumers.length === 1 ? consumers[0] : undefined)
  );
}

function keyFor(effect: string | null, topology: Topology): RepairSuggestion | null {
  for (const store of topology.stores) {
    if (store.kind !== 'external-api') continue;
    const operation = store.operations.find((one) => one.effect === effect);
    if (operation === undefined || effect === null) continue;
    for (const service of topology.services) {
      for (const program of service.programs) {
        const step = program.steps.find(({ verb, object }) => verb === 'call' && object === effect);
        if (step === undefined) continue;
        return {
          control: 'idempotency-key',
          effect,
          store: store.name,
          operation: operation.name,
          service: service.name,
          point: step.point,
          sentence: `Send an idempotency key with ${effect}, and let ${store.name} honour it.`,
        };
      }
    }
  }
  return null;
}

function settleLast(service: ServiceTopology): RepairSuggestion | null {
  for (const { event, steps } of service.programs) {
    const row = steps.filter(({ depth }) => depth === 0);
    const settle = row.findIndex(({ verb }) => verb === 'settle' || verb === 'commit');
    if (event === null || settle < 0 || settle === row.length - 1) continue;
    const sentence = `Move ${row[settle]?.name} of ${service.name} behind its last step.`;
    return { control: 'settle-last', service: service.name, event, sentence };
  }
  return null;
}

function manualCommit(service: ServiceTopology): RepairSuggestion | null {
  const name = 'enable.auto.commit';
  const row = service.consumerConfig.find((setting) => setting.name === name);
  if (row?.value !== 'true') return null;
  const sentence = `Set ${name} of ${service.name} to false and commit after the work.`;
  return { control: 'setting', service: service.name, name, value: 'false', sentence };
}

function onErrorOf(
  anomaly: ReportedAnomaly,
  steps: readonly ChainStep[],
  topology: Topology,
): RepairSuggestion | null {
  const service = consumerOf(anomaly, topology);
  const error = steps.some(({ records }) =>
    records.some(
      ({ kind, fields }) =>
        (kind === 'handled' && fields.outcome === 'failed') ||
        (kind === 'step' && fields.failed === true) ||
        (kind === 'process' && fields.state === 'crashed' && fields.reason !== 'fault'),
    ),
  );
  if (service === undefined || !error) return null;
  const sentence = `Change what ${service.name} does when its handler fails (onError).`;
  return { control: 'on-error', service: service.name, sentence };
}
