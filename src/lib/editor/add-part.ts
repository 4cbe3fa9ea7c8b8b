/**
 * New parts, ready to run: a producer brings the event, topic and route that it needs where the document has none; a
 * consumer handles everything that its topic carries. Values are modest defaults that the forms then change.
 */
import { addItem, spaced, type Change, type Edited } from '#lib/editor/change.ts';
import {
  listAt,
  pointerOf,
  valueAt,
  withValue,
  type Json,
  type JsonObject,
} from '#lib/editor/document-tree.ts';
import {
  allNames,
  brokerInUse,
  effectsOf,
  fieldsOf,
  freeName,
  instancesOf,
  names,
  topicsOf,
} from '#lib/editor/part-names.ts';
import type { paletteWords } from '#lib/editor/words.ts';

export type PartKind = keyof typeof paletteWords;

export interface AddOptions {
  /** A name for it; a free one of our choice otherwise. */
  readonly name?: string;
  /** A duration: when a new fault strikes. */
  readonly at?: string;
}

export function addPart(document: JsonObject, kind: PartKind, options: AddOptions = {}): Edited {
  switch (kind) {
    case 'producer':
      return addProducer(document, options.name);
    case 'consumer':
      return addConsumer(document, options.name);
    case 'topic':
      return addTopic(document, options.name);
    case 'external-api':
      return addStore(document, options.name ?? 'api', {
        kind: 'external-api',
        operations: { call: { latency: { exponential: '40ms' } } },
      });
    case 'database':
      return addStore(document, options.name ?? 'ledger', {
        kind: 'database',
        latency: '3ms',
        tables: { entries: { unique: ['key'] } },
      });
    case 'fault':
      return addCrash(document, options.at ?? '10s');
    case 'check':
      return addCheck(document);
  }
}

/** A document to begin with: one producer and what it needs. */
export function smallSystem(): string {
  const edited = addProducer({ version: 1, horizon: '30s', services: {} });
  return `${JSON.stringify('refused' in edited ? {} : edited.document, null, 2)}\n`;
}

function addStore(document: JsonObject, wish: string, store: JsonObject): Edited {
  const name = freeName(wish, allNames(document));
  const at = pointerOf('stores', name);
  return {
    what: `add ${store['kind'] === 'database' ? 'database' : 'external API'} ${name}`,
    document: withValue(document, at, store),
    at,
  };
}

/** The document with a broker, and its name. */
function withBroker(document: JsonObject): { readonly document: JsonObject; readonly broker: string } {
  const broker = brokerInUse(document);
  if (broker !== null) return { document, broker };
  const name = freeName('kafka', allNames(document));
  const next = withValue(document, pointerOf('brokers', name), { kind: 'kafka', topics: {} });
  return { document: next, broker: name };
}

function addTopic(document: JsonObject, wish = 'events'): Edited {
  const { document: next, broker } = withBroker(document);
  const name = freeName(wish, topicsOf(next));
  const at = pointerOf('brokers', broker, 'topics', name);
  return { what: `add topic ${name}`, document: withValue(next, at, { partitions: 3 }), at };
}

/** Event types that the broker in use carries somewhere. */
function routedEvents(document: JsonObject, broker: string): string[] {
  const routes = pointerOf('carry', broker, 'publish');
  const events = names(document, '/events');
  return names(document, routes).filter((event) => events.includes(event));
}

/** The document with an event type that is routed to a topic: the first there is, or a small one of our own. */
function withRoute(start: JsonObject): {
  readonly document: JsonObject;
  readonly broker: string;
  readonly event: string;
} {
  const { document, broker } = withBroker(start);
  const routed = routedEvents(document, broker)[0];
  if (routed !== undefined) return { document, broker, event: routed };
  const known = names(document, '/events')[0];
  const event = known ?? 'item.made';
  let next = document;
  if (known === undefined) {
    if (valueAt(next, '/data/item/id') === undefined) next = withValue(next, '/data/item/id', 'sequence');
    next = withValue(next, pointerOf('events', event), {
      version: '1.0',
      fields: { 'item.id': 'id' },
      size: '500B',
    });
  }
  let topic = names(next, pointerOf('brokers', broker, 'topics'))[0];
  if (topic === undefined) {
    topic = 'items';
    next = withValue(next, pointerOf('brokers', broker, 'topics', topic), { partitions: 3 });
  }
  const field = names(next, pointerOf('events', event, 'fields'))[0];
  const route: JsonObject = field === undefined ? { topic } : { topic, key: `{${field}}` };
  next = withValue(next, pointerOf('carry', broker, 'publish', event), route);
  return { document: next, broker, event };
}

function addProducer(start: JsonObject, wish = 'producer'): Edited {
  const { document, event } = withRoute(start);
  const name = freeName(wish, allNames(document));
  const at = pointerOf('services', name);
  const service = {
    every: { poisson: '5/s' },
    limit: 100,
    do: [{ publish: event, wait: 'confirm' }],
    config: { acks: 'all' },
  };
  return { what: `add producer ${name}`, document: withValue(document, at, service), at };
}

function addConsumer(start: JsonObject, wish = 'consumer'): Edited {
  const { document, broker, event } = withRoute(start);
  const name = freeName(wish, allNames(document));
  const publish = pointerOf('carry', broker, 'publish');
  const topic = String(valueAt(document, publish + pointerOf(event, 'topic')) ?? '');
  const types = routedEvents(document, broker).filter(
    (type) => valueAt(document, publish + pointerOf(type, 'topic')) === topic,
  );
  const steps = () => [{ work: { exponential: '20ms' } }, 'settle'];
  const service = { on: Object.fromEntries(types.map((type) => [type, steps()])), onError: 'crash' };
  const at = pointerOf('services', name);
  const subscribed = withValue(document, pointerOf('carry', broker, 'consume', name), {
    topics: [topic],
    group: name,
    config: { 'enable.auto.commit': false, 'auto.offset.reset': 'earliest' },
  });
  return { what: `add consumer ${name}`, document: withValue(subscribed, at, service), at };
}

function addCrash(document: JsonObject, at: string): Edited {
  const services = names(document, '/services');
  const service =
    services.find((name) => valueAt(document, pointerOf('services', name, 'on'))) ?? services[0];
  if (service === undefined) return { refused: 'A fault needs a service to strike. Add one first.' };
  return addFault(document, { crash: instancesOf(document, service)[0] ?? service, at, for: '5s' });
}

/** The sentence for a fault: "crash payment-1 at 12.5 s". */
export function faultWords(fault: JsonObject): string {
  const verb = Object.keys(fault).find((key) => !['at', 'when', 'for', 'by'].includes(key)) ?? 'fault';
  const target = fault[verb];
  const sides = Array.isArray(target)
    ? target.map((side) => (Array.isArray(side) ? side.join(', ') : String(side)))
    : null;
  const whom =
    verb === 'drop' ? `response of ${String(fault['of'] ?? '')}` : (sides?.join(' from ') ?? String(target));
  const when = fault['when'];
  const strikes = typeof when === 'object' && when !== null && !Array.isArray(when) ? when : {};
  const [side] = Object.keys(strikes).filter((key) => ['after', 'before', 'kind'].includes(key));
  const trigger = side === undefined ? '' : ` ${side} ${String(strikes[side])}`;
  const time = fault['at'] === undefined ? trigger : ` at ${spaced(fault['at'])}`;
  return `${verb} ${whom}${time}`;
}

export function addFault(document: JsonObject, fault: JsonObject): Edited {
  const added = addItem(document, '/faults', fault);
  return 'refused' in added ? added : { ...added, what: `add fault ${faultWords(fault)}` };
}

const PLAIN_CHECKS = [
  'no-loss',
  'key-order',
  'commit-safety',
  'exclusive-assignment',
  'progress',
  'no-phantom-effect',
];

function addCheck(document: JsonObject): Edited {
  const claimed = listAt(document, '/checks').map((check) => checkName(check));
  const missing = PLAIN_CHECKS.find((name) => !claimed.includes(name));
  const effect = [...effectsOf(document, 'operations'), ...effectsOf(document, 'tables')][0];
  const per = fieldsOf(document)[0];
  if (!claimed.includes('effect-once') && effect !== undefined && per !== undefined) {
    return named(addItem(document, '/checks', { 'effect-once': { effect, per } }), 'effect-once');
  }
  if (missing === undefined) return { refused: 'All checks without parameters are claimed already.' };
  return named(addItem(document, '/checks', missing), missing);
}

function named(edited: Edited, check: string): Edited {
  return 'refused' in edited ? edited : { ...(edited satisfies Change), what: `add check ${check}` };
}

/** A check's name: its word, or the first key that is not its id. */
export function checkName(check: Json): string {
  if (typeof check === 'string') return check;
  return Object.keys(check ?? {}).find((key) => key !== 'as') ?? 'check';
}
