/**
 * What a queue's arguments and the policy that matches it come to. Where both say something the lower number holds,
 * and the argument's word otherwise. Source: rabbit_queue_type_util:args_policy_lookup, rabbit_policy (3.10.8).
 * Left out: operator policies. Rules: SPEC.md, RABBIT-POLICY.
 */
import {
  NO_FIELDS,
  numberField,
  textField,
  type FieldTable,
} from '#sim/brokers/rabbitmq/config/field-table.ts';
import { ageOf } from '#sim/brokers/rabbitmq/config/queue-arguments.ts';
import type { BrokerState, Exchange, Policy, QueueSettings, QueueType } from '#sim/brokers/rabbitmq/state.ts';
import { rulesOf } from '#sim/brokers/rabbitmq/config/version-rules.ts';

const SEGMENT = 500_000_000;

/** [RABBIT-POLICY-1] The policy of the highest priority whose pattern and kind fit. */
function policyFor(b: BrokerState, kind: QueueType | 'exchange', name: string): FieldTable {
  let best: Policy | null = null;
  for (const policy of b.policies) {
    if (!appliesTo(policy, kind) || !new RegExp(policy.pattern).test(name)) continue;
    if (best === null || policy.priority > best.priority) best = policy;
  }
  return best?.definition ?? NO_FIELDS;
}

function appliesTo({ applyTo }: Policy, kind: QueueType | 'exchange'): boolean {
  if (applyTo === 'all') return true;
  if (kind === 'exchange') return applyTo === 'exchanges';
  const own = { classic: 'classic_queues', quorum: 'quorum_queues', stream: 'streams' }[kind];
  return applyTo === 'queues' || applyTo === own;
}

function least(a: number | null, p: number | null): number {
  if (a === null) return p ?? -1;
  return p === null ? a : Math.min(a, p);
}

/** [RABBIT-POLICY-2] */
export function settingsOf(b: BrokerState, type: QueueType, name: string, args: FieldTable): QueueSettings {
  const policy = policyFor(b, type, name);
  const number = (key: string): number => least(numberField(args, `x-${key}`), numberField(policy, key));
  const text = (key: string): string | null => textField(args, `x-${key}`) ?? textField(policy, key);
  const overflow = text('overflow');
  const limit = number('delivery-limit');
  const age = text('max-age');
  const segment = number('stream-max-segment-size-bytes');
  return {
    expires: number('expires'),
    ttl: number('message-ttl'),
    deadLetterExchange: text('dead-letter-exchange'),
    deadLetterKey: text('dead-letter-routing-key'),
    deadLetterOnce: text('dead-letter-strategy') === 'at-least-once' ? 'at-least-once' : 'at-most-once',
    maxLength: number('max-length'),
    maxBytes: number('max-length-bytes'),
    overflow: overflow === 'reject-publish' || overflow === 'reject-publish-dlx' ? overflow : 'drop-head',
    maxPriority: numberField(args, 'x-max-priority') ?? 0,
    singleActive: args['x-single-active-consumer'] === true,
    deliveryLimit: limit === -1 ? defaultLimit(b, args, policy) : limit,
    maxAge: age === null ? -1 : (ageOf(age) ?? -1),
    segmentBytes: segment < 0 ? SEGMENT : segment,
  };
}

/** [RABBIT-QUORUM-3] -1 in so many words switches the default off. */
function defaultLimit(b: BrokerState, args: FieldTable, policy: FieldTable): number {
  const written = args['x-delivery-limit'] ?? policy['delivery-limit'];
  return written === undefined ? rulesOf(b.version).defaultDeliveryLimit : -1;
}

export function alternateOf(b: BrokerState, exchange: Pick<Exchange, 'name' | 'args'>): string | null {
  const policy = policyFor(b, 'exchange', exchange.name);
  return textField(exchange.args, 'alternate-exchange') ?? textField(policy, 'alternate-exchange');
}
