/**
 * The words of the scenario schema: names, durations, rates, sizes, probabilities, templates, distributions. Each is
 * defined once, lands in the published schema's `$defs`, and gives the TypeScript type. `title` is what a problem calls
 * it ("a duration"), `examples` what a problem proposes. Only TypeBox's builders are used: its checkers would cost the
 * worker 16 kB and know nothing of unions told apart by their keys.
 */
import {
  Array as List,
  Boolean as Bool,
  Integer,
  Literal,
  Number as Num,
  Object as Shape,
  Optional,
  String as Text,
  Union,
  Unsafe,
  type Static,
  type TSchema,
} from 'typebox';

export { Bool, Integer, List, Literal, Num, Optional, Text, Union, Unsafe };

export type Definitions = Record<string, TSchema>;

/** Puts `schema` into the published `$defs` under `name` and gives a reference that keeps its type. */
export function define<T extends TSchema>(into: Definitions, name: string, schema: T) {
  into[name] = schema;
  return Unsafe<Static<T>>({ $ref: `#/$defs/${name}` });
}

/** An object with known keys and no others. */
export function closed<P extends Record<string, TSchema>>(
  title: string,
  description: string,
  properties: P,
  more: object = {},
) {
  return Shape(properties, { title, description, additionalProperties: false, ...more });
}

/** An object from names to values of one kind. */
export function byName<T extends TSchema>(title: string, description: string, names: string, value: T) {
  return Unsafe<Record<string, Static<T>>>({
    type: 'object',
    title,
    description,
    propertyNames: { title: 'a name', pattern: names },
    additionalProperties: value,
  });
}

/** One of a few words. */
export function words<const W extends string[]>(title: string, description: string, ...of: W) {
  return Unsafe<W[number]>({ type: 'string', title, description, enum: of });
}

/** A pair, both of one kind. */
export function pair<T extends TSchema>(title: string, description: string, item: T) {
  return Unsafe<[Static<T>, Static<T>]>({
    type: 'array',
    title,
    description,
    items: item,
    minItems: 2,
    maxItems: 2,
  });
}

/** Names of services, brokers, stores, tables, operations, data items and their fields. */
export const PLAIN_NAME = '^[A-Za-z][A-Za-z0-9_-]{0,79}$';
/** Names of event types, topics and groups: what Kafka accepts as a topic name, at least. */
export const DOTTED_NAME = '^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$';

const defs: Definitions = {};
export const wordDefinitions = defs;

const DURATION = '^[0-9]+(\\.[0-9]+)?(us|ms|s|min|h|d)$';

export const Duration = define(
  defs,
  'duration',
  Text({
    title: 'a duration',
    description: 'A length of time or a point in virtual time: a number and a unit (us, ms, s, min, h, d).',
    pattern: DURATION,
    maxLength: 30,
    examples: ['250ms', '5s', '2h'],
  }),
);

export const SignedDuration = define(
  defs,
  'signedDuration',
  Text({
    title: 'a duration with sign',
    description: 'A duration that may be negative.',
    pattern: DURATION.replace('^', '^-?'),
    maxLength: 30,
    examples: ['-1s', '250ms'],
  }),
);

export const Rate = define(
  defs,
  'rate',
  Text({
    title: 'a rate',
    description: 'How often: a number above zero and a unit of time (s, min, h, d).',
    pattern: '^[0-9]+(\\.[0-9]+)?/(s|min|h|d)$',
    maxLength: 30,
    examples: ['20/s', '1000/min'],
  }),
);

export const Size = define(
  defs,
  'size',
  Text({
    title: 'a size',
    description: 'A number of bytes with its unit (B, kB, MB, GB, KiB, MiB, GiB).',
    pattern: '^[0-9]+(\\.[0-9]+)?(B|kB|MB|GB|KiB|MiB|GiB)$',
    maxLength: 30,
    examples: ['600B', '16KiB'],
  }),
);

export const Probability = define(
  defs,
  'probability',
  Num({
    title: 'a probability',
    description: 'Between 0 and 1, at most nine decimals.',
    minimum: 0,
    maximum: 1,
    examples: [0.01],
  }),
);

export const Template = define(
  defs,
  'template',
  Text({
    title: 'a template',
    description:
      'Text with holes in braces: fields of the item or event at hand ({order.id}), {event.id}, {event.type}, ' +
      '{event.key}, columns of a row that was read ({row.total}). Never evaluated as code.',
    minLength: 1,
    maxLength: 500,
    examples: ['{order.id}'],
  }),
);

export const Ordinal = define(
  defs,
  'ordinal',
  Integer({
    title: 'a count from 1',
    description: 'Which time something happens: 1 is the first.',
    minimum: 1,
    maximum: 1_000_000_000,
    examples: [3],
  }),
);

export const Distribution = define(
  defs,
  'distribution',
  Union(
    [
      Duration,
      closed('exponential', 'Exponential with this mean.', { exponential: Duration }),
      closed('uniform', 'Uniform between the two, both included.', {
        uniform: pair('two durations', 'Lower and upper bound.', Duration),
      }),
      closed('lognormal', 'Lognormal, by its median and its 99th percentile.', {
        lognormal: closed('median and p99', 'Both durations.', { median: Duration, p99: Duration }),
      }),
      closed('pareto', 'Pareto: heavy tail.', {
        pareto: closed('min, shape and max', 'Smallest value, shape (tail index), optional cap.', {
          min: Duration,
          shape: Num({
            title: 'a shape',
            description: 'Tail index; the mean is infinite at 1 and below unless capped.',
            minimum: 0.1,
            maximum: 100,
            examples: [1.5],
          }),
          max: Optional(Duration),
        }),
      }),
      closed('empirical', 'Measured values, each equally likely.', {
        empirical: List(Duration, {
          title: 'a list of durations',
          description: 'At least one.',
          minItems: 1,
          maxItems: 10_000,
        }),
      }),
    ],
    {
      title: 'a distribution of durations',
      description: 'A duration (constant) or one of exponential, uniform, lognormal, pareto, empirical.',
      examples: ['40ms', { exponential: '40ms' }],
    },
  ),
);

export const Config = define(
  defs,
  'config',
  Unsafe<Record<string, string | number | boolean | null | string[]>>({
    type: 'object',
    title: 'settings',
    description: "Settings under the broker's or client's own names, in its own units.",
    propertyNames: { title: 'a setting', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$' },
    additionalProperties: {
      title: 'the value of a setting',
      anyOf: [
        { type: 'string', maxLength: 1000 },
        { type: 'number' },
        { type: 'boolean' },
        { type: 'null' },
        { type: 'array', items: { type: 'string', maxLength: 1000 }, maxItems: 100 },
      ],
    },
  }),
);

const comparisons = {
  eq: 'equal to',
  ne: 'not equal to',
  lt: 'less than',
  lte: 'at most',
  gt: 'more than',
  gte: 'at least',
} as const;

/** The six comparison keys, optional, with operands of one kind; exactly one must be there. */
export function comparing<T extends TSchema>(operand: T) {
  const key = (word: keyof typeof comparisons) =>
    Optional(Unsafe<Static<T>>({ ...operand, description: `Must be ${comparisons[word]} this.` }));
  return { eq: key('eq'), ne: key('ne'), lt: key('lt'), lte: key('lte'), gt: key('gt'), gte: key('gte') };
}
