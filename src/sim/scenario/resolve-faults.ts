/**
 * Faults: targets and triggers against the processes and steps that the file has. A fault has exactly one trigger, `at`
 * or `when`; only a lost response needs none, for it counts or draws over the responses themselves.
 */
import { checkAlterations, resolveAlter } from '#sim/scenario/resolve-alter.ts';
import { entries, items, refer, type Placed } from '#sim/scenario/place.ts';
import { at, intact, problem, proposal, quote } from '#sim/scenario/report.ts';
import { RECORDS } from '#sim/scenario/record-kinds.ts';
import type { World } from '#sim/scenario/resolve-program.ts';
import { resolveHandlers, resolveOnError } from '#sim/scenario/resolve-services.ts';
import { checkConfig } from '#sim/scenario/settings.ts';
import { findPoint } from '#sim/scenario/step-names.ts';
import { readDistribution, readDuration, readRatio, readSpan } from '#sim/scenario/units.ts';
import type { FaultSpec, FaultTarget, Trigger } from '#sim/scenario/fault.ts';
import type { BrokerSpec } from '#sim/scenario/scenario.ts';
import type { FaultWords, WhenWords } from '#sim/scenario/schema-faults.ts';

const START: Trigger = { by: 'at', at: 0 };

export function resolveFaults(world: World, brokers: readonly BrokerSpec[]): FaultSpec[] {
  const placed = items(world.context, world.context.document.faults, '/faults');
  const faults = placed.flatMap((fault, i) => resolveFault(world, brokers, fault, `fault-${i + 1}`));
  checkAlterations(world.context, brokers, faults);
  return faults;
}

function resolveFault(
  world: World,
  brokers: readonly BrokerSpec[],
  { value, pointer }: Placed<FaultWords>,
  id: string,
): FaultSpec[] {
  const { report } = world.context;
  if ('drop' in value) return [resolveDrop(world, value, pointer, id)];
  const trigger = resolveTrigger(world, value, pointer);
  const length = 'for' in value ? value.for : undefined;
  const lasts = length === undefined ? null : readSpan(report, at(pointer, 'for'), length);
  const timed = { id, trigger };
  const hit = (key: string, name: string, ...kinds: FaultTarget['kind'][]) => {
    const target = resolveTarget(world, at(pointer, key), name, kinds);
    return target === null ? [] : [target];
  };
  const processes = ['service', 'instance', 'broker', 'node'] as const;
  if ('crash' in value) {
    return hit('crash', value.crash, ...processes).map((target) => ({
      ...timed,
      fault: 'crash',
      target,
      lasts,
    }));
  }
  if ('restart' in value) {
    return hit('restart', value.restart, ...processes).map((target) => ({
      ...timed,
      fault: 'restart',
      target,
    }));
  }
  if ('pause' in value) {
    const targets = hit('pause', value.pause, ...processes);
    return targets.map((target) => ({ ...timed, fault: 'pause', target, lasts: lasts ?? 0 }));
  }
  if ('slow' in value) {
    const by = readRatio(report, at(pointer, 'by'), value.by, 3);
    const targets = hit('slow', value.slow, ...processes);
    return targets.map((target) => ({ ...timed, fault: 'slow', target, by, lasts }));
  }
  if ('latency' in value) {
    const by = readDistribution(report, at(pointer, 'by'), value.by);
    const targets = hit('latency', value.latency, ...processes, 'store');
    return targets.map((target) => ({ ...timed, fault: 'latency', target, by, lasts }));
  }
  if ('partition' in value) return [resolvePartition(world, value, pointer, timed, lasts)];
  if ('alter' in value) return resolveAlter(world, brokers, value, pointer, timed);
  return resolveDeploy(world, value, pointer, timed);
}

type Timed = { readonly id: string; readonly trigger: Trigger };

function resolvePartition(
  world: World,
  value: Extract<FaultWords, { partition: unknown }>,
  pointer: string,
  timed: Timed,
  lasts: number | null,
): FaultSpec {
  const place = at(pointer, 'partition');
  const side = (which: 0 | 1) =>
    items(world.context, value.partition[which], at(place, which)).flatMap((name) => {
      const target = resolveTarget(world, name.pointer, name.value, [
        'service',
        'instance',
        'broker',
        'node',
        'controller',
        'store',
      ]);
      return target === null ? [] : [target];
    });
  const sides = [side(0), side(1)] as const;
  const both = sides[0].find((target) => sides[1].some((other) => other.name === target.name));
  if (both)
    problem(world.context.report, place, `\`${both.name}\` stands on both sides.`, 'Remove it from one.');
  return { ...timed, fault: 'partition', sides, direction: value.direction ?? 'both', lasts };
}

function resolveDrop(
  world: World,
  value: Extract<FaultWords, { drop: unknown }>,
  pointer: string,
  id: string,
): FaultSpec {
  const { context, inventory } = world;
  const { report } = context;
  refer(context, at(pointer, 'of'), 'operation', value.of, inventory.operations);
  const [store = '', operation = ''] = value.of.split('.');
  if (value.nth !== undefined && value.probability !== undefined) {
    problem(report, pointer, 'A lost response has `nth` or `probability`, not both.');
  }
  if (value.for !== undefined && value.at === undefined)
    problem(report, at(pointer, 'for'), '`for` needs `at`.');
  if (value.nth === undefined && value.probability === undefined && value.at === undefined) {
    problem(
      report,
      pointer,
      'Which response is lost?',
      'Say "nth": 2, "probability": 0.1, or "at" with "for".',
    );
  }
  const lasts = value.for === undefined ? null : readSpan(report, at(pointer, 'for'), value.for);
  const { probability } = value;
  return {
    fault: 'drop',
    id,
    what: value.drop,
    store,
    operation,
    nth: value.nth ?? null,
    probability:
      probability === undefined ? null : readRatio(report, at(pointer, 'probability'), probability),
    window: value.at === undefined ? null : { at: readDuration(report, at(pointer, 'at'), value.at), lasts },
  };
}

function resolveDeploy(
  world: World,
  value: Extract<FaultWords, { deploy: unknown }>,
  pointer: string,
  timed: Timed,
): FaultSpec[] {
  const { context, inventory } = world;
  if (!refer(context, at(pointer, 'deploy'), 'service', value.deploy, inventory.services)) return [];
  const { on, onError, config, consume } = value;
  const consumer = 'on' in (context.document.services[value.deploy] ?? { on: {} });
  const nothing = on === undefined && onError === undefined && config === undefined && consume === undefined;
  if (nothing) {
    const hint = 'Give it `on`, `onError`, `config` or `consume`; a bare restart is { "restart": … }.';
    problem(context.report, pointer, 'This deploy changes nothing.', hint);
  }
  if (!consumer && (on !== undefined || consume !== undefined)) {
    problem(
      context.report,
      pointer,
      `\`${value.deploy}\` is a producer: it has no handlers.`,
      'Deploy `config`.',
    );
  }
  const broker = context.document.brokers?.[world.on ?? ''];
  const kafka = broker?.kind === 'kafka' ? broker : undefined;
  const version = kafka?.version ?? '4.0';
  const cluster = kafka?.config;
  const share = world.carry?.consume.some((entry) => entry.service === value.deploy && entry.share) === true;
  const set = (kind: 'producer' | 'consumer', key: string, words: typeof config) =>
    words === undefined
      ? null
      : checkConfig(
          context.report,
          at(pointer, key),
          kind,
          words,
          version,
          cluster,
          kind === 'consumer' && share,
        ).set;
  return [
    {
      ...timed,
      fault: 'deploy',
      service: value.deploy,
      handlers: on === undefined ? null : resolveHandlers(world, value.deploy, on, at(pointer, 'on')),
      onError:
        onError === undefined ? null : resolveOnError(world, at(pointer, 'onError'), onError, consumer),
      config: set('producer', 'config', config),
      consumerConfig: set('consumer', 'consume', consume),
    },
  ];
}

function resolveTarget(
  world: World,
  pointer: string,
  name: string,
  kinds: readonly FaultTarget['kind'][],
): FaultTarget | null {
  const { context, inventory } = world;
  const known = [...inventory.targets.values()].filter((target) => kinds.includes(target.kind));
  const { report } = context;
  const owner = name.replace(/-[0-9]+$/, '');
  const target = inventory.targets.get(name);
  if (target && kinds.includes(target.kind)) return target;
  if (target) {
    problem(context.report, pointer, `\`${name}\` is a ${target.kind}, which this fault cannot hit yet.`);
  } else if (intact(report, at('/services', owner), at('/brokers', owner))) {
    refer(
      context,
      pointer,
      'process',
      name,
      known.map((candidate) => candidate.name),
    );
  }
  return null;
}

function resolveTrigger(
  world: World,
  value: { readonly at?: string; readonly when?: WhenWords },
  pointer: string,
): Trigger {
  const { report } = world.context;
  if (value.at !== undefined && value.when !== undefined) {
    problem(report, pointer, 'A fault has one trigger: `at` or `when`, not both.', 'Remove one of them.');
  }
  if (value.at !== undefined) return { by: 'at', at: readDuration(report, at(pointer, 'at'), value.at) };
  if (value.when !== undefined) return resolveWhen(world, value.when, at(pointer, 'when'));
  if (intact(report, pointer)) {
    const hint = 'For example "at": "12.5s", or "when": { "after": "payment/charge", "nth": 3 }.';
    problem(report, pointer, 'When does this fault strike?', hint);
  }
  return START;
}

function resolveWhen(world: World, when: WhenWords, pointer: string): Trigger {
  const { report } = world.context;
  if (when.nth !== undefined && when.probability !== undefined) {
    problem(report, pointer, 'A trigger has `nth` or `probability`, not both.', 'Remove one of them.');
  }
  const { probability } = when;
  const often = {
    nth: probability === undefined ? (when.nth ?? 1) : null,
    probability:
      probability === undefined ? null : readRatio(report, at(pointer, 'probability'), probability),
  };
  if ('kind' in when) {
    return {
      by: 'record',
      kind: when.kind,
      match: resolveMatch(world, when.kind, when.match, pointer),
      ...often,
    };
  }
  const side = 'after' in when ? 'after' : 'before';
  const words = 'after' in when ? when.after : when.before;
  const place = at(pointer, side);
  const plain = words.replace(/#(before|after)$/, '');
  if (plain !== words) {
    problem(
      report,
      place,
      'The side is said by `before` or `after`, not behind a #.',
      `Write ${JSON.stringify(plain)}.`,
    );
  }
  const service = plain.slice(0, Math.max(0, plain.indexOf('/')));
  const known = intact(report, at('/services', service));
  const found = known ? findPoint(report, place, world.points, plain, world.inventory.services) : null;
  return found === null ? START : { by: 'step', side, ...found, ...often };
}

type KindWords = Extract<WhenWords, { kind: string }>;
type RecordTrigger = Extract<Trigger, { by: 'record' }>;

function resolveMatch(
  world: World,
  kind: string,
  words: KindWords['match'],
  pointer: string,
): RecordTrigger['match'] {
  const { context, inventory } = world;
  const fields = RECORDS.get(kind) ?? new Map();
  return entries(words, at(pointer, 'match')).map(({ name, value, pointer: place }) => {
    const type = fields.get(name);
    if (type === undefined) {
      const hint = proposal(name, [...fields.keys()]);
      problem(context.report, place, `A record of kind ${kind} has no field ${quote(name)}.`, hint);
    } else if (type === 'process') {
      refer(context, place, 'process', String(value), [...inventory.targets.keys()]);
    } else if ((type === 'number') === (typeof value === 'string')) {
      problem(
        context.report,
        place,
        `The field \`${name}\` holds ${type === 'number' ? 'a number' : 'a text'}.`,
      );
    }
    return { field: name, value };
  });
}
