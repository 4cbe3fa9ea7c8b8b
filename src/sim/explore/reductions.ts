/**
 * What can be cut from a document: other claims, faults, services, messages, processes, partitions, and the parts that
 * nobody names any more. Each proposal is one cut; large ones come first, so that shrinking takes few runs. Whether a
 * proposal is a scenario at all, parsing says; whether it still fails, the run does. Steps stay: a handler without its
 * commit is another program, and fails for another reason.
 */
import {
  isObject,
  listAt,
  objectAt,
  withFaults,
  withKey,
  type Json,
  type JsonObject,
} from '#sim/explore/document.ts';

export interface Reduction {
  /** "without the service notify" */
  readonly what: string;
  readonly document: JsonObject;
}

export function reductionsOf(document: JsonObject, check: string): Reduction[] {
  return [
    ...fewerClaims(document, check),
    ...fewerFaults(document),
    ...fewerServices(document),
    ...fewerMessages(document),
    ...fewerProcesses(document),
    ...fewerPartitions(document),
    ...earlierFaults(document),
    ...fewerParts(document),
  ];
}

/** What `expect` calls a claim. */
function claimId(claim: Json): string {
  if (!isObject(claim)) return String(claim);
  const { as } = claim;
  return typeof as === 'string' ? as : (Object.keys(claim).find((key) => key !== 'as') ?? '');
}

/** The failing claim alone is kept; what the file expected, asked and showed was about the whole. */
function fewerClaims(document: JsonObject, check: string): Reduction[] {
  const claims = listAt(document, 'checks');
  const kept = claims.filter((claim) => claimId(claim) === check);
  const about = ['expect', 'goal', 'question', 'about', 'made', 'layout', 'views', 'alerts'];
  const told = about.filter((key) => document[key] !== undefined);
  if (kept.length === claims.length && told.length === 0) return [];
  const bare = told.reduce<JsonObject>((rest, key) => withKey(rest, key, undefined), document);
  return [{ what: 'without the other claims', document: { ...bare, checks: kept } }];
}

function fewerFaults(document: JsonObject): Reduction[] {
  const faults = listAt(document, 'faults');
  return faults.map((_, i) => ({
    what: `without fault ${i + 1} of ${faults.length}`,
    document: withFaults(
      document,
      faults.filter((_one, other) => other !== i),
    ),
  }));
}

function withService(document: JsonObject, name: string, service: JsonObject | undefined): JsonObject {
  return { ...document, services: withKey(objectAt(document, 'services'), name, service) };
}

/** A service goes with what carries events to it. */
function fewerServices(document: JsonObject): Reduction[] {
  const names = Object.keys(objectAt(document, 'services'));
  return names.map((name) => {
    const carry = Object.entries(objectAt(document, 'carry')).map(([broker, how]) => {
      if (!isObject(how)) return [broker, how] as const;
      return [broker, { ...how, consume: withKey(objectAt(how, 'consume'), name, undefined) }] as const;
    });
    const rest = withService(document, name, undefined);
    return {
      what: `without the service ${name}`,
      document: carry.length === 0 ? rest : { ...rest, carry: Object.fromEntries(carry) },
    };
  });
}

/** Smaller whole numbers from 1 up, the smallest first, by halves of the way. */
function smaller(value: number): number[] {
  const tries: number[] = [];
  for (let cut = value - 1; cut >= 1; cut = Math.floor(cut / 2)) tries.push(value - cut);
  return tries;
}

function fewerMessages(document: JsonObject): Reduction[] {
  return Object.entries(objectAt(document, 'services')).flatMap(([name, service]) => {
    if (!isObject(service) || service['every'] === undefined) return [];
    const { limit } = service;
    const tries = typeof limit === 'number' ? smaller(limit) : [1, 10, 100, 1_000];
    return tries.map((messages) => ({
      what: `${name} brings ${messages} in place of ${typeof limit === 'number' ? limit : 'any number'}`,
      document: withService(document, name, { ...service, limit: messages }),
    }));
  });
}

function fewerProcesses(document: JsonObject): Reduction[] {
  const ofServices = Object.entries(objectAt(document, 'services')).flatMap(([name, service]) => {
    if (!isObject(service) || typeof service['instances'] !== 'number') return [];
    return smaller(service['instances']).map((instances) => ({
      what: `${name} has ${instances} of ${String(service['instances'])} instances`,
      document: withService(
        document,
        name,
        withKey(service, 'instances', instances === 1 ? undefined : instances),
      ),
    }));
  });
  const ofBrokers = Object.entries(objectAt(document, 'brokers')).flatMap(([name, broker]) => {
    const nodes = isObject(broker) ? broker['nodes'] : undefined;
    if (!isObject(broker) || typeof nodes !== 'number') return [];
    return smaller(nodes).map((fewer) => ({
      what: `${name} has ${fewer} of ${nodes} nodes`,
      document: withBroker(document, name, { ...broker, nodes: fewer }),
    }));
  });
  return [...ofServices, ...ofBrokers];
}

function withBroker(document: JsonObject, name: string, broker: JsonObject | undefined): JsonObject {
  return { ...document, brokers: withKey(objectAt(document, 'brokers'), name, broker) };
}

function fewerPartitions(document: JsonObject): Reduction[] {
  return Object.entries(objectAt(document, 'brokers')).flatMap(([name, broker]) => {
    if (!isObject(broker)) return [];
    return Object.entries(objectAt(broker, 'topics')).flatMap(([topic, settings]) => {
      if (!isObject(settings) || typeof settings['partitions'] !== 'number') return [];
      return smaller(settings['partitions']).map((partitions) => ({
        what: `${topic} has ${partitions} of ${String(settings['partitions'])} partitions`,
        document: withBroker(document, name, {
          ...broker,
          topics: { ...objectAt(broker, 'topics'), [topic]: { ...settings, partitions } },
        }),
      }));
    });
  });
}

/** A fault that waits for its nth time may come sooner: fewer messages are enough then. */
function earlierFaults(document: JsonObject): Reduction[] {
  const faults = listAt(document, 'faults');
  return faults.flatMap((fault, i) => {
    if (!isObject(fault)) return [];
    const when = fault['when'];
    const place = isObject(when) ? when : fault;
    const nth = place['nth'];
    if (typeof nth !== 'number') return [];
    return smaller(nth).map((sooner) => {
      const changed = isObject(when)
        ? { ...fault, when: { ...when, nth: sooner } }
        : { ...fault, nth: sooner };
      return {
        what: `fault ${i + 1} strikes at the ${sooner}. time`,
        document: withFaults(
          document,
          faults.map((one, other) => (other === i ? changed : one)),
        ),
      };
    });
  });
}

/** Stores, topics, event types, routes, generators and links that the rest can do without. */
function fewerParts(document: JsonObject): Reduction[] {
  const found: Reduction[] = [];
  for (const key of ['stores', 'events', 'data', 'brokers', 'carry'] as const) {
    const parts = objectAt(document, key);
    for (const name of Object.keys(parts)) {
      if (Object.keys(parts).length === 1 && key !== 'stores') continue;
      found.push({
        what: `without ${name} of ${key}`,
        document: withKey(document, key, withKey(parts, name, undefined)),
      });
    }
  }
  for (const [broker, settings] of Object.entries(objectAt(document, 'brokers'))) {
    if (!isObject(settings)) continue;
    for (const topic of Object.keys(objectAt(settings, 'topics'))) {
      const topics = withKey(objectAt(settings, 'topics'), topic, undefined);
      found.push({
        what: `without the topic ${topic}`,
        document: withBroker(document, broker, { ...settings, topics }),
      });
    }
  }
  for (const [broker, how] of Object.entries(objectAt(document, 'carry'))) {
    if (!isObject(how)) continue;
    for (const event of Object.keys(objectAt(how, 'publish'))) {
      const publish = withKey(objectAt(how, 'publish'), event, undefined);
      const carry = { ...objectAt(document, 'carry'), [broker]: { ...how, publish } };
      found.push({ what: `without the route of ${event}`, document: { ...document, carry } });
    }
  }
  if (document['links'] !== undefined)
    found.push({ what: 'without links of its own', document: withKey(document, 'links', undefined) });
  return found;
}
