/** A world under construction: what the parts of build put into it, and how they add to it. */
import type { Hosts } from '#sim/hosts/hosts.ts';
import type { Entity } from '#sim/kernel/entity.ts';
import type { Kernel } from '#sim/kernel/kernel.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import { enter, type Directory } from '#sim/run/directory.ts';
import type { BrokerSpec, CarrySpec, Scenario } from '#sim/scenario/scenario.ts';

/** What is being put together. */
export interface Site {
  readonly scenario: Scenario;
  readonly catalog: Catalog;
  readonly kernel: Kernel;
  readonly hosts: Hosts;
  readonly directory: Directory;
  /** By entity. */
  readonly entityNames: string[];
}

/** Adds an entity in a process of its own, under its name and that of the whole that it belongs to. */
export function addProcess(
  site: Site,
  entity: Entity,
  name: string,
  whole: string,
  startAt = 0,
  skew = 0,
  drift = 0,
): void {
  const id = site.kernel.add(entity);
  const process = site.hosts.add(name, [id], skew, drift);
  enter(site.directory, id, process, name, whole);
  site.hosts.startAt(process, startAt);
}

export function brokerOf(scenario: Scenario): BrokerSpec | null {
  return scenario.brokers.find(({ name }) => name === scenario.on) ?? null;
}

export function carryOf(scenario: Scenario): CarrySpec | null {
  return scenario.carry.find(({ broker }) => broker === scenario.on) ?? null;
}
