/** What a field may hold, by what the schema calls it: names that the document has. */
import type { JsonObject } from '#lib/editor/document-tree.ts';
import {
  effectsOf,
  fieldsOf,
  groupsOf,
  names,
  pointsOf,
  targetsOf,
  topicsOf,
} from '#lib/editor/part-names.ts';

const BY_TITLE: Readonly<Record<string, (document: JsonObject) => readonly string[]>> = {
  'a topic': topicsOf,
  'an event type': (document) => names(document, '/events'),
  'an operation': (document) => effectsOf(document, 'operations'),
  'a table': (document) => effectsOf(document, 'tables'),
  'an effect': (document) => [...effectsOf(document, 'operations'), ...effectsOf(document, 'tables')],
  'an effect or group': (document) => [
    ...effectsOf(document, 'operations'),
    ...effectsOf(document, 'tables'),
    ...groupsOf(document),
  ],
  'a name': targetsOf,
  'a service': (document) => names(document, '/services'),
  'a broker': (document) => names(document, '/brokers'),
  'a database': (document) => names(document, '/stores'),
  'a step': pointsOf,
  'a consumer group': groupsOf,
  'a field': fieldsOf,
  'a template': (document) => fieldsOf(document).map((field) => `{${field}}`),
};

export function suggestionsFor(title: string | undefined, document: JsonObject): readonly string[] {
  return BY_TITLE[title ?? '']?.(document) ?? [];
}
