/**
 * The schema of handlers: steps, conditions, what an error does. A step is told by the key that is its verb; the first
 * required key of each shape is that verb, and validation picks the branch by it.
 */
import {
  Bool,
  closed,
  comparing,
  define,
  DOTTED_NAME,
  Distribution,
  Duration,
  Integer,
  List,
  Literal,
  Num,
  Optional,
  Ordinal,
  PLAIN_NAME,
  Probability,
  Template,
  Text,
  Union,
  Unsafe,
  words,
  type Definitions,
} from '#sim/scenario/schema-words.ts';
import { LIMITS } from '#sim/scenario/limits.ts';
import type { Static } from 'typebox';

const defs: Definitions = {};
export const programDefinitions = defs;

const As = Optional(
  Text({
    title: 'a name for the step',
    description:
      'By which faults, checks and pictures point at the step. Without it a step is named by its verb, the second one verb-2.',
    pattern: PLAIN_NAME,
    examples: ['charge'],
  }),
);

const operand = Union([Text({ maxLength: 500 }), Num()], { title: 'a text or number' });
const wholeNumber = Integer({ title: 'a whole number', minimum: 0, maximum: 1_000_000_000 });

const rowName = (description: string) =>
  Text({ title: 'the name of a row', description, pattern: PLAIN_NAME, examples: ['row'] });

export type SimpleCondition = Static<typeof SimpleCondition>;
const SimpleCondition = Union([
  closed('nth', 'The nth time that this step is reached in this service, over all instances.', {
    nth: Ordinal,
  }),
  closed('field', 'Compares a field of the item or event at hand.', {
    field: Text({
      title: 'a field',
      description: 'A field of the item or event at hand.',
      maxLength: 200,
      examples: ['order.id'],
    }),
    ...comparing(operand),
  }),
  closed('delivery', 'Compares the number of this delivery of the message; the first is 1.', {
    delivery: closed('a comparison', 'With a whole number.', comparing(wholeNumber), { minProperties: 1 }),
  }),
  closed('probability', 'By chance; the same item and attempt always meet the same luck.', {
    probability: Probability,
  }),
  closed('found', 'True where the read step that filled this row found one.', {
    found: rowName('What the read step said in `into`.'),
  }),
  closed('missing', 'True where the read step that filled this row found none.', {
    missing: rowName('What the read step said in `into`.'),
  }),
]);

export const Condition = define(
  defs,
  'condition',
  Union(
    [
      ...SimpleCondition.anyOf,
      closed('all', 'All of these hold.', {
        all: List(SimpleCondition, {
          title: 'conditions',
          description: 'Each of them simple.',
          minItems: 1,
          maxItems: 20,
        }),
      }),
    ],
    {
      title: 'a condition',
      description:
        'One comparison, by nth, field, delivery, probability, found or missing; or all of several.',
      examples: [{ nth: 37 }, { field: 'order.id', eq: 'order-17' }],
    },
  ),
);

const tableName = (description: string) =>
  Text({ title: 'a table', description, pattern: '^[A-Za-z0-9_.-]{1,161}$', examples: ['ledger.orders'] });

const columns = (description: string) =>
  Unsafe<Record<string, string | number>>({
    type: 'object',
    title: 'columns',
    description,
    propertyNames: { title: 'a column', pattern: PLAIN_NAME },
    additionalProperties: {
      title: 'a template or number',
      anyOf: [
        { $ref: '#/$defs/template' },
        { type: 'integer', minimum: -LIMITS.integer, maximum: LIMITS.integer },
      ],
    },
  });

const rowKey = Unsafe<string>({ $ref: '#/$defs/template', description: 'The key of the row.' });

const simpleSteps = {
  call: closed(
    'call',
    'Calls an operation of an external API: an effect on the outside; goes to the ledger.',
    {
      call: Text({
        title: 'an operation',
        description: 'Store and operation.',
        pattern: '^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$',
        maxLength: 161,
        examples: ['cards.charge'],
      }),
      key: Unsafe<string>({ $ref: '#/$defs/template', description: 'Business key of the effect.' }),
      amount: Optional(
        Union(
          [
            Template,
            Integer({
              title: 'an amount',
              description: 'Integer minor units.',
              minimum: -LIMITS.integer,
              maximum: LIMITS.integer,
            }),
          ],
          {
            title: 'an amount',
            description: 'Template or integer minor units.',
          },
        ),
      ),
      idempotencyKey: Optional(
        Unsafe<string>({
          $ref: '#/$defs/template',
          description: 'Sent along; an operation that honours it does the same key once.',
        }),
      ),
      timeout: Optional(Duration),
      as: As,
    },
  ),
  insert: closed(
    'insert',
    'Inserts a row: alone, or inside a transaction (then the table without its store).',
    {
      insert: tableName('Where to.'),
      key: rowKey,
      values: Optional(columns('Further columns.')),
      onConflict: Optional(
        words(
          'what a taken unique key does',
          'fail: a definite failure (default); ignore: the old row stays, go on; rollback: undo the transaction and go on behind it.',
          'fail',
          'ignore',
          'rollback',
        ),
      ),
      as: As,
    },
  ),
  update: closed('update', 'Changes the row of a key.', {
    update: tableName('Which table.'),
    key: rowKey,
    set: Optional(columns('Columns to write.')),
    add: Optional(columns('Whole numbers to add to columns.')),
    onMissing: Optional(
      words(
        'what a missing row does',
        'fail: a definite failure (default); ignore: go on.',
        'fail',
        'ignore',
      ),
    ),
    as: As,
  }),
  read: closed('read', 'Reads the row of a key.', {
    read: tableName('Which table.'),
    key: rowKey,
    into: rowName('Templates read its columns under this name; found and missing ask for it.'),
    as: As,
  }),
  publish: closed('publish', 'Publishes an event of this type with a new event.id.', {
    publish: Text({
      title: 'an event type',
      description: 'One of events.',
      pattern: DOTTED_NAME,
      examples: ['order.placed'],
    }),
    wait: Optional(
      words(
        'what to wait for',
        'confirm: the broker answer (default); none: goes on at once and never learns of a failure.',
        'none',
        'confirm',
      ),
    ),
    as: As,
  }),
  commit: closed('commit', "Kafka's own words for committing.", {
    commit: words(
      'what to commit',
      'positions: commitSync() without arguments, everything that poll returned; async: the same without waiting, may be overtaken.',
      'positions',
      'async',
    ),
    as: As,
  }),
  seek: closed('seek', "Kafka's own word: moves the position back.", {
    seek: words('where to', 'failed: to the record at hand.', 'failed'),
    as: As,
  }),
  nack: closed(
    'nack',
    'Gives the message at hand back: a share group releases it, so that somebody gets it again.',
    {
      nack: closed('how', 'requeue false takes it for undeliverable.', {
        requeue: Optional(
          Bool({ title: 'true or false', description: 'Whether it is delivered again; default true.' }),
        ),
      }),
      as: As,
    },
  ),
  reject: closed('reject', 'Declares the message at hand undeliverable: a share group archives it.', {
    reject: closed('how', 'requeue true gives it back.', {
      requeue: Optional(
        Bool({ title: 'true or false', description: 'Whether it is delivered again; default false.' }),
      ),
    }),
    as: As,
  }),
  extend: closed('extend', 'Keeps the message at hand for longer: a share group renews its lock.', {
    extend: Unsafe<string>({
      $ref: '#/$defs/duration',
      description: "From now on; a share group knows only its group's lock duration.",
    }),
    as: As,
  }),
  work: closed('work', 'Service time: the process is busy.', { work: Distribution, as: As }),
  wait: closed('wait', 'Time passing: the process is idle.', { wait: Distribution, as: As }),
  fail: closed('fail', 'Fails here, always or under a condition.', {
    fail: words(
      'how to fail',
      'transient and permanent go to onError (a retry ends at once on permanent); crash ends the process.',
      'transient',
      'permanent',
      'crash',
    ),
    if: Optional(Condition),
    as: As,
  }),
};

const settle = Literal('settle', {
  description: "Done with this message, in its carrier's terms: commits its offset + 1.",
});
const stop = Literal('stop', { description: 'The handler ends here and is well.' });

type Simple =
  | { [K in keyof typeof simpleSteps]: Static<(typeof simpleSteps)[K]> }[keyof typeof simpleSteps]
  | 'settle'
  | 'stop';

/** A step as written. `do` makes it recursive, which is why this one type is spelt out. */
export type StepWords =
  | Simple
  | { transaction: string; do: StepWords[]; as?: string }
  | { when: Static<typeof Condition>; do: StepWords[]; as?: string };

const steps = (description: string) =>
  Unsafe<StepWords[]>({
    type: 'array',
    title: 'steps',
    description,
    items: { $ref: '#/$defs/step' },
    minItems: 1,
    maxItems: 200,
  });

export const Steps = steps('Steps, one after the other; between any two is a crash point.');

define(
  defs,
  'step',
  Union(
    [
      settle,
      stop,
      simpleSteps.call,
      closed(
        'transaction',
        'Of a database: insert, update, read inside are done together or not at all. Of the broker: publishes and settle.',
        {
          transaction: Text({
            title: 'a database or broker',
            description: 'One of stores; or the broker in use, where the producer has a transactional.id.',
            pattern: PLAIN_NAME,
            examples: ['ledger', 'kafka'],
          }),
          do: steps('What belongs together.'),
          as: As,
        },
      ),
      simpleSteps.insert,
      simpleSteps.update,
      simpleSteps.read,
      simpleSteps.publish,
      simpleSteps.commit,
      simpleSteps.seek,
      simpleSteps.nack,
      simpleSteps.reject,
      simpleSteps.extend,
      simpleSteps.work,
      closed('when', 'Does its steps if the condition holds.', {
        when: Condition,
        do: steps('What to do then.'),
        as: As,
      }),
      simpleSteps.fail,
      simpleSteps.wait,
    ],
    {
      title: 'a step',
      description: 'One verb, optionally named by `as`.',
      examples: ['settle', { publish: 'order.placed' }],
    },
  ),
);

const Backoff = Union(
  [
    Duration,
    closed('growing', 'Grows by a factor up to a maximum.', {
      first: Duration,
      factor: Optional(
        Integer({
          title: 'a factor',
          description: 'Each pause this many times the last; default 2.',
          minimum: 1,
          maximum: 100,
        }),
      ),
      max: Optional(Duration),
    }),
  ],
  {
    title: 'a backoff',
    description: 'Pause before each retry.',
    examples: ['100ms', { first: '100ms', max: '5s' }],
  },
);

export const OnErrorSchema = define(
  defs,
  'onError',
  Union(
    [
      Literal('poll-on', { description: 'Log it and go on with the next record.' }),
      Literal('crash', { description: 'The process ends and comes back after `restart`.' }),
      Literal('seek-back', { description: 'Move the position back to the failed record.' }),
      Literal('nack', { description: 'Give the failed message back, so that it is delivered again.' }),
      closed('retry', 'Tries again.', {
        retry: closed('a retry', 'Where, how often, how far apart, and what then.', {
          in: words('where', 'place: here, with the partition waiting.', 'place'),
          deliveries: Integer({
            title: 'a number of deliveries',
            description: 'In total, the first one included.',
            minimum: 1,
            maximum: 1_000_000,
            examples: [3],
          }),
          backoff: Optional(Backoff),
          then: words(
            'what then',
            'drop settles the record and says so in the trace.',
            'poll-on',
            'crash',
            'seek-back',
            'nack',
            'drop',
          ),
        }),
      }),
    ],
    {
      title: 'what an error does',
      description: 'What the program does when a step fails.',
      examples: ['crash', { retry: { in: 'place', deliveries: 3, backoff: '100ms', then: 'drop' } }],
    },
  ),
);

export type OnErrorWords = Static<typeof OnErrorSchema>;
export type ConditionWords = Static<typeof Condition>;
