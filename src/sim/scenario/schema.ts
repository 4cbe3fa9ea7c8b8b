/**
 * The scenario file, format version 1: one definition from which the TypeScript type of a document, the published
 * scenarios/scenario.schema.json (JSON Schema 2020-12, tested fresh) and the validation come. Validation walks this very
 * schema (validate.ts); what a schema cannot say (references, exact units, Kafka's own rules) is in resolve-*.ts.
 */
import {
  Alerts,
  Checks,
  claimDefinitions,
  Expect,
  Free,
  Goal,
  Made,
  OnWord,
} from '#sim/scenario/schema-claims.ts';
import { faultDefinitions, Faults } from '#sim/scenario/schema-faults.ts';
import { programDefinitions } from '#sim/scenario/schema-program.ts';
import { Stores } from '#sim/scenario/schema-stores.ts';
import {
  Brokers,
  Carry,
  Data,
  Events,
  Links,
  Services,
  systemDefinitions,
} from '#sim/scenario/schema-system.ts';
import {
  closed,
  Duration,
  Integer,
  Literal,
  Optional,
  Text,
  wordDefinitions,
} from '#sim/scenario/schema-words.ts';
import type { Static, TSchema } from 'typebox';

export const FORMAT_VERSION = 1;

export const DocumentSchema = closed(
  'a scenario',
  'A system of services, what carries its events, what strikes it, and what is claimed of it.',
  {
    $schema: Optional(
      Text({ title: 'an address', description: 'Of the published schema, for editors.', maxLength: 500 }),
    ),
    version: Literal(FORMAT_VERSION, {
      title: 'the version of the format',
      description: 'Of this format.',
      examples: [FORMAT_VERSION],
    }),
    title: Optional(Text({ title: 'a title', description: 'One line.', maxLength: 300 })),
    question: Optional(
      Text({ title: 'a question', description: 'What to predict before pressing play.', maxLength: 2_000 }),
    ),
    about: Optional(
      Text({ title: 'a text', description: 'Anything else a reader should know.', maxLength: 20_000 }),
    ),
    seed: Optional(
      Integer({
        title: 'a seed',
        description: 'Root of all chance; default 1.',
        minimum: 0,
        maximum: 4_294_967_295,
        examples: [7],
      }),
    ),
    horizon: Optional(Duration),
    data: Optional(Data),
    events: Optional(Events),
    brokers: Optional(Brokers),
    on: Optional(OnWord),
    carry: Optional(Carry),
    stores: Optional(Stores),
    services: Services,
    links: Optional(Links),
    faults: Optional(Faults),
    alerts: Optional(Alerts),
    checks: Optional(Checks),
    goal: Optional(Goal),
    expect: Optional(Expect),
    layout: Optional(Free('a layout', 'Where things stand. Never part of the digest.')),
    views: Optional(Free('views', 'What is shown first. Never part of the digest.')),
    made: Optional(Made),
  },
);

/** What an author writes. */
export type ScenarioDocument = Static<typeof DocumentSchema>;

export const definitions: Readonly<Record<string, TSchema>> = {
  ...wordDefinitions,
  ...programDefinitions,
  ...systemDefinitions,
  ...faultDefinitions,
  ...claimDefinitions,
};

/** The published schema as plain JSON. */
export function publishedSchema(): unknown {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...DocumentSchema,
    title: 'Spillway scenario, format version 1',
    $defs: definitions,
  };
}
