/**
 * Faults of the file, with every name resolved, as the nemesis acts on them. The words of the trace (step points,
 * kinds, fields) become ids and places in a record's row.
 */
import { assert, present } from '#sim/base/assert.ts';
import { intern } from '#sim/base/names.ts';
import type { Action, Fault, FieldMatch, Trigger, Victims } from '#sim/faults/fault.ts';
import { compileDistribution } from '#sim/kernel/distribution.ts';
import { streamRow, type StreamTable } from '#sim/kernel/random.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import { entitiesOf, processesOf, type Directory } from '#sim/run/directory.ts';
import { distributionOf } from '#sim/run/distribution-of.ts';
import type { FaultSpec, Trigger as TriggerSpec } from '#sim/scenario/fault.ts';
import { textKey } from '#sim/services/items.ts';
import { CALL_RESPONSE } from '#sim/stores/protocol.ts';
import { A, ENTITY } from '#sim/trace/block.ts';
import { Kind, Phase, shapes, type FieldType, type KindName } from '#sim/trace/vocabulary.ts';

export interface FaultSurroundings {
  readonly catalog: Catalog;
  readonly directory: Directory;
  readonly streams: StreamTable;
  /** The broker that the run uses. */
  readonly on: string | null;
  /** Number of a service for deployments. */
  serviceNumber(name: string): number;
}

export function compileFaults(specs: readonly FaultSpec[], around: FaultSurroundings): Fault[] {
  return specs.map((spec, i) => ({
    number: i + 1,
    word: spec.fault,
    target: targetText(spec),
    trigger: triggerOf(spec, around),
    action: actionOf(spec, specs, around),
    stream: streamRow(around.streams, `fault:${spec.id}`),
  }));
}

export function targetText(spec: FaultSpec): string {
  switch (spec.fault) {
    case 'partition':
      return spec.sides.map((side) => side.map(({ name }) => name).join(', ')).join(' | ');
    case 'drop':
      return `${spec.what} of ${spec.store}.${spec.operation}`;
    case 'deploy':
      return spec.service;
    case 'alter':
      return `${spec.broker}/${spec.topic}`;
    default:
      return spec.target.name;
  }
}

function triggerOf(spec: FaultSpec, around: FaultSurroundings): Trigger {
  if (spec.fault !== 'drop') return compileTrigger(spec.trigger, around);
  const effect = intern(around.catalog.names, `${spec.store}.${spec.operation}`);
  const { window } = spec;
  return {
    by: 'record',
    kind: Kind.effect,
    entities: entitiesOf(around.directory, spec.store),
    match: [{ word: A, value: effect }],
    nth: spec.nth,
    chance: spec.probability,
    window:
      window === null
        ? null
        : { from: window.at, until: window.lasts === null ? Infinity : window.at + window.lasts },
  };
}

function compileTrigger(spec: TriggerSpec, around: FaultSurroundings): Trigger {
  switch (spec.by) {
    case 'at':
      return { by: 'time', at: spec.at };
    case 'step':
      return {
        by: 'record',
        kind: Kind.step,
        entities: entitiesOf(around.directory, spec.service),
        match: [
          { word: A, value: intern(around.catalog.names, spec.point) },
          { word: A + 1, value: spec.side === 'before' ? Phase.before : Phase.after },
        ],
        nth: spec.nth,
        chance: spec.probability,
        window: null,
      };
    case 'record': {
      const kind = spec.kind as KindName;
      const shape = present(shapes[kind], `[RUN-3] no record is called ${spec.kind}`);
      return {
        by: 'record',
        kind: shape.number,
        entities: null,
        match: spec.match.map(({ field, value }) => matchOf(kind, field, value, around)),
        nth: spec.nth,
        chance: spec.probability,
        window: null,
      };
    }
  }
}

function matchOf(
  kind: KindName,
  field: string,
  value: string | number | boolean,
  around: FaultSurroundings,
): FieldMatch {
  if (field === 'entity')
    return { word: ENTITY, value: entitiesOf(around.directory, String(value))[0] ?? -1 };
  const place = shapes[kind].fields.findIndex(([name]) => name === field);
  assert(place >= 0, `[RUN-4] a ${kind} record has no field ${field}`);
  const [, type] = shapes[kind].fields[place] as readonly [string, FieldType];
  return { word: A + place, value: fieldValue(type, value, around) };
}

function fieldValue(type: FieldType, value: string | number | boolean, around: FaultSurroundings): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  const { catalog, directory } = around;
  if (type === 'entity') return entitiesOf(directory, value)[0] ?? -1;
  if (type === 'key') return textKey(catalog.keys, catalog.names, value);
  return intern(catalog.names, value);
}

function actionOf(spec: FaultSpec, all: readonly FaultSpec[], around: FaultSurroundings): Action {
  const { directory } = around;
  switch (spec.fault) {
    case 'crash':
      return { do: 'crash', victims: victimsOf(spec, around), lasts: spec.lasts };
    case 'restart':
      return { do: 'restart', victims: victimsOf(spec, around) };
    case 'pause':
      return { do: 'pause', victims: victimsOf(spec, around), lasts: spec.lasts };
    case 'slow':
      return {
        do: 'slow',
        victims: victimsOf(spec, around),
        factor: spec.by.num / spec.by.den,
        lasts: spec.lasts,
      };
    case 'partition': {
      const [first, second] = spec.sides.map((side) =>
        side.flatMap(({ name }) => [...entitiesOf(directory, name)]),
      );
      const one = present(first, '[RUN-5] a partition has two sides');
      const other = present(second, '[RUN-5] a partition has two sides');
      const cuts = [
        ...(spec.direction === 'backward' ? [] : [{ from: one, to: other }]),
        ...(spec.direction === 'forward' ? [] : [{ from: other, to: one }]),
      ];
      return { do: 'partition', cuts, lasts: spec.lasts };
    }
    case 'latency':
      return {
        do: 'latency',
        entities: [...entitiesOf(directory, spec.target.name)],
        by: compileDistribution(distributionOf(spec.by)),
        lasts: spec.lasts,
      };
    case 'drop':
      return {
        do: 'drop',
        from: present(entitiesOf(directory, spec.store)[0], '[RUN-6] a store'),
        kinds: [CALL_RESPONSE],
      };
    case 'deploy':
      return { do: 'deploy', service: around.serviceNumber(spec.service), revision: revisionOf(spec, all) };
    case 'alter':
      return {
        do: 'alter',
        topic: spec.broker === around.on ? intern(around.catalog.names, spec.topic) : -1,
        partitions: spec.partitions,
      };
  }
}

/** A service's revisions are those of its deploy faults, in the file's order; 0 is what it runs at first. */
function revisionOf(spec: FaultSpec & { fault: 'deploy' }, all: readonly FaultSpec[]): number {
  return all.filter((other) => other.fault === 'deploy' && other.service === spec.service).indexOf(spec) + 1;
}

/** A service's name with a step trigger means the instance that took the step. */
function victimsOf(
  spec: FaultSpec & { readonly target: { readonly kind: string; readonly name: string } },
  around: FaultSurroundings,
): Victims {
  const { fault } = spec;
  assert(fault !== 'latency', '[RUN-7] latency has no victims');
  if (
    spec.target.kind === 'service' &&
    'trigger' in spec &&
    spec.trigger.by === 'step' &&
    spec.trigger.service === spec.target.name
  ) {
    return { kind: 'trigger' };
  }
  return { kind: 'processes', processes: processesOf(around.directory, spec.target.name) };
}
