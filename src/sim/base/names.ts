/**
 * The string table of a run: every name (entity, topic, step, error code …) is a small integer in events and
 * records. Names of a scenario are interned in code-unit order when the world is built, so that the order of keys
 * in a file never matters; later ones in the order of virtual time. Append-only.
 */
export interface Names {
  readonly list: string[];
  readonly index: Map<string, number>;
}

export function createNames(): Names {
  return { list: [], index: new Map() };
}

/** The id of `name`, made on first sight. */
export function intern(names: Names, name: string): number {
  const known = names.index.get(name);
  if (known !== undefined) return known;
  const id = names.list.length;
  names.list.push(name);
  names.index.set(name, id);
  return id;
}

/** The name behind `id`; `-1` and unknown ids read as `-`. */
export function nameOf(names: Names, id: number): string {
  return names.list[id] ?? '-';
}

/** Code-unit order: the one total order of names used everywhere in the simulator. */
export function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
