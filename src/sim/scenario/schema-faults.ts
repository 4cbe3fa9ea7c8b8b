/**
 * The schema of faults: what strikes, when (`at`, or `when` something happens), for how long. A fault is told by the key
 * that is its verb.
 */
import {
  closed,
  Config,
  define,
  Distribution,
  Duration,
  Integer,
  List,
  Num,
  Optional,
  Ordinal,
  pair,
  PLAIN_NAME,
  Probability,
  Text,
  Union,
  Unsafe,
  words,
  type Definitions,
} from '#sim/scenario/schema-words.ts';
import { LIMITS } from '#sim/scenario/limits.ts';
import { RECORD_KINDS } from '#sim/scenario/record-kinds.ts';
import { OnErrorSchema } from '#sim/scenario/schema-program.ts';
import { Handlers } from '#sim/scenario/schema-system.ts';
import type { Static } from 'typebox';

const defs: Definitions = {};
export const faultDefinitions = defs;

const target = Text({
  title: 'a name',
  description: 'A service, one of its instances, a broker, one of its nodes, or a store.',
  maxLength: 90,
  examples: ['payment-1'],
});

const stepName = Text({
  title: 'a step',
  description: 'service/step, or service/type/step where two event types have a step of that name.',
  maxLength: 400,
  examples: ['payment/charge'],
});

const often = { nth: Optional(Ordinal), probability: Optional(Probability) };

const When = define(
  defs,
  'trigger',
  Union(
    [
      closed('after', 'After a step was taken; nth counts over the whole service, default 1.', {
        after: stepName,
        ...often,
      }),
      closed('before', 'Before a step is taken; nth counts over the whole service, default 1.', {
        before: stepName,
        ...often,
      }),
      closed('kind', 'The nth trace record of a kind, with these fields.', {
        kind: words('a kind of trace record', 'What is recorded in the trace.', ...RECORD_KINDS),
        match: Optional(
          Unsafe<Record<string, string | number | boolean>>({
            type: 'object',
            title: 'fields',
            description: 'Fields of the record and the values they must have.',
            propertyNames: { title: 'a field', pattern: '^[A-Za-z][A-Za-z0-9_.-]{0,79}$' },
            additionalProperties: {
              title: 'a text, number, true or false',
              anyOf: [{ type: 'string', maxLength: 500 }, { type: 'number' }, { type: 'boolean' }],
            },
          }),
        ),
        ...often,
      }),
    ],
    {
      title: 'a trigger',
      description: 'After or before a step, or the nth trace record that matches.',
      examples: [{ after: 'payment/charge', nth: 3 }],
    },
  ),
);

const trigger = { at: Optional(Duration), when: Optional(When) };
const lasts = { for: Optional(Duration) };

const side = List(target, { title: 'names', description: 'One side.', minItems: 1, maxItems: 1_000 });

const Fault = define(
  defs,
  'fault',
  Union(
    [
      closed(
        'crash',
        'The process dies: volatile state gone, durable state stays; back after `for`, else never.',
        {
          crash: target,
          ...trigger,
          ...lasts,
        },
      ),
      closed(
        'pause',
        'The process stands still (a long garbage collection): deadlines pass while it sleeps.',
        {
          pause: target,
          for: Duration,
          ...trigger,
        },
      ),
      closed('restart', 'The process ends and starts again at once.', { restart: target, ...trigger }),
      closed('slow', 'Its work takes `by` times as long.', {
        slow: target,
        by: Num({
          title: 'a factor',
          description: 'Above 0; at most three decimals.',
          minimum: 0.001,
          maximum: 100_000,
        }),
        ...trigger,
        ...lasts,
      }),
      closed('partition', 'Two sides of the network cannot reach each other.', {
        partition: pair('two lists of names', 'The sides.', side),
        direction: Optional(
          words(
            'a direction',
            'both (default); forward: what the first side sends to the second is lost; backward: the other way.',
            'both',
            'forward',
            'backward',
          ),
        ),
        ...trigger,
        ...lasts,
      }),
      closed('latency', 'Everything to and from it takes this much longer.', {
        latency: target,
        by: Distribution,
        ...trigger,
        ...lasts,
      }),
      closed('drop', 'The effect takes place, its answer is lost.', {
        drop: words('what is lost', 'The answer of an external API.', 'response'),
        of: Text({
          title: 'an operation',
          description: 'Store and operation.',
          maxLength: 161,
          examples: ['cards.charge'],
        }),
        nth: Optional(Ordinal),
        probability: Optional(Probability),
        at: Optional(Duration),
        for: Optional(Duration),
      }),
      closed('deploy', 'All instances restart with a new program or new settings.', {
        deploy: Text({ title: 'a service', description: 'One of services.', pattern: PLAIN_NAME }),
        on: Optional(Handlers),
        onError: Optional(OnErrorSchema),
        config: Optional(Config),
        consume: Optional(Config),
        ...trigger,
      }),
      closed('alter', 'A topic of Kafka is given more partitions.', {
        alter: Text({
          title: 'a topic',
          description: 'Broker and topic.',
          maxLength: 330,
          examples: ['kafka/orders'],
        }),
        partitions: Integer({
          title: 'a number of partitions',
          description: 'How many there are from then on.',
          minimum: 1,
          maximum: LIMITS.partitionsPerTopic,
        }),
        ...trigger,
      }),
    ],
    {
      title: 'a fault',
      description: 'What strikes, when (`at` or `when`), for how long.',
      examples: [{ crash: 'payment', when: { after: 'payment/charge', nth: 3 }, for: '5s' }],
    },
  ),
);

export const Faults = List(Fault, { title: 'faults', description: 'What strikes.', maxItems: LIMITS.faults });

export type FaultWords = Static<typeof Fault>;
export type WhenWords = Static<typeof When>;
