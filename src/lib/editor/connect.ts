/**
 * Connecting a service to a topic, either way: publishing sends an event type there from one of the service's programs;
 * consuming subscribes the service and gives it a handler for everything that the topic carries.
 */
import type { Edited } from '#lib/editor/change.ts';
import {
  isObject,
  listAt,
  objectAt,
  pointerOf,
  valueAt,
  withItem,
  withValue,
} from '#lib/editor/document-tree.ts';
import type { Json, JsonObject } from '#lib/editor/document-tree.ts';
import { names, programsOf, stepVerb, stepsWithin } from '#lib/editor/part-names.ts';

function brokerOfTopic(document: JsonObject, topic: string): string | null {
  const brokers = names(document, '/brokers');
  return (
    brokers.find((broker) => names(document, pointerOf('brokers', broker, 'topics')).includes(topic)) ?? null
  );
}

function missing(document: JsonObject, service: string, topic: string): string | null {
  if (!names(document, '/services').includes(service)) return `There is no service ${service}.`;
  return brokerOfTopic(document, topic) === null ? `There is no topic ${topic}.` : null;
}

/** `event` goes to `topic` from now on, and `service` publishes it before it settles. */
export function connectPublish(document: JsonObject, service: string, topic: string, event: string): Edited {
  const refused = missing(document, service, topic);
  if (refused !== null) return { refused };
  if (!names(document, '/events').includes(event)) return { refused: `There is no event type ${event}.` };
  const route = pointerOf('carry', brokerOfTopic(document, topic) ?? '', 'publish', event);
  const field = names(document, pointerOf('events', event, 'fields'))[0];
  const old = objectAt(document, route);
  const key = old['key'] ?? (field === undefined ? undefined : `{${field}}`);
  const routed = withValue(document, route, key === undefined ? { ...old, topic } : { ...old, topic, key });
  const what = `connect ${service} to ${topic}: publish ${event}`;
  const programs = programsOf(document).filter((program) => program.service === service);
  const publishes = programs.some((program) =>
    stepsWithin(program.steps, program.pointer).some(
      ({ step }) => isObject(step) && step['publish'] === event,
    ),
  );
  const program = programs[0];
  if (publishes || program === undefined) return { what, document: routed, at: route };
  const end = program.steps.findIndex((step) => ['settle', 'commit', 'stop'].includes(stepVerb(step)));
  const index = end < 0 ? program.steps.length : end;
  const next = withItem(routed, program.pointer, index, { publish: event, wait: 'confirm' });
  return { what, document: next, at: `${program.pointer}/${index}` };
}

export function connectConsume(document: JsonObject, service: string, topic: string): Edited {
  const refused = missing(document, service, topic);
  if (refused !== null) return { refused };
  const handlers = pointerOf('services', service, 'on');
  if (!isObject(valueAt(document, handlers))) {
    return { refused: `${service} is driven by time, not by events. Add a consumer to read ${topic}.` };
  }
  const broker = brokerOfTopic(document, topic) ?? '';
  const at = pointerOf('carry', broker, 'consume', service);
  const old = valueAt(document, at);
  const topics = listAt(old, '/topics');
  if (topics.includes(topic)) return { refused: `${service} consumes ${topic} already.` };
  const fresh: JsonObject = {
    group: service,
    config: { 'enable.auto.commit': false, 'auto.offset.reset': 'earliest' },
  };
  const subscription = isObject(old) ? { ...old, topics: [...topics, topic] } : { topics: [topic], ...fresh };
  let next = withValue(document, at, subscription);
  const routes = pointerOf('carry', broker, 'publish');
  for (const event of names(document, routes)) {
    const carried = valueAt(document, `${routes}${pointerOf(event, 'topic')}`) === topic;
    const handler = handlers + pointerOf(event);
    if (!carried || valueAt(document, handler) !== undefined) continue;
    const steps: Json = [{ work: { exponential: '20ms' } }, 'settle'];
    next = withValue(next, handler, steps);
  }
  return { what: `connect ${service} to ${topic}: consume`, document: next, at };
}
