/**
 * Checks, goal and expectation: claims against the effects, tables, events, fields and groups that the file has.
 */
import { compareNames } from '#sim/base/names.ts';
import { entries, items, refer, sortedBy, type Placed } from '#sim/scenario/place.ts';
import { at, intact, problem, proposal, quote } from '#sim/scenario/report.ts';
import type { World } from '#sim/scenario/resolve-program.ts';
import { readComparison } from '#sim/scenario/template.ts';
import { readSpan } from '#sim/scenario/units.ts';
import type { CheckSpec, Expectation, GoalTerm } from '#sim/scenario/claims.ts';
import { ANOMALIES, type CheckWords } from '#sim/scenario/schema-claims.ts';

export function resolveChecks(world: World): CheckSpec[] {
  const taken = new Set<string>();
  const checks = items(world.context, world.context.document.checks, '/checks').map((placed): CheckSpec => {
    const check = resolveCheck(world, placed);
    if (taken.has(check.id)) {
      const hint = 'Name one of them with "as", so that `expect` can tell them apart.';
      problem(world.context.report, placed.pointer, `Two checks are called ${quote(check.id)}.`, hint);
    }
    taken.add(check.id);
    return check;
  });
  return sortedBy(checks, (check) => check.id);
}

function resolveCheck(world: World, { value, pointer }: Placed<CheckWords>): CheckSpec {
  if (typeof value === 'string') {
    if (value === 'progress')
      return { id: value, check: value, groups: null, window: null, maxDeliveries: null };
    return { id: value, check: value, groups: null };
  }
  const { as } = value;
  const groups = (name: string, words: { readonly groups?: string[] }) =>
    readGroups(world, at(at(pointer, name), 'groups'), words.groups);
  if ('no-loss' in value) {
    return { id: as ?? 'no-loss', check: 'no-loss', groups: groups('no-loss', value['no-loss']) };
  }
  if ('key-order' in value) {
    return { id: as ?? 'key-order', check: 'key-order', groups: groups('key-order', value['key-order']) };
  }
  if ('commit-safety' in value) {
    const words = value['commit-safety'];
    return { id: as ?? 'commit-safety', check: 'commit-safety', groups: groups('commit-safety', words) };
  }
  if ('exclusive-assignment' in value) {
    const check = 'exclusive-assignment';
    return { id: as ?? check, check, groups: groups(check, value[check]) };
  }
  if ('no-phantom-effect' in value) {
    const check = 'no-phantom-effect';
    return { id: as ?? check, check, groups: groups(check, value[check]) };
  }
  if ('progress' in value) {
    const { window, maxDeliveries } = value.progress;
    const place = at(at(pointer, 'progress'), 'window');
    return {
      id: as ?? 'progress',
      check: 'progress',
      groups: groups('progress', value.progress),
      window: window === undefined ? null : readSpan(world.context.report, place, window),
      maxDeliveries: maxDeliveries ?? null,
    };
  }
  if ('effect-once' in value) return resolveEffectOnce(world, value, pointer);
  return resolveOutbox(world, value, pointer);
}

function readGroups(world: World, pointer: string, words: readonly string[] | undefined): string[] | null {
  if (words === undefined) return null;
  if (!intact(world.context.report, '/carry')) return null;
  for (const group of items(world.context, words, pointer)) {
    refer(world.context, group.pointer, 'consumer group', group.value, world.inventory.groups);
  }
  return [...new Set(words)].sort(compareNames);
}

function resolveEffectOnce(
  world: World,
  value: Extract<CheckWords, { 'effect-once': unknown }>,
  pointer: string,
): CheckSpec {
  const { context, inventory } = world;
  const place = at(pointer, 'effect-once');
  const { effect, per, required } = value['effect-once'];
  refer(context, at(place, 'effect'), 'effect', effect, [...inventory.operations, ...inventory.tables]);
  const events = world.events.flatMap((event) => event.fields.map((field) => field.name));
  const data = world.data.flatMap((item) => item.fields.map((field) => field.field));
  checkField(world, at(place, 'per'), per, [...new Set([...events, ...data])]);
  return { id: value.as ?? 'effect-once', check: 'effect-once', effect, per, required: required ?? false };
}

function checkField(world: World, pointer: string, field: string, known: readonly string[]): void {
  if (known.includes(field) || !intact(world.context.report, '/events', '/data')) return;
  problem(world.context.report, pointer, `There is no field ${quote(field)}.`, proposal(field, known));
}

function resolveOutbox(
  world: World,
  value: Extract<CheckWords, { outbox: unknown }>,
  pointer: string,
): CheckSpec {
  const { context, inventory } = world;
  const place = at(pointer, 'outbox');
  const { table, event, per } = value.outbox;
  refer(context, at(place, 'table'), 'table', table, inventory.tables);
  if (refer(context, at(place, 'event'), 'event type', event, inventory.events)) {
    const fields = world.events.find((known) => known.name === event)?.fields.map((field) => field.name);
    if (fields) checkField(world, at(place, 'per'), per, fields);
  }
  return { id: value.as ?? 'outbox', check: 'outbox', table, event, per };
}

export function resolveGoal(world: World, checks: readonly CheckSpec[]): GoalTerm[] | null {
  const { context } = world;
  const { goal } = context.document;
  if (goal === undefined) return null;
  return items(context, goal.all, '/goal/all').flatMap(({ value, pointer }): GoalTerm[] => {
    if (value.seen !== undefined) return [{ term: 'seen', kind: value.seen }];
    if (value.verdict !== undefined) {
      return entries(value.verdict, at(pointer, 'verdict')).map((entry) => {
        referCheck(world, entry.pointer, entry.name, checks);
        return { term: 'verdict', check: entry.name, verdict: entry.value };
      });
    }
    return ANOMALIES.flatMap((anomaly): GoalTerm[] => {
      const words = value[anomaly];
      if (words === undefined) return [];
      const comparison = readComparison(context.report, at(pointer, anomaly), words);
      return comparison === null ? [] : [{ term: 'anomaly', anomaly, of: words.of ?? null, ...comparison }];
    });
  });
}

export function resolveExpect(world: World, checks: readonly CheckSpec[]): Expectation[] {
  return entries(world.context.document.expect, '/expect').map(({ name, value, pointer }) => {
    referCheck(world, pointer, name, checks);
    if (typeof value === 'string') return { check: name, verdict: value, anomalies: null };
    const anomalies =
      value.anomalies === undefined ? null : [...new Set<string>(value.anomalies)].sort(compareNames);
    if (value.verdict !== 'invalid' && anomalies !== null && anomalies.length > 0) {
      problem(world.context.report, at(pointer, 'anomalies'), 'Only an invalid verdict has anomalies.');
    }
    return { check: name, verdict: value.verdict, anomalies };
  });
}

function referCheck(world: World, pointer: string, name: string, checks: readonly CheckSpec[]): void {
  const known = checks.map((check) => check.id);
  if (known.includes(name) || !intact(world.context.report, '/checks')) return;
  const hint = proposal(name, known) ?? 'List it under `checks` first.';
  problem(world.context.report, pointer, `\`checks\` has no ${quote(name)}.`, hint);
}
