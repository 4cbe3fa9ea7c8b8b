/**
 * What an assignment is like, whatever its exact placement: the `properties` of the assignor recordings. Computed here
 * from the answer and the members' earlier ownership, so that a model cannot merely claim them.
 */
import { isObject, type JsonObject } from '#conform/recorded-json.ts';

/** Member → partitions as `t-3`. */
type Ownership = ReadonlyMap<string, readonly string[]>;

export interface AssignmentInput {
  /** Topic → number of partitions. */
  readonly topics: JsonObject;
  /** What each member says that it owned, and since when (the higher generation is right where two claim one). */
  readonly members: readonly MemberInput[];
}

interface MemberInput {
  readonly id: string;
  readonly topics: readonly string[];
  readonly owned: readonly string[];
  readonly since: number;
}

/** From a case's `given` and a step: `assign` takes the members of the case, `rebalance` brings its own. */
export function assignmentInput(given: JsonObject, step: JsonObject): AssignmentInput {
  const topics = isObject(given['topics']) ? given['topics'] : {};
  const brought = step['members'];
  if (isObject(brought)) {
    const members = Object.keys(brought).map((id) => {
      const member = isObject(brought[id]) ? brought[id] : {};
      return { id, topics: names(member['topics']), owned: names(member['ownedBefore']), since: 0 };
    });
    return { topics, members };
  }
  const listed = Array.isArray(given['members']) ? given['members'].filter(isObject) : [];
  const members = listed.map((member) => ({
    id: String(member['id']),
    topics: names(member['topics']),
    owned: names(member['owned']),
    since: Number(member['generation'] ?? -1),
  }));
  return { topics, members };
}

/** A list of names; partitions may be `["t", 3]` or `"t-3"`, both are `t-3`. */
function names(listed: unknown): string[] {
  if (!Array.isArray(listed)) return [];
  return listed.map((one: unknown) => (Array.isArray(one) ? one.join('-') : String(one)));
}

export function assignmentProperties(input: AssignmentInput, assignment: unknown): JsonObject {
  const assigned: Ownership = new Map(
    isObject(assignment) ? Object.keys(assignment).map((id) => [id, names(assignment[id])]) : [],
  );
  const kept: Record<string, number> = {};
  for (const { id, owned } of input.members) {
    const now = assigned.get(id) ?? [];
    kept[id] = owned.filter((partition) => now.includes(partition)).length;
  }
  return {
    sizes: sizes(input, assigned),
    everyPartitionAssignedOnce: eachOnce(input, assigned),
    kept,
    nothingHandedOverInTheSameRebalance: !handsOver(input, assigned),
  };
}

/** A member that the answer does not name has nothing. */
function sizes(input: AssignmentInput, assigned: Ownership): number[] {
  const ids = new Set([...input.members.map((member) => member.id), ...assigned.keys()]);
  return [...ids].map((id) => assigned.get(id)?.length ?? 0).sort((a, b) => b - a);
}

/** Of the topics that somebody subscribes to. */
function eachOnce({ topics, members }: AssignmentInput, assigned: Ownership): boolean {
  const subscribed = new Set(members.flatMap((member) => member.topics));
  const all = Object.keys(topics)
    .filter((topic) => subscribed.has(topic))
    .flatMap((topic) => Array.from({ length: Number(topics[topic]) }, (_, n) => `${topic}-${n}`));
  const given = [...assigned.values()].flat();
  const once = new Set(given);
  return given.length === all.length && once.size === all.length && all.every((one) => once.has(one));
}

/** Whether a member gets what another one still holds: in a cooperative round that must wait for the next. */
function handsOver(input: AssignmentInput, assigned: Ownership): boolean {
  for (const [id, partitions] of assigned) {
    for (const partition of partitions) {
      const holders = input.members.filter((member) => member.owned.includes(partition));
      const latest = Math.max(...holders.map((member) => member.since));
      const rightful = holders.filter((member) => member.since === latest);
      if (rightful.length === 1 && rightful[0]?.id !== id) return true;
    }
  }
  return false;
}
