/**
 * From a document whose shape is right to a parsed scenario: references, exact units, Kafka's rules, names of steps.
 * Every pass goes on after a problem, so that all are found at once.
 */
import { takeInventory } from '#sim/scenario/inventory.ts';
import { LIMITS } from '#sim/scenario/limits.ts';
import { resolveChecks, resolveExpect, resolveGoal } from '#sim/scenario/resolve-claims.ts';
import { resolveFaults } from '#sim/scenario/resolve-faults.ts';
import { resolveServices } from '#sim/scenario/resolve-services.ts';
import {
  resolveBrokers,
  resolveCarry,
  resolveData,
  resolveEvents,
  resolveLinks,
  resolveOn,
  resolveStores,
  warnOfIdleParts,
} from '#sim/scenario/resolve-system.ts';
import { checkFamilyWords } from '#sim/scenario/family-words.ts';
import { checkEventHubs } from '#sim/scenario/event-hubs.ts';
import { checkShareGroups } from '#sim/scenario/share-groups.ts';
import { nameSteps } from '#sim/scenario/step-names.ts';
import { problem } from '#sim/scenario/report.ts';
import { readDuration } from '#sim/scenario/units.ts';
import type { Context } from '#sim/scenario/place.ts';
import type { World } from '#sim/scenario/resolve-program.ts';
import type { Scenario } from '#sim/scenario/scenario.ts';

export function resolveScenario(context: Context): Scenario {
  const { document, report } = context;
  const inventory = takeInventory(context);
  const data = resolveData(context);
  const events = resolveEvents(context);
  const brokers = resolveBrokers(context);
  const on = resolveOn(context, inventory);
  const carry = resolveCarry(context, inventory, events, brokers);
  const world: World = {
    context,
    inventory,
    data,
    events,
    on,
    carry: carry.find(({ broker }) => broker === on) ?? null,
    points: nameSteps(context),
  };
  const stores = resolveStores(context);
  const services = resolveServices(world);
  const links = resolveLinks(context, inventory);
  const faults = resolveFaults(world, brokers);
  const checks = resolveChecks(world);
  checkEventHubs(context, events);
  checkShareGroups(context, brokers, carry);
  checkFamilyWords(
    context,
    brokers.find(({ name }) => name === on),
  );
  warnOfIdleParts(context);
  const horizon = readDuration(report, '/horizon', document.horizon ?? '10min', LIMITS.horizon);
  if (document.horizon !== undefined && horizon === 0 && report.problems.length === 0) {
    problem(report, '/horizon', 'A run needs some time: the horizon is zero.', 'For example "120s".');
  }
  return {
    title: document.title ?? '',
    question: document.question ?? '',
    about: document.about ?? '',
    seed: document.seed ?? 1,
    horizon,
    data,
    events,
    brokers,
    on,
    carry,
    stores,
    services,
    links,
    faults,
    checks,
    goal: resolveGoal(world, checks),
    expect: resolveExpect(world, checks),
    warnings: report.warnings,
    document,
  };
}
