/**
 * The parts of a document by kind and place, and the names that parts of a form may choose from. Reads any JSON object:
 * a draft may have any shape.
 */
import {
  isObject,
  listAt,
  objectAt,
  pointerOf,
  type Json,
  type JsonObject,
} from '#lib/editor/document-tree.ts';

export function names(document: JsonObject, pointer: string): string[] {
  return Object.keys(objectAt(document, pointer));
}

/** The broker that the run uses: `on`, or the first. */
export function brokerInUse(document: JsonObject): string | null {
  const brokers = names(document, '/brokers');
  const on = document['on'];
  return typeof on === 'string' && brokers.includes(on) ? on : (brokers[0] ?? null);
}

export function topicsOf(document: JsonObject): string[] {
  return names(document, '/brokers').flatMap((broker) =>
    names(document, `${pointerOf('brokers', broker)}/topics`),
  );
}

/** `cards.charge` of external APIs or `ledger.orders` of databases. */
export function effectsOf(document: JsonObject, part: 'operations' | 'tables'): string[] {
  return names(document, '/stores').flatMap((store) =>
    names(document, `${pointerOf('stores', store)}/${part}`).map((name) => `${store}.${name}`),
  );
}

export function groupsOf(document: JsonObject): string[] {
  const groups = names(document, '/carry').flatMap((broker) =>
    Object.values(objectAt(document, `${pointerOf('carry', broker)}/consume`)).map((consume) =>
      isObject(consume) && typeof consume['group'] === 'string' ? consume['group'] : '',
    ),
  );
  return [...new Set(groups.filter((group) => group !== ''))];
}

/** Fields of all event types. */
export function fieldsOf(document: JsonObject): string[] {
  const all = names(document, '/events').flatMap((event) =>
    names(document, `${pointerOf('events', event)}/fields`),
  );
  return [...new Set(all)];
}

export function instancesOf(document: JsonObject, service: string): string[] {
  const count = objectAt(document, pointerOf('services', service))['instances'];
  const instances =
    typeof count === 'number' && Number.isInteger(count) ? Math.min(Math.max(count, 1), 50) : 1;
  return Array.from({ length: instances }, (_, index) => `${service}-${index + 1}`);
}

/** Everything that a fault or link can name. */
export function targetsOf(document: JsonObject): string[] {
  const services = names(document, '/services');
  const all = services.flatMap((service) => [service, ...instancesOf(document, service)]);
  return [...all, ...names(document, '/brokers'), ...names(document, '/stores')];
}

export function stepVerb(step: Json): string {
  if (typeof step === 'string') return step;
  if (!isObject(step)) return 'step';
  // `publish` stands before `wait`, which is also its setting.
  return VERBS.find((verb) => Object.hasOwn(step, verb)) ?? 'step';
}

const VERBS = [
  ...['transaction', 'when', 'call', 'insert', 'update', 'read', 'publish'],
  ...['commit', 'seek', 'work', 'fail', 'wait'],
];

export interface ProgramPlace {
  readonly service: string;
  /** Null for a producer's program. */
  readonly event: string | null;
  readonly pointer: string;
  readonly steps: readonly Json[];
}

/** Every program of every service. */
export function programsOf(document: JsonObject): ProgramPlace[] {
  return names(document, '/services').flatMap((service) => {
    const base = pointerOf('services', service);
    const own = listAt(document, `${base}/do`);
    const handlers = names(document, `${base}/on`).map((event) => {
      const pointer = base + pointerOf('on', event);
      return { service, event, pointer, steps: listAt(document, pointer) };
    });
    return own.length > 0
      ? [{ service, event: null, pointer: `${base}/do`, steps: own }, ...handlers]
      : handlers;
  });
}

/** Every step with its pointer, inner ones included. */
export function stepsWithin(
  steps: readonly Json[],
  pointer: string,
): { readonly step: Json; readonly pointer: string }[] {
  return steps.flatMap((step, index) => {
    const place = `${pointer}/${index}`;
    const inner = isObject(step) && Array.isArray(step['do']) ? stepsWithin(step['do'], `${place}/do`) : [];
    return [{ step, pointer: place }, ...inner];
  });
}

/** `payment/charge`: names of steps as faults speak of them; `type` in between where two programs have one of that name. */
export function pointsOf(document: JsonObject): string[] {
  const points: { readonly service: string; readonly event: string | null; readonly name: string }[] = [];
  for (const program of programsOf(document)) {
    for (const name of stepNames(program.steps)) points.push({ ...program, name });
  }
  const twice = (service: string, name: string) =>
    points.filter((point) => point.service === service && point.name === name).length > 1;
  return points.map(({ service, event, name }) =>
    event !== null && twice(service, name) ? `${service}/${event}/${name}` : `${service}/${name}`,
  );
}

function stepNames(steps: readonly Json[], prefix = '', seen = new Map<string, number>()): string[] {
  return steps.flatMap((step) => {
    const verb = stepVerb(step);
    const given = isObject(step) && typeof step['as'] === 'string' ? step['as'] : null;
    const count = (seen.get(prefix + verb) ?? 0) + (given === null ? 1 : 0);
    seen.set(prefix + verb, count);
    const name = prefix + (given ?? (count === 1 ? verb : `${verb}-${count}`));
    if (!isObject(step) || !Array.isArray(step['do'])) return [name];
    const inner = verb === 'transaction' ? `${name}/` : prefix;
    return [name, ...stepNames(step['do'], inner, seen)];
  });
}

/** What `name` becomes where it is taken: name-b, name-c …; numbers at the end are names of instances. */
export function freeName(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name;
  for (let index = 1; ; index += 1) {
    const suffix = index < 26 ? String.fromCharCode(97 + index) : `x${index}x`;
    const candidate = `${name}-${suffix}`;
    if (!taken.includes(candidate)) return candidate;
  }
}

export function allNames(document: JsonObject): string[] {
  return ['/services', '/brokers', '/stores'].flatMap((part) => names(document, part));
}
