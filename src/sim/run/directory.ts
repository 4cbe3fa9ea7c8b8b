/**
 * Who is who in a built world: the names of a scenario (services, instances, brokers, nodes, stores) and the entities
 * and processes behind them. A process here holds one entity, so their lists run in parallel.
 */
import { present } from '#sim/base/assert.ts';

export interface Directory {
  /** By name: entities; a service's or broker's name stands for all of its processes. */
  readonly entities: Map<string, number[]>;
  /** By entity: its process. */
  readonly processes: number[];
}

export function createDirectory(): Directory {
  return { entities: new Map(), processes: [] };
}

/** Enters one process under its own name and under the name of the whole that it belongs to. */
export function enter(
  directory: Directory,
  entity: number,
  process: number,
  ...names: readonly string[]
): void {
  directory.processes[entity] = process;
  for (const name of new Set(names)) {
    const known = directory.entities.get(name);
    if (known === undefined) directory.entities.set(name, [entity]);
    else known.push(entity);
  }
}

export function entitiesOf(directory: Directory, name: string): readonly number[] {
  return present(directory.entities.get(name), `[RUN-1] nothing is called ${name}`);
}

export function processesOf(directory: Directory, name: string): readonly number[] {
  return entitiesOf(directory, name).map((entity) =>
    present(directory.processes[entity], '[RUN-2] no process'),
  );
}
