/**
 * The schema of stores: external APIs with their ways to fail, databases with tables and unique keys.
 */
import {
  byName,
  closed,
  Bool,
  Distribution,
  List,
  Literal,
  Optional,
  Ordinal,
  PLAIN_NAME,
  Probability,
  Text,
  Union,
  words,
} from '#sim/scenario/schema-words.ts';
import { LIMITS } from '#sim/scenario/limits.ts';
import type { Static } from 'typebox';

const Fails = List(
  closed('a way to fail', 'An error with a rate or an nth; definite or not.', {
    error: Text({
      title: 'the name of an error',
      description: 'Stands in the trace.',
      pattern: '^[A-Za-z][A-Za-z0-9_.-]{0,79}$',
      examples: ['DECLINED'],
    }),
    rate: Optional(Probability),
    nth: Optional(Ordinal),
    definite: Bool({
      title: 'true or false',
      description: 'Whether the caller may know that it certainly did not happen.',
    }),
    happens: Optional(
      Bool({
        title: 'true or false',
        description: 'Only where definite is false, and needed there: whether it takes place all the same.',
      }),
    ),
  }),
  {
    title: 'ways to fail',
    description: 'Tried in this order; the first that strikes wins.',
    maxItems: LIMITS.waysToFail,
  },
);

const ExternalApi = closed('an external API', 'Operations on the outside world.', {
  kind: Literal('external-api', { description: 'The kind.' }),
  operations: byName(
    'operations',
    'By name.',
    PLAIN_NAME,
    closed('an operation', 'Latency, ways to fail, what it does with an idempotency key.', {
      latency: Optional(Distribution),
      fails: Optional(Fails),
      idempotencyKey: Optional(
        words(
          'what happens to an idempotency key',
          'ignored (default): a repeated call is a repeated effect; honoured: the same key is done once.',
          'ignored',
          'honoured',
        ),
      ),
    }),
  ),
});

const columnName = Text({ title: 'a column', pattern: PLAIN_NAME });

const Database = closed('a database', 'Transactions over tables with unique keys.', {
  kind: Literal('database', { description: 'The kind.' }),
  latency: Optional(Distribution),
  tables: byName(
    'tables',
    'By name.',
    PLAIN_NAME,
    closed('a table', 'Rows have a key and columns.', {
      unique: Optional(
        List(
          Union([columnName, List(columnName, { minItems: 1, maxItems: 10 })], {
            title: 'a column or list of columns',
          }),
          {
            title: 'unique keys',
            description:
              'Columns (or lists of columns) whose values must not repeat; key is the row key. Default: none.',
            maxItems: 20,
            examples: [['key']],
          },
        ),
      ),
    }),
  ),
  fails: Optional(Fails),
});

export const Stores = byName(
  'stores',
  'Databases and external APIs, by name.',
  PLAIN_NAME,
  Union([ExternalApi, Database], { title: 'a store', description: 'By kind: external-api, database.' }),
);

export type FailWords = Static<typeof Fails>[number];
