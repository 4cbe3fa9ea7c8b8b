import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Assignment, Assignor, AssignorMember } from '#sim/brokers/kafka/assignors/assignor.ts';
import {
  assignorNamed,
  clientAssignors,
  coordinatorAssignors,
} from '#sim/brokers/kafka/assignors/by-name.ts';
import { cooperativeStickyAssignor } from '#sim/brokers/kafka/assignors/cooperative-sticky.ts';
import { hashOfString, inHashOrder } from '#sim/brokers/kafka/assignors/java-hash-order.ts';
import { rangeAssignor } from '#sim/brokers/kafka/assignors/range.ts';
import { roundRobinAssignor } from '#sim/brokers/kafka/assignors/round-robin.ts';
import { stickyAssignor } from '#sim/brokers/kafka/assignors/sticky.ts';
import { uniformAssignor } from '#sim/brokers/kafka/assignors/uniform.ts';

const TOPICS = ['t', 'u', 'v'];

interface Group {
  readonly rowsOf: ReadonlyMap<string, readonly number[]>;
  readonly members: readonly AssignorMember[];
}

function rowsOfSizes(sizes: readonly number[]): Map<string, number[]> {
  let next = 0;
  return new Map(
    sizes.map((size, i) => [TOPICS[i] as string, Array.from({ length: size }, () => next++)] as const),
  );
}

function member(
  memberId: string,
  topics: readonly string[],
  owned: readonly number[] = [],
  ownedGeneration = 1,
): AssignorMember {
  return { memberId, groupInstanceId: null, topics, owned, ownedGeneration };
}

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 });
const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 8 });

/** A group that has never assigned anything; `alike` = everybody subscribes to everything. */
function groups(alike: boolean): fc.Arbitrary<Group> {
  return fc.tuple(sizes, ids).chain(([counts, names]) => {
    const rowsOf = rowsOfSizes(counts);
    const all = [...rowsOf.keys()];
    const topics = alike ? fc.constant(all) : fc.subarray(all, { minLength: 1 });
    return fc
      .tuple(...names.map((id) => topics.map((chosen) => member(id, chosen))))
      .map((members) => ({ rowsOf, members }));
  });
}

/** Joins and leaves: which of the members stay, and how many come. */
const change = fc.record({ stays: fc.array(fc.boolean(), { maxLength: 8 }), comes: fc.nat(3) });

function subscribedRows({ rowsOf, members }: Group): number[] {
  return [...rowsOf].flatMap(([topic, rows]) =>
    members.some(({ topics }) => topics.includes(topic)) ? [...rows] : [],
  );
}

function givenRows(assignment: readonly Assignment[]): number[] {
  return assignment.flatMap(({ partitions }) => [...partitions]).sort((a, b) => a - b);
}

/** Everybody owns what it was given. */
function after(group: Group, assignment: readonly Assignment[], generation: number): Group {
  const members = group.members.map((one, i) =>
    member(one.memberId, one.topics, assignment[i]?.partitions ?? [], generation),
  );
  return { rowsOf: group.rowsOf, members };
}

function changed(group: Group, { stays, comes }: { stays: boolean[]; comes: number }): Group {
  const kept = group.members.filter((_one, i) => stays[i] !== false);
  const topics = group.members[0]?.topics ?? [];
  const come = Array.from({ length: comes }, (_, i) => member(`new member ${i}`, topics));
  const members = [...kept, ...come];
  return { rowsOf: group.rowsOf, members: members.length > 0 ? members : group.members };
}

function run(assignor: Assignor, { members, rowsOf }: Group): readonly Assignment[] {
  return assignor.assign(members, rowsOf);
}

function loads(assignment: readonly Assignment[]): number[] {
  return assignment.map(({ partitions }) => partitions.length);
}

/** How many partitions a member retains over the change. */
function keptBy(group: Group, assignment: readonly Assignment[]): number[] {
  return group.members.map(
    ({ owned = [] }, i) => owned.filter((row) => assignment[i]?.partitions.includes(row)).length,
  );
}

const everyAssignor = [...new Set([...clientAssignors, ...coordinatorAssignors])];

describe('every assignor', () => {
  it.each(everyAssignor)('$name gives a fresh group every partition once, to subscribers', (assignor) => {
    fc.assert(
      fc.property(fc.oneof(groups(true), groups(false)), (group) => {
        const assignment = run(assignor, group);
        expect(givenRows(assignment)).toEqual(subscribedRows(group));
        assignment.forEach(({ partitions }, i) => {
          const topics = group.members[i]?.topics ?? [];
          const own = topics.flatMap((topic) => [...(group.rowsOf.get(topic) ?? [])]);
          expect(partitions.every((row) => own.includes(row))).toBe(true);
        });
      }),
    );
  });

  it.each(everyAssignor)('$name does not care in which order members are told', (assignor) => {
    fc.assert(
      fc.property(groups(false), change, (group, joinsAndLeaves) => {
        const next = changed(after(group, run(assignor, group), 1), joinsAndLeaves);
        const names = next.members.map(({ memberId }) => memberId);
        const turned = { rowsOf: next.rowsOf, members: [...next.members].reverse() };
        // bucket mates of a Java hash map stand as they were put in: only they may change places
        const inOrder = (list: readonly string[]): string => JSON.stringify(inHashOrder(list, hashOfString));
        fc.pre(inOrder(names) === inOrder([...names].reverse()));
        const byId = (assignment: readonly Assignment[]): Map<string, number[]> =>
          new Map(
            assignment.map(({ memberId, partitions }) => [memberId, [...partitions].sort((a, b) => a - b)]),
          );
        const own = byId(run(assignor, next));
        for (const [memberId, partitions] of byId(run(assignor, turned))) {
          expect(partitions).toEqual(own.get(memberId));
        }
      }),
    );
  });

  it.each(everyAssignor.filter(({ name }) => name !== 'range'))(
    '$name is even to within one where everybody subscribes alike',
    (assignor) => {
      fc.assert(
        fc.property(groups(true), change, (group, joinsAndLeaves) => {
          const first = run(assignor, group);
          const next = changed(after(group, first, 1), joinsAndLeaves);
          const placed = assignor.cooperative === true ? stickyAssignor : assignor;
          for (const assignment of [first, run(placed, next)]) {
            expect(Math.max(...loads(assignment)) - Math.min(...loads(assignment))).toBeLessThanOrEqual(1);
          }
        }),
      );
    },
  );

  it('names that Kafka does not have find nothing', () => {
    expect(assignorNamed(clientAssignors, 'uniform')).toBe(null);
    expect(assignorNamed(coordinatorAssignors, 'sticky')).toBe(null);
    expect(assignorNamed(coordinatorAssignors, 'uniform')).toBe(uniformAssignor);
  });
});

describe('round robin', () => {
  it('[KAFKA-ASSIGNOR-3] the turn goes on across topics, and who passes one loses it', () => {
    const rowsOf = rowsOfSizes([3, 3]);
    const alike = run(roundRobinAssignor, { rowsOf, members: [member('a', TOPICS), member('b', TOPICS)] });
    expect(alike.map(({ partitions }) => partitions)).toEqual([
      [0, 2, 4],
      [1, 3, 5],
    ]);
    const unlike = [member('a', ['t']), member('b', ['t', 'u']), member('c', ['u'])];
    expect(run(roundRobinAssignor, { rowsOf, members: unlike }).map(({ partitions }) => partitions)).toEqual([
      [0, 2],
      [1, 3, 5],
      [4],
    ]);
    expect(run(rangeAssignor, { rowsOf, members: unlike }).map(({ partitions }) => partitions)).toEqual([
      [0, 1],
      [2, 3, 4],
      [5],
    ]);
  });
});

describe('sticky', () => {
  it('[KAFKA-ASSIGNOR-4] a member gives up only what is above its quota', () => {
    fc.assert(
      fc.property(groups(true), change, (group, joinsAndLeaves) => {
        const next = changed(after(group, run(stickyAssignor, group), 1), joinsAndLeaves);
        const total = subscribedRows(next).length;
        const least = Math.floor(total / next.members.length);
        keptBy(next, run(stickyAssignor, next)).forEach((kept, i) => {
          const owned = next.members[i]?.owned?.length ?? 0;
          expect(kept).toBeGreaterThanOrEqual(Math.min(owned, least));
        });
      }),
    );
  });

  it('[KAFKA-ASSIGNOR-4] nothing moves while nobody comes or goes', () => {
    fc.assert(
      fc.property(fc.oneof(groups(true), groups(false)), (group) => {
        const first = run(stickyAssignor, group);
        const again = after(group, first, 1);
        expect(keptBy(again, run(stickyAssignor, again))).toEqual(loads(first));
        expect(keptBy(again, run(cooperativeStickyAssignor, again))).toEqual(loads(first));
      }),
    );
  });

  it('[KAFKA-ASSIGNOR-5] of two claims the newer generation is believed, of one generation neither', () => {
    const rowsOf = rowsOfSizes([4]);
    const claims = (older: number): number[][] => {
      const members = [member('a', ['t'], [0, 1], older), member('b', ['t'], [0, 2], 2), member('c', ['t'])];
      return run(stickyAssignor, { rowsOf, members }).map(({ partitions }) => [...partitions].sort());
    };
    expect(claims(1)).toEqual([[1], [0, 2], [3]]);
    expect(claims(2)).toEqual([[1, 3], [2], [0]]);
  });

  it('[KAFKA-ASSIGNOR-5] a member that comes back from an older generation is not believed', () => {
    const members = [member('a', ['t'], [0, 1], 3), member('b', ['t'], [0, 1], -1)];
    const assigned = run(stickyAssignor, { rowsOf: rowsOfSizes([4]), members });
    expect(assigned.map(({ partitions }) => partitions)).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it('[KAFKA-ASSIGNOR-7] with unequal subscriptions no partition can be moved to make it more even', () => {
    fc.assert(
      fc.property(groups(false), change, (group, joinsAndLeaves) => {
        const next = changed(after(group, run(stickyAssignor, group), 1), joinsAndLeaves);
        const assignment = run(stickyAssignor, next);
        expect(givenRows(assignment)).toEqual(subscribedRows(next));
        assignment.forEach(({ partitions }, i) => {
          next.members.forEach(({ topics }, j) => {
            const could = topics.flatMap((topic) => [...(next.rowsOf.get(topic) ?? [])]);
            if (!partitions.some((row) => could.includes(row))) return;
            expect(partitions.length - (assignment[j]?.partitions.length ?? 0)).toBeLessThanOrEqual(
              i === j ? 0 : 1,
            );
          });
        });
      }),
    );
  });

  it('[KAFKA-ASSIGNOR-7] where it evens out, a partition goes back to its owner of an earlier generation', () => {
    const rowsOf = rowsOfSizes([4, 1]);
    const ofB = (claimed: readonly number[]): readonly number[] | undefined => {
      const members = [
        member('a', ['t'], [0, 1, 2, 3], 2),
        member('b', ['t', 'u'], claimed, 1),
        member('c', ['t'], [], 2),
      ];
      return run(stickyAssignor, { rowsOf, members })[1]?.partitions;
    };
    expect(ofB([])).toEqual([4, 1]);
    expect(ofB([0])).toEqual([4, 0]);
  });
});

describe('cooperative sticky', () => {
  it('[KAFKA-ASSIGNOR-6] [KAFKA-ASSIGNOR-8] hands nothing over that is still held, and everything in the next round', () => {
    fc.assert(
      fc.property(fc.oneof(groups(true), groups(false)), change, (group, joinsAndLeaves) => {
        const next = changed(after(group, run(cooperativeStickyAssignor, group), 1), joinsAndLeaves);
        const round = run(cooperativeStickyAssignor, next);
        const given = givenRows(round);
        expect(new Set(given).size).toBe(given.length);
        round.forEach(({ partitions }, i) => {
          next.members.forEach(({ owned = [] }, j) => {
            if (i !== j) expect(partitions.some((row) => owned.includes(row))).toBe(false);
          });
        });
        const followUp = after(next, round, 2);
        const last = run(cooperativeStickyAssignor, followUp);
        expect(givenRows(last)).toEqual(subscribedRows(next));
        expect(keptBy(followUp, last)).toEqual(loads(round));
      }),
    );
  });

  it('[KAFKA-ASSIGNOR-8] a leave needs no second round', () => {
    const rowsOf = rowsOfSizes([6]);
    const members = [member('a', ['t'], [0, 1]), member('b', ['t'], [2, 3])];
    expect(givenRows(run(cooperativeStickyAssignor, { rowsOf, members }))).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('uniform', () => {
  it('[KAFKA-ASSIGNOR-9] keeps what fits into the quota', () => {
    fc.assert(
      fc.property(groups(true), change, (group, joinsAndLeaves) => {
        const next = changed(after(group, run(uniformAssignor, group), 1), joinsAndLeaves);
        const assignment = run(uniformAssignor, next);
        expect(givenRows(assignment)).toEqual(subscribedRows(next));
        const least = Math.floor(subscribedRows(next).length / next.members.length);
        keptBy(next, assignment).forEach((kept, i) => {
          expect(kept).toBeGreaterThanOrEqual(Math.min(next.members[i]?.owned?.length ?? 0, least));
        });
      }),
    );
  });

  it('[KAFKA-ASSIGNOR-10] with unequal subscriptions every topic is even among those who could have more of it', () => {
    fc.assert(
      fc.property(groups(false), (group) => {
        const assignment = run(uniformAssignor, group);
        for (const [topic, rows] of group.rowsOf) {
          const subscribers = group.members.flatMap(({ topics }, i) => (topics.includes(topic) ? [i] : []));
          const least = Math.min(...subscribers.map((i) => assignment[i]?.partitions.length ?? 0));
          for (const i of subscribers) {
            const mine = assignment[i]?.partitions ?? [];
            if (mine.some((row) => rows.includes(row))) expect(mine.length - least).toBeLessThanOrEqual(1);
          }
        }
      }),
    );
  });
});

describe("Java's hash order", () => {
  it('goes by bucket: sixteen to begin with, more where there are more', () => {
    expect(hashOfString('hello')).toBe(99162322);
    expect(hashOfString('consumer')).toBe(-567770122);
    expect(inHashOrder([33, 17, 2, 16], (key) => key)).toEqual([16, 33, 17, 2]);
    expect(inHashOrder([33, 17, 2, 16], (key) => key, 64)).toEqual([2, 16, 17, 33]);
  });
});
