/**
 * Services: how they are driven, what an error does, their clocks and settings; and whether everything that a handler
 * needs is there: a subscription, and topics on which its event types can arrive.
 */
import { checkTransactionalId } from '#sim/scenario/broker-transaction.ts';
import { numbered } from '#sim/scenario/inventory.ts';
import { LIMITS } from '#sim/scenario/limits.ts';
import { absent, entries, refer, type Placed } from '#sim/scenario/place.ts';
import { at, problem, warning } from '#sim/scenario/report.ts';
import { resolveHandler, resolveProducer, type World } from '#sim/scenario/resolve-program.ts';
import { checkConfig } from '#sim/scenario/settings.ts';
import { readDrift, readDuration, readGap, readSpan } from '#sim/scenario/units.ts';
import type {
  Arrivals,
  Backoff,
  ConfigSet,
  Driven,
  Handler,
  OnError,
  ServiceSpec,
} from '#sim/scenario/scenario.ts';
import type { ArrivalWords, ServiceWords } from '#sim/scenario/schema-system.ts';
import type { OnErrorWords, StepWords } from '#sim/scenario/schema-program.ts';

export function resolveServices(world: World): ServiceSpec[] {
  const services = entries(world.context.document.services, '/services').map((placed) =>
    resolveService(world, placed),
  );
  let instances = 0;
  for (const service of services) instances += service.instances;
  if (instances > LIMITS.instancesInAll) {
    const sentence = `The services have ${instances} instances together: at most ${LIMITS.instancesInAll}.`;
    problem(world.context.report, '/services', sentence);
  }
  if (world.inventory.services.length === 0) {
    absent(world.context, ['/services'], '/services', 'A scenario needs at least one service.');
  }
  return services;
}

function resolveService(world: World, placed: Placed<ServiceWords>): ServiceSpec {
  const { name, value, pointer } = placed;
  const { report, document } = world.context;
  const instances = value.instances ?? 1;
  const broker = document.brokers?.[world.on ?? ''];
  const restart = value.restart ?? '1s';
  const clock = at(pointer, 'clock');
  if ('on' in value && (value.concurrency ?? 1) > 1) {
    const sentence = 'Concurrency in a consumer is not modelled yet: its poll loop is one thread.';
    warning(report, at(pointer, 'concurrency'), sentence, 'Use more instances.');
  }
  checkTransactionalId(world, name, value, pointer);
  return {
    name,
    instances,
    instanceNames: numbered(name, instances),
    startAt: readDuration(report, at(pointer, 'startAt'), value.startAt ?? '0s'),
    clock: {
      skew: readDuration(report, at(clock, 'skew'), value.clock?.skew ?? '0s'),
      drift: readDrift(report, at(clock, 'drift'), value.clock?.drift ?? '0ppm'),
    },
    concurrency: value.concurrency ?? 1,
    restart: restart === 'never' ? restart : readDuration(report, at(pointer, 'restart'), restart),
    ignore: 'on' in value ? (value.ignore ?? false) : false,
    config: producerConfig(world, at(pointer, 'config'), value.config, broker),
    onError: resolveOnError(world, at(pointer, 'onError'), value.onError, 'on' in value),
    driven:
      'on' in value
        ? { by: 'on', handlers: handlersOf(world, placed, value.on) }
        : everyOf(world, placed, value),
  };
}

type BrokerWords = NonNullable<World['context']['document']['brokers']>[string];

/** Kafka's producer is set under its own names; on another broker they have no counterpart. */
function producerConfig(
  world: World,
  pointer: string,
  words: ServiceWords['config'],
  broker: BrokerWords | undefined,
): ConfigSet {
  const { report } = world.context;
  if (broker === undefined || broker.kind === 'kafka')
    return checkConfig(report, pointer, 'producer', words, broker?.version ?? '4.0').set;
  for (const name of Object.keys(words ?? {})) {
    warning(
      report,
      at(pointer, name),
      `\`${name}\` has no counterpart on ${broker.kind}: it has no effect there.`,
    );
  }
  return {};
}

function everyOf(
  world: World,
  placed: Placed<ServiceWords>,
  value: Extract<ServiceWords, { every: unknown }>,
): Driven {
  const { report } = world.context;
  const { pointer } = placed;
  const { limit, until } = value;
  return {
    by: 'every',
    arrivals: readArrivals(world, at(pointer, 'every'), value.every),
    limit: limit ?? null,
    until: until === undefined ? null : readDuration(report, at(pointer, 'until'), until),
    ...resolveProducer(world, placed.name, value.do, at(pointer, 'do')),
  };
}

function readArrivals(world: World, pointer: string, words: ArrivalWords): Arrivals {
  const { report } = world.context;
  if (typeof words === 'string') {
    return { kind: 'constant', gap: { num: readSpan(report, pointer, words), den: 1 } };
  }
  if ('poisson' in words)
    return { kind: 'poisson', gapMean: readGap(report, at(pointer, 'poisson'), words.poisson) };
  if ('constant' in words)
    return { kind: 'constant', gap: readGap(report, at(pointer, 'constant'), words.constant) };
  const place = at(pointer, 'bursty');
  return {
    kind: 'bursty',
    gapMean: readGap(report, at(place, 'rate'), words.bursty.rate),
    burst: readSpan(report, at(place, 'burst'), words.bursty.burst),
    pause: readSpan(report, at(place, 'pause'), words.bursty.pause),
  };
}

function handlersOf(
  world: World,
  placed: Placed<ServiceWords>,
  on: Readonly<Record<string, StepWords[]>>,
): Handler[] {
  const { context, carry } = world;
  const { name, pointer } = placed;
  const place = at(pointer, 'on');
  const consume = carry?.consume.find((entry) => entry.service === name);
  if (consume === undefined) {
    const broker = world.on ?? 'kafka';
    const hint = `Say where from: carry.${broker}.consume.${name} with topics and group.`;
    absent(
      context,
      ['/carry', '/on', '/brokers'],
      place,
      `\`${name}\` handles events, but nothing brings it any.`,
      hint,
    );
  }
  if (Object.keys(on).length === 0)
    absent(context, [place], place, 'A service with `on` handles at least one event type.');
  const handlers = resolveHandlers(world, name, on, place);
  if (!consume || !carry) return handlers;
  for (const { event } of handlers) {
    const arrives = carry.publish.some(
      (route) => route.event === event && consume.topics.includes(route.topic),
    );
    if (arrives || !world.inventory.events.includes(event)) continue;
    const sentence = `\`${event}\` is published to none of the topics that \`${name}\` consumes: this handler never runs.`;
    warning(context.report, at(place, event), sentence);
  }
  return handlers;
}

/** Handlers by event type, sorted by type. */
export function resolveHandlers(
  world: World,
  service: string,
  on: Readonly<Record<string, StepWords[]>>,
  pointer: string,
): Handler[] {
  return entries(on, pointer).map((handler) => {
    refer(world.context, handler.pointer, 'event type', handler.name, world.inventory.events);
    return {
      event: handler.name,
      do: resolveHandler(world, service, handler.name, handler.value, handler.pointer),
    };
  });
}

/** A consumer's default is that of a program without a handler for errors: it crashes. A producer goes on. */
export function resolveOnError(
  world: World,
  pointer: string,
  words: OnErrorWords | undefined,
  consumes: boolean,
): OnError {
  const { report } = world.context;
  if (words === undefined) return { do: consumes ? 'crash' : 'poll-on' };
  const seeks = words === 'seek-back' || (typeof words === 'object' && words.retry.then === 'seek-back');
  if (seeks && !consumes) {
    problem(
      report,
      pointer,
      '`seek-back` in a producer: there is no position.',
      'Use poll-on, crash or retry.',
    );
  }
  if (typeof words === 'string') return { do: words };
  const { deliveries, backoff, then } = words.retry;
  const place = at(at(pointer, 'retry'), 'backoff');
  return { do: 'retry', in: words.retry.in, deliveries, backoff: readBackoff(world, place, backoff), then };
}

type BackoffWords = Extract<OnErrorWords, { retry: unknown }>['retry']['backoff'];

function readBackoff(world: World, pointer: string, words: BackoffWords): Backoff {
  const { report } = world.context;
  if (words === undefined) return { first: 0, factor: 1, max: 0 };
  if (typeof words === 'string') {
    const first = readDuration(report, pointer, words);
    return { first, factor: 1, max: first };
  }
  const first = readSpan(report, at(pointer, 'first'), words.first);
  const max = readDuration(report, at(pointer, 'max'), words.max ?? '1h');
  if (max < first) problem(report, pointer, '`first` is longer than `max`.', 'Swap them.');
  return { first, factor: words.factor ?? 2, max };
}
