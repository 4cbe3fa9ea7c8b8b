/**
 * The schema of faults and claims: what strikes and when, which invariants are claimed, what is to be reached, which
 * verdicts the file is meant to show.
 */
import {
  byName,
  closed,
  comparing,
  Config,
  define,
  Bool,
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
import { OnErrorSchema } from '#sim/scenario/schema-program.ts';
import { Handlers } from '#sim/scenario/schema-system.ts';
import { LIMITS } from '#sim/scenario/limits.ts';
import type { Comparison } from '#sim/scenario/values.ts';
import type { Static } from 'typebox';

const defs: Definitions = {};
export const claimDefinitions = defs;

const target = Text({
  title: 'a name',
  description: 'A service, one of its instances, a broker, one of its nodes, or a store.',
  maxLength: 90,
  examples: ['payment-1'],
});

const recordWord = Text({
  title: 'a kind of trace record',
  pattern: '^[a-z][A-Za-z-]{0,39}$',
  examples: ['commit'],
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
        kind: recordWord,
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
    ],
    {
      title: 'a fault',
      description: 'What strikes, when (`at` or `when`), for how long.',
      examples: [{ crash: 'payment', when: { after: 'payment/charge', nth: 3 }, for: '5s' }],
    },
  ),
);

export const Faults = List(Fault, { title: 'faults', description: 'What strikes.', maxItems: LIMITS.faults });

export const Alerts = List(
  closed('an alert', 'A rule over a metric, as an operator would write it. Not modelled yet: a warning.', {
    name: Text({ title: 'a name', maxLength: 100 }),
    metric: Text({ title: 'a metric', maxLength: 200, examples: ['kafka_consumergroup_lag'] }),
    above: Optional(Num()),
    below: Optional(Num()),
    for: Optional(Duration),
  }),
  { title: 'alerts', description: 'Rules over metrics. Not modelled yet.', maxItems: 1_000 },
);

const checkId = Optional(
  Text({
    title: 'a name for the check',
    description: 'By which expect and goal speak of it; needed where a check stands twice.',
    pattern: PLAIN_NAME,
  }),
);

const groups = {
  groups: Optional(
    List(Text({ title: 'a consumer group', maxLength: 200 }), {
      title: 'consumer groups',
      description: 'Default: all of the file.',
      minItems: 1,
      maxItems: 1_000,
    }),
  ),
};

const perField = Text({
  title: 'a field',
  description: 'Whose values tell one business from another.',
  maxLength: 200,
  examples: ['order.id'],
});
const effectName = Text({
  title: 'an effect',
  description: 'store.operation or store.table.',
  maxLength: 161,
  examples: ['cards.charge'],
});

const ofGroups = (name: string, description: string) =>
  closed('groups', description, groups, { $comment: name });

const Check = define(
  defs,
  'check',
  Union(
    [
      words(
        'the name of a check',
        'A check without parameters.',
        'no-loss',
        'key-order',
        'commit-safety',
        'exclusive-assignment',
        'progress',
      ),
      closed('no-loss', 'Every confirmed event has an effect or a stated end in every group.', {
        'no-loss': ofGroups('no-loss', 'Which groups.'),
        as: checkId,
      }),
      closed('effect-once', 'An effect takes place at most once for each value of a field.', {
        'effect-once': closed('effect, per, required', 'Which effect, for each what.', {
          effect: effectName,
          per: perField,
          required: Optional(
            Bool({
              title: 'true or false',
              description: 'Whether none at all is a violation too; default false.',
            }),
          ),
        }),
        as: checkId,
      }),
      closed('key-order', 'First effects of each key come in the order in which they were produced.', {
        'key-order': ofGroups('key-order', 'Which groups.'),
        as: checkId,
      }),
      closed('commit-safety', 'No offset is committed before the records below it are done.', {
        'commit-safety': ofGroups('commit-safety', 'Which groups.'),
        as: checkId,
      }),
      closed('outbox', 'A committed row and its declared event: neither without the other.', {
        outbox: closed('table, event, per', 'Which row, which event.', {
          table: Text({
            title: 'a table',
            description: 'Business table, with its store.',
            maxLength: 161,
            examples: ['ledger.orders'],
          }),
          event: Text({
            title: 'an event type',
            description: 'What each row must be published as.',
            maxLength: 200,
          }),
          per: perField,
        }),
        as: checkId,
      }),
      closed(
        'exclusive-assignment',
        'A partition has at most one owner of the current generation in a group.',
        {
          'exclusive-assignment': ofGroups('exclusive-assignment', 'Which groups.'),
          as: checkId,
        },
      ),
      closed('progress', 'Where there is backlog and a healthy consumer, the committed offset advances.', {
        progress: closed('window, maxDeliveries, groups', 'How patient.', {
          window: Optional(Duration),
          maxDeliveries: Optional(Ordinal),
          ...groups,
        }),
        as: checkId,
      }),
    ],
    {
      title: 'a check',
      description: 'An invariant: its name, or its name with parameters.',
      examples: ['no-loss', { 'effect-once': { effect: 'cards.charge', per: 'order.id' } }],
    },
  ),
);

export const Checks = List(Check, {
  title: 'checks',
  description: 'The invariants that the run is judged by.',
  maxItems: LIMITS.checks,
});

const count = Integer({ title: 'a whole number', minimum: 0, maximum: 1_000_000_000 });
const verdict = words('a verdict', 'What the checker says.', 'valid', 'invalid', 'unknown');

/** Kinds of anomaly that the checkers name. */
export const ANOMALIES = [
  'lost',
  'duplicate',
  'missing',
  'reordered',
  'skipped',
  'unsafe-commit',
  'unpublished',
  'ghost',
  'overlap',
  'zombie',
  'stuck',
  'storm',
] as const;

const anomaly = words('a kind of anomaly', 'What a checker names.', ...ANOMALIES);

const ofTerm = {
  of: Optional(
    Text({
      title: 'an effect or group',
      description: 'Only anomalies of this; default all.',
      maxLength: 200,
    }),
  ),
  ...comparing(count),
};

type Anomaly = (typeof ANOMALIES)[number];
type CountWords = { of?: string } & Partial<Record<Comparison, number>>;

/** Exactly one of these keys; a type of a mapped union would be none. */
type GoalTermWords = Partial<Record<Anomaly, CountWords>> & {
  seen?: string;
  verdict?: Record<string, Static<typeof verdict>>;
};

const GoalTermSchema = Union(
  [
    ...ANOMALIES.map((kind) =>
      closed(kind, `How many anomalies of kind ${kind}.`, {
        [kind]: closed('a comparison', 'Of their number.', ofTerm, { minProperties: 1 }),
      }),
    ),
    closed('seen', 'A trace record of this kind was seen.', { seen: recordWord }),
    closed('verdict', 'The verdicts of checks.', {
      verdict: byName('verdicts', 'By check.', PLAIN_NAME, verdict),
    }),
  ],
  { title: 'a term of the goal', description: 'A number of anomalies, something seen, or verdicts.' },
);

export const Goal = closed('a goal', 'What is to be reached, judged beside the checks.', {
  all: List(Unsafe<GoalTermWords>(GoalTermSchema), {
    title: 'terms',
    description: 'All of them must hold.',
    minItems: 1,
    maxItems: 100,
  }),
});

export const Expect = byName(
  'expected verdicts',
  'The verdicts that this file is meant to show, by check.',
  PLAIN_NAME,
  Union(
    [
      verdict,
      closed('a verdict with its anomalies', 'The verdict and exactly these kinds of anomaly.', {
        verdict,
        anomalies: Optional(
          List(anomaly, { title: 'kinds of anomaly', maxItems: 20, examples: [['duplicate']] }),
        ),
      }),
    ],
    {
      title: 'a verdict',
      description: 'valid, invalid or unknown, or an object that names anomalies too.',
      examples: ['invalid'],
    },
  ),
);

export const Made = closed(
  'how it was made',
  'Written on export: when a replay differs, the engine has changed.',
  {
    version: Text({ title: 'a version', description: 'Of the engine.', maxLength: 60 }),
    digest: Text({ title: 'a digest', description: 'Of the run.', maxLength: 200 }),
  },
);

/** Any JSON: what the page keeps for itself. */
export const Free = (title: string, description: string) =>
  Unsafe<Record<string, unknown>>({ type: 'object', title, description });

export const OnWord = Text({
  title: 'a broker',
  description: 'The broker that the run uses; needed where there are several.',
  pattern: PLAIN_NAME,
});

export type FaultWords = Static<typeof Fault>;
export type WhenWords = Static<typeof When>;
export type CheckWords = Static<typeof Check>;
export type GoalWords = Static<typeof Goal>;
export type ExpectWords = Static<typeof Expect>;
