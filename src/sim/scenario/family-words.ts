/**
 * Words of one family in a program that runs on another: a position is Kafka's, an acknowledgement that gives back is a
 * queue's. What the broker in use has no counterpart for is a problem with a hint, not a pretence.
 */
import { entries, items, type Context } from '#sim/scenario/place.ts';
import { at, problem } from '#sim/scenario/report.ts';
import type { BrokerSpec } from '#sim/scenario/scenario.ts';
import type { StepWords } from '#sim/scenario/schema-program.ts';
import { verbOf } from '#sim/scenario/step-names.ts';

type Kind = BrokerSpec['kind'];

const ABSENT: Readonly<Record<Exclude<Kind, 'kafka'>, Readonly<Record<string, string>>>> = {
  rabbitmq: {
    commit: 'RabbitMQ keeps no positions: `settle` acknowledges the message at hand.',
    seek: 'RabbitMQ keeps no positions: { "nack": { "requeue": true } } gives the message back.',
    extend: 'RabbitMQ renews nothing: consumer_timeout is how long a message may be held.',
  },
  memory: {
    commit: 'A bus in memory keeps nothing: there is nothing to commit.',
    seek: 'A bus in memory keeps nothing: there is nothing to go back to.',
    extend: 'A bus in memory keeps nothing.',
    nack: 'A bus in memory keeps nothing: there is nobody to give the message back to.',
    reject: 'A bus in memory keeps nothing.',
  },
};

export function checkFamilyWords(context: Context, broker: BrokerSpec | undefined): void {
  const { kind } = broker ?? {};
  if (kind === undefined || kind === 'kafka') return;
  for (const { value, pointer } of entries(context.document.services, '/services')) {
    if ('on' in value) {
      for (const handler of entries(value.on, at(pointer, 'on'))) {
        checkSteps(context, kind, handler.value, handler.pointer);
      }
    } else checkSteps(context, kind, value.do, at(pointer, 'do'));
    if (value.onError === 'seek-back') {
      const hint =
        kind === 'rabbitmq' ? 'Use nack: the message comes again.' : 'Use poll-on, crash or retry.';
      problem(
        context.report,
        at(pointer, 'onError'),
        `\`seek-back\` on ${kind}: there is no position.`,
        hint,
      );
    }
  }
}

function checkSteps(
  context: Context,
  kind: Exclude<Kind, 'kafka'>,
  steps: readonly StepWords[],
  pointer: string,
): void {
  for (const { value, pointer: place } of items(context, steps, pointer)) {
    const verb = verbOf(value);
    const hint = ABSENT[kind][verb];
    if (hint !== undefined)
      problem(context.report, place, `\`${verb}\` has no counterpart on ${kind}.`, hint);
    if (typeof value === 'object' && 'transaction' in value && !isStore(context, value.transaction)) {
      const sentence = `A transaction of the broker has no counterpart on ${kind}.`;
      problem(context.report, place, sentence, 'Use an outbox table in a database.');
    }
    if (typeof value === 'object' && 'do' in value && Array.isArray(value.do)) {
      checkSteps(context, kind, value.do, at(place, 'do'));
    }
  }
}

function isStore(context: Context, name: string): boolean {
  return Object.hasOwn(context.document.stores ?? {}, name);
}
