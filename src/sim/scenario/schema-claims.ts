/**
 * The schema of claims: which invariants are claimed, what is to be reached, which verdicts the file is meant to show; and
 * what the page keeps in the file for itself.
 */
import {
  byName,
  closed,
  comparing,
  define,
  Bool,
  Duration,
  Integer,
  List,
  Num,
  Optional,
  Ordinal,
  PLAIN_NAME,
  Text,
  Union,
  Unsafe,
  words,
  type Definitions,
} from '#sim/scenario/schema-words.ts';
import { LIMITS } from '#sim/scenario/limits.ts';
import type { Comparison } from '#sim/scenario/values.ts';
import type { Static } from 'typebox';

const defs: Definitions = {};
export const claimDefinitions = defs;

const recordWord = Text({
  title: 'a kind of trace record',
  pattern: '^[a-z][A-Za-z-]{0,39}$',
  examples: ['commit'],
});

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
        'a check',
        'A check without parameters.',
        'no-loss',
        'key-order',
        'commit-safety',
        'exclusive-assignment',
        'no-phantom-effect',
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
      closed(
        'no-phantom-effect',
        'Every effect follows from an event that was delivered and not taken back.',
        {
          'no-phantom-effect': ofGroups('no-phantom-effect', 'Which groups.'),
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

/** Kinds of anomaly that the checkers name (sim/checkers); a test holds the two lists together. */
export const ANOMALIES = [
  'lost',
  'skipped',
  'duplicate',
  'reordered',
  'ghost',
  'stuck',
  'zombie',
  'overlap',
  'stale-commit',
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

export type CheckWords = Static<typeof Check>;
